/**
 * The state of AutoMode as the operations journal has it, for a document that is gone or cannot be read.
 *
 * Promise: a kill switch or a pause that was written down does not end because somebody took the document away. What is
 * known of a journal is kept and only its new entries are read, so it may be asked several times a second.
 */
import type { Head, Journal } from '#engines/journal';
import type { EngineContext } from '#engines/storage';
import { automodeDocumentSchema, type AutomodeDocument } from './documentSchema.ts';
import { guardrailEntryType, stateEntryType } from './entryTypes.ts';

export interface RecordedParts {
  readonly context: EngineContext;
  readonly journal: Pick<Journal, 'head' | 'list'>;
}

export const stateTypes = [stateEntryType, guardrailEntryType] as const;
const looked = 50;

interface Kept {
  readonly head: Head;
  readonly document: AutomodeDocument | null;
}

/** One per workspace and thread. */
const kept = new WeakMap<EngineContext, Kept>();

/** The state after the newest act that was completed, among entries later than `after`. */
function newest(journal: RecordedParts['journal'], after: number): AutomodeDocument | null {
  for (const { stage, data } of journal.list({ type: stateTypes, limit: looked, after }).entries) {
    if (stage !== 'outcome' || data['status'] !== 'completed') continue;
    const parsed = automodeDocumentSchema.safeParse(data['after']);
    if (parsed.success) return parsed.data;
  }
  return null;
}

const isSame = (a: Head, b: Head): boolean => a.seq === b.seq && a.hash === b.hash;

/** Whether the journal still holds the entry up to which it was read; after a backup was put back it may not. */
const stillThere = (journal: RecordedParts['journal'], head: Head): boolean =>
  journal.list({ before: head.seq + 1, limit: 1 }).entries.some((entry) => isSame(entry, head));

/** Null where the journal knows of no act. */
export function recordedState({ context, journal }: RecordedParts): AutomodeDocument | null {
  const head = journal.head();
  if (head === null) return null;
  const before = kept.get(context);
  if (before !== undefined && isSame(before.head, head)) return before.document;
  const grows = before !== undefined && before.head.seq < head.seq && stillThere(journal, before.head) ? before : null;
  const document = newest(journal, grows?.head.seq ?? 0) ?? grows?.document ?? null;
  kept.set(context, { head, document });
  return document;
}
