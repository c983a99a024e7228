/**
 * Cycles in the journal: an intent when the training begins, a note after each step, an outcome with the whole cycle.
 *
 * Promise: a cycle that a crash cut off is found here and ended as `interrupted`, with every step that it came to.
 */
import { automodeCycleSchema, isConsoleError, type Actor, type AutomodeCycle, type JournalEntry } from '#contract';
import { acquireLock, type EngineContext, type HeldLock } from '#engines/storage';
import { placeOf } from '#engines/workspace';
import { zonedNow } from './instants.ts';
import { cycleEntryType, type AutomodeParts } from './parts.ts';

export const cycleLock = (job: string): string => `cycle-${job.toLowerCase()}`;

/** Held from before the training to after the promotion. Null where somebody else holds it. */
export function lockCycle(context: EngineContext, job: string): HeldLock | null {
  try {
    return acquireLock(placeOf(context, 'locks'), cycleLock(job), { waitMs: 0, purpose: `carry out a cycle of ${job}` });
  } catch (error) {
    if (isConsoleError(error) && error.code === 'BUSY') return null;
    throw error;
  }
}

export function noteCycle(parts: AutomodeParts, stage: JournalEntry['stage'], actor: Actor, cycle: AutomodeCycle, more: Readonly<Record<string, unknown>> = {}): void {
  parts.record({ actor, type: cycleEntryType, stage, operation: cycle.door === 'loop' ? null : 'automode.cycle', subject: cycle.id, data: { ...more, cycle } });
}

const cycleIn = (entry: JournalEntry): AutomodeCycle | null => {
  const parsed = automodeCycleSchema.safeParse(entry.data['cycle']);
  return parsed.success ? parsed.data : null;
};

const perCycle = 4;

/** The last cycles as they stand in the journal, newest first; one without an outcome as far as it came, `running`. */
export function listCycles(parts: Pick<AutomodeParts, 'journal'>, limit: number): readonly AutomodeCycle[] {
  const found = new Map<string, AutomodeCycle>();
  for (const entry of parts.journal.list({ type: [cycleEntryType], limit: limit * perCycle }).entries) {
    const cycle = cycleIn(entry);
    if (cycle !== null && !found.has(cycle.id)) found.set(cycle.id, cycle);
  }
  return [...found.values()].slice(0, limit);
}

const looked = 200;

function unfinished(parts: Pick<AutomodeParts, 'journal'>): readonly { readonly intent: JournalEntry; readonly cycle: AutomodeCycle }[] {
  const ended = new Set<string | null>();
  const last = new Map<string | null, AutomodeCycle>();
  const open: JournalEntry[] = [];
  for (const entry of parts.journal.list({ type: [cycleEntryType], limit: looked }).entries) {
    if (entry.stage === 'outcome') ended.add(entry.subject);
    const cycle = cycleIn(entry);
    if (cycle !== null && !last.has(entry.subject)) last.set(entry.subject, cycle);
    if (entry.stage === 'intent' && !ended.has(entry.subject)) open.push(entry);
  }
  return open.toReversed().flatMap((intent) => {
    const cycle = last.get(intent.subject);
    return cycle === undefined ? [] : [{ intent, cycle }];
  });
}

/** What became of the training of that run, as the journal has it by now. */
function trainingOf(parts: Pick<AutomodeParts, 'journal'>, runId: string, runEntryType: string): AutomodeCycle['training'] {
  const outcome = parts.journal.list({ type: [runEntryType], subject: runId, limit: 10 }).entries.find(({ stage }) => stage === 'outcome');
  if (outcome === undefined) return null;
  const { data } = outcome;
  const text = (key: string): string | null => (typeof data[key] === 'string' ? data[key] : null);
  return { status: text('status') ?? 'unknown', reason: text('error'), reason_code: text('error_type'), run_id: runId, version: text('version') };
}

/** Ends the cycle under its lock: nobody works on it any more. */
export function settleCycles(parts: AutomodeParts, actor: Actor, job: string | null, runEntryType: string): readonly AutomodeCycle[] {
  return unfinished(parts).filter(({ cycle }) => job === null || cycle.job === job).flatMap(({ intent, cycle }) => {
    const held = job === null ? lockCycle(parts.context, cycle.job) : null;
    if (job === null && held === null) return [];
    try {
      const ended = zonedNow(parts.context.clock);
      const training = cycle.training ?? trainingOf(parts, String(intent.data['run_id'] ?? ''), runEntryType);
      const interrupted: AutomodeCycle = { ...cycle, training, status: 'interrupted', ended_at: ended, duration_seconds: null, errors: [...cycle.errors, 'The console ended during the cycle.'] };
      noteCycle(parts, 'outcome', { ...actor, door: 'recovery' }, interrupted, { recovered: true });
      return [interrupted];
    } finally {
      held?.release();
    }
  });
}

/** For the start of a console: ends what crashes left; cycles in another console's hands are passed over. */
export async function recoverCycles(parts: AutomodeParts, actor: Actor): Promise<readonly AutomodeCycle[]> {
  if (unfinished(parts).length === 0) return [];
  const { runEntryType } = await import('#engines/training');
  const ended = settleCycles(parts, actor, null, runEntryType);
  if (ended.length > 0) parts.changed();
  return ended;
}
