/**
 * Promise: a bundle appears whole or not at all, and says of every file in it what it must be. A file that no checksum
 * covers, a checksum without its file, and a signature that was taken away are found.
 */
import { join } from 'node:path';
import { ConsoleError, type ArtifactFinding } from '#contract';
import { asConsoleError, isMissing, makeDirectories, syncDirectory, writeFully, type EngineContext } from '#engines/storage';
import { indentedJson } from './canonicalJson.ts';
import { isMembers, JsonTextError, memberOf, readJsonBytes, textOf, type JsonMembers, type JsonValue } from './losslessJson.ts';
import { bundlesFolder, checkName } from './names.ts';
import { readPlainFile } from './plainFile.ts';
import { largestArtifact, nowText, sha256Of } from './repository.ts';
import { signPayload, verifySignature, type SignatureAlgorithm, type SigningKey } from './signature.ts';
import { validateArtifact } from './validate.ts';

export interface BundleInput {
  readonly model: string;
  readonly version: string;
  readonly artifact: JsonMembers;
  /** Null: the bundle is not signed. */
  readonly key: SigningKey | null;
  readonly algorithm?: SignatureAlgorithm;
}

export const checksumsName = 'checksums.sha256';

const stampOf = (context: Pick<EngineContext, 'clock'>): string => `${new Date(context.clock.now()).toISOString().slice(0, 19).replaceAll(/[-:]/gu, '')}Z`;

function writeFile(context: EngineContext, path: string, bytes: Uint8Array): void {
  const fd = context.fs.open(path, 'wx', 0o644);
  try {
    writeFully(context.fs, fd, bytes);
    context.fs.fsync(fd);
  } finally {
    context.fs.close(fd);
  }
}

function filesOf(context: EngineContext, input: BundleInput): ReadonlyMap<string, Buffer> {
  const name = `model-${input.version}`;
  const metadata = input.artifact.get('metadata');
  const marked: JsonMembers = new Map<string, JsonValue>([...(isMembers(metadata) ? metadata : []), ['model_version', input.version]]);
  const artifact: JsonMembers = new Map<string, JsonValue>([...input.artifact, ['metadata', marked]]);
  const document = (value: JsonValue): Buffer => Buffer.from(`${indentedJson(value)}\n`, 'utf8');
  const files = new Map<string, Buffer>([[`${name}.json`, document(artifact)], [`${name}.metadata.json`, document(marked)]]);
  if (input.key !== null) {
    const signature = signPayload(artifact, input.key, input.algorithm);
    files.set(`${name}.sig`, document(new Map<string, JsonValue>([['target', `${name}.json`], ['signed_at', nowText(context)], ['signature', signature]])));
  }
  const sums = [...files].map(([file, bytes]) => `${sha256Of(bytes)}  ${file}\n`).sort();
  files.set(checksumsName, Buffer.from(sums.join(''), 'utf8'));
  return files;
}

/** Folder of the new bundle, below `audit/ai_decision/models/<model>`. */
export function writeBundle(context: EngineContext, input: BundleInput): string {
  const parent = join(context.root, bundlesFolder, checkName(input.model, 'model'));
  checkName(input.version, 'version');
  const { errors } = validateArtifact(input.artifact);
  if (errors.length > 0) {
    throw new ConsoleError('INPUT_INVALID', `The artifact breaks the schema, first ${errors[0]?.path ?? '$'}. No bundle was made.`, { remedy: 'Train again.', details: { errors: errors.slice(0, 100) } });
  }
  const temporary = join(parent, `.bundle-${context.ids.next()}`);
  try {
    makeDirectories(context.fs, temporary);
    for (const [file, bytes] of filesOf(context, input)) writeFile(context, join(temporary, file), bytes);
    syncDirectory(context.fs, temporary);
    return publishFolder(context, temporary, parent);
  } catch (error) {
    throw asConsoleError(error, 'write a bundle in', parent);
  }
}

