/** A journal in memory: what plans write into it, and what they look up in it. */
import type { JournalEntry } from '#contract';
import type { JournalRecord, PlansEngine } from '#engines/plans';
import { isoNow, type Clock } from '#engines/storage';

export interface Recording extends Pick<PlansEngine, 'record' | 'recorded'> {
  readonly records: readonly JournalRecord[];
}

export function recording(clock: Clock): Recording {
  const records: JournalRecord[] = [];
  const entries: JournalEntry[] = [];
  return {
    records,
    record: (record) => {
      records.push(record);
      const entry: JournalEntry = {
        schema: 'sterownia.journal/1', seq: records.length, at: isoNow(clock), workspace_id: 'ws-test', ...record, data: { ...record.data }, prev: '', hash: '',
      };
      entries.unshift(entry);
      return entry;
    },
    recorded: ({ subject, type, before, limit }) => ({
      entries: entries.filter((entry) => entry.subject === subject && type?.includes(entry.type) === true && entry.seq < (before ?? Number.POSITIVE_INFINITY)).slice(0, limit),
    }),
  };
}
