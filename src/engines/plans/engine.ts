/** The parts that every verb on plans works with. */
import type { Actor, ConsoleConfig, JournalEntry, PlanStatus } from '#contract';
import type { EntryPage, ListQuery } from '#engines/journal';
import type { EngineContext } from '#engines/storage';
import type { PlanProvider } from './provider.ts';

export interface JournalRecord {
  readonly actor: Actor;
  readonly type: string;
  readonly stage: JournalEntry['stage'];
  readonly operation: string | null;
  readonly subject: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface PlansEngine {
  readonly context: EngineContext;
  readonly providers: ReadonlyMap<string, PlanProvider>;
  /** The id of the workspace, written down on first use. */
  workspaceId(): string;
  /** Read afresh at each use: the policy that counts is the one at that moment. */
  config(): ConsoleConfig;
  record(record: JournalRecord): JournalEntry;
  /** All with one flush. */
  recordAll?(records: readonly JournalRecord[]): void;
  /** Entries of the journal, newest first; reads no more of it than the query needs. */
  recorded(query: ListQuery): Pick<EntryPage, 'entries'>;
  /** Tells windows; never throws. */
  changed(id: string, status: PlanStatus): void;
}
