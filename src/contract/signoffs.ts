/** Sign-offs: the gate of risk and compliance before a model is activated, and what waits for a signature. */
import * as z from 'zod';
import { actorSchema, instant } from './common.ts';
import { cli, operation } from './table.ts';

/** Completed are `approved` and `waived`; everything else leaves the gate shut. */
export const signOffStatuses = ['pending', 'approved', 'rejected', 'escalated', 'waived', 'investigating'] as const;
export type SignOffStatus = (typeof signOffStatuses)[number];

/** What a person can set; `pending` is where every report starts. */
export const settableSignOffStatuses = ['approved', 'rejected', 'waived', 'escalated', 'investigating'] as const;

export const auditReportKinds = ['data_quality', 'drift', 'walk_forward'] as const;
export type AuditReportKind = (typeof auditReportKinds)[number];

const roleName = z.string().trim().toLowerCase().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'letters, digits, "_" and "-"');

/** Stands for a member of the policy that nobody can read, because the whole file is damaged: it is not the same as one that is not there. */
export const unreadablePolicy = 'unreadable';

/** `sign_offs` in `config/console.json`. */
export const signOffPolicySchema = z.object({
  /** False switches the gate off. */
  required: z.boolean().default(true),
  roles: z.array(roleName).min(1).default(['risk', 'compliance']),
  /** Kinds of which there must be at least one report: a gate without evidence stays shut. */
  require_reports: z.array(z.enum(['data_quality', 'drift'])).default(['data_quality', 'drift']),
  /** Nobody signs one report in two roles. */
  four_eyes: z.boolean().default(true),
  /** True: signatures that another program wrote into a report, unknown to the history, do not count. */
  recorded_only: z.boolean().default(false),
  longest_waiver_days: z.number().int().min(1).max(3650).default(90),
  /** Accounts that may sign in a role, also in a report by another program; a role without a list is open to every operator. */
  signers: z.record(roleName, z.array(z.string().min(1))).default({}),
}).strict();
export type SignOffPolicy = Readonly<z.infer<typeof signOffPolicySchema>>;

export const missingReasons = [
  'unsigned', 'rejected', 'escalated', 'investigating', 'unknown_status', 'waiver_expired', 'waiver_without_expiry', 'same_person',
  'content_changed', 'contradicts_history', 'unrecorded', 'unreadable', 'signer_unknown',
] as const;
export type MissingReason = (typeof missingReasons)[number];

/** A report that needs a signature which it does not have. */
export const missingSignOffSchema = z.object({
  kind: z.enum(auditReportKinds),
  category: z.string(),
  /** Status of the role's signature; `unreadable` where the report itself cannot be read. */
  status: z.enum([...signOffStatuses, 'unreadable']),
  reason: z.enum(missingReasons),
  /** Path relative to the workspace, as `signoffs.sign` takes it. */
  report: z.string(),
  report_path: z.string(),
  timestamp: z.string().nullable(),
  /** SHA-256 over the report without its signatures; null where it cannot be read. */
  content_hash: z.string().nullable(),
  /** Why it needs a signature, or why it cannot be read. */
  detail: z.string(),
  signed_by: z.string().nullable(),
  expires_at: z.string().nullable(),
});
export type MissingSignOff = Readonly<z.infer<typeof missingSignOffSchema>>;

export const gateReasonSchema = z.object({
  code: z.enum(['switched_off', 'policy_invalid', 'reports_missing', 'reports_unreadable', 'history_broken', 'sign_offs_missing']),
  message: z.string(),
});

export const signOffGateSchema = z.object({
  open: z.boolean(),
  /** True where it cannot be told whether everything is signed; the gate is shut then. */
  unknown: z.boolean(),
  required: z.boolean(),
  roles: z.array(z.string()),
  /** Per role all reports that lack its signature, newest first; never cut. */
  missing: z.record(z.string(), z.array(missingSignOffSchema)),
  reasons: z.array(gateReasonSchema),
  /** Reports that were read, and those of them that need signatures. */
  reports: z.number().int(),
  alerts: z.number().int(),
  evaluated_at: instant,
});
export type SignOffGate = Readonly<z.infer<typeof signOffGateSchema>>;

/** One line of `audit/ai_decision/signoffs/history.jsonl`, chained by `prev` and `hash`. */
export const signOffRecordSchema = z.object({
  schema: z.literal('sterownia.sign-off/1'),
  seq: z.number().int(),
  id: z.string(),
  at: instant,
  report: z.string(),
  kind: z.enum(auditReportKinds),
  report_hash: z.string(),
  role: z.string(),
  status: z.enum(signOffStatuses),
  signed_by: z.string(),
  actor: actorSchema,
  notes: z.string().nullable(),
  expires_at: z.string().nullable(),
  /** What the report said about this role before. */
  previous: z.object({ status: z.string().nullable(), signed_by: z.string().nullable(), timestamp: z.string().nullable() }),
  prev: z.string(),
  hash: z.string(),
});
export type SignOffRecord = Readonly<z.infer<typeof signOffRecordSchema>>;

