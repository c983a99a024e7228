/**
 * Promise: what another program did to a registry is noted in the operations journal once, so that "as of" knows of it:
 * champions that it made or took away, pins that it changed. Run it at the start and when files change.
 */
import type { Actor } from '#contract';
import { subjectKey } from './change.ts';
import { recordedModels, type ModelsThen, type PinThen } from './modelFacets.ts';
import { underLock, type ModelRecord, type ModelsParts } from './parts.ts';
import { pinOf } from './pins.ts';
import { championOf, championReport, decidedText, type ModelState, type Registry } from './registry.ts';
import { textOf, versionOf } from './values.ts';

type Note = Omit<ModelRecord, 'actor' | 'stage' | 'operation'>;

function championNote(key: string, state: ModelState, then: ModelsThen): readonly Note[] {
  if (state.champion.kind === 'unreadable') return [];
  const known = then.champions.latest(key);
  const champion = championOf(state);
  const version = versionOf(championReport(state));
  const decided = decidedText(champion);
  if (champion === null ? known === null : known !== null && known.version === version && known.decided_at === decided) return [];
  return [{
    type: 'model_observed', subject: `${state.name}/observed`,
    data: { key, model_name: state.name, champion_present: champion !== null, version, decided_at: decided, reason: textOf(champion?.get('reason')), previous_version: known?.version ?? null },
  }];
}

/** As the file says it, whether or not it has ended by itself. */
function pinNow(state: ModelState): PinThen | null {
  const pin = pinOf(state.pin, 0);
  if (pin === null || pin.status === 'released') return null;
  const { version, pinned_at, pinned_by, until, reason } = pin;
  return { version, pinned_at, pinned_by, until, reason };
}

const samePin = (a: PinThen | null, b: PinThen | null): boolean =>
  (a === null || b === null ? a === b : a.version === b.version && a.pinned_at === b.pinned_at && a.until === b.until);

function pinNote(key: string, state: ModelState, then: ModelsThen): readonly Note[] {
  if (state.pin.kind === 'unreadable') return [];
  const pin = pinNow(state);
  if (samePin(pin, then.pins.latest(key))) return [];
  return [{ type: 'pin_observed', subject: `${state.name}/pin_observed`, data: { key, model_name: state.name, pin, decided_at: pin?.pinned_at ?? null } }];
}

function notesOf(names: readonly string[], registry: Registry, then: ModelsThen, actor: Actor): readonly ModelRecord[] {
  return names.flatMap((name) => {
    const state = registry.model(name);
    // What is under way, or waits for recovery, is told by whoever ends it.
    if (state.interrupted) return [];
    const key = subjectKey(registry.context, registry.quality, name);
    return [...championNote(key, state, then), ...pinNote(key, state, then)].map((note) => ({ ...note, actor, stage: 'note' as const, operation: null }));
  });
}

/** Returns how many notes were made. `then` gives what the journal says at that moment. */
export function observeModels(parts: ModelsParts, then: () => ModelsThen, registry: Registry, actor: Actor): number {
  const known = then();
  const names = [...new Set([...registry.names(), ...recordedModels(known, registry)])].filter((name) => notesOf([name], registry, known, actor).length > 0);
  if (names.length === 0) return 0;
  // Under the lock nobody is between the files and the journal: what differs now is another program's.
  return underLock(parts.context, 'note what other programs changed', () => {
    const notes = notesOf(names, registry, then(), actor);
    if (parts.journal.recordAll !== undefined && notes.length > 0) parts.journal.recordAll(notes);
    else for (const note of notes) parts.journal.record(note);
    return notes.length;
  });
}
