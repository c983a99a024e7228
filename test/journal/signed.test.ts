import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verification } from '#contract';
import { actor, entry, fill, openBench, withoutOwn, type Bench } from './support.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Gives the line the hash of its own bytes, whatever their form. */
function rehashed(line: string): string {
  const member = /,"hash":"[0-9a-f]{64}"(?=,"operation":)/u.exec(line);
  const bare = line.replace(member?.[0] ?? '', '');
  return line.replace(member?.[0] ?? '', `,"hash":"${sha256(bare)}"`);
}

const findings = ({ findings: found }: Verification): readonly unknown[] => found.map(({ kind, seq }) => [kind, seq]);

/** Whoever looks at every entry must find the same. */
async function verified(bench: Bench): Promise<Verification> {
  const [{ verified_at: _own, ...own }, { verified_at: _other, ...other }] = [await bench.verify(), await bench.journal.verify(withoutOwn(bench.keys))];
  expect(own).toEqual(other);
  return bench.verify();
}

const last = (bench: Bench): string => bench.segments().at(-1) ?? '';

/** The last entry in another form, with a member given twice and its hash made right. */
function twist(bench: Bench): void {
  const lines = bench.lines(last(bench));
  bench.write(last(bench), [...lines.slice(0, -1), rehashed((lines.at(-1) ?? '').replace('{"actor":', '{"type":"harmless","actor":'))]);
}

describe('what this device signed', () => {
  it('is verified as by one who looks at every entry, over many segments and checkpoints', async () => {
    const bench = openBench({ maxSegmentBytes: 4000 });
    for (let round = 0; round < 12; round += 1) {
      fill(bench, round % 5 * 3 + 1);
      await bench.journal.checkpoint(bench.keys, actor);
    }
    fill(bench, 4);
    const result = await verified(bench);
    expect(result).toMatchObject({ status: 'verified', first_seq: 1, entries: result.last_seq, checkpoints: 12, unsigned_tail: 4, findings: [] });
    expect(result.head).toBe(bench.journal.head()?.hash);
  });

  it('may hold lines longer than a piece of the file, odd text, and more entries than are compared at once', async () => {
    const bench = openBench();
    bench.journal.append(entry(1, { data: { text: 'ż'.repeat(900_000) } }));
    bench.journal.appendMany(Array.from({ length: 1200 }, (_unused, n) => entry(n, { subject: n % 2 === 0 ? null : `,"prev":"${n}`, data: { operation: n, prev: { a: 1, hash: 'a'.repeat(64), operation: ':"', prev: 'b' } } })));
    await bench.journal.checkpoint(bench.keys, actor);
    expect(await verified(bench)).toMatchObject({ status: 'verified', entries: 1202, unsigned_tail: 0 });
  });

  it('shows every change of a byte as one who looks at every entry sees it', async () => {
    const bench = openBench({ maxSegmentBytes: 2500 });
    for (let round = 0; round < 4; round += 1) {
      fill(bench, 3);
      await bench.journal.checkpoint(bench.keys, actor);
    }
    const names = bench.segments();
    await fc.assert(fc.asyncProperty(fc.nat(names.length - 1), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.uint8Array({ maxLength: 2 }), fc.nat(2), async (at, place, put, taken) => {
      const path = join(bench.folder, names[at] ?? '');
      const genuine = readFileSync(path);
      const from = Math.floor(place * genuine.length);
      const changed = Buffer.concat([genuine.subarray(0, from), put, genuine.subarray(from + taken)]);
      writeFileSync(path, changed);
      try {
        const { status } = await verified(bench);
        expect(status).toBe(changed.equals(genuine) ? 'verified' : 'broken');
      } finally {
        writeFileSync(path, genuine);
      }
    }), { numRuns: 150 });
  });

  it.each([
    ['in front', (line: string, member: string) => line.replace('{"actor"', `{${member.slice(1)},"actor"`)],
    ['at the end', (line: string, member: string) => `${line.slice(0, -1)}${member}}`],
    ['before the schema', (line: string, member: string) => line.replace(',"schema"', `${member},"schema"`)],
    ['in the data', (line: string, member: string) => line.replace('},"operation"', `${member}},"operation"`)],
  ])('may not have its hash moved to another place (%s)', async (_name, put) => {
    const bench = openBench();
    fill(bench, 6);
    await bench.journal.checkpoint(bench.keys, actor);
    bench.write('000001.jsonl', bench.lines('000001.jsonl').map((line, index) => {
      const member = /,"hash":"[0-9a-f]{64}"(?=,"operation":)/u.exec(line)?.[0] ?? '';
      return index === 3 ? put(line.replace(member, ''), member) : line;
    }));
    expect((await verified(bench)).status).toBe('broken');
  });
});

