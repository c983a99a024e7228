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

/** Reads until `length` bytes are there or the file ends. */
export function readAt(fs: FileSystem, fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = fs.read(fd, buffer, filled, length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
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

/** The complete lines of a file, last one first. */
export function* linesBackwards(fs: FileSystem, path: string): Generator<Buffer> {
  const fd = fs.open(path, 'r');
  try {
    let start = fs.fstat(fd).size;
    /** What stands before the first line feed of the piece read last: the end of a line that begins further left. */
    let rest: Buffer = Buffer.alloc(0);
    let ended = false;
    while (start > 0) {
      const step = Math.min(start, Math.max(backwardStep, rest.length));
      start -= step;
      const bytes = Buffer.concat([readAt(fs, fd, start, step), rest]);
      let end = ended ? bytes.length : bytes.lastIndexOf(lineFeed);
      if (end < 0) {
        rest = bytes;
        continue;
      }
      ended = true;
      for (let at = end > 0 ? bytes.lastIndexOf(lineFeed, end - 1) : -1; at >= 0; at = end > 0 ? bytes.lastIndexOf(lineFeed, end - 1) : -1) {
        yield bytes.subarray(at + 1, end);
        end = at;
      }
      rest = bytes.subarray(0, end);
    }
    if (ended) yield rest;
  } finally {
    fs.close(fd);
  }
}

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
