/**
 * Verifies a zip by its central directory, as unpackers do. Small entries are inflated in memory, one after the other;
 * large ones stream. Names must be marked as UTF-8 where they are more than ASCII.
 */
import { createHash, hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from 'yauzl';
import type { FileSystem, WorkSignal } from '#engines/storage';
import type { Checklist } from './checklist.ts';
import { fileRange } from './output.ts';
import type { Meter } from './progress.ts';
import { wholeLimit } from './source.ts';
import { readingFailure } from './verifyTar.ts';
import type { ArchivedFile } from './types.ts';

const windowBytes = 128 << 10;

/** The reader's view of the open file: reads go through a window, since most of them are a few bytes further on. */
class SeamReader extends RandomAccessReader {
  private readonly fs: FileSystem;
  private readonly fd: number;
  private readonly signal: WorkSignal;
  private readonly windows = [new Window(), new Window()] as const;

  constructor(fs: FileSystem, fd: number, signal: WorkSignal) {
    super();
    this.fs = fs;
    this.fd = fd;
    this.signal = signal;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(fileRange(this.fs, this.fd, start, end, this.signal), { objectMode: false });
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, callback: (error: Error | null) => void): void {
    let failure: Error | null = null;
    try {
      this.bytes(position, length, 0).copy(buffer, offset);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    callback(failure);
  }

  /** Directory and contents lie far apart and are read in turns: each has its own window (0 and 1). */
  bytes(position: number, length: number, window: 0 | 1): Buffer {
    return this.windows[window].take(this.fs, this.fd, position, length);
  }
}

class Window {
  private buffer = Buffer.alloc(0);
  private start = 0;

  take(fs: FileSystem, fd: number, position: number, length: number): Buffer {
    if (position < this.start || position + length > this.start + this.buffer.length) this.load(fs, fd, position, Math.max(length, windowBytes));
    const from = position - this.start;
    if (from + length > this.buffer.length) throw new Error('the archive ends too early');
    return this.buffer.subarray(from, from + length);
  }

  private load(fs: FileSystem, fd: number, position: number, length: number): void {
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const read = fs.read(fd, buffer, filled, length - filled, position + filled);
      if (read === 0) break;
      filled += read;
    }
    this.buffer = buffer.subarray(0, filled);
    this.start = position;
  }
}

const formatBits = 0o170000;
const unixKinds: Readonly<Record<number, ArchivedFile['kind']>> = { 0o100000: 'file', 0o120000: 'link', 0o040000: 'directory' };
const utf8Flag = 0x800;
const localHeaderBytes = 30;

interface ZipCheck {
  readonly fs: FileSystem;
  readonly fd: number;
  readonly size: number;
  readonly list: Checklist;
  readonly meter: Meter;
  readonly signal: WorkSignal;
}

function meet(list: Checklist, entry: Entry): ArchivedFile {
  const text = entry.fileNameRaw.toString('utf8');
  const name = text.replace(/\/$/u, '');
  if (text.length !== entry.fileNameRaw.length && (entry.generalPurposeBitFlag & utf8Flag) === 0) {
    throw list.fail(name, 'its name is not marked as UTF-8');
  }
  const mode = entry.externalFileAttributes >>> 16;
  const kind = unixKinds[mode & formatBits];
  if (!kind || (kind === 'directory') !== text.endsWith('/')) throw list.fail(name, 'its kind is unknown');
  const file = list.meet(name, kind);
  if (kind !== 'link' && (mode & 0o7777) !== Number.parseInt(file.mode, 8)) throw list.fail(name, 'its mode differs');
  return file;
}

/** The content of a small entry. The local header says where it begins; the directory says how long it is. */
function smallContent(reader: SeamReader, entry: Entry): Buffer {
  const at = entry.relativeOffsetOfLocalHeader;
  const header = reader.bytes(at, localHeaderBytes, 1);
  if (header.readUInt32LE(0) !== 0x04034b50) throw new Error('its local header is damaged');
  const start = at + localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  const raw = reader.bytes(start, entry.compressedSize, 1);
  if (entry.compressionMethod === 0) return raw;
  if (entry.compressionMethod !== 8) throw new Error(`its compression method ${entry.compressionMethod} is unknown`);
  const most = entry.uncompressedSize;
  return inflateRawSync(raw, { chunkSize: Math.max(64, most + 1), maxOutputLength: most + 1 });
}

async function checkLarge(zip: ZipFile, entry: Entry, file: ArchivedFile, { list, meter }: ZipCheck): Promise<void> {
  const digest = createHash('sha256');
  let size = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    const bytes: Buffer = chunk;
    digest.update(bytes);
    size += bytes.length;
    meter.add(bytes.length);
  }
  list.checkContent(file, size, digest.digest('hex'));
}

async function checkEntry(reader: SeamReader, zip: ZipFile, entry: Entry, check: ZipCheck): Promise<void> {
  const { list, meter } = check;
  const file = meet(list, entry);
  meter.begin(file.name);
  try {
    if (Math.max(entry.compressedSize, entry.uncompressedSize) > wholeLimit) {
      await checkLarge(zip, entry, file, check);
    } else {
      const content = smallContent(reader, entry);
      if (file.kind === 'link') list.checkTarget(file, content.toString('utf8'));
      else if (file.kind === 'file') list.checkContent(file, content.length, hash('sha256', content, 'hex'));
      else if (content.length > 0) throw list.fail(file.name, 'it is a folder and has content');
      meter.add(content.length);
    }
  } catch (error) {
    const failure = readingFailure(list, error);
    throw failure === error ? error : list.fail(file.name, error instanceof Error ? error.message : String(error), error);
  }
  meter.end();
}

export async function verifyZip(check: ZipCheck): Promise<void> {
  const { fs, fd, size, list, signal } = check;
  const reader = new SeamReader(fs, fd, signal);
  try {
    const zip = await fromRandomAccessReaderPromise(reader, size, { lazyEntries: true, autoClose: false, decodeStrings: false });
    for await (const entry of zip.eachEntry()) await checkEntry(reader, zip, entry, check);
  } catch (error) {
    throw readingFailure(list, error);
  }
}
