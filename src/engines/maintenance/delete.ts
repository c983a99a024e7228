/** Plan: one report, file, link or folder below the reports folder, with everything in it, and nothing else. */
import { basename } from 'node:path';
import { ConsoleError, note, said, type Note, type OperationParsed } from '#contract';
import { displayName, relativeTo, resolving, systemCode, type EngineContext } from '#engines/storage';
import { layout } from '#engines/workspace';
import type { DraftRequest, PlanDraft, PlanProvider } from '#engines/plans';
import { folderFrom, ownRule, protectionFor, thingBelow, touchesConsole } from './base.ts';
import { countsOf, DraftList, nothing, walkTree, type Subtree } from './items.ts';
import { prepareRemoval } from './moves.ts';
import { requireReportsFolder } from './reportsFolder.ts';
import { otherVolumes } from './volumes.ts';
import { applyRemoval, recoverRemoval, undoRemoval } from './removal.ts';

type DeleteInput = OperationParsed<'reports.delete'>;

/** The word to type for what cannot be undone. */
export const permanentDeleteWord = 'delete';

function refuseProtected(request: DraftRequest, path: string, tree: Subtree): void {
  const { context, config } = request;
  const blocked = touchesConsole(context, path)
    ? { path, rule: ownRule, reason: 'the console keeps its plans, trash and evidence there' }
    : firstProtected(request, tree);
  if (blocked === null) return;
  throw new ConsoleError('PROTECTED', `${displayName(blocked.path)} stays: ${blocked.reason}. Nothing was changed.`, {
    remedy: config.protected_paths.length > 0 ? 'Name something that holds no protected files, or change the policy.' : 'Name something else.',
    details: { field: 'path', path: displayName(blocked.path), rule: blocked.rule },
  });
}

function firstProtected({ context, config }: DraftRequest, tree: Subtree): { path: string; rule: string; reason: string } | null {
  for (const item of tree.items) {
    const protection = protectionFor(context, config, item.path);
    if (protection !== null) return { path: item.path, ...protection };
  }
  return null;
}

/** A name that no file system takes is the caller's mistake; what else keeps it from being looked at is told with the target. */
function refuseImpossible(context: EngineContext, path: string): void {
  resolving(path, 'path', () => {
    try {
      context.fs.lstat(path);
    } catch (error) {
      if (systemCode(error) === 'ENAMETOOLONG') throw error;
    }
  });
}

function draftDelete(input: DeleteInput, request: DraftRequest): PlanDraft {
  const { context } = request;
  const base = folderFrom(context, input.base_dir, layout.reports, 'base_dir', request.confined);
  requireReportsFolder(context, base);
  const path = thingBelow(context, base, input.path, 'path');
  refuseImpossible(context, path);
  const tree: Subtree = touchesConsole(context, path) ? { items: [], unreadable: [] } : walkTree(context, path);
  refuseProtected(request, path, tree);
  const list = new DraftList();
  addTarget(list, base, path, tree, otherVolumes(context, base)(tree.items));
  const counts = countsOf(list.items);
  return {
    input: { base_dir: base, path: relativeTo(base, path), permanent: input.permanent },
    base,
    targets: list.targets,
    items: list.items,
    protected: [],
    facts: {},
    confirmation: input.permanent && list.items.length > 0 ? permanentDeleteWord : null,
    permanent: input.permanent,
    reclaimedBytes: input.permanent ? counts.bytes : 0,
  };
}

function addTarget(list: DraftList, base: string, path: string, tree: Subtree, elsewhere: Note | null): void {
  const relative = relativeTo(base, path);
  const target = {
    kind: 'path' as const, relative_path: relative, absolute_path: path, category: relative.split('/', 1)[0] ?? basename(path),
    updated_at: null, destination: null, reasons: [{ code: 'named', value: relative }],
  };
  if (tree.unreadable.length > 0) list.add({ ...target, status: 'error', ...said(note('report_unreadable', { path: tree.unreadable.slice(0, 3).join('; ') })) }, [], nothing);
  else if (elsewhere !== null) list.add({ ...target, status: 'error', ...said(elsewhere) }, [], nothing);
  else if (tree.items.length === 0) list.add({ ...target, status: 'not_found', error: null }, [], nothing);
  else list.add({ ...target, status: 'planned', error: null }, tree.items);
}

export const deleteProvider: PlanProvider<DeleteInput> = {
  operation: 'reports.delete',
  draft: draftDelete,
  prepare: prepareRemoval,
  apply: applyRemoval,
  undo: undoRemoval,
  recover: recoverRemoval,
};
