/** Promise: champion and pin of every model as they stood at any instant, proven by entries of the operations journal. */
import { join } from 'node:path';
import { ConsoleError, type JournalEntry } from '#contract';
import { openAsOf, proofHolds, wholeStateFacet, type AsOf, type AsOfIndex, type Facet, type FacetChange, type Proof } from './asOf.ts';
import { subjectKey } from './change.ts';
import type { ModelsParts } from './parts.ts';
import { askedNames } from './places.ts';
import { isObject, plainObject } from './pythonJson.ts';
import { readState, type Registry } from './registry.ts';
import { microsOfText, textOfMicros } from './times.ts';
import { versionOf } from './values.ts';

export interface ChampionThen {
  readonly version: string | null;
  readonly decided_at: string | null;
  readonly reason: string | null;
  readonly mode: string | null;
  readonly audit_directory: string | null;
  /** `recorded`: the console made the change. `observed`: it was found on disk, whoever made it. */
  readonly basis: 'recorded' | 'observed';
}

export interface PinThen {
  readonly version: string | null;
  readonly pinned_at: string | null;
  readonly pinned_by: string | null;
  readonly until: string | null;
  readonly reason: string | null;
}

const text = (data: JournalEntry['data'], key: string): string | null => (typeof data[key] === 'string' ? data[key] : null);

const instantIn = (data: JournalEntry['data'], key: string): number | null => {
  const given = text(data, key);
  return given === null ? null : microsOfText(given);
};

const keyOf = ({ data }: JournalEntry): string | null => text(data, 'key') ?? text(data, 'model_name');

/** Whom a change replaced: with that, what stood before the first change of the console is known too. */
function replacedBy(entry: JournalEntry, key: string): readonly FacetChange<ChampionThen>[] {
  const { data } = entry;
  const version = text(data, 'previous_version');
  if (entry.type !== 'model_change' || version === null) return [];
  const state: ChampionThen = { version, decided_at: text(data, 'previous_decided_at'), reason: text(data, 'previous_reason'), mode: null, audit_directory: null, basis: 'observed' };
  return [{ key, next: () => state, absolute: true, from: instantIn(data, 'previous_decided_at'), earlier: true }];
}

export const championFacet: Facet<ChampionThen> = {
  name: 'champion', types: ['model_change', 'model_observed'],
  changes: (entry) => {
    const { type, data } = entry;
    const key = keyOf(entry);
    if (key === null) return [];
    const state: ChampionThen | null = data['champion_present'] === false ? null : {
      version: text(data, 'version'), decided_at: text(data, 'decided_at'), reason: text(data, 'reason'), mode: text(data, 'mode'), audit_directory: text(data, 'audit_directory'),
      basis: type === 'model_change' ? 'recorded' : 'observed',
    };
    return [...replacedBy(entry, key), { key, next: () => state, absolute: true, from: instantIn(data, 'decided_at') }];
  },
};

function pinIn(value: unknown): PinThen | null {
  if (typeof value !== 'object' || value === null) return null;
  const data = value as Readonly<Record<string, unknown>>;
  return { version: text(data, 'version'), pinned_at: text(data, 'pinned_at'), pinned_by: text(data, 'pinned_by'), until: text(data, 'until'), reason: text(data, 'reason') };
}

const pinStates = wholeStateFacet<PinThen>('pin', ['model_change', 'model_pinned', 'model_unpinned', 'pin_observed'], (entry) => {
  const { data } = entry;
  const key = keyOf(entry);
  // A change that leaves the pin alone says nothing about it.
  return key === null || !('pin' in data) ? null : { key, state: pinIn(data['pin']), from: instantIn(data, 'decided_at') };
});

export const pinFacet: Facet<PinThen> = {
  ...pinStates,
  view: (pin, at) => {
    const end = pin.until === null ? null : microsOfText(pin.until);
    return end !== null && end <= at ? null : pin;
  },
};

/** Types that must be read from the journal to answer; nothing else is looked at. */
export const modelEntryTypes = ['model_change', 'model_observed', 'model_pinned', 'model_unpinned', 'pin_observed'] as const;

export interface ModelsThen {
  readonly champions: AsOfIndex<ChampionThen>;
  readonly pins: AsOfIndex<PinThen>;
}

