/** The overview of 50,000 reports from the command line, from the start of the process to the last byte of its output. */
import { join } from 'node:path';
import { runNode } from '../lib/children.ts';
import { atMost, inTurns, lineOf } from '../lib/measure.ts';
import { scaleTree } from '../lib/trees.ts';
import type { Benchmark } from '../lib/types.ts';

export const overviewCold: Benchmark = {
  name: 'overview-cold',
  promise: 'An overview of 50,000 reports from the command line takes at most 2 s.',
  run: async ({ root, cache, runs }) => {
    const { workspace, reports } = scaleTree(cache, 50_000);
    const bridge = join(root, 'bin', 'ui-bridge.mjs');
    const bytes: number[] = [];
    const ours = async (): Promise<number> => {
      const ran = await runNode([bridge, 'overview'], { cwd: workspace });
      bytes.push(ran.outputBytes);
      return ran.seconds;
    };
    const raw = async (): Promise<number> => (await runNode([join(root, 'bench', 'programs', 'walkReadPrint.mjs'), reports], { cwd: workspace })).seconds;
    await ours();
    await raw();
    const samples = await inTurns(runs, ours, raw);
    return [lineOf({
      name: 'overview of 50,000 reports, cold CLI', unit: 's', samples, other: 'bare walk + read + print',
      ran: `ui-bridge overview in a workspace of 50,000 report folders, ${((bytes[0] ?? 0) / 1e6).toFixed(1)} MB read from a pipe to the end; against a bare stack walk that stats every file, parses every summary and prints as much`,
      bound: atMost('ours', 2),
    })];
  },
};
