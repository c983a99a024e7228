/** Training runs: one job carried out, and its log while it runs. */
import * as z from 'zod';
import { instant } from './common.ts';
import { safeName } from './retraining.ts';
import { cli, operation } from './table.ts';

export const trainingRunStatuses = ['success', 'failed', 'blocked', 'running', 'cancelled'] as const;

export const trainingRunSchema = z.object({
  status: z.enum(trainingRunStatuses),
  /** 0 success, 1 failed, 3 blocked, 4 running already, 130 stopped; the command line ends with it. */
  exit_code: z.union([z.literal(0), z.literal(1), z.literal(3), z.literal(4), z.literal(130)]),
  job: z.string(),
  kind: z.enum(['command', 'embedded']),
  run_id: z.string().nullable(),
  reason: z.string().nullable(),
  /** `paused`, `cooldown`, `document`, `not_due`, `running`, `cancelled`, or the type of the error. */
  reason_code: z.string().nullable(),
  model: z.string().nullable(),
  version: z.string().nullable(),
  artifact: z.object({ path: z.string(), sha256: z.string() }).nullable(),
  started_at: instant.nullable(),
  ended_at: instant.nullable(),
  duration_seconds: z.number().nullable(),
  trained_at: instant.nullable(),
  dataset_rows: z.number().int().nullable(),
  /** Blocks summary, train, validation, test and others: name to number. */
  metrics: z.record(z.string(), z.record(z.string(), z.number())).nullable(),
  walk_forward: z.object({
    average_mae: z.number(),
    average_directional_accuracy: z.number(),
    windows: z.array(z.object({ train_start: instant, test_start: instant, test_end: instant, mae: z.number(), directional_accuracy: z.number() })),
    train_window: z.number().int(),
    test_window: z.number().int(),
    step: z.number().int(),
  }).nullable(),
  drift: z.object({
    triggered: z.boolean(), triggered_features: z.array(z.string()), max_psi: z.number(), max_ks: z.number(), volatility_shift: z.number(),
  }).nullable(),
  data_quality: z.object({ status: z.enum(['ok', 'alert']), issues: z.number().int() }).nullable(),
  /** Paths relative to the workspace, as are those of artifact and log. */
  reports: z.array(z.string()),
  log: z.string().nullable(),
  warnings: z.array(z.string()),
});
export type TrainingRun = Readonly<z.infer<typeof trainingRunSchema>>;

export const trainingLogSchema = z.object({
  job: z.string(),
  path: z.string().nullable(),
  size: z.number().int(),
  /** With `path` as `file`: where the next question goes on. */
  next_offset: z.number().int(),
  more: z.boolean(),
  lines: z.array(z.string()),
});

export const trainingOperations = {
  'retraining.run': operation({
    kind: 'command',
    summary: 'Train a configured job now; a pause or a cooldown holds it up unless it is forced.',
    input: z.object({
      job: safeName.describe('name of the job, as "retraining jobs" lists it'),
      force: z.boolean().default(false).describe('train although the schedule is paused or cools down'),
      reason: z.string().trim().max(1024).optional().describe('why, for the journal'),
    }).strict(),
    output: trainingRunSchema,
    errors: ['DOCUMENT_NEWER', 'REVISION_CONFLICT', 'PATH_OUTSIDE_ROOT', 'PATH_INVALID', 'CONFLICT', 'INTEGRITY', 'DOCUMENT_CORRUPT'],
    long: true,
    cli: cli('retraining', 'run', [], 'retraining run --job btc-retrain'),
  }),
  'retraining.log': operation({
    kind: 'query',
    summary: 'The end of the log of a training job, or what came after an offset.',
    input: z.object({
      job: safeName.describe('name of the job'),
      lines: z.number().int().min(1).max(1000).default(200).describe('newest lines to return, 1 to 1000'),
      file: z.string().max(4096).optional().describe('path of an earlier answer, to go on from its offset'),
      offset: z.number().int().min(0).optional().describe('next_offset of an earlier answer'),
    }).strict(),
    output: trainingLogSchema,
    cli: cli('retraining', 'log', [], 'retraining log --job btc-retrain'),
  }),
} as const;
