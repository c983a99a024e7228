/** Verifies tar and tar.gz by reading the archive from beginning to end as an unpacker does. */
import { createHash } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type ExtractEvents, type Header } from 'tar-stream';
import { isConsoleError, type ConsoleError } from '#contract';
import { systemCode, type FileSystem, type WorkSignal } from '#engines/storage';
import type { Checklist } from './checklist.ts';
import { fileRange } from './output.ts';
import type { Meter } from './progress.ts';
import type { ArchivedFile } from './types.ts';

const kinds: Readonly<Record<string, ArchivedFile['kind']>> = { file: 'file', symlink: 'link', directory: 'directory' };

interface TarCheck {
  readonly fs: FileSystem;
  readonly fd: number;
  readonly size: number;
  readonly gzip: boolean;
  readonly list: Checklist;
  readonly meter: Meter;
  readonly signal: WorkSignal;
}

function meet({ list, meter }: TarCheck, header: Header): ArchivedFile {
  const name = header.name.replace(/\/$/u, '');
  meter.begin(name);
  const kind = kinds[header.type ?? ''];
  if (!kind) throw list.fail(name, `it is a ${header.type ?? 'thing of unknown kind'}`);
  const file = list.meet(name, kind);
  if (kind === 'link') list.checkTarget(file, header.linkname ?? null);
  return file;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** An entry's content, a stream of the library's own kind. */
type Body = ExtractEvents['entry'][1];

/** Takes one entry's content; `next` goes on to the next entry, or ends the reading with an error. */
function takeEntry(check: TarCheck, header: Header, body: Body, next: (error?: Error | null) => void): void {
  const { list, meter } = check;
  try {
    // An error of the whole reading arrives here as well; it is dealt with there.
    body.on('error', () => undefined);
    const file = meet(check, header);
    const digest = createHash('sha256');
    let size = 0;
    body.on('data', (chunk) => {
      if (!(chunk instanceof Uint8Array)) return;
      digest.update(chunk);
      size += chunk.length;
    });
    body.on('end', () => {
      try {
        if (file.kind === 'file') list.checkContent(file, size, digest.digest('hex'));
        else if (size !== 0) throw list.fail(file.name, 'it has content and should have none');
        meter.add(size);
        meter.end();
        next();
      } catch (error) {
        next(asError(error));
      }
    });
  } catch (error) {
    body.resume();
    next(asError(error));
  }
}

/** Errors of the seam and of the contract stay what they are; anything else means that the archive can't be read. */
export function readingFailure(list: Checklist, error: unknown): unknown {
  if (isConsoleError(error)) return error;
  const code = systemCode(error);
  if (code !== null && /^E[A-Z]+$/u.test(code)) return error;
  return list.fail(null, error instanceof Error ? error.message : String(error), error);
}

export async function verifyTar(check: TarCheck): Promise<void> {
  const { fs, fd, size, gzip, list, signal } = check;
  const reader = extract();
  let refused: ConsoleError | null = null;
  reader.on('entry', (header, body, next) => takeEntry(check, header, body, (error) => {
    if (isConsoleError(error)) refused ??= error;
    next(error);
  }));
  const source = Readable.from(fileRange(fs, fd, 0, size, signal), { objectMode: false });
  // It is a stream of a kindred library, not of Node's, and `pipeline` takes it as one.
  const sink = reader as unknown as Writable;
  try {
    await (gzip ? pipeline(source, createGunzip({ chunkSize: 256 << 10 }), sink) : pipeline(source, sink));
  } catch (error) {
    throw refused ?? readingFailure(list, error);
  }
}
