/** What the registry is given by whoever opens it: gates, journals, and a way to tell windows. */
import type { Actor, JournalEntry } from '#contract';
import { withLock, type EngineContext } from '#engines/storage';
import { placeOf } from '#engines/workspace';
import type { Gates } from './gates.ts';

export interface ModelRecord {
  readonly actor: Actor;
  readonly type: string;
  readonly stage: JournalEntry['stage'];
  readonly operation: string | null;
  readonly subject: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One entry for the decision journal: `event`, `timestamp`, context and metadata, all text, flat. */
export type DecisionFields = Readonly<Record<string, string>>;

/** Told after each change of champion, for the notification and the window's event. */
export interface ModelChanged {
  readonly model_name: string;
  readonly version: string;
  readonly previous_version: string | null;
  readonly source: 'champion';
  readonly mode: ChangeMode;
  readonly reason: string;
  readonly decided_at: string;
  readonly audit_directory: string;
}

export type ChangeMode = 'manual' | 'auto' | 'rollback' | 'undo';

export interface ModelsParts {
  readonly context: EngineContext;
  readonly gates: Gates;
  /** The operations journal. `recorded` is asked only after a crash: whether an entry with this subject is there. */
  readonly journal: {
    record(entry: ModelRecord): void;
    /** All with one flush; without it they are recorded one by one. */
    recordAll?(entries: readonly ModelRecord[]): void;
    recorded(subject: string): boolean;
  };
  /** Writes one entry into the decision journal, unless that very entry is there: after a crash it is asked again. */
  writeDecision(entry: DecisionFields): void;
  /** Must not throw. */
  changed?(event: ModelChanged): void;
}

/** Everything that changes the registry runs under this lock, across processes and threads. */
export function underLock<T>(context: EngineContext, purpose: string, work: () => T): T {
  return withLock(placeOf(context, 'locks'), 'models', { purpose, waitMs: 5_000 }, work);
}
