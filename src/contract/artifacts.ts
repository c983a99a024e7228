/** Model artifacts: judged as they lie on disk, published into a repository, activated through the gate, verified. */
import * as z from 'zod';
import { instant, reason } from './common.ts';
import { planViewSchema } from './plans.ts';
import { cli, operation } from './table.ts';

export const artifactErrorSchema = z.object({
  /** JSONPath, for example `$.metrics.train.mae`. */
  path: z.string(),
  keyword: z.string(),
  property: z.string().nullable(),
  message: z.string(),
});

export const artifactVerdictSchema = z.object({
  valid: z.boolean(),
  errors: z.array(artifactErrorSchema),
  warnings: z.array(z.object({ path: z.string(), message: z.string() })),
});
export type ArtifactVerdictView = Readonly<z.infer<typeof artifactVerdictSchema>>;

export const modelVersionSchema = z.object({
  version: z.string(),
  /** As the manifest has it, relative to the folder of the model. */
  file: z.string(),
  path: z.string().nullable(),
  saved_at: z.string().nullable(),
  active: z.boolean(),
  aliases: z.array(z.string()),
  metrics: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.unknown()),
  quality_report: z.unknown(),
  /** Why this version cannot be used as it is, or null; `artifacts verify` looks deeper. */
  problem: z.string().nullable(),
});
export type ModelVersion = Readonly<z.infer<typeof modelVersionSchema>>;

export const modelRepositorySchema = z.object({
  model: z.string(),
  directory: z.string(),
  active: z.string().nullable(),
  aliases: z.record(z.string(), z.string()),
  /** Highest version first; numbers inside a version count as numbers. */
  versions: z.array(modelVersionSchema),
  /** Why the manifest cannot be read, or null. */
  problem: z.string().nullable(),
});
export type ModelRepositoryView = Readonly<z.infer<typeof modelRepositorySchema>>;

export const artifactFindingKinds = [
  'manifest_unreadable', 'file_missing', 'path_outside', 'artifact_invalid', 'version_mismatch', 'alias_dangling', 'alias_disagrees', 'active_missing', 'unregistered_file',
  'checksum_missing', 'checksum_mismatch', 'bundle_incomplete', 'bundle_unreadable', 'signature_missing', 'signature_invalid', 'signature_unknown_key',
  'signature_key_unusable', 'artifact_changed', 'bundle_missing',
] as const;

/**
 * `artifacts` in `config/console.json`. A key is named by its file, absolute or relative to the workspace, which only its
 * owner may open; the key itself never stands in the policy.
 */
export const artifactsConfigSchema = z.object({
  signature_keys: z.array(z.object({ id: z.string().trim().min(1).max(100).nullable().default(null), file: z.string().trim().min(1).max(4096) }).strict()).max(100).default([]),
  /** True: only a version that a signed bundle stands for may be activated; one without, or an unsigned bundle, is a problem. */
  require_signature: z.boolean().default(false),
}).strict();

export const artifactFindingSchema = z.object({
  kind: z.enum(artifactFindingKinds),
  severity: z.enum(['problem', 'warning']),
  /** Empty where it concerns no model: a key. */
  model: z.string(),
  version: z.string().nullable(),
  path: z.string(),
  message: z.string(),
});
export type ArtifactFinding = Readonly<z.infer<typeof artifactFindingSchema>>;

const model = z.string().min(1).max(200).describe('name of the model, a folder below models');
const planErrors = ['NOT_FOUND', 'PATH_OUTSIDE_ROOT', 'PATH_INVALID', 'DOCUMENT_CORRUPT', 'INTEGRITY'] as const;

