import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanEntry } from '../../src/engines/journal/canonicalScan.ts';
import { encodeEntry } from '../../src/engines/journal/entry.ts';
import { inspectLine, inspectSlowly } from '../../src/engines/journal/inspect.ts';
import { entry } from './support.ts';

const lineOf = (data: Readonly<Record<string, unknown>>, subject: string | null = 's'): Buffer =>
  Buffer.from(encodeEntry(entry(1, { data, subject }), { seq: 7, prev: 'a'.repeat(64), at: '2026-01-01T00:00:00.000Z', workspaceId: 'w ł"' }).text.slice(0, -1), 'utf8');

const anyData = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }));

describe('the scan of canonical lines', () => {
  it('says yes to every line that the journal writes, and reads the same from it as a parser', () => {
    fc.assert(fc.property(anyData, fc.option(fc.string({ unit: 'binary' })), (data, subject) => {
      const line = lineOf(data, subject);
      const slow = inspectSlowly(line);
      expect(scanEntry(line)).toMatchObject({ seq: 7, prev: 'a'.repeat(64), workspaceId: 'w ł"' });
      expect(slow).toMatchObject({ kind: 'entry', problem: null });
      expect(inspectLine(line)).toEqual(slow);
    }), { numRuns: 500 });
  });

  it('says yes to no line that differs from its own canonical form, whatever byte was changed, added or taken', () => {
    fc.assert(fc.property(anyData, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.uint8Array({ maxLength: 3 }), fc.nat(3), (data, place, put, taken) => {
      const line = lineOf(data);
      const at = Math.floor(place * line.length);
      const changed = Buffer.concat([line.subarray(0, at), put, line.subarray(at + taken)]);
      if (scanEntry(changed) === null) return;
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(changed);
      expect(canonicalize(JSON.parse(text))).toBe(text);
      const [fast, slow] = [inspectLine(Buffer.from(changed)), inspectSlowly(changed)];
      expect(fast).toEqual(slow);
    }), { numRuns: 3000 });
  });

  it.each([
    ['{"a":1,"a":2}'], ['{"b":1,"a":2}'], ['{"a":1.0}'], ['{"a":01}'], ['{"a":-0}'], ['{"a":1E2}'], ['{"a":1e21}'], ['{"a":"\\/"}'], ['{"a":"\\u0041"}'],
    ['{"a":"\\u001F"}'], ['{"a":"\\u0008"}'], ['{"a":"\\ud800"}'], ['{"a": 1}'], ['{"a":1,}'], ['{"a":[1,]}'], ['{"a":nul}'], ['{"a":1e999}'], ['{"a":"\t"}'],
    ['{"é":1,"z":2}'], ['{"\ufb01":1,"\u{1f600}":2}'], ['[1]'], ['{"a":{}'], ['{"a":1}}'],
  ])('says no to data written as %s', (data) => {
    const line = lineOf({}).toString('utf8').replace('"data":{}', () => `"data":${data}`);
    expect(scanEntry(Buffer.from(line, 'utf8'))).toBeNull();
  });

  it('leaves very deep data to the parser, which accepts it', () => {
    let data: Record<string, unknown> = {};
    for (let depth = 0; depth < 500; depth += 1) data = { data };
    expect(scanEntry(lineOf(data))).toBeNull();
    expect(inspectLine(lineOf(data))).toMatchObject({ kind: 'entry', problem: null });
  });
});
