/** The manifest: the exact truth about every archived thing, written in pieces so that its length costs no memory. */
import { ConsoleError } from '#contract';
import { asConsoleError, displayName, isMissing, readFully, writeFully, type EngineContext } from '#engines/storage';
import { archiveManifestSchema, manifestSchemaName, type ArchivedFile, type ArchiveManifest, type SourceItem } from './types.ts';

const secondNs = 1_000_000_000n;
const lastDateMs = 8.64e15;

/** Whole seconds, rounded down, and the nanoseconds above them (0 to 999,999,999), also before 1970. */
export function splitTime(ns: bigint): { readonly seconds: bigint; readonly nanos: bigint } {
  const nanos = ((ns % secondNs) + secondNs) % secondNs;
  return { seconds: (ns - nanos) / secondNs, nanos };
}

/** A time for formats that take dates, moved into the range that a date can have. */
export function dateOf(ns: bigint, earliestMs = -lastDateMs, latestMs = lastDateMs): Date {
  return new Date(Math.min(Math.max(Number(splitTime(ns).seconds) * 1000, earliestMs), latestMs));
}

/** ISO 8601 in UTC with nine digits of the second. */
export function isoOfNs(ns: bigint): string {
  const { nanos } = splitTime(ns);
  return `${dateOf(ns).toISOString().slice(0, -5)}.${nanos.toString().padStart(9, '0')}Z`;
}

/** Milliseconds of such a text, whole seconds only. */
export const secondsMsOfIso = (text: string): number => Date.parse(`${text.slice(0, -11)}Z`);

export interface Recorded {
  readonly stored?: string;
  readonly sha256?: string;
  readonly target?: string;
  readonly storedTarget?: string;
}

export function recordOf(item: SourceItem, recorded: Recorded): ArchivedFile {
  return {
    name: item.name,
    stored_name: recorded.stored === undefined || recorded.stored === item.name ? null : recorded.stored,
    kind: item.kind,
    size: item.kind === 'file' ? item.size : 0,
    mtime: isoOfNs(item.mtimeNs),
    mode: (item.mode & 0o7777).toString(8).padStart(4, '0'),
    sha256: recorded.sha256 ?? null,
    link_target: recorded.target ?? null,
    stored_target: recorded.storedTarget === undefined || recorded.storedTarget === recorded.target ? null : recorded.storedTarget,
  };
}

type Head = Pick<ArchiveManifest, 'source' | 'archive' | 'format' | 'created_at' | 'token' | 'container'>;

export function buildManifest(head: Head, files: readonly ArchivedFile[]): ArchiveManifest {
  const count = (kind: SourceItem['kind']): number => files.filter((file) => file.kind === kind).length;
  return {
    schema: manifestSchemaName,
    ...head,
    totals: {
      files: count('file'),
      links: count('link'),
      directories: count('directory'),
      bytes: files.reduce((sum, file) => sum + file.size, 0),
    },
    files: [...files],
  };
}

const pieceBytes = 256 << 10;

/** The JSON text of a manifest in pieces: the head on readable lines, then one line for each file. */
function* pieces(manifest: ArchiveManifest): Generator<string, void, void> {
  const { files, ...head } = manifest;
  let text = `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "files": [`;
  for (const [index, file] of files.entries()) {
    text += `${index === 0 ? '' : ','}\n    ${JSON.stringify(file)}`;
    if (text.length > pieceBytes) {
      yield text;
      text = '';
    }
  }
  yield `${text}\n  ]\n}\n`;
}

/** Writes the manifest to a new file; syncing it is the caller's. */
export function writeManifest({ fs }: EngineContext, path: string, manifest: ArchiveManifest): void {
  try {
    const fd = fs.open(path, 'wx');
    try {
      // As for archives: the system begins to write it out when it is closed.
      fs.ftruncate(fd, 0);
      for (const piece of pieces(manifest)) writeFully(fs, fd, Buffer.from(piece));
    } finally {
      fs.close(fd);
    }
  } catch (error) {
    throw asConsoleError(error, 'write', path);
  }
}

function corrupt(path: string, why: string, cause?: unknown): ConsoleError {
  return new ConsoleError('DOCUMENT_CORRUPT', `The manifest ${displayName(path)} can't be read: ${why}. Nothing was changed.`, {
    remedy: 'Compare the archive with its source, or make it again.', details: { path: displayName(path), reason: why }, cause,
  });
}

/** Reads and checks a manifest. NOT_FOUND, DOCUMENT_CORRUPT, DOCUMENT_NEWER or IO say what is wrong with it. */
export function readManifest({ fs }: EngineContext, path: string): ArchiveManifest {
  let text: string;
  try {
    text = readFully(fs, path).toString('utf8');
  } catch (error) {
    if (isMissing(error)) {
      throw new ConsoleError('NOT_FOUND', `There is no manifest at ${displayName(path)}.`, {
        remedy: 'Archives of other programs have none; make the archive again to get one.', details: { path: displayName(path) }, cause: error,
      });
    }
    throw asConsoleError(error, 'read', path);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(path, 'it is no JSON', error);
  }
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : null;
  if (typeof schema === 'string' && schema !== manifestSchemaName && schema.startsWith('sterownia.archive-manifest/')) {
    throw new ConsoleError('DOCUMENT_NEWER', `The manifest ${displayName(path)} was written by another version (${schema}).`, {
      remedy: 'Use the newer version of the console.', details: { path: displayName(path), schema },
    });
  }
  const parsed = archiveManifestSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw corrupt(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong form'}`);
  }
  return parsed.data;
}
