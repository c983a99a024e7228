/** AutoMode: whether the decision loop runs by itself, what holds it up, and what its guardrails say. */
import * as z from 'zod';
import { instant, reason } from './common.ts';
import { proofSchema } from './models.ts';
import { safeName } from './retraining.ts';
import { trainingRunSchema } from './training.ts';
import { cli, operation } from './table.ts';

/** Rules over the signals that the bot keeps; the order is the order in which they are looked at. */
export const guardrailRules = [
  'effective_risk', 'stress_index', 'tail_risk_index', 'shock_frequency', 'stress_momentum', 'regime_entropy', 'confidence_fragility',
  'degradation_score', 'volume_trend_volatility', 'liquidity_gap', 'stress_projection', 'liquidity_trend', 'volatility_trend', 'drawdown_trend',
  'resilience_score', 'stress_balance', 'stability_projection', 'confidence_resilience',
] as const;
export type GuardrailRule = (typeof guardrailRules)[number];

const share = (limit: number, red: number, windowSeconds: number) => z.strictObject({
  /** From here on a review is due, as a share of 1. */
  limit: z.number().min(0).max(1).default(limit),
  red: z.number().min(0).max(1).default(red),
  window_seconds: z.number().positive().max(31 * 86_400).default(windowSeconds),
});

/** The member `automode` of `config/console.json`. */
export const automodeConfigSchema = z.looseObject({
  /** False: the console never starts a job or promotes by itself. */
  enabled: z.boolean().default(true),
  /** False: a cycle trains and evaluates, and leaves the promotion to a person. */
  auto_promote: z.boolean().default(true),
  /** Models that a cycle may promote; empty for the model of the job that was trained. */
  models: z.array(safeName).default([]),
  /** Without this member the workspace uses no guardrails, and their gate is off. */
  guardrails: z.looseObject({
    /** JSON that the bot keeps, relative to the workspace; null: none. */
    signals: z.string().min(1).max(4096).nullable().default('var/runtime/guardrail_signals.json'),
    /** Older signals are stale: the gate is shut, because nobody knows. */
    signals_max_age_seconds: z.number().positive().max(86_400).default(60),
    /** Folder of signal quality reports; null: exchanges do not count. */
    signal_quality: z.string().min(1).max(4096).nullable().default('reports/exchanges/signal_quality'),
    signal_quality_max_age_seconds: z.number().positive().max(7 * 86_400).default(60),
    /** Exchanges whose reports must be there; empty: all that have one. */
    exchanges: z.array(safeName).default([]),
    /** Thresholds that differ from the usual ones; null switches a rule off. */
    thresholds: z.partialRecord(z.enum(guardrailRules), z.number().nullable()).default({}),
    exchange: z.strictObject({
      threshold: z.number().min(0).max(1).nullable().default(0.6),
      /** Where it ends once it is in force; default: half the threshold, at most 0.5. */
      release: z.number().min(0).max(1).optional(),
      kill_switch: z.number().min(0).max(1).nullable().default(0.85),
      max_leverage: z.number().min(0).default(0.35),
    }).prefault({}),
  }).optional(),
  shares: z.strictObject({
    model_change: share(0.3, 0.6, 3600).prefault({}),
    retraining: share(0.2, 0.5, 7200).prefault({}),
  }).prefault({}),
});
export type AutomodeConfig = Readonly<z.infer<typeof automodeConfigSchema>>;

/** The member `metrics` of `config/console.json`: where a running console tells Prometheus what it counts. */
export const metricsConfigSchema = z.looseObject({
  /** Port on 127.0.0.1; null: none beside the one of the headless console itself. */
  port: z.number().int().min(1).max(65_535).nullable().default(9177),
});

const who = z.string();
export const overrideComponents = ['decision_orchestrator', 'multi_strategy'] as const;

/** A file below `var/runtime/overrides`. One that cannot be read counts as being in force. */
export const automodeOverrideSchema = z.object({
  file: z.string(),
  component: z.string(),
  status: z.enum(['active', 'expired', 'unreadable']),
  reason: z.string().nullable(),
  requested_by: z.string().nullable(),
  ticket: z.string().nullable(),
  since: z.string().nullable(),
  expires_at: z.string().nullable(),
});
export type AutomodeOverride = Readonly<z.infer<typeof automodeOverrideSchema>>;

export const automationStates = ['on', 'paused', 'overridden', 'killed', 'off', 'unknown'] as const;
export const automationSchema = z.object({
  /** off: switched off in the configuration. unknown: the state cannot be read, and nothing is started. */
  state: z.enum(automationStates),
  pause: z.object({ until: instant.nullable(), reason: z.string().nullable(), by: who, at: instant }).nullable(),
  kill_switch: z.object({ reason: z.string(), by: who, at: instant }).nullable(),
  overrides: z.array(automodeOverrideSchema),
  /** Why nothing is started now, for people; null while it is on. */
  detail: z.string().nullable(),
});
export type Automation = Readonly<z.infer<typeof automationSchema>>;

