/**
 * One act on the schedule: intent in the journal, the file, the decision journal, outcome in the journal.
 *
 * Promise: after a crash anywhere in between, `recoverSchedule` or the next act finds the intent without outcome and makes
 * journal and decision journal say what the file says. An act that cannot be written down is taken back.
 */
import { ConsoleError, isConsoleError, type Actor, type RetrainingChange } from '#contract';
import { decisionEntry, ensureDecision, nowMicros, type DecisionEntry, type DecisionEvent, type Micros } from '#engines/decisions';
import type { JournalRecord } from '#engines/plans';
import { asConsoleError } from '#engines/storage';
import { keepDamaged, lockedSchedule, readForChange, removeLeftovers, replaceSchedule, revisionOf, scheduleBytes, scheduleFields, schedulePath } from './document.ts';
import { scheduleEntryType, type RetrainingEngine } from './parts.ts';
import type { ScheduleReading } from './reading.ts';
import { settleUnfinished } from './recover.ts';
import { rulesOf, type ScheduleRules, type ScheduleState } from './state.ts';
import { retrainingStatus } from './status.ts';

export interface Ground {
  readonly state: ScheduleState;
  readonly reading: ScheduleReading;
  readonly now: Micros;
  readonly rules: ScheduleRules;
}

export interface Outcome {
  /** Null: there is nothing to change. */
  readonly state: ScheduleState | null;
  readonly decision?: (state: ScheduleState, ground: Ground) => DecisionEvent;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly warnings?: readonly string[];
}

export interface ScheduleAct {
  readonly actor: Actor;
  /** Of the table of operations; null for the console's own acts. */
  readonly operation: string | null;
  readonly act: string;
  readonly expectedRevision?: string | undefined;
  /** Works out the change; throws for what is refused. Called again when another process changed the file in between. */
  readonly work: (ground: Ground) => Outcome;
}

const tries = 8;

export function performAct(engine: RetrainingEngine, act: ScheduleAct): RetrainingChange {
  const { context } = engine;
  const done = lockedSchedule(context, `retraining ${act.act}`, () => {
    try {
      removeLeftovers(context);
      // What a crash left must be settled now: once the file has changed again, nobody can tell any more what became of it.
      settleUnfinished(engine, act.actor);
      for (let tried = 1; tried <= tries; tried += 1) {
        const result = attempt(engine, act);
        if (result !== null) return result;
      }
    } catch (error) {
      throw asConsoleError(error, 'change', schedulePath(context));
    }
    throw new ConsoleError('REVISION_CONFLICT', `Another program keeps changing ${schedulePath(context)}. Nothing of it was overwritten, and nothing was changed.`, {
      remedy: 'Find the program that writes the schedule without pause, then try again.', details: { path: schedulePath(context) },
    });
  });
  if (done.changed) engine.changed();
  return { ...done, warnings: [...done.warnings], status: retrainingStatus(context, engine.config()) };
}

type Done = Pick<RetrainingChange, 'changed'> & { readonly warnings: readonly string[] };

