/** Thousands of archives in one folder: the time grows with their number and not with its square. */
import { join } from 'node:path';
import { runNode } from '../lib/children.ts';
import { atMost, inTurns, lineOf, median } from '../lib/measure.ts';
import { zipTree } from '../lib/trees.ts';
import type { Benchmark, Line } from '../lib/types.ts';

const few = 2000;
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
      const start = median((await inTurns(runs, overview(1), overview(1))).ours);
      const samples = await inTurns(runs, overview(count), overview(few));
      const work = { ours: samples.ours.map((value) => value - start), other: samples.other.map((value) => value - start) };
      lines.push(lineOf({
        name: `growth from ${few} to ${count} zips (x ${count / few})`, unit: 's', samples: work, other: `${few} zips`, bound: atMost('ratio', count / few * 1.25),
        ran: `the same with ${count} and with ${few} archives, the ${start.toFixed(2)} s of an overview of a single one taken off both`,
      }));
    }
    return lines;
  },
};
