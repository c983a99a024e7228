import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { isConsoleError, journalEntrySchema, verificationSchema } from '#contract';
import { openJournal } from '#engines/journal';
import { nodeFileSystem } from '#engines/storage';
import { actor, contextAt, entry, fill, newRoot, openBench, testClock } from './support.ts';

function failure(work: () => unknown): { readonly code: string; readonly details: unknown } | null {
  try {
    work();
    return null;
  } catch (error) {
    return isConsoleError(error) ? { code: error.code, details: error.details } : null;
  }
}

describe('the journal on disk', () => {
  it('holds one canonical line per entry, each chained to the one before', () => {
    const bench = openBench();
    const entries = fill(bench, 5);
    let prev = '0'.repeat(64);
    for (const [index, line] of bench.lines('000001.jsonl').entries()) {
      const value = journalEntrySchema.parse(JSON.parse(line));
      const { hash, ...rest } = value;
      expect(canonicalize(value)).toBe(line);
      expect(createHash('sha256').update(canonicalize(rest) ?? '').digest('hex')).toBe(hash);
      expect([value.seq, value.prev]).toEqual([index + 1, prev]);
      expect(value).toEqual(entries[index]);
      prev = hash;
    }
  });

  it('keeps values that JSON has no word for, as text', async () => {
    const bench = openBench();
    const data = { big: 12n, nan: Number.NaN, when: new Date(0), lone: 'a\ud800b', missing: undefined, list: [undefined, 1], '\udfff': 1, 'hash': 'x', nested: { hash: 'y' } };
    const written = bench.journal.append(entry(1, { data, subject: 's\ud800' }));
    expect(written.data).toEqual({ big: '12', nan: 'NaN', when: '1970-01-01T00:00:00.000Z', lone: 'a\ufffdb', list: [null, 1], '\ufffd': 1, hash: 'x', nested: { hash: 'y' } });
    expect(bench.journal.show(1).entry).toEqual(written);
    expect((await bench.verify()).status).toBe('verified');
  });

  it('rolls to a new segment at the given size, and finds its head there', async () => {
    const bench = openBench({ maxSegmentBytes: 2000 });
    const entries = fill(bench, 40);
    expect(bench.segments().length).toBeGreaterThan(5);
    expect(bench.journal.head()).toEqual({ seq: 40, hash: entries.at(-1)?.hash, at: entries.at(-1)?.at });
    const result = await bench.verify();
    expect(verificationSchema.parse(result)).toMatchObject({ status: 'verified', entries: 40, first_seq: 1, last_seq: 40, unsigned_tail: 40, findings: [] });
  });

  it('writes many entries as one chain', async () => {
    const bench = openBench();
    expect(bench.journal.appendMany([1, 2, 3].map((number) => entry(number))).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(bench.journal.appendMany([])).toEqual([]);
    expect((await bench.verify()).entries).toBe(3);
  });

  it('notes a clock that went back and keeps the chain', async () => {
    const root = newRoot();
    const clock = testClock();
    const journal = openJournal(contextAt(root, nodeFileSystem, clock), { workspaceId: 'w1', lock: (work) => work() });
    journal.append(entry(1));
    clock.set(Date.UTC(2025, 0, 1));
    journal.append(entry(2));
    journal.append(entry(3));
    const { entries } = journal.list({ limit: 10 });
    expect(entries.map(({ type }) => type)).toEqual(['reports.delete', 'reports.purge', 'journal.clock_went_back', 'reports.delete']);
    expect(entries[2]?.data).toMatchObject({ previous_at: '2026-01-01T00:00:01.000Z', seconds: 365 * 24 * 3600 });
    expect((await openBench({}, root).verify()).status).toBe('verified');
  });

  it('reads as empty before the first entry, and writes nothing for it', async () => {
    const bench = openBench();
    expect(bench.journal.head()).toBeNull();
    expect(bench.journal.list({ limit: 5 })).toEqual({ entries: [], has_more: false, last_seq: null });
    expect(await bench.journal.checkpoint(bench.keys, actor)).toBeNull();
    expect(await bench.verify()).toMatchObject({ status: 'empty', entries: 0, segments: 0, key: { storage: 'file', key_id: null } });
    expect(failure(() => readFileSync(bench.folder))).toBeNull();
  });

  it('writes nothing after a line of a newer version, or one that cannot be read', () => {
    const bench = openBench();
    fill(bench, 1);
    const path = join(bench.folder, '000001.jsonl');
    const before = readFileSync(path, 'utf8');
    for (const [line, code] of [['{"schema":"sterownia.journal/2"}', 'DOCUMENT_NEWER'], ['rubbish', 'INTEGRITY'], ['{"a":1}', 'INTEGRITY'], ['', 'INTEGRITY']] as const) {
      writeFileSync(path, `${before}${line}\n`);
      expect(failure(() => bench.journal.append(entry(2)))).toMatchObject({ code, details: { path: join('audit', 'journal', '000001.jsonl') } });
      expect(readFileSync(path, 'utf8')).toBe(`${before}${line}\n`);
    }
  });
});

describe('reading the journal', () => {
  it('lists newest first, page by page, across segments', () => {
    const bench = openBench({ maxSegmentBytes: 1500 });
    fill(bench, 25);
    const seen: number[] = [];
    for (let before: number | undefined; ;) {
      const page = bench.journal.list({ limit: 7, before });
      seen.push(...page.entries.map(({ seq }) => seq));
      expect(page.last_seq).toBe(25);
      if (!page.has_more) break;
      before = page.entries.at(-1)?.seq;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_unused, index) => 25 - index));
  });

  it('filters by type, act, text and time', () => {
    const bench = openBench({ maxSegmentBytes: 1500 });
    const entries = fill(bench, 20);
    const seqs = (query: object): number[] => bench.journal.list({ limit: 100, ...query }).entries.map(({ seq }) => seq);
    expect(seqs({ type: ['reports.purge'] })).toEqual([20, 18, 16, 14, 12, 10, 8, 6, 4, 2]);
    expect(seqs({ type: ['reports.purge', 'reports.delete'], before: 4 })).toEqual([3, 2, 1]);
    expect(seqs({ subject: 'plan-3' })).toEqual([18, 13, 8, 3]);
    expect(seqs({ query: 'RAPORT 7/' })).toEqual([7]);
    expect(seqs({ query: 'ŁÓDŹ.json"' })).toHaveLength(0);
    expect(seqs({ query: 'ŁÓDŹ.json', before: 3 })).toEqual([2, 1]);
    expect(seqs({ since: entries[17]?.at })).toEqual([20, 19, 18]);
    expect(seqs({ until: entries[1]?.at })).toEqual([2, 1]);
    expect(seqs({ since: '2026-01-01', until: '2026-01-01' })).toHaveLength(20);
    expect(seqs({ until: '2025-12-31' })).toHaveLength(0);
  });

  it('names the field of a date that is none', () => {
    const bench = openBench();
    expect(failure(() => bench.journal.list({ limit: 1, since: 'yesterday' }))).toMatchObject({ code: 'INPUT_INVALID', details: { field: 'since' } });
    expect(failure(() => bench.journal.list({ limit: 1, until: '2026-02-31' }))).toMatchObject({ code: 'INPUT_INVALID', details: { field: 'until' } });
  });

  it('shows an entry with those of the same act, oldest first', () => {
    const bench = openBench({ maxSegmentBytes: 1500 });
    fill(bench, 20);
    expect(bench.journal.show(8).entry.data).toMatchObject({ number: 8 });
    expect(bench.journal.show(8).related.map(({ seq }) => seq)).toEqual([3, 13, 18]);
    expect(bench.journal.entriesOf('plan-3').map(({ seq }) => seq)).toEqual([3, 8, 13, 18]);
    expect(failure(() => bench.journal.show(21))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses to show an entry that was changed as if it were genuine', () => {
    const bench = openBench();
    fill(bench, 3);
    bench.write('000001.jsonl', bench.lines('000001.jsonl').map((line) => line.replace('"number":2', '"number":9')));
    expect(failure(() => bench.journal.show(2))).toMatchObject({ code: 'INTEGRITY', details: { seq: 2 } });
  });

  it('leaves out a line that cannot be read and shows the rest', () => {
    const bench = openBench();
    fill(bench, 3);
    const [one = '', , three = ''] = bench.lines('000001.jsonl');
    bench.write('000001.jsonl', [one, 'rubbish', three]);
    expect(bench.journal.list({ limit: 10 }).entries.map(({ seq }) => seq)).toEqual([3, 1]);
  });

  it('reads entries far larger than one piece of the file', async () => {
    const bench = openBench();
    const text = 'ż'.repeat(900_000);
    bench.journal.append(entry(1));
    bench.journal.append(entry(2, { data: { text } }));
    bench.journal.append(entry(3));
    expect(bench.journal.show(2).entry.data).toEqual({ text });
    expect(bench.journal.list({ limit: 5 }).entries.map(({ seq }) => seq)).toEqual([3, 2, 1]);
    expect((await bench.verify()).status).toBe('verified');
  });
});
