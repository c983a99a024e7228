/** The pieces of the trainer against what they must be by definition. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildDataset, commandOptionsSchema, distanceOf, embeddedOptionsSchema, featureNames, ksOf, psiOf, tailLog, walkForward, type Dataset } from '#engines/training';
import { unwatched } from '#engines/storage';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { normal, random } from './support.ts';

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).toSorted();

describe('distances of distributions', () => {
  it('are zero between a sample and itself, and never negative', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 5, maxLength: 60 }), fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 5, maxLength: 60 }), (left, right) => {
      expect(distanceOf(Float64Array.from(left), Float64Array.from(left), 10)).toEqual({ psi: 0, ks: 0 });
      const { psi, ks } = distanceOf(Float64Array.from(left), Float64Array.from(right), 10);
      expect(psi).toBeGreaterThanOrEqual(0);
      const share = (values: readonly number[], limit: number): number => values.filter((value) => value <= limit).length / values.length;
      const brute = Math.max(...[...left, ...right].map((limit) => Math.abs(share(left, limit) - share(right, limit))));
      expect(ks).toBeCloseTo(brute, 12);
    }), { seed: 1 });
  });

  it('are those worked out by hand', () => {
    // Two bins, half and half before; a quarter and three quarters after.
    expect(psiOf(sorted([1, 2, 3, 4]), sorted([1, 4, 4, 4]), 2)).toBeCloseTo((0.25 - 0.5) * Math.log(0.25 / 0.5) + (0.75 - 0.5) * Math.log(0.75 / 0.5), 2);
    expect(ksOf(sorted([1, 2, 3, 4]), sorted([5, 6]))).toBe(1);
  });
});

describe('features', () => {
  const next = random(4);
  const rows = 80;
  const walk = Float64Array.from({ length: rows }, () => 100 + normal(next));
  const bars = {
    rows, time: Float64Array.from({ length: rows }, (_, at) => at * 60_000_000), open: walk, close: walk, high: walk.map((price) => price + 1), low: walk.map((price) => price - 1),
    volume: Float64Array.from({ length: rows }, () => 10 + next()),
  };

  it('of a row do not know what comes after it, and the target lies wholly after it', () => {
    const whole = buildDataset(bars, 3, unwatched);
    expect(whole.rows).toBe(rows - 20 - 3);
    const changed = buildDataset({ ...bars, close: bars.close.map((price, at) => (at > 40 ? price * 2 : price)) }, 3, unwatched);
    const width = featureNames.length;
    expect(changed.features.slice(0, (40 - 20 + 1) * width)).toEqual(whole.features.slice(0, (40 - 20 + 1) * width));
    expect(whole.target[0]).toBeCloseTo(Math.log((walk[23] ?? 0) / (walk[20] ?? 0)) * 10_000, 9);
    expect(whole.time[0]).toBe(20 * 60_000_000);
  });

  it('are finite where price and volume stand still', () => {
    const still = new Float64Array(rows).fill(5);
    const data = buildDataset({ ...bars, open: still, high: still, low: still, close: still, volume: new Float64Array(rows) }, 1, unwatched);
    expect(data.features.every(Number.isFinite)).toBe(true);
    // Nothing moves and nothing is predicted to: a zero counts as positive on both sides.
    expect(walkForward(data, embeddedOptionsSchema.parse({}), unwatched)).toMatchObject({ average_mae: 0, average_directional_accuracy: 1 });
    expect(walkForward(data, embeddedOptionsSchema.parse({ algorithm: 'logistic' }), unwatched)).toMatchObject({ average_directional_accuracy: 1 });
  });

  it('count an answer as right by its sign', () => {
    const data: Dataset = { names: ['a'], rows: 40, features: Float64Array.from({ length: 40 }, (_, at) => at % 2), target: Float64Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? -3 : 7)), time: new Float64Array(40) };
    expect(walkForward(data, embeddedOptionsSchema.parse({ train_window: 20, test_window: 10 }), unwatched)).toMatchObject({ average_directional_accuracy: 1, average_mae: expect.closeTo(0, 9) as number });
  });
});

describe('settings of a job', () => {
  it('have the defaults of the detector, and know no others than their own', () => {
    expect(embeddedOptionsSchema.parse({})).toMatchObject({ algorithm: 'linear', drift: { psi_threshold: 0.2, ks_threshold: 0.1, min_samples: 30, bins: 10 }, quality: { warning_ratio: 0.01, critical_ratio: 0.05, sigma: 3 } });
    expect(embeddedOptionsSchema.safeParse({ driftt: {} }).success).toBe(false);
    expect(commandOptionsSchema.parse({})).toEqual({ publish: true, grace_seconds: 5 });
  });
});

describe('the tail of a log', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = testWorkspace();
  });
  afterEach(() => workspace.remove());
  const ask = (more: Readonly<Record<string, unknown>> = {}) => tailLog(workspace.context, ['btc', 'btc-eth'], { job: 'btc', lines: 3, ...more });

  it('is empty before the first run, and refuses a job that is not there', () => {
    expect(ask()).toEqual({ job: 'btc', path: null, size: 0, next_offset: 0, more: false, lines: [] });
    expect(() => ask({ job: '../../etc/passwd' })).toThrow('There is no job');
  });

  it('is that of the newest day, of this job only, without the line that is still being written', () => {
    workspace.put('logs/ai_training/btc-2026-11-19.log', 'old\n');
    workspace.put('logs/ai_training/btc-2026-11-20.log', 'a\nb\nżółw\nd\nhalf');
    workspace.put('logs/ai_training/btc-eth-2026-11-21.log', 'other\n');
    expect(ask()).toMatchObject({ path: 'logs/ai_training/btc-2026-11-20.log', next_offset: 14, more: false, lines: ['b', 'żółw', 'd'] });
    expect(ask({ file: 'logs/ai_training/btc-2026-11-20.log', offset: 4 })).toMatchObject({ lines: ['żółw', 'd'] });
    expect(ask({ file: 'logs/ai_training/btc-2026-11-19.log', offset: 4 }).lines).toEqual(['a', 'b', 'żółw', 'd']);
  });

  it('comes in pieces that lose and repeat no line', () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at} ${'ż'.repeat(at % 9)}`);
    workspace.put('logs/ai_training/btc-2026-11-20.log', `${lines.join('\n')}\n`);
    const found: string[] = [];
    for (let offset = 0, more = true; more;) {
      const answer = ask({ file: 'logs/ai_training/btc-2026-11-20.log', offset });
      found.push(...answer.lines);
      ({ next_offset: offset, more } = answer);
    }
    expect(found).toEqual(lines);
    expect(ask().lines).toEqual(lines.slice(-3));
  });
});