describe('before it signs, a device looks at what it has not signed yet', () => {
  it.each([
    ['another form, with the hash made right', (bench: Bench) => twist(bench), ['edited', 5]],
    ['an entry of another workspace', (bench: Bench) => {
      const lines = bench.lines(last(bench));
      bench.write(last(bench), [...lines.slice(0, -1), rehashed((lines.at(-1) ?? '').replace('"workspace_id":"w1"', '"workspace_id":"w2"'))]);
    }, ['foreign_workspace', 5]],
    ['a number left out', (bench: Bench) => {
      const lines = bench.lines(last(bench));
      bench.write(last(bench), [...lines.slice(0, -1), rehashed((lines.at(-1) ?? '').replace('"seq":5', '"seq":7'))]);
    }, ['removed', 5]],
    ['a line in between', (bench: Bench) => {
      fill(bench, 1);
      const lines = bench.lines(last(bench));
      bench.write(last(bench), [...lines.slice(0, -1), 'rubbish', lines.at(-1) ?? '']);
    }, ['unreadable', null]],
  ] as const)('and notes %s, so that its signature does not cover it up', async (_name, tamper, found) => {
    const bench = openBench({ maxSegmentBytes: 4000 });
    fill(bench, 3);
    await bench.journal.checkpoint(bench.keys, actor);
    fill(bench, 1);
    tamper(bench);
    fill(bench, 2);
    await bench.journal.checkpoint(bench.keys, actor);
    const [note] = bench.journal.list({ limit: 1 }).entries;
    expect(note).toMatchObject({ type: 'journal.signed_with_doubt', stage: 'note', data: { doubt: expect.stringMatching(/\.$/u) } });
    fill(bench, 2);
    await bench.journal.checkpoint(bench.keys, actor);
    expect(bench.journal.list({ limit: 10, type: ['journal.signed_with_doubt'] }).entries).toHaveLength(1);
    expect(findings(await verified(bench))).toEqual([found]);
    // Nor can it be hidden behind the next signature by taking the checkpoint of the note away.
    const checkpoints = readFileSync(join(bench.folder, 'checkpoints.jsonl'), 'utf8').split('\n');
    writeFileSync(join(bench.folder, 'checkpoints.jsonl'), checkpoints.toSpliced(1, 1).join('\n'));
    expect(findings(await verified(bench))).toEqual([found]);
  });

  it('notes nothing where all is in order, also after a change of key', async () => {
    const bench = openBench();
    fill(bench, 3);
    await bench.journal.checkpoint(bench.keys, actor);
    const next = openBench({}, bench.root);
    fill(next, 2);
    await next.journal.checkpoint(next.keys, actor);
    fill(bench, 2);
    await bench.journal.checkpoint(bench.keys, actor);
    expect(bench.journal.list({ limit: 10, type: ['journal.signed_with_doubt'] }).entries).toEqual([]);
    for (const each of [bench, next]) expect((await verified(each)).status).toBe('verified');
  });

  it('does not take a journal that a person accepted for one it looked at', async () => {
    const bench = openBench();
    fill(bench, 5);
    twist(bench);
    await bench.journal.acceptAsIs(bench.keys, actor, 'restored from the backup of Monday');
    fill(bench, 1);
    await bench.journal.checkpoint(bench.keys, actor);
    expect(findings(await verified(bench))).toEqual([['edited', 5]]);
  });

  it('does not believe a checkpoint that only bears the id of its key', async () => {
    const bench = openBench();
    fill(bench, 4);
    await bench.journal.checkpoint(bench.keys, actor);
    twist(bench);
    const forged = { ...JSON.parse(readFileSync(join(bench.folder, 'checkpoints.jsonl'), 'utf8')) as object, seq: 5, hash: bench.journal.head()?.hash };
    appendFileSync(join(bench.folder, 'checkpoints.jsonl'), `${JSON.stringify(forged)}\n`);
    expect((await verified(bench)).findings.map(({ kind }) => kind)).toContain('edited');
  });
});
