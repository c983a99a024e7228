/**
 * Plans: what will happen, item by item, before it happens.
 *
 * A plan is an immutable document (`var/plans/<id>.json`) with a SHA-256 over its canonical JSON (RFC 8785); its state
 * (waiting, approved, applied, …) lives beside it in `<id>.state.json`. A plan is applied at most once.
 */
import * as z from 'zod';
import { actorSchema, instant, page, pageInfoSchema } from './common.ts';
import { notesField } from './notes.ts';
import { cli, operation } from './table.ts';

export const planStatuses = [
  'pending', 'approved', 'rejected', 'expired', 'applying', 'applied', 'partial', 'failed', 'cancelled', 'reverted', 'undone',
] as const;
export type PlanStatus = (typeof planStatuses)[number];

/** Why something is in a plan; `value` is the filter value or the fact that made it match. */
export const planReasonSchema = z.object({ code: z.string(), value: z.string().nullable() });

/**
 * One file, link or folder that the plan touches. `path` is absolute within `root` of the plan's target;
 * `mtime_ns`, `ino` and `dev` are decimal text because they do not fit a JSON number.
 */
export const planItemSchema = z.object({
  target: z.number().int(),
  path: z.string(),
  kind: z.enum(['file', 'directory', 'link', 'other']),
  size: z.number(),
  mtime_ns: z.string(),
  ino: z.string(),
  dev: z.string(),
  mode: z.number().int(),
  digest: z.string().nullable(),
});
export type PlanItem = Readonly<z.infer<typeof planItemSchema>>;

/** One report (or path, signal quality file, trash entry) with its totals. `n` is its position, from 0. */
export const planTargetSchema = z.object({
  n: z.number().int(),
  kind: z.enum(['report', 'path', 'signal_quality', 'trash_entry']),
  relative_path: z.string(),
  absolute_path: z.string(),
  category: z.string().nullable(),
  updated_at: z.string().nullable(),
  files: z.number().int(),
  directories: z.number().int(),
  bytes: z.number(),
  /** Where a copy goes; null for removals. */
  destination: z.string().nullable(),
  status: z.enum(['planned', 'skipped_existing', 'not_found', 'error']),
  error: z.string().nullable(),
  notes: notesField,
  reasons: z.array(planReasonSchema),
});
export type PlanTarget = Readonly<z.infer<typeof planTargetSchema>>;

/** Something that matched but stays, and why. */
export const planProtectedSchema = z.object({ path: z.string(), rule: z.string(), reason: z.string(), notes: notesField });

export const planTotalsSchema = z.object({
  targets: z.number().int(),
  files: z.number().int(),
  directories: z.number().int(),
  bytes: z.number(),
  /** Bytes freed on the volume at once; 0 while the content only moves to the trash. */
  reclaimed_bytes: z.number(),
});

export const planPolicySchema = z.object({
  approval: z.enum(['off', 'required']),
  unapproved_minutes: z.number(),
  approved_hours: z.number(),
});

/** The immutable document. `digest` covers everything else; `content_digest` only what would be done, not who or when. */
export const planDocumentSchema = z.object({
  schema: z.literal('sterownia.plan/1'),
  id: z.string(),
  operation: z.string(),
  input: z.record(z.string(), z.unknown()),
  workspace_id: z.string(),
  host: z.string(),
  created_at: instant,
  expires_at: instant,
  author: actorSchema,
  base: z.string(),
  policy: planPolicySchema,
  /** The word that must be typed to apply it, or null. */
  confirmation: z.string().nullable(),
  permanent: z.boolean(),
  trash_until: instant.nullable(),
  totals: planTotalsSchema,
  /** Facts of the area that made it, for example the filters used or the destination. */
  facts: z.record(z.string(), z.unknown()),
  targets: z.array(planTargetSchema),
  items: z.array(planItemSchema),
  protected: z.array(planProtectedSchema),
  content_digest: z.string(),
  digest: z.string(),
});
export type PlanDocument = Readonly<z.infer<typeof planDocumentSchema>>;

export const targetResultSchema = z.object({
  n: z.number().int(),
  relative_path: z.string(),
  absolute_path: z.string(),
  destination: z.string().nullable(),
  status: z.enum(['done', 'skipped_existing', 'not_found', 'error', 'not_started', 'undone']),
  files: z.number().int(),
  directories: z.number().int(),
  bytes: z.number(),
  error: z.string().nullable(),
  notes: notesField,
});
export type TargetResult = Readonly<z.infer<typeof targetResultSchema>>;

/** What was seen to happen. `status` uses the words of the earlier command. */
export const applyOutcomeSchema = z.object({
  status: z.enum(['empty', 'completed', 'partial_failure', 'error', 'cancelled', 'reverted']),
  started_at: instant,
  ended_at: instant,
  actor: actorSchema,
  done: z.number().int(),
  skipped: z.number().int(),
  failed: z.number().int(),
  files: z.number().int(),
  directories: z.number().int(),
  bytes: z.number(),
  trash_id: z.string().nullable(),
  evidence: z.array(z.string()),
  error: z.string().nullable(),
  notes: notesField,
});
export type ApplyOutcome = Readonly<z.infer<typeof applyOutcomeSchema>>;

