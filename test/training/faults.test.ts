/** Killed or refused at every single call: artifact, schedule, both journals and the job's record tell the same story. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openModelRepository } from '#engines/artifacts';
import { recoverSchedule, retrainingStatus, unfinishedActs } from '#engines/retraining';
import { readRecord, recoverRuns, runJob, type RunResult } from '#engines/training';
import { quickDisk } from '../faults/support.ts';
import { atEveryCall, faultyFileSystem, type Fault } from '../support/faultyFileSystem.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { decisionsOf, embeddedConfig, marketCsv, openBench, person, reportsOf, runsOf, start } from './support.ts';

const name = 'btc-retrain';

describe('a training', () => {
  const made: TestWorkspace[] = [];
  afterEach(() => {
    for (const workspace of made.splice(0)) workspace.remove();
  });

  /** Returns false when the fault was not met. */
  async function tryOnce(csv: string, fault: Fault): Promise<boolean> {
    const workspace = testWorkspace();
    made.push(workspace);
    workspace.put('data/btc.csv', csv);
    const { root } = workspace;
    const clock = { at: start };
    const config = embeddedConfig();
    const faulty = faultyFileSystem(quickDisk, fault);
    let result: RunResult | null = null;
    try {
      result = await runJob(openBench({ root, clock, config, fs: faulty.fs }).engine, name, { actor: person });
    } catch {
      clock.at += 1000;
    }
    faulty.release();
    clock.at += 60_000;
    const where = `${fault.kind}${fault.late === true ? ' late' : ''}${fault.sticky === true ? ' from then on' : ''} at call ${fault.at} (${faulty.counted.at(fault.at - 1)?.name ?? ''} ${faulty.counted.at(fault.at - 1)?.path ?? ''}), ${result?.status ?? 'no'} result`;

    const bench = openBench({ root, clock, config });
    recoverSchedule(bench.engine, person);
    recoverRuns(bench.engine, person);
    const record = readRecord(bench.context, name);
    expect(record.run, where).toBeNull();
    expect(unfinishedActs(bench.engine), where).toEqual([]);

    const runs = runsOf(bench);
    const begun = runs.filter(({ stage }) => stage === 'intent').map(({ subject }) => subject);
    const outcomes = runs.filter(({ stage }) => stage === 'outcome');
    if (record.last_success !== null || record.last_failure !== null) expect(outcomes.map(({ subject }) => subject), where).toEqual(begun);
    const succeeded = outcomes.some(({ data }) => data['status'] === 'success');
    const failed = outcomes.some(({ data }) => data['status'] === 'failed');
    if (result?.status === 'success') expect(succeeded, where).toBe(true);

    const { schedule } = retrainingStatus(bench.context, bench.config);
    expect(record.last_success !== null, where).toBe(succeeded);
    expect(schedule?.last_run ?? null, where).toBe(record.last_success);
    expect(record.last_failure !== null, where).toBe(failed);
    expect(schedule?.failure_streak ?? 0, where).toBe(failed ? 1 : 0);
    const decisions = decisionsOf(root);
    expect(decisions.filter(({ event }) => event === 'ai_retraining'), where).toHaveLength(succeeded ? 1 : 0);
    expect(decisions.filter(({ event }) => event === 'ai_retraining_failed'), where).toHaveLength(failed ? 1 : 0);
    if (succeeded) {
      expect(openModelRepository(bench.context, 'decision_engine').load('latest').verdict.valid, where).toBe(true);
      expect(reportsOf(root, 'walk_forward'), where).toHaveLength(1);
    }
    for (const kind of ['drift', 'data_quality', 'walk_forward'] as const) {
      const told = decisions.filter(({ event, report_type: type }) => type === kind || (kind === 'walk_forward' && event === 'ai_walk_forward_report'));
      expect(told.length, `${where}: each ${kind} report has its entry`).toBe(reportsOf(root, kind).length);
      expect(told.length, where).toBeLessThanOrEqual(kind === 'data_quality' ? 2 : 1);
    }

    const again = await runJob(bench.engine, name, { actor: person, force: true });
    expect(again.status, where).toBe(csv.length > 5000 ? 'success' : 'failed');
    const open = runsOf(bench);
    expect(open.filter(({ stage }) => stage === 'outcome').map(({ subject }) => subject).toSorted(), where).toEqual(open.filter(({ stage }) => stage === 'intent').map(({ subject }) => subject).toSorted());
    mkdirSync(join(root, 'audit/ai_decision'), { recursive: true });
    if (existsSync(join(root, 'models'))) expect(readdirSync(join(root, 'models'), { recursive: true, encoding: 'utf8' }).filter((each) => each.includes('-2.json')), where).toEqual([]);
    workspace.remove();
    return faulty.fired;
  }

  const good = marketCsv({ rows: 130, signal: 0.4 });
  const poor = marketCsv({ rows: 30 });

  it('survives being killed at every call', async () => {
    expect(await atEveryCall((at) => ({ at, kind: 'crash' }), (fault) => tryOnce(good, fault))).toBeGreaterThan(60);
  }, 300_000);

  it('survives being killed just after every call', async () => {
    await atEveryCall((at) => ({ at, kind: 'crash', late: true }), (fault) => tryOnce(good, fault));
  }, 300_000);

  it('that fails survives being killed at every call', async () => {
    expect(await atEveryCall((at) => ({ at, kind: 'crash' }), (fault) => tryOnce(poor, fault))).toBeGreaterThan(30);
  }, 300_000);

  it('ends as one thing or the other when any call fails', async () => {
    await atEveryCall((at) => ({ at, kind: 'EIO' }), (fault) => tryOnce(good, fault));
  }, 300_000);

  it('ends as one thing or the other when the disk is full from any call on', async () => {
    await atEveryCall((at) => ({ at, kind: 'ENOSPC', sticky: true }), (fault) => tryOnce(good, fault));
  }, 300_000);
});