export const guardrailTriggerSchema = z.object({
  name: z.string(),
  label: z.string(),
  comparator: z.enum(['>=', '>', '<=', '<']),
  threshold: z.number(),
  unit: z.string().nullable(),
  value: z.number().nullable(),
});
export type GuardrailTrigger = Readonly<z.infer<typeof guardrailTriggerSchema>>;

export const providerSchema = z.object({
  name: z.enum(['signals', 'signal_quality']),
  /** Anything but `ok` and `off` counts as unknown and shuts the gate. */
  state: z.enum(['ok', 'stale', 'missing', 'unreadable', 'off']),
  path: z.string().nullable(),
  observed_at: instant.nullable(),
  age_seconds: z.number().nullable(),
  max_age_seconds: z.number().nullable(),
  detail: z.string().nullable(),
});

export const guardrailReadingSchema = z.object({
  state: z.enum(['ok', 'active', 'unknown', 'off']),
  /** Null where it is not known. */
  active: z.boolean().nullable(),
  kill_switch: z.boolean().nullable(),
  triggers: z.array(guardrailTriggerSchema),
  exchange: z.object({
    score: z.number().nullable(),
    threshold: z.number().nullable(),
    release: z.number().nullable(),
    kill_switch: z.number().nullable(),
    /** In force since an earlier reading, and not yet released. */
    latched: z.boolean(),
    leverage_cap: z.number().nullable(),
    exchanges: z.array(z.object({
      exchange: z.string(), score: z.number().nullable(), rolling_score: z.number().nullable(), last_score: z.number().nullable(), max_score: z.number().nullable(),
      observed_at: instant.nullable(), state: z.enum(['ok', 'stale', 'missing', 'unreadable']),
    })),
  }),
  providers: z.array(providerSchema),
  evaluated_at: instant,
});
export type GuardrailReading = Readonly<z.infer<typeof guardrailReadingSchema>>;

/** Exactly counted from the decision journal over the window that ends now. */
export const guardrailShareSchema = z.object({
  n: z.number().int(),
  n_guardrail: z.number().int(),
  /** Between 0 and 1; 0 where nothing happened in the window. */
  share: z.number(),
  window_seconds: z.number(),
  from: instant,
  until: instant,
  limit: z.number(),
  red: z.number(),
  level: z.enum(['ok', 'review', 'red', 'unknown']),
  /** Entries of the window that say nothing about guardrails, or that nobody knew; they count in `n`. */
  unmarked: z.number().int(),
  bad_lines: z.number().int(),
});
export type GuardrailShare = Readonly<z.infer<typeof guardrailShareSchema>>;

export const automodeAlertCodes = [
  'kill_switch', 'override_active', 'override_unreadable', 'guardrail_active', 'guardrail_unknown', 'model_change_share', 'retraining_share',
  'failure_streak', 'cooldown', 'schedule_document', 'sign_offs_missing', 'sign_offs_unknown', 'champion_degraded', 'champion_unreadable', 'no_champion', 'promotion_waits', 'paused',
  'feed_problem', 'policy_problem',
] as const;
export const automodeAlertSchema = z.object({
  code: z.enum(automodeAlertCodes),
  severity: z.enum(['attention', 'blocked', 'unknown']),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The page and section of the operators' runbooks that say what to do. */
  runbook: z.object({ document: z.string(), section: z.string() }),
  /** The command that starts the step, without the program's name; null where a person has to look first. */
  command: z.string().nullable(),
});
export type AutomodeAlert = Readonly<z.infer<typeof automodeAlertSchema>>;

export const cycleConditions = ['automation', 'status', 'errors', 'alerts', 'fallback', 'quality_dir_missing', 'no_models', 'auto_promote_off', 'approval_required'] as const;
export const cycleDecisionSchema = z.object({
  model: z.string(), decision: z.string(), version: z.string().nullable(), previous_version: z.string().nullable(), reason: z.string().nullable(),
  blocked_by: z.array(z.string()), audit_directory: z.string().nullable(),
});

