/**
 * Makes the packing library quick with many small files. As it comes it sets up a stream of its own for each of them,
 * waits a turn after it, and passes every field of a header on as a chunk, which costs several times the compression
 * itself. Here every byte goes straight to the output.
 *
 * This reaches below the library's published surface, so it checks that everything it needs is there and otherwise
 * leaves the library as it is: slower, with the same content. A test holds that it is in effect.
 */
import { crc32, deflateRawSync } from 'node:zlib';
import type { Archiver, EntryData } from 'archiver';
import { ConsoleError } from '#contract';
import type { Deliver, Direct, PackEntry } from './packer.ts';
import { wholeLimit } from './source.ts';

interface ZipEntry {
  getMethod(): number;
  setMethod(method: number): void;
  setCrc(crc: number): void;
  setSize(size: number): void;
  setCompressedSize(size: number): void;
  setVersionNeededToExtract(version: number): void;
  getGeneralPurposeBit(): { useDataDescriptor(use: boolean): void };
}

/** Compression levels for files up to 64 KiB, where searching longer hardly pays, and for larger ones. */
export interface Levels {
  readonly small: number;
  readonly large: number;
}

type Done = (error: Error | null, entry?: ZipEntry) => void;

interface ZipEngine {
  offset: number;
  write(chunk: Buffer | string, done?: () => void): boolean;
  _appendBuffer(entry: ZipEntry, bytes: Buffer, done: Done): void;
  _writeLocalFileHeader(entry: ZipEntry): void;
  _afterAppend(entry: ZipEntry): void;
}

const methodStored = 0;
const methodDeflated = 8;
const versionPlain = 10;
const versionDeflated = 20;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

interface ZipFormat {
  append(bytes: Buffer, data: object, done: Done): void;
  readonly engine: ZipEngine;
}

interface Parts {
  readonly format: ZipFormat;
  readonly normalize: (entry: EntryData) => object;
}

function partsOf(archive: Archiver): Parts | null {
  const below = archive as unknown as Readonly<Record<string, unknown>>;
  const format = below['_module'];
  const normalize = below['_normalizeEntryData'];
  if (!isObject(format) || typeof format['append'] !== 'function' || typeof normalize !== 'function') return null;
  const engine = format['engine'];
  if (!isObject(engine) || typeof engine['offset'] !== 'number') return null;
  const methods = ['write', '_appendBuffer', '_writeLocalFileHeader', '_afterAppend'];
  if (!methods.every((name) => typeof engine[name] === 'function')) return null;
  return { format: format as unknown as ZipFormat, normalize: (entry) => normalize.call(archive, entry) as object };
}

const smallFile = 64 << 10;

function deliverWrites(engine: ZipEngine, deliver: Deliver): void {
  engine.write = (chunk, done) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    engine.offset += bytes.length;
    deliver(bytes);
    done?.();
    return true;
  };
}

/** Files in memory are compressed at once, and stored as they are where that is shorter; their sizes are in the header. */
function compressAtOnce(engine: ZipEngine, levels: Levels): void {
  const append = engine['_appendBuffer'].bind(engine);
  engine['_appendBuffer'] = (entry, bytes, done) => {
    if (bytes.length === 0 || bytes.length > wholeLimit || entry.getMethod() !== methodDeflated) {
      append(entry, bytes, done);
      return;
    }
    const level = bytes.length > smallFile ? levels.large : levels.small;
    const packed = deflateRawSync(bytes, { level, chunkSize: Math.max(256, bytes.length + 64) });
    const shorter = packed.length < bytes.length;
    const content = shorter ? packed : bytes;
    entry.setMethod(shorter ? methodDeflated : methodStored);
    entry.setVersionNeededToExtract(shorter ? versionDeflated : versionPlain);
    entry.getGeneralPurposeBit().useDataDescriptor(false);
    entry.setCrc(crc32(bytes));
    entry.setSize(bytes.length);
    entry.setCompressedSize(content.length);
    engine['_writeLocalFileHeader'](entry);
    engine.write(content);
    engine['_afterAppend'](entry);
    done(null, entry);
  };
}

/** The quick way, or null where the library is not as expected. Files too large for memory still pass as streams. */
export function quickenZip(archive: Archiver, levels: Levels, deliver: Deliver): Direct | null {
  const parts = partsOf(archive);
  if (!parts) return null;
  const { format, normalize } = parts;
  deliverWrites(format.engine, deliver);
  compressAtOnce(format.engine, levels);
  const add = (entry: PackEntry, bytes: Buffer): void => {
    let ended = false;
    format.append(bytes, normalize(entry), (error) => {
      if (error) throw error;
      ended = true;
    });
    if (!ended) throw new ConsoleError('INTERNAL', 'The packing library did not take an entry at once.', { details: { entry: entry.name } });
  };
  return { add, pieces: null, full: () => null };
}
