/** Retraining: when models are trained next, what holds it up, and whether the data to train on is there. */
import * as z from 'zod';
import { instant, reason } from './common.ts';
import { cli, operation } from './table.ts';

/** Names that become parts of paths: jobs, feeds, models. */
export const safeName = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.)){0,99}$/u, 'letters, digits, "." (not doubled), "_" and "-", at most 100');

const aCentury = 100 * 365.25 * 86_400;

export const retrainingFeedSchema = z.object({
  name: safeName,
  /** CSV of OHLCV rows, relative to the workspace. */
  path: z.string().min(1).max(4096),
  max_age_seconds: z.number().positive().default(86_400),
  min_rows: z.number().int().min(1).default(1),
  /** Distance of two rows; with it, rows that are missing in between are counted. */
  timeframe_seconds: z.number().positive().optional(),
}).strict();
export type RetrainingFeedConfig = Readonly<z.infer<typeof retrainingFeedSchema>>;

/** What all jobs have in common; each kind adds how it trains. */
const jobFields = { name: safeName, model: safeName.optional(), timeout_seconds: z.number().positive().max(7 * 86_400).default(3600) };

export const retrainingJobSchema = z.discriminatedUnion('kind', [
  z.looseObject({
    ...jobFields,
    kind: z.literal('command'),
    argv: z.array(z.string().max(4096)).min(1),
    cwd: z.string().min(1).max(4096).default('.'),
    /** Variables that are passed on; all others are withheld. */
    env: z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/u)).default([]),
  }),
  z.looseObject({ ...jobFields, kind: z.literal('embedded'), feed: safeName }),
]);
export type RetrainingJobConfig = Readonly<z.infer<typeof retrainingJobSchema>>;

/** A job or a feed that cannot be used as it is set up; the others are not touched by it. */
export const retrainingFaultSchema = z.object({
  list: z.enum(['jobs', 'feeds']),
  /** Null where it has none that can be shown. */
  name: z.string().nullable(),
  /** Where in `config/console.json`. */
  field: z.string(),
  problem: z.string(),
});
export type RetrainingFault = Readonly<z.infer<typeof retrainingFaultSchema>>;

type Listed = z.ZodType<{ readonly name: string }>;

/** Entries one by one, so that a slip in one of them does not take all others away. Of two with one name the first counts. */
function sorted(list: RetrainingFault['list'], entries: readonly unknown[], schema: Listed): { readonly kept: readonly unknown[]; readonly faults: readonly RetrainingFault[] } {
  const kept: unknown[] = [];
  const faults: RetrainingFault[] = [];
  const names = new Set<string>();
  entries.forEach((entry, at) => {
    const result = schema.safeParse(entry);
    const issue = result.error?.issues[0];
    const found = typeof entry === 'object' && entry !== null && 'name' in entry && typeof entry.name === 'string' ? entry.name.slice(0, 100) : null;
    const fault = (path: readonly PropertyKey[], problem: string): void => void faults.push({ list, name: found, field: ['retraining', list, at, ...path].map(String).join('.'), problem });
    if (!result.success) fault(issue?.path ?? [], issue?.message ?? 'does not fit');
    else if (names.has(result.data.name.toLowerCase())) fault(['name'], 'another one before it has the same name');
    else {
      names.add(result.data.name.toLowerCase());
      kept.push(entry);
    }
  });
  return { kept, faults };
}

function withoutFaulty(config: unknown): unknown {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return config;
  const { jobs, feeds, faults, ...rest } = config as Readonly<Record<string, unknown>>;
  const read = (list: RetrainingFault['list'], value: unknown, schema: Listed) => (Array.isArray(value) ? sorted(list, value, schema) : { kept: value, faults: [] });
  const [goodJobs, goodFeeds] = [read('jobs', jobs, retrainingJobSchema), read('feeds', feeds, retrainingFeedSchema)];
  const known: readonly unknown[] = Array.isArray(faults) ? faults : [];
  return { ...rest, jobs: goodJobs.kept, feeds: goodFeeds.kept, faults: [...known, ...goodJobs.faults, ...goodFeeds.faults] };
}

/** The member `retraining` of `config/console.json`. */
const retrainingMembers = z.looseObject({
  /** Used while the schedule itself names none. */
  interval_seconds: z.number().positive().max(aCentury).default(1800),
  /** How old the last success may be; default: twice the interval. */
  sla_seconds: z.number().positive().optional(),
  /** How far ahead of this clock a timestamp may be before it is not believed. */
  clock_tolerance_seconds: z.number().min(0).max(86_400).default(300),
  /** A cooldown ends at the latest this many intervals after the last failure. */
  cooldown_cap_intervals: z.number().min(1).max(1000).default(6),
  jobs: z.array(retrainingJobSchema).default([]),
  feeds: z.array(retrainingFeedSchema).default([]),
  /** Found while reading, never written by hand. */
  faults: z.array(retrainingFaultSchema).default([]),
});
export const retrainingConfigSchema = z.preprocess(withoutFaulty, retrainingMembers) as z.ZodType<z.infer<typeof retrainingMembers>, z.input<typeof retrainingMembers>>;
export type RetrainingConfig = Readonly<z.infer<typeof retrainingMembers>>;