export const artifactOperations = {
  'artifacts.validate': operation({
    kind: 'query',
    summary: 'Judge a model artifact as it lies on disk against the schema; names every fault.',
    input: z.object({
      model,
      ref: z.string().min(1).max(255).default('@latest').describe('version, alias, @active, @latest, or file name below the model\'s folder'),
    }).strict(),
    output: artifactVerdictSchema.extend({ model: z.string(), version: z.string().nullable(), path: z.string(), sha256: z.string() }),
    errors: ['NOT_FOUND', 'PATH_OUTSIDE_ROOT', 'PATH_INVALID', 'DOCUMENT_CORRUPT'],
    cli: cli('artifacts', 'validate', ['model', 'ref'], 'artifacts validate decision_engine @latest'),
  }),
  'artifacts.list': operation({
    kind: 'query',
    summary: 'Models with their versions, aliases and active version.',
    input: z.object({ model: model.optional() }).strict(),
    output: z.object({ models: z.array(modelRepositorySchema) }),
    errors: ['NOT_FOUND', 'PATH_INVALID'],
    cli: cli('artifacts', 'list', [], 'artifacts list'),
  }),
  'artifacts.publish': operation({
    kind: 'command',
    summary: 'Put a valid artifact into the repository under a version, with a signed bundle where a key is set up; the active version stays as it is.',
    input: z.object({
      model,
      path: z.string().min(1).max(4096).describe('artifact inside the workspace'),
      version: z.string().min(1).max(100).describe('version under which it is kept; never given twice'),
      alias: z.array(z.string().min(1).max(100)).default(['latest']).describe('alias to move to this version; may be given several times'),
    }).strict(),
    output: z.object({
      version: modelVersionSchema,
      sha256: z.string(),
      already_there: z.boolean(),
      /** The signed bundle that stands for this version, relative to the workspace; null where there is none. */
      bundle: z.string().nullable(),
      /** Why there is no bundle although there should be one. */
      warnings: z.array(z.string()),
    }),
    errors: ['CONFLICT', 'NOT_FOUND', 'PATH_OUTSIDE_ROOT', 'PATH_INVALID', 'DOCUMENT_CORRUPT', 'REVISION_CONFLICT'],
    cli: cli('artifacts', 'publish', ['model', 'path', 'version'], 'artifacts publish decision_engine data/artifacts/btc.json v12'),
  }),
  'artifacts.activate': operation({
    kind: 'plan',
    summary: 'Plan to make a version the active one; goes through the sign-off gate.',
    input: z.object({ model, ref: z.string().min(1).max(255).describe('version or alias'), reason: reason.describe('why, at least 10 characters') }).strict(),
    output: planViewSchema,
    errors: planErrors,
    cli: cli('artifacts', 'activate', ['model', 'ref'], 'artifacts activate decision_engine latest --reason "better on every window" --dry-run'),
  }),
  'artifacts.rollback': operation({
    kind: 'plan',
    summary: 'Plan to go back to the version that was active before, or to a named earlier one; goes through the sign-off gate, or past it with --force.',
    input: z.object({
      model,
      ref: z.string().min(1).max(255).default('@previous').describe('version that was active before'),
      reason: reason.describe('why, at least 10 characters'),
      force: z.boolean().default(false).describe('go back although sign-offs stand against it; asks for a word and is recorded'),
    }).strict(),
    output: planViewSchema,
    errors: planErrors,
    cli: cli('artifacts', 'rollback', ['model'], 'artifacts rollback decision_engine --reason "drift after activation" --dry-run'),
  }),
  'artifacts.verify': operation({
    kind: 'query',
    summary: 'Verify manifest, artifacts, and the checksums and signatures of bundles.',
    input: z.object({
      model: model.optional(),
      require_signature: z.boolean().default(false).describe('count a version without a signed bundle, and a bundle without a signature, as a problem'),
    }).strict(),
    output: z.object({ status: z.enum(['verified', 'problems']), versions: z.number().int(), bundles: z.number().int(), findings: z.array(artifactFindingSchema), verified_at: instant }),
    errors: ['NOT_FOUND', 'PATH_INVALID'],
    long: true,
    cli: cli('artifacts', 'verify', [], 'artifacts verify'),
  }),
} as const;
