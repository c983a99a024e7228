/** Which browser of this machine can show the console as an app window, and how to start it. Pure over given facts. */
import { posix, win32 } from 'node:path';

export interface BrowserFacts {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The number of the user on POSIX systems; 0 is root. */
  readonly uid: number | null;
  readonly exists: (path: string) => boolean;
}

export interface Browser {
  readonly name: string;
  readonly path: string;
  /** Confined by snapd: it can read and write only below its own folder. */
  readonly snap: boolean;
}

const linuxNames: readonly (readonly [string, string])[] = [
  ['chromium', 'Chromium'], ['chromium-browser', 'Chromium'], ['google-chrome-stable', 'Google Chrome'], ['google-chrome', 'Google Chrome'],
  ['microsoft-edge-stable', 'Microsoft Edge'], ['microsoft-edge', 'Microsoft Edge'],
];
const macPaths: readonly (readonly [string, string])[] = [
  ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Google Chrome'],
  ['Chromium.app/Contents/MacOS/Chromium', 'Chromium'],
  ['Microsoft Edge.app/Contents/MacOS/Microsoft Edge', 'Microsoft Edge'],
];
const windowsPaths: readonly (readonly [string, string])[] = [
  ['Google\\Chrome\\Application\\chrome.exe', 'Google Chrome'],
  ['Chromium\\Application\\chrome.exe', 'Chromium'],
  ['Microsoft\\Edge\\Application\\msedge.exe', 'Microsoft Edge'],
];

function candidates({ platform, env, home }: BrowserFacts): readonly (readonly [path: string, name: string])[] {
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter((root) => root !== undefined && root !== '');
    return windowsPaths.flatMap(([path, name]) => roots.map((root) => [win32.join(root ?? '', path), name] as const));
  }
  if (platform === 'darwin') {
    return macPaths.flatMap(([path, name]) => ['/Applications', posix.join(home, 'Applications')].map((root) => [posix.join(root, path), name] as const));
  }
  const folders = [...new Set([...(env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/')), '/usr/bin', '/usr/local/bin', '/snap/bin'])];
  return linuxNames.flatMap(([file, name]) => folders.map((folder) => [posix.join(folder, file), name] as const));
}

/** The browser named in STEROWNIA_CHROMIUM, else the first Chromium, Chrome or Edge; null if there is none. */
export function findBrowser(facts: BrowserFacts): Browser | null {
  const named = facts.env['STEROWNIA_CHROMIUM'];
  const all = named !== undefined && named !== '' ? [[named, posix.basename(named)] as const] : candidates(facts);
  const found = all.find(([path]) => facts.exists(path));
  return found === undefined ? null : { name: found[1], path: found[0], snap: found[0].startsWith('/snap/') };
}

/** Windows and macOS always have a desktop for the person who is signed in; on Linux the session says so. */
export function hasDisplay({ platform, env }: Pick<BrowserFacts, 'platform' | 'env'>): boolean {
  if (platform === 'win32') return true;
  if (platform === 'darwin') return env['SSH_CONNECTION'] === undefined;
  return [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((value) => value !== undefined && value !== '');
}

/** Why a browser that is there would not start; null if it would. */
export const browserObstacle = ({ platform, uid }: Pick<BrowserFacts, 'platform' | 'uid'>): string | null =>
  platform === 'linux' && uid === 0 ? 'a browser does not run with its sandbox for root' : null;

/** An own profile: no extensions, no other tabs, and the process ends with the window. */
export const appWindowArguments = (address: string, profile: string): readonly string[] => [
  `--app=${address}`, `--user-data-dir=${profile}`, '--no-first-run', '--no-default-browser-check', '--disable-extensions',
  '--disable-sync', '--disable-background-networking', '--password-store=basic', '--window-size=1360,860',
];
