/** The journal verified, against the bare cost of its hashes and signatures. */
import { runMeasuring } from '../lib/children.ts';
import { atLeast, lineOf } from '../lib/measure.ts';
import { journalEntries, modelWorkspace } from '../lib/models.ts';
import type { Benchmark, Line } from '../lib/types.ts';

interface Verified {
  readonly ours: readonly number[];
  readonly other: readonly number[];
  readonly raw: readonly number[];
  readonly uncut: readonly number[];
  readonly seen: string;
}

/** A busy moment of the machine makes a run dearer and never cheaper. */
const fastest = (values: readonly number[]): number => Math.min(...values);

export const verification: Benchmark = {
  name: 'verification',
  promise: 'The journal is verified at 0.8 of the speed of its bare hashes and signatures or better.',
  run: async ({ root, cache, runs }) => {
    const { workspace, keys, id } = await modelWorkspace(cache);
    const told = await runMeasuring<Verified>('verifyJournal.ts', [workspace, id, keys, String(Math.max(9, 2 * runs))], { cwd: root });
    const ms = (seconds: readonly number[]): number[] => seconds.map((each) => each * 1000);
    const line = (name: string, ran: string, ours: readonly number[], floor: readonly number[], other: string, bound: Line['bound']): Line => lineOf({
      name, ran, unit: 'ms', samples: { ours: ms(ours), other: ms(floor) }, other, ratioIs: 'other / ours', bound, by: fastest,
    });
    const hashes = 'bare hashes and signatures';
    return [
      line(`journal of ${journalEntries.toLocaleString('en')} entries, verified`, `processor time of the engine on the device that signed it (${told.seen}); against that of reading, cutting, hashing and checking signatures; both in one thread, the best of the runs`, told.ours, told.raw, hashes, atLeast('ratio', 0.8)),
      line('the same, first time in a process', 'the first run of both, code not compiled yet; once', told.ours.slice(0, 1), told.raw.slice(0, 1), hashes, null),
      line('the same, against hashes of uncut lines', 'the other side hashes as many bytes of each line without cutting its hash out of it, which gives no hash of the chain', told.ours, told.uncut, 'hashes of uncut lines', null),
      line('the same, on a device that signed nothing', 'every entry is looked at on its own: canonical form, number, link', told.other, told.raw, hashes, null),
    ];
  },
};
