/**
 * Promise: the registry is read as it lies on disk, each file parsed once per state of it; a damaged file is told apart
 * from a missing one. Reading never writes.
 */
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { ConsoleError } from '#contract';
import { compareText } from '#engines/reports';
import { asConsoleError, displayName, isMissing, readFully, systemCode, type EngineContext } from '#engines/storage';
import { isArray, isObject, readJson, type JsonObject, type JsonValue } from './pythonJson.ts';
import { fileNames, isFolderName } from './places.ts';
import { microsOfValue, textOfMicros } from './times.ts';

export type FileState =
  | { readonly kind: 'missing' }
  | { readonly kind: 'value'; readonly value: JsonObject; readonly digest: string }
  | { readonly kind: 'unreadable'; readonly problem: string; readonly digest: string | null };

export const digestOfText = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

const missing: FileState = { kind: 'missing' };

/** Reads without the cache: what is there now. */
export function readState(context: EngineContext, path: string): FileState {
  let bytes: Buffer;
  try {
    bytes = readFully(context.fs, path);
  } catch (error) {
    if (isMissing(error)) return missing;
    if (systemCode(error) === null) throw error;
    return { kind: 'unreadable', problem: `the system refused to read it (${systemCode(error)})`, digest: null };
  }
  const digest = digestOfText(bytes);
  const read = readJson(bytes);
  if ('problem' in read) return { kind: 'unreadable', problem: read.problem, digest };
  if (!isObject(read.value)) return { kind: 'unreadable', problem: 'no JSON object', digest };
  return { kind: 'value', value: read.value, digest };
}

/** A list of challengers that is no list counts as damaged: whatever stands in its place would be lost with the next change. */
function asList(state: FileState): FileState {
  const entries = state.kind === 'value' ? state.value.get('entries') ?? null : null;
  return state.kind !== 'value' || entries === null || isArray(entries) ? state : { kind: 'unreadable', problem: '"entries" is no list', digest: state.digest };
}

export const digestOf = (state: FileState): string | null => (state.kind === 'missing' ? null : state.digest);

export interface ModelState {
  readonly name: string;
  readonly directory: string;
  readonly champion: FileState;
  readonly challengers: FileState;
  readonly pin: FileState;
  /** A change was begun and not ended. */
  readonly interrupted: boolean;
}

export const reportOf = (entry: JsonValue | undefined): JsonObject | null => {
  const report = isObject(entry) ? entry.get('report') : undefined;
  return isObject(report) ? report : null;
};

/** The champion's document; null where there is none to speak of. */
export const championOf = (state: ModelState): JsonObject | null =>
  state.champion.kind === 'value' && state.champion.value.size > 0 ? state.champion.value : null;

export const championReport = (state: ModelState): JsonObject | null => reportOf(championOf(state) ?? undefined);

/** When a champion's document says that it was decided, as text; null where it does not say. */
export function decidedText(champion: JsonObject | null): string | null {
  const given = champion?.get('decided_at');
  if (typeof given === 'string') return given;
  const micros = microsOfValue(given);
  return micros === null ? null : textOfMicros(micros);
}

/** All entries of the list that are objects, newest first; a damaged list has none. */
export function challengersOf(state: ModelState): readonly JsonObject[] {
  const entries = state.challengers.kind === 'value' ? state.challengers.value.get('entries') : undefined;
  return isArray(entries) ? entries.filter(isObject) : [];
}

export interface Registry {
  readonly context: EngineContext;
  /** Absolute. */
  readonly quality: string;
  /** Names of all models, in code point order. */
  names(): readonly string[];
  /** The same object as long as none of the model's files changed. */
  model(name: string): ModelState;
}

interface Kept {
  readonly stamp: string;
  readonly state: FileState;
}

class Folder implements Registry {
  readonly context: EngineContext;
  readonly quality: string;
  readonly #files = new Map<string, Kept>();
  readonly #models = new Map<string, ModelState>();

  constructor(context: EngineContext, quality: string) {
    this.context = context;
    this.quality = quality;
  }

  names(): readonly string[] {
    try {
      return this.context.fs.readdir(this.quality)
        .filter((entry) => entry.kind === 'directory' || (entry.kind === 'link' && this.#leadsToFolder(entry.name)))
        .map((entry) => entry.name).sort(compareText);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      if (systemCode(error) !== 'ENOTDIR') throw asConsoleError(error, 'read', this.quality);
      throw new ConsoleError('PATH_INVALID', `${displayName(this.quality)} is no folder.`, { remedy: 'Give the folder that holds one folder for each model.', details: { field: 'base_dir' }, cause: error });
    }
  }

  #leadsToFolder(name: string): boolean {
    try {
      return this.context.fs.stat(join(this.quality, name)).kind === 'directory';
    } catch {
      return false;
    }
  }

  model(name: string): ModelState {
    const directory = join(this.quality, name);
    const present = isFolderName(name) ? this.#present(directory) : new Set<string>();
    const read = (file: string): FileState => (present.has(file) ? this.#file(join(directory, file)) : missing);
    const now: ModelState = {
      name, directory, champion: read(fileNames.champion), challengers: read(fileNames.challengers), pin: read(fileNames.pin),
      interrupted: present.has(fileNames.intent),
    };
    const known = this.#models.get(name);
    if (known && known.champion === now.champion && known.challengers === now.challengers && known.pin === now.pin && known.interrupted === now.interrupted) return known;
    this.#models.set(name, now);
    return now;
  }

  #present(directory: string): ReadonlySet<string> {
    try {
      return new Set(this.context.fs.readdir(directory).map((entry) => entry.name));
    } catch (error) {
      if (isMissing(error)) return new Set();
      throw asConsoleError(error, 'read', directory);
    }
  }

  #file(path: string): FileState {
    let stamp: string;
    try {
      const stat = this.context.fs.stat(path);
      stamp = `${stat.mtimeNs} ${stat.size} ${stat.ino}`;
    } catch (error) {
      if (isMissing(error)) return missing;
      throw asConsoleError(error, 'look at', path);
    }
    const kept = this.#files.get(path);
    if (kept?.stamp === stamp) return kept.state;
    const found = readState(this.context, path);
    const state = basename(path) === fileNames.challengers ? asList(found) : found;
    this.#files.set(path, { stamp, state });
    return state;
  }
}

/** One object per folder; keep it: the cache lives in it. */
export const openRegistry = (context: EngineContext, quality: string): Registry => new Folder(context, quality);
