/** What entries of the operations journal say of schedule, automation, overrides and sign-offs, each with its whole state. */
import type { JournalEntry, OperationOutput } from '#contract';
import { championFacet, entryMicros, pinFacet, wholeStateFacet, type Facet } from '#engines/models';
import { scheduleEntryType } from '#engines/retraining';
import { signOffEntry } from '#engines/signoffs';
import { disabledEntryType, restoredEntryType, scheduleSeenType, signOffSeenType, stateEntryType } from './entryTypes.ts';

type Answer = OperationOutput<'automode.as_of'>;
export type AutomationThen = NonNullable<Answer['automation']['state']>;
export type OverrideThen = NonNullable<Answer['overrides'][number]['state']>;
export type SignOffThen = NonNullable<Answer['sign_offs'][number]['state']>;
export type ScheduleThen = Readonly<Record<string, unknown>>;

export const asOfEntryTypes: readonly string[] = [...new Set([
  ...championFacet.types, ...pinFacet.types, scheduleEntryType, scheduleSeenType, signOffEntry, signOffSeenType, stateEntryType, disabledEntryType, restoredEntryType,
])];

export const scheduleKey = 'schedule';
export const automationKey = 'automation';
const separator = '\u0000';
export const signOffKey = (report: string, role: string): string => `${report}${separator}${role}`;
export const partsOfKey = (key: string): { readonly report: string; readonly role: string } => {
  const [report = '', role = ''] = key.split(separator);
  return { report, role };
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (data: Readonly<Record<string, unknown>>, key: string): string | null => (typeof data[key] === 'string' ? data[key] : null);
const isCompleted = ({ stage, data }: JournalEntry): boolean => stage === 'outcome' && data['status'] === 'completed';

const micros = (instant: string | null): number | null => {
  const found = instant === null ? Number.NaN : entryMicros(instant);
  return Number.isNaN(found) ? null : found;
};
const hasEnded = (end: string | null, atMicros: number): boolean => end !== null && entryMicros(end) <= atMicros;

function scheduleIn(entry: JournalEntry): { readonly key: string; readonly state: ScheduleThen | null; readonly from?: number | null } | null {
  const { after } = entry.data;
  if (entry.type === scheduleSeenType) return { key: scheduleKey, state: isRecord(after) ? after : null, from: isRecord(after) ? micros(text(after, 'updated_at')) : null };
  return isCompleted(entry) && isRecord(after) ? { key: scheduleKey, state: after } : null;
}

/** A pause that had ended by then was over, whatever the file still said. */
export const scheduleFacet: Facet<ScheduleThen> = {
  ...wholeStateFacet<ScheduleThen>('schedule', [scheduleEntryType, scheduleSeenType], scheduleIn),
  view: (state, at) => (hasEnded(text(state, 'paused_until'), at) ? { ...state, paused_until: null, paused_reason: null } : state),
};

export const automationFacet: Facet<AutomationThen> = {
  ...wholeStateFacet<AutomationThen>('automation', [stateEntryType], (entry) => {
    const { after } = entry.data;
    if (!isCompleted(entry) || !isRecord(after)) return null;
    const [pause, kill] = [after['pause'], after['kill_switch']];
    return {
      key: automationKey,
      state: {
        pause: isRecord(pause) ? { until: text(pause, 'until'), reason: text(pause, 'reason'), by: text(pause, 'by') ?? '' } : null,
        kill_switch: isRecord(kill) ? { reason: text(kill, 'reason') ?? '', by: text(kill, 'by') ?? '' } : null,
      },
    };
  }),
  view: (state, at) => (state.pause !== null && hasEnded(state.pause.until, at) ? { ...state, pause: null } : state),
};

/** An override that had expired by then was over, also before anybody noted it. */
export const overrideFacet: Facet<OverrideThen> = {
  ...wholeStateFacet<OverrideThen>('override', [disabledEntryType, restoredEntryType], ({ type, data }) => {
    const file = text(data, 'file');
    if (file === null) return null;
    if (type === restoredEntryType) return { key: file, state: null, from: data['why'] === 'expired' ? micros(text(data, 'expires_at')) : null };
    return {
      key: file, from: micros(text(data, 'since')),
      state: {
        component: text(data, 'component') ?? '', readable: data['status'] !== 'unreadable', reason: text(data, 'reason'), requested_by: text(data, 'requested_by'),
        ticket: text(data, 'ticket'), since: text(data, 'since'), expires_at: text(data, 'expires_at'),
      },
    };
  }),
  view: (state, at) => (hasEnded(state.expires_at, at) ? null : state),
};

/** A waiver that had ended by then did not count any more. */
export const signOffFacet: Facet<SignOffThen> = {
  ...wholeStateFacet<SignOffThen>('sign_off', [signOffEntry, signOffSeenType], ({ type, stage, data }) => {
    const [report, role] = [text(data, 'report'), text(data, 'role')];
    const seen = type === signOffSeenType;
    // The intent carries what was asked for, the outcome of a decision that stands carries the decision itself.
    if (report === null || role === null || (!seen && stage !== 'outcome')) return null;
    const status = text(data, 'status');
    if (status === null && !seen) return null;
    return {
      key: signOffKey(report, role), from: seen ? micros(text(data, 'signed_at')) : null,
      state: status === null ? null : { status, signed_by: text(data, 'signed_by'), notes: text(data, 'notes'), expires_at: text(data, 'expires_at'), report_hash: text(data, 'report_hash') },
    };
  }),
  view: (state, at) => (hasEnded(state.expires_at, at) ? { ...state, status: 'expired' } : state),
};
