/** The served window in the system's Chromium, with a probe in the page that knows when rows were painted. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { findBrowser } from '#server';
import { startServing, type Serving } from './children.ts';

export async function openBrowser(): Promise<Browser> {
  const found = findBrowser({ platform: process.platform, env: process.env, home: homedir(), uid: process.getuid?.() ?? null, exists: existsSync });
  if (found === null) throw new Error('No Chromium, Chrome or Edge was found; this benchmark measures in a real browser. Install one, or name it in STEROWNIA_BROWSER.');
  return chromium.launch({
    executablePath: found.path,
    args: ['--disable-background-networking', '--disable-component-update', '--no-first-run', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
}

/** The headless host on a workspace; `next` gives a link that lets one browser in, once. */
export const serve = (root: string, workspace: string): Serving => startServing('serve.ts', [workspace, join(root, 'dist', 'renderer')], root);

export interface PaintProbe {
  /** Milliseconds since the navigation began until the first row was painted; null until then. */
  readonly firstRows: number | null;
  /** First contentful paint as the browser reports it. */
  readonly firstContent: number | null;
}

/**
 * Put into the page before its own scripts. A painted frame is the task after the animation frame that follows a change.
 * What counts as "the rows" is the range and number of matches below the table, and the names of the rows shown.
 */
function installProbe(): void {
  const rows = (): string => {
    const count = document.querySelector('.MuiTablePagination-displayedRows')?.textContent ?? '';
    return `${count}|${[...document.querySelectorAll('[role="row"][data-id]')].map((row) => row.querySelector('[data-field="name"]')?.textContent ?? row.getAttribute('data-id')).join(',')}`;
  };
  const afterPaint = (work: (at: number) => void): void => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.addEventListener('message', () => work(performance.now()), { once: true });
      channel.port1.start();
      channel.port2.postMessage(null);
    });
  };
  const probe = { keyAt: 0, changedAt: 0, firstRows: null as number | null, seen: '|' };
  Object.defineProperty(window, 'paintProbe', { value: probe });
  addEventListener('keydown', (event) => { probe.keyAt = event.timeStamp; probe.changedAt = 0; }, true);
  const look = (): void => {
    const now = rows();
    if (now === probe.seen) return;
    probe.seen = now;
    afterPaint((at) => {
      probe.changedAt = at;
      if (probe.firstRows === null && document.querySelector('[role="row"][data-id]') !== null) probe.firstRows = at;
    });
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['data-id'] });
}

export async function newProbedPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(installProbe);
  return page;
}

declare global {
  interface Window {
    readonly paintProbe: { keyAt: number; changedAt: number; firstRows: number | null; seen: string };
  }
}

export const paintsOf = (page: Page): Promise<PaintProbe> => page.evaluate(() => ({
  firstRows: window.paintProbe.firstRows,
  firstContent: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null,
}));
