/** The system's Chromium, found and started in one way for the stand-in and for the specs. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type BrowserContext } from 'playwright';

const candidates = [
  '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** `STEROWNIA_CHROMIUM` names another one. Missing is an error with the remedy, never a reason to skip. */
export function chromiumPath(): string {
  const named = process.env['STEROWNIA_CHROMIUM'];
  const found = named !== undefined && named !== '' ? named : candidates.find((path) => existsSync(path));
  if (found === undefined) throw new Error('No Chromium, Chrome or Edge was found. Install one (Debian: apt-get install chromium) or set STEROWNIA_CHROMIUM.');
  return found;
}

/** Quiet: nothing that phones home, so that what the network tests see is the page alone. */
export function chromiumArguments(): readonly string[] {
  return [
    '--disable-background-networking', '--disable-component-update', '--no-first-run', '--disable-quic', '--disable-sync',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

export interface SharedBrowser {
  readonly context: BrowserContext;
  /** Where another Playwright process connects to the same pages. */
  readonly endpoint: string;
}

async function readEndpoint(profile: string): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      const [port, path] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
      if (port !== undefined && path !== undefined) return `http://127.0.0.1:${port}`;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    }
    await pause(50);
  }
  throw new Error('Chromium did not say where it listens.');
}

export async function startSharedBrowser(profile: string): Promise<SharedBrowser> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    headless: true,
    args: [...chromiumArguments(), '--remote-debugging-port=0'],
    viewport: null,
    acceptDownloads: true,
    // The program under test decides what a signal means.
    handleSIGTERM: false,
    handleSIGINT: false,
    handleSIGHUP: false,
  });
  return { context, endpoint: await readEndpoint(profile) };
}
