/** The files of a journal: numbered segments without gaps, read in pieces so that memory stays small. */
import { ConsoleError } from '#contract';
import { isMissing, type FileSystem } from '#engines/storage';
import { join } from 'node:path';

export const journalFolder = join('audit', 'journal');
export const checkpointsName = 'checkpoints.jsonl';
export const keysName = 'keys.json';
export const damagedFolder = 'damaged';

const segmentPattern = /^(\d{6,9})\.jsonl$/u;
const lineFeed = 10;

export const segmentName = (number: number): string => `${String(number).padStart(6, '0')}.jsonl`;

export interface Segment {
  readonly number: number;
  readonly name: string;
  readonly path: string;
}

export interface SegmentListing {
  readonly segments: readonly Segment[];
  /** Links, folders and the like under the name of a segment. */
  readonly notFiles: readonly string[];
}

/** In order of their numbers; empty when there is no journal yet. */
export function surveySegments(fs: FileSystem, directory: string): SegmentListing {
  let entries;
  try {
    entries = fs.readdir(directory);
  } catch (error) {
    if (isMissing(error)) return { segments: [], notFiles: [] };
    throw error;
  }
  const named = entries.flatMap(({ name, kind }) => {
    const digits = segmentPattern.exec(name)?.[1];
    if (digits === undefined || segmentName(Number(digits)) !== name) return [];
    return [{ kind, segment: { number: Number(digits), name, path: join(directory, name) } }];
  }).sort((left, right) => left.segment.number - right.segment.number);
  return {
    segments: named.filter(({ kind }) => kind === 'file').map(({ segment }) => segment),
    notFiles: named.filter(({ kind }) => kind !== 'file').map(({ segment }) => segment.name),
  };
}

/** The same where every segment must be a plain file: a link is neither followed nor passed over. */
export function listSegments(fs: FileSystem, directory: string): readonly Segment[] {
  const { segments, notFiles } = surveySegments(fs, directory);
  const [name] = notFiles;
  if (name === undefined) return segments;
  throw new ConsoleError('INTEGRITY', `The journal segment ${name} is no plain file. Nothing was written.`, {
    remedy: 'Put the segment itself back in the place of the link or folder.', details: { path: join(journalFolder, name) },
  });
}

/** Reads until `length` bytes are there or the file ends; gives their number. */
function readInto(fs: FileSystem, fd: number, buffer: Buffer, offset: number, length: number, position: number): number {
  let filled = 0;
  while (filled < length) {
    const read = fs.read(fd, buffer, offset + filled, length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

export function readAt(fs: FileSystem, fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, readInto(fs, fd, buffer, 0, length, position));
}

export interface Tail {
  readonly size: number;
  /** Where the last complete line ends; what follows was never finished. */
  readonly complete: number;
  /** The last complete line without its line feed; null when there is none. */
  readonly line: Buffer | null;
}

const tailStep = 64 * 1024;

/** The end of a file of lines, without reading the rest of it. */
export function readTail(fs: FileSystem, path: string): Tail {
  const fd = fs.open(path, 'r');
  try {
    const { size } = fs.fstat(fd);
    let start = size;
    let bytes = Buffer.alloc(0);
    for (;;) {
      const end = bytes.lastIndexOf(lineFeed);
      const before = end > 0 ? bytes.lastIndexOf(lineFeed, end - 1) : -1;
      if (before >= 0 || start === 0) {
        return { size, complete: start + end + 1, line: end < 0 ? null : bytes.subarray(before + 1, end) };
      }
      const step = Math.min(start, Math.max(tailStep, bytes.length));
      start -= step;
      bytes = Buffer.concat([readAt(fs, fd, start, step), bytes]);
    }
  } finally {
    fs.close(fd);
  }
}

const backwardStep = 256 * 1024;

/** The complete lines of a file, last one first. The bytes of a line are only valid until the next one is asked for. */
export function* linesBackwards(fs: FileSystem, path: string): Generator<Buffer> {
  const fd = fs.open(path, 'r');
  try {
    let unread = fs.fstat(fd).size;
    let buffer: Buffer = Buffer.allocUnsafe(2 * Math.min(unread, backwardStep));
    /** So many bytes before `end` are not given out yet: the end of a line that begins further left. */
    let held = 0;
    let end = buffer.length;
    let ended = false;
    while (unread > 0) {
      const step = Math.min(unread, backwardStep);
      const next = buffer.length < held + step ? Buffer.allocUnsafe(2 * (held + step)) : buffer;
      buffer.copy(next, next.length - held, end - held, end);
      buffer = next;
      end = buffer.length;
      unread -= step;
      // Fewer bytes than asked for: the file was cut off meanwhile.
      const read = readInto(fs, fd, buffer, end - held - step, step, unread);
      const begin = end - held - read;
      if (read < step) buffer.copyWithin(begin, end - held - step, end - held - step + read);
      if (!ended) {
        const last = feedBefore(buffer, begin, end);
        ended = last >= begin;
        if (ended) end = last;
      }
      if (ended) {
        for (let at = feedBefore(buffer, begin, end); at >= begin; at = feedBefore(buffer, begin, end)) {
          yield buffer.subarray(at + 1, end);
          end = at;
        }
      }
      held = end - begin;
    }
    if (ended) yield buffer.subarray(end - held, end);
  } finally {
    fs.close(fd);
  }
}

const feedBefore = (buffer: Buffer, begin: number, end: number): number => (end > begin ? buffer.lastIndexOf(lineFeed, end - 1) : -1);

/** The first line of a file, without its line feed; null when it is not complete. */
export function firstLine(fs: FileSystem, path: string): Buffer | null {
  const fd = fs.open(path, 'r');
  try {
    for (let length = 4096; ; length *= 4) {
      const bytes = readAt(fs, fd, 0, length);
      const end = bytes.indexOf(lineFeed);
      if (end >= 0) return bytes.subarray(0, end);
      if (bytes.length < length) return null;
    }
  } finally {
    fs.close(fd);
  }
}
