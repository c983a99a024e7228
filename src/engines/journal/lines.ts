/** The lines of a file from the first to the last, in pieces. */
import type { FileSystem, WorkSignal } from '#engines/storage';

const pieceBytes = 1024 * 1024;
export const lineFeed = 10;
/** Enough for a process that is in the middle of a write to finish it. */
const secondLookMs = 25;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** A piece of a file: the bytes of `buffer` from 0 to `end`. The last `spare` bytes of the buffer are the caller's. */
export interface Piece {
  readonly buffer: Buffer;
  readonly end: number;
  /** Bytes up to here were in the piece before and were not used up. */
  readonly seen: number;
  /** Where in the file the piece begins. */
  readonly position: number;
}

/**
 * Calls back for each piece from byte `from` on; the callback says how many bytes it has used up, or null to stop. The
 * bytes are only valid during the call and may be overwritten. Gives how many bytes were left at the end, null when stopped; what
 * a running process is just writing is given the time for a second look.
 */
export function forEachPiece(fs: FileSystem, path: string, signal: WorkSignal, { from, spare }: { readonly from: number; readonly spare: number }, onPiece: (piece: Piece) => number | null): number | null {
  const fd = fs.open(path, 'r');
  try {
    let room = pieceBytes;
    let buffer = Buffer.allocUnsafe(room + spare);
    let filled = 0;
    let lookedAgain = false;
    for (let position = from; ;) {
      signal.check();
      if (filled === room) {
        buffer = Buffer.concat([buffer.subarray(0, filled), Buffer.allocUnsafe(room + spare)]);
        room *= 2;
      }
      const read = fs.read(fd, buffer, filled, room - filled, position);
      if (read === 0) {
        if (filled === 0 || lookedAgain) return filled;
        lookedAgain = true;
        Atomics.wait(pause, 0, 0, secondLookMs);
        continue;
      }
      const end = filled + read;
      const used = onPiece({ buffer, end, seen: filled, position: position - filled });
      if (used === null) return null;
      position += read;
      buffer.copyWithin(0, used, end);
      filled = end - used;
    }
  } finally {
    fs.close(fd);
  }
}

/** Where to begin: a byte at the start of a line, and the number of lines before it. */
export interface LinePlace {
  readonly offset: number;
  readonly line: number;
}

const atStart: LinePlace = { offset: 0, line: 0 };

/**
 * Calls back for each complete line with its number. The bytes are only valid during the call. Gives the number of an
 * unfinished last line, or null.
 */
export function forEachLine(fs: FileSystem, path: string, signal: WorkSignal, onLine: (bytes: Buffer, line: number) => void, { offset, line: before }: LinePlace = atStart): number | null {
  let line = before;
  const left = forEachPiece(fs, path, signal, { from: offset, spare: 0 }, ({ buffer, end, seen }) => {
    let start = 0;
    for (let at = buffer.indexOf(lineFeed, seen); at >= 0 && at < end; at = buffer.indexOf(lineFeed, start)) {
      line += 1;
      onLine(buffer.subarray(start, at), line);
      start = at + 1;
    }
    return start;
  });
  return left === 0 ? null : line + 1;
}
