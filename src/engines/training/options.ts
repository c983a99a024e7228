/** Promise: a job's own settings are whole and sound before anything starts; an unknown one is named, not passed over. */
import * as z from 'zod';
import { ConsoleError, type RetrainingJobConfig } from '#contract';
import type { CommandJob, EmbeddedJob } from './parts.ts';

const rows = z.number().int().min(1).max(10_000_000);

/** Members of an embedded job beyond name, model, feed and timeout. */
export const embeddedOptionsSchema = z.object({
  algorithm: z.enum(['linear', 'logistic']).default('linear'),
  /** The return that is predicted lies this many rows ahead. */
  horizon: z.number().int().min(1).max(1000).default(1),
  symbol: z.string().min(1).max(100).optional(),
  /** Only the newest rows of the feed. */
  max_rows: rows.optional(),
  /** Of the rows in the order of time: the last part tests, the one before it validates, all before it trains. */
  validation_share: z.number().gt(0).lt(0.5).default(0.15),
  test_share: z.number().gt(0).lt(0.5).default(0.15),
  /** Default: half of all rows. */
  train_window: rows.optional(),
  /** Default: a tenth of all rows. */
  test_window: rows.optional(),
  /** Default: the test window. */
  step: rows.optional(),
  drift: z.object({
    psi_threshold: z.number().positive().default(0.2),
    ks_threshold: z.number().positive().max(1).default(0.1),
    min_samples: z.number().int().min(2).default(30),
    bins: z.number().int().min(2).max(1000).default(10),
  }).strict().prefault({}),
  quality: z.object({
    warning_ratio: z.number().min(0).max(1).default(0.01),
    critical_ratio: z.number().min(0).max(1).default(0.05),
    sigma: z.number().positive().default(3),
    /** Of rows whose four prices are those of the row before: quiet markets have some, a frozen feed has nothing else. */
    still_warning_ratio: z.number().min(0).max(1).default(0.05),
    still_critical_ratio: z.number().min(0).max(1).default(0.2),
  }).strict().prefault({}),
}).strict();
export type EmbeddedOptions = Readonly<z.infer<typeof embeddedOptionsSchema>>;

/** Members of a command job beyond name, model, argv, cwd, env and timeout. */
export const commandOptionsSchema = z.object({
  /**
   * Where the command leaves its artifact, relative to its working directory: a file, or a folder in which it makes one.
   * Without it the command writes to the path in `STEROWNIA_ARTIFACT`.
   */
  artifact: z.string().min(1).max(4096).optional(),
  /** Puts the artifact into the repository under a new version; otherwise it is recorded where it lies. */
  publish: z.boolean().default(true),
  /** Between the request to end and the kill. */
  grace_seconds: z.number().min(0).max(600).default(5),
}).strict();
export type CommandOptions = Readonly<z.infer<typeof commandOptionsSchema>>;

function parsed<T>(schema: z.ZodType<T>, job: RetrainingJobConfig, known: readonly string[]): T {
  const own = Object.fromEntries(Object.entries(job).filter(([key]) => !known.includes(key)));
  const result = schema.safeParse(own);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = ['retraining', 'jobs', job.name, ...(issue?.path ?? [])].join('.');
  throw new ConsoleError('INPUT_INVALID', `The job "${job.name}" is not set up right: ${field}: ${issue?.message ?? 'does not fit'}. Nothing was started.`, {
    remedy: 'Correct the job in config/console.json.', details: { field },
  });
}

const common = ['name', 'kind', 'model', 'timeout_seconds'];

export const embeddedOptions = (job: EmbeddedJob): EmbeddedOptions => parsed(embeddedOptionsSchema, job, [...common, 'feed']);
export const commandOptions = (job: CommandJob): CommandOptions => parsed(commandOptionsSchema, job, [...common, 'argv', 'cwd', 'env']);
