/**
 * Plan: the files of every report that matches, folders that this empties, and outdated signal quality files. Files of
 * reports that did not match are never among them, whatever folder they lie in.
 */
import { note, noteText, said, type OperationParsed, type PlanDocument } from '#contract';
import { fileTimeText } from '#engines/reports';
import { layout } from '#engines/workspace';
import type { DraftRequest, PlanDraft, PlanProvider } from '#engines/plans';
import { folderFrom } from './base.ts';
import { countsOf, DraftList, emptiedFolders, nothing, type Found } from './items.ts';
import { prepareRemoval } from './moves.ts';
import { applyRemoval, recoverRemoval, undoRemoval } from './removal.ts';
import { requireReportsFolder } from './reportsFolder.ts';
import { filterOf, ownTop, protectedOf, reasonsOf, selectChosen, type Chosen, type IndexSource, type SelectionFacts } from './selection.ts';
import { addSignalQuality } from './signalQuality.ts';
import { otherVolumes } from './volumes.ts';

type PurgeInput = OperationParsed<'reports.purge'>;

export const permanentPurgeWord = 'permanent';

interface Drafting {
  readonly request: DraftRequest;
  readonly selection: SelectionFacts;
  readonly list: DraftList;
  readonly kept: PlanDocument['protected'][number][];
  readonly elsewhere: ReturnType<typeof otherVolumes>;
}

/** Folders first, then contents. */
function itemsOf({ request, selection: { index } }: Drafting, chosen: Chosen): readonly Found[] {
  const top = ownTop(index, chosen.selected.report);
  if (top === null) return chosen.contents;
  const hollow = chosen.reports.flatMap((report) => report.folders.map((folder) => index.absolute(folder)));
  return [...emptiedFolders(request.context, top, chosen.contents, hollow), ...chosen.contents];
}

function addReport(drafting: Drafting, chosen: Chosen): void {
  const { request, selection, list, kept, elsewhere } = drafting;
  const { report } = chosen.selected;
  const items = itemsOf(drafting, chosen);
  const blocked = protectedOf(request, items.map((item) => item.path));
  if (blocked.length > 0) {
    kept.push(...blocked);
    return;
  }
  const unreadable = report.problems.find((problem) => problem.code === 'unreadable');
  const target = {
    kind: 'report' as const, relative_path: report.relativePath,
    absolute_path: report.shape === 'file' ? selection.index.absolute(report.relativePath) : selection.index.directoryOf(report),
    category: report.category, updated_at: fileTimeText(report.updatedNs), destination: null, reasons: reasonsOf(selection.echo, chosen.selected),
  };
  const volume = elsewhere(items);
  if (volume !== null) list.add({ ...target, status: 'error', ...said(volume) }, [], nothing);
  else if (items.length > 0) list.add({ ...target, status: 'planned', error: null }, items);
  else {
    const told = unreadable === undefined ? note('nothing_to_remove') : note('report_unreadable', { path: report.relativePath });
    list.add({ ...target, status: 'error', error: unreadable?.message ?? noteText(told), notes: [told] }, [], nothing);
  }
}

function draftPurge(source: IndexSource, input: PurgeInput, request: DraftRequest): PlanDraft {
  const { context, confined } = request;
  const base = folderFrom(context, input.base_dir, layout.reports, 'base_dir', confined);
  requireReportsFolder(context, base);
  const signalDirectory = folderFrom(context, input.signal_quality_dir, layout.signalQuality, 'signal_quality_dir', confined);
  const drafting: Drafting = { request, selection: selectChosen(source, base, input, request), list: new DraftList(), kept: [], elsewhere: otherVolumes(context, base) };
  const { selection, list, kept } = drafting;
  for (const chosen of selection.chosen) addReport(drafting, chosen);
  const plannedCount = list.targets.length;
  const signalQuality = addSignalQuality(list, kept, {
    directory: signalDirectory, retentionDays: input.signal_quality_retention_days, until: input.until,
  }, request);
  return {
    input: {
      base_dir: base, ...filterOf(input), signal_quality_dir: signalDirectory,
      signal_quality_retention_days: input.signal_quality_retention_days, permanent: input.permanent,
    },
    base,
    targets: list.targets,
    items: list.items,
    protected: kept,
    facts: {
      filters: selection.echo, matched_count: selection.matchedCount, planned_count: plannedCount, signal_quality_cleanup: signalQuality,
    },
    confirmation: input.permanent && list.items.length > 0 ? permanentPurgeWord : null,
    permanent: input.permanent,
    reclaimedBytes: input.permanent ? countsOf(list.items).bytes : 0,
  };
}

export const purgeProvider = (source: IndexSource): PlanProvider<PurgeInput> => ({
  operation: 'reports.purge',
  draft: (input, request) => draftPurge(source, input, request),
  prepare: prepareRemoval,
  apply: applyRemoval,
  undo: undoRemoval,
  recover: recoverRemoval,
});
