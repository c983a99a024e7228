/** Verifies tar and tar.gz by reading the archive from beginning to end as an unpacker does, once. */
import { createHash, hash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { isConsoleError } from '#contract';
import { systemCode, type FileSystem, type WorkSignal } from '#engines/storage';
import type { Checklist } from './checklist.ts';
import { fileRange, type Measure } from './output.ts';
import type { Meter } from './progress.ts';
import { TarReader, type TarHeader, type TarVisitor } from './tarReader.ts';
import type { ArchivedFile } from './types.ts';

interface TarCheck {
  readonly fs: FileSystem;
  readonly fd: number;
  readonly size: number;
  readonly gzip: boolean;
  readonly list: Checklist;
  readonly meter: Meter;
  readonly signal: WorkSignal;
  /** Takes every byte of the file that is read. */
  readonly measure: Measure;
}

/** Errors of the seam and of the contract stay what they are; anything else means that the archive can't be read. */
export function readingFailure(list: Checklist, error: unknown): unknown {
  if (isConsoleError(error)) return error;
  const code = systemCode(error);
  if (code !== null && /^E[A-Z]+$/u.test(code)) return error;
  return list.fail(null, error instanceof Error ? error.message : String(error), error);
}

/** Compares entries as they pass. Content that comes in one piece, which most does, is hashed in one call. */
class Comparison implements TarVisitor {
  private readonly list: Checklist;
  private readonly meter: Meter;
  private file: ArchivedFile | null = null;
  private size = 0;
  private digest: Hash | null = null;
  private sha256 = '';

  constructor({ list, meter }: TarCheck) {
    this.list = list;
    this.meter = meter;
  }

  entry({ name: stored, kind, size, target }: TarHeader): void {
    const name = stored.replace(/\/$/u, '');
    this.meter.begin(name);
    const file = this.list.meet(name, kind);
    if (kind === 'link') this.list.checkTarget(file, target);
    if (kind !== 'file' && size !== 0) throw this.list.fail(file.name, 'it has content and should have none');
    if (kind === 'file' && size !== file.size) throw this.list.fail(file.name, `it has ${size} bytes and should have ${file.size}`);
    this.file = file;
    this.size = 0;
    this.digest = null;
    this.sha256 = size === 0 ? hash('sha256', '', 'hex') : '';
  }

  content(bytes: Buffer): void {
    const { file } = this;
    if (this.size === 0 && bytes.length === file?.size) this.sha256 = hash('sha256', bytes, 'hex');
    else this.digest = (this.digest ?? createHash('sha256')).update(bytes);
    this.size += bytes.length;
    this.meter.add(bytes.length);
  }

  end(): void {
    const { file } = this;
    if (file?.kind === 'file') this.list.checkContent(file, this.size, this.digest?.digest('hex') ?? this.sha256);
    this.meter.end();
  }
}

function* measured({ fs, fd, size, signal, measure }: TarCheck, reuse: boolean): Generator<Buffer, void, void> {
  for (const chunk of fileRange(fs, fd, 0, size, signal, reuse)) {
    measure.take(chunk);
    yield chunk;
  }
}

async function readInto(reader: TarReader, check: TarCheck): Promise<void> {
  if (check.gzip) {
    const source = Readable.from(measured(check, false), { objectMode: false });
    await pipeline(source, createGunzip({ chunkSize: 256 << 10 }), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) reader.feed(chunk);
    });
  } else {
    for (const chunk of measured(check, true)) {
      reader.feed(chunk);
      await nextTurn();
    }
  }
  reader.finish();
}

export async function verifyTar(check: TarCheck): Promise<void> {
  try {
    await readInto(new TarReader(new Comparison(check)), check);
  } catch (error) {
    throw readingFailure(check.list, error);
  }
}
