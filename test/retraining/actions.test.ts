/** What people and trainings do to the schedule, and what is written down about it. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseInstant } from '#engines/decisions';
import {
  changeInterval, markExecuted, markFailure, parseDuration, pauseRetraining, recordSuccess, resetFailures, resumeRetraining, retrainingStatus, tickSchedule,
} from '#engines/retraining';
import { retrainingChangeSchema, retrainingStatusSchema } from '#contract';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { actsOf, decisionsOf, fileOf, openBench, person, scheduleText, type Bench } from './support.ts';

const minute = 60_000;
const invalid = expect.objectContaining({ code: 'INPUT_INVALID' });

describe('the retraining schedule', () => {
  let workspace: TestWorkspace;
  let clock: { at: number };
  let bench: Bench;
  beforeEach(() => {
    workspace = testWorkspace();
    clock = { at: Date.parse('2026-11-20T09:00:00Z') };
    bench = openBench({ root: workspace.root, clock });
  });
  afterEach(() => workspace.remove());

  const file = (): Record<string, unknown> => JSON.parse(scheduleText(workspace.root) ?? '{}') as Record<string, unknown>;
  const put = (fields: Readonly<Record<string, unknown>>): void => {
    mkdirSync(dirname(fileOf(workspace.root)), { recursive: true });
    writeFileSync(fileOf(workspace.root), JSON.stringify({ version: 5, last_run: null, interval: 1800, ...fields }));
  };
  const status = () => retrainingStatus(bench.context, bench.config);
  const at = (text: string) => parseInstant(text) ?? 0n;
  const fail = (when: string, errorMessage = 'no data') => markFailure(bench.engine, { actor: person, run: { job: 'btc', at: at(when), datasetRows: 0 }, errorType: 'ValueError', errorMessage });

  it('asked about before there is one: due, with nothing written', () => {
    expect(retrainingStatusSchema.parse(status())).toMatchObject({ document: 'missing', due: true, is_overdue: true, schedule: { interval: 1800, last_run: null } });
    expect(scheduleText(workspace.root)).toBeNull();
  });

  it('pauses for a duration or until an instant in any zone, and shows who, when and why in the journal', () => {
    const change = retrainingChangeSchema.parse(pauseRetraining(bench.engine, { actor: person, until: '2026-11-20T12:00:00+01:00', reason: ' maintenance ' }));
    expect(change.status).toMatchObject({ paused: true, due: false, schedule: { paused_until: '2026-11-20T11:00:00+00:00', paused_reason: 'maintenance', next_run: '2026-11-20T11:00:00+00:00' } });
    pauseRetraining(bench.engine, { actor: person, duration: '2h' });
    expect(file()).toMatchObject({ paused_until: '2026-11-20T11:00:00+00:00', paused_reason: null });
    const [intent, outcome] = actsOf(bench.journal);
    expect(intent).toMatchObject({ stage: 'intent', operation: 'retraining.pause', actor: { name: 'Anna' }, data: { act: 'pause', reason: 'maintenance', before: null, before_revision: null } });
    expect(outcome).toMatchObject({ stage: 'outcome', subject: intent?.subject, data: { status: 'completed' } });
    clock.at += 120 * minute;
    expect(status()).toMatchObject({ paused: false, due: true, schedule: { paused_until: null } });
    expect(file()).toMatchObject({ paused_until: '2026-11-20T11:00:00+00:00' });
    expect(tickSchedule(bench.engine, person).changed).toBe(true);
    expect(file()).toMatchObject({ paused_until: null, updated_at: '2026-11-20T11:00:00+00:00' });
    expect(tickSchedule(bench.engine, person).changed).toBe(false);
  });

  it.each([
    [{}], [{ duration: '2h', until: '2026-11-21' }], [{ duration: '0h' }], [{ duration: '-2h' }], [{ duration: '2' }], [{ duration: 'soon' }], [{ duration: '200000d' }],
    [{ until: '2026-11-20T09:00:00Z' }], [{ until: 'tomorrow' }], [{ until: '2026-11-20T09:30:00+01:00' }],
  ])('refuses the pause %j and changes nothing', (request) => {
    expect(() => pauseRetraining(bench.engine, { actor: person, ...request })).toThrow(invalid);
    expect(scheduleText(workspace.root)).toBeNull();
    expect(actsOf(bench.journal)).toEqual([]);
  });

  it.each([['2h', 7200], ['45m', 2700], ['1d', 86_400], ['90s', 90], ['1h30m', 5400], [' 1 W ', 604_800], ['1.5h', 5400], ['0.000001s', 0.000001]])('reads %s as %d seconds', (given, expected) => {
    expect(Number(parseDuration(given, 'duration')) / 1e6).toBe(expected);
  });

  it.each(['', '2', 'h', '2h2h', '1y', '2h-1m', '1e3s', '0.0000001s'])('does not guess what "%s" means', (given) => {
    expect(() => parseDuration(given, 'duration')).toThrow(invalid);
  });

  it('resumes once; a second time there is nothing to do and nothing is written', () => {
    pauseRetraining(bench.engine, { actor: person, duration: '2h' });
    expect(resumeRetraining(bench.engine, { actor: person })).toMatchObject({ changed: true, status: { paused: false } });
    const text = scheduleText(workspace.root);
    expect(resumeRetraining(bench.engine, { actor: person })).toMatchObject({ changed: false, warnings: ['Nothing was paused.'] });
    expect(scheduleText(workspace.root)).toBe(text);
    expect(actsOf(bench.journal)).toHaveLength(4);
  });

  it('remembers failures, backs off, escalates from the second on, and never counts one inside a cooldown', () => {
    expect(fail('2026-11-20T09:00:00Z').status).toMatchObject({ escalate: true, escalation_reasons: ['cooldown'], schedule: { failure_streak: 1, cooldown_until: '2026-11-20T09:30:00+00:00' } });
    clock.at += 10 * minute;
    expect(fail('2026-11-20T09:10:00Z', 'still')).toMatchObject({
      warnings: ['The failure fell into a running cooldown and does not count.'],
      status: { schedule: { failure_streak: 1, cooldown_until: '2026-11-20T09:30:00+00:00', last_failure: '2026-11-20T09:10:00+00:00', last_failure_reason: 'ValueError: still' } },
    });
    clock.at += 30 * minute;
    expect(fail('2026-11-20T09:40:00Z').status).toMatchObject({ escalation_reasons: ['failure_streak', 'cooldown'], schedule: { failure_streak: 2, cooldown_until: '2026-11-20T10:40:00+00:00' } });
    expect(decisionsOf(workspace.root)[0]).toEqual({
      event: 'ai_retraining_failed', timestamp: '2026-11-20T09:00:00+00:00', environment: 'ai-training', portfolio: 'btc', risk_profile: 'ai-research',
      schedule: 'btc', strategy: 'btc', schedule_run_id: 'btc:2026-11-20T09:00:00+00:00', telemetry_namespace: 'ai.scheduler.btc',
      error_type: 'ValueError', error_message: 'no data', next_run: '2026-11-20T09:30:00+00:00', scheduler_version: '5', failure_streak: '1', dataset_rows: '0',
      state_updated_at: '2026-11-20T09:00:00+00:00', last_failure: '2026-11-20T09:00:00+00:00', last_failure_reason: 'ValueError: no data',
      cooldown_until: '2026-11-20T09:30:00+00:00', record_id: expect.any(String),
    });
    expect(decisionsOf(workspace.root)[1]).toMatchObject({ counted: 'false' });
  });

  it('forgets failures without pretending that a training took place, and keeps the pause', () => {
    put({ last_run: '2026-11-20T06:00:00Z', last_failure: '2026-11-20T08:50:00Z', failure_streak: 3, last_failure_reason: 'E: x', cooldown_until: '2026-11-20T10:20:00Z', paused_until: '2026-11-20T12:00:00Z', paused_reason: 'deploy' });
    expect(() => resetFailures(bench.engine, { actor: person, reason: 'ok' })).toThrow(invalid);
    resetFailures(bench.engine, { actor: person, reason: 'GPU driver was replaced' });
    expect(file()).toMatchObject({ last_run: '2026-11-20T06:00:00+00:00', failure_streak: 0, cooldown_until: null, last_failure: '2026-11-20T08:50:00+00:00', last_failure_reason: 'E: x', paused_reason: 'deploy', updated_at: '2026-11-20T09:00:00+00:00' });
    expect(decisionsOf(workspace.root)).toEqual([]);
    expect(actsOf(bench.journal)[0]?.data).toMatchObject({ reason: 'GPU driver was replaced', failure_streak: 3 });
    expect(resetFailures(bench.engine, { actor: person, reason: 'GPU driver was replaced' }).changed).toBe(false);
  });

  it('marks a training carried out elsewhere, with a warning about what else that does', () => {
    put({ failure_streak: 2, last_failure: '2026-11-20T08:50:00Z', cooldown_until: '2026-11-20T09:50:00Z', paused_until: '2026-11-20T12:00:00Z' });
    const change = markExecuted(bench.engine, { actor: person, reason: 'run by hand on gpu-2' });
    expect(change.warnings).toHaveLength(2);
    expect(file()).toMatchObject({ last_run: '2026-11-20T09:00:00+00:00', failure_streak: 0, cooldown_until: null, paused_until: null, next_run: '2026-11-20T09:30:00+00:00' });
    expect(decisionsOf(workspace.root)).toMatchObject([{ event: 'ai_retraining', recorded_by: 'Anna', recorded_manually: 'true', note: 'run by hand on gpu-2', interval_seconds: '1800' }]);
  });

  it('refuses a time ahead of the clock, and keeps the later of two runs that are told out of order', () => {
    expect(() => markExecuted(bench.engine, { actor: person, at: at('2026-11-20T09:06:00Z') })).toThrow(invalid);
    markExecuted(bench.engine, { actor: person, at: at('2026-11-20T08:00:00Z') });
    markExecuted(bench.engine, { actor: person, at: at('2026-11-20T07:00:00Z') });
    expect(file()).toMatchObject({ last_run: '2026-11-20T08:00:00+00:00' });
  });

  it('does not believe times ahead of the clock: they are shown, do not block, and the next success mends them', () => {
    put({ last_run: '2029-01-01T00:00:00Z', updated_at: '2029-01-01T00:00:00Z' });
    expect(status()).toMatchObject({ clock_skew: true, due: true, sla: { met: false } });
    expect(status().issues.filter(({ code }) => code === 'clock_skew').map(({ field }) => field)).toEqual(['last_run', 'updated_at']);
    markExecuted(bench.engine, { actor: person });
    expect(status()).toMatchObject({ clock_skew: false, due: false, schedule: { last_run: '2026-11-20T09:00:00+00:00' } });
  });

  it('cuts a cooldown that another program let grow without end', () => {
    put({ last_failure: '2026-11-20T08:50:00Z', failure_streak: 9, cooldown_until: '2026-11-25T00:00:00Z' });
    expect(status()).toMatchObject({ schedule: { next_run: '2026-11-20T11:50:00+00:00' }, issues: expect.arrayContaining([expect.objectContaining({ code: 'cooldown_capped' })]) });
  });

  it('says when the last success is older than agreed', () => {
    put({ last_run: '2026-11-20T08:10:00Z' });
    expect(status()).toMatchObject({ sla: { limit_seconds: 3600, age_seconds: 3000, met: true }, is_overdue: true });
    const strict = openBench({ root: workspace.root, clock, config: { sla_seconds: 600 } });
    expect(retrainingStatus(strict.context, strict.config)).toMatchObject({ sla: { met: false }, issues: expect.arrayContaining([expect.objectContaining({ code: 'sla_missed' })]) });
  });

  it('changes the interval of the document, which counts before the configured one', () => {
    markExecuted(bench.engine, { actor: person });
    changeInterval(bench.engine, { actor: person, interval: '45m' });
    expect(scheduleText(workspace.root)).toContain('"interval": 2700.0,');
    const other = openBench({ root: workspace.root, clock, config: { interval_seconds: 5 } });
    expect(retrainingStatus(other.context, other.config)).toMatchObject({ interval_seconds: 2700, schedule: { next_run: '2026-11-20T09:45:00+00:00' } });
    expect(() => changeInterval(bench.engine, { actor: person, interval: '0m' })).toThrow(invalid);
  });

  describe('a success of a training', () => {
    const artifact = '{"model": 1}\n';
    const sha256 = createHash('sha256').update(artifact).digest('hex');
    const success = (more: Partial<Parameters<typeof recordSuccess>[1]> = {}) => recordSuccess(bench.engine, {
      actor: person, artifact: { path: 'models/a.json', sha256 }, validate: () => [],
      run: { job: 'btc', at: at('2026-11-20T09:00:00Z'), datasetRows: 1200, metrics: { summary: { mae: 0.1 }, test: { mae: 2, directional_accuracy: 1 / 3 } }, context: { environment: ' ', portfolio: 0, strategy: 'trend' } },
      ...more,
    });

    it('is recorded with its metrics, and leaves a pause that a person set', () => {
      workspace.put('models/a.json', artifact);
      put({ paused_until: '2026-11-20T12:00:00Z', paused_reason: 'deploy' });
      success();
      expect(file()).toMatchObject({ last_run: '2026-11-20T09:00:00+00:00', paused_reason: 'deploy' });
      expect(decisionsOf(workspace.root)).toMatchObject([{
        event: 'ai_retraining', environment: 'ai-training', portfolio: '0', strategy: 'trend', dataset_rows: '1200', metric_mae: '0.1000000000', metric_test_mae: '2.0000000000',
        metric_test_directional_accuracy: '0.3333333333', paused_until: '2026-11-20T12:00:00+00:00', artifact_path: 'models/a.json', artifact_sha256: sha256,
      }]);
    });

    it.each([
      ['is not there', {}, 'IO'],
      ['was changed after it was validated', { artifact: { path: 'models/b.json', sha256 } }, 'INTEGRITY'],
      ['is not sound', { artifact: { path: 'models/c.json', sha256 }, validate: () => ['metrics: missing'] }, 'INTEGRITY'],
      ['lies outside', { artifact: { path: '../a.json', sha256 } }, 'PATH_OUTSIDE_ROOT'],
    ])('is not recorded when its artifact %s', (_, more, code) => {
      workspace.put('models/b.json', 'other');
      workspace.put('models/c.json', artifact);
      expect(() => success(more)).toThrow(expect.objectContaining({ code }));
      expect(scheduleText(workspace.root)).toBeNull();
      expect(decisionsOf(workspace.root)).toEqual([]);
    });
  });
});
