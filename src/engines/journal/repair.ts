/**
 * What a crash or a full disk left at the end of a file of lines.
 *
 * Bytes of a line that was never finished are copied to `damaged/` and made durable there before they are cut off, and
 * a note in the journal says so. The copy is called `.part.new` until that note is in the journal: a crash in
 * between is made good by the next process that appends.
 */
import { isMissing, makeDirectories, readFully, syncDirectory, systemCode, writeFully, type EngineContext, type FileSystem } from '#engines/storage';
import { join } from 'node:path';
import { sha256 } from './entry.ts';
import { damagedFolder, journalFolder, readAt, type Tail } from './segments.ts';

const pendingEnd = '.part.new';

/** Bytes that were set aside and are not yet spoken of in the journal. */
export interface SetAside {
  readonly from: string;
  readonly to: string;
}

/** Cuts off what follows the last complete line. `expectedSeq` names the copy. */
export function cutIncompleteLine(fs: FileSystem, directory: string, name: string, tail: Tail, expectedSeq: number): void {
  const path = join(directory, name);
  const bytes = readTailBytes(fs, path, tail);
  keepDamaged(fs, join(directory, damagedFolder), `${name.replace(/\.jsonl$/u, '')}-${expectedSeq}`, bytes);
  const fd = fs.open(path, 'r+');
  try {
    fs.ftruncate(fd, tail.complete);
    fs.fsync(fd);
  } finally {
    fs.close(fd);
  }
}

function readTailBytes(fs: FileSystem, path: string, tail: Tail): Buffer {
  const fd = fs.open(path, 'r');
  try {
    return readAt(fs, fd, tail.complete, tail.size - tail.complete);
  } finally {
    fs.close(fd);
  }
}

function keepDamaged(fs: FileSystem, folder: string, stem: string, bytes: Buffer): void {
  makeDirectories(fs, folder);
  for (let copy = 1; ; copy += 1) {
    const path = join(folder, `${copy === 1 ? stem : `${stem}-${copy}`}${pendingEnd}`);
    const kept = readIfThere(fs, path) ?? readIfThere(fs, path.replace(/\.new$/u, ''));
    if (kept === null) {
      writeNew(fs, path, bytes);
      syncDirectory(fs, folder);
      return;
    }
    if (kept.equals(bytes) && readIfThere(fs, path) !== null) return;
  }
}

function readIfThere(fs: FileSystem, path: string): Buffer | null {
  try {
    return readFully(fs, path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function writeNew(fs: FileSystem, path: string, bytes: Buffer): void {
  const temporary = `${path}.tmp`;
  try {
    fs.unlink(temporary);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const fd = fs.open(temporary, 'wx');
  try {
    writeFully(fs, fd, bytes);
    fs.fsync(fd);
  } finally {
    fs.close(fd);
  }
  fs.rename(temporary, path);
}

export function listSetAside(fs: FileSystem, directory: string): readonly SetAside[] {
  const folder = join(directory, damagedFolder);
  try {
    return fs.readdir(folder).filter(({ name, kind }) => kind === 'file' && name.endsWith(pendingEnd))
      .map(({ name }) => ({ from: join(folder, name), to: join(folder, name.slice(0, -'.new'.length)) }));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** What the note in the journal says about one copy. */
export function describeSetAside(fs: FileSystem, { from, to }: SetAside): Readonly<Record<string, unknown>> {
  const bytes = readFully(fs, from);
  return { kept_as: [...journalFolder.split(/[\\/]/u), damagedFolder, to.split(/[\\/]/u).at(-1) ?? ''].join('/'), bytes: bytes.length, sha256: sha256(bytes) };
}

/** The note is durable: the copy gets its lasting name. Where that fails, the next append says it again. */
export function settle({ fs, log }: EngineContext, setAside: readonly SetAside[]): void {
  for (const { from, to } of setAside) {
    try {
      fs.rename(from, to);
    } catch (error) {
      log.warn('A repaired piece of the journal keeps its preliminary name.', { path: from, code: systemCode(error) });
    }
  }
}

/** Appends bytes durably; after a failure the file is as long as before, or ends in an unfinished line. */
export function appendBytes(fs: FileSystem, path: string, sizeBefore: number, bytes: Uint8Array): void {
  const fd = fs.open(path, 'a');
  try {
    try {
      writeFully(fs, fd, bytes);
      fs.fsync(fd);
    } catch (error) {
      takeBack(fs, fd, sizeBefore);
      throw error;
    }
  } finally {
    fs.close(fd);
  }
}

function takeBack(fs: FileSystem, fd: number, sizeBefore: number): void {
  try {
    fs.ftruncate(fd, sizeBefore);
    fs.fsync(fd);
  } catch {
    // The next append finds what is left and repairs it; the first failure is the one to report.
  }
}
