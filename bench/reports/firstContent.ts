/** How soon the served window shows something, and its rows, in a browser that has never seen it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newProbedPage, openBrowser, paintsOf, serve, type PaintProbe } from '../lib/browser.ts';
import { atMost, inTurns, lineOf } from '../lib/measure.ts';
import { scaleTree } from '../lib/trees.ts';
import type { Benchmark, Line } from '../lib/types.ts';
import type { Browser } from 'playwright';

async function visit(browser: Browser, link: string): Promise<PaintProbe> {
  const page = await newProbedPage(browser);
  try {
    await page.goto(link);
    await page.locator('[role="row"][data-id]').first().waitFor({ timeout: 60_000 });
    await page.waitForFunction(() => window.paintProbe.firstRows !== null && performance.getEntriesByName('first-contentful-paint').length > 0);
    return await paintsOf(page);
  } finally {
    await page.context().close();
  }
}

/** A page of one row without style or script, from the barest server. */
async function barePage(): Promise<{ readonly link: string; readonly stop: () => void }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>bare</title><div role="grid" aria-rowcount="1"><div role="row" data-id="1">one row</div></div>');
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { link: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop: () => void server.close() };
}

export const firstContent: Benchmark = {
  name: 'first-content',
  promise: 'The served window shows its first content within a second.',
  run: async ({ root, cache, runs }) => {
    const browser = await openBrowser();
    const bare = await barePage();
    const lines: Line[] = [];
    try {
      for (const count of [300, 50_000]) {
        const { workspace } = scaleTree(cache, count);
        const rows = { ours: [] as number[], other: [] as number[] };
        const measure = async (side: 'ours' | 'other', link: string): Promise<number> => {
          const { firstRows, firstContent: content } = await visit(browser, link);
          rows[side].push(firstRows ?? Number.NaN);
          return content ?? Number.NaN;
        };
        // The link lets in one browser once, so every visit has a server of its own; it gets time to settle.
        const ours = async (): Promise<number> => {
          const served = await serve(root, workspace);
          try {
            await new Promise((resolve) => { setTimeout(resolve, count > 1000 ? 5000 : 1500); });
            return await measure('ours', served.link);
          } finally {
            await served.stop();
          }
        };
        const samples = await inTurns(runs, ours, () => measure('other', bare.link));
        const shown = count.toLocaleString('en');
        lines.push(
          lineOf({ name: `first content, ${shown} reports`, unit: 'ms', samples, other: 'bare page', bound: atMost('ours', 1000), ran: `sterownia serve, settled; Chromium with empty caches opens the one-time link; from the start of the navigation to the first contentful paint; against a bare page` }),
          lineOf({ name: `first rows, ${shown} reports`, unit: 'ms', samples: rows, other: 'bare page', bound: atMost('ours', 1000), ran: 'the same visits, to the painted frame with the first row of the table' }),
        );
      }
      return lines;
    } finally {
      bare.stop();
      await browser.close();
    }
  },
};
