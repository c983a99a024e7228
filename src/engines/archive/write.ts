/**
 * Makes one archive of one report under a staged name. What it promises: nothing ever appears under the final name,
 * and when it fails nothing stays under the staged one either (after a crash, recovery finds it by its name).
 */
import { basename, dirname } from 'node:path';
import { ConsoleError } from '#contract';
import {
  asConsoleError, displayName, isMissing, isoNow, makeDirectories, type EngineContext, type FileSystem, type WorkSignal,
} from '#engines/storage';
import { packInto } from './archiveFile.ts';
import { estimateBytes, requireSpace } from './estimate.ts';
import { copyTree } from './folder.ts';
import { buildManifest } from './manifest.ts';
import { namedItems, stagedPaths, type NamedItem } from './names.ts';
import { Meter } from './progress.ts';
import { removeStaged } from './remove.ts';
import { settleDrafts } from './settle.ts';
import type { ArchivedFile, ArchiveFormat, Container, Draft, SourceItem, Staged } from './types.ts';

export interface ArchiveRequest {
  readonly items: readonly SourceItem[];
  readonly format: ArchiveFormat;
  /** Final path: the folder of the copy, or the archive file. */
  readonly destination: string;
  /** Identifier of the report, for the manifest. */
  readonly source: string;
  /** Marks the staged names; an id. Without it a new one is taken. */
  readonly token?: string;
  /** What stands at the destination is no reason to refuse: the caller moves it away before publishing. */
  readonly overwrite?: boolean;
}

/** True if anything has this name, a dangling link included. */
export function exists(fs: FileSystem, path: string): boolean {
  try {
    fs.lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw asConsoleError(error, 'look at', path);
  }
}

export function occupied(path: string, cause?: unknown): ConsoleError {
  return new ConsoleError('CONFLICT', `${displayName(path)} exists already. Nothing was overwritten.`, {
    remedy: 'Archive with overwriting (the old one goes to the trash), or move it away.', details: { path: displayName(path) }, cause,
  });
}

interface Written {
  readonly files: readonly ArchivedFile[];
  readonly bytes: number;
  readonly container: Container | null;
}

async function writeFileFormat(
  fs: FileSystem, path: string, format: Exclude<ArchiveFormat, 'directory'>, items: readonly NamedItem[], meter: Meter, signal: WorkSignal,
): Promise<Written> {
  let fd: number;
  try {
    fd = fs.open(path, 'wx');
  } catch (error) {
    throw asConsoleError(error, 'create', path);
  }
  try {
    // A fresh file that was cut to nothing is one that ext4 begins to write out when it is closed, while other work
    // goes on; else it would wait for the sync. Elsewhere this does nothing.
    fs.ftruncate(fd, 0);
    const { files, container } = await packInto(fd, path, { fs, format, items, meter, signal });
    return { files, container, bytes: container.size };
  } catch (error) {
    throw asConsoleError(error, 'write', path);
  } finally {
    fs.close(fd);
  }
}

/**
 * Free space is checked first, then everything is written beside the final name. The draft ends in `settleDrafts` or in
 * `discard`; several are best settled together.
 */
export async function draftArchive(context: EngineContext, request: ArchiveRequest, signal: WorkSignal): Promise<Draft> {
  const { fs } = context;
  const { format, destination } = request;
  if (request.items.length === 0) {
    throw new ConsoleError('INPUT_INVALID', 'There is nothing to archive.', { remedy: 'Choose a report that has files.', details: { field: 'items' } });
  }
  const items = namedItems(request.items, format);
  const token = request.token ?? context.ids.next();
  const paths = stagedPaths(destination, token);
  const directory = dirname(destination);
  try {
    makeDirectories(fs, directory);
  } catch (error) {
    throw asConsoleError(error, 'make the folder', directory);
  }
  if (!request.overwrite) {
    for (const path of [destination, paths.manifestDestination]) if (exists(fs, path)) throw occupied(path);
  }
  requireSpace(fs, directory, estimateBytes(request.items, format));
  const bytesTotal = request.items.reduce((sum, item) => sum + (item.kind === 'file' ? item.size : 0), 0);
  const meter = new Meter(signal, 'archive', items.length, bytesTotal);
  try {
    const written: Written = format === 'directory'
      ? { ...copyTree({ fs, root: paths.archivePath, items, meter, signal }), container: null }
      : await writeFileFormat(fs, paths.archivePath, format, items, meter, signal);
    const manifest = buildManifest({
      source: request.source, archive: basename(destination), format, created_at: isoNow(context.clock), token, container: written.container,
    }, written.files);
    return { ...paths, token, format, manifest, bytes: written.bytes };
  } catch (error) {
    removeStaged(fs, paths);
    throw asConsoleError(error, 'make the archive', destination);
  }
}

/** A draft of its own that is settled at once. */
export async function writeArchive(context: EngineContext, request: ArchiveRequest, signal: WorkSignal): Promise<Staged> {
  const [outcome] = settleDrafts(context, [await draftArchive(context, request, signal)]);
  if (outcome instanceof ConsoleError) throw outcome;
  if (!outcome) throw new ConsoleError('INTERNAL', 'An archive was neither settled nor refused.');
  return outcome;
}
