/**
 * Removing what a plan lists: into the trash by rename, and from there for good where the plan is permanent. Until the
 * trash entry is marked `destroying` everything can be put back, and after a crash it is.
 */
import { ConsoleError, note, noteText, said, type Note, type PlanItem, type TargetResult } from '#contract';
import { displayName, isoNow, syncDirectories } from '#engines/storage';
import {
  conflictsOf, destroy, isDrained, isPresent, lookAt, moveUnsynced, openEntry, prepareEntry, putBackAll, readEntry, setPhase, settle, trashedOf,
  type DestroyReport, type MoveOutcome, type OpenEntry, type TrashDocument,
} from '#engines/trash';
import { untouched, type PlanReport, type PlanWork, type RecoveryReport, type UndoReport } from '#engines/plans';
import { countsOf, itemsByTarget, type Counts } from './items.ts';
import { entryIdOf, removalOf, requestOf, rootsOf, type Removal } from './moves.ts';

interface Tally {
  files: number;
  directories: number;
  bytes: number;
  readonly errors: string[];
  /** What the errors say, as codes, and what stayed although nothing went wrong. */
  readonly told: Note[];
  readonly stayed: Note[];
}

/** What became of each target, by its number; none for targets that were not begun. */
function tallyByTarget({ plan }: PlanWork, removal: Removal, outcomes: readonly MoveOutcome[]): readonly (Tally | undefined)[] {
  const tallies: (Tally | undefined)[] = Array.from({ length: plan.targets.length });
  for (const { move, error, note: refused, returned } of outcomes) {
    const tally = tallies[move.target] ??= { files: 0, directories: 0, bytes: 0, errors: [], told: [], stayed: [] };
    if (error !== null) tally.errors.push(error);
    if (refused !== null) tally.told.push(refused);
    if (returned.length > 0) tally.stayed.push(note('stayed', { number: returned.length, path: returned[0] ?? '' }));
  }
  const { moveOf } = removal.arrangement;
  for (const [at, item] of plan.items.entries()) {
    const tally = tallies[item.target];
    if (tally === undefined || outcomes[moveOf[at] ?? -1]?.error !== null) continue;
    if (item.kind === 'directory') tally.directories += 1;
    else tally.files += 1;
    if (item.kind !== 'directory') tally.bytes += item.size;
  }
  return tallies;
}

/** A target is done when every planned thing of it is in the trash; counts are of what really moved. */
function resultsOf({ plan }: PlanWork, tallies: readonly (Tally | undefined)[]): readonly TargetResult[] {
  return untouched(plan, 'not_started').map((result): TargetResult => {
    const tally = tallies[result.n];
    if (tally === undefined || result.status !== 'not_started') return result;
    const { files, directories, bytes, errors, told, stayed } = tally;
    const counted: TargetResult = { ...result, files, directories, bytes, status: errors.length > 0 ? 'error' : 'done' };
    if (errors.length + stayed.length === 0) return counted;
    return { ...counted, error: [...errors, ...stayed.map(noteText)].slice(0, 5).join('; '), notes: [...told, ...stayed].slice(0, 5) };
  });
}

const sumOf = (tallies: readonly (Tally | undefined)[], key: keyof Counts): number => tallies.reduce((sum, tally) => sum + (tally?.[key] ?? 0), 0);

/** Items that were moved and are still in the trash, where destroying was refused. */
function withoutRemains(work: PlanWork, results: readonly TargetResult[], document: TrashDocument, { errors, notes }: DestroyReport): readonly TargetResult[] {
  const roots = rootsOf(work.plan);
  const remains = new Map<number, PlanItem[]>();
  for (const item of work.plan.items) {
    if (!isPresent(work.context, trashedOf(document, roots.place(item.path)))) continue;
    remains.set(item.target, [...remains.get(item.target) ?? [], item]);
  }
  return results.map((result): TargetResult => {
    const left = remains.get(result.n);
    if (left === undefined || result.status !== 'done') return result;
    const counts = countsOf(left);
    return {
      ...result, status: 'error', files: result.files - counts.files, directories: result.directories - counts.directories, bytes: result.bytes - counts.bytes,
      error: `${counts.files + counts.directories} could not be destroyed and are in the trash: ${errors[0] ?? ''}`,
      notes: [note('not_destroyed_in_trash', { number: counts.files + counts.directories, ...notes[0] ?? { path: '', system: '' } })],
    };
  });
}

function destroyNow(work: PlanWork, document: TrashDocument, results: readonly TargetResult[]): Pick<PlanReport, 'results' | 'trashId'> {
  const report = destroy(work.context, document.id, work.signal);
  if (report.errors.length === 0) return { results, trashId: null };
  return { results: withoutRemains(work, results, document, report), trashId: document.id };
}

