/** The trash as a whole: list, show, restore, and removing for good. */
import { dirname, join } from 'node:path';
import { ConsoleError, failureNote, isConsoleError, note, noteText, type Actor, type Note, type TrashEntry } from '#contract';
import { displayName, isMissing, isoNow, syncDirectory, systemCode, type EngineContext, type WorkSignal } from '#engines/storage';
import { isPresent } from './look.ts';
import {
  entryDirectory, entryIds, openEntry, originOf, prepareEntry, readEntry, setPhase, trashedOf, type OpenEntry, type TrashDocument, type TrashItem,
} from './manifest.ts';
import { moveIntoTrash, progressOf } from './move.ts';
import { conflictsOf, isDrained, putBack, putBackAll, type PutBackReport } from './putBack.ts';

const saying = (told: Note): Pick<TrashEntry, 'problem' | 'problem_notes'> => ({ problem: noteText(told), problem_notes: [told] });

function asEntry(context: EngineContext, document: TrashDocument): TrashEntry {
  return {
    id: document.id,
    plan_id: document.plan_id,
    operation: document.operation,
    created_at: document.created_at,
    keep_until: document.keep_until,
    actor: document.actor,
    base: displayName(document.roots[0]?.path ?? ''),
    location: displayName(entryDirectory(context, document.id)),
    files: document.files,
    bytes: document.bytes,
    status: document.phase === 'kept' ? 'present' : 'incomplete',
    ...(document.phase === 'kept' ? { problem: null } : saying(note(document.phase === 'moving' ? 'trash_interrupted_moving' : 'trash_interrupted_destroying'))),
  };
}

/** Every entry, newest first; an unreadable one is a row with its problem named. */
export function listTrash(context: EngineContext): readonly TrashEntry[] {
  return entryIds(context).map((id): TrashEntry => {
    try {
      const document = readEntry(context, id);
      if (document) return asEntry(context, document);
      return unreadable(context, id, saying(note('trash_no_document')));
    } catch (error) {
      if (!isConsoleError(error)) throw error;
      return unreadable(context, id, { problem: error.message, problem_notes: [failureNote(error)] });
    }
  });
}

function unreadable(context: EngineContext, id: string, why: Pick<TrashEntry, 'problem' | 'problem_notes'>): TrashEntry {
  return {
    id, plan_id: null, operation: 'unknown', created_at: new Date(0).toISOString(), keep_until: null,
    actor: { name: 'unknown', os_user: '', host: '', door: 'recovery' },
    base: '', location: displayName(entryDirectory(context, id)), files: 0, bytes: 0, status: 'unreadable', ...why,
  };
}

export const trashEntryOf = (context: EngineContext, id: string): TrashEntry => asEntry(context, openEntry(context, id).document);

export interface RestoreRequest {
  readonly id: string;
  /** Original absolute paths; empty means everything. A folder stands for all below it. */
  readonly paths: readonly string[];
  readonly onConflict: 'ask' | 'keep_both' | 'replace' | 'skip';
  readonly actor: Actor;
  readonly workspaceId: string;
}

export interface RestoreReport extends PutBackReport {
  readonly replacedTrashId: string | null;
}

/** Refuses with CONFLICT, before anything moves, where `ask` was chosen and something stands in the way. */
export function restore(context: EngineContext, request: RestoreRequest, signal: WorkSignal): RestoreReport {
  const entry = openEntry(context, request.id);
  const chosen = chooser(entry, request.paths);
  const conflicts = conflictsOf(context, entry, chosen);
  if (conflicts.length > 0 && request.onConflict === 'ask') {
    throw new ConsoleError('CONFLICT', `${conflicts.length === 1 ? 'A place is' : `${conflicts.length} of the places are`} taken, first ${displayName(conflicts[0] ?? '')}. Nothing was changed.`, {
      remedy: 'Choose to keep both, to replace (the present file goes to the trash), or to skip those; at the command line with --on-conflict keep_both, replace or skip.',
      details: { conflicts: conflicts.slice(0, 100).map(displayName), count: conflicts.length },
    });
  }
  const replacedTrashId = request.onConflict === 'replace' && conflicts.length > 0 ? moveAside(context, entry, conflicts, request, signal) : null;
  const onConflict = request.onConflict === 'skip' ? 'skip' : 'keep_both';
  const report = request.paths.length === 0
    ? putBackAll(context, entry, { onConflict }, signal)
    : putBack(context, entry, { onConflict, chosen }, signal);
  settle(context, entry);
  return { ...report, replacedTrashId };
}

function chooser(entry: OpenEntry, paths: readonly string[]): (item: TrashItem) => boolean {
  if (paths.length === 0) return () => true;
  return (item) => {
    const origin = originOf(entry.document, item);
    return paths.some((path) => origin === path || origin.startsWith(`${path}/`));
  };
}

