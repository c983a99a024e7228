/** Plan: verified copies of every report that matches. Sources are never removed, copies never mixed with what exists. */
import { note, said, type OperationParsed, type PlanDocument, type PlanTarget } from '#contract';
import { displayName } from '#engines/storage';
import { estimateBytes, manifestPathOf } from '#engines/archive';
import { fileTimeText } from '#engines/reports';
import { isPresent } from '#engines/trash';
import { layout } from '#engines/workspace';
import type { DraftRequest, PlanDraft, PlanProvider } from '#engines/plans';
import { applyArchive } from './archiveApply.ts';
import { destinationFrom, freeBytesAt, placeFor, PlaceCheck, type Destination } from './archiveDestinations.ts';
import { recoverArchive } from './archiveRecover.ts';
import { canBeArchived, foldersOf } from './archiveSources.ts';
import { undoArchive } from './archiveUndo.ts';
import { folderFrom } from './base.ts';
import { countsOf, DraftList, emptiedFolders, nothing, walkTree, type Found } from './items.ts';
import { filterOf, ownTop, protectedOf, reasonsOf, selectChosen, type Chosen, type IndexSource, type SelectionFacts } from './selection.ts';

type ArchiveInput = OperationParsed<'reports.archive'>;

interface Drafting {
  readonly input: ArchiveInput;
  readonly request: DraftRequest;
  readonly base: string;
  readonly selection: SelectionFacts;
  readonly destination: Destination;
  readonly places: PlaceCheck;
  readonly list: DraftList;
  readonly kept: PlanDocument['protected'][number][];
  readonly sum: { estimated: number; replaced: number };
  /** Pipes, sockets and devices inside of reports: they have no content that a copy could keep. */
  readonly leftOut: string[];
}

interface Content {
  readonly top: string;
  readonly items: readonly Found[];
  /** Folders that go along, also those that hold other reports as well. */
  readonly folders: readonly string[];
}

function contentOf({ request, base, selection: { index } }: Drafting, { selected: { report }, reports, contents }: Chosen): Content {
  if (report.shape === 'file') return { top: index.absolute(report.relativePath), items: contents, folders: [] };
  const top = ownTop(index, report);
  const hollow = reports.flatMap((each) => each.folders.map((folder) => index.absolute(folder)));
  const emptied = top === null ? [] : emptiedFolders(request.context, top, contents, hollow);
  const items = [...emptied, ...contents];
  return { top: top ?? base, items, folders: foldersOf(top ?? base, items) };
}

function estimateOf({ input }: Drafting, content: Content): number {
  const sized = [
    ...content.folders.map((path) => ({ name: path, kind: 'directory' as const, size: 0 })),
    ...content.items.flatMap((item) => (item.kind === 'file' || item.kind === 'link' ? [{ name: item.path, kind: item.kind, size: item.size }] : [])),
  ];
  return estimateBytes(sized, input.format);
}

type Verdict = Pick<PlanTarget, 'status' | 'error' | 'notes'>;

const planned: Verdict = { status: 'planned', error: null };

/** What stands at the place already decides: skipped, or replaced where that was asked for and nothing forbids it. */
function verdictOf(drafting: Drafting, place: string, content: Content): Verdict | 'protected' {
  const { request, input, kept, sum } = drafting;
  const { context } = request;
  if (!content.items.some((item) => item.kind !== 'directory' && canBeArchived(item)) && content.folders.length === 0) {
    return { status: 'error', ...said(note('nothing_to_archive')) };
  }
  const problem = drafting.places.problemOf(place);
  if (problem !== null) return { status: 'error', ...said(note(problem, { path: displayName(place) })) };
  const existing = [place, manifestPathOf(place)].filter((path) => isPresent(context, path));
  if (existing.length === 0) return planned;
  if (!input.overwrite) return { status: 'skipped_existing', ...said(note('exists_already', { path: displayName(existing[0] ?? place) })) };
  const old = existing.flatMap((path) => walkTree(context, path).items.map((item) => item.path));
  const blocked = protectedOf(request, old);
  kept.push(...blocked);
  if (blocked.length > 0) return 'protected';
  sum.replaced += 1;
  return planned;
}

function addReport(drafting: Drafting, chosen: Chosen): void {
  const { selection, input, list } = drafting;
  const { report } = chosen.selected;
  const content = contentOf(drafting, chosen);
  const place = placeFor(drafting.destination, drafting.base, report.relativePath, input.format);
  const verdict = verdictOf(drafting, place, content);
  if (verdict === 'protected') return;
  const left = content.items.filter((item) => !canBeArchived(item));
  drafting.leftOut.push(...left.map((item) => displayName(item.path)));
  const target = {
    kind: 'report' as const, relative_path: report.relativePath, absolute_path: content.top, category: report.category,
    updated_at: fileTimeText(report.updatedNs), destination: place,
    reasons: [...reasonsOf(selection.echo, chosen.selected), ...left.slice(0, 20).map((item) => ({ code: 'left_out', value: displayName(item.path) }))],
    ...verdict,
  };
  if (verdict.status !== 'planned') {
    list.add(target, [], nothing);
    return;
  }
  const counts = countsOf(content.items.filter((item) => item.kind !== 'directory' && canBeArchived(item)));
  drafting.sum.estimated += estimateOf(drafting, content);
  list.add(target, content.items, { ...counts, directories: content.folders.length });
}

/** Names that the plan carries as facts; all of them are among its items, as things of the kind "other". */
const leftOutShown = 100;

function draftArchive(source: IndexSource, input: ArchiveInput, request: DraftRequest): PlanDraft {
  const { context, confined } = request;
  const base = folderFrom(context, input.base_dir, layout.reports, 'base_dir', confined);
  // The destination is checked before anything is read, and again once it is known how many reports there are.
  destinationFrom(input.destination, input.format, base, 0, request);
  const selection = selectChosen(source, base, input, request);
  const destination = destinationFrom(input.destination, input.format, base, selection.chosen.length, request);
  const drafting: Drafting = {
    input, request, base, selection, destination, places: new PlaceCheck(context, base, destination), list: new DraftList(), kept: [],
    sum: { estimated: 0, replaced: 0 }, leftOut: [],
  };
  for (const chosen of selection.chosen) addReport(drafting, chosen);
  const { list, kept, sum, leftOut } = drafting;
  return {
    input: { base_dir: base, ...filterOf(input), destination: destination.file ?? destination.folder, format: input.format, overwrite: input.overwrite },
    base,
    targets: list.targets,
    items: list.items,
    protected: kept,
    facts: {
      filters: selection.echo, matched_count: selection.matchedCount, planned_count: list.targets.length, format: input.format, overwrite: input.overwrite,
      destination_directory: destination.folder, estimated_bytes: sum.estimated, free_bytes: freeBytesAt(context, destination.folder), replaced_count: sum.replaced,
      left_out_count: leftOut.length, left_out: leftOut.slice(0, leftOutShown),
    },
    confirmation: null,
    permanent: false,
    reclaimedBytes: 0,
  };
}

export const archiveProvider = (source: IndexSource): PlanProvider<ArchiveInput> => ({
  operation: 'reports.archive',
  draft: (input, request) => draftArchive(source, input, request),
  apply: applyArchive,
  undo: undoArchive,
  recover: recoverArchive,
});
