/** Writing that survives a crash: whole files appear at once or not at all. */
import type { FileSystem } from './fileSystem.ts';
import { isMissing, systemCode } from './errors.ts';
import { dirname, join } from 'node:path';

/** Writes all bytes; a short write is continued, a write of nothing is an error. */
export function writeFully(fs: FileSystem, fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const written = fs.write(fd, bytes, at, bytes.length - at);
    if (written <= 0) throw Object.assign(new Error('the system wrote nothing'), { code: 'EIO' });
    at += written;
  }
}

/** Size of an opened file. A pipe or a device in its place is refused: reading one may never come to an end. */
function sizeOfFile(fs: FileSystem, fd: number, path: string): number {
  const { kind, size } = fs.fstat(fd);
  if (kind === 'file') return size;
  throw Object.assign(new Error(`${path} is no plain file`), { code: kind === 'directory' ? 'EISDIR' : 'EINVAL' });
}

/** The whole file, whatever its size says (it may grow meanwhile). */
export function readFully(fs: FileSystem, path: string): Buffer {
  const fd = fs.open(path, 'r');
  try {
    const parts: Buffer[] = [];
    let size = Math.min(Math.max(sizeOfFile(fs, fd, path) + 1, 4096), 1 << 20);
    for (;;) {
      const buffer = Buffer.allocUnsafe(size);
      const read = fs.read(fd, buffer, 0, size, null);
      if (read === 0) return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      parts.push(buffer.subarray(0, read));
      size = 1 << 20;
    }
  } finally {
    fs.close(fd);
  }
}

/** False for errors by which a system says that it has no way to sync a folder (Windows, some network volumes). */
export function canSyncFolders(error: unknown): boolean {
  const code = systemCode(error) ?? '';
  return process.platform === 'win32' ? !['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(code) : !['EINVAL', 'ENOTSUP'].includes(code);
}

/** Makes a rename in `directory` durable. Systems that cannot sync a folder are let pass. */
export function syncDirectory(fs: FileSystem, directory: string): void {
  let fd: number;
  try {
    fd = fs.open(directory, 'r');
  } catch (error) {
    if (process.platform === 'win32' && !canSyncFolders(error)) return;
    throw error;
  }
  try {
    fs.fsync(fd);
  } catch (error) {
    if (process.platform !== 'win32' && canSyncFolders(error)) throw error;
  } finally {
    fs.close(fd);
  }
}

/** Below this many folders nothing is gained by several at a time. */
const fewFolders = 8;

/** {@link syncDirectory} for each of them; missing ones are let pass. */
export async function syncDirectories(fs: FileSystem, directories: readonly string[]): Promise<void> {
  if (directories.length > fewFolders && fs.syncDirectories !== undefined) return fs.syncDirectories(directories);
  for (const directory of directories) {
    try {
      syncDirectory(fs, directory);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

/** Makes the folder and what is missing above it. */
export function makeDirectories(fs: FileSystem, path: string, mode = 0o777): void {
  try {
    fs.mkdir(path, mode);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') {
      makeDirectories(fs, dirname(path), mode);
      makeDirectories(fs, path, mode);
    } else if (code !== 'EEXIST' || fs.stat(path).kind !== 'directory') {
      throw error;
    }
  }
}

let temporaryCount = 0;

/** Replaces `path` by `bytes`: temporary file, fsync, rename, fsync of the folder. Readers see old or new. */
export function replaceFile(fs: FileSystem, path: string, bytes: Uint8Array, mode = 0o666): void {
  const directory = dirname(path);
  temporaryCount += 1;
  const temporary = join(directory, `.sterownia-${process.pid}-${Date.now().toString(36)}-${temporaryCount}.tmp`);
  makeDirectories(fs, directory);
  const fd = fs.open(temporary, 'wx', mode);
  try {
    try {
      writeFully(fs, fd, bytes);
      fs.fsync(fd);
    } finally {
      fs.close(fd);
    }
    fs.rename(temporary, path);
  } catch (error) {
    removeQuietly(fs, temporary);
    throw error;
  }
  syncDirectory(fs, directory);
}

function removeQuietly(fs: FileSystem, path: string): void {
  try {
    fs.unlink(path);
  } catch (error) {
    if (!isMissing(error)) return;
  }
}
