/** The parts that every act on the schedule works with. */
import type { JournalEntry, RetrainingConfig } from '#contract';
import type { JournalRecord } from '#engines/plans';
import type { EngineContext } from '#engines/storage';

export interface RetrainingEngine {
  readonly context: EngineContext;
  /** Read afresh at each use: what counts is the configuration at that moment. */
  config(): RetrainingConfig;
  record(record: JournalRecord): JournalEntry;
  /** Journal entries of the given types, newest first; at most `limit`. */
  entries(types: readonly string[], limit: number): readonly JournalEntry[];
  /** Tells windows; never throws. */
  changed(): void;
}

export const scheduleEntryType = 'retraining_schedule';
