/**
 * One change of the state document: intent in the journal, the file, the decision journal, outcome in the journal.
 *
 * Promise: after a crash anywhere in between, the next change (or `recoverAutomode`) finds the intent without outcome and
 * makes both journals say what the file says. The outcome carries the whole state, so that it can be told as of any instant.
 */
import { ConsoleError, type Actor, type JournalEntry } from '#contract';
import { ensureDecision, type DecisionEntry } from '#engines/decisions';
import { asConsoleError } from '#engines/storage';
import {
  automodeFile, documentBytes, emptyDocument, keepDamagedAside, lockedAutomode, readAutomode, revisionOf, writeAutomode,
  type AutomodeDocument, type DocumentReading,
} from './document.ts';
import type { AutomodeParts } from './parts.ts';
import { recordedState, stateTypes } from './recorded.ts';

const looked = 50;

export interface Ground {
  readonly document: AutomodeDocument;
  readonly reading: DocumentReading;
}

export interface Outcome {
  /** Null: there is nothing to change. */
  readonly next: AutomodeDocument | null;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly decisions?: (subject: string) => readonly DecisionEntry[];
  readonly warnings?: readonly string[];
}

export interface StateAct {
  readonly actor: Actor;
  readonly type: (typeof stateTypes)[number];
  /** Of the table of operations; null for the console's own acts, which leave a damaged document alone. */
  readonly operation: string | null;
  readonly act: string;
  readonly work: (ground: Ground) => Outcome;
}

export interface Done {
  readonly changed: boolean;
  readonly warnings: readonly string[];
}

function groundFor(parts: AutomodeParts, act: StateAct): Ground | null {
  const reading = readAutomode(parts);
  if (reading.document !== null) return { document: reading.document, reading };
  if (reading.state === 'corrupt') return act.operation === null ? null : { document: recordedState(parts) ?? emptyDocument, reading };
  throw new ConsoleError(reading.state === 'newer' ? 'DOCUMENT_NEWER' : 'IO', `${reading.problem} Nothing was changed.`, {
    remedy: reading.state === 'newer' ? 'Use the newer console.' : 'Check the file and its rights, then try again.', details: { path: automodeFile },
  });
}

export function performAct(parts: AutomodeParts, act: StateAct): Done {
  const done = lockedAutomode(parts.context, `automode ${act.act}`, () => {
    try {
      settleUnfinished(parts, act.actor);
      const ground = groundFor(parts, act);
      return ground === null ? { changed: false, warnings: [] } : carryOut(parts, act, ground);
    } catch (error) {
      throw asConsoleError(error, 'change', automodeFile);
    }
  });
  if (done.changed) parts.changed();
  return done;
}

function carryOut(parts: AutomodeParts, act: StateAct, { document, reading }: Ground): Done {
  const damaged = reading.state === 'corrupt';
  const outcome = act.work({ document, reading });
  const warnings = [...(outcome.warnings ?? []), ...(damaged ? ['The state of AutoMode was damaged; it was kept aside, and what the journal knows was written anew.'] : [])];
  if (outcome.next === null && !damaged) return { changed: false, warnings };
  const after = outcome.next ?? document;
  const subject = parts.context.ids.next();
  const decisions = outcome.decisions?.(subject) ?? [];
  const base = { actor: act.actor, type: act.type, operation: act.operation, subject };
  const revision = revisionOf(documentBytes(after));
  parts.record({
    ...base, stage: 'intent',
    data: { act: act.act, ...outcome.data, before_revision: reading.revision, after_revision: revision, before: reading.document, after, ...(decisions.length > 0 ? { decisions } : {}), ...(damaged ? { quarantine: true } : {}) },
  });
  const aside = write(parts, base, { act, damaged, after });
  for (const decision of decisions) ensureDecision(parts.context, decision);
  parts.record({ ...base, stage: 'outcome', data: { act: act.act, status: 'completed', ...outcome.data, after, ...(aside === null ? {} : { kept_aside: aside }) } });
  return { changed: true, warnings };
}

type Base = Pick<JournalEntry, 'actor' | 'type' | 'operation' | 'subject'>;

function write(parts: AutomodeParts, base: Base, { act, damaged, after }: { readonly act: StateAct; readonly damaged: boolean; readonly after: AutomodeDocument }): string | null {
  try {
    const aside = damaged ? keepDamagedAside(parts.context) : null;
    writeAutomode(parts.context, after);
    return aside;
  } catch (error) {
    // Replaced or not: what is on disk now decides, as far as the disk still answers.
    try {
      settleUnfinished(parts, act.actor);
    } catch (second) {
      parts.context.log.error('a change of AutoMode is left to recovery', { subject: base.subject, error: second instanceof Error ? second.message : String(second) });
    }
    throw error;
  }
}

function unfinished(parts: Pick<AutomodeParts, 'journal'>): readonly JournalEntry[] {
  const ended = new Set<string>();
  const open: JournalEntry[] = [];
  for (const entry of parts.journal.list({ type: stateTypes, limit: looked }).entries) {
    if (entry.subject === null) continue;
    if (entry.stage === 'outcome') ended.add(entry.subject);
    else if (entry.stage === 'intent' && !ended.has(entry.subject)) open.push(entry);
  }
  return open.toReversed();
}

function decisionsOf(intent: JournalEntry): readonly DecisionEntry[] {
  const { decisions } = intent.data;
  if (!Array.isArray(decisions)) return [];
  return decisions.flatMap((each: unknown) => (typeof each === 'object' && each !== null ? [Object.fromEntries(Object.entries(each).map(([key, value]) => [key, String(value)]))] : []));
}

export interface RecoveredAct {
  readonly subject: string;
  readonly act: string;
  /** completed: the file has it. reverted: it never reached the file. */
  readonly status: 'completed' | 'reverted';
}

/** To be called under the lock: then an intent without outcome is nobody's who still works on it. */
function settleUnfinished(parts: AutomodeParts, actor: Actor): readonly RecoveredAct[] {
  return unfinished(parts).map((intent) => {
    const { revision, document } = readAutomode(parts);
    const status = revision !== null && revision === intent.data['after_revision'] ? 'completed' as const : 'reverted' as const;
    if (status === 'completed') for (const decision of decisionsOf(intent)) ensureDecision(parts.context, decision);
    const act = String(intent.data['act']);
    const subject = intent.subject ?? '';
    parts.record({
      actor: { ...actor, door: 'recovery' }, type: intent.type, stage: 'outcome', operation: intent.operation, subject,
      data: { act, status, recovered: true, ...(status === 'completed' && document !== null ? { after: document } : {}) },
    });
    return { subject, act, status };
  });
}

/** Ends what a crash left. Cheap when there is nothing; for the start of a console. */
export function recoverAutomode(parts: AutomodeParts, actor: Actor): readonly RecoveredAct[] {
  if (unfinished(parts).length === 0) return [];
  return lockedAutomode(parts.context, 'recover the state of AutoMode', () => settleUnfinished(parts, actor));
}