/** A second bundle of the same second gets a number; a folder with content cannot be renamed over. */
function publishFolder(context: EngineContext, temporary: string, parent: string): string {
  const stamp = stampOf(context);
  for (let count = 0; ; count += 1) {
    const path = join(parent, count === 0 ? stamp : `${stamp}_${count}`);
    try {
      context.fs.lstat(path);
      continue;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    context.fs.rename(temporary, path);
    syncDirectory(context.fs, parent);
    return path;
  }
}

export interface BundleOptions {
  readonly keys: readonly SigningKey[];
  readonly requireSignature: boolean;
}

type Report = (kind: ArtifactFinding['kind'], file: string, message: string, severity?: ArtifactFinding['severity']) => void;

function readOrNull(context: EngineContext, path: string): Buffer | null {
  try {
    return readPlainFile(context.fs, path, largestArtifact);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function checkSums(context: EngineContext, directory: string, names: readonly string[], report: Report): void {
  const text = readOrNull(context, join(directory, checksumsName))?.toString('utf8') ?? null;
  if (text === null) {
    report('checksum_missing', checksumsName, 'the list of checksums is missing');
    return;
  }
  const covered = new Set<string>();
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const match = /^([0-9a-fA-F]{64}) [ *]([^/\\\0]+?)\r?$/u.exec(line);
    const [, sum = '', file = ''] = match ?? [];
    if (match === null) {
      report('bundle_unreadable', checksumsName, 'a line is no checksum');
      continue;
    }
    covered.add(file);
    const bytes = names.includes(file) ? readOrNull(context, join(directory, file)) : null;
    if (bytes === null) report('bundle_incomplete', file, 'is listed but missing');
    else if (sha256Of(bytes) !== sum.toLowerCase()) report('checksum_mismatch', file, 'was changed');
  }
  for (const name of names) if (name !== checksumsName && !covered.has(name)) report('checksum_missing', name, 'no checksum covers it');
}

function readObject(context: EngineContext, directory: string, file: string, report: Report): JsonMembers | null {
  const bytes = readOrNull(context, join(directory, file));
  if (bytes === null) {
    report('bundle_incomplete', file, 'is missing');
    return null;
  }
  try {
    const value = readJsonBytes(bytes);
    if (isMembers(value)) return value;
    report('bundle_unreadable', file, 'holds no JSON object');
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    report('bundle_unreadable', file, error.message);
  }
  return null;
}

function checkSignature(context: EngineContext, directory: string, name: string, artifact: JsonMembers, options: BundleOptions, names: readonly string[], report: Report): void {
  const file = `${name}.sig`;
  if (!names.includes(file)) {
    report('signature_missing', file, 'the bundle is not signed', options.requireSignature ? 'problem' : 'warning');
    return;
  }
  const document = readObject(context, directory, file, report);
  if (document === null) return;
  if (textOf(document.get('target')) !== `${name}.json`) report('signature_invalid', file, 'signs another file');
  const verdict = verifySignature(artifact, document.get('signature'), options.keys);
  if (verdict === 'unknown_key') report('signature_unknown_key', file, 'its key is not known here');
  else if (verdict !== 'valid') report('signature_invalid', file, verdict === 'invalid' ? 'does not hold' : `cannot be used (${verdict})`);
}

/** Everything that is wrong with the bundle in `directory`; empty when it holds. */
export function verifyBundle(context: EngineContext, model: string, directory: string, options: BundleOptions): readonly ArtifactFinding[] {
  const findings: ArtifactFinding[] = [];
  let version: string | null = null;
  const report: Report = (kind, file, message, severity = 'problem') => { findings.push({ kind, severity, model, version, path: join(directory, file), message }); };
  try {
    const names = context.fs.readdir(directory).map((entry) => entry.name).sort();
    const mains = names.filter((name) => name.endsWith('.json') && !name.endsWith('.metadata.json'));
    checkSums(context, directory, names, report);
    if (mains.length !== 1) report('bundle_incomplete', '', `holds ${mains.length} artifacts instead of one`);
    for (const main of mains) {
      const name = main.slice(0, -'.json'.length);
      const artifact = readObject(context, directory, main, report);
      const metadata = readObject(context, directory, `${name}.metadata.json`, report);
      if (artifact === null) continue;
      version = textOf(memberOf(artifact.get('metadata'), 'model_version'));
      if (version === null) report('version_mismatch', main, 'does not say which version it is');
      else if (metadata !== null && textOf(metadata.get('model_version')) !== version) report('version_mismatch', `${name}.metadata.json`, 'names another version than the artifact');
      const { errors } = validateArtifact(artifact);
      if (errors.length > 0) report('artifact_invalid', main, `${errors[0]?.path ?? '$'} ${errors[0]?.message ?? ''}`);
      checkSignature(context, directory, name, artifact, options, names, report);
    }
  } catch (error) {
    report('bundle_unreadable', '', asConsoleError(error, 'read', directory).message);
  }
  return findings;
}
