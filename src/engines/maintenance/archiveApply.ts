/**
 * Making archives: written beside the final name, read again and verified, only then given the name. What an archive
 * replaces goes to the trash first, and only once all new ones are complete; when a publication fails the old one comes
 * back.
 */
import { ConsoleError, isConsoleError, type PlanDocument, type TargetResult } from '#contract';
import { displayName, unwatched } from '#engines/storage';
import { discard, estimateBytes, manifestPathOf, publish, verifyArchive, writeArchive, type SourceItem, type Staged } from '#engines/archive';
import { isPresent, moveIntoTrash, readEntry, setPhase, settle, type OpenEntry } from '#engines/trash';
import { untouched, type PlanReport, type PlanWork } from '#engines/plans';
import { freeBytesAt } from './archiveDestinations.ts';
import { jobsOf, sourcesOf, type Job } from './archiveSources.ts';
import { destinationRoot, prepareTaking, putBackOf } from './archiveTrash.ts';
import { entryIdOf } from './moves.ts';

interface Waiting {
  readonly job: Job;
  readonly staged: Staged;
}

interface Progressing {
  readonly work: PlanWork;
  readonly results: Map<number, Partial<TargetResult>>;
}

interface Sourced {
  readonly job: Job;
  readonly sources: readonly SourceItem[];
}

function requireRoom({ context, plan }: PlanWork, sourced: readonly Sourced[]): void {
  const folder = destinationRoot(plan);
  const needed = sourced.reduce((sum, { job, sources }) => sum + estimateBytes(sources, job.format), 0);
  const free = freeBytesAt(context, folder);
  if (free === null || free >= needed) return;
  throw new ConsoleError('NO_SPACE', `The archives may need ${needed} bytes, and ${displayName(folder)} has ${free} bytes free. Nothing was written.`, {
    remedy: 'Free space on this volume, or choose another destination.', details: { path: displayName(folder), needed_bytes: needed, free_bytes: free },
  });
}

const doneResult = (staged: Staged): Partial<TargetResult> => ({
  status: 'done', files: staged.manifest.totals.files + staged.manifest.totals.links,
  directories: staged.manifest.totals.directories, bytes: staged.manifest.totals.bytes, error: null,
});

const overwrites = (plan: PlanDocument): boolean => plan.facts['overwrite'] === true;

/** Errors that concern one report end in its result; a stop and defects end the work. */
function failedResult(error: unknown): Partial<TargetResult> {
  if (!isConsoleError(error) || error.code === 'INTERNAL' || error.code === 'CANCELLED') throw error;
  return { status: 'error', error: error.message };
}

/** A verified archive under its staged name; nothing is left of one that failed. */
async function makeOne({ context, plan, signal }: PlanWork, { job, sources }: Sourced): Promise<Staged> {
  const staged = await writeArchive(context, {
    items: sources, format: job.format, destination: job.destination, source: job.target.relative_path, token: job.token,
    overwrite: overwrites(plan),
  }, signal);
  try {
    await verifyArchive(context, staged.archivePath, staged.format, staged.manifest, signal);
  } catch (error) {
    discard(context, staged);
    throw error;
  }
  return staged;
}

function publishOne({ work, results }: Progressing, { job, staged }: Waiting, entry: OpenEntry | null): void {
  try {
    publish(work.context, staged);
    results.set(job.target.n, doneResult(staged));
  } catch (error) {
    const failed = failedResult(error);
    discard(work.context, staged);
    if (entry !== null) putBackOf(work, entry, job.target.n);
    results.set(job.target.n, failed);
  }
}

/** Old ones into the trash, new ones in their place. */
function replace(progressing: Progressing, waiting: readonly Waiting[]): string | null {
  const { work, results } = progressing;
  const { context } = work;
  const entry = prepareTaking(work, entryIdOf(work.plan), waiting.map(({ job }) => ({ target: job.target.n, path: job.destination })));
  const failed = new Map<number, string>();
  if (entry !== null) {
    for (const { move, error } of moveIntoTrash(context, entry, unwatched)) if (error !== null) failed.set(move.target, error);
    setPhase(context, entry.document.id, 'kept');
  }
  for (const each of waiting) {
    const error = failed.get(each.job.target.n);
    if (error === undefined) {
      publishOne(progressing, each, entry);
      continue;
    }
    discard(context, each.staged);
    if (entry !== null) putBackOf(work, entry, each.job.target.n);
    results.set(each.job.target.n, { status: 'error', error: `The old copy could not be moved away: ${error}` });
  }
  if (entry === null) return null;
  settle(context, entry);
  return readEntry(context, entry.document.id) === null ? null : entry.document.id;
}

const standsThere = ({ context }: PlanWork, { destination }: Job): boolean =>
  isPresent(context, destination) || isPresent(context, manifestPathOf(destination));

async function makeAll(progressing: Progressing, sourced: readonly Sourced[]): Promise<{ waiting: Waiting[]; cancelled: boolean }> {
  const { work, results } = progressing;
  const waiting: Waiting[] = [];
  for (const each of sourced) {
    if (work.signal.cancelled) return { waiting, cancelled: true };
    try {
      const staged = await makeOne(work, each);
      if (overwrites(work.plan) && standsThere(work, each.job)) waiting.push({ job: each.job, staged });
      else publishOne(progressing, { job: each.job, staged }, null);
    } catch (error) {
      if (isConsoleError(error) && error.code === 'CANCELLED') return { waiting, cancelled: true };
      results.set(each.job.target.n, failedResult(error));
    }
  }
  return { waiting, cancelled: false };
}

export async function applyArchive(work: PlanWork): Promise<PlanReport> {
  const sourced = jobsOf(work.plan).map((job) => ({ job, sources: sourcesOf(work.context, job) }));
  requireRoom(work, sourced);
  const progressing: Progressing = { work, results: new Map() };
  const { waiting, cancelled } = await makeAll(progressing, sourced);
  let trashId: string | null = null;
  if (cancelled) for (const { staged } of waiting) discard(work.context, staged);
  else if (waiting.length > 0) trashId = replace(progressing, waiting);
  const results = untouched(work.plan, 'not_started').map((result): TargetResult => ({ ...result, ...progressing.results.get(result.n) }));
  return { results, trashId, cancelled, facts: { destination_directory: destinationRoot(work.plan) } };
}
