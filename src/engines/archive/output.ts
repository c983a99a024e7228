/**
 * Writing and re-reading the archive file over the seam: small pieces are gathered into large writes, and the CRC-32
 * of everything that passes is taken on the way. One buffer serves a whole archive.
 */
import { Writable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { asConsoleError, writeFully, type FileSystem, type WorkSignal } from '#engines/storage';
import { chunkBytes } from './source.ts';
import type { Container } from './types.ts';

const gatherBytes = 256 << 10;

/** Size and CRC-32 of a run of bytes. */
export class Measure {
  private crc = 0;
  private total = 0;

  take(bytes: Uint8Array): void {
    this.crc = crc32(bytes, this.crc);
    this.total += bytes.length;
  }

  get size(): number {
    return this.total;
  }

  get container(): Container {
    return { size: this.total, crc32: this.crc.toString(16).padStart(8, '0') };
  }
}

/** A stream into an open file. It ends with everything handed to the system; syncing and closing is the caller's. */
export class FileOutput extends Writable {
  private readonly fs: FileSystem;
  private readonly fd: number;
  private readonly path: string;
  private readonly gathered = Buffer.allocUnsafeSlow(gatherBytes);
  private filled = 0;
  private readonly measure = new Measure();

  constructor(fs: FileSystem, fd: number, path: string) {
    super({ highWaterMark: 1 << 20 });
    this.fs = fs;
    this.fd = fd;
    this.path = path;
  }

  get container(): Container {
    return this.measure.container;
  }

  private send(bytes: Uint8Array): void {
    this.measure.take(bytes);
    writeFully(this.fs, this.fd, bytes);
  }

  private flushGathered(): void {
    if (this.filled === 0) return;
    const bytes = this.gathered.subarray(0, this.filled);
    this.filled = 0;
    this.send(bytes);
  }

  /** Writes or copies the bytes before it returns: the caller may use their buffer again. Throws as the system does. */
  take(chunk: Buffer): void {
    if (this.filled + chunk.length > gatherBytes) this.flushGathered();
    if (chunk.length > gatherBytes / 2) {
      this.flushGathered();
      this.send(chunk);
    } else {
      this.filled += chunk.copy(this.gathered, this.filled);
    }
  }

  private attempt(act: () => void, done: (error?: Error) => void): void {
    try {
      act();
    } catch (error) {
      done(asConsoleError(error, 'write', this.path));
      return;
    }
    done();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.attempt(() => this.take(chunk), done);
  }

  override _final(done: (error?: Error) => void): void {
    this.attempt(() => this.flushGathered(), done);
  }
}

/** A range of an open file, chunk by chunk; with `reuse` every chunk is the same buffer. */
export function* fileRange(
  fs: FileSystem, fd: number, start: number, end: number, signal: WorkSignal, reuse = false,
): Generator<Buffer, void, void> {
  let buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, Math.max(end - start, 1)));
  for (let at = start; at < end;) {
    signal.check();
    const read = fs.read(fd, buffer, 0, Math.min(buffer.length, end - at), at);
    if (read === 0) return;
    at += read;
    yield buffer.subarray(0, read);
    if (!reuse && at < end) buffer = Buffer.allocUnsafeSlow(buffer.length);
  }
}
