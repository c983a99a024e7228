/**
 * Changes of champion that took place while no console was running, for people: they are told when one starts.
 *
 * Promise: what was told is not told again, a workspace that is opened for the first time tells nothing of its past, and
 * after a long pause the newest changes are told, not all of them.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { isConsoleError } from '#contract';
import { addMicros, microsText, nowMicros, openDecisionScan, parseInstant, secondsMicros, type DecisionEntry, type Micros } from '#engines/decisions';
import { openDocument, type EngineContext, type JsonDocument } from '#engines/storage';
import { locked } from '#engines/workspace';

const kind = 'sterownia.news/1';
export const newsFile = 'var/console/news.json';
const schema = z.object({ schema: z.literal(kind), told_until: z.string() });
type Told = z.infer<typeof schema>;

/** How far back, and how many. */
const longest = secondsMicros(7 * 86_400);
const most = 20;

const documentOf = (context: EngineContext): JsonDocument<Told> => openDocument<Told>(context, {
  path: join(context.root, newsFile), schema, kind, lock: (work) => locked(context, 'documents', { purpose: 'remember what was told' }, work),
});

/** Null where nothing was ever told here; a mark that cannot be read counts as none. */
function toldUntil(context: EngineContext): Micros | null {
  try {
    const found = documentOf(context).read();
    return found === null ? null : parseInstant(found.told_until);
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    context.log.warn('the mark of what was told cannot be read', { error: error.message });
    return null;
  }
}

/** What lies before it has been told. The mark never goes back, and never ahead of the clock. */
export function markTold(context: EngineContext, instant: string): void {
  const now = nowMicros(context.clock);
  const at = parseInstant(instant) ?? now;
  const next = at > now ? now : at;
  try {
    documentOf(context).update((before) => {
      const known = before === null ? null : parseInstant(before.told_until);
      return { schema: kind, told_until: microsText(known === null || known < next ? next : known) };
    });
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    context.log.warn('what was told could not be remembered', { error: error.message });
  }
}

export interface Missed {
  /** Oldest first. */
  readonly entries: readonly DecisionEntry[];
  /** To be marked once they were told. */
  readonly until: string;
}

export function missedChanges(context: EngineContext): Missed {
  const now = nowMicros(context.clock);
  const until = microsText(now);
  const told = toldUntil(context);
  if (told === null || told >= now) return { entries: [], until };
  const earliest = addMicros(now, -longest);
  const scan = openDecisionScan(context, { events: ['model_change'], keep: (entry) => entry });
  const { found } = scan.between(told > earliest ? told : earliest, now);
  return { entries: found.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).slice(-most).map(({ value }) => value), until };
}
