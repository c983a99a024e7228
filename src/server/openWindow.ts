/**
 * Opens the served console as an app window. The one-time link never appears among the arguments of a process, which
 * other people of the machine could read: the browser gets a file that only its owner may open and that leads on.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { appWindowArguments, browserObstacle, findBrowser, hasDisplay, type Browser } from './browsers.ts';

export interface OpenedWindow {
  readonly name: string;
  /** Resolves when the window was closed; with how long it was open and what it said, since a browser that cannot start ends at once. */
  readonly closed: Promise<{ readonly afterMs: number; readonly complaint: string | null }>;
  /** Ends the window. */
  end(): void;
}

const facts = { platform: process.platform, env: process.env, home: homedir(), uid: process.getuid?.() ?? null, exists: existsSync };

/** Why there is no window, in words for the person who waits for it. */
export type WindowChoice = { readonly browser: Browser } | { readonly browser: null; readonly why: string };

export function chooseWindow(): WindowChoice {
  if (!hasDisplay(facts)) return { browser: null, why: 'there is no display' };
  const browser = findBrowser(facts);
  const obstacle = browserObstacle(facts);
  if (browser !== null && obstacle !== null) return { browser: null, why: obstacle };
  return browser === null ? { browser: null, why: 'no Chromium, Chrome or Edge was found' } : { browser };
}

/** Where the browser keeps its profile: per person, outside the workspace. */
function profileFolder(browser: Browser): string {
  if (browser.snap) return join(homedir(), 'snap', 'chromium', 'common', 'sterownia');
  if (process.platform === 'win32') return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Sterownia', 'Window');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Sterownia', 'Window');
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sterownia', 'window');
}

function writeDoorFile(browser: Browser, link: string): { readonly address: string; readonly remove: () => void } {
  const parent = browser.snap ? profileFolder(browser) : tmpdir();
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(parent, 'sterownia-open-'));
  const file = join(folder, 'open.html');
  writeFileSync(file, `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${link}"><title>Sterownia</title>`, { mode: 0o600, flag: 'wx' });
  return { address: pathToFileURL(file).href, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Browsers talk a lot; only the first words can tell why one did not start. */
const keptComplaint = 4000;

/** Resolves once the browser runs; rejects if it cannot be started. */
export async function openWindow(browser: Browser, link: string): Promise<OpenedWindow> {
  const door = writeDoorFile(browser, link);
  const profile = profileFolder(browser);
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const started = Date.now();
  const child: ChildProcess = spawn(browser.path, appWindowArguments(door.address, profile), { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (said.length < keptComplaint) said += chunk.toString('utf8');
  });
  const closed = new Promise<{ afterMs: number; complaint: string | null }>((resolve) => {
    child.once('close', () => {
      door.remove();
      resolve({ afterMs: Date.now() - started, complaint: said.split('\n').find((line) => line.trim() !== '')?.trim().slice(0, 300) ?? null });
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => {
      door.remove();
      reject(error);
    });
  });
  // The link is dead as soon as it was followed; the file need not stay for as long as the window does.
  setTimeout(door.remove, 30_000).unref();
  return { name: browser.name, closed, end: () => void child.kill() };
}
