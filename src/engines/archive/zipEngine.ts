/**
 * Makes the packing library quick with many small files. As it comes it sets up a stream of its own for each of them
 * and passes every field of a header on as a chunk, which costs several times the compression itself.
 *
 * This reaches below the library's published surface, so it checks that everything it needs is there and otherwise
 * leaves the library as it is: slower, with the same content. A test holds that it is in effect.
 */
import { crc32, deflateRawSync } from 'node:zlib';
import type { Archiver } from 'archiver';
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
  end(): unknown;
  _appendBuffer(entry: ZipEntry, bytes: Buffer, done: Done): void;
  _writeLocalFileHeader(entry: ZipEntry): void;
  _afterAppend(entry: ZipEntry): void;
}

const methodStored = 0;
const methodDeflated = 8;
const versionPlain = 10;
const versionDeflated = 20;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function engineOf(archive: Archiver): ZipEngine | null {
  const format = (archive as unknown as Readonly<Record<string, unknown>>)['_module'];
  const engine = isObject(format) ? format['engine'] : null;
  if (!isObject(engine) || typeof engine['offset'] !== 'number') return null;
  const methods = ['write', 'end', '_appendBuffer', '_writeLocalFileHeader', '_afterAppend'];
  return methods.every((name) => typeof engine[name] === 'function') ? (engine as unknown as ZipEngine) : null;
}

const gatherBytes = 128 << 10;
const smallFile = 64 << 10;
const smallChunk = 16 << 10;

/** Small pieces are put together before they go down the streams. */
function gatherWrites(engine: ZipEngine): void {
  const write = engine.write.bind(engine);
  const end = engine.end.bind(engine);
  let parts: Buffer[] = [];
  let size = 0;
  const flush = (): boolean => {
    if (size === 0) return true;
    const gathered = Buffer.concat(parts, size);
    // The library counts the offset when it writes; what is gathered here was counted already.
    engine.offset -= size;
    parts = [];
    size = 0;
    return write(gathered);
  };
  engine.write = (chunk, done) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (done !== undefined || bytes.length > smallChunk) {
      flush();
      return write(bytes, done);
    }
    parts.push(bytes);
    size += bytes.length;
    engine.offset += bytes.length;
    return size < gatherBytes ? true : flush();
  };
  engine.end = () => {
    flush();
    return end();
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

/** True when the quick way is in effect. */
export function quickenZip(archive: Archiver, levels: Levels): boolean {
  const engine = engineOf(archive);
  if (!engine) return false;
  gatherWrites(engine);
  compressAtOnce(engine, levels);
  return true;
}
