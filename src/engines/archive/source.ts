/**
 * Reading sources once, and only as what they were: a file that changed, was replaced, or became a link since the
 * caller looked, or while it is read, ends the work with PLAN_STALE. Links are read as links, never followed.
 */
import { hash, createHash } from 'node:crypto';
import { ConsoleError } from '#contract';
import { asConsoleError, displayName, isMissing, type FileStat, type FileSystem, type WorkSignal } from '#engines/storage';
import type { SourceItem } from './types.ts';

/** Up to here a file is read in one call; above, in chunks of {@link chunkBytes}. */
export const wholeLimit = 1 << 20;
export const chunkBytes = 512 << 10;

function changed(path: string, what: string): ConsoleError {
  return new ConsoleError('PLAN_STALE', `${displayName(path)} ${what} since it was looked at. Its archive was not made.`, {
    remedy: 'Wait until nothing writes to it, then plan again.', details: { path: displayName(path), drift: what },
  });
}

/** Throws unless the thing at the path is still what the item says; gives what was found. */
export function lookAgain(fs: FileSystem, item: SourceItem): FileStat {
  let stat: FileStat;
  try {
    stat = fs.lstat(item.path);
  } catch (error) {
    if (isMissing(error)) throw changed(item.path, 'is gone');
    throw asConsoleError(error, 'look at', item.path);
  }
  if (stat.kind !== item.kind) throw changed(item.path, `turned from a ${item.kind} into a ${stat.kind}`);
  if (item.ino !== undefined && item.ino !== stat.ino) throw changed(item.path, 'was replaced');
  if (item.dev !== undefined && item.dev !== stat.dev) throw changed(item.path, 'was replaced');
  if (item.kind === 'directory') return stat;
  if (stat.size !== item.size) throw changed(item.path, 'changed its size');
  if (stat.mtimeNs !== item.mtimeNs) throw changed(item.path, 'changed its time');
  return stat;
}

/** The open file must be the one that was looked at, before and after reading: same inode, size and time. */
function checkOpen(fs: FileSystem, fd: number, item: SourceItem, seen: FileStat): void {
  const now = fs.fstat(fd);
  if (now.ino !== seen.ino || now.dev !== seen.dev || now.kind !== 'file') throw changed(item.path, 'was replaced');
  if (now.size !== seen.size) throw changed(item.path, 'changed its size');
  if (now.mtimeNs !== seen.mtimeNs) throw changed(item.path, 'changed its time');
}

export interface WholeFile {
  readonly bytes: Buffer;
  readonly sha256: string;
}

/**
 * Small files in one go. With `reuse` every file comes in the same buffer: the consumer must be done with one before it
 * asks for the next.
 */
export class WholeReader {
  private readonly fs: FileSystem;
  private readonly reuse: boolean;
  private kept = Buffer.alloc(0);

  constructor(fs: FileSystem, reuse: boolean) {
    this.fs = fs;
    this.reuse = reuse;
  }

  private room(length: number): Buffer {
    if (!this.reuse) return Buffer.allocUnsafeSlow(length);
    if (length > this.kept.length) this.kept = Buffer.allocUnsafeSlow(Math.max(length, 64 << 10, 2 * this.kept.length));
    return this.kept.subarray(0, length);
  }

  /** One call asks for a byte more than expected, so that growth shows. */
  read(item: SourceItem): WholeFile {
    const { fs } = this;
    const seen = lookAgain(fs, item);
    const buffer = this.room(item.size + 1);
    let length = 0;
    try {
      const fd = fs.open(item.path, 'r');
      try {
        while (length < item.size) {
          const read = fs.read(fd, buffer, length, buffer.length - length, null);
          if (read === 0) break;
          length += read;
        }
        checkOpen(fs, fd, item, seen);
      } finally {
        fs.close(fd);
      }
    } catch (error) {
      throw asConsoleError(error, 'read', item.path);
    }
    if (length !== item.size) throw changed(item.path, 'changed its size');
    const bytes = buffer.subarray(0, length);
    return { bytes, sha256: hash('sha256', bytes, 'hex') };
  }
}

/**
 * A file chunk by chunk; the digest is ready when the generator has ended. With `reuse` every chunk is the same buffer:
 * the consumer must be done with one before it asks for the next.
 */
export class ChunkedFile {
  sha256 = '';
  private readonly fs: FileSystem;
  private readonly item: SourceItem;
  private readonly signal: WorkSignal;

  constructor(fs: FileSystem, item: SourceItem, signal: WorkSignal) {
    this.fs = fs;
    this.item = item;
    this.signal = signal;
  }

  * chunks(reuse = false): Generator<Buffer, void, void> {
    const { fs, item } = this;
    try {
      const seen = lookAgain(fs, item);
      const fd = fs.open(item.path, 'r');
      try {
        yield* this.read(fd, seen, reuse);
      } finally {
        fs.close(fd);
      }
    } catch (error) {
      throw asConsoleError(error, 'read', item.path);
    }
  }

  private * read(fd: number, seen: FileStat, reuse: boolean): Generator<Buffer, void, void> {
    const { fs, item } = this;
    const digest = createHash('sha256');
    checkOpen(fs, fd, item, seen);
    let buffer = Buffer.allocUnsafeSlow(chunkBytes);
    for (let done = 0; done < item.size;) {
      this.signal.check();
      const read = fs.read(fd, buffer, 0, Math.min(buffer.length, item.size - done), null);
      if (read === 0) throw changed(item.path, 'changed its size');
      const chunk = buffer.subarray(0, read);
      digest.update(chunk);
      done += read;
      yield chunk;
      if (!reuse && done < item.size) buffer = Buffer.allocUnsafeSlow(chunkBytes);
    }
    checkOpen(fs, fd, item, seen);
    this.sha256 = digest.digest('hex');
  }
}

/** Where a link leads to, as text; the link must be the one that was looked at. */
export function readTarget(fs: FileSystem, item: SourceItem): string {
  lookAgain(fs, item);
  try {
    return fs.readlink(item.path);
  } catch (error) {
    throw asConsoleError(error, 'read the link', item.path);
  }
}
