/**
 * Drives the packing library: one entry after the other, each handed over only when the one before is through, so that
 * memory stays the same whatever the size. Every failure, on either side of the library, ends in one rejection.
 *
 * Where the library can be quickened nothing waits for a stream: bytes are in the output, or copied, when a call ends.
 */
import { Readable, type Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
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

/** Takes bytes at once; their buffer may be used again afterwards. */
export type Deliver = (bytes: Buffer) => void;

/** The quick way into an archive. */
export interface Direct {
  readonly add: (entry: PackEntry, bytes: Buffer) => void;
  /** For content in pieces; null where that takes one of the library's streams. */
  readonly pieces: {
    readonly begin: (entry: PackEntry, size: number) => void;
    readonly take: Deliver;
    readonly end: (size: number) => void;
  } | null;
  /** The stream that must drain before more is added, or null. */
  readonly full: () => Writable | null;
}

interface Quickened {
  readonly archive: Archiver;
  readonly direct: Direct | null;
}

function createArchive(format: Exclude<ArchiveFormat, 'directory'>, deliver: Deliver): Quickened {
  if (format === 'zip') {
    const archive = new ZipArchive({ zlib: { ...deflate } });
    return { archive, direct: quickenZip(archive, levels, deliver) };
  }
  const archive = format === 'tar' ? new TarArchive({}) : new TarArchive({ gzip: true, gzipOptions: { ...deflate } });
  return { archive, direct: quickenTar(archive, deliver) };
}

/** Others in this thread get a turn after so many bytes or entries. */
const turnBytes = 4 << 20;
const entryWorth = 16 << 10;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Packer {
  private readonly archive: Archiver;
  private readonly direct: Direct | null;
  private readonly output: FileOutput;
  private sinceTurn = 0;
  private waiting: Waiting | null = null;
  private failure: { readonly error: unknown } | null = null;

  constructor(format: Exclude<ArchiveFormat, 'directory'>, output: FileOutput) {
    this.output = output;
    const { archive, direct } = createArchive(format, (bytes) => this.deliver(bytes));
    this.archive = archive;
    this.direct = direct;
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

  /** True when buffers may be used again as soon as `add`, or taking the next chunk, has returned. */
  get copies(): boolean {
    return this.direct !== null;
  }

  /** May be called out of a stream of the library, where an error that is thrown would reach nobody. */
  private deliver(bytes: Buffer): void {
    if (this.failure) return;
    try {
      this.output.take(bytes);
    } catch (error) {
      this.fail(error);
    }
  }

  private throwFailure(): void {
    if (this.failure) throw this.failure.error;
  }

  private async until(start: () => void): Promise<void> {
    this.throwFailure();
    await new Promise<void>((resolve, reject) => {
      this.waiting = { resolve, reject };
      start();
    });
  }

  /** After quick work: its failure is thrown, a full stream is waited for, others get their turn. */
  private async settled(bytes: number): Promise<void> {
    this.throwFailure();
    const full = this.direct?.full() ?? null;
    if (full) await this.until(() => full.once('drain', () => this.settle()));
    this.sinceTurn += bytes;
    if (this.sinceTurn < turnBytes) return;
    this.sinceTurn = 0;
    await nextTurn();
    this.throwFailure();
  }

  /** A folder, a link (`linkname`), or a file that is in memory. */
  async add(entry: PackEntry, bytes: Buffer): Promise<void> {
    if (!this.direct) {
      await this.until(() => this.archive.append(bytes, entry));
      return;
    }
    this.throwFailure();
    this.direct.add(entry, bytes);
    await this.settled(bytes.length + entryWorth);
  }

  /** A file of known size, chunk by chunk. */
  async addChunks(entry: PackEntry, size: number, source: (reuse: boolean) => Iterable<Buffer>): Promise<void> {
    const pieces = this.direct?.pieces ?? null;
    if (!pieces) {
      await this.addStream(entry, size, source(false));
      return;
    }
    this.throwFailure();
    pieces.begin(entry, size);
    for (const chunk of source(true)) {
      pieces.take(chunk);
      await this.settled(chunk.length);
    }
    pieces.end(size);
    await this.settled(entryWorth);
  }

  private async addStream(entry: PackEntry, size: number, chunks: Iterable<Buffer>): Promise<void> {
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
