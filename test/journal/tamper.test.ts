import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import type { JournalFinding } from '#contract';
import { openJournal } from '#engines/journal';
import { nodeFileSystem, type FileSystem } from '#engines/storage';
import { actor, contextAt, entry, fileKeys, fill, newRoot, openBench, withoutOwn, type Bench } from './support.ts';

const segment = '000001.jsonl';

/** Puts a member in an entry and makes its own hash right again, as someone would who knows the format. */
function rehash(line: string, change: Readonly<Record<string, unknown>>): string {
  const { hash: _hash, ...rest } = { ...JSON.parse(line) as Record<string, unknown>, ...change };
  return canonicalize({ ...rest, hash: createHash('sha256').update(canonicalize(rest) ?? '').digest('hex') }) ?? '';
}

/** Rewrites every entry from `from` on so that the chain holds again. */
function rechain(lines: readonly string[], from: number): string[] {
  const made = lines.slice(0, from);
  for (const line of lines.slice(from)) {
    const prev = made.length === 0 ? '0'.repeat(64) : (JSON.parse(made.at(-1) ?? '') as { hash: string }).hash;
    made.push(rehash(line, { prev, seq: made.length + 1 }));
  }
  return made;
}

const short = ({ kind, segment: name, line, seq }: JournalFinding): readonly unknown[] => [kind, name, line, seq];

/** Twelve entries and a note about the key; checkpoints at 11 and 13 (the first one adds the note 11 and signs it). */
async function signedBench(): Promise<Bench> {
  const bench = openBench();
  fill(bench, 10);
  await bench.journal.checkpoint(bench.keys, actor);
  fill(bench, 2);
  await bench.journal.checkpoint(bench.keys, actor);
  fill(bench, 2);
  expect(await bench.verify()).toMatchObject({ status: 'verified', entries: 15, checkpoints: 2, unsigned_tail: 2, pinned_seq: 13, findings: [] });
  return bench;
}

type Tamper = (lines: string[], bench: Bench) => readonly string[];

const at = (lines: readonly string[], index: number): string => lines[index] ?? '';
const withLine = (lines: readonly string[], index: number, line: string): string[] => lines.with(index, line);

