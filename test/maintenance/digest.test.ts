import canonicalize from 'canonicalize';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { digestOf } from '#engines/plans';

it('the digest of any JSON value is that of its canonical JSON as the reference library writes it', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
    expect(digestOf(value)).toBe(createHash('sha256').update(canonicalize(value) ?? 'null').digest('hex'));
  }), { numRuns: 2_000 });
});

it('keys that look like numbers, surrogates and keys that are sorted by code units keep their canonical order', () => {
  for (const value of [{ 10: 'b', 9: 'a', '1': { 2: 0, 10: 1 } }, { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, 'ö': 7 }, { a: -0, b: 1e21, c: 1e-7, d: [null, true, ''] }]) {
    expect(digestOf(value)).toBe(createHash('sha256').update(canonicalize(value) ?? '').digest('hex'));
  }
});
