/** Programs run as a person runs them: a process of its own, its output read to the end, the clock around all of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

export interface RunOptions {
  readonly cwd: string;
  /** Also find out the peak memory; only for programs that run on Node. */
  readonly peak?: boolean;
  /** Folder of the person's settings; default: one that all benchmarks share. */
  readonly home?: string;
  /** Keep standard output as text; else it is read and counted only. */
  readonly keep?: boolean;
  /** Exit statuses that are no failure; default only 0. */
  readonly accept?: readonly number[];
}

export interface Ran {
  readonly seconds: number;
  readonly outputBytes: number;
  readonly output: string;
  readonly peakMegabytes: number;
}

const peakProbe = pathToFileURL(join(import.meta.dirname, '..', 'programs', 'peakProbe.mjs')).href;

/** Nothing of the person who measures: own settings, no keyring, no display, no options for Node. */
export function environment(home: string): NodeJS.ProcessEnv {
  const { DBUS_SESSION_BUS_ADDRESS: _bus, DISPLAY: _display, WAYLAND_DISPLAY: _wayland, NODE_OPTIONS: _options, NODE_COMPILE_CACHE: _cache, ...inherited } = process.env;
  const folders = Object.fromEntries([['XDG_CONFIG_HOME', 'config'], ['XDG_DATA_HOME', 'data'], ['XDG_CACHE_HOME', 'cache'], ['XDG_STATE_HOME', 'state'], ['APPDATA', 'config']].map(([name, folder]) => [name, join(home, folder ?? '')]));
  return { ...inherited, HOME: home, USERPROFILE: home, ...folders };
}

export const sharedHome = (): string => {
  const home = join(tmpdir(), `sterownia-bench-home-${process.pid}`);
  for (const name of ['config', 'data', 'cache', 'state']) mkdirSync(join(home, name), { recursive: true, mode: 0o700 });
  return home;
};

process.on('exit', () => rmSync(join(tmpdir(), `sterownia-bench-home-${process.pid}`), { recursive: true, force: true }));

function collect(child: ChildProcess, keep: boolean): { bytes: number; readonly out: Buffer[]; error: string } {
  const state = { bytes: 0, out: [] as Buffer[], error: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    state.bytes += chunk.length;
    if (keep) state.out.push(chunk);
  });
  child.stderr?.on('data', (chunk: Buffer) => { state.error = (state.error + chunk.toString()).slice(-4000); });
  return state;
}

export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const place = options.peak === true ? mkdtempSync(join(tmpdir(), 'sterownia-peak-')) : null;
  const env = environment(options.home ?? sharedHome());
  const probed = place === null ? env : { ...env, NODE_OPTIONS: `--import=${peakProbe}`, STEROWNIA_PEAK_FILE: join(place, 'peak') };
  const started = performance.now();
  const child = spawn(command, args, { cwd: options.cwd, env: probed, stdio: ['ignore', 'pipe', 'pipe'] });
  const state = collect(child, options.keep === true);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  try {
    if (code === null || !(options.accept ?? [0]).includes(code)) throw new Error(`${command} ${args.join(' ')} ended with ${String(code)}:\n${state.error}`);
    const peakMegabytes = place === null ? Number.NaN : Number(readFileSync(join(place, 'peak'), 'utf8')) / 1e6;
    return { seconds, outputBytes: state.bytes, output: Buffer.concat(state.out).toString(), peakMegabytes };
  } finally {
    if (place !== null) rmSync(place, { recursive: true, force: true });
  }
}

/** The same on the pinned Node, which runs this file as well. */
export const runNode = (args: readonly string[], options: RunOptions): Promise<Ran> => run(process.execPath, args, options);

/** A program of `bench/programs` that measures inside itself and prints one line of JSON. */
export async function runMeasuring<T>(program: string, args: readonly string[], options: RunOptions): Promise<T> {
  const file = join(import.meta.dirname, '..', 'programs', program);
  const { output } = await runNode(['--disable-warning=ExperimentalWarning', file, ...args], { ...options, keep: true });
  return JSON.parse(output) as T;
}

export interface Serving {
  /** The next line of its output, asked for by a line of input except for the first one. */
  readonly next: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** A program of `bench/programs` that gives a line when it is ready and another for every line it is sent. */
export function startServing(program: string, args: readonly string[], cwd: string): Serving {
  const file = join(import.meta.dirname, '..', 'programs', program);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], { cwd, env: environment(sharedHome()), stdio: ['pipe', 'pipe', 'pipe'] });
  const state = collect(child, false);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let asked = false;
  return {
    next: async () => {
      if (asked) child.stdin.write('\n');
      asked = true;
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`the server ended:\n${state.error}`);
      return value;
    },
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
