/** Models: champions and challengers, their promotion, pins, comparisons, and what stood when. */
import * as z from 'zod';
import { reason } from './common.ts';
import { planViewSchema } from './plans.ts';
import { reportEntrySchema } from './reports.ts';
import { cli, operation } from './table.ts';

const baseDir = z.string().min(1).max(4096).optional().describe('folder of the registry (default var/models/quality)');
const auditDir = z.string().min(1).max(4096).optional().describe('folder of promotion records (default audit/champion_promotions)');
const model = z.string().min(1).max(200).describe('name of the model');
const modelFilter = z.array(z.string().max(200)).default([]).describe('only this model; may be given several times');
const anyObject = z.record(z.string(), z.unknown());

const metadataSchema = z.object({ decided_at: z.unknown(), reason: z.unknown() });

/** One model in the keys of the earlier command. With `as_of` the report is the one that the promotion's record kept. */
export const modelOverviewSchema = z.object({
  model_name: z.string(),
  champion: anyObject,
  champion_metadata: metadataSchema,
  challengers: z.array(z.object({ report: anyObject, metadata: metadataSchema })),
  updated_at: z.unknown(),
  base_directory: z.string(),
});
export type ModelOverviewRow = Readonly<z.infer<typeof modelOverviewSchema>>;

/** `holds` is false where the entry does not have this hash any more: somebody changed it. */
export const proofSchema = z.object({ seq: z.number().int(), at: z.string(), type: z.string(), hash: z.string(), holds: z.boolean() });

export const pinThenSchema = z.object({
  version: z.string().nullable(), pinned_at: z.string().nullable(), pinned_by: z.string().nullable(), until: z.string().nullable(), reason: z.string().nullable(),
});
export const pinSchema = pinThenSchema.extend({ status: z.enum(['active', 'expired', 'released', 'unreadable']) });

export const modelThenSchema = z.object({
  model_name: z.string(),
  champion: anyObject,
  champion_metadata: z.object({ decided_at: z.string().nullable(), reason: z.string().nullable() }),
  version: z.string().nullable(),
  mode: z.string().nullable(),
  /** recorded: the console made the change. observed: another program did, and the console found it. */
  basis: z.enum(['recorded', 'observed']).nullable(),
  since: z.string().nullable(),
  until: z.string().nullable(),
  audit_directory: z.string().nullable(),
  pin: pinThenSchema.nullable(),
  proof: z.array(proofSchema),
  pin_proof: z.array(proofSchema),
});

export const guardrailStateSchema = z.object({
  state: z.enum(['ok', 'review', 'red', 'unknown', 'off']), active: z.boolean().nullable(), kill_switch: z.boolean().nullable(),
  share: z.number().nullable(), limit: z.number().nullable(), detail: z.string().nullable(),
});
export const signOffStateSchema = z.object({
  state: z.enum(['complete', 'missing', 'unknown', 'off']), missing: z.array(z.object({ role: z.string(), report: z.string().nullable() })), detail: z.string().nullable(),
});
export const gateReadingSchema = z.object({
  guardrail: guardrailStateSchema,
  sign_offs: signOffStateSchema,
  blocked_by: z.array(z.enum(['guardrail_unknown', 'guardrail_share', 'guardrail_active', 'kill_switch', 'sign_offs_unknown', 'sign_offs_missing'])),
});

export const scoreDeltaSchema = z.object({ directional_accuracy: z.number().nullable(), mae: z.number().nullable(), expected_pnl: z.number().nullable() });

export const modelRowSchema = z.object({
  model: z.string(),
  health: z.enum(['ok', 'degraded', 'no_champion', 'unreadable', 'interrupted']),
  problems: z.array(z.string()),
  version: z.string().nullable(),
  status: z.string().nullable(),
  decided_at: z.unknown(),
  reason: z.unknown(),
  metrics: anyObject,
  challenger_count: z.number().int(),
  challengers: z.array(z.object({ version: z.string().nullable(), status: z.string().nullable(), decided_at: z.unknown(), reason: z.unknown() })),
  best_challenger: z.object({ version: z.string().nullable(), score_delta: scoreDeltaSchema, better: z.boolean() }).nullable(),
  /** Which version trades now: the champion, or a challenger standing in for it. */
  runtime: z.object({
    version: z.string().nullable(), source: z.enum(['champion', 'challenger']).nullable(), fallback: z.boolean(),
    fallback_reason: z.enum(['champion_degraded', 'champion_missing', 'challenger_outperformed']).nullable(),
  }),
  pin: pinSchema.nullable(),
  pinned: z.boolean(),
});
export type ModelTableRow = Readonly<z.infer<typeof modelRowSchema>>;

