/** The workspace itself: what it is, its policy, and the check that proves nothing was lost. */
import * as z from 'zod';
import { instant } from './common.ts';
import { automodeConfigSchema, metricsConfigSchema } from './automode.ts';
import { retrainingConfigSchema } from './retraining.ts';
import { notesField } from './notes.ts';
import { cli, operation } from './table.ts';

/** Operations whose plans the policy can put under a second person. */
export const gatedOperations = ['reports.delete', 'reports.purge', 'reports.archive', 'trash.empty', 'models.promote', 'models.rollback', 'artifacts.activate', 'artifacts.rollback'] as const;

const approval = z.enum(['off', 'required']);

/**
 * `config/console.json`. All fields are optional; unknown keys are kept and reported, so that a newer console's file
 * opens here. Protected paths are glob patterns relative to the workspace, for example `var/reports/audit/**`.
 */
export const consoleConfigSchema = z.looseObject({
  schema: z.literal('sterownia.console/1').default('sterownia.console/1'),
  approval: z.record(z.string(), approval).default({}),
  unapproved_minutes: z.number().positive().max(60 * 24 * 30).default(10),
  approved_hours: z.number().positive().max(24 * 90).default(24),
  protected_paths: z.array(z.string().min(1)).default([]),
  trash_retention_days: z.number().min(0).max(3650).default(30),
  archive_roots: z.array(z.string().min(1)).default([]),
  admins: z.array(z.string().min(1)).default([]),
  viewers: z.array(z.string().min(1)).default([]),
  retraining: retrainingConfigSchema.prefault({}),
  automode: automodeConfigSchema.prefault({}),
  metrics: metricsConfigSchema.prefault({}),
  /** Read by the gate of sign-offs itself: a mistake in it shuts that gate, not the whole file. See `signOffPolicySchema`. */
  sign_offs: z.unknown().optional(),
  /** Read by the verification of bundles itself. See `artifactsConfigSchema`. */
  artifacts: z.unknown().optional(),
});
export type ConsoleConfig = Readonly<z.infer<typeof consoleConfigSchema>>;

export const workspaceInfoSchema = z.object({
  id: z.string(),
  path: z.string(),
  name: z.string(),
  demo: z.boolean(),
  host: z.string(),
  /** Why nothing may be changed, or null. */
  read_only: z.string().nullable(),
  read_only_notes: notesField,
});
export type WorkspaceInfo = Readonly<z.infer<typeof workspaceInfoSchema>>;

export const checkFindingSchema = z.object({
  kind: z.enum([
    'interrupted_plan', 'lost_file', 'orphan_trash', 'orphan_partial', 'archive_mismatch', 'journal', 'document_corrupt',
    'document_newer', 'evidence_missing', 'plan_altered', 'journal_disagrees',
  ]),
  severity: z.enum(['repaired', 'warning', 'problem']),
  path: z.string().nullable(),
  plan_id: z.string().nullable(),
  message: z.string(),
});
export type CheckFinding = Readonly<z.infer<typeof checkFindingSchema>>;

export const workspaceOperations = {
  'workspace.info': operation({
    kind: 'query',
    summary: 'Which workspace this is, with its policy.',
    input: z.object({}).strict(),
    output: z.object({ workspace: workspaceInfoSchema, policy: consoleConfigSchema, policy_path: z.string(), policy_problems: z.array(z.string()), policy_problem_notes: notesField }),
    errors: ['DOCUMENT_CORRUPT', 'DOCUMENT_NEWER'],
    cli: cli('workspace', 'info', [], 'workspace info'),
  }),
  'workspace.check': operation({
    kind: 'command',
    summary: 'Complete or revert what a crash left, then prove that every file is in place, in the trash or in a verified archive; where the workspace can only be read, just look.',
    input: z.object({ digests: z.boolean().default(false).describe('also read and verify every archived file again') }).strict(),
    output: z.object({
      status: z.enum(['clean', 'repaired', 'problems']),
      findings: z.array(checkFindingSchema),
      plans: z.number().int(),
      trash_entries: z.number().int(),
      files_checked: z.number().int(),
      checked_at: instant,
      /** True where the workspace can only be read: what a crash left, or could be repaired, was named and left. */
      read_only: z.boolean(),
    }),
    long: true,
    cli: cli('workspace', 'check', [], 'workspace check'),
  }),
} as const;
