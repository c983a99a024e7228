import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalBytes, canonicalJson, floatRepr, indentedJson, JsonFloat, JsonInteger, jsonOf, JsonTextError, parseJson, plainOf, readJsonBytes, signPayload,
  UnwritableTextError, verifySignature, type SigningKey,
} from '#engines/artifacts';

interface Vector {
  readonly id: string;
  readonly title: string;
  readonly input_text: string;
  readonly canonical_hex?: string;
  readonly hmac_sha256?: string;
  readonly hmac_sha384?: string;
  readonly error?: 'JSONDecodeError' | 'UnicodeEncodeError';
}

const file = join(import.meta.dirname, '../fixtures/ai/canonical_json.json');
const { vectors, key_text: keyText } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[]; readonly key_text: string };
const key: SigningKey = { keyId: null, secret: Buffer.from(keyText) };
const signed = (text: string, algorithm: 'HMAC-SHA256' | 'HMAC-SHA384' = 'HMAC-SHA256'): unknown => signPayload(parseJson(text), key, algorithm).get('value');

describe('the canonical form that signatures cover', () => {
  it.each(vectors.filter((one) => one.error === undefined).map((one) => [`${one.id} ${one.title}`, one] as const))('has the bytes and signatures of the earlier programs: %s', (_name, one) => {
    expect(canonicalBytes(parseJson(one.input_text)).toString('hex')).toBe(one.canonical_hex);
    expect(signed(one.input_text)).toBe(one.hmac_sha256);
    expect(signed(one.input_text, 'HMAC-SHA384')).toBe(one.hmac_sha384);
  });

  it.each(vectors.filter((one) => one.error !== undefined).map((one) => [`${one.id} ${one.title}`, one] as const))('refuses what they refuse: %s', (_name, one) => {
    expect(() => canonicalBytes(parseJson(one.input_text))).toThrow(one.error === 'JSONDecodeError' ? JsonTextError : UnwritableTextError);
  });

  it('gives the golden signatures', () => {
    expect(signed('{"b":1,"a":"ż"}')).toBe('smvEm+vbo+8fGHNY+Y3UPjhunYbuf0nNd8vqbcDw88A=');
    expect(signed('{"z":1e16,"y":0.0000001,"x":1.0}')).toBe('394UXrHTi8BtW5X82NadhVvYa1dd1B7Tum5MLBVrGk0=');
    expect(signed('{"\u{1F600}":1,"\uFF5E":2,"a":{"d":[true,null,-0.0],"c":"line\\nq\\"\\\\\u007f\\u0001"}}')).toBe('xazIp2uIcfSVtK7Co9/RMpCUprgHk5oHsSxIT03ZOSQ=');
  });

  it('agrees with Python on any value', () => {
    const double = fc.double({ noDefaultInfinity: true, noNaN: true });
    const anyText = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, double.map((value) => new JsonFloat(value)), fc.bigInt().map((value) => new JsonInteger(value)), anyText, fc.boolean(), fc.constant(null),
        fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(anyText, tie('tree'), { maxKeys: 4 })),
    }));
    const samples = fc.sample(tree, { numRuns: 120, seed: 7 }).map((value) => canonicalJson(jsonOf(value)));
    const script = 'import json,sys\nfor line in json.load(sys.stdin):\n  print(json.dumps(json.dumps(json.loads(line),sort_keys=True,separators=(",",":"),ensure_ascii=False)))\n  print(json.dumps(json.dumps(json.loads(line),sort_keys=True,indent=2,ensure_ascii=False)))';
    const lines = execFileSync('python3', ['-c', script], { input: JSON.stringify(samples), encoding: 'utf8', maxBuffer: 1 << 28 }).trim().split('\n').map((line) => JSON.parse(line) as string);
    expect(lines.length).toBe(samples.length * 2);
    expect(lines.filter((_line, at) => at % 2 === 0)).toEqual(samples);
    expect(samples.map((sample) => indentedJson(parseJson(sample)))).toEqual(lines.filter((_line, at) => at % 2 === 1));
  });

  it.each([[0.1, '0.1'], [123456789.5, '123456789.5'], [1e15, '1000000000000000.0'], [1e16, '1e+16'], [1.5e300, '1.5e+300'], [5e-324, '5e-324'], [-0, '-0.0'], [0.0001, '0.0001'], [-0.00001, '-1e-05']])(
    'writes the double %d as %s', (value, text) => {
      expect(floatRepr(value)).toBe(text);
    });
});

