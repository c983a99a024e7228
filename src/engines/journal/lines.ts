/** The lines of a file from the first to the last, in pieces. */
import type { FileSystem, WorkSignal } from '#engines/storage';

const pieceBytes = 1024 * 1024;
const lineFeed = 10;
/** Enough for a process that is in the middle of a write to finish it. */
const secondLookMs = 25;
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Calls back for each complete line with its number. The bytes are only valid during the call. Gives the number of an
 * unfinished last line, or null; a line
 * that a running process is just writing is given the time for a second look.
 */
export function forEachLine(fs: FileSystem, path: string, signal: WorkSignal, onLine: (bytes: Buffer, line: number) => void): number | null {
  const fd = fs.open(path, 'r');
  try {
    let buffer = Buffer.allocUnsafe(pieceBytes);
    let filled = 0;
    let line = 0;
    let lookedAgain = false;
    for (let position = 0; ;) {
      signal.check();
      if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
      const read = fs.read(fd, buffer, filled, buffer.length - filled, position);
      if (read === 0) {
        if (filled === 0) return null;
        if (lookedAgain) return line + 1;
        lookedAgain = true;
        Atomics.wait(pause, 0, 0, secondLookMs);
        continue;
      }
      position += read;
      const end = filled + read;
      let start = 0;
      for (let at = buffer.indexOf(lineFeed, filled); at >= 0 && at < end; at = buffer.indexOf(lineFeed, start)) {
        line += 1;
        onLine(buffer.subarray(start, at), line);
        start = at + 1;
      }
      buffer.copyWithin(0, start, end);
      filled = end - start;
    }
  } finally {
    fs.close(fd);
  }
}
