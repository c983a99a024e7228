/** Promise: champion and pin of every model as they stood at any instant, proven by entries of the operations journal. */
import { join } from 'node:path';
import { ConsoleError, type Actor, type JournalEntry } from '#contract';
import { openAsOf, wholeStateFacet, type AsOf, type AsOfIndex, type Facet, type Proof } from './asOf.ts';
import { subjectKey } from './change.ts';
import type { ModelRecord, ModelsParts } from './parts.ts';
import { isObject, plainObject } from './pythonJson.ts';
import { championOf, championReport, readState, type Registry } from './registry.ts';
import { microsOfText, microsOfValue, textOfMicros } from './times.ts';
import { textOf, versionOf } from './values.ts';

export interface ChampionThen {
  readonly version: string | null;
  readonly decided_at: string | null;
  readonly reason: string | null;
  readonly mode: string | null;
  readonly audit_directory: string | null;
  /** `recorded`: the console made the change. `observed`: it was found on disk, made by another program. */
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

export const championFacet: Facet<ChampionThen> = wholeStateFacet('champion', ['model_change', 'model_observed'], ({ type, data }) => {
  const key = text(data, 'key') ?? text(data, 'model_name');
  if (key === null) return null;
  const decided = text(data, 'decided_at');
  return {
    key,
    state: data['champion_present'] === false ? null : {
      version: text(data, 'version'), decided_at: decided, reason: text(data, 'reason'), mode: text(data, 'mode'), audit_directory: text(data, 'audit_directory'),
      basis: type === 'model_change' ? 'recorded' : 'observed',
    },
    from: decided === null ? null : microsOfText(decided),
  };
});

function pinIn(value: unknown): PinThen | null {
  if (typeof value !== 'object' || value === null) return null;
  const data = value as Readonly<Record<string, unknown>>;
  return { version: text(data, 'version'), pinned_at: text(data, 'pinned_at'), pinned_by: text(data, 'pinned_by'), until: text(data, 'until'), reason: text(data, 'reason') };
}

const pinStates = wholeStateFacet<PinThen>('pin', ['model_change', 'model_pinned', 'model_unpinned', 'model_observed'], ({ data }) => {
  const key = text(data, 'key') ?? text(data, 'model_name');
  const decided = text(data, 'decided_at');
  // A change that leaves the pin alone says nothing about it.
  return key === null || !('pin' in data) ? null : { key, state: pinIn(data['pin']), from: decided === null ? null : microsOfText(decided) };
});

export const pinFacet: Facet<PinThen> = {
  ...pinStates,
  view: (pin, at) => {
    const end = pin.until === null ? null : microsOfText(pin.until);
    return end !== null && end <= at ? null : pin;
  },
};

/** Types that must be read from the journal to answer; nothing else is looked at. */
export const modelEntryTypes = ['model_change', 'model_observed', 'model_pinned', 'model_unpinned'] as const;

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

export function championsAsOf(parts: Pick<ModelsParts, 'context'>, then: ModelsThen, registry: Registry, shownBase: string, asOfText: string, models: readonly string[] = []): ModelsThenAnswer {
  const at = requireInstant(asOfText);
  const asked = [...new Set(models.map((name) => name.trim()).filter((name) => name !== ''))];
  const prefix = subjectKey(registry.context, registry.quality, '');
  const recorded = then.champions.keys().filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)).filter((name) => !name.includes('/'));
  const names = asked.length > 0 ? asked : [...new Set([...recorded, ...registry.names()])].sort();
  const found = names.map((name) => {
    const key = subjectKey(registry.context, registry.quality, name);
    return { name, champion: then.champions.at(key, at), pin: then.pins.at(key, at) };
  });
  return {
    status: 'ok', as_of: textOfMicros(at), base_directory: shownBase,
    models: found.filter((each) => each.champion.proof.length > 0).map((each) => modelThen(parts, each.name, each.champion, each.pin)),
    unknown_models: found.filter((each) => each.champion.proof.length === 0).map((each) => each.name),
  };
}

/**
 * Notes champions that another program made since the journal last spoke of them; returns how many. Run it at the start
 * and when files change, so that "as of" knows of them too.
 */
export function observeChampions(parts: ModelsParts, then: ModelsThen, registry: Registry, actor: Actor): number {
  const notes: ModelRecord[] = [];
  for (const name of registry.names()) {
    const state = registry.model(name);
    if (state.champion.kind === 'unreadable' || state.interrupted) continue;
    const key = subjectKey(registry.context, registry.quality, name);
    const known = then.champions.at(key, Number.POSITIVE_INFINITY).state;
    const champion = championOf(state);
    const version = versionOf(championReport(state));
    const micros = microsOfValue(champion?.get('decided_at'));
    const decided = textOf(champion?.get('decided_at')) ?? (micros === null ? null : textOfMicros(micros));
    if (champion === null ? known === null : known !== null && known.version === version && known.decided_at === decided) continue;
    notes.push({
      actor, type: 'model_observed', stage: 'note', operation: null, subject: `${name}/observed`,
      data: {
        key, model_name: name, champion_present: champion !== null, version, decided_at: decided, reason: textOf(champion?.get('reason')), previous_version: known?.version ?? null,
      },
    });
  }
  if (parts.journal.recordAll !== undefined && notes.length > 0) parts.journal.recordAll(notes);
  else for (const note of notes) parts.journal.record(note);
  return notes.length;
}
