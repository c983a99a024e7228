/** Guardrails: every rule at, below and above its threshold, the exchanges, and providers that nobody can rely on. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardrailRules, type GuardrailReading } from '#contract';
import { automodeFile, guardrailGate, guardrailReading, inForce, killAutomode, ruleTable } from '#engines/automode';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { calm, openBench, person, put, putPolicy, putQuality, putSignals, start, type Bench, type Guardrails } from './support.ts';

/** As the contract of the earlier program names them, in its order. */
const specified = [
  ['effective_risk', '>=', 0.75], ['stress_index', '>=', 0.65], ['tail_risk_index', '>=', 0.6], ['shock_frequency', '>=', 0.6], ['stress_momentum', '>=', 0.65],
  ['regime_entropy', '>=', 0.8], ['confidence_fragility', '>=', 0.65], ['degradation_score', '>=', 0.6], ['volume_trend_volatility', '>=', 0.2], ['liquidity_gap', '>=', 0.6],
  ['stress_projection', '>=', 0.6], ['liquidity_trend', '>=', 0.6], ['volatility_trend', '>', 0.025], ['drawdown_trend', '>', 0.1],
  ['resilience_score', '<=', 0.3], ['stress_balance', '<=', 0.35], ['stability_projection', '<=', 0.35], ['confidence_resilience', '<=', 0.4],
] as const;

