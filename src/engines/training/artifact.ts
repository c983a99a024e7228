/**
 * From what a training made to an artifact that is saved and sound.
 *
 * Promise: nothing is published that breaks the schema, and each version tells which run it is of.
 */
import { basename, join } from 'node:path';
import {
  indentedJson, isMembers, largestArtifact, memberOf, numberOf, openModelRepository, plainOf, readJsonBytes, textOf, validateArtifactBytes, type JsonMembers, type JsonValue,
} from '#engines/artifacts';
import { isMissing, readFully, relativeTo, type EngineContext, type FileStat } from '#engines/storage';
import { isConsoleError } from '#contract';
import { TrainingError, type MetricBlocks } from './parts.ts';

/** Everything that is wrong with an artifact; nothing for a sound one. */
export const faultsOf = (bytes: Buffer): readonly string[] => validateArtifactBytes(bytes).errors.map(({ path, message }) => `${path} ${message}`);

export function requireSound(bytes: Buffer): JsonMembers {
  const { artifact, errors } = validateArtifactBytes(bytes);
  if (artifact !== null && errors.length === 0) return artifact;
  throw new TrainingError('SchemaError', `the artifact breaks the schema in ${errors.length} places: ${errors.slice(0, 5).map(({ path, message }) => `${path} ${message}`).join('; ')}`);
}

/** The artifact with the run that made it in its metadata. */
export function markedArtifact(bytes: Buffer, marks: Readonly<Record<string, string>>): Buffer {
  const artifact = requireSound(bytes);
  const metadata = artifact.get('metadata');
  const marked = new Map<string, JsonValue>([...(isMembers(metadata) ? metadata : new Map<string, JsonValue>()), ...Object.entries(marks)]);
  return Buffer.from(`${indentedJson(new Map<string, JsonValue>([...artifact, ['metadata', marked]]))}\n`, 'utf8');
}

export interface ArtifactFacts {
  readonly metrics: MetricBlocks;
  readonly rows: number;
}

export function artifactFacts(bytes: Buffer): ArtifactFacts {
  const artifact = requireSound(bytes);
  const rows = ['training_rows', 'validation_rows', 'test_rows'].reduce((sum, key) => sum + (numberOf(artifact.get(key)) ?? 0), 0);
  return { rows, metrics: plainOf(artifact.get('metrics') ?? null) as MetricBlocks };
}

/** A version that the model does not have: the stamp, with a number behind it where it is taken. */
export function freeVersion(context: EngineContext, model: string, stamp: string): string {
  const taken = new Set(openModelRepository(context, model).view().versions.flatMap(({ version, aliases }) => [version, ...aliases]));
  for (let copy = 1; ; copy += 1) {
    const version = copy === 1 ? stamp : `${stamp}-${copy}`;
    if (!taken.has(version)) return version;
  }
}

export interface SavedArtifact {
  readonly path: string;
  readonly sha256: string;
}

/** The version as a run published it before it was cut off, or null. */
export function publishedBy(context: EngineContext, model: string, version: string, runId: string): SavedArtifact | null {
  try {
    const { bytes, path, sha256, verdict } = openModelRepository(context, model).load(version);
    const metadata = readJsonBytes(bytes);
    const ours = isMembers(metadata) && textOf(memberOf(metadata.get('metadata'), 'run_id')) === runId;
    return ours && verdict.valid ? { path: relativeTo(context.root, path), sha256 } : null;
  } catch (error) {
    if (isConsoleError(error) && ['NOT_FOUND', 'DOCUMENT_CORRUPT'].includes(error.code)) return null;
    throw error;
  }
}

type Look = ReadonlyMap<string, string>;

const traceOf = ({ size, mtimeNs, ino }: FileStat): string => `${size} ${mtimeNs} ${ino}`;

function statOf(context: EngineContext, path: string): FileStat | null {
  try {
    return context.fs.stat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function candidates(context: EngineContext, place: string): readonly { readonly path: string; readonly stat: FileStat }[] {
  const found = statOf(context, place);
  if (found === null) return [];
  if (found.kind !== 'directory') return found.kind === 'file' ? [{ path: place, stat: found }] : [];
  return context.fs.readdir(place).filter(({ name }) => name.endsWith('.json') && !name.startsWith('.') && name !== 'manifest.json').flatMap(({ name }) => {
    const stat = statOf(context, join(place, name));
    return stat !== null && stat.kind === 'file' ? [{ path: join(place, name), stat }] : [];
  });
}

/** How the place of the artifact looks before a command starts. */
export const lookAt = (context: EngineContext, place: string): Look => new Map(candidates(context, place).map(({ path, stat }) => [path, traceOf(stat)]));

/** The newest file that was made or changed since. */
export function findArtifact(context: EngineContext, place: string, before: Look): { readonly path: string; readonly bytes: Buffer } {
  const made = candidates(context, place).filter(({ path, stat }) => before.get(path) !== traceOf(stat))
    .toSorted((a, b) => (a.stat.mtimeNs < b.stat.mtimeNs ? 1 : a.stat.mtimeNs > b.stat.mtimeNs ? -1 : a.path < b.path ? 1 : -1)).at(0);
  if (made === undefined) throw new TrainingError('ArtifactMissing', `the command ended well but left no new artifact at ${place}`);
  if (made.stat.size > largestArtifact) throw new TrainingError('SchemaError', `the artifact ${basename(made.path)} is larger than ${largestArtifact} bytes`);
  return { path: made.path, bytes: readFully(context.fs, made.path) };
}
