/**
 * Making archives: written beside the final name, read again and verified, only then given the name; the disk is asked
 * to keep them and the names are given for several together, since both cost about the same for one. What an archive
 * replaces goes to the trash first, and only once all new ones are complete; when a publication fails the old one comes
 * back.
 */
import { dirname } from 'node:path';
import { ConsoleError, failureNote, isConsoleError, note, noteText, type Note, type PlanDocument, type TargetResult } from '#contract';
import { displayName, unwatched } from '#engines/storage';
import {
  discard, draftArchive, estimateBytes, manifestPathOf, publishAll, settleDrafts, verifyArchive, type Draft, type Staged,
} from '#engines/archive';
import { isPresent, moveIntoTrash, readEntry, setPhase, settle, type OpenEntry } from '#engines/trash';
import { untouched, type PlanReport, type PlanWork } from '#engines/plans';
import { freeBytesAt } from './archiveDestinations.ts';
import { jobsOf, sourcesOf, type Job } from './archiveSources.ts';
import { ArchivesAbove, isReplaceable, standingAt, surplusIn } from './archiveStanding.ts';
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

/** What is to be read is looked up again for each archive when its turn comes: held for all of them it would take much memory. */
function requireRoom({ context, plan }: PlanWork, jobs: readonly Job[]): void {
  const folder = destinationRoot(plan);
  const needed = jobs.reduce((sum, job) => sum + estimateBytes(sourcesOf(context, job), job.format), 0);
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
  return { status: 'error', error: error.message, notes: [failureNote(error)] };
}

const refusal = (told: Note, path: string): ConsoleError => new ConsoleError('CONFLICT', noteText(told), { remedy: 'Plan again.', details: { path } });

/** The place may have changed since the plan: nothing is written into an archive, and nothing but an old copy of the same report is moved away. */
function requirePlace({ context, plan }: PlanWork, { destination, target }: Job, above: ArchivesAbove): void {
  const path = displayName(destination);
  if (above.holding(dirname(destination)) !== null) throw refusal(note('place_in_archive', { path }), path);
  if (!overwrites(plan)) return;
  const standing = standingAt(context, destination, target.relative_path);
  if (standing !== 'free' && !isReplaceable(standing, destination === plan.input['destination'])) throw refusal(note('place_held', { path }), path);
  const surplus = standing === 'archive' ? surplusIn(context, destination) : null;
  if (surplus !== null) throw refusal(note('place_holds_more', { path: displayName(surplus) }), path);
}

/** A verified draft; nothing is left of one that failed. */
async function makeOne(work: PlanWork, job: Job, above: ArchivesAbove): Promise<Draft> {
  const { context, plan, signal } = work;
  requirePlace(work, job, above);
  const draft = await draftArchive(context, {
    items: sourcesOf(context, job), format: job.format, destination: job.destination, source: job.target.relative_path, token: job.token,
    overwrite: overwrites(plan),
  }, signal);
  try {
    await verifyArchive(context, draft.archivePath, draft.format, draft.manifest, signal);
  } catch (error) {
    discard(context, draft);
    throw error;
  }
  return draft;
}

function publishWaiting({ work, results }: Progressing, waiting: readonly Waiting[], entry: OpenEntry | null): void {
  const failures = publishAll(work.context, waiting.map(({ staged }) => staged));
  for (const [index, { job, staged }] of waiting.entries()) {
    const failure = failures[index] ?? null;
    if (failure === null) {
      results.set(job.target.n, doneResult(staged));
      continue;
    }
    const failed = failedResult(failure);
    discard(work.context, staged);
    if (entry !== null) putBackOf(work, entry, job.target.n);
    results.set(job.target.n, failed);
  }
}

const oldCopyNotes = (told: Note | null): Note[] => (told === null ? [] : [note('old_copy_stays', { path: told.params['path'] ?? '', system: told.params['system'] ?? '' })]);