export const metricRowSchema = z.object({
  metric: z.string(), champion: z.number().nullable(), candidate: z.number().nullable(), delta: z.number().nullable(),
  better: z.enum(['candidate', 'champion', 'equal']).nullable(),
});

export const comparisonSchema = z.object({
  model: z.string(),
  champion: anyObject.nullable(),
  candidate: anyObject,
  champion_version: z.string().nullable(),
  candidate_version: z.string().nullable(),
  metrics: z.array(metricRowSchema),
  parameters: z.array(z.object({ name: z.string(), champion: z.unknown(), candidate: z.unknown(), changed: z.boolean() })),
  score_delta: scoreDeltaSchema,
  candidate_degraded: z.boolean(),
  gates: gateReadingSchema,
});

export const modelHistorySchema = z.object({
  model: z.string(),
  promotions: z.array(z.object({
    name: z.string(), path: z.string(), version: z.string().nullable(), previous_version: z.string().nullable(), decided_at: z.string().nullable(),
    reason: z.string().nullable(), mode: z.string().nullable(), operator: z.string().nullable(), plan_id: z.string().nullable(), forced: z.boolean(),
  })),
  earlier_champions: z.array(z.object({
    version: z.string(), at: z.string().nullable(), decided_at: z.string().nullable(), reason: z.string().nullable(), source: z.enum(['history', 'audit']), report: anyObject,
  })),
  reigns: z.array(z.object({ version: z.string().nullable(), decided_at: z.unknown(), replaced_at: z.unknown(), replaced_by: z.unknown(), report: anyObject })),
  retired: z.array(z.object({ version: z.string().nullable(), retired_at: z.unknown(), why: z.unknown(), entry: z.unknown() })),
  reports: z.array(z.object({ file: z.string(), version: z.string().nullable(), evaluated_at: z.string().nullable(), status: z.string().nullable(), metrics: anyObject })),
});

/** Beside metrics that got worse: what is no longer there on the right side, and a champion that became degraded; they name no metric. */
export const regressionSchema = z.object({
  model: z.string(), kind: z.enum(['worse', 'metric_missing', 'champion_missing', 'degraded']), metric: z.string().nullable(),
  from: z.number().nullable(), to: z.number().nullable(), delta: z.number().nullable(), threshold: z.number(), direction: z.enum(['down', 'up']).nullable(),
});

export const modelSnapshotSchema = z.object({
  model: z.string(),
  repository: z.string(),
  quality_dir: z.string(),
  active_version: z.unknown(),
  decision_summary: anyObject,
  guardrail_summary: anyObject,
  controller_history: z.array(anyObject),
  recommendations: z.array(anyObject),
  performance_guard: z.record(z.string(), z.number()),
  champion: anyObject.optional(),
  challengers: z.array(anyObject).optional(),
  dry_run: z.literal(true).optional(),
  generated_at: z.string().optional(),
  recommended_promotion: z.object({ version: z.string().nullable(), score_delta: scoreDeltaSchema, blocked_by: z.array(z.string()) }).nullable().optional(),
});

/** What a promotion wrote, in the keys of the earlier command. */
export const promotionAnswerSchema = z.object({
  status: z.literal('ok'),
  model: z.string(),
  version: z.unknown(),
  reason: z.unknown(),
  champion_path: z.string(),
  challengers_path: z.string(),
  audit_directory: z.string(),
  /** The audit record as ReportCenter lists it. */
  audit_entry: reportEntrySchema.nullable(),
});
export type PromotionAnswer = Readonly<z.infer<typeof promotionAnswerSchema>>;

