/** Promise: what an operator has to write down about the schedule is in the journal once, however often it is looked at. */
import type { Actor } from '#contract';
import { microsText, nowMicros } from '#engines/decisions';
import { readSchedule, scheduleFile } from './document.ts';
import type { RetrainingEngine } from './parts.ts';
import { rulesOf } from './state.ts';

export const observationType = 'retraining_observation';

/** Notes a missing `last_run` with the value worked out for it. True when a note was added: once per content of the file. */
export function noteObservations(engine: RetrainingEngine, actor: Actor): boolean {
  const reading = readSchedule(engine.context, nowMicros(engine.context.clock), rulesOf(engine.config()));
  if (!reading.lastRunDerived || reading.state.lastRun === null || reading.revision === null) return false;
  const subject = `schedule-${reading.revision.slice(0, 16)}`;
  if (engine.entries([observationType], 100).some((entry) => entry.subject === subject)) return false;
  engine.record({
    actor, type: observationType, stage: 'note', operation: 'retraining.status', subject,
    data: { path: scheduleFile, revision: reading.revision, observation: 'last_run is missing; worked out as next_run - interval', last_run: microsText(reading.state.lastRun) },
  });
  return true;
}
