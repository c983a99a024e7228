/**
 * Writes the directory format: a copy of the tree with modes and times, links made anew and never followed, every file
 * and folder synced.
 */
import { dirname } from 'node:path';
import { asConsoleError, syncDirectory, writeFully, type FileSystem, type WorkSignal } from '#engines/storage';
import { recordOf } from './manifest.ts';
import type { NamedItem } from './names.ts';
import type { Meter } from './progress.ts';
import { ChunkedFile, lookAgain, readTarget, WholeReader, wholeLimit } from './source.ts';
import type { ArchivedFile, SourceItem } from './types.ts';

/** The report's own folder (or file) is the root of the copy: the first segment of a name stands for it. */
export function placeOf(root: string, name: string): string {
  const slash = name.indexOf('/');
  return slash < 0 ? root : `${root}${name.slice(slash)}`;
}

export interface CopyTask {
  readonly fs: FileSystem;
  readonly root: string;
  readonly items: readonly NamedItem[];
  readonly meter: Meter;
  readonly signal: WorkSignal;
}

interface Copying extends CopyTask {
  readonly whole: WholeReader;
}

/** Content, mode and time go into the open file before its one sync. */
function writeCopy(fs: FileSystem, path: string, item: SourceItem, write: (fd: number) => void): void {
  const fd = fs.open(path, 'wx', 0o600);
  try {
    write(fd);
    fs.chmod(path, item.mode & 0o7777);
    fs.setTimes(path, item.mtimeNs);
    fs.fsync(fd);
  } finally {
    fs.close(fd);
  }
}

function copyFile({ fs, meter, signal, whole }: Copying, item: SourceItem, path: string): ArchivedFile {
  if (item.size <= wholeLimit) {
    const { bytes, sha256 } = whole.read(item);
    writeCopy(fs, path, item, (fd) => writeFully(fs, fd, bytes));
    meter.add(item.size);
    return recordOf(item, { sha256 });
  }
  const source = new ChunkedFile(fs, item, signal);
  writeCopy(fs, path, item, (fd) => {
    for (const chunk of source.chunks(true)) {
      writeFully(fs, fd, chunk);
      meter.add(chunk.length);
    }
  });
  return recordOf(item, { sha256: source.sha256 });
}

function copyOne(task: Copying, item: SourceItem, path: string): ArchivedFile {
  const { fs } = task;
  if (item.kind === 'file') return copyFile(task, item, path);
  if (item.kind === 'link') {
    const target = readTarget(fs, item);
    fs.symlink(target, path);
    fs.setTimes(path, item.mtimeNs);
    return recordOf(item, { target });
  }
  lookAgain(fs, item);
  fs.mkdir(path, 0o700);
  return recordOf(item, {});
}

/** Folders get mode and time last, deepest first: filling them would change the time, and a mode may forbid filling. */
function finishFolder(fs: FileSystem, path: string, item: SourceItem | undefined): void {
  if (!item) {
    syncDirectory(fs, path);
    return;
  }
  // Opened before the mode may forbid it.
  const fd = process.platform === 'win32' ? null : fs.open(path, 'r');
  try {
    fs.chmod(path, item.mode & 0o7777);
    fs.setTimes(path, item.mtimeNs);
    if (fd !== null) fs.fsync(fd);
  } finally {
    if (fd !== null) fs.close(fd);
  }
}

/** Copies all items below `root`, which must not exist yet. */
export function copyTree(task: CopyTask): { readonly files: ArchivedFile[]; readonly bytes: number } {
  const { fs, root, items, meter } = task;
  const copying: Copying = { ...task, whole: new WholeReader(fs, true) };
  const files: ArchivedFile[] = [];
  const folders = new Map<string, SourceItem | undefined>();
  let bytes = 0;
  for (const { item } of items) {
    meter.begin(item.name);
    const path = placeOf(root, item.name);
    try {
      if (path !== root && !folders.has(dirname(path))) makeFolders(fs, root, dirname(path), folders);
      files.push(copyOne(copying, item, path));
    } catch (error) {
      throw asConsoleError(error, 'copy to', path);
    }
    if (item.kind === 'directory') folders.set(path, item);
    if (item.kind === 'file') bytes += item.size;
    meter.end();
  }
  for (const [path, item] of [...folders].sort(([a], [b]) => b.length - a.length)) {
    try {
      finishFolder(fs, path, item);
    } catch (error) {
      throw asConsoleError(error, 'finish the folder', path);
    }
  }
  return { files, bytes };
}

/** Folders that lead to an item without being items themselves. */
function makeFolders(fs: FileSystem, root: string, path: string, folders: Map<string, SourceItem | undefined>): void {
  if (folders.has(path)) return;
  if (path !== root) makeFolders(fs, root, dirname(path), folders);
  fs.mkdir(path);
  folders.set(path, undefined);
}