/** A report with the state of every role: a row of the inbox. */
export const signOffReportSchema = z.object({
  kind: z.enum(auditReportKinds),
  category: z.string(),
  report: z.string(),
  timestamp: z.string().nullable(),
  needs_signature: z.boolean(),
  readable: z.boolean(),
  detail: z.string(),
  content_hash: z.string().nullable(),
  roles: z.array(z.object({
    role: z.string(),
    status: z.enum(signOffStatuses),
    completed: z.boolean(),
    reason: z.enum(missingReasons).nullable(),
    signed_by: z.string().nullable(),
    timestamp: z.string().nullable(),
    notes: z.string().nullable(),
    expires_at: z.string().nullable(),
    /** True where the history knows of it; false for what another program wrote. */
    recorded: z.boolean(),
  })),
});
export type SignOffReport = Readonly<z.infer<typeof signOffReportSchema>>;

const limit = z.number().int().min(1).max(1000).default(20).describe('settled reports to add, newest first; open ones are always all there');
const roleList = z.array(roleName).default([]).describe('only this role; may be given several times (default: those of the policy)');

export const signOffOperations = {
  'signoffs.check': operation({
    kind: 'query',
    summary: 'Whether every alert is signed by every role; shut also when reports are missing or cannot be read.',
    input: z.object({ role: roleList }).strict(),
    output: signOffGateSchema,
    cli: cli('signoffs', 'check', [], 'signoffs check'),
  }),
  'signoffs.pending': operation({
    kind: 'query',
    summary: 'Reports that wait for a signature, and the newest settled ones.',
    input: z.object({
      role: roleList,
      limit,
      walk_forward: z.boolean().default(false).describe('also walk-forward reports, which the gate does not ask for'),
    }).strict(),
    output: z.object({
      roles: z.array(z.string()),
      pending: z.record(z.string(), z.array(missingSignOffSchema)),
      reports: z.array(signOffReportSchema),
      evaluated_at: instant,
    }),
    cli: cli('signoffs', 'pending', [], 'signoffs pending --role risk'),
  }),
  'signoffs.show': operation({
    kind: 'query',
    summary: 'One report as a signer has to see it: its content, and the state of every role.',
    input: z.object({ report: z.string().min(1).max(4096).describe('path of the report as "signoffs pending" prints it') }).strict(),
    output: z.object({
      report: signOffReportSchema,
      /** JSON with two spaces, without the signatures; null where it cannot be read. */
      content: z.string().nullable(),
      /** True where only the beginning is given. */
      cut: z.boolean(),
    }),
    errors: ['NOT_FOUND', 'PATH_OUTSIDE_ROOT'],
    cli: cli('signoffs', 'show', ['report'], 'signoffs show audit/ai_decision/drift/20261120T080000Z_drift_alert.json'),
  }),
  'signoffs.sign': operation({
    kind: 'command',
    summary: 'Sign a report in a role, reject it, or waive the signature until a given instant.',
    input: z.object({
      report: z.string().min(1).max(4096).describe('path of the report as "signoffs pending" prints it'),
      role: roleName.describe('role in which you sign'),
      status: z.enum(settableSignOffStatuses).describe('what you decide'),
      notes: z.string().trim().max(4096).optional().describe('why; at least 10 characters for waived and rejected'),
      expires_at: z.string().max(64).optional().describe('end of a waiver, ISO 8601 date or instant'),
      expected_hash: z.string().regex(/^[0-9a-f]{64}$/).optional().describe('content_hash of what you looked at; refused when the report is another one by now'),
    }).strict(),
    output: z.object({ record: signOffRecordSchema, report_updated: z.boolean(), gate: signOffGateSchema }),
    errors: ['NOT_FOUND', 'PATH_OUTSIDE_ROOT', 'PATH_INVALID', 'REVISION_CONFLICT', 'DOCUMENT_CORRUPT', 'INTEGRITY'],
    cli: cli('signoffs', 'sign', ['report'], 'signoffs sign audit/ai_decision/drift/20261120T080000Z_drift_alert.json --role risk --status approved'),
  }),
  'signoffs.history': operation({
    kind: 'query',
    summary: 'Every signature that was ever given here, newest first, and whether its chain holds.',
    input: z.object({
      report: z.string().max(4096).optional().describe('only this report'),
      role: roleName.optional().describe('only this role'),
      limit: z.number().int().min(1).max(1000).default(100).describe('records to return, 1 to 1000'),
    }).strict(),
    output: z.object({ records: z.array(signOffRecordSchema), total: z.number().int(), problems: z.array(z.string()) }),
    cli: cli('signoffs', 'history', [], 'signoffs history --role risk'),
  }),
} as const;
