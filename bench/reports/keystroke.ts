/** From a key pressed in the search field to the painted frame in which the rows have changed for the last time. */
import type { Page } from 'playwright';
import { newProbedPage, openBrowser, serve } from '../lib/browser.ts';
import { atMost, lineOf, quantile } from '../lib/measure.ts';
import { scaleTree } from '../lib/trees.ts';
import type { Benchmark } from '../lib/types.ts';

/** Each digit changes the number of matches: names and summaries are full of them. */
const texts = ['4217', '0931', '3308', '1275', '2840', '9156', '0047', '388', '5921', '7640'] as const;

/** Nothing may change for this long before a key counts as answered. */
const quietMs = 250;

async function press(page: Page, key: string): Promise<number> {
  const before = await page.evaluate(() => window.paintProbe.seen);
  await page.keyboard.press(key);
  await page.waitForFunction(
    ({ seen, quiet }) => window.paintProbe.seen !== seen && window.paintProbe.changedAt > 0 && performance.now() - window.paintProbe.changedAt > quiet,
    { seen: before, quiet: quietMs },
    { timeout: 5000, polling: 50 },
  );
  return page.evaluate(() => window.paintProbe.changedAt - window.paintProbe.keyAt);
}

async function typeAll(page: Page, texts: readonly string[]): Promise<readonly number[]> {
  const field = page.getByRole('searchbox').first();
  await field.click();
  const times: number[] = [];
  for (const text of texts) {
    await field.fill('');
    await page.waitForTimeout(quietMs * 3);
    for (const key of text.split('')) {
      const waited = await press(page, key).catch(() => null);
      // A letter that leaves the same matches paints nothing new; it is no measurement.
      if (waited !== null) times.push(waited);
    }
  }
  return times;
}

/** The floor: one letter shown by a bare page without any framework, in the same browser. */
async function bareKeys(page: Page, count: number): Promise<readonly number[]> {
  await page.goto(`data:text/html,${encodeURIComponent('<input id="field"><div role="row" data-id=""></div>')}`);
  await page.evaluate(() => {
    const row = document.querySelector('[role="row"]');
    document.querySelector('#field')?.addEventListener('input', (event) => row?.setAttribute('data-id', (event.target as HTMLInputElement).value));
  });
  await page.click('#field');
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) times.push(await press(page, 'a'));
  return times;
}

export const keystroke: Benchmark = {
  name: 'keystroke',
  promise: 'A keystroke in the filter shows its rows within 100 ms in 95 of 100 cases, with 50,000 reports.',
  run: async ({ root, cache, say }) => {
    const { workspace } = scaleTree(cache, 50_000);
    const served = serve(root, workspace);
    const browser = await openBrowser();
    try {
      const page = await newProbedPage(browser);
      await page.goto(await served.next());
      await page.locator('[role="row"][data-id]').first().waitFor({ timeout: 60_000 });
      await page.waitForTimeout(2000);
      // Once for warming up: the first answers are slow in every just-in-time compiler.
      await typeAll(page, texts.slice(0, 2));
      const ours = await typeAll(page, texts);
      // A page in the background paints late.
      await page.context().close();
      const bare = await newProbedPage(browser);
      const other = await bareKeys(bare, 20);
      const letters = texts.join('').length;
      if (ours.length < letters * 0.8) throw new Error(`only ${ours.length} of ${letters} keystrokes changed the rows`);
      say(`  ${ours.length} keystrokes; median ${quantile(ours, 0.5).toFixed(0)} ms, highest ${Math.max(...ours).toFixed(0)} ms`);
      return [lineOf({
        name: 'filter keystroke to painted rows, p95', unit: 'ms', samples: { ours, other }, other: 'bare input, bare text', bound: atMost('ours', 100),
        by: (values) => quantile(values, 0.95),
        ran: `the headless host with a warm index, and Chromium: ${ours.length} letters typed one by one into the search field, from the key event to the frame with the last change of rows; against one letter painted by a page without any framework`,
      })];
    } finally {
      await browser.close();
      await served.stop();
    }
  },
};
