/** Handlers of the `retraining` area. */
import { inForce } from '#engines/automode';
import {
  changeInterval, checkFeeds, listJobs, markExecuted, noteObservations, pauseRetraining, recoverSchedule, resetFailures, resumeRetraining, retrainingStatus,
  type RetrainingEngine,
} from '#engines/retraining';
import type { TrainingEngine } from '#engines/training';
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
    guardrail: () => inForce({ context: parts.context, policy: () => readPolicy(parts.context) }),
  };
}

export const retrainingHandlers: CoreHandlers<'retraining'> = {
  'retraining.status': async (parts, _input, call) => {
    // The runbook wants a lost last run noted in the operations journal by whoever finds it; once per content of the file.
    if (parts.readOnly === null) noteObservations(await trainingEngine(parts), call.actor);
    return retrainingStatus(parts.context, readPolicy(parts.context).config.retraining);
  },
  'retraining.pause': async (parts, input, call) => pauseRetraining(await trainingEngine(parts), { ...input, actor: call.actor }),
  'retraining.resume': async (parts, input, call) => resumeRetraining(await trainingEngine(parts), { ...input, actor: call.actor }),
  'retraining.interval': async (parts, input, call) => changeInterval(await trainingEngine(parts), { ...input, actor: call.actor }),
  'retraining.reset_failures': async (parts, input, call) => resetFailures(await trainingEngine(parts), { ...input, actor: call.actor }),
  'retraining.mark_executed': async (parts, input, call) => markExecuted(await trainingEngine(parts), { ...input, actor: call.actor }),
  'retraining.run': async (parts, { job, force, reason }, call) => {
    const { recoverRuns, runJob } = await import('#engines/training');
    const engine = await trainingEngine(parts);
    recoverSchedule(engine, call.actor);
    recoverRuns(engine, call.actor);
    return runJob(engine, job, { actor: call.actor, force, ...(reason === undefined ? {} : { reason }) }, call.signal);
  },
  'retraining.log': async (parts, input) => {
    const { tailLog } = await import('#engines/training');
    return tailLog(parts.context, readPolicy(parts.context).config.retraining.jobs.map(({ name }) => name), input);
  },
  'retraining.feeds': (parts) => checkFeeds(parts.context, readPolicy(parts.context).config.retraining),
  'retraining.jobs': (parts) => listJobs(parts.context, readPolicy(parts.context).config.retraining),
};
