/**
 * Bundles of a repository: which of them holds a version, and making one when a version is published.
 *
 * Promise: a bundle stands for a version only while it verifies and holds the very bytes of the version.
 */
import { join } from 'node:path';
import { isConsoleError } from '#contract';
import { relativeTo, type EngineContext } from '#engines/storage';
import { checksumsName, verifyBundle, writeBundle } from './bundle.ts';
import type { BundleKeys } from './keys.ts';
import { isMembers, readJsonBytes } from './losslessJson.ts';
import { bundlesFolder, isDirectory } from './names.ts';
import { readPlainFile } from './plainFile.ts';

export function bundleFolders(context: EngineContext, model: string): readonly string[] {
  const folder = join(context.root, bundlesFolder, model);
  if (!isDirectory(context, folder)) return [];
  return context.fs.readdir(folder).filter((entry) => entry.kind === 'directory' && !entry.name.startsWith('.')).map((entry) => join(folder, entry.name)).sort();
}

const largestList = 1 << 20;

/** True where the list of checksums names an artifact with that hash; whether the list holds is for `verifyBundle` to say. */
function claims(context: EngineContext, folder: string, sha256: string): boolean {
  try {
    const lines = readPlainFile(context.fs, join(folder, checksumsName), largestList).toString('utf8').split('\n').map((line) => line.trim());
    return lines.some((line) => line.toLowerCase().startsWith(sha256) && line.endsWith('.json') && !line.endsWith('.metadata.json'));
  } catch {
    return false;
  }
}

/** The newest signed bundle that holds exactly these bytes and verifies, or null. */
export function signedBundle(context: EngineContext, keys: BundleKeys, model: string, sha256: string): string | null {
  const options = { keys: keys.keys, requireSignature: true };
  return bundleFolders(context, model).findLast((folder) => claims(context, folder, sha256)
    && verifyBundle(context, model, folder, options).every(({ severity }) => severity !== 'problem')) ?? null;
}

export interface BundleMade {
  /** Relative to the workspace; null where there is none. */
  readonly bundle: string | null;
  readonly warnings: readonly string[];
}

export interface BundledVersion {
  readonly model: string;
  readonly version: string;
  /** As the repository holds it. */
  readonly bytes: Buffer;
  readonly sha256: string;
}

/**
 * A signed bundle for a version, where a key is set up: the one that is there, or a new one. The version is published by
 * then, so what fails here is told and mended by publishing once more; without it, a policy that asks for signatures lets nobody activate the version.
 */
export function ensureBundle(context: EngineContext, keys: BundleKeys, { model, version, bytes, sha256 }: BundledVersion): BundleMade {
  const [key] = keys.keys;
  const unusable = keys.findings.map(({ path, message }) => `The key ${path} ${message}.`);
  if (key === undefined) return { bundle: null, warnings: keys.requireSignature ? [`Version ${version} has no signed bundle, because no key can be used.`, ...unusable] : unusable };
  try {
    const there = signedBundle(context, keys, model, sha256);
    const artifact = readJsonBytes(bytes);
    if (!isMembers(artifact)) throw new TypeError('the artifact is no JSON object');
    return { bundle: relativeTo(context.root, there ?? writeBundle(context, { model, version, artifact, key })), warnings: unusable };
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    return { bundle: null, warnings: [`Version ${version} has no signed bundle: ${error.message}`, ...unusable] };
  }
}
