/** Which job is due when: jobs share a schedule, not their failures. */
import fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markExecuted, pauseRetraining, resetFailures, resumeRetraining, retrainingStatus } from '#engines/retraining';
import { dueJobs, runJob } from '#engines/training';
import { fileOf } from '../retraining/support.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { decisionsOf, marketCsv, openBench, person, start, type Bench } from './support.ts';

const minute = 60_000;
const config = {
  interval_seconds: 1800,
  feeds: [{ name: 'good', path: 'data/good.csv' }, { name: 'none', path: 'data/none.csv' }],
  jobs: [{ name: 'bad', kind: 'embedded' as const, feed: 'none' }, { name: 'good', kind: 'embedded' as const, feed: 'good' }, { name: 'also-good', kind: 'embedded' as const, feed: 'good' }],
};
const loop = { ...person, door: 'loop' as const };

describe('due jobs', () => {
  let workspace: TestWorkspace;
  let clock: { at: number };
  beforeEach(() => {
    workspace = testWorkspace();
    clock = { at: start };
    workspace.put('data/good.csv', marketCsv({ rows: 130 }));
  });
  afterEach(() => workspace.remove());

  const bench = (): Bench => openBench({ root: workspace.root, clock, config });
  const due = (): readonly string[] => dueJobs(bench().engine).map(({ name }) => name);

  /** One pass of the loop of a console. */
  async function pass(): Promise<readonly string[]> {
    const { engine } = bench();
    const started: string[] = [];
    for (const { name } of dueJobs(engine)) started.push(`${name} ${(await runJob(engine, name, { actor: loop, onlyIfDue: true })).status}`);
    return started;
  }

  it('are all of them at first; one that fails holds up none of the others', async () => {
    expect(await pass()).toEqual(['bad failed', 'good success', 'also-good success']);
    expect(due()).toEqual([]);
    clock.at += 29 * minute;
    expect(due()).toEqual([]);
    clock.at += minute;
    expect(await pass()).toEqual(['bad failed', 'good success', 'also-good success']);
    // The second failure in a row makes its own job wait twice as long, and only that.
    clock.at += 30 * minute;
    expect(await pass()).toEqual(['good success', 'also-good success']);
    clock.at += 30 * minute;
    expect(await pass()).toEqual(['bad failed', 'good success', 'also-good success']);
  });

  it('are held up by their own cooldown also against a person, until failures are forgotten', async () => {
    await pass();
    clock.at += minute;
    expect(await runJob(bench().engine, 'bad', { actor: person })).toMatchObject({ status: 'blocked', exit_code: 3, reason_code: 'cooldown' });
    expect(await runJob(bench().engine, 'good', { actor: person })).toMatchObject({ status: 'success' });
    expect(await runJob(bench().engine, 'bad', { actor: person, force: true })).toMatchObject({ status: 'failed' });
    resetFailures(bench().engine, { actor: person, reason: 'the feed is back in place' });
    expect(await runJob(bench().engine, 'bad', { actor: person })).toMatchObject({ status: 'failed' });
  });

  it('are none during a pause, and all that fell due by its end', async () => {
    pauseRetraining(bench().engine, { actor: person, duration: '2h' });
    expect(due()).toEqual([]);
    expect(await runJob(bench().engine, 'good', { actor: loop, onlyIfDue: true, force: true })).toMatchObject({ status: 'blocked', reason_code: 'paused' });
    clock.at += 121 * minute;
    expect(due()).toEqual(['bad', 'good', 'also-good']);
    resumeRetraining(bench().engine, { actor: person });
    expect(due()).toEqual(['bad', 'good', 'also-good']);
  });

  it('count a training that was done elsewhere', () => {
    markExecuted(bench().engine, { actor: person, job: 'good' });
    expect(due()).toEqual([]);
    clock.at += 30 * minute;
    expect(due()).toEqual(['bad', 'good', 'also-good']);
  });

  const put = (schedule: unknown): void => {
    mkdirSync(dirname(fileOf(workspace.root)), { recursive: true });
    writeFileSync(fileOf(workspace.root), typeof schedule === 'string' ? schedule : JSON.stringify(schedule));
  };

  it('wait for the cooldown of a failure that the bot had', () => {
    put({ version: 5, last_run: null, next_run: '2026-11-20T09:25:00+00:00', interval: 1800, updated_at: null, last_failure: '2026-11-20T08:55:00+00:00', failure_streak: 1, last_failure_reason: 'E', cooldown_until: '2026-11-20T09:25:00+00:00', paused_until: null, paused_reason: null });
    expect(due()).toEqual([]);
    clock.at += 26 * minute;
    expect(due()).toEqual(['bad', 'good', 'also-good']);
  });

  it('are none while nobody can read the schedule, and force helps only where the file is damaged', async () => {
    put('{"version": 6}');
    expect(due()).toEqual([]);
    expect(await runJob(bench().engine, 'good', { actor: person, force: true })).toMatchObject({ status: 'blocked', reason_code: 'document' });
    put('[1, 2');
    expect(due()).toEqual([]);
    expect(await runJob(bench().engine, 'good', { actor: person })).toMatchObject({ status: 'blocked', reason_code: 'document' });
    expect(await runJob(bench().engine, 'good', { actor: person, force: true })).toMatchObject({ status: 'success' });
  });

  it('are asked for without changing anything', async () => {
    await pass();
    const before = retrainingStatus(bench().context, bench().config).revision;
    clock.at += 1000 * minute;
    expect(due()).toHaveLength(3);
    clock.at -= 1000 * minute;
    expect(due()).toEqual([]);
    expect(retrainingStatus(bench().context, bench().config).revision).toBe(before);
  });

  it('never run twice within an interval, nor miss one, whatever the clock and the consoles do', async () => {
    const steps = fc.array(fc.oneof(
      fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 50 }) }),
      fc.constant({ kind: 'pass' as const }),
      fc.constant({ kind: 'two' as const }),
    ), { minLength: 4, maxLength: 10 });
    await fc.assert(fc.asyncProperty(steps, async (list) => {
      const own = testWorkspace();
      try {
        own.put('data/good.csv', marketCsv({ rows: 130 }));
        const time = { at: start };
        const good = { ...config, jobs: config.jobs.filter(({ name }) => name !== 'bad') };
        const open = (): Bench => openBench({ root: own.root, clock: time, config: good });
        let last: number | null = null;
        let runs = 0;
        const go = async (): Promise<void> => {
          for (const { name } of dueJobs(open().engine)) await runJob(open().engine, name, { actor: loop, onlyIfDue: true });
        };
        for (const step of list) {
          if (step.kind === 'wait') {
            time.at += step.minutes * minute;
            continue;
          }
          await Promise.all(step.kind === 'two' ? [go(), go()] : [go()]);
          if (last === null || time.at >= last + 30 * minute) {
            last = time.at;
            runs += 1;
          }
          const trained = decisionsOf(own.root).filter(({ event }) => event === 'ai_retraining');
          for (const name of ['good', 'also-good']) expect(trained.filter(({ schedule }) => schedule === name)).toHaveLength(runs);
        }
      } finally {
        own.remove();
      }
    }), { numRuns: 12, seed: 20261120 });
  }, 120_000);
});
