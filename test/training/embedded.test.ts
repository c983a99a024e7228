/** The embedded trainer, from a feed to what lies on disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateArtifactBytes } from '#engines/artifacts';
import { ConsoleError } from '#contract';
import { runJob, train, embeddedOptionsSchema, type RunResult } from '#engines/training';
import { retrainingStatus } from '#engines/retraining';
import { readFolder } from '#engines/signoffs';
import { unwatched } from '#engines/storage';
import { trainingRunSchema, type TrainingRun } from '../../src/contract/training.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { decisionsOf, embeddedConfig, marketCsv, openBench, person, reportsOf, runsOf, start, type Bench } from './support.ts';

describe('the embedded trainer', () => {
  let workspace: TestWorkspace;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
  });
  afterEach(() => workspace.remove());

  const bench = (more: Readonly<Record<string, unknown>> = {}): Bench => openBench({ root: workspace.root, clock, config: embeddedConfig(more) });
  const run = (more: Readonly<Record<string, unknown>> = {}): Promise<RunResult> => runJob(bench(more).engine, 'btc-retrain', { actor: person, reason: 'scheduled by hand' });

  it('saves an artifact that satisfies the schema, and only then records the success', async () => {
    workspace.put('data/btc.csv', marketCsv({ rows: 1200, signal: 0.5 }));
    const result = await run();
    expect(result).toMatchObject({ status: 'success', exit_code: 0, model: 'decision_engine', dataset_rows: 1179, reason: null });
    const answer: TrainingRun = result;
    expect(trainingRunSchema.parse(answer)).toEqual(result);
    const bytes = readFileSync(join(workspace.root, result.artifact?.path ?? ''));
    const verdict = validateArtifactBytes(bytes);
    expect(verdict.errors).toEqual([]);
    expect(verdict.warnings).toEqual([]);
    const artifact = JSON.parse(bytes.toString('utf8')) as { metrics: Record<string, Record<string, number>>; metadata: Record<string, unknown>; training_rows: number; validation_rows: number; test_rows: number };
    expect(artifact.metrics).toEqual(result.metrics);
    expect([artifact.training_rows, artifact.validation_rows, artifact.test_rows]).toEqual([826, 175, 176]);
    expect(artifact.metadata).toMatchObject({ run_id: result.run_id, model_version: result.version, job: 'btc-retrain', feed: 'btc' });
    const { engine, context, config } = bench();
    expect(retrainingStatus(context, config)).toMatchObject({ document: 'ok', schedule: { last_run: result.trained_at, failure_streak: 0, cooldown_until: null } });
    expect(runsOf(bench()).map(({ stage, data }) => [stage, data['status']])).toEqual([['intent', undefined], ['outcome', 'success']]);
    expect(engine.config().jobs).toHaveLength(1);
    const manifest = JSON.parse(readFileSync(join(workspace.root, 'models/decision_engine/manifest.json'), 'utf8')) as { active: unknown; aliases: unknown };
    expect(manifest).toMatchObject({ active: null, aliases: { latest: result.version } });
  });

  it('tells the decision journal of the training and of every report, with paths that lead to them', async () => {
    workspace.put('data/btc.csv', marketCsv({ rows: 1200, signal: 0.5 }));
    const result = await run({ symbol: 'BTC-USD' });
    const decisions = decisionsOf(workspace.root);
    expect(decisions.map(({ event }) => event).toSorted()).toEqual(['ai_data_quality_report', 'ai_data_quality_report', 'ai_drift_report', 'ai_retraining', 'ai_walk_forward_report']);
    const trained = decisions.find(({ event }) => event === 'ai_retraining');
    expect(trained).toMatchObject({ schedule: 'btc-retrain', dataset_rows: '1179', artifact_path: result.artifact?.path, run_id: result.run_id, scheduler_version: '5' });
    expect(trained?.['metric_mae']).toBe(result.metrics?.['summary']?.['mae']?.toFixed(10));
    expect(trained?.['metric_test_directional_accuracy']).toMatch(/^0\.\d{10}$/u);
    for (const entry of decisions.filter(({ event }) => event !== 'ai_retraining')) {
      expect(result.reports).toContain(entry['report_path']);
      expect(() => JSON.parse(readFileSync(join(workspace.root, entry['report_path'] ?? ''), 'utf8')) as unknown).not.toThrow();
    }
    expect(decisions.find(({ event }) => event === 'ai_drift_report')).toMatchObject({
      environment: 'ai-monitoring', portfolio: 'ai-manager', risk_profile: 'ai-monitoring', report_type: 'drift', triggered: String(result.drift?.triggered), threshold: '0.2', symbol: 'BTC-USD',
    });
    expect(decisions.find(({ category }) => category === 'completeness')).toMatchObject({ status: 'ok', meta_status: 'ok', issues_count: '0', tags: 'training,completeness', schedule: 'btc-retrain' });
    expect(decisions.find(({ event }) => event === 'ai_walk_forward_report')).toMatchObject({ train_window: '589', test_window: '117', step: '117', dataset_rows: '1179', trained_at: result.trained_at });
  });

  for (const algorithm of ['linear', 'logistic'] as const) {
    it(`learns a planted signal far better than chance (${algorithm}), and finds nothing in noise`, async () => {
      workspace.put('data/btc.csv', marketCsv({ rows: 4000, signal: 0.6, seed: 7 }));
      const learnt = await run({ algorithm });
      expect(learnt.metrics?.['test']?.['directional_accuracy']).toBeGreaterThan(0.65);
      expect(learnt.walk_forward?.average_directional_accuracy).toBeGreaterThan(0.65);
      expect(learnt.metrics?.['test']?.['expected_pnl']).toBeGreaterThan(0);
      workspace.put('data/btc.csv', marketCsv({ rows: 4000, signal: 0, seed: 8 }));
      const noise = await run({ algorithm });
      expect(Math.abs((noise.walk_forward?.average_directional_accuracy ?? 0) - 0.5)).toBeLessThan(0.05);
    });
  }

  it('gives the same model to the last bit for the same rows', () => {
    workspace.put('data/btc.csv', marketCsv({ rows: 1500, signal: 0.3, seed: 3 }));
    for (const algorithm of ['linear', 'logistic'] as const) {
      const { context, config } = bench({ algorithm });
      const [job] = config.jobs;
      if (job?.kind !== 'embedded') throw new Error('no embedded job');
      const once = (): string => JSON.stringify({ ...train(context, { job, options: embeddedOptionsSchema.parse({ algorithm }), config, runId: 'r' }, unwatched), at: null });
      expect(once()).toBe(once());
    }
  });

  it('finds drift where the newest rows come from another market, and none where they do not', async () => {
    workspace.put('data/btc.csv', marketCsv({ rows: 20_000, seed: 5 }));
    expect((await run()).drift).toMatchObject({ triggered: false, triggered_features: [] });
    workspace.put('data/btc.csv', marketCsv({ rows: 20_000, seed: 5, shift: { from: 18_000, times: 4 } }));
    clock.at += 1000;
    const shifted = await run();
    expect(shifted.drift?.triggered).toBe(true);
    expect(shifted.drift?.triggered_features).toEqual(expect.arrayContaining(['return_1', 'volatility_20', 'range']));
    expect(shifted.drift?.volatility_shift).toBeGreaterThan(1);
    const report = reportsOf(workspace.root, 'drift').at(-1);
    expect(report).toMatchObject({ job_name: 'btc-retrain', metrics: { triggered: { value: 1 }, feature_drift: { threshold: 0.2 } }, sign_off: { risk: { status: 'pending' }, compliance: { status: 'pending' } } });
    expect(shifted.data_quality?.status).toBe('alert');
  });

  it('counts every row that it cannot use, and raises the alarm from one row in a hundred', async () => {
    const lines = marketCsv({ rows: 1000, seed: 2 }).trimEnd().split('\n');
    const [heading = '', ...rows] = lines;
    const broken = rows.flatMap((row, at) => (at % 40 === 7 ? [row.replace(/,[^,]+$/u, ',')] : at % 100 === 9 ? [] : at === 500 ? [row, row] : at === 600 ? [row.replace(/^([^,]+),.*$/u, '$1,1,0.5,2,1,1')] : [row]));
    workspace.put('data/btc.csv', `\ufeff${[heading, ...broken].join('\r\n')}`);
    const result = await run();
    expect(result.status).toBe('success');
    const completeness = reportsOf(workspace.root, 'data_quality').find(({ category }) => category === 'completeness');
    expect(completeness).toMatchObject({
      status: 'alert', policy: { enforce: true }, null_features: ['volume'],
      summary: { status: 'warning', incomplete_rows: 25, invalid_rows: 1, missing_rows: 10, duplicate_rows: 1, out_of_order_rows: 0, total_rows: 991 },
    });
  });

  it('fails by name where the data does not suffice, and leaves the failure everywhere it belongs', async () => {
    workspace.put('data/btc.csv', marketCsv({ rows: 40 }));
    const result = await run();
    expect(result).toMatchObject({ status: 'failed', exit_code: 1, reason_code: 'DataError', artifact: null });
    const { context, config } = bench();
    expect(retrainingStatus(context, config)).toMatchObject({ cooldown_active: true, schedule: { failure_streak: 1, last_run: null } });
    expect(decisionsOf(workspace.root)).toMatchObject([{ event: 'ai_retraining_failed', error_type: 'DataError', run_id: result.run_id }]);
    expect(runsOf(bench()).map(({ data }) => data['status'])).toEqual([undefined, 'failed']);
    expect(readFileSync(join(workspace.root, result.log ?? ''), 'utf8')).toContain('Failed: DataError');
  });

  it('names a wrong setting before anything is touched', async () => {
    await expect(run({ algorithm: 'oracle' })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'retraining.jobs.btc-retrain.algorithm' } });
    await expect(run({ colour: 'red' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(runJob(bench().engine, 'nobody', { actor: person })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'job' } });
    expect(readdirSync(workspace.root)).toEqual([]);
  });

  it('stops when asked, at any check, without counting it as a failure', async () => {
    workspace.put('data/btc.csv', marketCsv({ rows: 1200 }));
    let checks = 0;
    const stopAt = (limit: number) => ({
      cancelled: false, progress: () => undefined,
      check: () => {
        checks += 1;
        if (checks >= limit) throw new ConsoleError('CANCELLED', 'Stopped on request.', {});
      },
    });
    await runJob(bench().engine, 'btc-retrain', { actor: person }, stopAt(Infinity));
    const all = checks;
    const before = retrainingStatus(bench().context, bench().config).revision;
    expect(all).toBeGreaterThan(10);
    for (let limit = 1; limit <= all; limit += 3) {
      checks = 0;
      const result = await runJob(bench().engine, 'btc-retrain', { actor: person }, stopAt(limit));
      expect(result).toMatchObject({ status: 'cancelled', exit_code: 130 });
    }
    expect(retrainingStatus(bench().context, bench().config).revision).toBe(before);
  });

  it('ends at its deadline on the clock', async () => {
    workspace.put('data/btc.csv', marketCsv({ rows: 1200 }));
    const result = await runJob(bench({ timeout_seconds: 30 }).engine, 'btc-retrain', { actor: person }, { cancelled: false, check: () => void (clock.at += 11_000), progress: () => undefined });
    expect(result).toMatchObject({ status: 'failed', reason_code: 'TimeoutError' });
  });

  it('validates forward on windows that never look ahead', async () => {
    workspace.put('data/btc.csv', marketCsv({ rows: 600 }));
    const result = await run({ train_window: 200, test_window: 50, step: 100, horizon: 5 });
    const windows = result.walk_forward?.windows ?? [];
    expect(windows).toHaveLength(4);
    for (const each of windows) expect(Date.parse(each.test_start) - Date.parse(each.train_start)).toBe(200 * 60_000);
    const short = await run({ train_window: 500, test_window: 200 });
    expect(short).toMatchObject({ status: 'failed', reason_code: 'ValueError' });
  });

  it('writes reports that the sign-off gate understands: only what tells of a problem asks for a signature', async () => {
    workspace.put('data/btc.csv', marketCsv({ rows: 20_000, seed: 5 }));
    await run();
    const kinds = ['data_quality', 'drift', 'walk_forward'] as const;
    const needs = (): readonly boolean[] => kinds.map((kind) => readFolder(workspace.context, kind).reports.some(({ judgement }) => judgement.needsSignature));
    expect(needs()).toEqual([false, false, true]);
    clock.at += 1000;
    workspace.put('data/btc.csv', marketCsv({ rows: 3000, seed: 5, shift: { from: 2600, times: 4 } }));
    await run();
    expect(needs()).toEqual([true, true, true]);
    expect(kinds.flatMap((kind) => readFolder(workspace.context, kind).reports).every(({ content }) => content !== null)).toBe(true);
  });

  it('claims nothing about drift where there are too few rows to compare', async () => {
    workspace.put('data/btc.csv', marketCsv({ rows: 130 }));
    expect(await run({ drift: { min_samples: 30 } })).toMatchObject({ status: 'success', drift: { triggered: false } });
    expect(reportsOf(workspace.root, 'drift')[0]).toMatchObject({ metrics: { issues: ['fewer than 30 rows in a window'] } });
    expect(reportsOf(workspace.root, 'drift')[0]?.['metrics']).not.toHaveProperty('triggered');
    expect(readFolder(workspace.context, 'drift').reports[0]?.judgement.needsSignature).toBe(true);
  });

  it('never takes the place of a report that another program wrote in the same second', async () => {
    const other = workspace.put('audit/ai_decision/drift/20261120T090000Z.json', '{"generated_at": "2026-11-20T09:00:00+00:00", "metrics": {"triggered": {"value": 0}}}\n');
    workspace.put('data/btc.csv', marketCsv({ rows: 300 }));
    expect((await run()).reports).toContain('audit/ai_decision/drift/20261120T090000Z_2.json');
    expect(readFileSync(other, 'utf8')).toContain('"value": 0');
    clock.at += 500;
    expect(await run()).toMatchObject({ status: 'success', version: '20261120T090000Z-2' });
  });
});
