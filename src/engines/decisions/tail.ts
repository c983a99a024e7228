/**
 * What newly appears in the decision journal, whichever program wrote it.
 *
 * Promise: every whole line that is added after the opening is told exactly once: over the change of a day, over lines that are
 * still being written, and over files that are shortened, replaced or rotated.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { asConsoleError, isMissing, type EngineContext, type FileStat } from '#engines/storage';
import type { DecisionEntry } from './entry.ts';
import { microsText, nowMicros, parseInstant } from './instants.ts';
import { decisionFolder, entryOf, filesIn } from './journal.ts';

export interface TailOptions {
  /** Only these are told. */
  readonly events: readonly string[];
}

export interface TailRead {
  readonly entries: readonly DecisionEntry[];
  /** Lines that are no flat object; they are passed over. */
  readonly badLines: number;
  /** True where there is more to read at once: a reading has an end, so that nobody waits for a large file. */
  readonly more: boolean;
}

export interface DecisionTail {
  read(): TailRead;
}

const newline = 0x0a;
const chunk = 1 << 20;
/** Bytes before the place of reading by which a file is known again. */
const guardBytes = 256;
/** A line that is longer is no entry of anybody. */
const longestLine = 4 << 20;
const followedFiles = 62;
const rememberedLines = 200_000;
const dayMicros = 86_400_000_000n;

interface Followed {
  readonly path: string;
  offset: number;
  guard: Buffer;
  stamp: string;
  /** Lines told since the opening, and how often. */
  readonly seen: Map<string, number>;
  /** Of those, the ones that a changed file may bring again. */
  expected: Map<string, number>;
  /** End of what the file held when it was last found changed; before it, entries from before the opening are old. */
  againUntil: number;
}

interface Batch {
  readonly entries: DecisionEntry[];
  badLines: number;
  more: boolean;
}