/** Keep it and add what is new: `lastSeq` says from where. */
export const openModelsThen = (): ModelsThen => ({ champions: openAsOf(championFacet), pins: openAsOf(pinFacet) });

export function addEntries(then: ModelsThen, entries: readonly JournalEntry[]): void {
  then.champions.add(entries);
  then.pins.add(entries);
}

export interface ModelThen {
  readonly model_name: string;
  readonly champion: Record<string, unknown>;
  readonly champion_metadata: { readonly decided_at: string | null; readonly reason: string | null };
  readonly version: string | null;
  readonly mode: string | null;
  readonly basis: ChampionThen['basis'] | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly audit_directory: string | null;
  readonly pin: PinThen | null;
  readonly proof: Proof[];
  readonly pin_proof: Proof[];
}

export interface ModelsThenAnswer {
  readonly status: 'ok';
  readonly as_of: string;
  readonly base_directory: string;
  readonly models: ModelThen[];
  /** Asked for, or in the registry today, but the journal says nothing about them at that instant. */
  readonly unknown_models: string[];
  /** False where an entry that is named as proof was changed. */
  readonly proof_holds: boolean;
}

export function requireInstant(given: string): number {
  const micros = microsOfText(given);
  if (micros !== null) return micros;
  throw new ConsoleError('INPUT_INVALID', `"${given}" is no time.`, { remedy: 'Give an ISO 8601 date or instant, for example 2026-10-01T12:00Z.', details: { field: 'as_of' } });
}

/** The champion's report as the audit record of its promotion kept it; empty where there is none. */
function reportThen(parts: Pick<ModelsParts, 'context'>, champion: ChampionThen | null): Record<string, unknown> {
  if (champion === null || champion.audit_directory === null) return {};
  const state = readState(parts.context, join(parts.context.root, champion.audit_directory, 'summary.json'));
  const candidate = state.kind === 'value' ? state.value.get('candidate') : undefined;
  return isObject(candidate) && versionOf(candidate) === champion.version ? plainObject(candidate) : {};
}

const timeText = (micros: number | null): string | null => (micros === null ? null : textOfMicros(micros));

function modelThen(parts: Pick<ModelsParts, 'context'>, name: string, champion: AsOf<ChampionThen>, pin: AsOf<PinThen>): ModelThen {
  return {
    model_name: name, champion: reportThen(parts, champion.state),
    champion_metadata: { decided_at: champion.state?.decided_at ?? null, reason: champion.state?.reason ?? null },
    version: champion.state?.version ?? null, mode: champion.state?.mode ?? null, basis: champion.state?.basis ?? null,
    since: timeText(champion.since), until: timeText(champion.until), audit_directory: champion.state?.audit_directory ?? null,
    pin: pin.state, proof: [...champion.proof], pin_proof: [...pin.proof],
  };
}

/** Models of a registry of which the journal speaks, whether or not they are still there. */
export function recordedModels(then: ModelsThen, registry: Registry): readonly string[] {
  const prefix = subjectKey(registry.context, registry.quality, '');
  return [...new Set([...then.champions.keys(), ...then.pins.keys()])].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)).filter((name) => !name.includes('/'));
}

export function championsAsOf(parts: Pick<ModelsParts, 'context'>, then: ModelsThen, registry: Registry, shownBase: string, asOfText: string, models: readonly string[] = []): ModelsThenAnswer {
  const at = requireInstant(asOfText);
  const asked = askedNames(models);
  const names = asked.length > 0 ? asked : [...new Set([...recordedModels(then, registry), ...registry.names()])].sort();
  const found = names.map((name) => {
    const key = subjectKey(registry.context, registry.quality, name);
    return { name, champion: then.champions.at(key, at), pin: then.pins.at(key, at) };
  });
  const known = found.filter((each) => each.champion.proof.length > 0);
  return {
    status: 'ok', as_of: textOfMicros(at), base_directory: shownBase,
    models: known.map((each) => modelThen(parts, each.name, each.champion, each.pin)),
    unknown_models: found.filter((each) => each.champion.proof.length === 0).map((each) => each.name),
    proof_holds: proofHolds(known.flatMap(({ champion, pin }) => [champion, pin])),
  };
}