const pinFields = {
  pin: z.boolean().default(true).describe('hold the new champion against automation'),
  pin_until: z.string().max(64).optional().describe('when the pin ends by itself, an ISO 8601 instant (default: when somebody ends it)'),
  force: z.boolean().default(false).describe('go on although a guardrail or sign-off stands against it; asks for a word and is recorded'),
};
const planErrors = ['PATH_INVALID', 'PATH_OUTSIDE_ROOT', 'NOT_FOUND', 'DOCUMENT_CORRUPT'] as const;

export const modelOperations = {
  'models.champion': operation({
    kind: 'query',
    summary: 'Champion and challengers of each model, in the keys of the earlier command; or as they stood at an instant, with proof.',
    input: z.object({
      base_dir: baseDir, model: modelFilter,
      as_of: z.string().max(64).optional().describe('ISO 8601 instant: the champions and pins as they stood then, with the journal entries that prove it'),
    }).strict(),
    output: z.object({
      status: z.literal('ok'), base_directory: z.string(), models: z.array(z.union([modelThenSchema, modelOverviewSchema])),
      missing_models: z.array(z.string()).optional(), as_of: z.string().optional(), unknown_models: z.array(z.string()).optional(),
      /** Of an answer as of an instant: false where an entry that is named as proof was changed. */
      proof_holds: z.boolean().optional(),
    }),
    errors: ['PATH_INVALID', 'PATH_OUTSIDE_ROOT'],
    cli: cli('models', 'champion', [], 'models champion --model decision_engine'),
  }),
  'models.list': operation({
    kind: 'query',
    summary: 'Each model with its champion, challengers, health and pin.',
    input: z.object({ base_dir: baseDir }).strict(),
    output: z.object({ base_directory: z.string(), models: z.array(modelRowSchema) }),
    errors: ['PATH_INVALID', 'PATH_OUTSIDE_ROOT'],
    cli: cli('models', 'list', [], 'models list'),
  }),
  'models.compare': operation({
    kind: 'query',
    summary: 'One version against the champion, metric by metric and parameter by parameter.',
    input: z.object({ base_dir: baseDir, audit_dir: auditDir, model, version: z.string().min(1).max(200).describe('version to look at'), against: z.string().min(1).max(200).optional().describe('another version instead of the champion') }).strict(),
    output: comparisonSchema,
    errors: ['PATH_INVALID', 'PATH_OUTSIDE_ROOT', 'NOT_FOUND'],
    cli: cli('models', 'compare', ['model', 'version'], 'models compare decision_engine v2'),
  }),
  'models.history': operation({
    kind: 'query',
    summary: 'Every promotion of a model, its earlier champions, retired challengers and trained reports.',
    input: z.object({ base_dir: baseDir, audit_dir: auditDir, model }).strict(),
    output: modelHistorySchema,
    errors: ['PATH_INVALID', 'PATH_OUTSIDE_ROOT', 'NOT_FOUND'],
    cli: cli('models', 'history', ['model'], 'models history decision_engine'),
  }),
  'models.promote': operation({
    kind: 'plan',
    summary: 'Plan the promotion of a challenger: comparison, guardrail share, sign-offs and what will be written.',
    input: z.object({
      base_dir: baseDir, audit_dir: auditDir, model, version: z.string().min(1).max(200).describe('version of the challenger'),
      reason: reason.optional().describe('why it is promoted, at least 10 characters'),
      /** Not offered to people: only `ui-bridge promote` asks for it. */
      reason_from_challenger: z.boolean().default(false).meta({ description: 'as the earlier command: without a reason the challenger\'s own is stored', hidden: true }),
      ...pinFields,
    }).strict(),
    output: planViewSchema,
    errors: planErrors,
    cli: cli('models', 'promote', ['model', 'version'], 'models promote decision_engine v2 --reason "Champion degraded on Friday" --dry-run'),
  }),
  'models.promotion': operation({
    kind: 'query',
    summary: 'What an applied promotion or rollback wrote, in the keys of the earlier command.',
    input: z.object({ id: z.string().min(1).max(64).describe('id of the plan') }).strict(),
    output: promotionAnswerSchema,
    errors: ['NOT_FOUND', 'PLAN_STATE', 'PLAN_ALTERED', 'DOCUMENT_CORRUPT', 'DOCUMENT_NEWER'],
    cli: cli('models', 'promotion', ['id'], 'models promotion PLAN'),
  }),
  'models.rollback': operation({
    kind: 'plan',
    summary: 'Plan the return to an earlier champion.',
    input: z.object({
      base_dir: baseDir, audit_dir: auditDir, model, version: z.string().min(1).max(200).optional().describe('an earlier champion (default: the one before the present)'),
      reason: reason.describe('why it is rolled back, at least 10 characters'),
      ...pinFields,
    }).strict(),
    output: planViewSchema,
    errors: planErrors,
    cli: cli('models', 'rollback', ['model', 'version'], 'models rollback decision_engine v1 --reason "Losses since the promotion" --dry-run'),
  }),
  'models.pin': operation({
    kind: 'command',
    summary: 'Hold the present champion against automation.',
    input: z.object({
      base_dir: baseDir, model, reason: reason.describe('why it is pinned, at least 10 characters'),
      until: z.string().max(64).optional().describe('when the pin ends by itself, an ISO 8601 instant (default: when somebody ends it)'),
    }).strict(),
    output: z.object({ model: z.string(), pin: pinSchema.nullable() }),
    errors: ['PATH_INVALID', 'PATH_OUTSIDE_ROOT', 'NOT_FOUND', 'CONFLICT'],
    cli: cli('models', 'pin', ['model'], 'models pin decision_engine --reason "Observed until the audit" --until 2027-01-01T00:00Z'),
  }),
  'models.unpin': operation({
    kind: 'command',
    summary: 'End the pin of a model.',
    input: z.object({ base_dir: baseDir, model, reason: reason.describe('why the pin ends, at least 10 characters') }).strict(),
    output: z.object({ model: z.string(), pin: pinSchema.nullable() }),
    errors: ['PATH_INVALID', 'PATH_OUTSIDE_ROOT', 'NOT_FOUND', 'CONFLICT'],
    cli: cli('models', 'unpin', ['model'], 'models unpin decision_engine --reason "The audit has ended"'),
  }),
  'models.diff': operation({
    kind: 'command',
    summary: 'Compare the champions of two registries and store the report.',
    input: z.object({
      lhs: z.string().min(1).max(4096).optional().describe('registry to compare from (default deploy/packaging/samples/var/models/quality)'),
      rhs: z.string().min(1).max(4096).optional().describe('registry to compare to (default var/models/quality)'),
      model: modelFilter,
      output_dir: z.string().min(1).max(4096).optional().describe('folder of the report (default audit/champion_diffs)'),
      tag: z.string().max(64).optional().describe('text at the end of the file\'s name'),
      threshold: z.number().min(0).default(0).describe('a metric that got worse by more than this is a regression'),
      fail_on_regression: z.boolean().default(false).describe('exit status 4 where a metric got worse or vanished, or a champion vanished or became degraded'),
    }).strict(),
    output: z.object({
      path: z.string(), report: anyObject, regressions: z.array(regressionSchema), missing: z.object({ lhs: z.array(z.string()), rhs: z.array(z.string()) }),
      /** True where regressions were asked to fail and there are some: exit status 4. */
      failed: z.boolean(),
    }),
    errors: ['PATH_INVALID', 'PATH_OUTSIDE_ROOT', 'CONFLICT'],
    cli: cli('models', 'diff', [], 'models diff --lhs var/models/quality --model decision_engine'),
  }),
  'models.snapshot': operation({
    kind: 'query',
    summary: 'State of automatic mode for one model, in the keys of the earlier command.',
    input: z.object({
      model: model.optional(), repository: z.string().min(1).max(4096).optional().describe('model repository (default var/models/<model>)'),
      quality_dir: z.string().min(1).max(4096).optional().describe('registry (default beside the repository)'),
      dry_run: z.boolean().default(false).describe('add what would be promoted now and what stands against it'),
    }).strict(),
    output: modelSnapshotSchema,
    errors: ['PATH_INVALID', 'PATH_OUTSIDE_ROOT'],
    cli: cli('models', 'snapshot', [], 'models snapshot --model decision_engine --dry-run'),
  }),
} as const;