/**
 * The eleven fields of `audit/ai_decision/scheduler.json`, schema version 5: as the file holds them, without a pause that
 * has ended, and with `next_run` as it is at the moment of asking.
 */
export const scheduleFieldsSchema = z.object({
  /** As it was found; null where it is none. The console writes 5. */
  version: z.number().nullable(),
  last_run: instant.nullable(),
  next_run: instant,
  interval: z.number().positive(),
  updated_at: instant.nullable(),
  last_failure: instant.nullable(),
  failure_streak: z.number().int().min(0),
  last_failure_reason: z.string().nullable(),
  cooldown_until: instant.nullable(),
  paused_until: instant.nullable(),
  paused_reason: z.string().nullable(),
});
export type ScheduleFields = Readonly<z.infer<typeof scheduleFieldsSchema>>;

export const scheduleIssueCodes = [
  'schedule_missing', 'schedule_corrupt', 'schedule_newer', 'schedule_unreadable', 'field_invalid', 'last_run_derived', 'never_run',
  'clock_skew', 'cooldown_capped', 'failure_streak', 'scheduler_overdue', 'scheduler_cooldown', 'scheduler_paused', 'sla_missed', 'old_version', 'config_invalid',
] as const;
export const scheduleIssueSchema = z.object({
  code: z.enum(scheduleIssueCodes),
  field: z.string().nullable(),
  severity: z.enum(['info', 'warning', 'problem']),
  message: z.string(),
});
export type ScheduleIssue = Readonly<z.infer<typeof scheduleIssueSchema>>;

export const retrainingStatusSchema = z.object({
  path: z.string(),
  /** Anything but `ok` and `missing` means that nothing is due until a person has looked. */
  document: z.enum(['ok', 'missing', 'corrupt', 'newer', 'unreadable']),
  /** SHA-256 of the file; changes whenever any program writes it. */
  revision: z.string().nullable(),
  now: instant,
  schedule: scheduleFieldsSchema.nullable(),
  /** True where the file has no `last_run` and it was worked out as `next_run - interval`. */
  last_run_derived: z.boolean(),
  due: z.boolean(),
  paused: z.boolean(),
  cooldown_active: z.boolean(),
  is_overdue: z.boolean(),
  seconds_since_last_run: z.number().nullable(),
  seconds_until_next_run: z.number().nullable(),
  interval_seconds: z.number().nullable(),
  sla: z.object({ limit_seconds: z.number(), age_seconds: z.number().nullable(), met: z.boolean() }).nullable(),
  clock_skew: z.boolean(),
  /** True where the runbook asks for Platform Ops: two failures in a row, or a cooldown that still runs, of the schedule or of any job. */
  escalate: z.boolean(),
  escalation_reasons: z.array(z.enum(['failure_streak', 'cooldown', 'document'])),
  issues: z.array(scheduleIssueSchema),
});
export type RetrainingStatus = Readonly<z.infer<typeof retrainingStatusSchema>>;

export const retrainingChangeSchema = z.object({
  /** False where there was nothing to change. */
  changed: z.boolean(),
  warnings: z.array(z.string()),
  status: retrainingStatusSchema,
});
export type RetrainingChange = Readonly<z.infer<typeof retrainingChangeSchema>>;

export const feedStatusSchema = z.object({
  name: z.string(),
  path: z.string(),
  /** stale: the newest row is too old, or ahead of the clock. missing: no such file, no readable rows, or too few. incomplete: too many rows are unreadable or not there. */
  status: z.enum(['ok', 'stale', 'missing', 'incomplete']),
  age_seconds: z.number().nullable(),
  rows: z.number().int(),
  last_timestamp: instant.nullable(),
  first_timestamp: instant.nullable(),
  max_age_seconds: z.number(),
  min_rows: z.number().int(),
  /** Rows with an empty or unreadable time, price or volume. */
  incomplete_rows: z.number().int(),
  /** Rows that the time frame asks for between first and last and that are not there; null without a time frame. */
  missing_rows: z.number().int().nullable(),
  /** Incomplete and missing rows as a share of those that there should be: a warning from 1 %, a problem from 5 %. */
  missing_ratio: z.number(),
  /** Rows at the instant of the row before, and rows earlier than the row before. */
  duplicate_rows: z.number().int(),
  out_of_order_rows: z.number().int(),
  problem: z.string().nullable(),
});
export type FeedStatus = Readonly<z.infer<typeof feedStatusSchema>>;

