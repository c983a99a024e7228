/**
 * One store for every JSON document that the console owns: schema, atomic replacement, lock, revision check.
 *
 * A missing document reads as null. A document that is no JSON or fails its schema is quarantined beside itself
 * (`<name>.corrupt-<instant>`) by the next write and reported until then; one written by a newer version is left alone.
 * Reading never writes.
 */
import type * as z from 'zod';
import { ConsoleError } from '#contract';
import type { EngineContext } from './context.ts';
import { asConsoleError, isMissing } from './errors.ts';
import { readFully, replaceFile } from './writing.ts';

export interface DocumentOptions<T> {
  readonly path: string;
  readonly schema: z.ZodType<T>;
  /** The `schema` member that this version writes, for example `sterownia.filter-sets/1`; null where the format has none. */
  readonly kind: string | null;
  readonly mode?: number;
  /** Serialised form; default: two-space indented JSON with a final newline. */
  readonly serialise?: (value: T) => string;
  readonly lock: <R>(work: () => R) => R;
}

export interface JsonDocument<T> {
  /** The value, or null when there is no such file. Throws DOCUMENT_CORRUPT, DOCUMENT_NEWER or IO. */
  read(): T | null;
  /** Replaces the value under the lock; `change` gets what is on disk then, null also when it had to be quarantined. */
  update(change: (current: T | null) => T): T;
}

function newerThan(found: unknown, kind: string): boolean {
  if (typeof found !== 'string' || found === kind) return false;
  const [name, version] = found.split('/');
  const [ownName, ownVersion] = kind.split('/');
  return name === ownName && Number(version) > Number(ownVersion);
}

function parse<T>(text: string, options: DocumentOptions<T>): T {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw corrupt(options.path, error instanceof Error ? error.message : 'no JSON', error);
  }
  if (options.kind !== null && typeof raw === 'object' && raw !== null && 'schema' in raw && newerThan(raw.schema, options.kind)) {
    throw new ConsoleError('DOCUMENT_NEWER', `${options.path} was written by a newer version (${String(raw.schema)}).`, {
      remedy: 'Open this workspace with the newer console.', details: { path: options.path, schema: raw.schema },
    });
  }
  const parsed = options.schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw corrupt(options.path, `${field === '' ? 'document' : field}: ${issue?.message ?? 'does not fit'}`, parsed.error, field);
}

function corrupt(path: string, why: string, cause: unknown, field = ''): ConsoleError {
  return new ConsoleError('DOCUMENT_CORRUPT', `${path} cannot be read: ${why}.`, {
    remedy: 'Repair the file by hand, or move it away to start from defaults.', details: { path, field }, cause,
  });
}

export function openDocument<T>(context: Pick<EngineContext, 'fs' | 'clock' | 'log'>, options: DocumentOptions<T>): JsonDocument<T> {
  const { fs, clock, log } = context;

  const read = (): T | null => {
    let bytes: Buffer;
    try {
      bytes = readFully(fs, options.path);
    } catch (error) {
      if (isMissing(error)) return null;
      throw asConsoleError(error, 'read', options.path);
    }
    return parse(bytes.toString('utf8').replace(/^\ufeff/u, ''), options);
  };

  const readOrQuarantine = (): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConsoleError) || error.code !== 'DOCUMENT_CORRUPT') throw error;
      const aside = `${options.path}.corrupt-${new Date(clock.now()).toISOString().replaceAll(/[-:]/gu, '')}`;
      fs.rename(options.path, aside);
      log.warn('quarantined a corrupt document', { path: options.path, aside });
      return null;
    }
  };

  const update = (change: (current: T | null) => T): T => options.lock(() => {
    try {
      const next = change(readOrQuarantine());
      const text = options.serialise ? options.serialise(next) : `${JSON.stringify(next, null, 2)}\n`;
      replaceFile(fs, options.path, Buffer.from(text, 'utf8'), options.mode);
      return next;
    } catch (error) {
      throw asConsoleError(error, 'write', options.path);
    }
  });

  return { read, update };
}
