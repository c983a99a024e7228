/** `--help` answers nearly as quickly as Node itself starts. */
import { join } from 'node:path';
import { runNode } from '../lib/children.ts';
import { atMost, inTurns, lineOf } from '../lib/measure.ts';
import type { Benchmark, Line } from '../lib/types.ts';

export const help: Benchmark = {
  name: 'help',
  promise: '--help takes at most three times as long as a bare start of Node.',
  run: async ({ root, runs }) => {
    const bare = async (): Promise<number> => (await runNode(['-e', '0'], { cwd: root })).seconds * 1000;
    const lines: Line[] = [];
    for (const [program, ...args] of [['sterownia', '--help'], ['sterownia', 'reports', 'purge', '--help'], ['ui-bridge', '--help']] as const) {
      const ours = async (): Promise<number> => (await runNode([join(root, 'bin', `${program}.mjs`), ...args], { cwd: root })).seconds * 1000;
      await ours();
      const samples = await inTurns(Math.max(15, runs), ours, bare);
      lines.push(lineOf({
        name: `${program} ${args.join(' ')}`, unit: 'ms', samples, other: 'node -e 0', bound: atMost('ratio', 3),
        ran: `bin/${program}.mjs ${args.join(' ')} against node -e 0, both on the pinned Node, compile cache warm`,
      }));
    }
    return lines;
  },
};