/** Old ones into the trash, new ones in their place. */
function replace(progressing: Progressing, waiting: readonly Waiting[]): string | null {
  const { work, results } = progressing;
  const { context } = work;
  const entry = prepareTaking(work, entryIdOf(work.plan), waiting.map(({ job }) => ({ target: job.target.n, path: job.destination })));
  const failed = new Map<number, { readonly error: string; readonly note: Note | null }>();
  if (entry !== null) {
    for (const { move, error, note: told } of moveIntoTrash(context, entry, unwatched)) if (error !== null) failed.set(move.target, { error, note: told });
    setPhase(context, entry.document.id, 'kept');
  }
  for (const each of waiting) {
    const why = failed.get(each.job.target.n);
    if (why === undefined) continue;
    discard(context, each.staged);
    if (entry !== null) putBackOf(work, entry, each.job.target.n);
    results.set(each.job.target.n, { status: 'error', error: `The old copy could not be moved away: ${why.error}`, notes: oldCopyNotes(why.note) });
  }
  publishWaiting(progressing, waiting.filter(({ job }) => !failed.has(job.target.n)), entry);
  if (entry === null) return null;
  settle(context, entry);
  return readEntry(context, entry.document.id) === null ? null : entry.document.id;
}

const standsThere = ({ context }: PlanWork, { destination }: Job): boolean =>
  isPresent(context, destination) || isPresent(context, manifestPathOf(destination));

/** Bounds of what is settled and published together: work that a crash would undo, and manifests in memory. */
const groupArchives = 64;
const groupBytes = 256 << 20;
const groupEntries = 20_000;

interface Drafted {
  readonly job: Job;
  readonly draft: Draft;
}

class Group {
  private drafted: Drafted[] = [];
  private bytes = 0;
  private entries = 0;

  add(each: Drafted): void {
    this.drafted.push(each);
    this.bytes += each.draft.bytes;
    this.entries += each.draft.manifest.files.length;
  }

  get full(): boolean {
    return this.drafted.length >= groupArchives || this.bytes >= groupBytes || this.entries >= groupEntries;
  }

  take(): readonly Drafted[] {
    const { drafted } = this;
    this.drafted = [];
    this.bytes = 0;
    this.entries = 0;
    return drafted;
  }
}

/** Makes a group durable and publishes it; what takes another one's place waits. */
function endGroup(progressing: Progressing, group: Group, waiting: Waiting[]): void {
  const { work, results } = progressing;
  const drafted = group.take();
  const outcomes = settleDrafts(work.context, drafted.map(({ draft }) => draft));
  const free: Waiting[] = [];
  for (const [index, { job }] of drafted.entries()) {
    const staged = outcomes[index];
    if (staged === undefined) throw new ConsoleError('INTERNAL', 'An archive was neither settled nor refused.', { details: { path: job.destination } });
    if (staged instanceof ConsoleError) results.set(job.target.n, failedResult(staged));
    else if (overwrites(work.plan) && standsThere(work, job)) waiting.push({ job, staged });
    else free.push({ job, staged });
  }
  publishWaiting(progressing, free, null);
}

async function makeAll(progressing: Progressing, jobs: readonly Job[]): Promise<{ waiting: Waiting[]; cancelled: boolean }> {
  const { work, results } = progressing;
  const waiting: Waiting[] = [];
  const group = new Group();
  const above = new ArchivesAbove(work.context);
  let cancelled = false;
  for (const job of jobs) {
    cancelled = work.signal.cancelled;
    if (cancelled) break;
    try {
      group.add({ job, draft: await makeOne(work, job, above) });
    } catch (error) {
      cancelled = isConsoleError(error) && error.code === 'CANCELLED';
      if (cancelled) break;
      results.set(job.target.n, failedResult(error));
    }
    if (group.full) endGroup(progressing, group, waiting);
  }
  // What was verified before a stop is kept.
  endGroup(progressing, group, waiting);
  return { waiting, cancelled };
}

export async function applyArchive(work: PlanWork): Promise<PlanReport> {
  const jobs = jobsOf(work.plan);
  requireRoom(work, jobs);
  const progressing: Progressing = { work, results: new Map() };
  const { waiting, cancelled } = await makeAll(progressing, jobs);
  let trashId: string | null = null;
  if (cancelled) for (const { staged } of waiting) discard(work.context, staged);
  else if (waiting.length > 0) trashId = replace(progressing, waiting);
  const results = untouched(work.plan, 'not_started').map((result): TargetResult => ({ ...result, ...progressing.results.get(result.n) }));
  return { results, trashId, cancelled, facts: { destination_directory: destinationRoot(work.plan) } };
}
