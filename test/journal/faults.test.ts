import { appendFileSync, existsSync, readFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isConsoleError, type JournalEntry } from '#contract';
import { openJournal, type Journal } from '#engines/journal';
import { nodeFileSystem, type FileSystem } from '#engines/storage';
import { atEveryCall, faultyFileSystem, SimulatedCrash, type Fault } from '../support/faultyFileSystem.ts';
import { actor, contextAt, entry, fill, newRoot, openBench, type Bench } from './support.ts';

const open = (root: string, fs: FileSystem): Journal => openJournal(contextAt(root, fs), { workspaceId: 'w1', lock: (work) => work(), maxSegmentBytes: 1500 });

interface Attempt {
  readonly acknowledged: readonly JournalEntry[];
  readonly errors: readonly unknown[];
}

/** Appends on and on, as a console does that survives a failed append; a crash ends it. */
function appendSome(journal: Journal): Attempt {
  const acknowledged: JournalEntry[] = [];
  const errors: unknown[] = [];
  for (let number = 1; number <= 5; number += 1) {
    try {
      const inputs = number === 3 ? [entry(number), entry(number + 100)] : [entry(number)];
      acknowledged.push(...journal.appendMany(inputs));
    } catch (error) {
      errors.push(error);
      if (error instanceof SimulatedCrash) break;
    }
  }
  return { acknowledged, errors };
}

const everything = (bench: Bench): readonly JournalEntry[] => bench.journal.list({ limit: 1000 }).entries.toReversed();

const faults: ReadonlyArray<readonly [string, Omit<Fault, 'at'>]> = [
  ['a crash before it', { kind: 'crash' }], ['a crash after it', { kind: 'crash', late: true }], ['a short write', { kind: 'short' }],
  ['EIO', { kind: 'EIO' }], ['EIO although it took effect', { kind: 'EIO', late: true }], ['EPERM', { kind: 'EPERM' }], ['EBUSY', { kind: 'EBUSY' }],
  ['ENOSPC', { kind: 'ENOSPC' }], ['ENOSPC from then on', { kind: 'ENOSPC', sticky: true }],
];

/** Leaves an unfinished line behind, so that the repair is part of what is tried. */
function damage(bench: Bench): void {
  fill(bench, 3);
  appendFileSync(join(bench.folder, bench.segments().at(-1) ?? ''), '{"actor":{"door"');
}

describe('the journal after a fault at any file operation', () => {
  it.each(faults)('keeps every acknowledged entry and a chain that holds (%s)', async (_name, fault) => {
    for (const prepare of [(): void => undefined, damage]) {
      const hits = await atEveryCall((at) => ({ at, ...fault }), async (one) => {
        const root = newRoot();
        prepare(openBench({}, root));
        const faulty = faultyFileSystem(nodeFileSystem, one);
        const { acknowledged, errors } = appendSome(open(root, faulty.fs));
        faulty.release();
        for (const error of errors) expect(error instanceof SimulatedCrash || isConsoleError(error)).toBe(true);
        const reopened = openBench({ maxSegmentBytes: 1500 }, root);
        const last = reopened.journal.append(entry(999));
        const present = everything(reopened);
        expect(present.map(({ seq }) => seq)).toEqual(present.map((_unused, index) => index + 1));
        for (const { seq, hash } of [...acknowledged, last]) expect(present[seq - 1]?.hash).toBe(hash);
        expect((await reopened.verify()).findings).toEqual([]);
        return faulty.fired;
      });
      expect(hits).toBeGreaterThan(4);
    }
  });

  it.each(['EIO', 'ENOSPC', 'EPERM'] as const)('has nothing of an entry whose append failed (%s)', async (kind) => {
    await atEveryCall((at) => ({ at, kind }), (fault) => {
      const root = newRoot();
      fill(openBench({}, root), 2);
      const faulty = faultyFileSystem(nodeFileSystem, fault);
      const { acknowledged } = appendSome(open(root, faulty.fs));
      expect(everything(openBench({}, root)).map(({ hash }) => hash).slice(2).filter((hash) => !acknowledged.some((other) => other.hash === hash))).toEqual([]);
      return faulty.fired;
    });
  });

  it('keeps checkpoints and pin in agreement with the chain', async () => {
    for (const kind of ['crash', 'EIO', 'ENOSPC', 'short'] as const) {
      const hits = await atEveryCall((at) => ({ at, kind }), async (fault) => {
        const root = newRoot();
        const bench = openBench({}, root);
        fill(bench, 3);
        const faulty = faultyFileSystem(nodeFileSystem, fault);
        await open(root, faulty.fs).checkpoint(bench.keys, actor).catch(() => null);
        faulty.release();
        const made = await bench.journal.checkpoint(bench.keys, actor);
        expect(made).not.toBeNull();
        expect(await bench.verify()).toMatchObject({ status: 'verified', unsigned_tail: 0, pinned_seq: made?.seq });
        return faulty.fired;
      });
      expect(hits).toBeGreaterThan(1);
    }
  });
});

describe('an unfinished last line', () => {
  it('is named, kept aside to the byte, and noted by the next entry', async () => {
    const bench = openBench();
    fill(bench, 3);
    const path = join(bench.folder, '000001.jsonl');
    const size = statSync(path).size;
    truncateSync(path, size - 40);
    const lost = readFileSync(path).subarray(readFileSync(path).lastIndexOf(10) + 1);
    expect((await bench.verify()).findings.map(({ kind, line }) => [kind, line])).toEqual([['incomplete_line', 3]]);
    expect(bench.journal.head()?.seq).toBe(2);

    const next = bench.journal.append(entry(9));
    expect(next.seq).toBe(4);
    expect(readFileSync(join(bench.folder, 'damaged', '000001-3.part')).equals(lost)).toBe(true);
    expect(bench.journal.show(3).entry).toMatchObject({
      type: 'journal.repaired', stage: 'note', actor: { door: 'recovery' }, data: { kept_as: 'audit/journal/damaged/000001-3.part', bytes: lost.length },
    });
    expect((await bench.verify()).findings).toEqual([]);
  });

  it('is kept beside an earlier one of the same place', () => {
    const bench = openBench();
    fill(bench, 2);
    const path = join(bench.folder, '000001.jsonl');
    const whole = readFileSync(path);
    for (const rest of ['one', 'two', 'two']) {
      truncateSync(path, whole.length);
      appendFileSync(path, rest);
      bench.journal.append(entry(3));
    }
    expect(readdirSync(join(bench.folder, 'damaged')).toSorted()).toEqual(['000001-3-2.part', '000001-3-3.part', '000001-3.part']);
  });

  it('in an otherwise empty segment continues the chain of the one before', async () => {
    const bench = openBench({ maxSegmentBytes: 100 });
    fill(bench, 2);
    appendFileSync(join(bench.folder, '000003.jsonl'), '{"act');
    expect(bench.journal.head()?.seq).toBe(2);
    bench.journal.append(entry(3));
    expect(existsSync(join(bench.folder, 'damaged', '000003-3.part'))).toBe(true);
    expect(await bench.verify()).toMatchObject({ status: 'verified', entries: 4 });
  });
});
