/** Entries of the decision journal become counts: each once, with exactly one state, and never more series than memory holds. */
import { Registry, type Counter } from 'prom-client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { countedOf } from '../../src/runtime/core/journalSeries.ts';
import { createJournalMetrics, type JournalMetrics } from '../../src/runtime/front/journalMetrics.ts';

const base = { environment: 'e', portfolio: 'p', risk_profile: 'r', timestamp: '2026-11-20T09:00:00Z' };
const modelOf = (job: string): string | null => (job === 'btc-retrain' ? 'decision_engine' : null);

let registry: Registry;
let metrics: JournalMetrics;
beforeEach(() => {
  registry = new Registry();
  metrics = createJournalMetrics(registry);
});

function take(event: string, fields: Readonly<Record<string, string>> = {}): void {
  const counted = countedOf({ ...base, event, ...fields }, modelOf);
  if (counted !== null) metrics.count(counted);
}

async function show(): Promise<string> {
  const text = await registry.metrics();
  metrics.shown();
  return text;
}

async function samples(name: string): Promise<readonly string[]> {
  await show();
  return (await show()).split('\n').filter((line) => line.startsWith(`${name}{`)).map((line) => line.slice(name.length).replace('environment="e",portfolio="p",risk_profile="r",', ''));
}

describe('counting the decision journal', () => {
  it('shows a new series at 0 first, so that its first step is seen', async () => {
    take('model_change', { model_name: 'm', guardrail_active: 'true' });
    expect(await show()).toContain('auto_trader_model_changes_total{environment="e",portfolio="p",risk_profile="r",model="m"} 0');
    const second = await show();
    expect(second).toContain('auto_trader_model_changes_total{environment="e",portfolio="p",risk_profile="r",model="m"} 1');
    expect(second).toContain('auto_trader_model_change_guardrail_blocks_total{environment="e",portfolio="p",risk_profile="r",model="m"} 1');
    take('model_change', { model_name: 'm', guardrail_active: 'false' });
    expect(await show()).toContain('auto_trader_model_changes_total{environment="e",portfolio="p",risk_profile="r",model="m"} 2');
  });

  it('holds one number for a series that nobody has read yet, however often it steps', async () => {
    for (let n = 0; n < 1_000; n += 1) take('model_change', { model_name: 'm' });
    const steps = vi.spyOn(registry.getSingleMetric('auto_trader_model_changes_total') as Counter, 'inc');
    expect(await show()).toContain('model="m"} 0');
    expect(steps.mock.calls).toEqual([[expect.objectContaining({ model: 'm' }), 1_000]]);
    steps.mockRestore();
    expect(await show()).toContain('auto_trader_model_changes_total{environment="e",portfolio="p",risk_profile="r",model="m"} 1000');
  });

  it('gives each guarded training exactly one state, and the kill switch goes first', async () => {
    take('ai_retraining', { schedule: 'btc-retrain', guardrail_active: 'true', kill_switch: 'true' });
    take('ai_retraining_failed', { schedule: 'btc-retrain', guardrail_active: 'true', kill_switch: 'false' });
    take('ai_retraining', { schedule: 'btc-retrain', guardrail_active: 'unknown' });
    expect(await samples('auto_trader_retraining_guardrail_blocks_total')).toEqual(['{model="decision_engine",state="guardrail"} 1', '{model="decision_engine",state="kill_switch"} 1']);
    expect(await samples('auto_trader_retraining_cycles_total')).toEqual(['{model="decision_engine",status="success"} 2', '{model="decision_engine",status="failure"} 1']);
  });

  it('counts each guardrail of a block once, durations and drift into their buckets, and the last instant', async () => {
    take('decision_guardrail', { triggers: '[{"name":"stress_index"},{"name":"stress_index"},{"name":"liquidity_gap"}]' });
    take('ai_drift_report', { feature_drift: '0.25' });
    take('ai_drift_report', { feature_drift: 'nan' });
    take('ai_retraining', { schedule: 'btc-retrain', duration_seconds: '45.5' });
    take('ai_retraining', { schedule: 'btc-retrain', timestamp: '2026-11-20T08:00:00Z' });
    expect(await samples('auto_trader_guardrail_blocks_total')).toEqual(['{guardrail="stress_index"} 1', '{guardrail="liquidity_gap"} 1']);
    expect(await samples('retraining_drift_score_bucket')).toContain('{le="0.3",environment="e",portfolio="p",risk_profile="r"} 1');
    expect(await samples('retraining_duration_seconds_bucket')).toContain('{le="60",model="decision_engine"} 1');
    expect(await samples('retraining_duration_seconds_count')).toEqual(['{model="decision_engine"} 1']);
    expect(await samples('auto_trader_retraining_timestamp_seconds')).toEqual([`{model="decision_engine"} ${Date.parse('2026-11-20T09:00:00Z') / 1000}`]);
  });

  it('takes whatever a program writes into labels, and folds what is too much into one', async () => {
    take('model_change', { model_name: 'a "quoted"\\name\nwith a line' });
    expect(await samples('auto_trader_model_changes_total')).toEqual(['{model="a \\"quoted\\"\\\\name\\nwith a line"} 1']);
    for (let n = 0; n < 1_000; n += 1) take('model_change', { model_name: `m${n}`, guardrail_active: 'true' });
    const lines = await samples('auto_trader_model_changes_total');
    expect(lines.length).toBe(401);
    expect(lines.at(-1)).toBe('{environment="other",portfolio="other",risk_profile="other",model="other"} 601');
    expect((await samples('auto_trader_model_change_guardrail_blocks_total')).at(-1)).toContain('} 601');
  });

  it('tells no share that is not known', async () => {
    metrics.shares({ model_change: 1 / 3, retraining: 0 });
    expect(await show()).toContain('auto_trader_guardrail_share{kind="model_change"} 0.3333333333333333');
    metrics.shares(null);
    expect(await show()).not.toContain('auto_trader_guardrail_share{');
  });

  it('reads a model from whatever an entry says, and passes over other events', () => {
    expect(countedOf({ ...base, event: 'model_change', strategy: 's' }, modelOf)).toMatchObject({ model: 's' });
    expect(countedOf({ ...base, event: 'ai_retraining_failed', strategy: 's', schedule: 'other' }, modelOf)).toMatchObject({ model: 's', status: 'failure' });
    expect(countedOf({ event: 'ai_retraining' }, modelOf)).toMatchObject({ model: 'unknown', base: { environment: 'unknown' }, at: null });
    expect(countedOf({ ...base, event: 'strategy_signal' }, modelOf)).toBeNull();
  });
});
