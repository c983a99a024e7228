/**
 * Champions, pins, schedule, sign-offs and automation as they stood at an instant.
 *
 * Promise: what the operations journal proves, and nothing else; where it says nothing, the state is null and there is no proof.
 */
import { ConsoleError, type JournalEntry, type OperationOutput } from '#contract';
import {
  championFacet, entryMicros, openAsOf, pinFacet, wholeStateFacet, type AsOf, type AsOfIndex, type ChampionThen, type Facet, type PinThen,
} from '#engines/models';
import { parseInstant } from '#engines/decisions';
import { signOffEntry } from '#engines/signoffs';
import { zoned } from './instants.ts';
import { stateEntryType } from './parts.ts';

type Answer = OperationOutput<'automode.as_of'>;
type AutomationThen = NonNullable<Answer['automation']['state']>;
type SignOffThen = NonNullable<Answer['sign_offs'][number]['state']>;
type ScheduleThen = Readonly<Record<string, unknown>>;

const scheduleEntry = 'retraining_schedule';
export const asOfEntryTypes: readonly string[] = [...new Set([...championFacet.types, ...pinFacet.types, scheduleEntry, signOffEntry, stateEntryType])];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (data: Readonly<Record<string, unknown>>, key: string): string | null => (typeof data[key] === 'string' ? data[key] : null);
const isCompleted = ({ stage, data }: JournalEntry): boolean => stage === 'outcome' && data['status'] === 'completed';

/** A pause that had ended by then was over, whatever the file still said. */
const scheduleFacet: Facet<ScheduleThen> = {
  ...wholeStateFacet<ScheduleThen>('schedule', [scheduleEntry], (entry) => (isCompleted(entry) && isRecord(entry.data['after']) ? { key: 'schedule', state: entry.data['after'] } : null)),
  view: (state, at) => {
    const until = text(state, 'paused_until');
    return until === null || !(entryMicros(until) <= at) ? state : { ...state, paused_until: null, paused_reason: null };
  },
};

const automationFacet: Facet<AutomationThen> = {
  ...wholeStateFacet<AutomationThen>('automation', [stateEntryType], (entry) => {
    const { after } = entry.data;
    if (!isCompleted(entry) || !isRecord(after)) return null;
    const [pause, kill] = [after['pause'], after['kill_switch']];
    return {
      key: 'automation',
      state: {
        pause: isRecord(pause) ? { until: text(pause, 'until'), reason: text(pause, 'reason'), by: text(pause, 'by') ?? '' } : null,
        kill_switch: isRecord(kill) ? { reason: text(kill, 'reason') ?? '', by: text(kill, 'by') ?? '' } : null,
      },
    };
  }),
  view: (state, at) => {
    const until = state.pause?.until ?? null;
    return until === null || !(entryMicros(until) <= at) ? state : { ...state, pause: null };
  },
};

const separator = '\u0000';

/** A waiver that had ended by then did not count any more. */
const signOffFacet: Facet<SignOffThen> = {
  ...wholeStateFacet<SignOffThen>('sign_off', [signOffEntry], (entry) => {
    const { stage, data } = entry;
    const [report, role] = [text(data, 'report'), text(data, 'role')];
    // The intent carries what was asked for, the outcome of a decision that stands carries the decision itself.
    if (stage !== 'outcome' || report === null || role === null) return null;
    const status = text(data, 'status');
    return status === null ? null : {
      key: `${report}${separator}${role}`,
      state: { status, signed_by: text(data, 'signed_by'), notes: text(data, 'notes'), expires_at: text(data, 'expires_at'), report_hash: text(data, 'report_hash') },
    };
  }),
  view: (state, at) => (state.expires_at !== null && entryMicros(state.expires_at) <= at ? { ...state, status: 'expired' } : state),
};

export interface AsOfIndexes {
  readonly champions: AsOfIndex<ChampionThen>;
  readonly pins: AsOfIndex<PinThen>;
  readonly schedule: AsOfIndex<ScheduleThen>;
  readonly automation: AsOfIndex<AutomationThen>;
  readonly signOffs: AsOfIndex<SignOffThen>;
}

/** Keep them and add what is new. */
export const openAutomodeAsOf = (): AsOfIndexes => ({
  champions: openAsOf(championFacet), pins: openAsOf(pinFacet), schedule: openAsOf(scheduleFacet), automation: openAsOf(automationFacet), signOffs: openAsOf(signOffFacet),
});

export function addAsOfEntries(indexes: AsOfIndexes, entries: readonly JournalEntry[]): void {
  for (const index of [indexes.champions, indexes.pins, indexes.schedule, indexes.automation, indexes.signOffs]) index.add(entries);
}

const instant = (micros: number | null): string | null => (micros === null ? null : zoned(BigInt(Math.round(micros))));

const stood = <S, T>(found: AsOf<S>, state: (value: S) => T): { state: T | null; since: string | null; until: string | null; proof: AsOf<S>['proof'][number][] } =>
  ({ state: found.state === null ? null : state(found.state), since: instant(found.since), until: instant(found.until), proof: [...found.proof] });

const same = <S>(value: S): S => value;

export function automodeAsOf(indexes: AsOfIndexes, given: string, models: readonly string[]): Answer {
  const at = parseInstant(given);
  if (at === null) throw new ConsoleError('INPUT_INVALID', `"${given}" is no time.`, { remedy: 'Give an ISO 8601 date or instant, for example 2026-10-01T12:00Z.', details: { field: 'at' } });
  const micros = Number(at);
  const asked = [...new Set(models.map((name) => name.trim()).filter((name) => name !== ''))];
  // Registries in other folders carry the folder in their key.
  const names = asked.length > 0 ? asked : [...new Set([...indexes.champions.keys(), ...indexes.pins.keys()])].filter((key) => !key.includes('/')).toSorted();
  return {
    at: zoned(at),
    models: names.map((name) => ({
      model_name: name,
      champion: stood(indexes.champions.at(name, micros), ({ version, reason, mode }) => ({ version, reason, mode })),
      pin: stood(indexes.pins.at(name, micros), ({ version, pinned_by, until, reason }) => ({ version, pinned_by, until, reason })),
    })),
    schedule: stood(indexes.schedule.at('schedule', micros), (state) => ({ ...state })),
    automation: stood(indexes.automation.at('automation', micros), same),
    sign_offs: indexes.signOffs.keys().flatMap((key) => {
      const found = indexes.signOffs.at(key, micros);
      const [report = '', role = ''] = key.split(separator);
      return found.proof.length === 0 ? [] : [{ report, role, ...stood(found, same) }];
    }),
  };
}
