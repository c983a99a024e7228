/**
 * Promise: a version is published once and never replaced; the manifest names it only when its file is safely there; every
 * change is one atomic replacement of the manifest under the lock of all models.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ConsoleError, type ModelRepositoryView, type ModelVersion } from '#contract';
import { instantText } from '#engines/reports';
import { asConsoleError, displayName, isMissing, replaceFile, syncDirectory, type EngineContext } from '#engines/storage';
import { indentedJson } from './canonicalJson.ts';
import { isMembers, memberOf, plainOf, readJsonBytes, textOf, JsonTextError, type JsonMembers, type JsonValue } from './losslessJson.ts';
import { lockModels, manifestName, readManifest, writeManifest, type Manifest } from './manifest.ts';
import { checkAliasName, checkName, checkVersionName, compareVersions, fileInside, isDirectory, modelsFolder } from './names.ts';
import { readPlainFile } from './plainFile.ts';
import { notAsPublished, validateArtifact, validateArtifactBytes, type ArtifactVerdict } from './validate.ts';

export interface ArtifactPlace {
  /** Null for a file that no version names. */
  readonly version: string | null;
  readonly path: string;
}

export interface LoadedArtifact extends ArtifactPlace {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly verdict: ArtifactVerdict;
}

export interface PublishInput {
  readonly version: string;
  readonly bytes: Buffer;
  readonly alias: readonly string[];
}

export interface Published {
  readonly version: ModelVersion;
  readonly sha256: string;
  /** True where the same artifact was there already under this version. */
  readonly already_there: boolean;
}

export interface ModelRepository {
  readonly model: string;
  readonly base: string;
  view(): ModelRepositoryView;
  /** Version, `active` or `@active`, alias, `@latest`, or a file name. Throws NOT_FOUND or PATH_OUTSIDE_ROOT. */
  resolve(ref: string): ArtifactPlace;
  /** The verdict is also about the content: a version whose file is not the one that was published is not valid. */
  load(ref: string): LoadedArtifact;
  active(): string | null;
  publish(input: PublishInput): Published;
  /** `expected` is what must be active now; REVISION_CONFLICT otherwise. Null as version: none is active. */
  setActive(version: string | null, expected: string | null): void;
  /** Aliases: null keeps them, a list is added, an empty list takes all from this version. Does not activate. */
  setAliases(version: string, aliases: readonly string[] | null): void;
  removeAlias(alias: string): void;
  attachQualityReport(version: string, report: JsonValue): void;
  /** The active version cannot be removed. The file stays unless `deleteFile`. */
  removeVersion(version: string, options?: { readonly deleteFile?: boolean }): void;
}

export const largestArtifact = 256 * 1024 * 1024;

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function nowText(context: Pick<EngineContext, 'clock'>): string {
  const now = context.clock.now();
  const seconds = Math.floor(now / 1000);
  return instantText({ seconds, micros: Math.round((now - seconds * 1000) * 1000) });
}

const missing = (what: string, ref: string): ConsoleError =>
  new ConsoleError('NOT_FOUND', `${what} "${displayName(ref)}" is not in the repository. Nothing was changed.`, { remedy: 'See "sterownia artifacts list".', details: { field: 'ref', ref: displayName(ref) } });

const objectOf = (value: JsonValue | undefined): Record<string, unknown> => (isMembers(value) ? plainOf(value) as Record<string, unknown> : {});

function exists(context: EngineContext, path: string): boolean {
  try {
    return context.fs.lstat(path).kind !== 'directory';
  } catch (error) {
    if (isMissing(error)) return false;
    throw asConsoleError(error, 'look at', path);
  }
}

