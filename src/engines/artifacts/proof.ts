/**
 * Promise: what is to be activated is what was published: by the operations journal, and, where the policy asks for signatures,
 * by a signed bundle of the same bytes.
 */
import type { ConsoleConfig, JournalEntry } from '#contract';
import type { Journal } from '#engines/journal';
import type { EngineContext } from '#engines/storage';
import { signedBundle } from './bundles.ts';
import { bundleKeys } from './keys.ts';
import type { LoadedArtifact } from './repository.ts';
import { integrityKeyword } from './validate.ts';

/** Hashes of versions as the journal has them; the keys are made by {@link versionKey}. */
export type PublishedHashes = ReadonlyMap<string, string>;

export const versionKey = (model: string, version: string): string => `${model}\0${version}`;

/** Publishing by a person, and by a training. */
const publishing = ['artifact_publish', 'retraining_run'];
const everything = 1_000_000;

const textIn = (data: unknown, key: string): string | null => {
  const value: unknown = typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>)[key] : null;
  return typeof value === 'string' ? value : null;
};

const shaIn = ({ type, data }: JournalEntry): string | null => (type === 'retraining_run' ? textIn(data['artifact'], 'sha256') : textIn(data, 'sha256'));

/** The newest counts: a version that was removed may be published again. */
export function publishedHashes(journal: Pick<Journal, 'list'>): PublishedHashes {
  const found = new Map<string, string>();
  for (const entry of journal.list({ type: publishing, limit: everything }).entries.toReversed()) {
    const [model, version, sha256] = [textIn(entry.data, 'model'), textIn(entry.data, 'version'), shaIn(entry)];
    if (entry.stage === 'outcome' && model !== null && version !== null && sha256 !== null) found.set(versionKey(model, version), sha256);
  }
  return found;
}

export interface ProofParts {
  readonly context: EngineContext;
  readonly config: ConsoleConfig;
  readonly journal: Pick<Journal, 'list'>;
}

/** Why the artifact must not be activated, or null. */
export function faultOf({ context, config, journal }: ProofParts, model: string, { verdict, version, sha256 }: LoadedArtifact): string | null {
  const [first] = verdict.errors;
  if (first !== undefined) return first.keyword === integrityKeyword ? `the artifact ${first.message}` : `the artifact breaks the schema: ${first.path} ${first.message}`;
  const published = version === null ? undefined : publishedHashes(journal).get(versionKey(model, version));
  if (published !== undefined && published !== sha256) return `the artifact is not what was published: the journal has the SHA-256 ${published}, the file has ${sha256}`;
  const keys = bundleKeys(context, config);
  if (!keys.requireSignature || signedBundle(context, keys, model, sha256) !== null) return null;
  return 'the policy asks for a signature, and no bundle that verifies holds this artifact';
}