/** What stands in the way goes to a trash entry of its own. */
function moveAside(context: EngineContext, entry: OpenEntry, conflicts: readonly string[], request: RestoreRequest, signal: WorkSignal): string | null {
  const id = context.ids.next();
  const wanted = new Set(conflicts);
  const things = entry.items.items.filter((item) => item.kind !== 'directory' && wanted.has(originOf(entry.document, item)));
  const items = things.map((item): TrashItem => {
    const stat = context.fs.lstat(originOf(entry.document, item));
    return { root: item.root, path: item.path, kind: stat.kind, size: stat.size, mtime_ns: String(stat.mtimeNs), mode: stat.mode, ino: String(stat.ino) };
  });
  const aside = prepareEntry(context, {
    id, planId: null, workspaceId: request.workspaceId, operation: 'trash.restore', actor: request.actor,
    createdAt: isoNow(context.clock), keepUntil: entry.document.keep_until,
    roots: entry.document.roots.map((root) => root.path),
    moves: items.map((item, target) => ({ root: item.root, path: item.path, tree: item.kind === 'directory', target })),
    items,
  });
  moveIntoTrash(context, aside, signal);
  settle(context, aside);
  return readEntry(context, id) === null ? null : id;
}

/** After things left the trash: an empty entry disappears, a half-empty one gets its new totals. */
export function settle(context: EngineContext, entry: OpenEntry): void {
  if (isDrained(context, entry)) {
    destroy(context, entry.document.id);
    return;
  }
  const left = entry.items.items.filter((item) => item.kind !== 'directory' && isPresent(context, trashedOf(entry.document, item)));
  setPhase(context, entry.document.id, 'kept', { files: left.length, bytes: left.reduce((sum, item) => sum + item.size, 0) });
}

export interface DestroyReport {
  readonly files: number;
  readonly bytes: number;
  readonly errors: readonly string[];
  /** Path and system code of each error. */
  readonly notes: readonly { readonly path: string; readonly system: string }[];
}

type Destroying = { files: number; bytes: number; errors: string[]; notes: { path: string; system: string }[] };

function refuse(report: Destroying, path: string, error: unknown): void {
  report.errors.push(`${displayName(path)}: ${error instanceof Error ? error.message : String(error)}`);
  report.notes.push({ path: displayName(path), system: systemCode(error) ?? '' });
}

/** Removes an entry for good. From the first step on it is marked, so that a crash is completed, never half undone. */
export function destroy(context: EngineContext, id: string, signal?: WorkSignal): DestroyReport {
  const document = readEntry(context, id);
  const report: Destroying = { files: 0, bytes: 0, errors: [], notes: [] };
  if (document) {
    setPhase(context, id, 'destroying');
    for (const root of document.roots) removeTree(context, root.content, report, signal);
    const outside = new Set(document.roots.map((root) => dirname(root.content)).filter((path) => !path.startsWith(placeWithin(context, id))));
    for (const path of outside) removeEmpty(context, path);
  }
  if (report.errors.length > 0) return report;
  removeTree(context, join(entryDirectory(context, id), 'content'), report, signal);
  if (report.errors.length > 0) return report;
  for (const name of ['items.json', 'entry.json', ...temporariesIn(context, id)]) unlinkIfPresent(context, join(entryDirectory(context, id), name));
  removeEmpty(context, entryDirectory(context, id));
  syncQuietly(context, dirname(entryDirectory(context, id)));
  return report;
}

/** What a write that was cut off left in the entry's own folder. */
function temporariesIn(context: EngineContext, id: string): readonly string[] {
  try {
    return context.fs.readdir(entryDirectory(context, id)).map((child) => child.name).filter((name) => /^\.sterownia-.+\.tmp$/u.test(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

const placeWithin = (context: EngineContext, id: string): string => `${entryDirectory(context, id)}/`;

function syncQuietly(context: EngineContext, directory: string): void {
  try {
    syncDirectory(context.fs, directory);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function unlinkIfPresent(context: EngineContext, path: string): void {
  try {
    context.fs.unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function removeEmpty(context: EngineContext, path: string): void {
  try {
    context.fs.rmdir(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  }
}

/** Unlinks below `path`, then the folders. Links are removed themselves. Refusals are collected. */
function removeTree(context: EngineContext, path: string, report: Destroying, signal?: WorkSignal): void {
  const { fs } = context;
  let children;
  try {
    children = fs.readdir(path);
  } catch (error) {
    if (isMissing(error)) return;
    if (systemCode(error) === null) throw error;
    refuse(report, path, error);
    return;
  }
  for (const child of children) {
    const place = join(path, child.name);
    if (child.kind === 'directory') {
      removeTree(context, place, report, signal);
      continue;
    }
    try {
      const { size } = fs.lstat(place);
      fs.unlink(place);
      report.files += 1;
      report.bytes += size;
      if (report.files % 256 === 0) signal?.progress(progressOf('destroying', report.files, report.files, report.bytes, report.bytes, place));
    } catch (error) {
      if (systemCode(error) === null) throw error;
      refuse(report, place, error);
    }
  }
  try {
    fs.rmdir(path);
  } catch (error) {
    if (systemCode(error) === null) throw error;
    if (!isMissing(error)) refuse(report, path, error);
  }
}
