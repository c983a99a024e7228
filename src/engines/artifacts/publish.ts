/** Promise: publishing from a file reads that file only, inside the workspace, and the journal tells what was meant and what came of it. */
import { ConsoleError, type Actor, type ArtifactVerdictView } from '#contract';
import type { Journal } from '#engines/journal';
import { asConsoleError, displayName, isInside, isMissing, realOrNearest, resolveInside, type EngineContext } from '#engines/storage';
import { ensureBundle, type BundleMade } from './bundles.ts';
import type { BundleKeys } from './keys.ts';
import { readPlainFile } from './plainFile.ts';
import { largestArtifact, openModelRepository, sha256Of, type Published } from './repository.ts';
import type { ArtifactVerdict } from './validate.ts';

export interface PublishFileInput {
  readonly model: string;
  readonly path: string;
  readonly version: string;
  readonly alias: readonly string[];
}

export interface PublishRequest {
  readonly actor: Actor;
  readonly journal: Pick<Journal, 'append'>;
  /** What bundles are signed with. */
  readonly keys: BundleKeys;
}

function artifactBytes(context: EngineContext, named: string): Buffer {
  const path = resolveInside(context.fs, context.root, named, 'path');
  if (!isInside(context.root, realOrNearest(context.fs, path))) {
    throw new ConsoleError('PATH_OUTSIDE_ROOT', `"${displayName(named)}" is a link that leads out of the workspace. Nothing was published.`, { remedy: 'Copy the artifact into the workspace.', details: { field: 'path' } });
  }
  try {
    const { kind, size } = context.fs.stat(path);
    if (kind === 'file' && size <= largestArtifact) return readPlainFile(context.fs, path, largestArtifact);
    throw new ConsoleError('PATH_INVALID', `"${displayName(named)}" is no file of at most ${largestArtifact} bytes. Nothing was published.`, { remedy: 'Name the artifact itself.', details: { field: 'path' } });
  } catch (error) {
    if (!isMissing(error)) throw asConsoleError(error, 'read', path);
    throw new ConsoleError('NOT_FOUND', `There is no file "${displayName(named)}". Nothing was published.`, { remedy: 'Check the path.', details: { field: 'path' } });
  }
}

/** The version, with a signed bundle of it where a key is set up. Publishing the same once more makes a bundle that is missing. */
export function publishFile(context: EngineContext, input: PublishFileInput, request: PublishRequest): Published & BundleMade {
  const repository = openModelRepository(context, input.model);
  const bytes = artifactBytes(context, input.path);
  const subject = context.ids.next();
  const entry = { actor: request.actor, type: 'artifact_publish', operation: 'artifacts.publish', subject };
  const data = { model: input.model, version: input.version, alias: input.alias, source: input.path, source_sha256: sha256Of(bytes) };
  request.journal.append({ ...entry, stage: 'intent', data });
  try {
    const published = repository.publish({ version: input.version, bytes, alias: input.alias });
    const { sha256, already_there } = published;
    const made = ensureBundle(context, request.keys, { model: input.model, version: input.version, bytes: repository.load(input.version).bytes, sha256 });
    request.journal.append({ ...entry, stage: 'outcome', data: { ...data, status: 'completed', sha256, already_there, bundle: made.bundle } });
    return { ...published, ...made };
  } catch (error) {
    request.journal.append({ ...entry, stage: 'outcome', data: { ...data, status: 'refused', error: error instanceof Error ? error.message : String(error) } });
    throw error;
  }
}

export const verdictView = ({ valid, errors, warnings }: ArtifactVerdict): ArtifactVerdictView => ({
  valid, errors: errors.map(({ path, keyword, property, message }) => ({ path, keyword, property, message })), warnings: [...warnings],
});

/** Answer of `artifacts.validate`. */
export function validateInRepository(context: EngineContext, input: { readonly model: string; readonly ref: string }): ArtifactVerdictView & {
  readonly model: string; readonly version: string | null; readonly path: string; readonly sha256: string;
} {
  const { version, path, sha256, verdict } = openModelRepository(context, input.model).load(input.ref);
  return { ...verdictView(verdict), model: input.model, version, path, sha256 };
}
