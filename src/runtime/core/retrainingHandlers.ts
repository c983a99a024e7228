/** Handlers of the `retraining` area. */
import { bundleKeys } from '#engines/artifacts';
import { inForce } from '#engines/automode';
import {
  checkFeeds, listJobs, markExecuted, noteObservations, pauseRetraining, recoverSchedule, resumeRetraining, retrainingStatus,
  type RetrainingEngine,
} from '#engines/retraining';
import type { TrainingEngine } from '#engines/training';
import type { RetrainingChange, RetrainingStatus } from '#contract';
import { readPolicy } from '#engines/workspace';
import type { CoreHandlers, CoreParts } from './types.ts';

/** What schedule and trainings work with; AutoMode takes the same. */
export async function trainingEngine(parts: CoreParts): Promise<RetrainingEngine & TrainingEngine> {
  const [plans, journal] = [await parts.plans(), await parts.journal()];
  return {
    context: parts.context,
    config: () => readPolicy(parts.context).config.retraining,
    record: (record) => plans.record(record),
    entries: (types, limit) => journal.list({ type: types, limit }).entries,
    changed: () => parts.emit('retraining.changed', {}),
    environment: process.env,
    signing: () => bundleKeys(parts.context, readPolicy(parts.context).config),
    guardrail: () => inForce({ context: parts.context, journal, policy: () => readPolicy(parts.context) }),
  };
}

/** Without jobs there is nothing to add, and the trainer need not be loaded. */
async function withJobsOf(engine: TrainingEngine, status: RetrainingStatus): Promise<RetrainingStatus> {
  if (engine.config().jobs.length === 0) return status;
  const { withJobs } = await import('#engines/training');
  return withJobs(engine, status);
}

async function changed(parts: CoreParts, act: (engine: TrainingEngine) => RetrainingChange): Promise<RetrainingChange> {
  const engine = await trainingEngine(parts);
  const change = act(engine);
  return { ...change, status: await withJobsOf(engine, change.status) };
}

export const retrainingHandlers: CoreHandlers<'retraining'> = {
  'retraining.status': async (parts, _input, call) => {
    // The runbook wants a lost last run noted in the operations journal by whoever finds it; once per content of the file.
    const engine = await trainingEngine(parts);
    if (parts.readOnly === null) noteObservations(engine, call.actor);
    return withJobsOf(engine, retrainingStatus(parts.context, engine.config()));
  },
  'retraining.pause': async (parts, input, call) => changed(parts, (engine) => pauseRetraining(engine, { ...input, actor: call.actor })),
  'retraining.resume': async (parts, input, call) => changed(parts, (engine) => resumeRetraining(engine, { ...input, actor: call.actor })),
  'retraining.interval': async (parts, input, call) => {
    const { changeAllIntervals } = await import('#engines/training');
    return changeAllIntervals(await trainingEngine(parts), { ...input, actor: call.actor });
  },
  'retraining.reset_failures': async (parts, input, call) => {
    const { resetAllFailures } = await import('#engines/training');
    return resetAllFailures(await trainingEngine(parts), { ...input, actor: call.actor });
  },
  'retraining.mark_executed': async (parts, input, call) => changed(parts, (engine) => markExecuted(engine, { ...input, actor: call.actor })),
  'retraining.run': async (parts, { job, force, reason }, call) => {
    const { recoverRuns, runJob } = await import('#engines/training');
    const engine = await trainingEngine(parts);
    recoverSchedule(engine, call.actor);
    const { warnings } = recoverRuns(engine, call.actor);
    const result = await runJob(engine, job, { actor: call.actor, force, ...(reason === undefined ? {} : { reason }) }, call.signal);
    return { ...result, warnings: [...result.warnings, ...warnings] };
  },
  'retraining.log': async (parts, input) => {
    const { tailLog } = await import('#engines/training');
    return tailLog(parts.context, readPolicy(parts.context).config.retraining.jobs.map(({ name }) => name), input);
  },
  'retraining.feeds': (parts) => checkFeeds(parts.context, readPolicy(parts.context).config.retraining),
  'retraining.jobs': async (parts) => {
    const { jobTimes } = await import('#engines/training');
    const engine = await trainingEngine(parts);
    return listJobs(parts.context, engine.config(), jobTimes(engine));
  },
};
