/** The same 50,000 reports asked of a console that runs already. */
import { join } from 'node:path';
import { runMeasuring, runNode } from '../lib/children.ts';
import { atMost, lineOf } from '../lib/measure.ts';
import { scaleTree } from '../lib/trees.ts';
import type { Benchmark, Line } from '../lib/types.ts';

interface Answered {
  readonly first_list: number;
  readonly list: readonly number[];
  readonly filtered: readonly number[];
  readonly overview: readonly number[];
  readonly page: readonly number[];
  readonly stringify: readonly number[];
}

export const overviewConsole: Benchmark = {
  name: 'overview-console',
  promise: 'A running console answers over 50,000 reports within 0.4 s.',
  run: async ({ root, cache, runs }) => {
    const { workspace, reports } = scaleTree(cache, 50_000);
    const told = await runMeasuring<Answered>('console.ts', [workspace, String(Math.max(5, runs))], { cwd: root });
    const raw = (await runNode([join(root, 'bench', 'programs', 'walkReadPrint.mjs'), reports], { cwd: root })).seconds;
    const line = (name: string, ours: readonly number[], ran: string, bound: number | null, floor = told.stringify, other = 'JSON.stringify of all entries'): Line => lineOf({
      name, unit: 's', samples: { ours, other: floor }, other, ran, bound: bound === null ? null : atMost('ours', bound),
    });
    return [
      line('running console: page of 50 of 50,000', told.list, 'reports.list, limit 50, through the door of a window of a console with threads and a warm index; answer checked against its schema', 0.4),
      line('running console: page of 50, text filter and sort', told.filtered, 'the same with a text filter that matches a fifth of the reports, in another order', 0.4),
      line('running console: overview page of 50', told.page, 'reports.overview, limit 50: totals, categories, dashboards over all 50,000', 0.4),
      line('running console: overview of all 50,000', told.overview, 'reports.overview without a limit: 50,000 whole entries brought from the worker thread into the host and checked against the schema; against JSON.stringify of the same answer', 0.4),
      line('opening a console to its first page', [told.first_list], 'openConsole with threads and the first reports.list, once; against a bare walk of its own process', null, [raw], 'bare walk + read + print'),
    ];
  },
};
