/** Thousands of archives in one folder: the time grows with their number and not with its square. */
import { join } from 'node:path';
import { runNode } from '../lib/children.ts';
import { atMost, inTurns, lineOf } from '../lib/measure.ts';
import { zipTree } from '../lib/trees.ts';
import type { Benchmark, Line } from '../lib/types.ts';

const few = 2000;
/** The last one tells more: at the lower numbers most of the time is start-up. */
const more = [4000, 32_000] as const;

export const zips: Benchmark = {
  name: 'zips',
  promise: 'Archives in one folder cost linear time.',
  run: async ({ root, cache, runs }) => {
    const bridge = join(root, 'bin', 'ui-bridge.mjs');
    const overview = (count: number) => {
      const { workspace } = zipTree(cache, count);
      return async (): Promise<number> => (await runNode([bridge, 'overview'], { cwd: workspace })).seconds;
    };
    const raw = (count: number) => {
      const { workspace, reports } = zipTree(cache, count);
      return async (): Promise<number> => (await runNode([join(root, 'bench', 'programs', 'walkReadPrint.mjs'), reports], { cwd: workspace })).seconds;
    };
    const base = await inTurns(runs, overview(few), raw(few));
    const lines: Line[] = [lineOf({
      name: `overview of ${few} zips in one folder`, unit: 's', samples: base, other: 'bare walk + print', bound: atMost('ours', 2),
      ran: `ui-bridge overview over one folder of ${few} archives, cold CLI, output read to the end; against a bare walk (the earlier command took 237 s)`,
    })];
    for (const count of more) {
      // Start-up is in both numbers and would hide growth: an overview of one archive is taken off.
      const start = await inTurns(runs, overview(1), overview(count));
      const samples = { ours: start.other, other: base.ours };
      // Taking start-up off two small numbers would leave noise.
      const least = count >= few * 8 ? Math.min(...start.ours) : 0;
      lines.push(lineOf({
        name: `growth from ${few} to ${count} zips (x ${count / few})`, unit: 's', samples, other: `${few} zips`, by: (values) => Math.max(0.001, Math.min(...values) - least), bound: atMost('ratio', count / few * 1.25),
        ran: `the same with ${count} and with ${few} archives, fastest of the runs, ${least.toFixed(2)} s of start-up (an overview of a single one) taken off both`,
      }));
    }
    return lines;
  },
};
