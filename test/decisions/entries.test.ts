/** Entries are flat maps of texts, and their numbers are written as the bot's language writes them. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMicros, canonicalText, decimalText, decisionEntry, fixedText, floatText, microsText, parseInstant, secondsMicros, type DecisionEvent } from '#engines/decisions';

const at = parseInstant('2026-11-20T09:00:00.25Z') ?? 0n;
const base: DecisionEvent = { event: 'order', at, environment: 'paper', portfolio: 'p', risk_profile: 'balanced' };

describe('an entry of the decision journal', () => {
  it('holds the five fields of every entry and leaves empty system fields out', () => {
    expect(decisionEntry({ ...base, fields: { symbol: 'BTC', side: '', price: null, quantity: 0, confidence: 0.5, latency_ms: 12.3456789012345 } })).toEqual({
      event: 'order', timestamp: '2026-11-20T09:00:00.250000+00:00', environment: 'paper', portfolio: 'p', risk_profile: 'balanced',
      symbol: 'BTC', quantity: '0', confidence: '0.5', latency_ms: '12.3456789012',
    });
  });

  it('never lets metadata take the place of a field, and finds a free name', () => {
    expect(decisionEntry({ ...base, fields: { status: 'ok' }, metadata: { status: 'mine', meta_status: 'also', event: 'x', symbol: 's', note: 'n' } })).toMatchObject({
      event: 'order', status: 'ok', meta_status: 'mine', meta_meta_status: 'also', meta_event: 'x', meta_symbol: 's', note: 'n',
    });
  });

  it('writes values as texts: truth, nothing, numbers, and JSON with sorted keys for the rest', () => {
    const { metadata } = { metadata: { yes: true, no: false, none: null, int: 3, small: 1e-7, big: 1e20, list: [1, 0.5, 'ż'], map: { b: 1, a: { z: null, y: 1e-5 } }, left: undefined, half: 'a\ud800' } };
    const entry = decisionEntry({ ...base, metadata });
    expect(entry).toMatchObject({ yes: 'true', no: 'false', none: 'null', int: '3', small: '1e-07', big: '100000000000000000000', list: '[1,0.5,"ż"]', map: '{"a":{"y":1e-05,"z":null},"b":1}', half: 'a\ufffd' });
    expect('left' in entry).toBe(false);
  });

  it('orders keys by code point', () => {
    expect(canonicalText({ '\u{1F600}': 1, '\uFF5E': 2, a: -0 })).toBe('{"a":-0.0,"\uFF5E":2,"\u{1F600}":1}');
  });
});

describe('numbers and times', () => {
  it('agree with the bot\'s language on doubles of every size', () => {
    const doubles = fc.sample(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer().map((n) => n / 2048)), { numRuns: 600, seed: 7 });
    const values = [...doubles, 0, -0, 1e16, 1e15, 123456789012345680, 1e-4, 1e-5, 1 / 2048, 3 / 2048, 5e-324, 1.7976931348623157e308];
    const told = execFileSync('python3', ['-c', `
import json, sys, struct
out = []
for text in json.load(sys.stdin):
    v = struct.unpack(">d", bytes.fromhex(text))[0]
    short = f"{v:.10f}".rstrip("0").rstrip(".")
    out.append([repr(v), f"{v:.10f}", "0" if short in ("-0", "") else short])
print(json.dumps(out))`], {
      encoding: 'utf8', maxBuffer: 1 << 26,
      input: JSON.stringify(values.map((value) => {
        const bytes = Buffer.alloc(8);
        bytes.writeDoubleBE(value);
        return bytes.toString('hex');
      })),
    });
    expect(values.map((value) => [floatText(value), fixedText(value, 10), decimalText(value)])).toEqual(JSON.parse(told));
  });

  it('agree on spans of seconds, and stay inside the calendar', () => {
    const values = [0.3333333333333333, 0.0000005, 0.0000015, 1800, 1e9 + 0.1234565, 2.5e-6];
    const told = execFileSync('python3', ['-c', 'import json,sys\nfrom datetime import timedelta as t\nprint(json.dumps([t(seconds=v)//t(microseconds=1) for v in json.load(sys.stdin)]))'], { encoding: 'utf8', input: JSON.stringify(values) });
    expect(values.map((value) => Number(secondsMicros(value)))).toEqual(JSON.parse(told));
    expect(microsText(addMicros(at, 10n ** 30n))).toBe('9999-12-31T23:59:59.999999+00:00');
    expect(microsText(addMicros(at, -(10n ** 30n)))).toBe('0001-01-01T00:00:00+00:00');
    expect(microsText(-1n)).toBe('1969-12-31T23:59:59.999999+00:00');
  });
});
