/**
 * Moving into the trash and back by rename, each move observed.
 *
 * Nothing is ever overwritten: the trash side is a fresh folder, and on the way back files are linked into place
 * (which fails where something stands) before their trash name goes.
 */
import { dirname, join } from 'node:path';
import { failureNote, isConsoleError, type Note, type Progress } from '#contract';
import { displayName, isMissing, makeDirectories, syncDirectory, systemCode, type EngineContext, type WorkSignal } from '#engines/storage';
import { isBelowAny } from './keys.ts';
import { isPresent } from './look.ts';
import { originOf, trashedOf, type OpenEntry, type TrashItem, type TrashMove } from './manifest.ts';

export interface MoveOutcome {
  readonly move: TrashMove;
  readonly error: string | null;
  /** The error as a code with its facts. */
  readonly note: Note | null;
  /** Names that appeared in a folder between the check and its rename; they were put back where they belong. */
  readonly returned: readonly string[];
}

type Refusal = Pick<MoveOutcome, 'error' | 'note'>;

const moved: Refusal = { error: null, note: null };

const say = (error: unknown, path: string): Refusal =>
  ({ error: `${displayName(path)}: ${error instanceof Error ? error.message : String(error)}`, note: failureNote(error, displayName(path)) });

/** Errors of the system concern one item; anything else ends the work. */
function concernsOneItem(error: unknown): boolean {
  return !isConsoleError(error) && systemCode(error) !== null;
}

interface Expected {
  /** Worked out when a folder has to be read, which is seldom. */
  readonly names: () => ReadonlyMap<string, ReadonlySet<string>>;
  readonly folders: ReadonlyMap<string, readonly string[]>;
  /** Times of folders from which it can be told, without reading them, that no name was added. */
  readonly times: ReadonlyMap<string, string>;
}

/** A folder's time is only trusted when it is clearly older than the entry: clocks of file systems tick coarsely. */
const tickMs = 2_000;

const keyOf = (item: TrashItem, path: string): string => `${item.root}\0${path}`;

function parentKey(item: TrashItem): string {
  const cut = item.path.lastIndexOf('/');
  return keyOf(item, cut < 0 ? '' : item.path.slice(0, cut));
}

/** For each folder inside a tree: the names that belong there. */
function namesOf(entry: OpenEntry): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const item of entry.items.items) if (item.kind === 'directory') names.set(keyOf(item, item.path), new Set());
  for (const item of entry.items.items) names.get(parentKey(item))?.add(item.path.slice(item.path.lastIndexOf('/') + 1));
  return names;
}

/** For each folder inside a tree: the folders in it, its names, and its time where that can be trusted. */
function expectedNames(entry: OpenEntry, thorough: boolean): Expected {
  const folders = new Map<string, string[]>();
  const times = new Map<string, string>();
  const trusted = Date.parse(entry.document.created_at) - tickMs;
  for (const item of entry.items.items) {
    if (item.kind !== 'directory') continue;
    const parent = parentKey(item);
    const siblings = folders.get(parent);
    if (siblings) siblings.push(item.path);
    else folders.set(parent, [item.path]);
    if (!thorough && Number(item.mtime_ns.slice(0, -6)) < trusted) times.set(keyOf(item, item.path), item.mtime_ns);
  }
  let names: ReadonlyMap<string, ReadonlySet<string>> | null = null;
  return { names: () => (names ??= namesOf(entry)), folders, times };
}

/** Puts back what slipped into a folder after the check. A folder that still has its time has its names. */
function returnStrangers(context: EngineContext, entry: OpenEntry, move: TrashMove, expected: Expected): readonly string[] {
  const returned: string[] = [];
  const pending = [move.path];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const key = `${move.root}\0${path}`;
    const inTrash = trashedOf(entry.document, { root: move.root, path });
    pending.push(...expected.folders.get(key) ?? []);
    const time = expected.times.get(key);
    if (time !== undefined && String(context.fs.lstat(inTrash).mtimeNs) === time) continue;
    const names = expected.names().get(key);
    for (const child of context.fs.readdir(inTrash)) {
      if (names?.has(child.name)) continue;
      const home = join(originOf(entry.document, { root: move.root, path }), child.name);
      makeDirectories(context.fs, dirname(home));
      context.fs.rename(join(inTrash, child.name), home);
      returned.push(displayName(home));
    }
  }
  return returned;
}

