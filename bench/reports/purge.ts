/** Applying a stored plan that moves 10,000 reports to the trash, journal, manifest and evidence included. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runMeasuring } from '../lib/children.ts';
import { atLeast, inTurns, lineOf } from '../lib/measure.ts';
import { scaleTree } from '../lib/trees.ts';
import type { Benchmark } from '../lib/types.ts';

const count = 10_000;

interface Purged {
  readonly plan: number;
  readonly apply: number;
  readonly undo: number;
}

export const purge: Benchmark = {
  name: 'purge',
  promise: 'Moving 10,000 reports to the trash runs at 0.7 of the speed of a bare rename loop or better.',
  run: async ({ root, cache, runs }) => {
    const { workspace, reports } = scaleTree(cache, count);
    const plans: number[] = [];
    const undos: number[] = [];
    const ours = async (): Promise<number> => {
      const told = await runMeasuring<Purged>('purge.ts', [workspace, String(count)], { cwd: root });
      plans.push(told.plan);
      undos.push(told.undo);
      return told.apply;
    };
    const raw = async (): Promise<number> => {
      const told = await runMeasuring<{ readonly seconds: number; readonly count: number }>('renameFolders.mjs', [reports, join(workspace, 'away')], { cwd: root });
      if (told.count !== count) throw new Error(`the raw loop found ${told.count} folders instead of ${count}`);
      return told.seconds;
    };
    try {
      const samples = await inTurns(runs, ours, raw);
      return [
        lineOf({
          name: 'purge of 10,000 reports to the trash', unit: 's', samples, other: 'bare rename loop', ratioIs: 'other / ours', bound: atLeast('ratio', 0.7),
          ran: 'plans.apply of a stored purge plan in a process of its own: every item checked again, folders renamed into the trash, manifest, journal, evidence, fsync; against renameSync of the same 10,000 folders',
        }),
        lineOf({ name: 'making that plan', unit: 's', samples: { ours: plans, other: [] }, other: null, bound: null, ran: 'reports.purge in the same process, first scan of the tree included' }),
        lineOf({ name: 'undoing it', unit: 's', samples: { ours: undos, other: [] }, other: null, bound: null, ran: 'plans.undo in the same process' }),
      ];
    } finally {
      // Plans, journal and trash entries of the runs would slow down the next ones.
      for (const made of ['var/plans', 'var/trash', 'audit', 'logs']) rmSync(join(workspace, made), { recursive: true, force: true });
    }
  },
};
