/** The trash as a whole: list, show, and removing for good. */
import { dirname, join } from 'node:path';
import { failureNote, isConsoleError, note, noteText, type Note, type TrashEntry } from '#contract';
import { displayName, isMissing, syncDirectory, systemCode, type EngineContext, type WorkSignal } from '#engines/storage';
import { isPresent } from './look.ts';
import { entryIds, openEntry, readEntry, setPhase, trashedOf, type OpenEntry, type TrashDocument } from './manifest.ts';
import { progressOf } from './move.ts';
import { entryDirectory } from './places.ts';
import { isDrained } from './putBack.ts';
import { childrenOf, contentsBelow } from './walk.ts';

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

/** What really lies in an entry, read from the disk: what its removal for good will take. */
export function contentOf(context: EngineContext, document: TrashDocument): { readonly files: number; readonly bytes: number } {
  const folders = [...new Set([join(entryDirectory(context, document.id), 'content'), ...document.roots.map((root) => root.content).filter((path) => !path.startsWith(placeWithin(context, document.id)))])];
  const { files } = contentsBelow(context, folders, false);
  return files === document.files ? { files, bytes: document.bytes } : contentsBelow(context, folders, true);
}

export const trashEntryOf = (context: EngineContext, id: string): TrashEntry => asEntry(context, openEntry(context, id).document);

/**
 * After things left the trash: an empty entry disappears, a half-empty one gets its new totals. One whose content was
 * not all found keeps them, as the record of what is missing.
 */
export function settle(context: EngineContext, entry: OpenEntry, report: { readonly failed: number } = { failed: 0 }): void {
  const { id } = entry.document;
  if (report.failed === 0 && isDrained(context, entry)) {
    destroy(context, id);
    return;
  }
  const left = entry.items.items.filter((item) => item.kind !== 'directory' && isPresent(context, trashedOf(entry.document, item)));
  const missing = report.failed > 0 && left.length === 0;
  setPhase(context, id, 'kept', missing ? undefined : { files: left.length, bytes: left.reduce((sum, item) => sum + item.size, 0) });
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
    for (const path of outside) removeEmpty(context, dirname(path), ['EACCES', 'EPERM', 'EBUSY', 'EROFS']);
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
const temporariesIn = (context: EngineContext, id: string): readonly string[] =>
  childrenOf(context, entryDirectory(context, id)).map((child) => child.name).filter((name) => /^\.sterownia-.+\.tmp$/u.test(name));

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

function removeEmpty(context: EngineContext, path: string, letPass: readonly string[] = []): void {
  try {
    context.fs.rmdir(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', ...letPass].includes(systemCode(error) ?? '')) throw error;
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