function versionView(context: EngineContext, base: string, manifest: Manifest, version: string, entry: JsonMembers): ModelVersion {
  const file = textOf(entry.get('file')) ?? '';
  let path: string | null = null;
  let problem: string | null = null;
  try {
    path = fileInside(context, base, file);
    if (!exists(context, path)) problem = `${displayName(file)} is missing`;
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  return {
    version, file, path, saved_at: textOf(entry.get('saved_at')), active: manifest.active === version,
    aliases: [...manifest.aliases].filter(([, target]) => target === version).map(([alias]) => alias).sort(),
    metrics: objectOf(entry.get('metrics')), metadata: objectOf(entry.get('metadata')), quality_report: plainOf(entry.get('quality_report') ?? null), problem,
  };
}

/** What the file of a version was when it was published; null where the manifest does not say, as that of the bot. */
const publishedSha = (entry: JsonMembers | undefined): string | null => (entry?.has('sha256') === true ? textOf(entry.get('sha256')) ?? '' : null);

/** Alias lists inside the versions follow the map of aliases, which decides. */
function withAliases(manifest: Manifest, aliases: ReadonlyMap<string, string>): Omit<Manifest, 'bytes'> {
  const versions = new Map([...manifest.versions].map(([version, entry]): [string, JsonMembers] => {
    const own = [...aliases].filter(([, target]) => target === version).map(([alias]) => alias).sort();
    return [version, new Map<string, JsonValue>([...entry, ['aliases', own]])];
  }));
  return { ...manifest, versions, aliases };
}

function parseArtifact(bytes: Buffer): JsonMembers {
  try {
    const value = readJsonBytes(bytes);
    if (isMembers(value)) return value;
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new ConsoleError('INPUT_INVALID', `The artifact is no JSON: ${error.message}. Nothing was published.`, { remedy: 'Train or export it again.', details: { field: 'path' } });
  }
  throw new ConsoleError('INPUT_INVALID', 'The artifact is no JSON object. Nothing was published.', { remedy: 'Train or export it again.', details: { field: 'path' } });
}

/** The artifact with its version stamped into the metadata; refused when the schema or any number is broken. */
function stamped(bytes: Buffer, version: string): JsonMembers {
  const artifact = parseArtifact(bytes);
  const metadata = artifact.get('metadata');
  const marked: JsonMembers = isMembers(metadata) ? new Map<string, JsonValue>([...artifact, ['metadata', new Map<string, JsonValue>([...metadata, ['model_version', version]])]]) : artifact;
  const verdict = validateArtifact(marked);
  if (verdict.valid) return marked;
  throw new ConsoleError('INPUT_INVALID', `The artifact breaks the schema in ${verdict.errors.length} places, first ${verdict.errors[0]?.path ?? '$'}: ${verdict.errors[0]?.message ?? ''}. Nothing was published.`, {
    remedy: 'Train again; a model that breaks the schema must not be used.', details: { field: 'path', errors: verdict.errors.slice(0, 100) },
  });
}

export function openModelRepository(context: EngineContext, name: string): ModelRepository {
  const model = checkName(name, 'model');
  const base = join(context.root, modelsFolder, model);
  const read = (): Manifest => readManifest(context, base);
  const change = (purpose: string, next: (manifest: Manifest) => Omit<Manifest, 'bytes'>): void => lockModels(context, purpose, () => {
    const manifest = read();
    writeManifest(context, base, manifest, next(manifest));
  });

  const entryOf = (manifest: Manifest, version: string): JsonMembers => {
    const entry = manifest.versions.get(version);
    if (entry === undefined) throw missing('Version', version);
    return entry;
  };
  const placeOfVersion = (manifest: Manifest, version: string): ArtifactPlace =>
    ({ version, path: fileInside(context, base, textOf(entryOf(manifest, version).get('file')) ?? '') });

  const trainedAt = (path: string): string => {
    try {
      return textOf(memberOf(readJsonBytes(readPlainFile(context.fs, path, largestArtifact)), 'trained_at')) ?? '';
    } catch {
      return '';
    }
  };

  /** The highest version; without versions the file that was trained last. Never the manifest, and v10 after v9. */
  const latest = (manifest: Manifest): ArtifactPlace => {
    const version = [...manifest.versions.keys()].sort(compareVersions).at(-1);
    if (version !== undefined) return placeOfVersion(manifest, version);
    const files = isDirectory(context, base) ? context.fs.readdir(base).filter((entry) => entry.kind === 'file' && entry.name.endsWith('.json') && entry.name !== manifestName && !entry.name.startsWith('.')) : [];
    const found = files.map((entry) => ({ path: join(base, entry.name), at: trainedAt(join(base, entry.name)) })).sort((a, b) => (a.at === b.at ? compareVersions(a.path, b.path) : a.at < b.at ? -1 : 1)).at(-1);
    if (found === undefined) throw missing('Any artifact of', model);
    return { version: null, path: found.path };
  };

  const resolve = (ref: string): ArtifactPlace => {
    if (ref.trim() === '') throw new ConsoleError('INPUT_INVALID', 'No version is named. Nothing was changed.', { remedy: 'Give a version or an alias.', details: { field: 'ref' } });
    const manifest = read();
    if (manifest.versions.has(ref)) return placeOfVersion(manifest, ref);
    // Before the aliases: one of that name, which another program may have given, must not hide the active version.
    if (ref === 'active' || ref === '@active') {
      if (manifest.active === null) throw missing('An active version of', model);
      return placeOfVersion(manifest, manifest.active);
    }
    const aliased = manifest.aliases.get(ref);
    if (aliased !== undefined) return placeOfVersion(manifest, aliased);
    if (ref === '@latest') return latest(manifest);
    const path = fileInside(context, base, ref);
    if (!ref.endsWith('.json') || ref === manifestName || !exists(context, path)) throw missing('Version, alias or file', ref);
    return { version: [...manifest.versions].find(([, entry]) => entry.get('file') === ref)?.[0] ?? null, path };
  };

  const load = (ref: string): LoadedArtifact => {
    const place = resolve(ref);
    try {
      const bytes = readPlainFile(context.fs, place.path, largestArtifact);
      const sha256 = sha256Of(bytes);
      const published = place.version === null ? null : publishedSha(read().versions.get(place.version));
      const verdict = validateArtifactBytes(bytes);
      return { ...place, bytes, sha256, verdict: published === null || published === sha256 ? verdict : notAsPublished(verdict, sha256) };
    } catch (error) {
      if (isMissing(error)) throw missing('The file of', ref);
      throw asConsoleError(error, 'read', place.path);
    }
  };

  const view = (): ModelRepositoryView => {
    try {
      const manifest = read();
      const versions = [...manifest.versions].sort(([a], [b]) => compareVersions(b, a)).map(([version, entry]) => versionView(context, base, manifest, version, entry));
      return { model, directory: base, active: manifest.active, aliases: Object.fromEntries(manifest.aliases), versions, problem: null };
    } catch (error) {
      if (!(error instanceof ConsoleError) || error.code === 'INTERNAL') throw error;
      return { model, directory: base, active: null, aliases: {}, versions: [], problem: error.message };
    }
  };

  const publish = ({ version, bytes, alias }: PublishInput): Published => {
    checkVersionName(version);
    for (const one of alias) checkAliasName(one);
    const artifact = stamped(bytes, version);
    const content = Buffer.from(`${indentedJson(artifact)}\n`, 'utf8');
    const file = `model-${version}.json`;
    return lockModels(context, `publish ${model} ${version}`, () => {
      const manifest = read();
      const known = manifest.versions.get(version);
      const clash = alias.find((one) => manifest.versions.has(one)) ?? (manifest.aliases.has(version) ? version : undefined);
      if (clash !== undefined) throw new ConsoleError('CONFLICT', `"${clash}" would be a version and an alias at once. Nothing was published.`, { remedy: 'Choose another name.', details: { field: 'alias' } });
      const path = known === undefined ? fileInside(context, base, file) : placeOfVersion(manifest, version).path;
      const there = exists(context, path) ? readPlainFile(context.fs, path, largestArtifact) : null;
      const promised = publishedSha(known);
      const sha256 = sha256Of(content);
      if ((there !== null && !there.equals(content)) || (promised !== null && promised !== sha256)) {
        throw new ConsoleError('CONFLICT', `Version ${version} of ${model} holds another artifact already. Nothing was published.`, { remedy: 'Publish under a new version.', details: { field: 'version', path } });
      }
      if (there === null) {
        try {
          replaceFile(context.fs, path, content);
        } catch (error) {
          throw asConsoleError(error, 'write', path);
        }
      }
      const entry: JsonMembers = new Map<string, JsonValue>([...known ?? new Map<string, JsonValue>([
        ['file', file], ['saved_at', nowText(context)], ['metrics', artifact.get('metrics') ?? null], ['metadata', artifact.get('metadata') ?? null], ['aliases', []], ['quality_report', null],
      ]), ['sha256', sha256]]);
      const next = { ...manifest, versions: new Map([...manifest.versions, [version, entry] as const]) };
      writeManifest(context, base, manifest, withAliases(next, new Map([...manifest.aliases, ...alias.map((one) => [one, version] as const)])));
      const written = read();
      return { version: versionView(context, base, written, version, entryOf(written, version)), sha256, already_there: known !== undefined };
    });
  };

  const setActive = (version: string | null, expected: string | null): void => change(`activate ${model}`, (manifest) => {
    if (version !== null) entryOf(manifest, version);
    if (manifest.active === expected) return { ...manifest, active: version };
    throw new ConsoleError('REVISION_CONFLICT', `${manifest.active ?? 'No version'} of ${model} is active by now. Nothing was changed.`, { remedy: 'Look again, then decide.', details: { active: manifest.active } });
  });

  const setAliases = (version: string, aliases: readonly string[] | null): void => change(`alias of ${model}`, (manifest) => {
    entryOf(manifest, version);
    for (const alias of aliases ?? []) {
      if (manifest.versions.has(checkAliasName(alias))) throw new ConsoleError('CONFLICT', `"${alias}" is a version. Nothing was changed.`, { remedy: 'Choose another alias.', details: { field: 'alias' } });
    }
    const kept = [...manifest.aliases].filter(([, target]) => aliases === null || aliases.length > 0 || target !== version);
    return withAliases(manifest, new Map([...kept, ...(aliases ?? []).map((alias) => [alias, version] as const)]));
  });

  const removeAlias = (alias: string): void => change(`alias of ${model}`, (manifest) => {
    if (!manifest.aliases.has(alias)) throw missing('Alias', alias);
    return withAliases(manifest, new Map([...manifest.aliases].filter(([name_]) => name_ !== alias)));
  });

  const attachQualityReport = (version: string, report: JsonValue): void => change(`quality report of ${model}`, (manifest) => ({
    ...manifest, versions: new Map([...manifest.versions, [version, new Map<string, JsonValue>([...entryOf(manifest, version), ['quality_report', report]])] as const]),
  }));

  const removeVersion: ModelRepository['removeVersion'] = (version, options = {}) => {
    lockModels(context, `remove ${model} ${version}`, () => {
      const manifest = read();
      const { path } = placeOfVersion(manifest, version);
      if (manifest.active === version) throw new ConsoleError('CONFLICT', `${version} is the active version of ${model}. Nothing was changed.`, { remedy: 'Activate another version first.', details: { field: 'version' } });
      const rest = { ...manifest, versions: new Map([...manifest.versions].filter(([other]) => other !== version)) };
      writeManifest(context, base, manifest, withAliases(rest, new Map([...manifest.aliases].filter(([, target]) => target !== version))));
      if (options.deleteFile !== true || [...rest.versions.values()].some((entry) => entry.get('file') === manifest.versions.get(version)?.get('file'))) return;
      try {
        context.fs.unlink(path);
        syncDirectory(context.fs, base);
      } catch (error) {
        if (!isMissing(error)) throw asConsoleError(error, 'remove', path);
      }
    });
  };

  return { model, base, view, resolve, load, active: () => read().active, publish, setActive, setAliases, removeAlias, attachQualityReport, removeVersion };
}

/** Names of the models that have a folder; folders with names that we could not use are left out. */
export function modelNames(context: EngineContext): readonly string[] {
  const folder = join(context.root, modelsFolder);
  if (!isDirectory(context, folder)) return [];
  return context.fs.readdir(folder).filter((entry) => entry.kind === 'directory' && /^[A-Za-z0-9][A-Za-z0-9._-]*$/u.test(entry.name) && !entry.name.includes('..')).map((entry) => entry.name).sort();
}

export function listModels(context: EngineContext, model?: string): ModelRepositoryView[] {
  if (model === undefined) return modelNames(context).map((name) => openModelRepository(context, name).view());
  const repository = openModelRepository(context, model);
  if (!isDirectory(context, repository.base)) throw missing('Model', model);
  return [repository.view()];
}
