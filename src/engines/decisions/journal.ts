/**
 * The decision journal on disk: `logs/decision_journal/decisions-YYYYMMDD.jsonl`, one compact JSON object per line, by the
 * UTC date of the event.
 *
 * Promise: an entry is durable and whole when it is said to be written, and a line that a crash left unfinished never
 * swallows the next one. The bot appends to the same files without taking the lock; nothing of what it wrote is cut off.
 */
import { join } from 'node:path';
import { ConsoleError } from '#contract';
import {
  asConsoleError, isMissing, isoNow, makeDirectories, readFully, syncDirectory, systemCode, withLock, writeFully, type EngineContext, type FileSystem,
} from '#engines/storage';
import { placeOf } from '#engines/workspace';
import { decisionEntry, inOrder, type DecisionEntry, type DecisionEvent } from './entry.ts';
import { microsText, parseInstant, type Micros } from './instants.ts';

export const decisionFolder = 'logs/decision_journal';

const filePattern = /^decisions-\d{8}\.jsonl$/u;
const newline = 0x0a;
/** An unfinished line younger than this may still be in the hands of its writer. */
const settledNs = 5_000_000_000n;

export function decisionFile(context: Pick<EngineContext, 'root'>, at: Micros): string {
  return join(context.root, decisionFolder, `decisions-${microsText(at).slice(0, 10).replaceAll('-', '')}.jsonl`);
}

/** The same bytes for the same entry, in whatever order its members come. */
export const decisionLine = (entry: DecisionEntry): string => `${JSON.stringify(inOrder(entry))}\n`;

const lockedHere = <T>(context: EngineContext, work: () => T): T =>
  withLock(placeOf(context, 'locks'), 'decisions', { purpose: 'append to the decision journal' }, work);

export function appendDecision(context: EngineContext, event: DecisionEvent): DecisionEntry {
  const entry = decisionEntry(event);
  const path = decisionFile(context, event.at);
  lockedHere(context, () => append(context, path, entry));
  return entry;
}

/** Appends an entry as it was formed earlier, unless the file of its day holds that very line. True when it was added. */
export function ensureDecision(context: EngineContext, entry: DecisionEntry): boolean {
  const at = parseInstant(entry['timestamp'] ?? '');
  if (at === null) throw new ConsoleError('INTERNAL', 'A decision without a timestamp cannot be written.', { details: { entry } });
  const path = decisionFile(context, at);
  return lockedHere(context, () => {
    if (textOf(context.fs, path).split('\n').includes(decisionLine(entry).trimEnd())) return false;
    append(context, path, entry);
    return true;
  });
}