const cases: Readonly<Record<string, readonly [Tamper, ReadonlyArray<readonly unknown[]>]>> = {
  'a field was edited': [
    (lines) => withLine(lines, 4, at(lines, 4).replace('"number":5', '"number":6')),
    [['edited', segment, 5, 5]],
  ],
  'a field was edited and the hash made right': [
    (lines) => withLine(lines, 4, rehash(at(lines, 4), { type: 'reports.kept' })),
    [['edited', segment, 5, 5]],
  ],
  'the hash was edited': [
    (lines) => withLine(lines, 4, at(lines, 4).replace(/"hash":"(.)/u, (_all, digit) => `"hash":"${digit === '0' ? '1' : '0'}`)),
    [['edited', segment, 5, 5]],
  ],
  'the number was edited': [
    (lines) => withLine(lines, 4, at(lines, 4).replace('"seq":5', '"seq":50')),
    [['edited', segment, 5, 50]],
  ],
  'the last entry that was signed was edited and the hash made right': [
    (lines) => [...lines.slice(0, 12), rehash(at(lines, 12), { type: 'x' })],
    [['checkpoint_invalid', 'checkpoints.jsonl', 2, 13], ['pin_mismatch', segment, 13, 13]],
  ],
  'spaces were added, which changes no value': [
    (lines) => withLine(lines, 4, at(lines, 4).replace('"number":5', '"number": 5')),
    [['edited', segment, 5, 5]],
  ],
  'members were put in another order': [
    (lines) => withLine(lines, 4, JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(at(lines, 4)) as object).toReversed()))),
    [['edited', segment, 5, 5]],
  ],
  'a member was given twice': [
    (lines) => withLine(lines, 4, at(lines, 4).replace('{"actor":', '{"type":"harmless","actor":')),
    [['edited', segment, 5, 5]],
  ],
  'the hash was moved into the data': [
    (lines) => {
      const hash = /,"hash":"[0-9a-f]{64}"/u.exec(at(lines, 4))?.[0] ?? '';
      return withLine(lines, 4, at(lines, 4).replace(hash, '').replace('},"operation"', `${hash}},"operation"`));
    },
    [['unreadable', segment, 5, null]],
  ],
  'an entry was removed': [
    (lines) => lines.toSpliced(4, 1),
    [['removed', segment, 5, 5]],
  ],
  'three entries were removed': [
    (lines) => lines.toSpliced(4, 3),
    [['removed', segment, 5, 5]],
  ],
  'the first entry was removed': [
    (lines) => lines.slice(1),
    [['removed', segment, 1, 1]],
  ],
  'an entry was removed and the rest chained anew': [
    (lines) => rechain(lines.toSpliced(4, 1), 4),
    [['checkpoint_invalid', 'checkpoints.jsonl', 1, 11], ['checkpoint_invalid', 'checkpoints.jsonl', 2, 13], ['pin_mismatch', segment, 13, 13]],
  ],
  'two neighbours were swapped': [
    (lines) => withLine(withLine(lines, 4, at(lines, 5)), 5, at(lines, 4)),
    [['reordered', segment, 5, 6]],
  ],
  'two distant entries were swapped': [
    (lines) => withLine(withLine(lines, 4, at(lines, 8)), 8, at(lines, 4)),
    [['reordered', segment, 5, 9], ['reordered', segment, 9, 5]],
  ],
  'the last two were swapped': [
    (lines) => withLine(withLine(lines, 13, at(lines, 14)), 14, at(lines, 13)),
    [['reordered', segment, 14, 15]],
  ],
  'an entry was moved to the end': [
    (lines) => [...lines.toSpliced(4, 1), at(lines, 4)],
    [['reordered', segment, 15, 5]],
  ],
  'an entry was put in after one of its number': [
    (lines) => lines.toSpliced(5, 0, rehash(at(lines, 4), { type: 'x' })),
    [['inserted', segment, 6, 5]],
  ],
  'an entry was put in before the one of its number': [
    (lines) => lines.toSpliced(4, 0, rehash(at(lines, 4), { type: 'x' })),
    [['inserted', segment, 5, 5]],
  ],
  'a copy of an early entry was put in': [
    (lines) => lines.toSpliced(9, 0, at(lines, 1)),
    [['inserted', segment, 10, 2]],
  ],
  'an entry was added at the end with a number that was used': [
    (lines) => [...lines, rehash(at(lines, 14), { type: 'x' })],
    [['inserted', segment, 16, 15]],
  ],
  'an entry was put in and the rest chained anew': [
    (lines) => rechain(lines.toSpliced(4, 0, at(lines, 4)), 4),
    [['checkpoint_invalid', 'checkpoints.jsonl', 1, 11], ['checkpoint_invalid', 'checkpoints.jsonl', 2, 13], ['pin_mismatch', segment, 13, 13]],
  ],
  'a line became unreadable': [
    (lines) => withLine(lines, 4, 'rubbish'),
    [['unreadable', segment, 5, null]],
  ],
  'an unreadable line was put in': [
    (lines) => lines.toSpliced(4, 0, ''),
    [['unreadable', segment, 5, null]],
  ],
  'an entry of another workspace was chained in': [
    (lines) => [...lines, rehash(at(lines, 14), { seq: 16, prev: (JSON.parse(at(lines, 14)) as { hash: string }).hash, workspace_id: 'w2' })],
    [['foreign_workspace', segment, 16, 16]],
  ],
  'signed entries were cut off': [
    (lines) => lines.slice(0, 12),
    [['cut_off', null, null, 13]],
  ],
  'all entries were cut off': [
    () => [],
    [['cut_off', null, null, 1]],
  ],
  'signed entries and the checkpoint of them were cut off': [
    (lines, bench) => {
      const path = join(bench.folder, 'checkpoints.jsonl');
      writeFileSync(path, `${at(readFileSync(path, 'utf8').split('\n'), 0)}\n`);
      return lines.slice(0, 12);
    },
    [['cut_off', null, null, 13], ['removed', 'checkpoints.jsonl', null, 13]],
  ],
  'the checkpoints were removed': [
    (lines, bench) => {
      rmSync(join(bench.folder, 'checkpoints.jsonl'));
      return lines;
    },
    [['removed', 'checkpoints.jsonl', null, 13]],
  ],
  'a checkpoint was edited': [
    (lines, bench) => {
      const path = join(bench.folder, 'checkpoints.jsonl');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"seq":11', '"seq":10'));
      return lines;
    },
    [['checkpoint_invalid', 'checkpoints.jsonl', 1, 10]],
  ],
  'a checkpoint became unreadable': [
    (lines, bench) => {
      const path = join(bench.folder, 'checkpoints.jsonl');
      writeFileSync(path, `rubbish\n${readFileSync(path, 'utf8')}`);
      return lines;
    },
    [['checkpoint_invalid', 'checkpoints.jsonl', 1, null]],
  ],
  'bytes were cut off the last line': [
    (lines, bench) => {
      const path = join(bench.folder, segment);
      truncateSync(path, statSync(path).size - 7);
      return lines.length > 0 ? readFileSync(path, 'utf8').split('\n') : [];
    },
    [['incomplete_line', segment, 15, null]],
  ],
};

describe('verification names what was done to the journal:', () => {
  it.each(Object.entries(cases))('%s', async (_name, [tamper, expected]) => {
    const bench = await signedBench();
    const path = join(bench.folder, segment);
    const made = tamper(bench.lines(segment), bench);
    const text = made.map((line) => `${line}\n`).join('');
    writeFileSync(path, expected[0]?.[0] === 'incomplete_line' ? text.slice(0, -1) : text);
    const result = await bench.verify();
    expect(result.findings.map(short)).toEqual(expected);
    expect(result.status).toBe('broken');
    expect((await bench.journal.verify(withoutOwn(bench.keys))).findings).toEqual(result.findings);
    for (const { message } of result.findings) expect(message).toMatch(/\.$/u);
  });

  it('a checkpoint with a key that nobody recorded', async () => {
    const bench = await signedBench();
    const other = openBench();
    cpSync(bench.folder, other.folder, { recursive: true });
    rmSync(join(other.folder, 'keys.json'));
    await other.journal.checkpoint(other.keys, actor);
    const foreign = readFileSync(join(other.folder, 'checkpoints.jsonl'), 'utf8').split('\n')[2] ?? '';
    appendFileSync(join(bench.folder, 'checkpoints.jsonl'), `${foreign}\n`);
    expect((await bench.verify()).findings.map(short)).toEqual([['checkpoint_unknown_key', 'checkpoints.jsonl', 3, 17]]);
  });

  it('a journal replaced by another one that is right in itself, with checkpoints and keys', async () => {
    const bench = await signedBench();
    const other = openBench();
    fill(other, 20);
    await other.journal.checkpoint(other.keys, actor);
    expect((await other.verify()).status).toBe('verified');
    rmSync(bench.folder, { recursive: true });
    cpSync(other.folder, bench.folder, { recursive: true });
    expect((await bench.verify()).findings.map(short)).toEqual([['pin_mismatch', segment, 13, 13], ['removed', 'checkpoints.jsonl', null, 13]]);
  });

  it('a journal that is gone', async () => {
    const bench = await signedBench();
    rmSync(bench.folder, { recursive: true });
    expect(await bench.verify()).toMatchObject({ status: 'broken', findings: [{ kind: 'cut_off', seq: 1 }, { kind: 'removed', seq: 13 }] });
  });

  it('a segment that is missing, at the front, in the middle and at the end', async () => {
    const findings = async (remove: (names: readonly string[]) => string): Promise<ReadonlyArray<readonly unknown[]>> => {
      const bench = openBench({ maxSegmentBytes: 1200 });
      fill(bench, 12);
      await bench.journal.checkpoint(bench.keys, actor);
      rmSync(join(bench.folder, remove(bench.segments())));
      return (await bench.verify()).findings.map(({ kind, segment: name }) => [kind, name]);
    };
    expect(await findings((names) => names[0] ?? '')).toEqual([['missing_segment', '000001.jsonl'], ['removed', '000002.jsonl']]);
    expect(await findings((names) => names[1] ?? '')).toEqual([['missing_segment', '000002.jsonl'], ['removed', '000003.jsonl']]);
    expect(await findings((names) => names.at(-1) ?? '')).toEqual([['cut_off', null]]);
  });

  it('still knows an old key after a change of key, and says in the journal that it changed', async () => {
    const bench = await signedBench();
    const next = openBench({}, bench.root, join(newRoot(), 'other'));
    await next.journal.checkpoint(next.keys, actor);
    expect(await next.verify()).toMatchObject({ status: 'verified', checkpoints: 3, unsigned_tail: 0 });
    const notes = next.journal.list({ limit: 10, type: ['journal.key_recorded'] }).entries;
    expect(notes.map(({ data }) => [data['key_id'], data['previous_key_id']])).toEqual([
      [(await next.keys.signer()).keyId, (await bench.keys.signer()).keyId],
      [(await bench.keys.signer()).keyId, null],
    ]);
  });

  it('does not need keys.json for the key of this device', async () => {
    const bench = await signedBench();
    rmSync(join(bench.folder, 'keys.json'));
    expect(await bench.verify()).toMatchObject({ status: 'verified', checkpoints: 2 });
  });

  it('makes no checkpoint and no newer pin over a journal that contradicts the pin', async () => {
    const bench = await signedBench();
    bench.write(segment, rechain(bench.lines(segment).toSpliced(4, 1), 4));
    await expect(bench.journal.checkpoint(bench.keys, actor)).rejects.toMatchObject({ code: 'INTEGRITY', details: { seq: 13 } });
    expect((await fileKeys(join(newRoot(), 'none')).pin('w1'))).toBeNull();
    expect((await bench.keys.pin('w1'))?.seq).toBe(13);
  });

  it('goes on from a backup once a person has accepted it, and keeps on record what was pinned before', async () => {
    const bench = await signedBench();
    const pin = await bench.keys.pin('w1');
    bench.write(segment, bench.lines(segment).slice(0, 5));
    writeFileSync(join(bench.folder, 'checkpoints.jsonl'), '');
    expect((await bench.verify()).findings.map(({ kind }) => kind)).toEqual(['cut_off', 'removed']);
    await bench.journal.acceptAsIs(bench.keys, actor, 'restored from the backup of Monday');
    expect(await bench.verify()).toMatchObject({ status: 'verified', unsigned_tail: 0 });
    const [noted] = bench.journal.list({ limit: 1, type: ['journal.accepted_as_is'] }).entries;
    expect(noted?.data).toEqual({ reason: 'restored from the backup of Monday', previous_pins: [pin] });
    bench.journal.append(entry(1));
    expect(await bench.journal.checkpoint(bench.keys, actor)).not.toBeNull();
  });

  it('names a segment that is a link, and one that cannot be read, and goes on with the rest', async () => {
    const bench = openBench({ maxSegmentBytes: 1200 });
    fill(bench, 12);
    const [first = '', second = ''] = bench.segments();
    const kept = join(bench.root, 'elsewhere.jsonl');
    renameSync(join(bench.folder, second), kept);
    symlinkSync(kept, join(bench.folder, second));
    const failing: FileSystem = {
      ...nodeFileSystem,
      read: (fd, buffer, offset, length, position) => {
        if (nodeFileSystem.fstat(fd).ino === nodeFileSystem.lstat(join(bench.folder, first)).ino) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        return nodeFileSystem.read(fd, buffer, offset, length, position);
      },
    };
    const journal = openJournal(contextAt(bench.root, failing), { workspaceId: 'w1', lock: (work) => work() });
    const { findings, entries } = await journal.verify(bench.keys);
    expect(findings.map(({ kind, segment: name }) => [kind, name]).slice(0, 3)).toEqual([['unreadable', second], ['unreadable', first], ['removed', bench.segments()[2]]]);
    expect(entries).toBeGreaterThan(0);
    expect(() => journal.append(entry(13))).toThrow(/is no plain file/u);
  });

  it('lists a bounded number of findings for a journal in ruins', async () => {
    const bench = openBench();
    bench.journal.append(entry(1));
    bench.write(segment, [...bench.lines(segment), ...Array.from({ length: 3000 }, () => 'x')]);
    expect((await bench.verify()).findings).toHaveLength(1001);
  });
});
