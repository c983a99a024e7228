/**
 * Makes the packing library quick with many small files in tar archives: it sets up a stream of its own for each of
 * them; here what is in memory goes straight into the archive's stream, under the same back pressure.
 *
 * Like its sibling for zip this reaches below the published surface, checks that everything it needs is there, and
 * otherwise leaves the library as it is.
 */
import type { Archiver } from 'archiver';

interface TarHeader {
  readonly sourceType: string;
  readonly type: string;
  readonly date: Date;
  readonly mode: number;
  readonly linkname?: string;
}

type Done = (error: Error | null, header?: TarHeader) => void;

interface TarEngine {
  push(bytes: Buffer | null): boolean;
  _encode(header: object): void;
  _drain: () => void;
  readonly _stream: unknown;
  readonly _pending: readonly unknown[];
}

interface TarFormat {
  append(source: unknown, header: TarHeader, done: Done): void;
  readonly engine: TarEngine;
}

const blockBytes = 512;
const gatherBytes = 128 << 10;
const smallPiece = 16 << 10;
const padding = Buffer.alloc(blockBytes);
/** The library takes a mode of 0 for none and puts its own. */
const modeless = 0;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function formatOf(archive: Archiver): TarFormat | null {
  const format = (archive as unknown as Readonly<Record<string, unknown>>)['_module'];
  if (!isObject(format) || typeof format['append'] !== 'function') return null;
  const engine = format['engine'];
  if (!isObject(engine) || engine['_stream'] !== null || !Array.isArray(engine['_pending'])) return null;
  const methods = ['push', '_encode', '_drain'];
  return methods.every((name) => typeof engine[name] === 'function') ? (format as unknown as TarFormat) : null;
}

/** Small pieces are put together before they go down the streams; for a compressor each piece is a trip to its thread. */
function gatherPushes(engine: TarEngine): void {
  const push = engine.push.bind(engine);
  let parts: Buffer[] = [];
  let size = 0;
  const flush = (): boolean => {
    if (size === 0) return true;
    const gathered = Buffer.concat(parts, size);
    parts = [];
    size = 0;
    return push(gathered);
  };
  engine.push = (bytes) => {
    if (bytes === null || bytes.length > smallPiece) {
      flush();
      return push(bytes);
    }
    parts.push(bytes);
    size += bytes.length;
    return size < gatherBytes ? true : flush();
  };
}

/** True when the quick way is in effect. */
export function quickenTar(archive: Archiver): boolean {
  const format = formatOf(archive);
  if (!format) return false;
  const { engine } = format;
  gatherPushes(engine);
  const append = format.append.bind(format);
  format.append = (source, header, done) => {
    const free = engine['_stream'] === null && engine['_pending'].length === 0;
    if (!free || !Buffer.isBuffer(source) || header.mode === modeless) {
      append(source, header, done);
      return;
    }
    engine['_encode']({ ...header, size: source.length, mtime: header.date, uid: 0, gid: 0 });
    let room = true;
    if (source.length > 0) room = engine.push(source);
    const rest = source.length % blockBytes;
    if (rest > 0) room = engine.push(padding.subarray(rest));
    if (room) done(null, header);
    else engine['_drain'] = () => done(null, header);
  };
  return true;
}
