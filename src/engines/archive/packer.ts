/**
 * Drives the packing library: one entry after the other, each handed over only when the one before is through, so that
 * memory stays the same whatever the size. Every failure, on either side of the library, ends in one rejection.
 */
import { Readable } from 'node:stream';
import { TarArchive, ZipArchive, type Archiver, type EntryData } from 'archiver';
import type { ArchiveFormat } from './types.ts';
import type { FileOutput } from './output.ts';
import { quickenTar } from './tarEngine.ts';
import { quickenZip } from './zipEngine.ts';

/**
 * At these levels the zlib of Node packs tables of numbers within a few per cent of the classic `zip -6` (mostly below
 * it), in half to two thirds of the time of its own level 6.
 */
const levels = { small: 4, large: 5 };
const deflate = { level: levels.large, chunkSize: 128 << 10 };

/** What the library reads of an entry, beyond its published type: link targets, and extended headers of tar. */
export interface PackEntry extends EntryData {
  readonly linkname?: string;
  readonly pax?: Readonly<Record<string, string>>;
}

function createArchive(format: Exclude<ArchiveFormat, 'directory'>): Archiver {
  if (format === 'zip') {
    const archive = new ZipArchive({ zlib: { ...deflate } });
    quickenZip(archive, levels);
    return archive;
  }
  const archive = format === 'tar' ? new TarArchive({}) : new TarArchive({ gzip: true, gzipOptions: { ...deflate } });
  quickenTar(archive);
  return archive;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Packer {
  private readonly archive: Archiver;
  private readonly output: FileOutput;
  private waiting: Waiting | null = null;
  private failure: { readonly error: unknown } | null = null;

  constructor(format: Exclude<ArchiveFormat, 'directory'>, output: FileOutput) {
    this.output = output;
    this.archive = createArchive(format);
    this.archive.on('error', (error) => this.fail(error));
    this.archive.on('warning', (error) => this.fail(error));
    this.archive.on('entry', () => this.settle());
    output.on('error', (error) => this.fail(error));
    this.archive.pipe(output);
  }

  private settle(): void {
    const waiting = this.waiting;
    this.waiting = null;
    waiting?.resolve();
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    const waiting = this.waiting;
    this.waiting = null;
    waiting?.reject(this.failure.error);
  }

  private async until(start: () => void): Promise<void> {
    if (this.failure) throw this.failure.error;
    await new Promise<void>((resolve, reject) => {
      this.waiting = { resolve, reject };
      start();
    });
  }

  /** A folder, a link (`linkname`), or a file that is in memory. */
  async add(entry: PackEntry, bytes: Buffer): Promise<void> {
    await this.until(() => this.archive.append(bytes, entry));
  }

  /** A file of known size, chunk by chunk. */
  async addChunks(entry: PackEntry, size: number, chunks: Iterable<Buffer>): Promise<void> {
    const source = Readable.from(chunks, { objectMode: false, highWaterMark: 1 << 20 });
    source.on('error', (error) => this.fail(error));
    // The library takes the size of a stream from a stat object, and nothing else from it when mode and date are given.
    const stats = { size } as NonNullable<EntryData['stats']>;
    try {
      await this.until(() => this.archive.append(source, { ...entry, stats }));
    } finally {
      source.destroy();
    }
  }

  /** Ends the archive; everything is handed to the system when this resolves. */
  async finish(): Promise<void> {
    await this.until(() => {
      this.output.once('finish', () => this.settle());
      this.archive.finalize().catch((error: unknown) => this.fail(error));
    });
  }

  /**
   * Lets go of everything after a failure. The library is left to stand still, neither aborted nor destroyed: both make
   * its tar side throw out of a later tick. Nothing refers to it any more, so it is collected with what it holds.
   */
  abandon(): void {
    this.failure ??= { error: new Error('abandoned') };
    this.archive.unpipe(this.output);
    this.output.destroy();
  }
}
