/** What the journal offers to the runtime and to other engines. */
import type { JournalEntry, Verification } from '#contract';
import type { DeviceKeys } from '#engines/keyring';
import type { WorkSignal } from '#engines/storage';

/** What a caller says; number, time, chain and hash are the journal's own. */
export interface EntryInput {
  readonly actor: JournalEntry['actor'];
  readonly type: string;
  readonly stage: JournalEntry['stage'];
  readonly operation: string | null;
  readonly subject: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface JournalOptions {
  readonly workspaceId: string;
  /** Runs the work while no other process or thread appends to this journal. Need not be re-entrant. */
  readonly lock: <T>(work: () => T) => T;
  /** A segment that has reached this size is followed by a new one. */
  readonly maxSegmentBytes?: number;
}

export interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
}

export interface ListQuery {
  readonly limit: number;
  readonly before?: number | undefined;
  /** Only entries with a higher number. */
  readonly after?: number | undefined;
  readonly type?: readonly string[] | undefined;
  readonly subject?: string | undefined;
  readonly query?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface EntryPage {
  readonly entries: JournalEntry[];
  readonly has_more: boolean;
  readonly last_seq: number | null;
}

/** One line of `audit/journal/checkpoints.jsonl`: this device saw entry `seq` with that hash, and signs it. */
export interface Checkpoint {
  readonly schema: 'sterownia.checkpoint/1';
  readonly workspace_id: string;
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
  readonly key_id: string;
  readonly signature: string;
}

export interface Journal {
  /** Durable when it returns. Throws a ConsoleError, and then the entry is not in the journal. */
  append(input: EntryInput): JournalEntry;
  /** All entries with one write and one flush. */
  appendMany(inputs: readonly EntryInput[]): readonly JournalEntry[];
  list(query: ListQuery): EntryPage;
  show(seq: number): { readonly entry: JournalEntry; readonly related: JournalEntry[] };
  /** The last complete entry; null for an empty journal. */
  head(): Head | null;
  /** All entries of one act, oldest first. */
  entriesOf(subject: string): readonly JournalEntry[];
  /** Signs the head and pins it outside the workspace. Null for an empty journal; the last one when nothing was added since. */
  checkpoint(keys: DeviceKeys, actor: JournalEntry['actor']): Promise<Checkpoint | null>;
  /**
   * For a journal that was restored from an older backup: says in the journal which pins it no longer answers to and why
   * that is accepted, then signs and pins what is there now. Only a person may decide this.
   */
  acceptAsIs(keys: DeviceKeys, actor: JournalEntry['actor'], reason: string): Promise<Checkpoint>;
  verify(keys: DeviceKeys, signal?: WorkSignal): Promise<Verification>;
}
