/** Promise: what a repository says and what lies in it are compared, file by file, and every disagreement is named. A pure read. */
import { join } from 'node:path';
import { isConsoleError, type ArtifactFinding } from '#contract';
import { isoNow, type EngineContext } from '#engines/storage';
import { verifyBundle, type BundleOptions } from './bundle.ts';
import { bundleFolders, signedBundle } from './bundles.ts';
import { memberOf, textOf } from './losslessJson.ts';
import { manifestName, readManifest, type Manifest } from './manifest.ts';
import { bundlesFolder, isDirectory } from './names.ts';
import { versionKey, type PublishedHashes } from './proof.ts';
import { listModels, modelNames, openModelRepository, type LoadedArtifact, type ModelRepository } from './repository.ts';
import { integrityKeyword } from './validate.ts';

export interface VerifyAnswer {
  readonly status: 'verified' | 'problems';
  readonly versions: number;
  readonly bundles: number;
  readonly findings: ArtifactFinding[];
  readonly verified_at: string;
}

type Report = (kind: ArtifactFinding['kind'], version: string | null, path: string, message: string, severity?: ArtifactFinding['severity']) => void;

/** Is the file what was published, as manifest and journal have it, and does a bundle stand for it where one must? */
function checkContent(context: EngineContext, { model }: ModelRepository, loaded: LoadedArtifact, report: Report, options: VerifyOptions): void {
  const { path, sha256, verdict } = loaded;
  const version = loaded.version ?? '';
  const published = options.published?.get(versionKey(model, version));
  const changed = verdict.errors.find(({ keyword }) => keyword === integrityKeyword);
  if (changed !== undefined) report('artifact_changed', version, path, changed.message);
  else if (published !== undefined && published !== sha256) report('artifact_changed', version, path, `is not what was published: the journal has the SHA-256 ${published}, the file has ${sha256}`);
  const keys = { keys: options.keys, requireSignature: true, findings: [] };
  if (options.requireSignature && signedBundle(context, keys, model, sha256) === null) report('bundle_missing', version, path, 'no signed bundle that verifies holds this artifact');
}

function checkVersion(context: EngineContext, repository: ModelRepository, version: string, report: Report, options: VerifyOptions): string | null {
  try {
    const loaded = repository.load(version);
    const { path } = loaded;
    checkContent(context, repository, loaded, report, options);
    const verdict = { ...loaded.verdict, errors: loaded.verdict.errors.filter(({ keyword }) => keyword !== integrityKeyword) };
    const [first] = verdict.errors;
    if (first !== undefined) report('artifact_invalid', version, path, `${first.path} ${first.message} (${verdict.errors.length} in all)`);
    const stamp = textOf(memberOf(verdict.artifact?.get('metadata'), 'model_version'));
    if (verdict.artifact !== null && stamp !== version) report('version_mismatch', version, path, stamp === null ? 'does not say which version it is' : `says that it is version ${stamp}`, stamp === null ? 'warning' : 'problem');
    return path;
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    report(error.code === 'PATH_OUTSIDE_ROOT' ? 'path_outside' : error.code === 'NOT_FOUND' ? 'file_missing' : 'artifact_invalid', version, repository.base, error.message);
    return error.code === 'DOCUMENT_CORRUPT' ? repository.resolve(version).path : null;
  }
}

function checkAliases(manifest: Manifest, path: string, report: Report): void {
  for (const [alias, version] of manifest.aliases) {
    if (!manifest.versions.has(version)) report('alias_dangling', version, path, `alias ${alias} leads to a version that is not there`);
  }
  for (const [version, entry] of manifest.versions) {
    const listed = entry.get('aliases');
    const own = [...manifest.aliases].filter(([, target]) => target === version).map(([alias]) => alias);
    const named = Array.isArray(listed) ? listed.map((one) => textOf(one) ?? '') : [];
    if (own.length !== named.length || own.some((alias) => !named.includes(alias))) report('alias_disagrees', version, path, 'lists other aliases than the map of aliases', 'warning');
  }
  if (manifest.active !== null && !manifest.versions.has(manifest.active)) report('active_missing', manifest.active, path, 'the active version is not there');
}

function checkModel(context: EngineContext, model: string, findings: ArtifactFinding[], options: VerifyOptions): number {
  const repository = openModelRepository(context, model);
  const report: Report = (kind, version, path, message, severity = 'problem') => { findings.push({ kind, severity, model, version, path, message }); };
  const path = join(repository.base, manifestName);
  let manifest: Manifest;
  try {
    manifest = readManifest(context, repository.base);
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    report('manifest_unreadable', null, path, error.message);
    return 0;
  }
  const used = new Set([...manifest.versions.keys()].map((version) => checkVersion(context, repository, version, report, options)));
  checkAliases(manifest, path, report);
  if (manifest.bytes !== null) {
    for (const { name, kind } of context.fs.readdir(repository.base)) {
      if (kind === 'directory' || name === manifestName || !name.endsWith('.json') || used.has(join(repository.base, name))) continue;
      report('unregistered_file', null, join(repository.base, name), 'no version names it', 'warning');
    }
  }
  return manifest.versions.size;
}

export interface VerifyOptions extends BundleOptions {
  /** Faults that are known already, for example of a key. */
  readonly findings?: readonly ArtifactFinding[];
  /** Hashes of versions as the journal has them. */
  readonly published?: PublishedHashes;
}

export function verifyModels(context: EngineContext, query: { readonly model?: string | undefined }, options: VerifyOptions): VerifyAnswer {
  const audited = join(context.root, bundlesFolder);
  const bundled = isDirectory(context, audited) ? context.fs.readdir(audited).filter((entry) => entry.kind === 'directory').map((entry) => entry.name) : [];
  if (query.model !== undefined && !bundled.includes(query.model)) listModels(context, query.model);
  const models = query.model === undefined ? modelNames(context) : modelNames(context).filter((name) => name === query.model);
  const findings: ArtifactFinding[] = [...options.findings ?? []];
  const versions = models.reduce((sum, model) => sum + checkModel(context, model, findings, options), 0);
  let bundles = 0;
  for (const model of query.model === undefined ? bundled.toSorted() : bundled.filter((name) => name === query.model)) {
    for (const folder of bundleFolders(context, model)) {
      bundles += 1;
      findings.push(...verifyBundle(context, model, folder, options));
    }
  }
  return { status: findings.some((finding) => finding.severity === 'problem') ? 'problems' : 'verified', versions, bundles, findings, verified_at: isoNow(context.clock) };
}
