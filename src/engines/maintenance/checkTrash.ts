/** The trash: every entry is whole, every file of it is in it or back at its place, and none is half moved. */
import { join } from 'node:path';
import { isConsoleError } from '#contract';
import { displayName, type EngineContext } from '#engines/storage';
import {
  destroy, entryDirectory, entryIds, holdsThings, isDrained, isPresent, openEntry, originOf, putBackAll, readEntry, settle, trashedOf, type OpenEntry, type TrashDocument,
} from '#engines/trash';
import { finding, repairing, type Checking } from './checking.ts';

const shown = 50;

export function checkTrash(checking: Checking): void {
  const { engine: { context }, count, findings, signal } = checking;
  for (const id of entryIds(context)) {
    signal.check();
    count.trashEntries += 1;
    try {
      checkEntry(checking, id, readEntry(context, id));
    } catch (error) {
      if (!isConsoleError(error)) throw error;
      findings.push(finding(error.code === 'DOCUMENT_NEWER' ? 'document_newer' : 'document_corrupt', 'problem', `Trash entry ${id}: ${error.message}`, { path: entryDirectory(context, id) }));
    }
  }
}

function checkEntry(checking: Checking, id: string, document: TrashDocument | null): void {
  if (document === null) checkNameless(checking, id);
  else if (document.phase === 'destroying') completeDestroying(checking, id);
  else if (document.phase === 'moving') revertMoving(checking, openEntry(checking.engine.context, id));
  else checkKept(checking, openEntry(checking.engine.context, id));
}

/** Before an entry has its document nothing is moved into it. */
function checkNameless(checking: Checking, id: string): void {
  const { engine: { context }, findings } = checking;
  const path = entryDirectory(context, id);
  if (holdsOnlyOurs(context, path)) return repairing(checking, { kind: 'orphan_trash', found: `Trash entry ${id} holds nothing any more.`, path }, () => {
    destroy(context, id);
    return finding('orphan_trash', 'repaired', `Trash entry ${id} held nothing any more; it was removed.`, { path });
  });
  findings.push(finding('orphan_trash', 'problem', `Trash entry ${id} has lost its document; its content is kept.`, { path }));
}

/** Manifests and temporary files of the entry itself, and folders of its content that hold nothing. */
function holdsOnlyOurs(context: EngineContext, path: string): boolean {
  if (holdsThings(context, [join(path, 'content')])) return false;
  return context.fs.readdir(path).every(({ name }) => name === 'items.json' || name === 'content' || (name.startsWith('.sterownia-') && name.endsWith('.tmp')));
}

function completeDestroying(checking: Checking, id: string): void {
  const { engine: { context }, signal } = checking;
  const path = entryDirectory(context, id);
  repairing(checking, { kind: 'orphan_trash', found: `Trash entry ${id} was being destroyed.`, path }, () => {
    const { errors } = destroy(context, id, signal);
    return errors.length === 0
      ? finding('orphan_trash', 'repaired', `Trash entry ${id} was being destroyed; that was completed.`, { path })
      : finding('orphan_trash', 'warning', `Trash entry ${id} was being destroyed and ${errors.length} things of it still cannot be: ${errors[0] ?? ''}`, { path });
  });
}

function revertMoving(checking: Checking, entry: OpenEntry): void {
  const { engine: { context }, signal } = checking;
  const { id, plan_id: planId } = entry.document;
  const path = entryDirectory(context, id);
  repairing(checking, { kind: 'orphan_trash', found: `Things were being moved into trash entry ${id}.`, path, planId }, () => {
    putBackAll(context, entry, { onConflict: 'keep_both' }, signal);
    if (isDrained(context, entry)) destroy(context, id);
    else settle(context, entry);
    return finding('orphan_trash', 'repaired', `Things were being moved into trash entry ${id}; they were put back.`, { path, planId });
  });
}

/** Paths of all non-folders below the content folders. */
function contentOf({ engine: { context } }: Checking, document: TrashDocument): Set<string> {
  const found = new Set<string>();
  const pending = document.roots.map((root) => root.content);
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (!isPresent(context, path)) continue;
    for (const child of context.fs.readdir(path)) {
      if (child.kind === 'directory') pending.push(join(path, child.name));
      else found.add(join(path, child.name));
    }
  }
  return found;
}

function checkKept(check: Checking, entry: OpenEntry): void {
  const { engine: { context }, findings, count } = check;
  const { document, items } = entry;
  const content = contentOf(check, document);
  const contents = items.items.filter((item) => item.kind !== 'directory');
  const missing = contents.filter((item) => !content.delete(trashedOf(document, item)));
  count.files += contents.length;
  for (const stranger of [...content].slice(0, shown)) {
    findings.push(finding('orphan_trash', 'warning', `Trash entry ${document.id} holds something that its list does not name.`, { path: displayName(stranger) }));
  }
  if (contents.length - missing.length === document.files) return;
  const lost = missing.filter((item) => !isPresent(context, originOf(document, item)));
  const path = entryDirectory(context, document.id);
  if (lost.length === 0) repairing(check, { kind: 'orphan_trash', found: `Restoring from trash entry ${document.id} was interrupted; its totals are wrong.`, path }, () => {
    settle(context, entry);
    return finding('orphan_trash', 'repaired', `Restoring from trash entry ${document.id} was interrupted; its totals were corrected.`, { path });
  });
  for (const item of lost.slice(0, shown)) {
    findings.push(finding('lost_file', 'problem', `This file should be in trash entry ${document.id} and is neither there nor at its place.`, { path: displayName(originOf(document, item)), planId: document.plan_id }));
  }
}
