/** The same 50,000 reports asked of a console that runs already. */
import { join } from 'node:path';
import { serve } from '../lib/browser.ts';
import { runMeasuring, runNode } from '../lib/children.ts';
import { atMost, lineOf } from '../lib/measure.ts';
import { openSocketClient } from '../lib/socketClient.ts';
import { scaleTree } from '../lib/trees.ts';
import type { Benchmark, Line } from '../lib/types.ts';

interface Answered {
  readonly first_list: number;
  readonly list: readonly number[];
  readonly filtered: readonly number[];
  readonly overview: readonly number[];
  readonly printed: readonly number[];
  readonly page: readonly number[];
  readonly stringify: readonly number[];
}

/** From the request to the last byte in another process, which counts and does not read it. */
async function overSocket(root: string, workspace: string, runs: number): Promise<readonly number[]> {
  const served = serve(root, workspace);
  try {
    const client = await openSocketClient(await served.next());
    const seconds: number[] = [];
    // The first one is for warming up.
    for (let run = 0; run <= runs; run += 1) {
      const { milliseconds, bytes } = await client.ask('reports.overview', {});
      if (bytes < 10_000_000) throw new Error(`an overview of only ${bytes} bytes`);
      if (run > 0) seconds.push(milliseconds / 1000);
    }
    client.close();
    return seconds;
  } finally {
    await served.stop();
  }
}

export const overviewConsole: Benchmark = {
  name: 'overview-console',
  promise: 'A running console answers over 50,000 reports within 0.4 s.',
  run: async ({ root, cache, runs }) => {
    const { workspace, reports } = scaleTree(cache, 50_000);
    const told = await runMeasuring<Answered>('console.ts', [workspace, String(Math.max(5, runs))], { cwd: root });
    const socket = await overSocket(root, workspace, Math.max(5, runs));
    const raw = (await runNode([join(root, 'bench', 'programs', 'walkReadPrint.mjs'), reports], { cwd: root })).seconds;
    const line = (name: string, ours: readonly number[], ran: string, bound: number | null, floor = told.stringify, other = 'JSON.stringify of all entries'): Line => lineOf({
      name, unit: 's', samples: { ours, other: floor }, other, ran, bound: bound === null ? null : atMost('ours', bound),
    });
    return [
      line('running console: page of 50 of 50,000', told.list, 'reports.list, limit 50, through the door of a window of a console with threads and a warm index; answer checked against its schema', 0.4),
      line('running console: page of 50, text filter and sort', told.filtered, 'the same with a text filter that matches a fifth of the reports, in another order', 0.4),
      line('running console: overview page of 50', told.page, 'reports.overview, limit 50: totals, categories, dashboards over all 50,000', 0.4),
      line('running console: overview of all 50,000', socket, 'reports.overview without a limit asked of the headless host over its WebSocket: from the request to the last byte of 50,000 whole entries in another process; printed by the engine in its thread, not checked again and not read there; against JSON.stringify of the same answer', 0.4),
      line('  the same, in the hands of the host', told.printed, 'the same answer as JSON text, from the call to the last piece in the thread of the host, put together', null),
      line('  the same as objects, checked', told.overview, 'the same answer as values (what an Electron window gets): 50,000 entries copied from the worker thread into the host and checked against the schema', null),
      line('opening a console to its first page', [told.first_list], 'openConsole with threads and the first reports.list, once; against a bare walk of its own process', null, [raw], 'bare walk + read + print'),
    ];
  },
};
