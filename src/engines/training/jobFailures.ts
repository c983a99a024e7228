/**
 * Failures of each job beside those of the schedule.
 *
 * Promise: what a person is told about escalation, and what a person resets, covers the jobs too: the schedule forgets the failures
 * of one job as soon as another one succeeds.
 */
import type { RetrainingChange, RetrainingStatus } from '#contract';
import { addMicros, microsText, nowMicros, secondsMicros } from '#engines/decisions';
import { changeInterval, escalationStreak, resetFailures, type JobTimes, type ResetRequest } from '#engines/retraining';
import { jobStates } from './due.ts';
import type { TrainingEngine } from './parts.ts';
import { changeRecord, readRecord } from './record.ts';
import { instantOf } from './reports.ts';

/** Streak, running cooldown and next time of each configured job. */
export const jobTimes = (engine: TrainingEngine): ReadonlyMap<string, JobTimes> => new Map(jobStates(engine).map(({ job, streak, cooldown, next }) => [job, {
  failure_streak: streak, cooldown_until: cooldown === null ? null : microsText(cooldown), next_run: next === null ? null : microsText(next),
}]));

/** The same status, which also asks for Platform Ops where one job fails on its own. */
export function withJobs(engine: TrainingEngine, status: RetrainingStatus): RetrainingStatus {
  const states = jobStates(engine);
  const failing = states.filter(({ streak }) => streak >= escalationStreak);
  const cooling = states.flatMap(({ job, cooldown }) => (cooldown === null ? [] : [{ job, cooldown }]));
  const reasons = new Set(status.escalation_reasons);
  if (failing.length > 0) reasons.add('failure_streak');
  if (cooling.length > 0) reasons.add('cooldown');
  return {
    ...status, escalate: reasons.size > 0, escalation_reasons: [...reasons],
    issues: [
      ...status.issues,
      ...failing.map(({ job, streak }) => ({ code: 'failure_streak' as const, field: `jobs.${job}`, severity: 'problem' as const, message: `"${job}" failed ${streak} times in a row; escalate to Platform Ops.` })),
      ...cooling.map(({ job, cooldown }) => ({ code: 'scheduler_cooldown' as const, field: `jobs.${job}`, severity: 'problem' as const, message: `"${job}" does not train before ${microsText(cooldown)}, after a failure; escalate to Platform Ops.` })),
    ],
  };
}

/** Records first say what there is to forget; they are cleared once the act is written down, and until then its entry counts for them. */
export function resetAllFailures(engine: TrainingEngine, request: Omit<ResetRequest, 'jobs'>): RetrainingChange {
  const { context } = engine;
  const jobs = engine.config().jobs.map(({ name }) => name).filter((name) => {
    const { failure_streak: streak, cooldown_until: until } = readRecord(context, name);
    return streak > 0 || until !== null;
  });
  const change = resetFailures(engine, { ...request, jobs });
  for (const job of jobs) changeRecord(context, job, (record) => ({ ...record, failure_streak: 0, cooldown_until: null }));
  return { ...change, status: withJobs(engine, change.status) };
}

/** The same length as a failure gives: longer with every one in a row, with a longest end. */
export function cooldownEnd(engine: TrainingEngine, failedAt: string, streak: number, intervalSeconds: number): string {
  const times = Math.min(streak, 6, engine.config().cooldown_cap_intervals);
  return microsText(addMicros(instantOf(failedAt), secondsMicros(intervalSeconds * times)));
}

/** A cooldown of a job that still runs is worked out again, as the schedule's own is. */
export function changeAllIntervals(engine: TrainingEngine, request: Parameters<typeof changeInterval>[1]): RetrainingChange {
  const { context } = engine;
  const change = changeInterval(engine, request);
  const seconds = change.status.interval_seconds;
  const now = nowMicros(context.clock);
  for (const { name } of seconds === null ? [] : engine.config().jobs) {
    const { cooldown_until: until, last_failure: failed } = readRecord(context, name);
    if (seconds === null || until === null || failed === null || instantOf(until) <= now) continue;
    changeRecord(context, name, (record) => ({ ...record, cooldown_until: cooldownEnd(engine, failed, record.failure_streak, seconds) }));
  }
  return { ...change, status: withJobs(engine, change.status) };
}