export const retrainingJobViewSchema = z.object({
  name: z.string(),
  kind: z.enum(['command', 'embedded']),
  model: z.string().nullable(),
  feed: z.string().nullable(),
  argv: z.array(z.string()).nullable(),
  /** From the decision journal. */
  last_success: instant.nullable(),
  last_failure: instant.nullable(),
  last_result: z.enum(['success', 'failure']).nullable(),
  last_error: z.string().nullable(),
  /** Newest file of the job below `logs/ai_training`, relative to the workspace. */
  last_log: z.string().nullable(),
  /** Of this job alone. */
  failure_streak: z.number().int().min(0),
  /** Null where none runs. */
  cooldown_until: instant.nullable(),
  /** When it is due, not earlier than now; null where nobody can tell before the schedule is repaired. */
  next_run: instant.nullable(),
});
export type RetrainingJobView = Readonly<z.infer<typeof retrainingJobViewSchema>>;

const noInput = z.object({}).strict();
const note = z.string().trim().max(1024);
const expected = z.string().optional().describe('refuse unless the schedule still has this revision (from "retraining status")');
const changeErrors = ['DOCUMENT_NEWER', 'REVISION_CONFLICT'] as const;

export const retrainingOperations = {
  'retraining.status': operation({
    kind: 'query',
    summary: 'When models are trained next, what holds it up, and what the runbook asks to be checked.',
    input: noInput,
    output: retrainingStatusSchema,
    cli: cli('retraining', 'status', [], 'retraining status'),
  }),
  'retraining.pause': operation({
    kind: 'command',
    summary: 'Hold up training until a given time.',
    input: z.object({
      duration: z.string().optional().describe('how long, for example 2h, 45m, 1d or 1h30m'),
      until: z.string().optional().describe('end as ISO 8601 instant (UTC unless zoned)'),
      reason: note.optional().describe('why, for whoever finds it paused'),
      revision: expected,
    }).strict(),
    output: retrainingChangeSchema,
    errors: changeErrors,
    cli: cli('retraining', 'pause', [], 'retraining pause --duration 2h --reason "maintenance window"'),
  }),
  'retraining.resume': operation({
    kind: 'command',
    summary: 'End the pause.',
    input: z.object({ revision: expected }).strict(),
    output: retrainingChangeSchema,
    errors: changeErrors,
    cli: cli('retraining', 'resume', [], 'retraining resume'),
  }),
  'retraining.interval': operation({
    kind: 'command',
    summary: 'Change how often models are trained; a running cooldown is worked out again.',
    input: z.object({ interval: z.string().describe('distance of two trainings, for example 45m'), revision: expected }).strict(),
    output: retrainingChangeSchema,
    errors: changeErrors,
    cli: cli('retraining', 'interval', ['interval'], 'retraining interval 45m'),
  }),
  'retraining.reset_failures': operation({
    kind: 'command',
    summary: 'Forget failures and end the cooldown, once their cause is removed; last run and pause stay as they are.',
    input: z.object({ reason: reason.describe('what was done about the cause, at least 10 characters'), revision: expected }).strict(),
    output: retrainingChangeSchema,
    errors: changeErrors,
    cli: cli('retraining', 'reset-failures', [], 'retraining reset-failures --reason "GPU driver was replaced"'),
  }),
  'retraining.mark_executed': operation({
    kind: 'command',
    summary: 'Record a training that was carried out elsewhere: sets the last run, ends cooldown and pause.',
    input: z.object({
      job: safeName.optional().describe('the job that was carried out'),
      reason: note.optional().describe('who carried it out and how'),
      revision: expected,
    }).strict(),
    output: retrainingChangeSchema,
    errors: changeErrors,
    cli: cli('retraining', 'mark-executed', [], 'retraining mark-executed'),
  }),
  'retraining.feeds': operation({
    kind: 'query',
    summary: 'Whether the data to train on is fresh and complete.',
    input: noInput,
    output: z.object({ status: z.enum(['ok', 'problems']), checked_at: instant, feeds: z.array(feedStatusSchema), faults: z.array(retrainingFaultSchema) }),
    cli: cli('retraining', 'feeds', [], 'retraining feeds'),
  }),
  'retraining.jobs': operation({
    kind: 'query',
    summary: 'The configured training jobs with their last runs.',
    input: noInput,
    output: z.object({ jobs: z.array(retrainingJobViewSchema), bad_lines: z.number().int(), faults: z.array(retrainingFaultSchema) }),
    cli: cli('retraining', 'jobs', [], 'retraining jobs'),
  }),
} as const;
