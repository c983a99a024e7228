/** Undoing an archive: the copies that it made go to a trash entry of their own, the ones that it replaced come back. */
import { displayName } from '#engines/storage';
import { manifestPathOf } from '#engines/archive';
import { moveIntoTrash, openEntry, putBackAll, readEntry, settle } from '#engines/trash';
import type { TargetResult } from '#contract';
import type { PlanWork, UndoReport } from '#engines/plans';
import { manifestAt } from './archiveRecover.ts';
import { tokenOf } from './archiveSources.ts';
import { surplusIn } from './archiveStanding.ts';
import { prepareTaking, type Taken } from './archiveTrash.ts';

interface Standing {
  readonly taken: readonly Taken[];
  readonly problems: readonly string[];
}

/** Copies that still stand as this plan made them; others at the same place are not ours to take, nor is what was put into one. */
function standing(work: PlanWork, results: readonly TargetResult[]): Standing {
  const taken: Taken[] = [];
  const problems: string[] = [];
  for (const { status, destination, n } of results) {
    if (status !== 'done' || destination === null || manifestAt(work, manifestPathOf(destination))?.token !== tokenOf(work.plan, n)) continue;
    const surplus = surplusIn(work.context, destination);
    if (surplus === null) taken.push({ target: n, path: destination });
    else problems.push(`${displayName(surplus)} lies in the copy and is no part of it; move it away first`);
  }
  return { taken, problems };
}

function takeAway(work: PlanWork, { taken, problems: held }: Standing): { readonly done: number; readonly problems: readonly string[] } {
  const { context } = work;
  const entry = prepareTaking(work, context.ids.next(), taken);
  if (entry === null) return { done: 0, problems: held };
  const outcomes = moveIntoTrash(context, entry, work.signal);
  settle(context, entry);
  const problems = [...held, ...outcomes.flatMap(({ error }) => (error === null ? [] : [error]))];
  return { done: new Set(outcomes.filter(({ error }) => error === null).map(({ move }) => move.target)).size, problems };
}

export function undoArchive(work: PlanWork, report: { readonly trashId: string | null; readonly results: readonly TargetResult[] }): UndoReport {
  const { context } = work;
  const { done, problems } = takeAway(work, standing(work, report.results));
  if (report.trashId === null || readEntry(context, report.trashId) === null) return { restored: done, failed: problems.length, problems };
  const entry = openEntry(context, report.trashId);
  const put = putBackAll(context, entry, { onConflict: 'skip' }, work.signal);
  settle(context, entry);
  const kept = put.conflicts.map((conflict) => conflict.error ?? `${displayName(conflict.path)} is taken; the copy that was replaced stays in the trash`);
  return { restored: done + put.restored, failed: problems.length + put.failed + put.skipped, problems: [...problems, ...kept].slice(0, 100) };
}
