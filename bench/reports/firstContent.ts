/** How soon the served window shows something, and its rows, in a browser that has never seen it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newProbedPage, openBrowser, paintsOf, serve, type PaintProbe } from '../lib/browser.ts';
import { atMost, inTurns, lineOf, type Samples } from '../lib/measure.ts';
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
    response.end('<!doctype html><title>bare</title><div role="row" data-id="1">one row</div>');
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { link: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop: () => void server.close() };
}

function linesOf(count: number, content: Samples, rows: Samples): readonly Line[] {
  const shown = `${count.toLocaleString('en')} reports`;
  return [
    lineOf({
      name: `first content, ${shown}`, unit: 'ms', samples: content, other: 'bare page', bound: atMost('ours', 1000),
      ran: 'the headless host with a warm index; Chromium with empty caches opens a one-time link; from the start of the navigation to the first contentful paint; against a bare page',
    }),
    lineOf({ name: `first rows, ${shown}`, unit: 'ms', samples: rows, other: 'bare page', bound: null, ran: 'the same visits, to the painted frame with the first row of the table' }),
  ];
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
        const served = serve(root, workspace);
        try {
          const samples = await inTurns(runs, async () => measure('ours', await served.next()), () => measure('other', bare.link));
          lines.push(...linesOf(count, samples, rows));
        } finally {
          await served.stop();
        }
      }
      return lines;
    } finally {
      bare.stop();
      await browser.close();
    }
  },
};
