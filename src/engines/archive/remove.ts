/** Removes what is staged, and only that. Links are removed, never followed; missing things are no error. */
import { join } from 'node:path';
import { isMissing, systemCode, type FileSystem } from '#engines/storage';
import type { StagedPaths } from './names.ts';

function removeTree(fs: FileSystem, path: string): void {
  for (const entry of readableEntries(fs, path)) {
    const child = join(path, entry.name);
    if (entry.kind === 'directory') removeTree(fs, child);
    else fs.unlink(child);
  }
  fs.rmdir(path);
}

/** A copied folder may have a mode that forbids emptying it; it is ours, so the mode is opened up. */
function readableEntries(fs: FileSystem, path: string): ReturnType<FileSystem['readdir']> {
  if ((fs.lstat(path).mode & 0o700) !== 0o700) fs.chmod(path, 0o700);
  return fs.readdir(path);
}

/** Removes a file, a link, or a whole folder; missing is fine. */
export function removeThing(fs: FileSystem, path: string): void {
  try {
    if (fs.lstat(path).kind === 'directory') removeTree(fs, path);
    else fs.unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Removes both staged things as far as possible; gives the system code of the first failure, or null. */
export function removeStaged(fs: FileSystem, paths: Pick<StagedPaths, 'archivePath' | 'manifestPath'>): string | null {
  let failed: string | null = null;
  // The manifest first: without it the archive no longer counts as complete, whatever happens next.
  for (const path of [paths.manifestPath, paths.archivePath]) {
    try {
      removeThing(fs, path);
    } catch (error) {
      failed ??= systemCode(error) ?? 'unknown';
    }
  }
  return failed;
}
