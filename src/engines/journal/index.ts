/** Journal: append, read, sign and verify the record of everything that happened. */
export { hashOf } from './entry.ts';
export { openJournal } from './journal.ts';
export type { Checkpoint, EntryInput, EntryPage, Head, Journal, JournalOptions, ListQuery } from './types.ts';