function textOf(fs: FileSystem, path: string): string {
  try {
    return readFully(fs, path).toString('utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw asConsoleError(error, 'read', path);
  }
}

function append(context: EngineContext, path: string, entry: DecisionEntry): void {
  const { fs } = context;
  try {
    const folder = join(path, '..');
    makeDirectories(fs, folder);
    if (!exists(fs, path)) {
      fs.close(fs.open(path, 'a'));
      syncDirectory(fs, folder);
    }
    const ending = mendEnd(context, path);
    const fd = fs.open(path, 'a');
    try {
      const before = fs.fstat(fd).size;
      const bytes = Buffer.from(ending + decisionLine(entry), 'utf8');
      try {
        writeFully(fs, fd, bytes);
        fs.fsync(fd);
      } catch (error) {
        takeBack(fs, fd, before, bytes);
        throw error;
      }
    } finally {
      fs.close(fd);
    }
  } catch (error) {
    throw asConsoleError(error, 'append to', path);
  }
}

function exists(fs: FileSystem, path: string): boolean {
  try {
    fs.stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** After a failed write: our own piece is cut off again, if nobody has written behind it. */
function takeBack(fs: FileSystem, fd: number, before: number, bytes: Uint8Array): void {
  try {
    const { size } = fs.fstat(fd);
    if (size > before && size <= before + bytes.length) fs.ftruncate(fd, before);
  } catch (error) {
    // The disk fails altogether; the next append mends the end of the file.
    if (systemCode(error) === null) throw error;
  }
}

interface End {
  /** Bytes up to and including the last line end. */
  readonly complete: number;
  readonly rest: Buffer;
  readonly mtimeNs: bigint;
}

function endOf(fs: FileSystem, path: string): End {
  const { mtimeNs } = fs.stat(path);
  const bytes = readFully(fs, path);
  const complete = bytes.lastIndexOf(newline) + 1;
  return { complete, rest: bytes.subarray(complete), mtimeNs };
}

const isObject = (bytes: Buffer): boolean => {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

/**
 * What has to stand before the next line. A last line that only lacks its end gets it. One that was broken off is moved
 * aside, so that line readers such as jq go on to work; while its writer may still be at it, it is only closed.
 */
function mendEnd(context: EngineContext, path: string): string {
  const { fs, clock, log } = context;
  if (endsLine(fs, path)) return '';
  const { complete, rest, mtimeNs } = endOf(fs, path);
  if (rest.length === 0) return '';
  const age = BigInt(Math.floor(clock.now())) * 1_000_000n - mtimeNs;
  if (isObject(rest) || age < settledNs) return '\n';
  const aside = keepAside(context, path, rest);
  const fd = fs.open(path, 'r+');
  try {
    if (fs.fstat(fd).size !== complete + rest.length) return '\n';
    fs.ftruncate(fd, complete);
    fs.fsync(fd);
  } finally {
    fs.close(fd);
  }
  log.warn('moved an unfinished line of the decision journal aside', { path, aside, bytes: rest.length });
  return '';
}

function endsLine(fs: FileSystem, path: string): boolean {
  const fd = fs.open(path, 'r');
  try {
    const { size } = fs.fstat(fd);
    if (size === 0) return true;
    const last = Buffer.alloc(1);
    return fs.read(fd, last, 0, 1, size - 1) === 1 && last[0] === newline;
  } finally {
    fs.close(fd);
  }
}

function keepAside(context: EngineContext, path: string, bytes: Buffer): string {
  const { fs } = context;
  const stem = `${path}.torn-${isoNow(context.clock).replaceAll(/[-:]/gu, '')}`;
  for (let copy = 1; ; copy += 1) {
    const aside = copy === 1 ? stem : `${stem}-${copy}`;
    try {
      const fd = fs.open(aside, 'wx');
      try {
        writeFully(fs, fd, bytes);
        fs.fsync(fd);
      } finally {
        fs.close(fd);
      }
      syncDirectory(fs, join(path, '..'));
      return aside;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

export interface DecisionQuery {
  readonly events: readonly string[];
  /** Days of the past to look through at most, by file. */
  readonly maxFiles: number;
  /** Return true to stop. */
  readonly visit: (entry: DecisionEntry) => boolean;
}

export interface DecisionsFound {
  readonly files: number;
  /** Lines that are no flat object; they are passed over. */
  readonly badLines: number;
}

/** Newest file and newest line first. */
export function readDecisions(context: EngineContext, query: DecisionQuery): DecisionsFound {
  const folder = join(context.root, decisionFolder);
  const wanted = new Set(query.events);
  let badLines = 0;
  let files = 0;
  for (const name of filesIn(context.fs, folder).slice(0, query.maxFiles)) {
    files += 1;
    for (const line of textOf(context.fs, join(folder, name)).replace(/^\ufeff/u, '').split('\n').toReversed()) {
      if (line.trim() === '') continue;
      const entry = entryOf(line);
      if (entry === null) badLines += 1;
      else if (wanted.has(entry['event'] ?? '') && query.visit(entry)) return { files, badLines };
    }
  }
  return { files, badLines };
}

/** Names of its files, newest day first; none where there is no folder. */
export function filesIn(fs: FileSystem, folder: string): readonly string[] {
  try {
    return fs.readdir(folder).map(({ name }) => name).filter((name) => filePattern.test(name)).toSorted().toReversed();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw asConsoleError(error, 'read', folder);
  }
}

/** Null for what is no flat object. */
export function entryOf(line: string): DecisionEntry | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, typeof member === 'string' ? member : canonicalMember(member)]));
  } catch {
    return null;
  }
}

const canonicalMember = (member: unknown): string => JSON.stringify(member) ?? 'null';
