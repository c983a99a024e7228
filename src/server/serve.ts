/**
 * `sterownia serve`: opens the workspace, serves it, and ends cleanly on Ctrl+C, SIGTERM, or with its window. The link
 * is for the person at the terminal; Enter makes a new one.
 */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import type { Log } from '#engines/storage';
import type { Console, OpenOptions } from '#runtime';
import { chooseWindow, openWindow, type OpenedWindow } from './openWindow.ts';
import { parseServeArguments } from './serveArguments.ts';
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

function signalReceived(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal));
  });
}

function onEnter(listener: () => void): void {
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
    stopRequested: signalReceived(),
    onNewLink: onEnter,
  };
}

function announce(server: RunningServer, workspace: string, say: (line: string) => void): void {
  say(`Serving ${workspace}`);
  // A new link, because a window that failed to open may have taken the first one.
  say(`Open once: ${server.newLink()}`);
  say(`From another machine: ssh -L ${server.port}:127.0.0.1:${server.port} ${hostname()}, then open the same link there.`);
  say('Enter makes a new link, Ctrl+C stops.');
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

async function untilStopped(server: RunningServer, window: OpenedWindow | null, withWindow: boolean, surroundings: ServeSurroundings): Promise<string> {
  if (window === null) return surroundings.stopRequested;
  const closed = window.closed.then(async ({ afterMs }) => {
    if (withWindow && afterMs >= seenAfterMs) return 'the window was closed';
    surroundings.say(`The window is gone. A new link: ${server.newLink()}`);
    return surroundings.stopRequested;
  });
  return Promise.race([surroundings.stopRequested, closed]);
}

export async function runServe(args: readonly string[], workspace: string, surroundings: ServeSurroundings = processSurroundings()): Promise<number> {
  const { port, open, withWindow } = parseServeArguments(args);
  const { say, log } = surroundings;
  const console = await surroundings.open({ workspace, host: 'headless', threads: true, log });
  try {
    const server = await startServer({ console, port, rendererDirectory: surroundings.rendererDirectory, log });
    try {
      const window = open ? await tryWindow(server, say) : null;
      if (window === null) announce(server, console.workspacePath, say);
      else say(`Serving ${console.workspacePath} at ${server.url} (Enter makes a link for another browser, Ctrl+C stops).`);
      surroundings.onNewLink(() => say(`A new link: ${server.newLink()}`));
      const why = await untilStopped(server, window, withWindow, surroundings);
      window?.end();
      say(`Stopped: ${why}.`);
    } finally {
      await server.close();
    }
  } finally {
    await console.close();
  }
  return 0;
}