/** No error once the thing was seen to have arrived, also when the system said otherwise; else why it did not. */
function moveOne(context: EngineContext, from: string, to: string, madeParents: Set<string>): Refusal {
  try {
    const parent = dirname(to);
    if (!madeParents.has(parent)) {
      makeDirectories(context.fs, parent);
      madeParents.add(parent);
    }
    context.fs.rename(from, to);
    return moved;
  } catch (error) {
    if (!concernsOneItem(error)) throw error;
    return isPresent(context, to) && !isPresent(context, from) ? moved : say(error, from);
  }
}

export interface MoveOptions {
  /** Read every moved folder, also where its time says that nothing was added: for content that will be destroyed. */
  readonly thorough?: boolean;
}

/** Performs every move of a prepared entry. One that the system refuses is reported and the others go on. */
export function moveIntoTrash(context: EngineContext, entry: OpenEntry, signal: WorkSignal, options: MoveOptions = {}): readonly MoveOutcome[] {
  const expected = expectedNames(entry, options.thorough ?? false);
  const outcomes: MoveOutcome[] = [];
  const madeParents = new Set<string>();
  const touched = new Set<string>();
  const sizes = sizePerMove(entry);
  const total = entry.items.moves.length;
  let bytes = 0;
  let target: number | null = null;
  for (const move of entry.items.moves) {
    // A stop takes effect between targets: none is left half moved.
    if (signal.cancelled && move.target !== target) break;
    target = move.target;
    const from = originOf(entry.document, move);
    const to = trashedOf(entry.document, move);
    const parent = dirname(to);
    const done = moveOne(context, from, to, madeParents);
    const { error } = done;
    if (error === null) touched.add(dirname(from)).add(parent);
    outcomes.push({ move, ...done, returned: error === null && move.tree ? returnStrangers(context, entry, move, expected) : [] });
    bytes += sizes.get(move) ?? 0;
    if (outcomes.length % 64 === 0 || outcomes.length === total) signal.progress(progressOf('moving', outcomes.length, total, bytes, entry.document.bytes, from));
  }
  removeEmptied(context, entry, outcomes, touched);
  for (const directory of touched) syncIfPresent(context, directory);
  return outcomes;
}

function sizePerMove(entry: OpenEntry): ReadonlyMap<TrashMove, number> {
  const byPath = new Map(entry.items.moves.map((move) => [`${move.root}\0${move.path}`, move]));
  const sizes = new Map<TrashMove, number>();
  for (const item of entry.items.items) {
    for (let path = item.path; ;) {
      const move = byPath.get(`${item.root}\0${path}`);
      if (move) {
        sizes.set(move, (sizes.get(move) ?? 0) + item.size);
        break;
      }
      const cut = path.lastIndexOf('/');
      if (cut < 0) break;
      path = path.slice(0, cut);
    }
  }
  return sizes;
}

export const progressOf = (phase: string, done: number, total: number, bytesDone: number, bytesTotal: number, item: string | null): Progress =>
  ({ phase, done, total, bytes_done: bytesDone, bytes_total: bytesTotal, item: item === null ? null : displayName(item) });

function syncIfPresent(context: EngineContext, directory: string): void {
  try {
    syncDirectory(context.fs, directory);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Folders of the entry that were not moved whole and are empty now; deepest first. A folder that is not empty stays. */
function removeEmptied(context: EngineContext, entry: OpenEntry, outcomes: readonly MoveOutcome[], touched: Set<string>): void {
  const moved = new Set(outcomes.filter((outcome) => outcome.move.tree).map((outcome) => `${outcome.move.root}\0${outcome.move.path}`));
  const folders = entry.items.items.filter((item) => item.kind === 'directory' && !isBelowAny(moved, item));
  for (const folder of folders.sort((a, b) => b.path.length - a.path.length)) {
    const path = originOf(entry.document, folder);
    try {
      context.fs.rmdir(path);
      touched.delete(path);
      touched.add(dirname(path));
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EACCES', 'EPERM', 'EBUSY'].includes(systemCode(error) ?? '')) throw error;
    }
  }
}
