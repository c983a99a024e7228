/** Peak memory of an overview that shows 25 of 50,000 reports. */
import { join } from 'node:path';
import { runNode } from '../lib/children.ts';
import { atMost, inTurns, lineOf } from '../lib/measure.ts';
import { scaleTree } from '../lib/trees.ts';
import type { Benchmark } from '../lib/types.ts';

export const limitMemory: Benchmark = {
  name: 'limit-memory',
  promise: 'overview --limit 25 over 50,000 reports needs at most 200 MB.',
  run: async ({ root, cache, runs }) => {
    const { workspace, reports } = scaleTree(cache, 50_000);
    const seconds = { ours: [] as number[], other: [] as number[] };
    const program = (side: 'ours' | 'other', args: readonly string[]) => async (): Promise<number> => {
      const ran = await runNode(args, { cwd: workspace, peak: true });
      seconds[side].push(ran.seconds);
      return ran.peakMegabytes;
    };
    const ours = program('ours', [join(root, 'bin', 'ui-bridge.mjs'), 'overview', '--limit', '25']);
    const raw = program('other', [join(root, 'bench', 'programs', 'walkReadPrint.mjs'), reports, '25']);
    const samples = await inTurns(runs, ours, raw);
    return [
      lineOf({
        name: 'overview --limit 25 of 50,000, peak memory', unit: 'MB', samples, other: 'bare walk that keeps all rows', bound: atMost('ours', 200),
        ran: 'ui-bridge overview --limit 25; peak resident memory (VmHWM) of the process; against a bare walk that keeps a row for each report',
      }),
      lineOf({ name: 'overview --limit 25 of 50,000, time', unit: 's', samples: seconds, other: 'bare walk + read + print', bound: null, ran: 'the same runs, wall clock' }),
    ];
  },
};
