/** Plan: verified copies of every report that matches. Sources are never removed, copies never mixed with what exists. */
import { dirname } from 'node:path';
import { failureNote, note, said, type Note, type OperationParsed, type PlanDocument, type PlanTarget } from '#contract';
import { asConsoleError, displayName } from '#engines/storage';
import { estimateBytes, manifestPathOf } from '#engines/archive';
import { fileTimeText } from '#engines/reports';
import { layout } from '#engines/workspace';
import type { DraftRequest, PlanDraft, PlanProvider } from '#engines/plans';
import { applyArchive } from './archiveApply.ts';
import { destinationFrom, freeBytesAt, otherPlaceFor, placeFor, PlaceCheck, type Destination } from './archiveDestinations.ts';
import { recoverArchive } from './archiveRecover.ts';
import { canBeArchived, foldersOf } from './archiveSources.ts';
import { ArchivesAbove, holdsAll, isReplaceable, standingAt, surplusIn } from './archiveStanding.ts';
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
  readonly above: ArchivesAbove;
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

type Verdict = Pick<PlanTarget, 'status' | 'error' | 'notes' | 'destination'>;

const refused = (destination: string, told: Note): Verdict => ({ status: 'error', destination, ...said(told) });

const skipped = (place: string): Verdict => ({ status: 'skipped_existing', destination: place, ...said(note('exists_already', { path: displayName(place) })) });

/** An archive that stands there is skipped, or replaced where that was asked for and nothing forbids it. */
function verdictOnOld({ request, input, kept, sum }: Drafting, place: string): Verdict | 'protected' {
  const { context } = request;
  if (!input.overwrite) return skipped(place);
  const surplus = surplusIn(context, place);
  if (surplus !== null) return refused(place, note('place_holds_more', { path: displayName(surplus) }));
  const blocked = protectedOf(request, [place, manifestPathOf(place)].flatMap((path) => walkTree(context, path).items.map((item) => item.path)));
  kept.push(...blocked);
  if (blocked.length > 0) return 'protected';
  sum.replaced += 1;
  return { status: 'planned', destination: place, error: null };
}

/** Null where something else holds the place, so that a copy needs another name. */
function verdictAt(drafting: Drafting, place: string, source: string, content: Content): Verdict | 'protected' | null {
  const { places, above, request: { context }, input, destination } = drafting;
  const problem = places.problemOf(place);
  if (problem !== null) return refused(place, note(problem, { path: displayName(place) }));
  if (above.holding(dirname(place)) !== null) return null;
  const standing = standingAt(context, place, source);
  if (standing === 'free') return { status: 'planned', destination: place, error: null };
  if (isReplaceable(standing, place === destination.file)) return verdictOnOld(drafting, place);
  return !input.overwrite && standing === 'folder' && holdsAll(context, place, content.top, content.items) ? skipped(place) : null;
}

/** A copy whose own place is held goes to another one, under a name that is the same each time. */
function verdictOf(drafting: Drafting, source: string, content: Content): Verdict | 'protected' {
  const { destination, base, input, above } = drafting;
  const place = placeFor(destination, base, source, input.format);
  if (!content.items.some((item) => item.kind !== 'directory' && canBeArchived(item)) && content.folders.length === 0) return refused(place, note('nothing_to_archive'));
  const verdict = verdictAt(drafting, place, source, content);
  if (verdict !== null) return verdict;
  const other = otherPlaceFor(destination, base, source, input.format);
  const second = other === null ? null : verdictAt(drafting, other, source, content);
  if (second !== null) return second;
  return refused(other ?? place, note(above.holding(dirname(place)) === null ? 'place_held' : 'place_in_archive', { path: displayName(other ?? place) }));
}

/** What the system says of one place concerns that report only. */
function verdictOrFailure(drafting: Drafting, source: string, content: Content): Verdict | 'protected' {
  try {
    return verdictOf(drafting, source, content);
  } catch (error) {
    const failure = asConsoleError(error, 'look at', placeFor(drafting.destination, drafting.base, source, drafting.input.format));
    if (failure.code === 'INTERNAL' || failure.code === 'CANCELLED') throw error;
    return { status: 'error', destination: placeFor(drafting.destination, drafting.base, source, drafting.input.format), error: failure.message, notes: [failureNote(failure)] };
  }
}

const otherName = ({ destination }: Verdict, ordinary: string): PlanTarget['reasons'] =>
  (destination === ordinary ? [] : [{ code: 'other_name', value: displayName(ordinary) }]);

function addReport(drafting: Drafting, chosen: Chosen): void {
  const { selection, input, list } = drafting;
  const { report } = chosen.selected;
  const content = contentOf(drafting, chosen);
  const verdict = verdictOrFailure(drafting, report.relativePath, content);
  if (verdict === 'protected') return;
  const ordinary = placeFor(drafting.destination, drafting.base, report.relativePath, input.format);
  const left = content.items.filter((item) => !canBeArchived(item));
  drafting.leftOut.push(...left.map((item) => displayName(item.path)));
  const target = {
    kind: 'report' as const, relative_path: report.relativePath, absolute_path: content.top, category: report.category,
    updated_at: fileTimeText(report.updatedNs),
    reasons: [...reasonsOf(selection.echo, chosen.selected), ...otherName(verdict, ordinary), ...left.slice(0, 20).map((item) => ({ code: 'left_out', value: displayName(item.path) }))],
    ...verdict,
  };
  if (verdict.status !== 'planned') {
    list.add(target, [], nothing);
    return;
  }
  drafting.places.take(verdict.destination ?? ordinary);
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
    input, request, base, selection, destination, places: new PlaceCheck(context, base, destination), above: new ArchivesAbove(context), list: new DraftList(), kept: [],
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
