/**
 * `sterownia serve`: opens the workspace, serves it, and ends cleanly on Ctrl+C, SIGTERM, or with its window. The link
 * is for the person at the terminal, where Enter makes a new one; without a terminal SIGUSR2 does.
 */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import type { Log } from '#engines/storage';
import type { Console, OpenOptions } from '#runtime';
import { chooseWindow, openWindow, type OpenedWindow } from './openWindow.ts';
import { parseServeArguments, type ServeArguments } from './serveArguments.ts';
import { startServer, type RunningServer } from './startServer.ts';

/** What the command needs from its process; a test gives its own. */
export interface ServeSurroundings {
  readonly say: (line: string) => void;
  readonly open: (options: OpenOptions) => Promise<Console>;
  readonly rendererDirectory: string;
  readonly log: Log;
  /** Resolves when the server should stop. */
  readonly stopRequested: Promise<string>;
  /** Calls back when the person wants a new link. */
  readonly onNewLink: (listener: () => void) => void;
  /** How the person does that, in words; null where there is no way. */
  readonly wish: string | null;
}

/** Built, this file is below `dist/`; in the sources, below `src/`. */
export function defaultRendererDirectory(here: string = import.meta.url): string {
  const candidates = ['../renderer/', '../../dist/renderer/'].map((path) => fileURLToPath(new URL(path, here)));
  return candidates.find((path) => existsSync(join(path, 'manifest.json'))) ?? candidates[1] ?? '';
}

const stderrLog: Log = {
  info: () => undefined,
  warn: (message, details) => void process.stderr.write(`warning: ${message} ${JSON.stringify(details ?? {})}\n`),
  error: (message, details) => void process.stderr.write(`error: ${message} ${JSON.stringify(details ?? {})}\n`),
};

const atTerminal = (): boolean => process.stdin.isTTY === true || process.stdout.isTTY === true;

/** Somebody who started it without a terminal, for example with nohup, does not mean it to end with one. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
    process.on('SIGHUP', () => {
      if (atTerminal()) resolve('SIGHUP');
    });
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') resolve('nobody reads what it says');
    });
  });
}

function onWish(listener: () => void): void {
  if (process.platform !== 'win32') process.on('SIGUSR2', listener);
  if (process.stdin.isTTY !== true) return;
  const lines = createInterface({ input: process.stdin, terminal: false });
  lines.on('line', listener);
  process.stdin.unref();
}

export function processSurroundings(): ServeSurroundings {
  return {
    say: (line) => void process.stdout.write(`${line}\n`),
    open: async (options) => (await import('#runtime')).openSwitchingConsole(options),
    rendererDirectory: defaultRendererDirectory(),
    log: stderrLog,
    stopRequested: stopSignal(),
    onNewLink: onWish,
    wish: process.stdin.isTTY === true ? 'Enter makes a new link' : process.platform === 'win32' ? null : `kill -USR2 ${process.pid} makes a new link`,
  };
}

const wishAnd = (wish: string | null, rest: string): string => `${wish === null ? '' : `${wish}, `}${rest}`;

function announce(server: RunningServer, workspace: string, { say, wish }: ServeSurroundings): void {
  say(`Serving ${workspace}`);
  // A new link, because a window that failed to open may have taken the first one.
  say(`Open once: ${server.newLink()}`);
  say(`From another machine: ssh -L ${server.port}:127.0.0.1:${server.port} ${hostname()}, then open the same link there.`);
  say(`${wishAnd(wish, 'Ctrl+C stops')}.`);
}

/** The window, or null with the reason said. */
async function tryWindow(server: RunningServer, say: (line: string) => void): Promise<OpenedWindow | null> {
  const choice = chooseWindow();
  if (choice.browser === null) {
    say(`No window was opened: ${choice.why}.`);
    return null;
  }
  try {
    // A link of its own: the printed one would be dead once the window has used it.
    const opened = await openWindow(choice.browser, server.newLink());
    say(`Opened in ${opened.name}.`);
    return opened;
  } catch (error) {
    say(`No window was opened: ${choice.browser.name} does not start (${error instanceof Error ? error.message : String(error)}).`);
    return null;
  }
}

/** A window that closes this soon was never seen: the browser could not start, and the address must be offered instead. */
const seenAfterMs = 3000;

async function untilStopped(server: RunningServer, window: OpenedWindow | null, workspace: string, withWindow: boolean, surroundings: ServeSurroundings): Promise<string> {
  if (window === null) return surroundings.stopRequested;
  const closed = window.closed.then(async ({ afterMs, complaint }) => {
    if (withWindow && afterMs >= seenAfterMs) return 'the window was closed';
    if (afterMs >= seenAfterMs) surroundings.say(`The window is gone. A new link: ${server.newLink()}`);
    else {
      surroundings.say(`${window.name} ended at once${complaint === null ? '' : `: ${complaint}`}`);
      announce(server, workspace, surroundings);
    }
    return surroundings.stopRequested;
  });
  return Promise.race([surroundings.stopRequested, closed]);
}

/** For programs: links only, each a line of JSON. */
function tellLinks(server: RunningServer, workspace: string, surroundings: ServeSurroundings): void {
  const tell = (): void => surroundings.say(JSON.stringify({ workspace, url: server.url, one_time_url: server.newLink(), port: server.port }));
  tell();
  surroundings.onNewLink(tell);
}

/** For people: what is served, how to reach it, how to end it. Resolves when it ends. */
async function converse(server: RunningServer, workspace: string, args: ServeArguments, surroundings: ServeSurroundings): Promise<void> {
  const { say, wish } = surroundings;
  const window = args.open ? await tryWindow(server, say) : null;
  if (window === null) announce(server, workspace, surroundings);
  else say(`Serving ${workspace} at ${server.url} (${wishAnd(wish, 'Ctrl+C stops')}).`);
  surroundings.onNewLink(() => say(`A new link: ${server.newLink()}`));
  const why = await untilStopped(server, window, workspace, args.withWindow, surroundings);
  window?.end();
  say(`Stopped: ${why}.`);
}

export async function runServe(argv: readonly string[], workspace: string, surroundings: ServeSurroundings = processSurroundings()): Promise<number> {
  const args = parseServeArguments(argv);
  const { log } = surroundings;
  const console = await surroundings.open({ workspace, host: 'headless', threads: true, log });
  try {
    const server = await startServer({ console, port: args.port, rendererDirectory: surroundings.rendererDirectory, log });
    try {
      if (args.json) {
        tellLinks(server, console.workspacePath, surroundings);
        await surroundings.stopRequested;
      } else await converse(server, console.workspacePath, args, surroundings);
    } finally {
      await server.close();
    }
  } finally {
    await console.close();
  }
  return 0;
}
