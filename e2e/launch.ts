/** Opens the console in one of its hosts and gives its page; the specs do not know which host it is. */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, chromium, type Browser, type Page } from 'playwright';
import { chromiumArguments, chromiumPath } from './standin/chromium.ts';
import type { Command } from './standin/control.ts';
import { shownOrigin } from './standin/origin.ts';
import type { DesktopState } from './standin/record.ts';
import { removeFolder } from './files.ts';

export const hosts = ['standin', 'headless', 'electron'] as const;
export type Host = (typeof hosts)[number];

export interface LaunchOptions {
  readonly host: Host;
  readonly workspace: string | null;
  /** Folder of the person's own settings; kept when given, else new and removed at the end. */
  readonly home?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly root?: string;
}

/** The desktop around the program; only the stand-in has one that a test can drive. */
export interface Desktop {
  readonly process: ChildProcess;
  send(command: Command): Promise<unknown>;
  state(): Promise<DesktopState>;
  /** Resolves with the exit status. */
  readonly exited: Promise<number | null>;
  output(): string;
  /** The page that the window shows now; it is another one after a crash. */
  page(): Promise<Page>;
}

export interface LaunchedConsole {
  readonly host: Host;
  readonly page: Page;
  readonly home: string;
  /** Address of the console's start page in this host, without the part behind `#`. */
  readonly url: string;
  readonly desktop: Desktop | null;
  /** Headless only: the link that was printed and that this page has used. */
  readonly link?: string;
  /** Ends the host as a person would, or by force for `kill`. */
  close(): Promise<void>;
  /** Headless only: ends the server; starts it again on the same port and signs the browser in. */
  restart?(step: 'stop' | 'start'): Promise<void>;
}

/** The checkout whose build is tested; another one can be named. */
const root = process.env['STEROWNIA_E2E_ROOT'] ?? resolve(import.meta.dirname, '..');

/** The Node that the project pins, also where the test runner runs on another one. */
const node = Number.parseInt(process.versions.node, 10) >= 24
  ? process.execPath
  : resolve(import.meta.dirname, '..', 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Nothing of the person who runs the tests: own settings folder, no keyring, no display. */
export function environment(home: string, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { DBUS_SESSION_BUS_ADDRESS: _bus, DISPLAY: _display, WAYLAND_DISPLAY: _wayland, NODE_OPTIONS: _options, ...inherited } = process.env;
  return {
    ...inherited, HOME: home, USERPROFILE: home, APPDATA: join(home, 'appdata'), XDG_CONFIG_HOME: join(home, 'config'), XDG_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'cache'), XDG_STATE_HOME: join(home, 'state'), ...extra,
  };
}

function gather(child: ChildProcess): () => string {
  const parts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => parts.push(text));
  return () => parts.join('');
}

const exitOf = (child: ChildProcess): Promise<number | null> => new Promise((done) => child.once('exit', (code) => done(code)));

function commander(child: ChildProcess): (command: Command) => Promise<unknown> {
  let last = 0;
  const waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>();
  child.on('message', (message) => {
    const { id, value, error } = message as { readonly id: number; readonly value?: unknown; readonly error?: string };
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(error));
  });
  child.once('exit', () => {
    for (const call of waiting.values()) call.reject(new Error('the program ended'));
  });
  return (command) => new Promise((resolveCall, reject) => {
    last += 1;
    waiting.set(last, { resolve: resolveCall, reject });
    child.send({ id: last, command });
  });
}