/** One cycle: train, evaluate, promote. What a step did not come to is null. */
export const automodeCycleSchema = z.object({
  id: z.string(),
  job: z.string(),
  model: z.string().nullable(),
  status: z.enum(['completed', 'failed', 'blocked', 'cancelled', 'running', 'interrupted']),
  started_at: instant,
  ended_at: instant.nullable(),
  duration_seconds: z.number().nullable(),
  started_by: who,
  door: z.string(),
  training: z.object({ status: z.string(), reason: z.string().nullable(), reason_code: z.string().nullable(), run_id: z.string().nullable(), version: z.string().nullable() }).nullable(),
  evaluation: z.object({ decision: z.enum(['champion', 'challenger']), why: z.string(), reason: z.string(), report: z.string() }).nullable(),
  promotion: z.object({
    status: z.enum(['executed', 'skipped']),
    /** Which prerequisite failed, in the words of the earlier program. */
    skip_reason: z.string().nullable(),
    decisions: z.array(cycleDecisionSchema),
  }).nullable(),
  guardrail_active: z.boolean().nullable(),
  kill_switch: z.boolean().nullable(),
  alerts: z.array(z.string()),
  errors: z.array(z.string()),
});
export type AutomodeCycle = Readonly<z.infer<typeof automodeCycleSchema>>;

export const modelEventSchema = z.object({
  at: z.string(), model: z.string(), version: z.string().nullable(), previous_version: z.string().nullable(), source: z.string().nullable(), mode: z.string().nullable(),
  by: z.string().nullable(), reason: z.string().nullable(), guardrail_active: z.boolean().nullable(), kill_switch: z.boolean().nullable(), audit_directory: z.string().nullable(),
});
export const retrainingEventSchema = z.object({
  at: z.string(), job: z.string(), status: z.enum(['success', 'failure']), reason: z.string().nullable(),
  guardrail_active: z.boolean().nullable(), kill_switch: z.boolean().nullable(), record_id: z.string().nullable(),
});

export const automodeStatusSchema = z.object({
  now: instant,
  automation: automationSchema,
  guardrail: guardrailReadingSchema,
  shares: z.object({ model_change: guardrailShareSchema, retraining: guardrailShareSchema }),
  /** Jobs that are trained now, by whichever console. */
  running: z.array(z.object({ job: z.string(), since: instant, run_id: z.string(), by: who })),
  /** Names of jobs to be started next, and when; null where nothing is due before somebody acts. */
  next: z.array(z.object({ job: z.string(), at: instant.nullable(), block: z.string().nullable() })),
  alerts: z.array(automodeAlertSchema),
  last_cycle: automodeCycleSchema.nullable(),
});
export type AutomodeStatus = Readonly<z.infer<typeof automodeStatusSchema>>;

const stood = <T extends z.ZodType>(state: T) => z.object({ state, since: z.string().nullable(), until: z.string().nullable(), proof: z.array(proofSchema) });

export const automodeChangeSchema = z.object({ changed: z.boolean(), warnings: z.array(z.string()), automation: automationSchema });
export type AutomodeChange = Readonly<z.infer<typeof automodeChangeSchema>>;

const none = z.object({}).strict();
const changeErrors = ['DOCUMENT_CORRUPT', 'DOCUMENT_NEWER', 'REVISION_CONFLICT'] as const;

