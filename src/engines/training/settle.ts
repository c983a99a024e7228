/**
 * What a crash cut off is ended before the job runs again.
 *
 * Promise: called under the lock of the job. A run whose artifact is saved becomes the success that it was; any other becomes a
 * failure. While a command of it still runs, nothing is touched.
 */
import { join } from 'node:path';
import { ConsoleError, type Actor } from '#contract';
import { largestArtifact, readPlainFile } from '#engines/artifacts';
import { microsText, nowMicros, secondsMicros } from '#engines/decisions';
import { acquireLock, isMissing, readFully, systemCode, type EngineContext, type HeldLock } from '#engines/storage';
import { placeOf } from '#engines/workspace';
import { publishedBy, faultsOf, type SavedArtifact } from './artifact.ts';
import { killFamily } from './command.ts';
import { sha256Of } from './digest.ts';
import { closeOrphans, finishCancelled, finishFailure, finishSuccess, type Finishing } from './finish.ts';
import { messageOf, type TrainingEngine } from './parts.ts';
import { changeRun, readRecord, type RunRecord } from './record.ts';
import { instantOf } from './reports.ts';

/** Name of the lock below the workspace's locks. */
export const jobLock = (job: string): string => `training-${job.toLowerCase()}`;

/** Exclusive across processes and threads; whoever dies loses it. Throws BUSY with the holder. */
export const lockJob = (context: EngineContext, job: string): HeldLock =>
  acquireLock(placeOf(context, 'locks'), jobLock(job), { waitMs: 0, purpose: `train ${job}` });

interface ProcessFacts {
  readonly ended: boolean;
  /** Start of the process in ticks since the system's: tells it from a later one of the same number. */
  readonly born: string | null;
}

/** Null where the system does not say. */
function factsOf(context: EngineContext, pid: number): ProcessFacts | null {
  try {
    const text = readFully(context.fs, `/proc/${pid}/stat`).toString('latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { ended: fields[0] === 'Z' || fields[0] === 'X', born: fields[19] ?? null };
  } catch (error) {
    if (systemCode(error) !== null) return null;
    throw error;
  }
}

export const bornOf = (context: EngineContext, pid: number): string | null => factsOf(context, pid)?.born ?? null;

function isAlive(context: EngineContext, { process: own }: RunRecord): boolean {
  if (own === null) return false;
  try {
    process.kill(own.pid, 0);
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
  const facts = factsOf(context, own.pid);
  return facts?.ended !== true && (own.born === null || facts?.born === own.born);
}

export interface Settled {
  readonly run_id: string;
  readonly status: 'success' | 'failed' | 'cancelled' | 'running';
}

function savedBy({ engine, run }: Finishing): SavedArtifact | null {
  const { saving } = run;
  if (saving === null) return null;
  if (saving.version !== null) return publishedBy(engine.context, saving.model, saving.version, run.id);
  if (saving.path === null || saving.sha256 === null) return null;
  try {
    const bytes = readPlainFile(engine.context.fs, join(engine.context.root, saving.path), largestArtifact);
    return sha256Of(bytes) === saving.sha256 && faultsOf(bytes).length === 0 ? { path: saving.path, sha256: saving.sha256 } : null;
  } catch (error) {
    if (isMissing(error) || (error instanceof ConsoleError && error.code === 'DOCUMENT_CORRUPT')) return null;
    throw error;
  }
}

/** Null where there was nothing to end. `longest` is how long a command of the job may take at all, in seconds. */
export function settleJob(engine: TrainingEngine, job: string, longest: number, actor: Actor): Settled | null {
  const { context } = engine;
  const { run } = readRecord(context, job);
  if (run === null) {
    closeOrphans(engine, job, actor);
    return null;
  }
  if (isAlive(context, run)) {
    const late = nowMicros(context.clock) > instantOf(run.started_at) + secondsMicros(longest);
    if (!late || run.process === null) return { run_id: run.id, status: 'running' };
    killFamily(run.process.pid, 'SIGKILL');
  }
  const finishing: Finishing = { engine, job, run: { ...run, actor: { ...run.actor, door: 'recovery' } }, again: true };
  if (run.cancelled) {
    finishCancelled(finishing);
    return { run_id: run.id, status: 'cancelled' };
  }
  const saved = run.failing === null ? savedBy(finishing) : null;
  if (saved !== null && run.saving !== null) {
    finishSuccess(finishing, run.saving, saved);
    return { run_id: run.id, status: 'success' };
  }
  const failing = run.failing ?? { at: microsText(nowMicros(context.clock)), type: 'Interrupted', message: 'the console ended during the training' };
  // The instant must be the same if this, too, is cut off.
  if (run.failing === null) changeRun(context, job, { failing });
  finishFailure(finishing, failing);
  return { run_id: run.id, status: 'failed' };
}

export interface Recovery {
  readonly runs: readonly (Settled & { readonly job: string })[];
  /** Jobs whose run could not be ended, one sentence each; they are tried again next time. */
  readonly warnings: readonly string[];
}

function recoverJob(engine: TrainingEngine, name: string, longest: number, actor: Actor): Settled | null {
  if (readRecord(engine.context, name).run === null) return null;
  let lock: HeldLock;
  try {
    lock = lockJob(engine.context, name);
  } catch (error) {
    if (error instanceof ConsoleError && error.code === 'BUSY') return null;
    throw error;
  }
  try {
    return settleJob(engine, name, longest, actor);
  } finally {
    lock.release();
  }
}

/**
 * For the start of a console: ends what crashes left, job by job; one that is in another console's hands is passed over, and one
 * that cannot be ended keeps no other from its turn.
 */
export function recoverRuns(engine: TrainingEngine, actor: Actor): Recovery {
  const runs: (Settled & { readonly job: string })[] = [];
  const warnings: string[] = [];
  for (const { name, timeout_seconds: longest } of engine.config().jobs) {
    try {
      const settled = recoverJob(engine, name, longest, actor);
      if (settled !== null) runs.push({ ...settled, job: name });
    } catch (error) {
      engine.context.log.warn('a run that was cut off could not be ended', { job: name, error: messageOf(error) });
      warnings.push(`The earlier run of "${name}" could not be ended: ${messageOf(error)}`);
    }
  }
  return { runs, warnings };
}
