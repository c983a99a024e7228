/** The way back: restoring chosen things of an entry, byte for byte with their times and modes, over nothing. */
import { basename, dirname, extname, join } from 'node:path';
import { ConsoleError, failureNote, isConsoleError, type Note } from '#contract';
import { displayName, isMissing, makeDirectories, syncDirectory, systemCode, type EngineContext, type WorkSignal } from '#engines/storage';
import { isBelowAny } from './keys.ts';
import { isPresent, isSameFile } from './look.ts';
import { originOf, trashedOf, type OpenEntry, type TrashItem } from './manifest.ts';
import { progressOf } from './move.ts';

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

/** Original paths at which something stands now, for items that are still in the trash. Folders do not conflict. */
export function conflictsOf(context: EngineContext, entry: OpenEntry, chosen: (item: TrashItem) => boolean = () => true): readonly string[] {
  return entry.items.items
    .filter((item) => item.kind !== 'directory' && chosen(item))
    .filter((item) => isPresent(context, originOf(entry.document, item)) && isPresent(context, trashedOf(entry.document, item)))
    .filter((item) => !isSameFile(context, trashedOf(entry.document, item), originOf(entry.document, item)))
    .map((item) => originOf(entry.document, item));
}

/** A free name beside `path`: `report (restored).csv`, `report (restored 2).csv`, … */
function freeName(context: EngineContext, path: string): string {
  const extension = extname(path);
  const stem = join(dirname(path), basename(path, extension));
  for (let count = 1; count < 10_000; count += 1) {
    const candidate = `${stem} (restored${count === 1 ? '' : ` ${count}`})${extension}`;
    if (!isPresent(context, candidate)) return candidate;
  }
  throw new ConsoleError('CONFLICT', `No free name beside ${displayName(path)}.`, { remedy: 'Tidy that folder, then restore again.', details: { path: displayName(path) } });
}

/** A second name; an earlier try that was cut off, or an answer that got lost, may have given it already. */
function linkOver(context: EngineContext, from: string, to: string): void {
  try {
    context.fs.link(from, to);
  } catch (error) {
    if (systemCode(error) === null || !isSameFile(context, from, to)) throw error;
  }
}

/** Moves one thing to a place that must be free. Regular files are linked first, which cannot overwrite. */
export function placeWithoutOverwriting(context: EngineContext, from: string, to: string, kind: TrashItem['kind']): void {
  const { fs } = context;
  makeDirectories(fs, dirname(to));
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

export function putBack(context: EngineContext, entry: OpenEntry, options: PutBackOptions, signal: WorkSignal): PutBackReport {
  const chosen = options.chosen ?? (() => true);
  const { document } = entry;
  const wanted = entry.items.items.filter((item) => chosen(item));
  const conflicts: { path: string; kept_as: string | null; error: string | null; notes?: Note[] }[] = [];
  const touched = new Set<string>();
  const count = { restored: 0, skipped: 0, failed: 0, files: 0, bytes: 0 };
  const contents = wanted.filter((item) => item.kind !== 'directory');
  for (const [position, item] of contents.entries()) {
    if (signal.cancelled) break;
    const from = trashedOf(document, item);
    const home = originOf(document, item);
    try {
      if (!isPresent(context, from)) continue;
      const taken = isPresent(context, home) && !isSameFile(context, from, home);
      if (taken && options.onConflict === 'skip') {
        count.skipped += 1;
        conflicts.push({ path: displayName(home), kept_as: null, error: null });
        continue;
      }
      const to = taken ? freeName(context, home) : home;
      placeWithoutOverwriting(context, from, to, item.kind);
      touched.add(dirname(to)).add(dirname(from));
      if (taken) conflicts.push({ path: displayName(home), kept_as: displayName(to), error: null });
      count.restored += 1;
      count.files += 1;
      count.bytes += item.size;
    } catch (error) {
      if (systemCode(error) === null) throw error;
      count.failed += 1;
      conflicts.push({ path: displayName(home), kept_as: null, error: error instanceof Error ? error.message : String(error), notes: [failureNote(error, displayName(home))] });
    }
    if (position % 64 === 0) signal.progress(progressOf('restoring', position, contents.length, count.bytes, document.bytes, home));
  }
  restoreFolders(context, entry, wanted.filter((item) => item.kind === 'directory'), touched);
  for (const directory of touched) syncQuietly(context, directory);
  return { ...count, conflicts };
}

/** Empty folders are made again; modes and times of all folders are set last, deepest first, when their content is back. */
function restoreFolders(context: EngineContext, entry: OpenEntry, folders: readonly TrashItem[], touched: Set<string>): void {
  const { fs } = context;
  for (const folder of [...folders].sort((a, b) => b.path.length - a.path.length)) {
    const home = originOf(entry.document, folder);
    const inTrash = trashedOf(entry.document, folder);
    if (!isPresent(context, home)) {
      makeDirectories(fs, home);
      touched.add(dirname(home));
    }
    fs.chmod(home, folder.mode);
    fs.setTimes(home, BigInt(folder.mtime_ns));
    if (isPresent(context, inTrash) && fs.readdir(inTrash).length === 0) fs.rmdir(inTrash);
  }
}

function syncQuietly(context: EngineContext, directory: string): void {
  try {
    syncDirectory(context.fs, directory);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** False where the system refuses; its content then goes thing by thing, each with its own error. */
function returnWhole(context: EngineContext, from: string, home: string): boolean {
  try {
    makeDirectories(context.fs, dirname(home));
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
  const touched = new Set<string>();
  const returned = new Set<string>();
  for (const move of entry.items.moves) {
    if (!move.tree || signal.cancelled) continue;
    const from = trashedOf(entry.document, move);
    const home = originOf(entry.document, move);
    if (!isPresent(context, from) || isPresent(context, home)) continue;
    if (!returnWhole(context, from, home)) continue;
    touched.add(dirname(home)).add(dirname(from));
    returned.add(`${move.root}\0${move.path}`);
  }
  for (const directory of touched) syncQuietly(context, directory);
  const whole = entry.items.items.filter((item) => item.kind !== 'directory' && isBelowAny(returned, item));
  const report = putBack(context, entry, { ...options, chosen: (item) => !isBelowAny(returned, item) }, signal);
  const bytes = whole.reduce((sum, item) => sum + item.size, 0);
  return { ...report, restored: report.restored + whole.length, files: report.files + whole.length, bytes: report.bytes + bytes };
}

/** True when nothing but folders is left of the entry, also nothing that its manifest does not know of. */
export function isDrained(context: EngineContext, entry: { readonly document: Pick<OpenEntry['document'], 'roots'> }): boolean {
  const pending = entry.document.roots.map((root) => root.content);
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (!isPresent(context, path)) continue;
    for (const child of context.fs.readdir(path)) {
      if (child.kind !== 'directory') return false;
      pending.push(join(path, child.name));
    }
  }
  return true;
}
