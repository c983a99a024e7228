/**
 * Overrides watched over time: which part of the bot was switched off, and when it came back.
 *
 * Promise: the beginning and the end of each override are in both journals once, whether its file was taken away or its time
 * was up, and whichever console saw it. To be called every few seconds by whoever runs the loop.
 */
import type { Actor, AutomodeOverride, JournalEntry } from '#contract';
import { decisionEntry, ensureDecision, nowMicros, parseInstant, type DecisionEntry, type Micros } from '#engines/decisions';
import type { AsOfIndexes } from './asOf.ts';
import { lockedAutomode } from './document.ts';
import { disabledEntryType, restoredEntryType } from './entryTypes.ts';
import type { OverrideThen } from './facets.ts';
import { isInForce, overrideFolder, readOverrides } from './overrides.ts';
import type { AutomodeParts } from './parts.ts';

interface Turn {
  readonly type: typeof disabledEntryType | typeof restoredEntryType;
  readonly file: string;
  /** As the file says it, or said it last. */
  readonly state: OverrideThen;
  /** Why a part came back; null where it was switched off. */
  readonly why: 'expired' | 'removed' | null;
}

const stateOf = ({ component, status, reason, requested_by, ticket, since, expires_at }: AutomodeOverride): OverrideThen =>
  ({ component, readable: status !== 'unreadable', reason, requested_by, ticket, since, expires_at });

const isSame = (a: OverrideThen, b: OverrideThen): boolean => JSON.stringify(Object.entries(a).toSorted()) === JSON.stringify(Object.entries(b).toSorted());

const isOver = ({ expires_at: end }: OverrideThen, now: Micros): boolean => {
  const at = end === null ? null : parseInstant(end);
  return at !== null && at <= now;
};

function turnsOf(parts: AutomodeParts, { overrides: then }: AsOfIndexes): readonly Turn[] {
  const found = readOverrides(parts.context);
  // A folder that cannot be listed says nothing about what lies in it.
  const listed = !found.some(({ file }) => file === overrideFolder);
  const now = nowMicros(parts.context.clock);
  const begun = found.filter(isInForce).flatMap((override): readonly Turn[] => {
    const [present, known] = [stateOf(override), then.latest(override.file)];
    return known !== null && isSame(known, present) ? [] : [{ type: disabledEntryType, file: override.file, state: present, why: null }];
  });
  const ended = then.keys().flatMap((file): readonly Turn[] => {
    const known = then.latest(file);
    const present = found.find((override) => override.file === file);
    if (known === null || (present === undefined ? !listed : isInForce(present))) return [];
    return [{ type: restoredEntryType, file, state: known, why: present !== undefined || isOver(known, now) ? 'expired' : 'removed' }];
  });
  return [...begun, ...ended];
}

function decisionOf({ type, file, state, why }: Turn, at: Micros, subject: string): DecisionEntry {
  return decisionEntry({
    event: type, at, environment: 'ai-monitoring', portfolio: 'automode', risk_profile: 'ai-monitoring',
    fields: { status: why ?? (state.readable ? 'disabled' : 'unreadable') },
    metadata: {
      component: state.component, file, reason: state.reason ?? undefined, requested_by: state.requested_by ?? undefined, ticket: state.ticket ?? undefined,
      expires_at: state.expires_at ?? undefined, record_id: subject,
    },
  });
}

/** `then` gives what the journal says at that moment. Returns how many turns were written down. */
export function observeOverrides(parts: AutomodeParts, then: () => AsOfIndexes, actor: Actor): number {
  if (turnsOf(parts, then()).length === 0) return 0;
  return lockedAutomode(parts.context, 'note what was switched off', () => {
    const turns = turnsOf(parts, then());
    for (const turn of turns) {
      const subject = parts.context.ids.next();
      const decision = decisionOf(turn, nowMicros(parts.context.clock), subject);
      const { readable, ...rest } = turn.state;
      parts.record({
        actor, type: turn.type, stage: 'note', operation: null, subject,
        data: { file: turn.file, ...rest, status: readable ? 'active' : 'unreadable', ...(turn.why === null ? {} : { why: turn.why }), decision },
      });
      ensureDecision(parts.context, decision);
    }
    return turns.length;
  });
}

const recent = 20;
const dayMs = 86_400_000;

const decisionIn = ({ data: { decision } }: JournalEntry): readonly DecisionEntry[] =>
  (typeof decision === 'object' && decision !== null ? [Object.fromEntries(Object.entries(decision).map(([key, value]) => [key, String(value)]))] : []);

/** For the start of a console: a crash between the two journals is made good. Returns how many lines were missing. */
export function recoverOverrides(parts: AutomodeParts, then: () => AsOfIndexes): number {
  if (then().overrides.keys().length === 0) return 0;
  const since = new Date(parts.context.clock.now() - dayMs).toISOString();
  const { entries } = parts.journal.list({ type: [disabledEntryType, restoredEntryType], limit: recent, since });
  return entries.toReversed().flatMap(decisionIn).filter((decision) => ensureDecision(parts.context, decision)).length;
}
