/**
 * `npm run screenshots`: pictures of the running console on a demo workspace, for the README.
 *
 * The demo is made with a fixed seed, so that pictures change little when the console does not. Its instants are those of the day: an older
 * one would have trainings that are due, and the loop would begin them in the middle of a picture.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { createDemoWorkspace } from '#demo';
import { browserPaths } from './lib/prerequisites.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'docs', 'screenshots');
const seed = { seed: 'sterownia', now: Date.now() };

interface Picture {
  readonly name: string;
  readonly theme: 'light' | 'dark';
  readonly language: 'en' | 'pl';
  readonly address: string;
  readonly show?: (page: Page) => Promise<void>;
}

async function openAct(page: Page, item: RegExp): Promise<void> {
  await page.getByRole('button', { name: /Act on reports|Działania/u }).click();
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('dialog').getByRole('table').waitFor();
}

const pictures: readonly Picture[] = [
  { name: 'report-center', theme: 'light', language: 'en', address: '#/reports', show: async (page) => {
    await page.getByRole('row').nth(4).getByRole('gridcell').first().click();
    await page.getByText('generated_at').first().waitFor();
  } },
  { name: 'purge-preview', theme: 'dark', language: 'en', address: '#/reports', show: (page) => openAct(page, /Purge/u) },
  { name: 'charts', theme: 'dark', language: 'en', address: '#/reports', show: async (page) => {
    await page.getByRole('tab', { name: 'Charts' }).click();
    await page.getByRole('figure').first().waitFor();
  } },
  { name: 'raporty', theme: 'dark', language: 'pl', address: '#/reports' },
  { name: 'strategy-management', theme: 'light', language: 'en', address: '#/models?model=decision_engine' },
  { name: 'comparison', theme: 'dark', language: 'en', address: '#/models/compare?model=decision_engine&version=v6', show: async (page) => {
    await page.getByRole('figure').first().waitFor();
  } },
  { name: 'automode', theme: 'dark', language: 'en', address: '#/automode' },
  { name: 'automode-pl', theme: 'light', language: 'pl', address: '#/automode', show: async (page) => {
    const open = page.getByRole('button', { name: /^Otwórz raport/u }).first();
    await open.click();
    await page.getByRole('dialog').getByRole('region').first().waitFor();
  } },
  { name: 'journal', theme: 'light', language: 'en', address: '#/journal' },
];

const personal = (home: string): NodeJS.ProcessEnv => ({ ...process.env, STEROWNIA_CONFIG_DIR: home, STEROWNIA_KEYRING: 'file', STEROWNIA_METRICS_PORT: 'off' });

function serve(workspace: string, home: string): { readonly url: Promise<string>; stop(): void } {
  const child = spawn(process.execPath, [join(root, 'bin/sterownia.mjs'), 'serve', '--workspace', workspace], {
    env: personal(home), stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /http:\/\/\S+/u.exec(text);
      if (found) resolve(found[0]);
    });
    child.on('exit', () => reject(new Error('the console ended before it said where it is')));
  });
  return { url, stop: () => void child.kill('SIGTERM') };
}

/** Through the command line, as a person's own settings; the window reads them when it opens. */
async function show(page: Page, picture: Picture, workspace: string, home: string): Promise<void> {
  execFileSync(process.execPath, [
    join(root, 'bin/sterownia.mjs'), 'console', 'save-preferences', '--theme', picture.theme, '--language', picture.language, '--workspace', workspace,
  ], { env: personal(home), stdio: 'ignore' });
  await page.goto(`${new URL(page.url()).origin}/${picture.address}`);
  await page.reload();
  await page.getByRole('navigation').first().waitFor();
}

async function main(): Promise<void> {
  const browserPath = browserPaths.find((path) => existsSync(path));
  if (!browserPath) throw new Error('No Chromium, Chrome or Edge was found. On Debian: apt-get install chromium');
  // A fixed place: paths show in the pictures.
  const scratch = join(tmpdir(), 'sterownia');
  rmSync(scratch, { recursive: true, force: true });
  const workspace = join(scratch, 'demo');
  mkdirSync(target, { recursive: true });
  const home = join(scratch, 'person');
  await createDemoWorkspace(workspace, seed);
  const server = serve(workspace, home);
  const browser = await chromium.launch({ executablePath: browserPath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(await server.url);
    for (const picture of pictures) {
      await show(page, picture, workspace, home);
      await picture.show?.(page);
      await page.waitForTimeout(800);
      await page.screenshot({ path: join(target, `${picture.name}.png`) });
      process.stdout.write(`docs/screenshots/${picture.name}.png\n`);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
    }
  } finally {
    await browser.close();
    server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

await main();
