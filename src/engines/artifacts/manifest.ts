/**
 * Promise: the manifest keeps the form of the earlier repository, with every member that another program put there; one that
 * cannot be understood is refused, never reset, because it knows which version is active.
 */
import { join } from 'node:path';
import { ConsoleError } from '#contract';
import { asConsoleError, isMissing, replaceFile, withLock, type EngineContext } from '#engines/storage';
import { placeOf } from '#engines/workspace';
import { indentedJson } from './canonicalJson.ts';
import { isMembers, JsonTextError, readJsonBytes, textOf, type JsonMembers, type JsonValue } from './losslessJson.ts';
import { readPlainFile } from './plainFile.ts';

export const manifestName = 'manifest.json';

const largestManifest = 64 * 1024 * 1024;

export interface Manifest {
  readonly versions: ReadonlyMap<string, JsonMembers>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly active: string | null;
  /** Members beside the three known ones. */
  readonly rest: JsonMembers;
  /** The bytes that were read; null where there is no file. */
  readonly bytes: Buffer | null;
}

const corrupt = (path: string, why: string): ConsoleError => new ConsoleError('DOCUMENT_CORRUPT', `${path} cannot be read: ${why}. It was left as it is.`, {
  remedy: 'Repair the manifest or restore it from a backup; it knows which version is active.', details: { path },
});

function parse(path: string, bytes: Buffer): Manifest {
  let value: JsonValue;
  try {
    value = readJsonBytes(bytes);
  } catch (error) {
    if (error instanceof JsonTextError) throw corrupt(path, error.message);
    throw error;
  }
  if (!isMembers(value)) throw corrupt(path, 'it holds no JSON object');
  const versions = new Map<string, JsonMembers>();
  const allVersions = value.get('versions') ?? new Map<string, JsonValue>();
  const allAliases = value.get('aliases') ?? new Map<string, JsonValue>();
  const active = value.get('active') ?? null;
  if (!isMembers(allVersions)) throw corrupt(path, 'versions is no object');
  if (!isMembers(allAliases)) throw corrupt(path, 'aliases is no object');
  if (active !== null && typeof active !== 'string') throw corrupt(path, 'active is neither a version nor null');
  for (const [version, entry] of allVersions) {
    if (!isMembers(entry) || textOf(entry.get('file')) === null) throw corrupt(path, `version "${version.toWellFormed()}" names no file`);
    versions.set(version, entry);
  }
  const aliases = new Map<string, string>();
  for (const [alias, version] of allAliases) {
    if (typeof version !== 'string') throw corrupt(path, `alias "${alias.toWellFormed()}" names no version`);
    aliases.set(alias, version);
  }
  const rest: JsonMembers = new Map([...value].filter(([key]) => !['versions', 'aliases', 'active'].includes(key)));
  return { versions, aliases, active, rest, bytes };
}

function bytesOf(context: Pick<EngineContext, 'fs'>, path: string): Buffer | null {
  try {
    return readPlainFile(context.fs, path, largestManifest);
  } catch (error) {
    if (isMissing(error)) return null;
    throw asConsoleError(error, 'read', path);
  }
}

export function readManifest(context: Pick<EngineContext, 'fs'>, base: string): Manifest {
  const path = join(base, manifestName);
  const bytes = bytesOf(context, path);
  return bytes === null ? { versions: new Map(), aliases: new Map(), active: null, rest: new Map(), bytes } : parse(path, bytes);
}

export const manifestText = (manifest: Omit<Manifest, 'bytes'>): string => `${indentedJson(new Map<string, JsonValue>([
  ...manifest.rest, ['versions', new Map(manifest.versions)], ['aliases', new Map(manifest.aliases)], ['active', manifest.active],
]))}\n`;

/** One lock for every change to models, so that registry and repository cannot be changed past each other. */
export const lockModels = <T>(context: EngineContext, purpose: string, work: () => T): T =>
  withLock(placeOf(context, 'locks'), 'models', { purpose }, work);

/** Replaces the manifest if nobody changed it since it was read. Call it under the lock. */
export function writeManifest(context: EngineContext, base: string, read: Manifest, next: Omit<Manifest, 'bytes'>): void {
  const path = join(base, manifestName);
  const now = bytesOf(context, path);
  if (now === null ? read.bytes !== null : read.bytes === null || !now.equals(read.bytes)) {
    throw new ConsoleError('REVISION_CONFLICT', `${path} was changed by another program in between. Nothing was changed.`, { remedy: 'Try again.', details: { path } });
  }
  const text = manifestText(next);
  if (read.bytes !== null && read.bytes.equals(Buffer.from(text, 'utf8'))) return;
  try {
    replaceFile(context.fs, path, Buffer.from(text, 'utf8'));
  } catch (error) {
    throw asConsoleError(error, 'write', path);
  }
}
