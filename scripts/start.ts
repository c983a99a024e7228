/**
 * `npm start`: the console on a demo workspace, or on the one that is named.
 *
 *   npm start [-- --workspace DIR] [--serve] [--electron] [--port N]
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { errorTable, isConsoleError } from '#contract';
import { createDemoWorkspace } from '../src/demo/index.ts';
import { browserObstacle, findBrowser, hasDisplay } from '../src/server/browsers.ts';
import type { runServe as RunServe } from '../src/server/serve.ts';
import { parseServeArguments } from '../src/server/serveArguments.ts';
import { chooseDoor, type Door } from './lib/doors.ts';
import { electronObstacle, fetchObstacle, findElectron, type ElectronFacts } from './lib/electron.ts';
import { runElectron } from './lib/runElectron.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const failureMark = join(root, 'node_modules', '.sterownia-electron');
const fetchLimitMs = 20_000;
const askedFetchLimitMs = 15 * 60_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const facts: ElectronFacts & { readonly home: string } = {
  root,
  platform: process.platform,
  env: process.env,
  uid: process.getuid?.() ?? null,
  home: homedir(),
  exists: existsSync,
};

class StartStop extends Error {}

const usage = 'Usage: npm start -- [--workspace DIR] [--serve] [--electron] [--port N]';

function parseOptions() {
  try {
    return parseArgs({
      options: { workspace: { type: 'string' }, serve: { type: 'boolean', default: false }, electron: { type: 'boolean', default: false }, port: { type: 'string' } },
    }).values;
  } catch (error) {
    throw new StartStop(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

const portArguments = (port: string | undefined): readonly string[] => (port === undefined ? [] : ['--port', port]);

/** Everything that can be wrong with the options is told before anything is made. */
function readOptions(): ReturnType<typeof parseOptions> {
  const options = parseOptions();
  if (options.workspace?.trim() === '') throw new StartStop(`The option --workspace is blank. Name a folder, or leave the option out for the demo.\n${usage}`);
  parseServeArguments(portArguments(options.port));
  return options;
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Beside the sources, where git ignores it; where nothing may be written there, among the person's own data. */
function demoFolder(): string {
  const beside = join(root, 'demo-workspace');
  if (existsSync(beside) || mayWrite(root)) return beside;
  const data = process.platform === 'win32' ? process.env['LOCALAPPDATA'] : process.platform === 'darwin' ? join(homedir(), 'Library', 'Application Support') : process.env['XDG_DATA_HOME'];
  return join(data ?? join(homedir(), '.local', 'share'), 'sterownia', 'demo-workspace');
}

async function chooseWorkspace(named: string | undefined): Promise<string> {
  if (named !== undefined) {
    const folder = resolve(process.env['INIT_CWD'] ?? process.cwd(), named);
    if (!existsSync(folder)) throw new StartStop(`There is no folder ${folder}. Name an existing one with --workspace, or leave it out for the demo.`);
    if (!statSync(folder).isDirectory()) throw new StartStop(`${folder} is no folder. Name one with --workspace, or leave it out for the demo.`);
    return folder;
  }
  const demo = await createDemoWorkspace(demoFolder(), { seed: 'sterownia', now: Date.now() });
  say(demo.created ? `Made a demo workspace with ${demo.reports} reports: ${demo.directory}` : `Demo workspace: ${demo.directory}`);
  return demo.directory;
}

/** Names are looked up first: offline, a download would only make the person wait. Behind a proxy or with a mirror the name says nothing. */
async function online(): Promise<boolean> {
  if (['HTTPS_PROXY', 'https_proxy', 'npm_config_https_proxy', 'ELECTRON_MIRROR', 'npm_config_electron_mirror'].some((name) => (process.env[name] ?? '') !== '')) return true;
  const answer = lookup('github.com').then(() => true, () => false);
  return Promise.race([answer, new Promise<boolean>((done) => setTimeout(done, 2000, false).unref())]);
}

function fetchElectron(limitMs: number): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', 'electron', 'install.js')], { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    const end = (code: number | null): void => {
      clearTimeout(timer);
      done(code === 0);
    };
    child.on('error', () => end(1));
    child.on('close', end);
  });
}

function lastFailure(): number | null {
  try {
    return Number(readFileSync(failureMark, 'utf8'));
  } catch {
    return null;
  }
}

/** Why Electron is not used, or null if it is there. */
async function provideElectron(asked: boolean, serveAsked: boolean): Promise<string | null> {
  const obstacle = electronObstacle(facts, hasDisplay(facts));
  if (obstacle !== null || serveAsked || findElectron(facts) !== null) return obstacle;
  const missing = "Electron's runtime is not installed";
  const why = fetchObstacle({ env: process.env, lastFailure: lastFailure(), now: Date.now(), asked });
  if (why !== null) return `${missing} (${why})`;
  if (!(await online())) return `${missing} (offline, so it cannot be fetched)`;
  say(`Fetching Electron's runtime, at most ${(asked ? askedFetchLimitMs : fetchLimitMs) / 1000} s.`);
  if ((await fetchElectron(asked ? askedFetchLimitMs : fetchLimitMs)) && findElectron(facts) !== null) {
    rmSync(failureMark, { force: true });
    return null;
  }
  try {
    writeFileSync(failureMark, `${Date.now()}\n`);
  } catch {
    // Where nothing may be written, the next start tries again.
  }
  return `${missing} and could not be fetched`;
}

async function runHeadless(door: Door, workspace: string, port: string | undefined): Promise<number> {
  const built = new URL('../dist/server/index.mjs', import.meta.url);
  const { runServe } = (await import(built.href)) as { readonly runServe: typeof RunServe };
  return runServe([...(door.kind === 'window' ? ['--with-window'] : []), ...portArguments(port)], workspace);
}

async function main(): Promise<number> {
  const options = readOptions();
  const workspace = await chooseWorkspace(options.workspace);
  const electronProblem = await provideElectron(options.electron, options.serve);
  const known = { display: hasDisplay(facts), browser: findBrowser(facts), browserProblem: browserObstacle(facts) };
  let door = chooseDoor({ ...known, electron: findElectron(facts), electronProblem, serveAsked: options.serve });
  say(door.message);
  if (door.kind === 'electron') {
    const outcome = await runElectron(door.program, [root, '--workspace', workspace]);
    if (typeof outcome === 'number') return outcome;
    door = chooseDoor({ ...known, electron: null, electronProblem: `Electron did not start (${outcome})`, serveAsked: false });
    say(door.message);
  }
  return runHeadless(door, workspace, options.port);
}

/** A sentence, and the exit status that the README lists. */
function explain(error: unknown): readonly [sentence: string, status: number] {
  if (error instanceof StartStop) return [error.message, 2];
  if (isConsoleError(error)) return [error.remedy === '' ? error.message : `${error.message}\n${error.remedy}`, errorTable[error.code].exit];
  return [`The console could not be started: ${error instanceof Error ? error.message : String(error)}`, 1];
}

// Somebody who reads only the first lines ends nothing; the served console listens for it by itself.
process.stdout.on('error', () => undefined);
try {
  process.exit(await main());
} catch (error) {
  const [sentence, status] = explain(error);
  process.stderr.write(`${sentence}\n`);
  process.exit(status);
}
