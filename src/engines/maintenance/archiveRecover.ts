/**
 * After an archive was cut off: what was published stays, what was being published is finished, what was only staged
 * goes, and an old copy whose successor did not make it comes back.
 */
import { isConsoleError, note, type TargetResult } from '#contract';
import { discard, findStaged, publish, readManifest, type ArchiveManifest, type Staged } from '#engines/archive';
import { destroy, isDrained, isPresent, isSameFile, openEntry, putBackAll, readEntry, settle, type OpenEntry } from '#engines/trash';
import { untouched, type PlanWork, type RecoveryReport } from '#engines/plans';
import { jobsOf, type Job } from './archiveSources.ts';
import { putBackOf } from './archiveTrash.ts';
import { entryIdOf } from './moves.ts';

/** The manifest at a place, or null where there is none that can be read. */
export function manifestAt(work: Pick<PlanWork, 'context'>, path: string): ArchiveManifest | null {
  try {
    return readManifest(work.context, path);
  } catch (error) {
    if (!isConsoleError(error) || error.code === 'IO' || error.code === 'INTERNAL') throw error;
    return null;
  }
}

/** Finishes or takes back one target; gives the archive's manifest when it stands. */
function settleJob(work: PlanWork, job: Job): ArchiveManifest | null {
  const { context } = work;
  const { paths, token } = job;
  const manifest = manifestAt(work, paths.manifestDestination);
  const begun = manifest !== null && manifest.token === token;
  const stagedThere = isPresent(context, paths.archivePath);
  const placeTaken = isPresent(context, paths.destination);
  const published = begun && placeTaken && (!stagedThere || isSameFile(context, paths.archivePath, paths.destination));
  const staged: Staged | null = begun && stagedThere && !placeTaken ? findStaged(context, job.destination, token) : null;
  // Publishing begins only after the archive was verified: what is half-way may be finished.
  if (staged !== null) publish(context, staged);
  discard(context, { ...paths, token });
  return published || staged !== null ? manifest : null;
}

function revertMoving(work: PlanWork, entry: OpenEntry): void {
  putBackAll(work.context, entry, { onConflict: 'keep_both' }, work.signal);
  if (isDrained(work.context, entry)) destroy(work.context, entry.document.id);
  else settle(work.context, entry);
}

export function recoverArchive(work: PlanWork): RecoveryReport {
  const { context, plan } = work;
  const id = entryIdOf(plan);
  const document = readEntry(context, id);
  // No archive takes an old one's place before all old ones are in the trash.
  if (document?.phase === 'moving') revertMoving(work, openEntry(context, id));
  else if (document === null || document.phase === 'destroying') destroy(context, id);
  const entry = readEntry(context, id) === null ? null : openEntry(context, id);
  const made = new Map<number, ArchiveManifest>();
  for (const job of jobsOf(plan)) {
    const manifest = settleJob(work, job);
    if (manifest !== null) made.set(job.target.n, manifest);
    else if (entry !== null) putBackOf(work, entry, job.target.n);
  }
  if (entry !== null) settle(context, entry);
  if (made.size === 0) return { outcome: 'reverted', results: untouched(plan, 'not_started'), trashId: null, cancelled: false, facts: {} };
  const results = untouched(plan, 'error', note('interrupted_archive')).map((result): TargetResult => {
    const totals = made.get(result.n)?.totals;
    if (totals === undefined) return result;
    return { ...result, status: 'done', files: totals.files + totals.links, directories: totals.directories, bytes: totals.bytes, error: null };
  });
  return { outcome: 'completed', results, trashId: readEntry(context, id) === null ? null : id, cancelled: false, facts: {} };
}
