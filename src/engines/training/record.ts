/**
 * What the console knows of each job: its last results, and the run under way as far as it came.
 *
 * Promise: a run that a crash cut off is found here with everything that is needed to end it properly.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { actorSchema, isConsoleError } from '#contract';
import { openDocument, type EngineContext, type JsonDocument } from '#engines/storage';
import { locked } from '#engines/workspace';

const plannedReport = z.object({
  kind: z.enum(['drift', 'data_quality', 'walk_forward']), slug: z.string(), stamp: z.string(), text: z.string(), decision: z.record(z.string(), z.string()),
});

const saving = z.object({
  at: z.string(),
  model: z.string(),
  /** Null where the artifact is recorded where it lies. */
  version: z.string().nullable(),
  /** Relative to the workspace; null until the repository has named it. */
  path: z.string().nullable(),
  sha256: z.string().nullable(),
  rows: z.number().int(),
  metrics: z.record(z.string(), z.record(z.string(), z.number())),
});
export type Saving = Readonly<z.infer<typeof saving>>;

const failing = z.object({ at: z.string(), type: z.string(), message: z.string() });

const run = z.object({
  id: z.string(),
  started_at: z.string(),
  actor: actorSchema,
  operation: z.string().nullable(),
  /** Of a command, with what tells it from a later process of the same number. */
  process: z.object({ pid: z.number().int(), born: z.string().nullable() }).nullable(),
  /** Written before the first of them is. */
  reports: z.array(plannedReport),
  saving: saving.nullable(),
  failing: failing.nullable(),
  /** A person stopped it. */
  cancelled: z.boolean(),
});
export type RunRecord = Readonly<z.infer<typeof run>>;

export const jobRecordSchema = z.object({
  schema: z.literal('sterownia.training-job/1'),
  job: z.string(),
  last_success: z.string().nullable(),
  last_failure: z.string().nullable(),
  failure_streak: z.number().int().min(0),
  cooldown_until: z.string().nullable(),
  run: run.nullable(),
});
export type JobRecord = Readonly<z.infer<typeof jobRecordSchema>>;

export const recordFolder = 'var/console/training';

const fresh = (job: string): JobRecord => ({
  schema: 'sterownia.training-job/1', job, last_success: null, last_failure: null, failure_streak: 0, cooldown_until: null, run: null,
});

function documentOf(context: EngineContext, job: string): JsonDocument<JobRecord> {
  return openDocument<JobRecord>(context, {
    path: join(context.root, recordFolder, `${job}.json`), schema: jobRecordSchema, kind: 'sterownia.training-job/1',
    lock: (work) => locked(context, 'documents', { purpose: `record the training of ${job}` }, work),
  });
}

/** Where a command leaves its artifact unless the job names a place. */
export const ownArtifact = (context: Pick<EngineContext, 'root'>, job: string, runId: string): string => join(context.root, recordFolder, `${job}-${runId}.artifact.json`);

/** A damaged record counts as none; the next write keeps it aside. */
export function readRecord(context: EngineContext, job: string): JobRecord {
  try {
    return documentOf(context, job).read() ?? fresh(job);
  } catch (error) {
    if (!isConsoleError(error) || error.code !== 'DOCUMENT_CORRUPT') throw error;
    return fresh(job);
  }
}

export const changeRecord = (context: EngineContext, job: string, change: (record: JobRecord) => JobRecord): JobRecord =>
  documentOf(context, job).update((current) => change(current ?? fresh(job)));

/** Changes the run under way. */
export const changeRun = (context: EngineContext, job: string, change: Partial<RunRecord>): JobRecord =>
  changeRecord(context, job, (record) => (record.run === null ? record : { ...record, run: { ...record.run, ...change } }));
