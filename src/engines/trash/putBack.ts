/** The way back: restoring chosen things of an entry, byte for byte with their times and modes, over nothing. */
import { dirname, join } from 'node:path';
import { failureNote, isConsoleError, note, noteText, type Note } from '#contract';
import { displayName, isMissing, makeDirectories, syncDirectory, systemCode, type EngineContext, type WorkSignal } from '#engines/storage';
import { Homes, obstaclesOf } from './homes.ts';
import { isBelowAny } from './keys.ts';
import { isPresent, isSameFile, lookAt } from './look.ts';
import { originOf, trashedOf, type OpenEntry, type TrashItem } from './manifest.ts';
import { progressOf } from './move.ts';
import { entryDirectory } from './places.ts';
import { childrenOf } from './walk.ts';

export interface PutBackOptions {
  /** Only items that this returns true for; default all. */
  readonly chosen?: (item: TrashItem) => boolean;
  readonly onConflict: 'keep_both' | 'skip';
}

export interface PutBackReport {
  readonly restored: number;
  readonly skipped: number;
  readonly failed: number;
  readonly files: number;
  readonly bytes: number;
  readonly conflicts: readonly { readonly path: string; readonly kept_as: string | null; readonly error: string | null; readonly notes?: Note[] }[];
}

/** Places at which something stands in the way of items that are still in the trash, each once. */
export const conflictsOf = (context: EngineContext, entry: OpenEntry, chosen?: (item: TrashItem) => boolean): readonly string[] =>
  obstaclesOf(context, entry, chosen).map((place) => originOf(entry.document, place));

/** A second name; an earlier try that was cut off, or an answer that got lost, may have given it already. */
function linkOver(context: EngineContext, from: string, to: string): void {
  try {
    context.fs.link(from, to);
  } catch (error) {
    if (systemCode(error) === null || !isSameFile(context, from, to)) throw error;
  }
}

/** Moves one thing to a place that must be free, in a folder that is there. Regular files are linked first, which cannot overwrite. */
function placeWithoutOverwriting(context: EngineContext, from: string, to: string, kind: TrashItem['kind']): void {
  const { fs } = context;
  if (kind === 'file') {
    try {
      linkOver(context, from, to);
      fs.unlink(from);
      return;
    } catch (error) {
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS'].includes(systemCode(error) ?? '')) throw error;
    }
  }
  if (isPresent(context, to)) throw Object.assign(new Error(`something stands at ${displayName(to)}`), { code: 'EEXIST' });
  fs.rename(from, to);
}

type Conflict = PutBackReport['conflicts'][number];

/** The state of one run. */
interface Run {
  readonly homes: Homes;
  readonly count: { restored: number; skipped: number; failed: number; files: number; bytes: number };
  readonly conflicts: Conflict[];
  readonly touched: Set<string>;
  /** Items that were not in the trash. */
  readonly absent: TrashItem[];
}

function begin(context: EngineContext, entry: OpenEntry): Run {
  const homes = new Homes(context, entry);
  homes.requireRoots();
  return { homes, count: { restored: 0, skipped: 0, failed: 0, files: 0, bytes: 0 }, conflicts: [], touched: new Set(), absent: [] };
}

/** Where the thing comes back, in a folder that is there then; null where it stays in the trash. */
function placeFor(context: EngineContext, { homes }: Run, item: TrashItem, home: string, onConflict: PutBackOptions['onConflict']): string | null {
  const blocked = homes.blocked(item);
  if (blocked === null && homes.provideFolderOf(item)) return home;
  if (onConflict === 'skip') return null;
  const place = homes.beside(item, blocked ?? homes.blocked(item) ?? item.path, item.kind === 'directory');
  makeDirectories(context.fs, dirname(place));
  return place;
}

function putBackOne(context: EngineContext, { document }: OpenEntry, run: Run, item: TrashItem, onConflict: PutBackOptions['onConflict']): void {
  const { count, conflicts, touched } = run;
  const [from, home] = [trashedOf(document, item), originOf(document, item)];
  try {
    if (!isPresent(context, from)) return void run.absent.push(item);
    const to = placeFor(context, run, item, home, onConflict);
    if (to === null) {
      count.skipped += 1;
      conflicts.push({ path: displayName(home), kept_as: null, error: null });
      return;
    }
    placeWithoutOverwriting(context, from, to, item.kind);
    touched.add(dirname(to)).add(dirname(from));
    if (to !== home) conflicts.push({ path: displayName(home), kept_as: displayName(to), error: null });
    count.restored += 1;
    count.files += 1;
    count.bytes += item.size;
  } catch (error) {
    if (systemCode(error) === null) throw error;
    count.failed += 1;
    conflicts.push({ path: displayName(home), kept_as: null, error: error instanceof Error ? error.message : String(error), notes: [failureNote(error, displayName(home))] });
  }
}

function putBackItems(context: EngineContext, entry: OpenEntry, run: Run, wanted: readonly TrashItem[], onConflict: PutBackOptions['onConflict'], signal: WorkSignal): void {
  const contents = wanted.filter((item) => item.kind !== 'directory');
  for (const [position, item] of contents.entries()) {
    if (signal.cancelled) break;
    putBackOne(context, entry, run, item, onConflict);
    if (position % 64 === 0) signal.progress(progressOf('restoring', position, contents.length, run.count.bytes, entry.document.bytes, originOf(entry.document, item)));
  }
  restoreFolders(context, entry, run, wanted.filter((item) => item.kind === 'directory'), onConflict);
  for (const directory of run.touched) syncQuietly(context, directory);
}