export const automodeOperations = {
  'automode.status': operation({
    kind: 'query',
    summary: 'Whether the decision loop runs by itself, what holds it up, its guardrails, both shares and what needs a person.',
    input: none,
    output: automodeStatusSchema,
    cli: cli('automode', 'status', [], 'automode status'),
  }),
  'automode.pause': operation({
    kind: 'command',
    summary: 'Hold up automatic training and promotion; what runs goes on to its end.',
    input: z.object({
      duration: z.string().optional().describe('how long, for example 2h; without an end it lasts until somebody resumes'),
      until: z.string().optional().describe('end as ISO 8601 instant (UTC unless zoned)'),
      reason: reason.describe('why, at least 10 characters'),
    }).strict(),
    output: automodeChangeSchema,
    errors: changeErrors,
    cli: cli('automode', 'pause', [], 'automode pause --duration 2h --reason "Exchange maintenance tonight"'),
  }),
  'automode.resume': operation({
    kind: 'command',
    summary: 'End the pause of AutoMode.',
    input: none,
    output: automodeChangeSchema,
    errors: changeErrors,
    cli: cli('automode', 'resume', [], 'automode resume'),
  }),
  'automode.kill': operation({
    kind: 'command',
    summary: 'Engage the kill switch: nothing is trained or promoted by itself, and running automatic cycles are stopped.',
    input: z.object({ reason: reason.describe('why, at least 10 characters') }).strict(),
    output: automodeChangeSchema,
    errors: changeErrors,
    cli: cli('automode', 'kill', [], 'automode kill --reason "Champion trades against its own signals"'),
  }),
  'automode.release': operation({
    kind: 'command',
    summary: 'Release the kill switch, once its cause is removed.',
    role: 'admin',
    input: z.object({ reason: reason.describe('what was done about the cause, at least 10 characters') }).strict(),
    output: automodeChangeSchema,
    errors: changeErrors,
    cli: cli('automode', 'release', [], 'automode release --reason "Signals were repaired and checked"'),
  }),
  'automode.cycle': operation({
    kind: 'command',
    summary: 'Carry out one cycle for a job now: train, evaluate, and promote where every prerequisite holds.',
    input: z.object({
      job: safeName.describe('name of the job, as "retraining jobs" lists it'),
      force: z.boolean().default(false).describe('train although the schedule is paused or cools down; promotion keeps its prerequisites'),
      reason: z.string().trim().max(1024).optional().describe('why, for the journal'),
    }).strict(),
    output: z.object({ cycle: automodeCycleSchema, run: trainingRunSchema }),
    errors: ['DOCUMENT_NEWER', 'REVISION_CONFLICT', 'PATH_OUTSIDE_ROOT', 'PATH_INVALID', 'CONFLICT', 'INTEGRITY', 'DOCUMENT_CORRUPT'],
    long: true,
    cli: cli('automode', 'cycle', [], 'automode cycle --job btc-retrain'),
  }),
  'automode.events': operation({
    kind: 'query',
    summary: 'The last changes of models, trainings and cycles, newest first.',
    input: z.object({ limit: z.number().int().min(1).max(500).default(50).describe('entries of each kind, 1 to 500') }).strict(),
    output: z.object({ model_events: z.array(modelEventSchema), retraining_events: z.array(retrainingEventSchema), cycles: z.array(automodeCycleSchema), bad_lines: z.number().int() }),
    cli: cli('automode', 'events', [], 'automode events'),
  }),
  'automode.shares': operation({
    kind: 'query',
    summary: 'The share of model changes and of trainings that happened under a guardrail, now and over time.',
    input: z.object({
      hours: z.number().int().min(1).max(24 * 31).default(24).describe('how far back, 1 to 744 hours'),
      points: z.number().int().min(2).max(500).default(96).describe('points of each line, 2 to 500'),
    }).strict(),
    output: z.object({
      model_change: guardrailShareSchema,
      retraining: guardrailShareSchema,
      /** At each instant the share over the window that ended there. */
      points: z.array(z.object({ at: instant, model_change: z.number().nullable(), model_changes: z.number().int(), retraining: z.number().nullable(), retrainings: z.number().int() })),
    }),
    cli: cli('automode', 'shares', [], 'automode shares'),
  }),
  'automode.as_of': operation({
    kind: 'query',
    summary: 'Champions, pins, schedule, sign-offs, overrides and automation as they stood at an instant, with the journal entries that prove it.',
    input: z.object({
      at: z.string().min(1).max(64).describe('ISO 8601 instant (UTC unless zoned)'),
      model: z.array(z.string().max(200)).default([]).describe('only this model; may be given several times'),
    }).strict(),
    output: z.object({
      at: z.string(),
      models: z.array(z.object({
        model_name: z.string(),
        champion: stood(z.object({ version: z.string().nullable(), reason: z.string().nullable(), mode: z.string().nullable() }).nullable()),
        pin: stood(z.object({ version: z.string().nullable(), pinned_by: z.string().nullable(), until: z.string().nullable(), reason: z.string().nullable() }).nullable()),
      })),
      schedule: stood(z.record(z.string(), z.unknown()).nullable()),
      automation: stood(z.object({
        pause: z.object({ until: z.string().nullable(), reason: z.string().nullable(), by: who }).nullable(),
        kill_switch: z.object({ reason: z.string(), by: who }).nullable(),
      }).nullable()),
      /** Parts of the bot that a file had switched off; a null state says that they had come back. */
      overrides: z.array(z.object({ file: z.string() }).extend(stood(z.object({
        component: z.string(), readable: z.boolean(), reason: z.string().nullable(), requested_by: z.string().nullable(), ticket: z.string().nullable(), since: z.string().nullable(), expires_at: z.string().nullable(),
      }).nullable()).shape)),
      sign_offs: z.array(z.object({ report: z.string(), role: z.string() }).extend(stood(z.object({
        status: z.string(), signed_by: z.string().nullable(), notes: z.string().nullable(), expires_at: z.string().nullable(), report_hash: z.string().nullable(),
      }).nullable()).shape)),
      /** False where an entry that is named as proof was changed. */
      proof_holds: z.boolean(),
    }),
    errors: ['PATH_INVALID'],
    cli: cli('automode', 'as-of', ['at'], 'automode as-of 2026-10-01T12:00Z'),
  }),
} as const;
