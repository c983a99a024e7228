/**
 * What is worked out from the whole journal, kept in a thread and grown by the entries that came since.
 *
 * Promise: a view holds what a fresh one would hold. Where the journal no longer holds the entry up to which a view was grown,
 * as after a backup was put back, it is made anew.
 */
import type { JournalEntry } from '#contract';
import type { Journal } from '#engines/journal';

export interface JournalView<T> {
  readonly types: readonly string[];
  open(): T;
  /** Entries in any order, each once. */
  add(view: T, entries: readonly JournalEntry[]): void;
}

/** Enough for every entry of a journal of the types that are asked for. */
const everything = 1_000_000_000;

interface Grown<T> {
  readonly view: T;
  readonly head: { readonly seq: number; readonly hash: string } | null;
}

const stillThere = (journal: Pick<Journal, 'list'>, { seq, hash }: { readonly seq: number; readonly hash: string }): boolean =>
  journal.list({ before: seq + 1, limit: 1 }).entries.some((entry) => entry.seq === seq && entry.hash === hash);

/** One per key (the parts of a core), so that views end with what they belong to. */
export function keptView<K extends object, T>(spec: JournalView<T>): (key: K, journal: Pick<Journal, 'head' | 'list'>) => T {
  const kept = new WeakMap<K, Grown<T>>();
  return (key, journal) => {
    const head = journal.head();
    const known = kept.get(key);
    if (known !== undefined && known.head?.seq === head?.seq && known.head?.hash === head?.hash) return known.view;
    const grows = known !== undefined && known.head !== null && head !== null && head.seq > known.head.seq && stillThere(journal, known.head) ? known : null;
    const view = grows?.view ?? spec.open();
    const after = grows?.head ?? null;
    spec.add(view, journal.list({ limit: everything, type: spec.types, ...(after === null ? {} : { after: after.seq }) }).entries);
    kept.set(key, { view, head });
    return view;
  };
}
