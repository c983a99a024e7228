/** Handlers of the `automode` area. */
import {
  automodeAsOf, automodeEvents, automodeStatus, guardrailShareLines, killAutomode, pauseAutomode, recoverCycles,
  releaseAutomode, resumeAutomode, runCycle, type AutomodeParts,
} from '#engines/automode';
import { recoverRegistry } from '#engines/models';
import { recoverSchedule } from '#engines/retraining';
import { readPolicy } from '#engines/workspace';
import { asOfIndexes } from './asOfView.ts';
import { modelParts } from './modelParts.ts';
import { registryOf } from './registries.ts';
import { trainingEngine } from './retrainingHandlers.ts';
import type { CoreHandlers, CoreParts } from './types.ts';

/** What every act and reading of AutoMode works with; the background loop takes the same. */
export async function automodeParts(parts: CoreParts): Promise<AutomodeParts> {
  const [plans, journal, training] = [await parts.plans(), await parts.journal(), await trainingEngine(parts)];
  const { context, emit } = parts;
  return {
    context, training, journal, policy: () => readPolicy(context), registry: () => registryOf(parts, undefined, true),
    models: modelParts({ context, journal, record: (entry) => void plans.record(entry), recordAll: plans.recordAll, emit }),
    record: (record) => plans.record(record), changed: () => emit('automode.changed', {}), progress: (progress) => emit('automode.progress', progress),
  };
}

export const automodeHandlers: CoreHandlers<'automode'> = {
  'automode.status': async (parts) => automodeStatus(await automodeParts(parts)),
  'automode.pause': async (parts, input, call) => pauseAutomode(await automodeParts(parts), { ...input, actor: call.actor }),
  'automode.resume': async (parts, _input, call) => resumeAutomode(await automodeParts(parts), { actor: call.actor }),
  'automode.kill': async (parts, input, call) => killAutomode(await automodeParts(parts), { ...input, actor: call.actor }),
  'automode.release': async (parts, input, call) => releaseAutomode(await automodeParts(parts), { ...input, actor: call.actor }),
  'automode.cycle': async (parts, { job, force, reason }, call) => {
    const automode = await automodeParts(parts);
    const { recoverRuns } = await import('#engines/training');
    recoverSchedule(automode.training, call.actor);
    recoverRuns(automode.training, call.actor);
    recoverRegistry(automode.models, automode.registry());
    await recoverCycles(automode, call.actor);
    return runCycle(automode, job, {
      actor: call.actor, force, onlyIfDue: call.actor.door === 'loop', ...(reason === undefined ? {} : { reason }),
    }, call.signal);
  },
  'automode.events': async (parts, { limit }) => automodeEvents(await automodeParts(parts), limit),
  'automode.shares': (parts, input) => guardrailShareLines(parts.context, readPolicy(parts.context).config.automode.shares, input),
  'automode.as_of': async (parts, { at, model }) => automodeAsOf(asOfIndexes(parts, await parts.journal()), at, model),
};
