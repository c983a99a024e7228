/** Shares: counted exactly, at both edges of their windows, over everything that other programs may write. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { automodeConfigSchema, type GuardrailShare } from '#contract';
import { guardrailGate, guardrailShareLines, guardrailShares } from '#engines/automode';
import { random } from '../training/support.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { openBench, put, putPolicy, putQuality, putSignals, start, type Bench } from './support.ts';

const config = automodeConfigSchema.parse({}).shares;
const hour = 3_600_000;

interface Made {
  readonly event?: string;
  readonly at: number | string;
  readonly guarded?: unknown;
  readonly kill?: unknown;
}

const line = ({ event = 'model_change', at, guarded, kill }: Made): string => JSON.stringify({
  event, timestamp: typeof at === 'string' ? at : new Date(at).toISOString().replace('Z', '+00:00'), environment: 'x', portfolio: 'x', risk_profile: 'x',
  ...(guarded === undefined ? {} : { guardrail_active: guarded }), ...(kill === undefined ? {} : { kill_switch: kill }),
});
const yes = { guarded: 'true', kill: 'false' };
const no = { guarded: 'false', kill: 'false' };

describe('guardrail shares', () => {
  let workspace: TestWorkspace;
  let bench: Bench;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
    bench = openBench({ root: workspace.root, clock });
  });
  afterEach(() => workspace.remove());

  const write = (entries: readonly (Made | string)[], day = '20261120', mark = ''): void =>
    put(workspace.root, `logs/decision_journal/decisions-${day}.jsonl`, `${mark}${entries.map((entry) => (typeof entry === 'string' ? entry : line(entry))).join('\n')}\n`);
  const changes = (): GuardrailShare => guardrailShares(bench.context, config).model_change;
  const trainings = (): GuardrailShare => guardrailShares(bench.context, config).retraining;

  it('are 0 where nothing happened', () => {
    expect(changes()).toEqual({
      n: 0, n_guardrail: 0, share: 0, window_seconds: 3600, from: '2026-11-20T08:00:00Z', until: '2026-11-20T09:00:00Z', limit: 0.3, red: 0.6, level: 'ok', unmarked: 0, bad_lines: 0,
    });
    expect(trainings()).toMatchObject({ n: 0, share: 0, window_seconds: 7200, limit: 0.2, red: 0.5, level: 'ok' });
  });

  it('count from after the start of the window to its end, to the microsecond, and nothing ahead of the clock', () => {
    write([
      { at: start - hour, ...yes }, { at: '2026-11-20T08:00:00.000001+00:00', ...yes }, { at: start, ...no }, { at: '2026-11-20T09:00:00.000001Z', ...yes }, { at: start + hour, ...yes },
    ]);
    expect(changes()).toMatchObject({ n: 2, n_guardrail: 1, share: 0.5, level: 'review' });
    write([{ event: 'ai_retraining', at: start - 2 * hour, ...yes }, { event: 'ai_retraining_failed', at: start - 2 * hour + 1, ...yes }, { event: 'ai_retraining', at: start, ...no }]);
    expect(trainings()).toMatchObject({ n: 2, n_guardrail: 1 });
  });

  it.each([[0, 10, 'ok'], [3, 10, 'ok'], [31, 100, 'review'], [59, 100, 'review'], [6, 10, 'red'], [10, 10, 'red']])('with %i of %i changes are %s', (guarded, n, level) => {
    write(Array.from({ length: n }, (_, place) => ({ at: start - place, ...(place < guarded ? yes : no) })));
    expect(changes()).toMatchObject({ n, n_guardrail: guarded, share: guarded / n, level });
  });

  it.each([[2, 10, 'ok'], [21, 100, 'review'], [49, 100, 'review'], [5, 10, 'red']])('with %i of %i trainings are %s', (guarded, n, level) => {
    write(Array.from({ length: n }, (_, place) => ({ event: place % 2 === 0 ? 'ai_retraining' : 'ai_retraining_failed', at: start - place, ...(place < guarded ? yes : no) })));
    expect(trainings()).toMatchObject({ n, n_guardrail: guarded, level });
  });

  it('count the kill switch as a guardrail, values of other programs too, and say what was not marked', () => {
    write([
      { at: start, guarded: 'false', kill: 'true' }, { at: start, guarded: true }, { at: start, guarded: 'True' }, { at: start }, { at: start, guarded: 'unknown', kill: 'unknown' }, { at: start, ...no },
    ]);
    expect(changes()).toMatchObject({ n: 6, n_guardrail: 3, unmarked: 2 });
  });

  it('read past a byte order mark and lines that are no entries, and count those', () => {
    write([{ at: start, ...yes }, '{"event": "model_change", "timest', '', '[]', { at: 'yesterday', ...yes }, line({ event: 'strategy_signal', at: 'never' })], '20261120', '\ufeff');
    expect(changes()).toMatchObject({ n: 1, bad_lines: 3 });
  });

  it('find entries of the day before, and of writers that date their files by another zone', () => {
    clock.at = Date.parse('2026-11-20T00:30:00Z');
    write([{ at: Date.parse('2026-11-19T23:45:00Z'), ...yes }], '20261119');
    write([{ at: '2026-11-20T01:15:00+01:00', ...yes }], '20261121');
    expect(changes().n).toBe(2);
  });

  it('are unknown where the journal cannot be read', () => {
    mkdirSync(join(workspace.root, 'logs/decision_journal/decisions-20261120.jsonl'), { recursive: true });
    expect(changes()).toMatchObject({ level: 'unknown', n: 0 });
    putPolicy(workspace.root, { automode: { guardrails: {} } });
    putSignals(workspace.root, start);
    putQuality(workspace.root, start, 0);
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'unknown', share: null });
  });

  it('reach the gate of promotions with their limit', () => {
    putPolicy(workspace.root, { automode: { guardrails: {} } });
    putSignals(workspace.root, start);
    putQuality(workspace.root, start, 0);
    expect(guardrailGate(bench.parts)).toEqual({ state: 'ok', active: false, kill_switch: false, share: 0, limit: 0.3, detail: null });
    write([{ at: start, ...yes }, { at: start, ...no }]);
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'review', share: 0.5, limit: 0.3 });
    write([{ at: start, ...yes }]);
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'red', share: 1 });
  });

  it('over time are at each point what they were then', () => {
    const next = random(7);
    const made = Array.from({ length: 400 }, () => ({ at: start - Math.floor(next() * 30 * hour), guarded: next() < 0.4 ? 'true' : 'false', event: next() < 0.5 ? 'model_change' : 'ai_retraining' }));
    const byDay = Map.groupBy(made, ({ at }) => new Date(at).toISOString().slice(0, 10).replaceAll('-', ''));
    for (const [day, entries] of byDay) write(entries, day);
    const { points, model_change: change } = guardrailShareLines(bench.context, config, { hours: 24, points: 97 });
    expect(points).toHaveLength(97);
    expect([points[0]?.at, points.at(-1)?.at]).toEqual(['2026-11-19T09:00:00Z', '2026-11-20T09:00:00Z']);
    expect(points.at(-1)).toMatchObject({ model_change: change.share, model_changes: change.n });
    for (const point of points) {
      clock.at = Date.parse(point.at);
      const then = guardrailShares(bench.context, config);
      expect(point).toEqual({ at: point.at, model_change: then.model_change.share, model_changes: then.model_change.n, retraining: then.retraining.share, retrainings: then.retraining.n });
    }
  });

  it('of a hundred thousand entries are counted in one pass', () => {
    const day = Array.from({ length: 100_000 }, (_, place) => line({ event: place % 10 === 0 ? 'model_change' : 'strategy_signal', at: start - place * 700, ...(place % 20 === 0 ? yes : no) }));
    put(workspace.root, 'logs/decision_journal/decisions-20261120.jsonl', `${day.join('\n')}\n`);
    const { points } = guardrailShareLines(bench.context, config, { hours: 24, points: 500 });
    expect(points.at(-1)).toMatchObject({ model_changes: 515, model_change: 258 / 515 });
  });
});
