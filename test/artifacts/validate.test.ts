import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelArtifactSchema, validateArtifactBytes, validateArtifactText } from '#engines/artifacts';

interface Broken {
  readonly path: readonly (string | number)[];
  readonly keyword: string;
  readonly property?: string;
}

interface Case {
  readonly id: string;
  readonly title: string;
  readonly artifact_text: string;
  readonly strict: { readonly valid: boolean; readonly broken: readonly Broken[] };
}

const fixtures = join(import.meta.dirname, '../fixtures/ai');
const { cases } = JSON.parse(readFileSync(join(fixtures, 'artifacts.json'), 'utf8')) as { readonly cases: readonly Case[] };
const good = cases[0]?.artifact_text ?? '';
const sorted = (broken: readonly Broken[]): readonly string[] => broken.map((one) => JSON.stringify([one.path, one.keyword, one.property ?? null])).sort();
const found = (text: string): readonly Broken[] =>
  validateArtifactText(text).errors.map(({ steps, keyword, property }) => ({ path: steps, keyword, ...(property === null ? {} : { property }) }));

describe('validation of a raw artifact', () => {
  it.each(cases.map((one) => [`${one.id} ${one.title}`, one] as const))('names every fault that the schema sees: %s', (_name, one) => {
    const verdict = validateArtifactText(one.artifact_text);
    expect(verdict.valid).toBe(one.strict.valid);
    expect(sorted(found(one.artifact_text))).toEqual(sorted(one.strict.broken));
  });

  it('gives paths that can be followed, also through odd names and lists', () => {
    const text = good.replace('"rsi", "volume_ratio"', '"rsi", 7').replace('"train": {"mae": 3.0}', '"train": {"a b": null}').replace('"test": {"mae": 3.75}', '"te/s~t": 1, "test": {}');
    expect(validateArtifactText(text).errors.map((error) => error.path)).toEqual(['$.feature_names[1]', '$.metrics.train["a b"]', '$.metrics["te/s~t"]']);
  });

  it.each([['NaN', 'NaN'], ['an infinity', '-Infinity'], ['a number that overflows', '1e999'], ['an integer beyond any double', `1${'0'.repeat(400)}`]])(
    'refuses %s anywhere, also where the schema asks for nothing', (_name, lexeme) => {
      expect(found(good.replace('"threshold": 0.5', `"threshold": ${lexeme}`))).toEqual([{ path: ['model_state', 'stumps', 0, 'threshold'], keyword: 'not-json-number' }]);
    });

  it('treats "__proto__" as a name like any other', () => {
    expect(found(good.replace('"backend"', '"__proto__": {"x": 1}, "backend"'))).toEqual([{ path: [], keyword: 'additionalProperties', property: '__proto__' }]);
    expect(found(good.replace('"feature_scalers": {"rsi": {"mean": 50.0, "stdev": 12.5}, "volume_ratio"', '"feature_scalers": {"__proto__": {"mean": 1}, "volume_ratio"'))).toEqual(
      [{ path: ['feature_scalers', '__proto__'], keyword: 'required', property: 'stdev' }]);
  });

  it.each(['2024-06-30T23:15:00Z', '2024-06-30t23:15:00.123456789+05:30', '2024-02-29T00:00:00-00:00'])('takes the instant %s', (instant) => {
    expect(found(good.replace('2024-06-30T23:15:00+00:00', instant))).toEqual([]);
  });

  it.each(['2024-06-30 23:15:00Z', '2023-02-29T00:00:00Z', '2024-06-30T23:59:60Z', '2024-06-30T23:15Z', '2024-06-30', '2024-06-30T23:15:00+25:00', '', '２024-06-30T23:15:00Z'])(
    'refuses "%s" as an instant', (instant) => {
      expect(found(good.replace('2024-06-30T23:15:00+00:00', instant))).toEqual([{ path: ['trained_at'], keyword: 'format' }]);
    });

  it('reads a byte order mark and refuses bytes that are no text, and text that is no JSON', () => {
    expect(validateArtifactBytes(Buffer.from(`\ufeff${good}`)).valid).toBe(true);
    expect(validateArtifactBytes(Buffer.from([0x7b, 0xe9, 0x7d])).errors).toMatchObject([{ keyword: 'json', path: '$' }]);
    expect(validateArtifactText(`${good}}`).errors).toMatchObject([{ keyword: 'json', path: '$' }]);
    expect(validateArtifactText('['.repeat(100_000)).errors).toMatchObject([{ keyword: 'json' }]);
  });

  it('warns of what the schema allows and nobody wants', () => {
    const text = good.replace('"test_rows": 150', '"test_rows": 0').replace('["rsi", "volume_ratio", "spread_bps"]', '["rsi", "rsi", "volume_ratio"]').replace('"model_version": "v12", ', '');
    const verdict = validateArtifactText(text);
    expect(verdict.valid).toBe(true);
    expect(verdict.warnings.map((warning) => warning.path)).toEqual(['$.feature_names', '$.feature_scalers.spread_bps', '$.test_rows', '$.metadata.model_version']);
  });

  it('is by the same schema that lies in resources for other programs', () => {
    const file: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../resources/schemas/model_artifact.schema.json'), 'utf8'));
    expect(file).toEqual(modelArtifactSchema);
  });
});
