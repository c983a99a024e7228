/** Promise: what a repository says and what lies in it are compared, file by file, and every disagreement is named. A pure read. */
import { join } from 'node:path';
import { isConsoleError, type ArtifactFinding } from '#contract';
import { isoNow, type EngineContext } from '#engines/storage';
import { verifyBundle, type BundleOptions } from './bundle.ts';
import { memberOf, textOf } from './losslessJson.ts';
import { manifestName, readManifest, type Manifest } from './manifest.ts';
import { bundlesFolder, isDirectory } from './names.ts';
import { listModels, modelNames, openModelRepository, type ModelRepository } from './repository.ts';

export interface VerifyAnswer {
  readonly status: 'verified' | 'problems';
  readonly versions: number;
  readonly bundles: number;
  readonly findings: ArtifactFinding[];
  readonly verified_at: string;
}

type Report = (kind: ArtifactFinding['kind'], version: string | null, path: string, message: string, severity?: ArtifactFinding['severity']) => void;

function checkVersion(repository: ModelRepository, version: string, report: Report): string | null {
  try {
    const { path, verdict } = repository.load(version);
    const [first] = verdict.errors;
    if (first !== undefined) report('artifact_invalid', version, path, `${first.path} ${first.message} (${verdict.errors.length} in all)`);
    const stamp = textOf(memberOf(verdict.artifact?.get('metadata'), 'model_version'));
    if (verdict.artifact !== null && stamp !== version) report('version_mismatch', version, path, stamp === null ? 'does not say which version it is' : `says that it is version ${stamp}`, stamp === null ? 'warning' : 'problem');
    return path;
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    report(error.code === 'PATH_OUTSIDE_ROOT' ? 'path_outside' : 'file_missing', version, repository.base, error.message);
    return null;
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

function checkModel(context: EngineContext, model: string, findings: ArtifactFinding[]): number {
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
  const used = new Set([...manifest.versions.keys()].map((version) => checkVersion(repository, version, report)));
  checkAliases(manifest, path, report);
  if (manifest.bytes !== null) {
    for (const { name, kind } of context.fs.readdir(repository.base)) {
      if (kind === 'directory' || name === manifestName || !name.endsWith('.json') || used.has(join(repository.base, name))) continue;
      report('unregistered_file', null, join(repository.base, name), 'no version names it', 'warning');
    }
  }
  return manifest.versions.size;
}

function bundleFolders(context: EngineContext, model: string): readonly string[] {
  const folder = join(context.root, bundlesFolder, model);
  if (!isDirectory(context, folder)) return [];
  return context.fs.readdir(folder).filter((entry) => entry.kind === 'directory' && !entry.name.startsWith('.')).map((entry) => join(folder, entry.name)).sort();
}

export interface VerifyOptions extends BundleOptions {
  /** Faults that are known already, for example of a key. */
  readonly findings?: readonly ArtifactFinding[];
}

export function verifyModels(context: EngineContext, query: { readonly model?: string | undefined }, options: VerifyOptions): VerifyAnswer {
  const audited = join(context.root, bundlesFolder);
  const bundled = isDirectory(context, audited) ? context.fs.readdir(audited).filter((entry) => entry.kind === 'directory').map((entry) => entry.name) : [];
  if (query.model !== undefined && !bundled.includes(query.model)) listModels(context, query.model);
  const models = query.model === undefined ? modelNames(context) : modelNames(context).filter((name) => name === query.model);
  const findings: ArtifactFinding[] = [...options.findings ?? []];
  const versions = models.reduce((sum, model) => sum + checkModel(context, model, findings), 0);
  let bundles = 0;
  for (const model of query.model === undefined ? bundled.toSorted() : bundled.filter((name) => name === query.model)) {
    for (const folder of bundleFolders(context, model)) {
      bundles += 1;
      findings.push(...verifyBundle(context, model, folder, options));
    }
  }
  return { status: findings.some((finding) => finding.severity === 'problem') ? 'problems' : 'verified', versions, bundles, findings, verified_at: isoNow(context.clock) };
}