/** The plan without its long lists: kept beside the state so that lists need not open every plan. */
export const planHeaderSchema = planDocumentSchema
  .omit({ schema: true, targets: true, items: true, protected: true })
  .extend({ target_count: z.number().int(), planned_count: z.number().int(), item_count: z.number().int(), protected_count: z.number().int() });
export type PlanHeader = Readonly<z.infer<typeof planHeaderSchema>>;

export const planStateSchema = z.object({
  schema: z.literal('sterownia.plan-state/1'),
  id: z.string(),
  header: planHeaderSchema,
  revision: z.number().int(),
  status: z.enum(planStatuses),
  approval: z.object({ actor: actorSchema, at: instant, note: z.string().nullable(), digest: z.string() }).nullable(),
  rejection: z.object({ actor: actorSchema, at: instant, reason: z.string() }).nullable(),
  requested: z.object({ actor: actorSchema, at: instant, note: z.string().nullable() }).nullable(),
  outcome: applyOutcomeSchema.nullable(),
  undo: z.object({
    actor: actorSchema, at: instant, restored: z.number().int(), failed: z.number().int(),
    /** The first of what could not be put back; absent where all went well. */
    problems: z.array(z.string()).optional(),
  }).nullable(),
});
export type PlanState = Readonly<z.infer<typeof planStateSchema>>;

/** A line of "what it needs" in the dialog; the button lives when all are met. */
export const planNeedSchema = z.object({
  kind: z.enum(['fresh', 'not_empty', 'approval', 'confirmation', 'role', 'licence', 'sign_off', 'guardrail']),
  met: z.boolean(),
  detail: z.string().nullable(),
});

/** Header of a plan with its state: what a list or dialog needs. `protected` is empty in lists; `protected_count` tells. */
export const planViewSchema = planHeaderSchema
  .extend({
    protected: z.array(planProtectedSchema),
    status: z.enum(planStatuses),
    /** The instant after which it can no longer be applied, in its present state. */
    valid_until: instant,
    needs: z.array(planNeedSchema),
    approval: planStateSchema.shape.approval,
    rejection: planStateSchema.shape.rejection,
    requested: planStateSchema.shape.requested,
    outcome: applyOutcomeSchema.nullable(),
    undo: planStateSchema.shape.undo,
    can_undo: z.boolean(),
    revision: z.number().int(),
  });
export type PlanView = Readonly<z.infer<typeof planViewSchema>>;

/** One difference between a plan and the disk. */
export const driftSchema = z.object({
  path: z.string(),
  target: z.number().int().nullable(),
  change: z.enum(['changed', 'appeared', 'gone', 'unreadable', 'now_protected']),
  detail: z.string(),
  notes: notesField,
});
export type Drift = Readonly<z.infer<typeof driftSchema>>;

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{5,63}$/, 'an id as printed by "plans list"').describe('id of the plan');
const planNote = z.string().trim().max(1024).optional();

