/**
 * Promise: only a plain file of a bearable size is opened. A pipe, which would hold the reader up for good, or a device in
 * the place of a file is named instead.
 */
import { ConsoleError } from '#contract';
import { displayName, readFully, type FileSystem } from '#engines/storage';

const refused = (path: string, why: string): ConsoleError => new ConsoleError('DOCUMENT_CORRUPT', `${displayName(path)} ${why}. It was not opened.`, {
  remedy: 'Put the file itself in its place.', details: { path: displayName(path), reason: why },
});

/** Throws the system's own error where there is nothing, and DOCUMENT_CORRUPT for what is no plain file. Links are followed. */
export function readPlainFile(fs: FileSystem, path: string, largest: number): Buffer {
  const { kind, size } = fs.stat(path);
  if (kind !== 'file') throw refused(path, 'is no plain file');
  if (size > largest) throw refused(path, `is larger than ${largest} bytes`);
  return readFully(fs, path);
}