/** Null when another process changed the file in between. */
function attempt(engine: RetrainingEngine, act: ScheduleAct): Done | null {
  const { context } = engine;
  const now = nowMicros(context.clock);
  const rules = rulesOf(engine.config());
  const reading = readForChange(context, now, rules);
  requireRevision(act, reading);
  const ground: Ground = { state: reading.state, reading, now, rules };
  const outcome = act.work(ground);
  const warnings = [...(outcome.warnings ?? []), ...(reading.document === 'corrupt' ? ['The schedule was damaged; it was kept aside and started anew.'] : [])];
  // A person's act sets a damaged schedule right even where there is nothing else to do; the console's own ticks do not.
  if (outcome.state === null && (reading.document !== 'corrupt' || act.operation === null)) return { changed: false, warnings: outcome.warnings ?? [] };
  const state = outcome.state ?? reading.state;
  const after = scheduleFields(state, now, rules);
  const bytes = scheduleBytes(after, reading.extras);
  const subject = context.ids.next();
  const event = outcome.decision?.(state, ground);
  const decision = event === undefined ? null : decisionEntry({ ...event, metadata: { ...event.metadata, record_id: subject } });
  const base = { actor: act.actor, type: scheduleEntryType, operation: act.operation, subject };
  engine.record({
    ...base, stage: 'intent',
    data: {
      act: act.act, ...outcome.data, before_revision: reading.revision, after_revision: revisionOf(bytes),
      before: reading.document === 'ok' ? scheduleFields(reading.state, now, rules) : null, after, decision,
      ...(reading.lastRunDerived ? { last_run_derived: true } : {}), ...(reading.document === 'corrupt' ? { quarantine: true } : {}),
    },
  });
  return settle(engine, { base, reading, bytes, decision, after, act: act.act, warnings });
}

interface Settling {
  readonly base: Omit<JournalRecord, 'stage' | 'data'>;
  readonly reading: ScheduleReading;
  readonly bytes: Buffer;
  readonly decision: DecisionEntry | null;
  readonly after: Readonly<Record<string, unknown>>;
  readonly act: string;
  readonly warnings: readonly string[];
}

function settle(engine: RetrainingEngine, { base, reading, bytes, decision, after, act, warnings }: Settling): Done | null {
  const { context } = engine;
  const say = (status: string, more: Readonly<Record<string, unknown>> = {}): void => {
    engine.record({ ...base, stage: 'outcome', data: { act, status, ...more } });
  };
  let aside: string | null = null;
  try {
    aside = reading.document === 'corrupt' && reading.bytes !== null ? keepDamaged(context, reading.bytes) : null;
    if (!replaceSchedule(context, reading.bytes, bytes)) {
      say('superseded');
      return null;
    }
    if (decision !== null) ensureDecision(context, decision);
  } catch (error) {
    takeBack(engine, base, { act, before: reading.bytes, after: bytes, error });
    throw error;
  }
  try {
    say('completed', { after, ...(aside === null ? {} : { kept_aside: aside }) });
  } catch (error) {
    const cause = asConsoleError(error, 'record', schedulePath(context));
    throw new ConsoleError(cause.code, `The schedule was changed, but its outcome could not be recorded: ${cause.message}`, {
      remedy: 'Make room or repair the disk; the console records the outcome when it opens this workspace again.', details: cause.details, cause: error,
    });
  }
  return { changed: true, warnings };
}

interface Failed {
  readonly act: string;
  readonly before: Buffer | null;
  readonly after: Buffer;
  readonly error: unknown;
}

/** As far as the disk still answers; what is left over, `recoverSchedule` settles. */
function takeBack(engine: RetrainingEngine, base: Omit<JournalRecord, 'stage' | 'data'>, { act, before, after, error }: Failed): void {
  try {
    const { context } = engine;
    const current = readForChange(context, nowMicros(context.clock), rulesOf(engine.config())).bytes;
    if (current !== null && current.equals(after)) replaceSchedule(context, after, before);
    const message = error instanceof Error ? error.message : String(error);
    engine.record({ ...base, stage: 'outcome', data: { act, status: 'reverted', error: message, ...(isConsoleError(error) ? { code: error.code } : {}) } });
  } catch (second) {
    engine.context.log.error('an act on the schedule is left to recovery', { subject: base.subject, error: second instanceof Error ? second.message : String(second) });
  }
}

function requireRevision(act: ScheduleAct, reading: ScheduleReading): void {
  if (act.expectedRevision === undefined || act.expectedRevision === (reading.revision ?? '')) return;
  throw new ConsoleError('REVISION_CONFLICT', 'Another program changed the schedule since it was shown. Nothing was changed.', {
    remedy: 'Look at the schedule again, then repeat the command.', details: { field: 'revision', revision: reading.revision },
  });
}