export const planOperations = {
  'plans.list': operation({
    kind: 'query',
    summary: 'Plans, newest first.',
    input: z.object({
      ...page,
      status: z.array(z.enum(planStatuses)).default([]).describe('only plans in this state; may be given several times'),
      operation: z.string().max(100).optional().describe('only plans of this operation, for example reports.purge'),
    }).strict(),
    output: z.object({ plans: z.array(planViewSchema), pagination: pageInfoSchema, problems: z.array(z.object({ path: z.string(), message: z.string(), notes: notesField })) }),
    cli: cli('plans', 'list', [], 'plans list --status pending'),
  }),
  'plans.show': operation({
    kind: 'query',
    summary: 'One plan: what it would do, what it needs, what became of it.',
    input: z.object({ id }).strict(),
    output: planViewSchema,
    errors: ['NOT_FOUND', 'PLAN_ALTERED', 'DOCUMENT_CORRUPT', 'DOCUMENT_NEWER'],
    cli: cli('plans', 'show', ['id'], 'plans show PLAN'),
  }),
  'plans.targets': operation({
    kind: 'query',
    summary: 'The targets of a plan, a page at a time, each with its result once applied.',
    input: z.object({
      id, ...page,
      sort: z.enum(['n', 'relative_path', 'bytes', 'files', 'updated_at', 'status']).default('n').describe('sort key'),
      sort_direction: z.enum(['asc', 'desc']).default('asc').describe('sort direction'),
      query: z.string().max(1024).optional().describe('text to find in the path'),
      problems_only: z.boolean().default(false).describe('only targets that are or went wrong'),
    }).strict(),
    output: z.object({
      targets: z.array(planTargetSchema.extend({ result: targetResultSchema.nullable() })),
      pagination: pageInfoSchema,
    }),
    errors: ['NOT_FOUND', 'PLAN_ALTERED', 'DOCUMENT_CORRUPT', 'DOCUMENT_NEWER'],
    cli: cli('plans', 'targets', ['id'], 'plans targets PLAN'),
  }),
  'plans.items': operation({
    kind: 'query',
    summary: 'The files, links and folders of a plan, a page at a time.',
    input: z.object({ id, ...page, target: z.number().int().min(0).optional().describe('only items of this target') }).strict(),
    output: z.object({ items: z.array(planItemSchema), pagination: pageInfoSchema }),
    errors: ['NOT_FOUND', 'PLAN_ALTERED', 'DOCUMENT_CORRUPT', 'DOCUMENT_NEWER'],
    cli: cli('plans', 'items', ['id'], 'plans items PLAN --target 0'),
  }),
  'plans.check': operation({
    kind: 'query',
    summary: 'Compare a plan with the disk and name every difference.',
    input: z.object({ id }).strict(),
    output: z.object({ fresh: z.boolean(), drift: z.array(driftSchema), drift_count: z.number().int(), checked_at: instant }),
    errors: ['NOT_FOUND', 'PLAN_ALTERED', 'DOCUMENT_CORRUPT', 'DOCUMENT_NEWER'],
    cli: cli('plans', 'check', ['id'], 'plans check PLAN'),
  }),
  'plans.export': operation({
    kind: 'query',
    summary: 'The whole plan as one JSON document, for a supervisor or the audit folder.',
    input: z.object({ id }).strict(),
    output: z.object({ plan: planDocumentSchema, state: planStateSchema, results: z.array(targetResultSchema) }),
    errors: ['NOT_FOUND', 'PLAN_ALTERED', 'DOCUMENT_CORRUPT', 'DOCUMENT_NEWER'],
    cli: cli('plans', 'export', ['id'], 'plans export PLAN --output preview.json'),
  }),
  'plans.request': operation({
    kind: 'command',
    summary: 'Ask for the approval of a plan.',
    input: z.object({ id, note: planNote.describe('a word to the approver') }).strict(),
    output: planViewSchema,
    errors: ['NOT_FOUND', 'PLAN_STATE', 'PLAN_EXPIRED', 'PLAN_ALTERED', 'REVISION_CONFLICT'],
    cli: cli('plans', 'request', ['id'], 'plans request PLAN --note "monthly clean-up"'),
  }),
  'plans.approve': operation({
    kind: 'command',
    summary: 'Approve a plan, also one whose approval nobody has requested.',
    input: z.object({ id, digest: z.string().length(64).optional().describe('digest that the approver saw; refused when it differs'), note: planNote.describe('a word to the author') }).strict(),
    output: planViewSchema,
    errors: ['NOT_FOUND', 'PLAN_STATE', 'PLAN_EXPIRED', 'PLAN_ALTERED', 'APPROVER_IS_AUTHOR', 'REVISION_CONFLICT', 'INTEGRITY'],
    role: 'admin',
    cli: cli('plans', 'approve', ['id'], 'plans approve PLAN'),
  }),
  'plans.reject': operation({
    kind: 'command',
    summary: 'Reject a plan with a reason.',
    input: z.object({ id, reason: z.string().trim().min(3).max(1024).describe('why it is rejected') }).strict(),
    output: planViewSchema,
    errors: ['NOT_FOUND', 'PLAN_STATE', 'PLAN_EXPIRED', 'PLAN_ALTERED', 'REVISION_CONFLICT'],
    role: 'admin',
    cli: cli('plans', 'reject', ['id'], 'plans reject PLAN --reason "needed by the audit"'),
  }),
  'plans.apply': operation({
    kind: 'command',
    summary: 'Apply a plan once, after checking every item again under the lock.',
    input: z.object({ id, confirmation: z.string().max(200).optional().describe('the word that the plan asks for') }).strict(),
    output: planViewSchema,
    errors: [
      'NOT_FOUND', 'PLAN_STATE', 'PLAN_EXPIRED', 'PLAN_STALE', 'PLAN_ALTERED', 'APPROVAL_REQUIRED', 'CONFIRMATION_REQUIRED',
      'GATE_SHUT', 'PROTECTED', 'CONFLICT', 'PATH_OUTSIDE_ROOT', 'INTEGRITY', 'REVISION_CONFLICT',
    ],
    long: true,
    cli: cli('plans', 'apply', ['id'], 'plans apply PLAN --confirmation permanent'),
  }),
  'plans.undo': operation({
    kind: 'command',
    summary: 'Undo an applied plan: put back what it removed, take away what it made.',
    input: z.object({ id }).strict(),
    output: planViewSchema,
    errors: ['NOT_FOUND', 'PLAN_STATE', 'PLAN_ALTERED', 'CONFLICT', 'INTEGRITY', 'REVISION_CONFLICT'],
    long: true,
    cli: cli('plans', 'undo', ['id'], 'plans undo PLAN'),
  }),
} as const;