export async function applyRemoval(work: PlanWork): Promise<PlanReport> {
  const { context, plan, signal } = work;
  if (plan.items.length === 0) return { results: untouched(plan, 'not_started'), trashId: null, cancelled: false, facts: {} };
  const removal = removalOf(work);
  const entry = prepareEntry(context, requestOf(work, removal, isoNow(context.clock)));
  const { outcomes, touched } = moveUnsynced(context, entry, signal, { thorough: plan.permanent, arrangement: removal.arrangement });
  const synced = syncDirectories(context.fs, touched);
  const tallies = tallyByTarget(work, removal, outcomes);
  const results = resultsOf(work, tallies);
  const cancelled = outcomes.length < removal.moves.length;
  await synced;
  const [files, directories, bytes] = [sumOf(tallies, 'files'), sumOf(tallies, 'directories'), sumOf(tallies, 'bytes')];
  if (files + directories === 0 && isDrained(context, entry)) {
    destroy(context, entry.document.id);
    return { results, trashId: null, cancelled, facts: {} };
  }
  setPhase(context, entry.document.id, 'kept', { files, bytes });
  if (plan.permanent) return { ...destroyNow(work, entry.document, results), cancelled, facts: {} };
  return { results, trashId: entry.document.id, cancelled, facts: {} };
}

/**
 * Puts everything back, or refuses before anything moves when a place is taken. Where everything is back already, an
 * earlier undo had come to its end but not to its record.
 */
export function undoRemoval(work: PlanWork, report: { readonly trashId: string | null }): UndoReport {
  const { context } = work;
  if (report.trashId === null) return { restored: 0, failed: 0, problems: [] };
  const backAlready = readEntry(context, report.trashId) === null && work.plan.items.every((item) => item.kind === 'directory' || !isGone(work, item));
  if (backAlready) return { restored: 0, failed: 0, problems: [] };
  const entry = openEntry(context, report.trashId);
  refuseConflicts(work, entry);
  const put = putBackAll(context, entry, { onConflict: 'keep_both' }, work.signal);
  settle(context, entry, put);
  return { restored: put.restored, failed: put.failed, problems: problemsOf(put.conflicts) };
}

export const problemsOf = (conflicts: readonly { readonly path: string; readonly kept_as: string | null; readonly error: string | null }[]): readonly string[] =>
  conflicts.slice(0, 100).map((conflict) => conflict.error ?? `${conflict.path} was taken; it came back as ${conflict.kept_as ?? 'nothing'}`);

export function refuseConflicts(work: PlanWork, entry: OpenEntry): void {
  const conflicts = conflictsOf(work.context, entry);
  if (conflicts.length === 0) return;
  throw new ConsoleError('CONFLICT', `${conflicts.length === 1 ? 'A place is' : `${conflicts.length} of the places are`} taken again, first ${displayName(conflicts[0] ?? '')}. Nothing was changed.`, {
    remedy: `Move them away, or run "sterownia trash restore ${entry.document.id}" and choose what to do with them.`,
    details: { conflicts: conflicts.slice(0, 100).map(displayName), count: conflicts.length, trash_id: entry.document.id },
  });
}

/** Where every item of the plan is now, as results. */
function observed(work: PlanWork, gone: (item: PlanItem) => boolean): readonly TargetResult[] {
  const grouped = itemsByTarget(work.plan.items);
  return untouched(work.plan, 'not_started').map((result): TargetResult => {
    const items = grouped.get(result.n);
    if (items === undefined || result.status !== 'not_started') return result;
    const removed = items.filter(gone);
    const left = items.length - removed.length;
    return { ...result, ...countsOf(removed), status: left === 0 ? 'done' : 'error', ...(left === 0 ? { error: null } : said(note('interrupted_left', { number: left, total: items.length }))) };
  });
}

const reverted = (work: PlanWork): RecoveryReport =>
  ({ outcome: 'reverted', results: untouched(work.plan, 'not_started'), trashId: null, cancelled: false, facts: {} });

export function recoverRemoval(work: PlanWork): RecoveryReport {
  const { context, plan } = work;
  const id = entryIdOf(plan);
  const document = readEntry(context, id);
  if (document === null) return recoverWithoutEntry(work, id);
  if (document.phase === 'destroying') return completeDestroying(work, document);
  const entry = openEntry(context, id);
  if (document.phase === 'moving' || plan.permanent) {
    const put = putBackAll(context, entry, { onConflict: 'keep_both' }, work.signal);
    if (isDrained(context, entry)) {
      destroy(context, id);
      return reverted(work);
    }
    settle(context, entry);
    context.log.warn('Not everything could be put back; the rest is in the trash.', { plan: plan.id, problems: problemsOf(put.conflicts) });
  }
  const roots = rootsOf(plan);
  return {
    outcome: 'completed', trashId: id, cancelled: false, facts: {},
    results: observed(work, (item) => isPresent(context, trashedOf(entry.document, roots.place(item.path)))),
  };
}

/** Nothing of that identity is at the item's place any more. */
function isGone(work: PlanWork, item: PlanItem): boolean {
  const now = lookAt(work.context, item.path);
  return now === null || String(now.ino) !== item.ino || String(now.dev) !== item.dev;
}

/**
 * Either nothing was moved yet, or a permanent removal had come to its very end. What is on disk tells: the plan's
 * items were all there when it began.
 */
function recoverWithoutEntry(work: PlanWork, id: string): RecoveryReport {
  destroy(work.context, id);
  if (!work.plan.permanent || !work.plan.items.some((item) => isGone(work, item))) return reverted(work);
  return { outcome: 'completed', results: observed(work, (item) => isGone(work, item)), trashId: null, cancelled: false, facts: {} };
}

function completeDestroying(work: PlanWork, document: TrashDocument): RecoveryReport {
  const results = observed(work, (item) => isGone(work, item));
  return { outcome: 'completed', ...destroyNow(work, document, results), cancelled: false, facts: {} };
}