describe('guardrails', () => {
  let workspace: TestWorkspace;
  let bench: Bench;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
    bench = openBench({ root: workspace.root, clock });
    configure({});
    putSignals(workspace.root, start);
    putQuality(workspace.root, start, 0.1);
  });
  afterEach(() => workspace.remove());

  const configure = (guardrails: Guardrails): void => putPolicy(workspace.root, { automode: { guardrails } });
  const reading = (): GuardrailReading => guardrailReading(bench.parts);
  const names = (): readonly string[] => reading().triggers.map(({ name }) => name);
  const provider = (name: string) => reading().providers.find((each) => each.name === name);
  const withValue = (rule: string, value: unknown): void =>
    putSignals(workspace.root, start, rule === 'effective_risk' ? { effective_risk: value } : { regime: { ...calm.regime, [rule]: value } });

  it('are off where the policy names none, ok where all is calm', () => {
    expect(reading()).toMatchObject({ state: 'ok', active: false, kill_switch: false, triggers: [] });
    putPolicy(workspace.root, {});
    expect(reading()).toMatchObject({ state: 'off', active: false, kill_switch: false });
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'off', active: false, kill_switch: false, share: 0, limit: 0.3 });
  });

  it('being off does not hide the share, which the journal alone tells', () => {
    putPolicy(workspace.root, {});
    const line = (guarded: boolean): string => `${JSON.stringify({ event: 'model_change', timestamp: '2026-11-20T08:59:00Z', guardrail_active: String(guarded) })}\n`;
    const journal = (...guarded: boolean[]): void => put(workspace.root, 'logs/decision_journal/decisions-20261120.jsonl', guarded.map(line).join(''));
    journal(true, false);
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'review', active: false, kill_switch: false, share: 0.5, limit: 0.3 });
    journal(true, true, true);
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'red', share: 1 });
    killAutomode(bench.parts, { actor: person, reason: 'Champion trades against itself' });
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'red', kill_switch: true, share: 1 });
    rmSync(join(workspace.root, 'logs'), { recursive: true });
    put(workspace.root, 'logs/decision_journal', 'no folder');
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'unknown', share: null });
    rmSync(join(workspace.root, 'logs'), { recursive: true });
    mkdirSync(join(workspace.root, 'logs/decision_journal/decisions-20261120.jsonl'), { recursive: true });
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'unknown', share: null });
  });

  it('have the rules of the specification, in its order', () => {
    expect(guardrailRules.map((rule) => [rule, ruleTable[rule].comparator, ruleTable[rule].threshold])).toEqual(specified.map((each) => [...each]));
  });

  it.each(specified)('%s holds %s %f', (rule, comparator, threshold) => {
    const small = 1e-9;
    const expected = { '>=': [false, true, true], '>': [false, false, true], '<=': [true, true, false] }[comparator];
    [threshold - small, threshold, threshold + small].forEach((value, place) => {
      withValue(rule, value);
      const found = reading();
      expect(found.state, `${rule} at ${value}`).toBe(expected[place] === true ? 'active' : 'ok');
      if (expected[place] === true) expect(found.triggers).toMatchObject([{ name: rule, comparator, threshold, value }]);
    });
    configure({ thresholds: { [rule]: null } });
    withValue(rule, comparator === '<=' ? -1e6 : 1e6);
    expect(reading().state, `${rule} switched off`).toBe('ok');
    configure({ thresholds: { [rule]: threshold / 2 } });
    withValue(rule, threshold * 0.75);
    expect(names(), `${rule} with another threshold`).toEqual(comparator === '<=' ? [] : [rule]);
  });

  it('stand in the order in which they are looked at, the exchanges first', () => {
    putSignals(workspace.root, start, { effective_risk: 0.9, regime: { ...calm.regime, confidence_resilience: 0.1, stress_index: 0.9 } });
    putQuality(workspace.root, start, 0.6);
    expect(names()).toEqual(['exchange_degradation', 'effective_risk', 'stress_index', 'confidence_resilience']);
  });

  it('without a summary of the regime look at the risk alone', () => {
    put(workspace.root, 'var/runtime/guardrail_signals.json', { timestamp: '2026-11-20T09:00:00Z', effective_risk: 0.74 });
    expect(reading().state).toBe('ok');
  });

  describe('of exchanges', () => {
    it('take the worst of three scores, at most 1', () => {
      putQuality(workspace.root, start, 0.1, 0.2, 0.59);
      expect(reading().exchange).toMatchObject({ score: 0.59, leverage_cap: null, threshold: 0.6, release: 0.3, kill_switch: 0.85 });
      putQuality(workspace.root, start, 0.1, 7, 0.59);
      expect(reading()).toMatchObject({ kill_switch: true, exchange: { score: 1, leverage_cap: 0 } });
    });

    it.each([[0.599_999, 'ok', false, null], [0.6, 'active', false, 0.35], [0.849_999, 'active', false, 0.35], [0.85, 'active', true, 0]] as const)('at a score of %f are %s', (score, state, kill, cap) => {
      putQuality(workspace.root, start, score);
      expect(reading()).toMatchObject({ state, kill_switch: kill, exchange: { leverage_cap: cap, latched: false } });
    });

    it.each([[0.3, 'ok'], [0.300_001, 'active'], [0.59, 'active']] as const)('once in force, at a score of %f are %s', (score, state) => {
      putLatch();
      putQuality(workspace.root, start, score);
      expect(reading()).toMatchObject({ state, exchange: { latched: state === 'active', leverage_cap: state === 'active' ? 0.35 : null } });
      if (state === 'active') expect(reading().triggers).toMatchObject([{ name: 'exchange_degradation', comparator: '>', threshold: 0.3, value: score }]);
    });

    it('end at half the threshold, at most 0.5, or where the policy says', () => {
      configure({ exchange: { threshold: 1 } });
      expect(reading().exchange.release).toBe(0.5);
      configure({ exchange: { threshold: 0.6, release: 0.35 } });
      expect(reading().exchange.release).toBe(0.35);
    });

    it('stay in force while nobody knows the score any more', () => {
      putLatch();
      clock.at += 61_000;
      putSignals(workspace.root, clock.at);
      expect(reading()).toMatchObject({ state: 'active', kill_switch: null, exchange: { latched: true } });
    });

    it('count the worst exchange, and all that the policy names must be there', () => {
      putQuality(workspace.root, start, 0.7, 0.7, 0.7, 'kraken');
      expect(reading()).toMatchObject({ state: 'active', exchange: { score: 0.7, exchanges: [{ exchange: 'binance', state: 'ok' }, { exchange: 'kraken', state: 'ok', score: 0.7 }] } });
      configure({ exchanges: ['binance'] });
      expect(reading().state).toBe('ok');
      configure({ exchanges: ['binance', 'okx'] });
      expect(reading()).toMatchObject({ state: 'unknown', active: null, kill_switch: null });
      expect(provider('signal_quality')).toMatchObject({ state: 'missing', detail: 'okx: There is no such file.' });
    });

    it('are not asked where both limits are null or there is no folder to ask', () => {
      rmSync(join(workspace.root, 'reports'), { recursive: true });
      expect(provider('signal_quality')?.state).toBe('missing');
      configure({ exchange: { threshold: null, kill_switch: null } });
      expect(reading().state).toBe('ok');
      configure({ signal_quality: null });
      expect(reading().state).toBe('ok');
    });

    it.each([
      ['no JSON', '{'], ['without degradation', { exchange: 'binance' }], ['without scores', { degradation: {} }], ['with a text for a score', { degradation: { rolling_score: 'high', last_score: 0 } }],
      ['with NaN', '{"degradation": {"rolling_score": NaN}}'],
    ])('with a report that says nothing are unknown: %s', (_name, content) => {
      put(workspace.root, 'reports/exchanges/signal_quality/binance.json', content);
      expect(reading()).toMatchObject({ state: 'unknown', active: null });
      expect(provider('signal_quality')?.state).toBe('unreadable');
    });

    it('understand scores as text, and the time of an empty score from what else was observed', () => {
      put(workspace.root, 'reports/exchanges/signal_quality/binance.json', {
        degradation: { rolling_score: '0.7', last_score: 0, max_score: '1e-1' }, watchdog: { recent: [{ timestamp: '2026-11-20T08:59:30+00:00' }] },
      });
      expect(reading()).toMatchObject({ state: 'active', exchange: { score: 0.7, exchanges: [{ observed_at: '2026-11-20T08:59:30Z' }] } });
    });

    const putLatch = (): void => put(workspace.root, automodeFile, {
      schema: 'sterownia.automode/1', pause: null, kill_switch: null,
      latches: { state: 'active', since: '2026-11-20T08:00:00Z', exchange: { since: '2026-11-20T08:00:00Z', score: 0.6 }, triggers: [{ name: 'exchange_degradation', since: '2026-11-20T08:00:00Z' }] },
    });
  });

  describe('whose signals cannot be relied on', () => {
    it.each([[60_000, 'ok', 'ok'], [60_001, 'stale', 'unknown'], [-60_000, 'ok', 'ok'], [-60_001, 'stale', 'unknown']] as const)('are so after %i ms: %s', (age, state, whole) => {
      putSignals(workspace.root, start - age);
      expect(provider('signals')).toMatchObject({ state, age_seconds: age / 1000, max_age_seconds: 60 });
      expect(reading().state).toBe(whole);
    });

    it.each([
      ['missing', null, 'missing'], ['no JSON', '{"timestamp": "2026-11-20T09:00:00Z", "effective_risk": NaN}', 'unreadable'], ['a list', '[]', 'unreadable'],
      ['no time', { effective_risk: 0.1 }, 'unreadable'], ['a risk that is no number', { timestamp: '2026-11-20T09:00:00Z', effective_risk: 'low' }, 'unreadable'],
      ['a number that is missing', { timestamp: '2026-11-20T09:00:00Z', effective_risk: 0.1, regime: { stress_index: 0.1 } }, 'unreadable'],
      ['a regime that is no object', { timestamp: '2026-11-20T09:00:00Z', effective_risk: 0.1, regime: 'calm' }, 'unreadable'],
    ])('are unknown: %s', (_name, content, state) => {
      rmSync(join(workspace.root, 'var'), { recursive: true });
      if (content !== null) put(workspace.root, 'var/runtime/guardrail_signals.json', content);
      expect(provider('signals')?.state).toBe(state);
      expect(reading()).toMatchObject({ state: 'unknown', active: null });
      expect(guardrailGate(bench.parts)).toMatchObject({ state: 'unknown', active: null });
    });

    it('do not undo what is known to be in force', () => {
      put(workspace.root, 'var/runtime/guardrail_signals.json', { timestamp: '2026-11-20T09:00:00Z', effective_risk: 0.8, regime: {} });
      expect(reading()).toMatchObject({ state: 'active', active: true });
    });

    it('are read with a byte order mark, numbers as text, offsets, epoch seconds and further members', () => {
      const text = JSON.stringify({ schema: 'x', timestamp: '2026-11-20T10:00:00.123456789+01:00', effective_risk: ' 0.80 ', regime: calm.regime, more: [1] });
      put(workspace.root, 'var/runtime/guardrail_signals.json', `\ufeff${text}`);
      expect(names()).toEqual(['effective_risk']);
      putSignals(workspace.root, start, { timestamp: start / 1000, effective_risk: 0.8 });
      expect(names()).toEqual(['effective_risk']);
    });

    it('are refused outside of the workspace, and as a folder', () => {
      configure({ signals: '../outside.json' });
      expect(provider('signals')?.state).toBe('unreadable');
      mkdirSync(join(workspace.root, 'var/folder'));
      configure({ signals: 'var/folder' });
      expect(provider('signals')).toMatchObject({ state: 'unreadable', detail: 'It is no file.' });
    });
  });

  it('are unknown, not off, where policy or state document cannot be read', () => {
    put(workspace.root, automodeFile, '{');
    expect(reading()).toMatchObject({ state: 'unknown', active: null });
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'unknown', kill_switch: null });
    put(workspace.root, 'config/console.json', '{');
    expect(reading()).toMatchObject({ state: 'unknown', active: null, kill_switch: null });
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'unknown', share: null });
  });

  it('and the kill switch of a person are both told to the gate', () => {
    putPolicy(workspace.root, {});
    killAutomode(bench.parts, { actor: person, reason: 'Champion trades against itself' });
    expect(guardrailGate(bench.parts)).toMatchObject({ state: 'ok', active: false, kill_switch: true });
    configure({});
    expect(inForce(bench.parts)).toEqual({ active: false, kill_switch: true });
    expect(reading().kill_switch).toBe(false);
  });
});
