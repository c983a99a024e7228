/**
 * Makes the packing library quick in tar archives: it sets up a stream of its own for each entry and waits a turn after
 * it; here the library writes the headers, and headers and content go straight where they belong. With gzip that is the
 * library's compressor, under its back pressure, in pieces of a good size.
 *
 * Like its sibling for zip this reaches below the published surface, checks that everything it needs is there, and
 * otherwise leaves the library as it is: slower, with the same content.
 */
import type { Writable } from 'node:stream';
import type { Archiver, EntryData } from 'archiver';
import type { Deliver, Direct, PackEntry } from './packer.ts';

interface TarHeader {
  readonly name: string;
  readonly date: Date;
}

interface TarEngine {
  push(bytes: Buffer | null): boolean;
  _encode(header: object): void;
}

interface Parts {
  readonly engine: TarEngine;
  readonly compressor: Writable | null;
  readonly normalize: (entry: EntryData) => TarHeader;
}

const blockBytes = 512;
const gatherBytes = 128 << 10;
const padding = Buffer.alloc(blockBytes);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function partsOf(archive: Archiver): Parts | null {
  const below = archive as unknown as Readonly<Record<string, unknown>>;
  const format = below['_module'];
  const normalize = below['_normalizeEntryData'];
  if (!isObject(format) || typeof normalize !== 'function') return null;
  const { engine, compressor } = format;
  if (!isObject(engine) || !['push', '_encode'].every((name) => typeof engine[name] === 'function')) return null;
  if (compressor !== false && !(isObject(compressor) && typeof compressor['write'] === 'function')) return null;
  return {
    engine: engine as unknown as TarEngine,
    compressor: compressor === false ? null : (compressor as unknown as Writable),
    normalize: (entry) => normalize.call(archive, entry) as TarHeader,
  };
}

/** A compressor takes every piece to its thread and keeps it until then: it gets copies, and not small ones. */
class Gatherer {
  private readonly compressor: Writable;
  private buffer = Buffer.allocUnsafeSlow(gatherBytes);
  private filled = 0;

  constructor(compressor: Writable) {
    this.compressor = compressor;
  }

  readonly take: Deliver = (bytes) => {
    for (let at = 0; at < bytes.length;) {
      const length = bytes.copy(this.buffer, this.filled, at);
      this.filled += length;
      at += length;
      if (this.filled === gatherBytes) this.flush();
    }
  };

  flush(): void {
    if (this.filled === 0) return;
    this.compressor.write(this.buffer.subarray(0, this.filled));
    this.buffer = Buffer.allocUnsafeSlow(gatherBytes);
    this.filled = 0;
  }
}

/** The quick way, or null where the library is not as expected. */
export function quickenTar(archive: Archiver, deliver: Deliver): Direct | null {
  const parts = partsOf(archive);
  if (!parts) return null;
  const { engine, compressor, normalize } = parts;
  const gatherer = compressor ? new Gatherer(compressor) : null;
  const take = gatherer?.take ?? deliver;
  const push = engine.push.bind(engine);
  engine.push = (bytes) => {
    if (bytes !== null) {
      take(bytes);
      return true;
    }
    gatherer?.flush();
    return push(null);
  };
  const begin = (entry: PackEntry, size: number): void => {
    const header = normalize(entry);
    engine['_encode']({ ...header, size, mtime: header.date, uid: 0, gid: 0 });
  };
  const end = (size: number): void => {
    const rest = size % blockBytes;
    if (rest > 0) take(padding.subarray(rest));
  };
  return {
    add: (entry, bytes) => {
      begin(entry, bytes.length);
      if (bytes.length > 0) take(bytes);
      end(bytes.length);
    },
    pieces: { begin, take, end },
    full: () => (compressor?.writableNeedDrain === true ? compressor : null),
  };
}
