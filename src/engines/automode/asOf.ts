/**
 * Champions, pins, schedule, sign-offs and automation as they stood at an instant.
 *
 * Promise: what the operations journal proves, and nothing else; where it says nothing, the state is null and there is no proof.
 * An entry that does not have its hash any more is still told, and that it proves nothing.
 */
import { ConsoleError, type JournalEntry, type OperationOutput } from '#contract';
import { askedNames, championFacet, openAsOf, pinFacet, proofHolds, type AsOf, type AsOfIndex, type ChampionThen, type PinThen } from '#engines/models';
import { parseInstant } from '#engines/decisions';
import {
  automationFacet, automationKey, overrideFacet, partsOfKey, scheduleFacet, scheduleKey, signOffFacet, type AutomationThen, type OverrideThen, type ScheduleThen, type SignOffThen,
} from './facets.ts';
import { zoned } from './instants.ts';

type Answer = OperationOutput<'automode.as_of'>;

export interface AsOfIndexes {
  readonly champions: AsOfIndex<ChampionThen>;
  readonly pins: AsOfIndex<PinThen>;
  readonly schedule: AsOfIndex<ScheduleThen>;
  readonly automation: AsOfIndex<AutomationThen>;
  /** By file. */
  readonly overrides: AsOfIndex<OverrideThen>;
  readonly signOffs: AsOfIndex<SignOffThen>;
}

/** Keep them and add what is new. */
export const openAutomodeAsOf = (): AsOfIndexes => ({
  champions: openAsOf(championFacet), pins: openAsOf(pinFacet), schedule: openAsOf(scheduleFacet), automation: openAsOf(automationFacet), overrides: openAsOf(overrideFacet),
  signOffs: openAsOf(signOffFacet),
});

export function addAsOfEntries(indexes: AsOfIndexes, entries: readonly JournalEntry[]): void {
  for (const index of Object.values(indexes)) (index as AsOfIndex<unknown>).add(entries);
}

const instant = (micros: number | null): string | null => (micros === null ? null : zoned(BigInt(Math.round(micros))));

const stood = <S, T>(found: AsOf<S>, state: (value: S) => T): { state: T | null; since: string | null; until: string | null; proof: AsOf<S>['proof'][number][] } =>
  ({ state: found.state === null ? null : state(found.state), since: instant(found.since), until: instant(found.until), proof: [...found.proof] });

const same = <S>(value: S): S => value;

/** Registries in other folders carry the folder in their key; such keys are no names. */
function namesIn(indexes: AsOfIndexes, models: readonly string[]): readonly string[] {
  const asked = askedNames(models);
  return asked.length > 0 ? asked : [...new Set([...indexes.champions.keys(), ...indexes.pins.keys()])].filter((key) => !key.includes('/')).toSorted();
}

/** Every key of which something is known at that instant. */
const knownAt = <S>(index: AsOfIndex<S>, micros: number): readonly (readonly [string, AsOf<S>])[] =>
  index.keys().map((key) => [key, index.at(key, micros)] as const).filter(([, found]) => found.proof.length > 0);

export function automodeAsOf(indexes: AsOfIndexes, given: string, models: readonly string[]): Answer {
  const at = parseInstant(given);
  if (at === null) throw new ConsoleError('INPUT_INVALID', `"${given}" is no time.`, { remedy: 'Give an ISO 8601 date or instant, for example 2026-10-01T12:00Z.', details: { field: 'at' } });
  const micros = Number(at);
  const named = namesIn(indexes, models).map((name) => ({ name, champion: indexes.champions.at(name, micros), pin: indexes.pins.at(name, micros) }));
  const [schedule, automation] = [indexes.schedule.at(scheduleKey, micros), indexes.automation.at(automationKey, micros)];
  const [overrides, signOffs] = [knownAt(indexes.overrides, micros), knownAt(indexes.signOffs, micros)];
  return {
    at: zoned(at),
    models: named.map(({ name, champion, pin }) => ({
      model_name: name,
      champion: stood(champion, ({ version, reason, mode }) => ({ version, reason, mode })),
      pin: stood(pin, ({ version, pinned_by, until, reason }) => ({ version, pinned_by, until, reason })),
    })),
    schedule: stood(schedule, (state) => ({ ...state })),
    automation: stood(automation, same),
    overrides: overrides.map(([file, found]) => ({ file, ...stood(found, same) })),
    sign_offs: signOffs.map(([key, found]) => ({ ...partsOfKey(key), ...stood(found, same) })),
    proof_holds: proofHolds([...named.flatMap(({ champion, pin }) => [champion, pin]), schedule, automation, ...overrides.map(([, found]) => found), ...signOffs.map(([, found]) => found)]),
  };
}