describe('reading without loss', () => {
  it('keeps integers of any size, the last of two equal keys, and keys that are special elsewhere', () => {
    expect(canonicalJson(parseJson(' {"n": 123456789012345678901234567890, "__proto__": 1, "constructor": 2, "n2": -0, "a": 1, "a": 2}\n'))).toBe(
      '{"__proto__":1,"a":2,"constructor":2,"n":123456789012345678901234567890,"n2":0}');
  });

  it('gives doors plain values, with exact text where no number holds them', () => {
    expect(plainOf(parseJson('{"a":1,"b":1.5,"c":NaN,"d":12345678901234567890,"e":["x\\ud800"]}'))).toEqual({ a: 1, b: 1.5, c: 'NaN', d: '12345678901234567890', e: ['x\ufffd'] });
    expect(plainOf(parseJson(`1${'0'.repeat(400)}`))).toBe(`1${'0'.repeat(400)}`);
  });

  it.each(['', ' ', '{"a" 1}', '[1,]', '[1', '"a', '"\\x"', '"\\u12g4"', '01', '1.', '.5', '--1', 'nul', '[1] 2', '{"a":1,}', "{'a':1}", '\u00a01', `${'[1,'.repeat(500)}`, '9'.repeat(4301)])('refuses %j', (text) => {
    expect(() => parseJson(text)).toThrow(JsonTextError);
  });

  it('agrees with the platform on everything that is plain JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.parse(canonicalJson(parseJson(text)))).toEqual(JSON.parse(text));
    }));
  });

  it('lets a byte order mark pass in files only', () => {
    expect(canonicalJson(readJsonBytes(Buffer.from('\ufeff{}')))).toBe('{}');
    expect(() => parseJson('\ufeff{}')).toThrow(JsonTextError);
    expect(() => readJsonBytes(Buffer.from([0x22, 0xff, 0x22]))).toThrow(JsonTextError);
  });
});

describe('a signature block', () => {
  const payload = parseJson('{"x":1.0}');
  const named: SigningKey = { keyId: 'k1', secret: key.secret };

  it('names its key only when the key has a name', () => {
    expect([...signPayload(payload, key).keys()]).toEqual(['algorithm', 'value']);
    expect(signPayload(payload, named).get('key_id')).toBe('k1');
  });

  it('holds for what was signed and for nothing else', () => {
    const block = signPayload(payload, named);
    expect(verifySignature(payload, block, [named])).toBe('valid');
    expect(verifySignature(parseJson('{"x":1}'), block, [named])).toBe('invalid');
    expect(verifySignature(payload, block, [{ keyId: 'k1', secret: Buffer.alloc(32) }])).toBe('invalid');
    expect(verifySignature(payload, block, [key])).toBe('unknown_key');
    expect(verifySignature(payload, signPayload(payload, key), [])).toBe('unknown_key');
    expect(verifySignature(payload, signPayload(payload, key), [{ keyId: 'other', secret: Buffer.alloc(32) }, named])).toBe('valid');
  });

  it('is refused when it is bent', () => {
    const value = String(signPayload(payload, key).get('value'));
    const last = value.at(-2) ?? '';
    const bent = (name: string, text: unknown): unknown => verifySignature(payload, jsonOf({ algorithm: 'HMAC-SHA256', value, [name]: text }), [key]);
    expect(bent('value', `${value}\n`)).toBe('malformed');
    expect(bent('value', `${value.slice(0, -2)}${String.fromCharCode(last.charCodeAt(0) + 1)}=`)).toBe('malformed');
    expect(bent('value', value.replace('=', ''))).toBe('malformed');
    expect(bent('value', 5)).toBe('malformed');
    expect(bent('algorithm', 'HMAC-SHA384')).toBe('malformed');
    expect(bent('algorithm', 'none')).toBe('unknown_algorithm');
    expect(verifySignature(payload, null, [key])).toBe('malformed');
  });

  it('is not made with a short key', () => {
    expect(() => signPayload(payload, { keyId: null, secret: Buffer.from('short') })).toThrow(/shorter than 16 bytes/u);
  });
});