/** Starts the program on the stand-in without waiting for a window. */
export function startDesktop(options: LaunchOptions, home: string): Desktop & { readonly browser: () => Promise<Browser> } {
  const base = options.root ?? root;
  const argv = [...(options.workspace === null ? [] : ['--workspace', options.workspace]), ...(options.args ?? [])];
  const child = fork(join(base, 'dist', 'main', 'index.mjs'), argv, {
    cwd: base,
    execPath: node,
    env: environment(home, options.env),
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', join(import.meta.dirname, 'standin', 'register.ts')],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const output = gather(child);
  const exited = exitOf(child);
  const send = commander(child);
  let connected: Promise<Browser> | null = null;
  const browser = (): Promise<Browser> => {
    connected ??= send({ do: 'endpoint' }).then((endpoint) => chromium.connectOverCDP(String(endpoint), { noDefaults: true }));
    return connected;
  };
  const page = async (): Promise<Page> => {
    const [context] = (await browser()).contexts();
    if (context === undefined) throw new Error('the stand-in shows no window');
    const shows = (each: Page): boolean => each.url().startsWith(shownOrigin);
    for (;;) {
      const found = context.pages().find(shows);
      if (found !== undefined) return found;
      if (child.exitCode !== null) throw new Error(`the program ended without a window:\n${output()}`);
      await new Promise((next) => { setTimeout(next, 50); });
    }
  };
  return { process: child, send, state: async () => await send({ do: 'state' }) as DesktopState, exited, output, page, browser };
}

async function launchStandIn(options: LaunchOptions, home: string): Promise<LaunchedConsole> {
  const desktop = startDesktop(options, home);
  const early = desktop.exited.then((code) => { throw new Error(`the program ended with ${String(code)}:\n${desktop.output()}`); });
  const page = await Promise.race([desktop.page(), early]);
  early.catch(() => undefined);
  return {
    host: 'standin', page, home, url: `${shownOrigin}/index.html`, desktop,
    close: async () => {
      if (desktop.process.exitCode === null && desktop.process.connected) {
        await desktop.send({ do: 'answer_message', choice: 1 });
        desktop.process.kill('SIGTERM');
      }
      const late = setTimeout(() => desktop.process.kill('SIGKILL'), 60_000);
      const code = await desktop.exited;
      clearTimeout(late);
      if (code === null) throw new Error(`the program did not end when asked to:\n${desktop.output()}`);
    },
  };
}

interface Server {
  readonly link: string;
  readonly stop: (signal: NodeJS.Signals) => Promise<void>;
}

async function startServer(options: LaunchOptions, home: string, port: number): Promise<Server> {
  const base = options.root ?? root;
  const workspace = options.workspace === null ? [] : ['--workspace', options.workspace];
  const child = spawn(node, [join(base, 'bin', 'sterownia.mjs'), 'serve', ...workspace, '--port', String(port), ...(options.args ?? [])], {
    cwd: base, env: environment(home, options.env), stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = gather(child);
  const exited = exitOf(child);
  const link = await new Promise<string>((found, reject) => {
    child.stdout.on('data', () => {
      // A chunk can end in the middle of the link; its line does not.
      const match = /(?<link>http:\/\/[^\s,]+)[^\n]*\n/u.exec(output());
      if (match?.groups?.['link'] !== undefined) found(match.groups['link']);
    });
    void exited.then((code) => reject(new Error(`the server ended with ${String(code)}:\n${output()}`)));
  });
  return { link, stop: async (signal) => { child.kill(signal); await exited; } };
}

async function launchHeadless(options: LaunchOptions, home: string): Promise<LaunchedConsole> {
  let server = await startServer(options, home, 0);
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumArguments()] });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(server.link);
  const { origin, port } = new URL(server.link);
  return {
    host: 'headless', page, home, url: `${origin}/`, desktop: null, link: server.link,
    restart: async (step) => {
      if (step === 'stop') {
        await server.stop('SIGTERM');
        return;
      }
      server = await startServer(options, home, Number(port));
      await page.goto(server.link);
    },
    close: async () => {
      await browser.close();
      await server.stop('SIGTERM');
    },
  };
}

async function launchElectron(options: LaunchOptions, home: string): Promise<LaunchedConsole> {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...environment(home, options.env), DISPLAY, WAYLAND_DISPLAY })) if (value !== undefined) env[name] = value;
  const app = await _electron.launch({
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, ...(options.workspace === null ? [] : ['--workspace', options.workspace]), ...(options.args ?? [])],
    cwd: root, env,
  });
  const page = await app.firstWindow();
  return { host: 'electron', page, home, url: 'app://sterownia/index.html', desktop: null, close: () => app.close() };
}

export async function launchConsole(options: LaunchOptions): Promise<LaunchedConsole> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'sterownia-home-'));
  for (const name of ['config', 'data', 'cache', 'state']) mkdirSync(join(home, name), { recursive: true });
  const launch = { standin: launchStandIn, headless: launchHeadless, electron: launchElectron }[options.host];
  const launched = await launch(options, home);
  return {
    ...launched,
    close: async () => {
      await launched.close();
      if (options.home === undefined) removeFolder(home);
    },
  };
}