/**
 * Things that should have been in the trash and are neither there nor at home are told, and the entry stays as their record.
 * `expected`: how many files should have been found.
 */
function reportOf(context: EngineContext, { document }: OpenEntry, { count, conflicts, absent }: Run, expected: number): PutBackReport {
  if (count.restored + count.skipped + count.failed >= expected) return { ...count, conflicts };
  const lost = absent.filter((item) => !isPresent(context, originOf(document, item)));
  const told = lost.map((item): Conflict => {
    const path = displayName(originOf(document, item));
    const missing = note('trash_content_missing', { path });
    return { path, kept_as: null, error: noteText(missing), notes: [missing] };
  });
  return { ...count, failed: count.failed + lost.length, conflicts: [...conflicts, ...told] };
}

export function putBack(context: EngineContext, entry: OpenEntry, options: PutBackOptions, signal: WorkSignal): PutBackReport {
  const run = begin(context, entry);
  const { chosen } = options;
  const wanted = chosen === undefined ? entry.items.items : entry.items.items.filter((item) => chosen(item));
  putBackItems(context, entry, run, wanted, options.onConflict, signal);
  if (signal.cancelled) return { ...run.count, conflicts: run.conflicts };
  // Of a part nobody wrote down how much of it is still in the trash: that nothing is, is worth a word.
  return reportOf(context, entry, run, chosen === undefined ? entry.document.files : 1);
}

/** Empty folders are made again; modes and times of all folders are set last, deepest first, when their content is back. */
function restoreFolders(context: EngineContext, entry: OpenEntry, run: Run, folders: readonly TrashItem[], onConflict: PutBackOptions['onConflict']): void {
  const { fs } = context;
  for (const folder of [...folders].sort((a, b) => b.path.length - a.path.length)) {
    const inTrash = trashedOf(entry.document, folder);
    const isInTrash = isPresent(context, inTrash);
    const home = isInTrash || run.homes.blocked(folder) === null ? placeFor(context, run, folder, originOf(entry.document, folder), onConflict) : null;
    if (home === null) continue;
    if (!isPresent(context, home)) {
      makeDirectories(fs, home);
      run.touched.add(dirname(home));
    }
    // Looked at again: not through a link, and not a file that came there meanwhile.
    if (lookAt(context, home)?.kind === 'directory') {
      fs.chmod(home, folder.mode);
      fs.setTimes(home, BigInt(folder.mtime_ns));
    }
    if (isInTrash && fs.readdir(inTrash).length === 0) fs.rmdir(inTrash);
  }
}

function syncQuietly(context: EngineContext, directory: string): void {
  try {
    syncDirectory(context.fs, directory);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** False where the system refuses or something is in the way; its content then goes thing by thing, each with its own error. */
function returnWhole(context: EngineContext, homes: Homes, folder: Pick<TrashItem, 'root' | 'path' | 'kind'>, from: string, home: string): boolean {
  try {
    if (homes.blocked(folder) !== null || isPresent(context, home) || !homes.provideFolderOf(folder)) return false;
    context.fs.rename(from, home);
    return true;
  } catch (error) {
    if (isConsoleError(error) || systemCode(error) === null) throw error;
    return isPresent(context, home) && !isPresent(context, from);
  }
}

/**
 * Takes everything of an entry back. A folder that was moved whole and whose place is free returns by one rename; the
 * rest goes thing by thing. Also used after a crash and when an apply was refused midway.
 */
export function putBackAll(context: EngineContext, entry: OpenEntry, options: Pick<PutBackOptions, 'onConflict'>, signal: WorkSignal): PutBackReport {
  const run = begin(context, entry);
  const returned = new Set<string>();
  for (const move of entry.items.moves) {
    if (!move.tree || signal.cancelled) continue;
    const from = trashedOf(entry.document, move);
    const home = originOf(entry.document, move);
    if (!isPresent(context, from) || !returnWhole(context, run.homes, { ...move, kind: 'directory' }, from, home)) continue;
    run.touched.add(dirname(home)).add(dirname(from));
    returned.add(`${move.root}\0${move.path}`);
  }
  for (const directory of run.touched) syncQuietly(context, directory);
  const whole = entry.items.items.filter((item) => item.kind !== 'directory' && isBelowAny(returned, item));
  run.count.restored += whole.length;
  run.count.files += whole.length;
  run.count.bytes += whole.reduce((sum, item) => sum + item.size, 0);
  putBackItems(context, entry, run, entry.items.items.filter((item) => !isBelowAny(returned, item)), options.onConflict, signal);
  return signal.cancelled ? { ...run.count, conflicts: run.conflicts } : reportOf(context, entry, run, entry.document.files);
}

/**
 * True when nothing but folders is left of the entry, also nothing that its manifest does not know of. Where the content's
 * folder is not to be seen, its volume may be away: then the things have to be at home.
 */
export function isDrained(context: EngineContext, { document, items }: OpenEntry): boolean {
  if (holdsThings(context, [join(entryDirectory(context, document.id), 'content'), ...document.roots.map((root) => root.content)])) return false;
  const unseen = new Set(document.roots.flatMap(({ content }, root) => (isPresent(context, content) ? [] : [root])));
  return unseen.size === 0 || items.items.every((item) => item.kind === 'directory' || !unseen.has(item.root) || isPresent(context, originOf(document, item)));
}

/** True where something that is no folder lies below the folders. */
export function holdsThings(context: EngineContext, folders: readonly string[]): boolean {
  const pending = [...folders];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    for (const child of childrenOf(context, path)) {
      if (child.kind !== 'directory') return true;
      pending.push(join(path, child.name));
    }
  }
  return false;
}
