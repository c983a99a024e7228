/** Failures of single jobs: what is told, what is forgotten, and that one stuck job holds up no other. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeAllIntervals, dueJobs, jobTimes, readRecord, recoverRuns, resetAllFailures, runJob, withJobs, type JobRecord } from '#engines/training';
import { retrainingStatus } from '#engines/retraining';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { decisionsOf, embeddedConfig, marketCsv, openBench, person, reportsOf, runsOf, start, type Bench } from './support.ts';

const hour = 3_600_000;

describe('failures of one job among others', () => {
  let workspace: TestWorkspace;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
  });
  afterEach(() => workspace.remove());

  type Config = Parameters<typeof openBench>[0]['config'];
  const config: Config = { jobs: [{ name: 'bad', kind: 'command', argv: ['/nowhere'] }, { name: 'good', kind: 'embedded', feed: 'btc' }], feeds: [{ name: 'btc', path: 'data/btc.csv' }] };
  const bench = (more: Config = config): Bench => openBench({ root: workspace.root, clock, config: more });
  const run = (job: string) => runJob(bench().engine, job, { actor: person, force: true });

  async function failTwiceThenSucceed(): Promise<Bench> {
    workspace.put('data/btc.csv', marketCsv({ rows: 200 }));
    await run('bad');
    clock.at += hour;
    await run('bad');
    expect((await run('good')).status).toBe('success');
    return bench();
  }

  it('are told although another one succeeded, and are forgotten in every record', async () => {
    const { engine, context, config: set } = await failTwiceThenSucceed();
    expect(retrainingStatus(context, set)).toMatchObject({ escalate: false, schedule: { failure_streak: 0 } });
    expect(withJobs(engine, retrainingStatus(context, set))).toMatchObject({ escalate: true, escalation_reasons: ['failure_streak', 'cooldown'] });
    expect(jobTimes(engine).get('bad')).toMatchObject({ failure_streak: 2, cooldown_until: '2026-11-20T11:00:00+00:00', next_run: '2026-11-20T11:00:00+00:00' });
    expect(jobTimes(engine).get('good')).toMatchObject({ failure_streak: 0, cooldown_until: null });
    expect(resetAllFailures(engine, { actor: person, reason: 'the program is there now' })).toMatchObject({ changed: true, status: { escalate: false } });
    expect(readRecord(context, 'bad')).toMatchObject({ failure_streak: 0, cooldown_until: null });
    expect(resetAllFailures(engine, { actor: person, reason: 'the program is there now' })).toMatchObject({ changed: false });
  });

  it('cool down anew when the interval changes', async () => {
    const { engine, context } = await failTwiceThenSucceed();
    changeAllIntervals(engine, { actor: person, interval: '15m' });
    expect(readRecord(context, 'bad').cooldown_until).toBe('2026-11-20T10:30:00+00:00');
  });

  it('do not lift a cooldown that the bot wrote', async () => {
    workspace.put('audit/ai_decision/scheduler.json', JSON.stringify({
      version: 5, last_run: null, next_run: '2026-11-20T09:30:00Z', interval: 1800, last_failure: '2026-11-20T08:50:00Z', failure_streak: 1, cooldown_until: '2026-11-20T09:30:00Z',
    }));
    expect(dueJobs(bench().engine)).toEqual([]);
    await run('bad');
    expect(retrainingStatus(bench().context, bench().config).schedule).toMatchObject({ last_failure: '2026-11-20T09:00:00+00:00' });
    expect(dueJobs(bench().engine)).toEqual([]);
  });

  it('keep no other from being ended after a crash, and a time ahead of the clock is taken for now', async () => {
    const { engine, context } = bench();
    await run('bad');
    const cutOff = (job: string, failing: object | null, process: object | null = null): void => {
      const record = { ...readRecord(context, job), last_failure: null, failure_streak: 0, cooldown_until: null, run: {
        id: `run-${job}`, started_at: '2026-11-20T08:00:00+00:00', actor: person, operation: null, process, reports: [], saving: null, failing, cancelled: false,
      } };
      writeFileSync(join(workspace.root, `var/console/training/${job}.json`), JSON.stringify(record satisfies Omit<JobRecord, 'run'>));
    };
    const ahead = { at: '2027-01-01T00:00:00+00:00', type: 'X', message: 'y' };
    cutOff('good', ahead);
    expect(recoverRuns(engine, person)).toMatchObject({ runs: [{ job: 'good', status: 'failed' }], warnings: [] });
    expect(readRecord(context, 'good')).toMatchObject({ run: null, last_failure: '2026-11-20T09:00:00+00:00' });
    expect(runsOf(bench()).at(-1)?.data).toMatchObject({ clock_skew: ahead.at });
    expect(decisionsOf(workspace.root).at(-1)).toMatchObject({ clock_skew: ahead.at });
    cutOff('bad', null);
    cutOff('good', ahead);
    const record = engine.record.bind(engine);
    const stuck = { ...engine, record: (entry: Parameters<typeof record>[0]) => {
      if (entry.subject === 'run-bad') throw new Error('stuck');
      return record(entry);
    } };
    expect(recoverRuns(stuck, person)).toMatchObject({ runs: [{ job: 'good' }], warnings: ['The earlier run of "bad" could not be ended: stuck'] });
  });

  it('are not recorded where the job cannot be meant: its feed is missing, or it is set up wrong', async () => {
    const { engine } = bench({ jobs: [{ name: 'lost', kind: 'embedded', feed: 'eth' }, { name: 'slow', kind: 'embedded', feed: 'eth', timeout_seconds: -1 }] });
    await expect(runJob(engine, 'lost', { actor: person })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'retraining.jobs.lost.feed' } });
    await expect(runJob(engine, 'slow', { actor: person })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'retraining.jobs.1.timeout_seconds' } });
    expect(runsOf(bench())).toEqual([]);
  });
});

describe('a feed that stands still', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = testWorkspace();
  });
  afterEach(() => workspace.remove());

  const train = (csv: string) => {
    workspace.put('data/btc.csv', csv);
    return runJob(openBench({ root: workspace.root, clock: { at: start }, config: embeddedConfig() }).engine, 'btc-retrain', { actor: person });
  };
  /** Prices of the rows from `from` on are those of the row before it. */
  const frozen = (from: number, to = 300): string => {
    const lines = marketCsv({ rows: 300 }).trim().split('\n');
    const prices = (lines[from] ?? '').split(',').slice(1).join(',');
    return `${lines.map((line, at) => (at > from && at <= to ? `${line.split(',')[0] ?? ''},${prices}` : line)).join('\n')}\n`;
  };

  it('is no training, in whichever part it does', async () => {
    expect(await train(frozen(1))).toMatchObject({ status: 'failed', reason_code: 'DataError', reason: expect.stringContaining('train part stand still') });
    expect(await train(frozen(240))).toMatchObject({ status: 'blocked' });
  });

  it('is no training where only the test part does', async () => {
    expect(await train(frozen(240))).toMatchObject({ status: 'failed', reason_code: 'DataError', reason: expect.stringContaining('test part stand still') });
  });

  it('for a while raises the alarm, and no row of it counts as a direction that was right', async () => {
    const result = await train(frozen(262, 298));
    expect(result).toMatchObject({ status: 'success', data_quality: { status: 'alert' } });
    const report = reportsOf(workspace.root, 'data_quality').find(({ category }) => category === 'completeness');
    expect(report).toMatchObject({ status: 'alert', summary: { status: 'warning', still_rows: 36, still_ratio: 0.12 } });
    const share = result.metrics?.['test']?.['directional_accuracy'] ?? Number.NaN;
    const moved = 300 - 20 - 1 - (279 - 41) - 36;
    expect(Math.abs(share * moved - Math.round(share * moved))).toBeLessThan(1e-9);
  });
});
