/**
 * Follows the decision journal in a running console: what any program writes there is counted and told within a second.
 */
import { openDecisionTail, type DecisionEntry, type DecisionTail } from '#engines/decisions';
import type { EngineContext } from '#engines/storage';
import { countedEvents, countedOf } from '../core/journalSeries.ts';
import type { JournalMetrics } from './journalMetrics.ts';

export interface FollowerOptions {
  readonly context: EngineContext;
  readonly metrics: JournalMetrics;
  /** The model that a job trains, by the present configuration. */
  readonly modelOf: (job: string) => string | null;
  readonly onEntry: (entry: DecisionEntry) => void;
  /** Pause between two looks where nobody tells of a change; default 1 s. */
  readonly everyMs?: number;
}

export interface JournalFollower {
  /** Takes in what is there now. Never throws. */
  look(): void;
  stop(): void;
}

/** Pieces of one look at most: an operator's window must not wait for a journal that somebody copied in. */
const mostPieces = 20;

export function followJournal({ context, metrics, modelOf, onEntry, everyMs = 1_000 }: FollowerOptions): JournalFollower {
  let tail: DecisionTail | null = null;
  let problem: string | null = null;
  let stopped = false;

  /** What fails for one entry is told; all others are taken in. */
  const take = (entry: DecisionEntry): void => {
    try {
      const counted = countedOf(entry, modelOf);
      if (counted !== null) metrics.count(counted);
      onEntry(entry);
    } catch (error) {
      context.log.error('an entry of the decision journal could not be taken in', { event: entry['event'] ?? null, error: String(error) });
    }
  };

  const read = (): void => {
    tail ??= openDecisionTail(context, { events: countedEvents });
    for (let piece = 0; piece < mostPieces; piece += 1) {
      const { entries, more } = tail.read();
      for (const entry of entries) take(entry);
      if (!more) return;
    }
  };

  const look = (): void => {
    if (stopped) return;
    try {
      read();
      problem = null;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== problem) context.log.warn('the decision journal cannot be followed', { error: message });
      problem = message;
    }
  };

  look();
  const timer = setInterval(look, everyMs).unref();
  return {
    look,
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}