const stampOf = (stat: FileStat): string => `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
const digestOf = (line: string): string => createHash('sha256').update(line).digest('base64').slice(0, 16);

function readAt({ fs }: EngineContext, fd: number, from: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = fs.read(fd, buffer, filled, length - filled, from + filled);
    if (read === 0) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}

/** Opens at the present end: what the journal holds by now is history. */
export function openDecisionTail(context: EngineContext, options: TailOptions): DecisionTail {
  const { fs, log } = context;
  const folder = join(context.root, decisionFolder);
  const wanted = new Set(options.events);
  const opened = nowMicros(context.clock);
  const files = new Map<string, Followed>();
  let remembered = 0;

  const withFile = <T>(path: string, work: (fd: number, stat: FileStat) => T): T | null => {
    try {
      const fd = fs.open(path, 'r');
      try {
        return work(fd, fs.fstat(fd));
      } finally {
        fs.close(fd);
      }
    } catch (error) {
      if (isMissing(error)) return null;
      throw asConsoleError(error, 'read', path);
    }
  };

  const guardAt = (fd: number, offset: number): Buffer => {
    const length = Math.min(guardBytes, offset);
    return Buffer.from(readAt(context, fd, offset - length, length));
  };

  /** The end of the last whole line. */
  const endOf = (fd: number, { size }: FileStat): number => {
    const from = Math.max(0, size - longestLine);
    const bytes = readAt(context, fd, from, size - from);
    const complete = bytes.lastIndexOf(newline) + 1;
    const rest = bytes.subarray(complete).toString('utf8');
    return rest.trim() === '' || entryOf(rest) !== null ? size : complete === 0 && from > 0 ? size : from + complete;
  };

  const follow = (name: string, atEnd: boolean): Followed => {
    const file: Followed = { path: join(folder, name), offset: 0, guard: Buffer.alloc(0), stamp: '', seen: new Map(), expected: new Map(), againUntil: 0 };
    files.set(name, file);
    if (!atEnd) return file;
    withFile(file.path, (fd, stat) => {
      file.offset = endOf(fd, stat);
      file.guard = guardAt(fd, file.offset);
      if (file.offset === stat.size) file.stamp = stampOf(stat);
    });
    return file;
  };

  const remember = (file: Followed, digest: string): void => {
    if (remembered >= rememberedLines) return;
    remembered += 1;
    if (remembered === rememberedLines) log.warn('the tail of the decision journal remembers no more lines; a file that is replaced from now on may be counted again', { lines: remembered });
    file.seen.set(digest, (file.seen.get(digest) ?? 0) + 1);
  };

  const take = (file: Followed, line: string, end: number, batch: Batch): void => {
    if (line.trim() === '') return;
    const entry = entryOf(line);
    const again = end <= file.againUntil;
    if (entry === null) {
      if (!again) batch.badLines += 1;
      return;
    }
    if (!wanted.has(entry['event'] ?? '')) return;
    const digest = digestOf(line.trimEnd());
    const known = file.expected.get(digest) ?? 0;
    if (known > 0) {
      file.expected.set(digest, known - 1);
      return;
    }
    const at = again ? parseInstant(entry['timestamp'] ?? '') : null;
    if (again && (at === null || at <= opened)) return;
    remember(file, digest);
    batch.entries.push(entry);
  };

  const lines = (file: Followed, fd: number, { size }: FileStat, batch: Batch): void => {
    const left = size - file.offset;
    let bytes = readAt(context, fd, file.offset, Math.min(left, chunk));
    if (left > chunk && !bytes.includes(newline)) bytes = readAt(context, fd, file.offset, Math.min(left, longestLine));
    let start = 0;
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, start)) {
      const text = bytes.toString('utf8', start, at);
      take(file, file.offset + start === 0 ? text.replace(/^\ufeff/u, '') : text, file.offset + at + 1, batch);
      start = at + 1;
    }
    const behind = file.offset + bytes.length;
    const rest = bytes.subarray(start);
    if (behind >= size && rest.length > 0) {
      const text = rest.toString('utf8');
      const whole = file.offset + start === 0 ? text.replace(/^\ufeff/u, '') : text;
      // An object that is whole cannot be the beginning of a longer one: its line only lacks its end.
      if (entryOf(whole) !== null) {
        take(file, whole, behind, batch);
        start = bytes.length;
      }
    }
    if (start === 0 && bytes.length >= longestLine) {
      batch.badLines += 1;
      start = bytes.length;
    }
    if (start > 0) {
      file.offset += start;
      file.guard = guardAt(fd, file.offset);
    }
    if (start > 0 && file.offset < size) batch.more = true;
  };

  const advance = (file: Followed, batch: Batch): void => {
    withFile(file.path, (fd, stat) => {
      const stamp = stampOf(stat);
      if (stamp === file.stamp && file.offset >= stat.size) return;
      if (stat.size < file.offset || !guardAt(fd, file.offset).equals(file.guard)) {
        log.info('a file of the decision journal was shortened or replaced', { path: file.path });
        file.offset = 0;
        file.guard = Buffer.alloc(0);
        file.expected = new Map(file.seen);
        file.againUntil = stat.size;
      }
      lines(file, fd, stat, batch);
      file.stamp = stamp;
    });
  };

  /** A file of a day long past that turns up was brought back; what it tells is history. */
  const isOld = (name: string): boolean => {
    const day = microsText(opened - dayMicros).slice(0, 10).replaceAll('-', '');
    return name.slice('decisions-'.length, 'decisions-'.length + 8) < day;
  };

  const newest = (): readonly string[] => filesIn(fs, folder).slice(0, followedFiles).toReversed();

  for (const name of newest()) follow(name, true);

  return {
    read: () => {
      const batch: Batch = { entries: [], badLines: 0, more: false };
      for (const name of newest()) {
        advance(files.get(name) ?? follow(name, isOld(name)), batch);
        if (batch.more) break;
      }
      return batch;
    },
  };
}
