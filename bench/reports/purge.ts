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

interface Renamed {
  readonly seconds: number;
  readonly folders: number;
  readonly files: number;
}

export const purge: Benchmark = {
  name: 'purge',
  promise: 'Moving 10,000 reports to the trash runs at 0.7 of the speed of a bare rename loop or better.',
  run: async ({ root, cache, runs }) => {
    const { workspace } = scaleTree(cache, count);
    const plans: number[] = [];
    const undos: number[] = [];
    const files: number[] = [];
    const floors: number[] = [];
    const ours = async (): Promise<number> => {
      const told = await runMeasuring<Purged>('purge.ts', [workspace, String(count)], { cwd: root });
      plans.push(told.plan);
      undos.push(told.undo);
      return told.apply;
    };
    const bare = async (mode: 'folders' | 'files' | 'floor'): Promise<number> => {
      const told = await runMeasuring<Renamed>('renameSame.mjs', [workspace, mode], { cwd: root });
      if (told.folders !== count) throw new Error(`the bare loop found ${told.folders} folders instead of ${count}`);
      return told.seconds;
    };
    const raw = async (): Promise<number> => {
      const folders = await bare('folders');
      files.push(await bare('files'));
      floors.push(await bare('floor'));
      return folders;
    };
    try {
      const samples = await inTurns(runs, ours, raw);
      const what = 'plans.apply of a stored purge plan in a process of its own: every item checked again, folders renamed into the trash, manifest, journal, evidence, fsync';
      return [
        lineOf({
          name: 'purge of 10,000 reports to the trash', unit: 's', samples: { ours: samples.ours, other: files }, other: 'bare rename of its files', ratioIs: 'other / ours', bound: atLeast('ratio', 0.7),
          ran: `${what}; against renameSync of the same 21,000 files in the same order and mkdirSync of the 10,000 folders that they go to`,
        }),
        lineOf({
          name: 'against its folders only', unit: 's', samples, other: 'bare rename of its folders', ratioIs: 'other / ours', bound: atLeast('ratio', 0.7),
          ran: `${what}; against renameSync of the same 10,000 folders in the same order`,
        }),
        lineOf({
          name: 'against the calls it cannot do without', unit: 's', samples: { ours: samples.ours, other: floors }, other: 'floor: looks, renames, flushes', ratioIs: 'other / ours', bound: null,
          ran: `${what}; against lstatSync of 31,000 items, a manifest written and flushed, renameSync of 10,000 folders, lstatSync of each, fsyncSync of the 80 folders they went from and to`,
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
