/**
 * Gives staged archives their final names, or takes them away.
 *
 * Order: first the manifests, then the archives, each step made durable before the next one. So whatever stands under an
 * archive's final name is complete and has its manifest; a manifest alone, with the token of staged files beside it,
 * is a publication that a crash cut off, and calling `publish` again completes it (`discard` reverts it).
 *
 * Nothing is overwritten: a file gets its final name as a second link, which the system refuses when the name is taken,
 * and only then loses the staged one. Folders, and volumes without links, are renamed after a look; all that a folder's
 * rename can replace is an empty folder made in that very instant, which holds nothing to lose.
 */
import { dirname } from 'node:path';
import { ConsoleError, isConsoleError } from '#contract';
import { asConsoleError, displayName, isMissing, syncDirectory, systemCode, type EngineContext, type FileStat, type FileSystem } from '#engines/storage';
import { readManifest } from './manifest.ts';
import { stagedPaths } from './names.ts';
import { removeStaged } from './remove.ts';
import { byFolder } from './settle.ts';
import type { Draft, Staged } from './types.ts';
import { occupied } from './write.ts';

function look(fs: FileSystem, path: string): FileStat | null {
  try {
    return fs.lstat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const same = (a: FileStat, b: FileStat): boolean => a.ino === b.ino && a.dev === b.dev;

const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES']);

/** Moves to a free name; CONFLICT when it is taken, by anything but this very file. */
function moveToFreeName(fs: FileSystem, from: string, to: string, stat: FileStat): void {
  if (stat.kind === 'file') {
    try {
      fs.link(from, to);
      return;
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EEXIST') throw occupied(to, error);
      if (code === null || !withoutLinks.has(code)) throw error;
    }
  }
  if (look(fs, to)) throw occupied(to);
  try {
    fs.rename(from, to);
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '')) throw occupied(to, error);
    throw error;
  }
}

/** What is under `to` and came from `from` goes back; used when publishing fails half-way. */
function moveBack(fs: FileSystem, from: string, to: string): void {
  const staged = look(fs, from);
  if (staged) fs.unlink(to);
  else fs.rename(to, from);
}

/** One of the two steps. Gives a way back, or null when an earlier run had done the step. */
function place(fs: FileSystem, from: string, to: string): (() => void) | null {
  const staged = look(fs, from);
  const present = look(fs, to);
  if (!staged) {
    if (present) return null;
    throw Object.assign(new Error('the staged file is gone'), { code: 'ENOENT' });
  }
  if (!present || !same(staged, present)) moveToFreeName(fs, from, to, staged);
  return () => moveBack(fs, from, to);
}

function quietly(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

/** An earlier run may have published the manifest; it counts as ours only with our token. */
function refuseForeignManifest(context: EngineContext, staged: Staged): void {
  if (look(context.fs, staged.manifestPath) || !look(context.fs, staged.manifestDestination)) return;
  if (readManifest(context, staged.manifestDestination).token !== staged.token) throw occupied(staged.manifestDestination);
}

interface Publication {
  readonly staged: Staged;
  readonly back: (() => void)[];
  failure: ConsoleError | null;
}

/** What was done of it is taken back. */
function fail(publication: Publication, error: unknown): void {
  const undone = publication.back.splice(0).reverse().every(quietly);
  const failure = asConsoleError(error, 'publish', publication.staged.destination);
  publication.failure = undone ? failure : halfWay(publication.staged, failure);
}

function attempt(publication: Publication, act: () => void): void {
  if (publication.failure) return;
  try {
    act();
  } catch (error) {
    fail(publication, error);
  }
}

/** One step of all publications, then one sync for each folder. */
function takeStep(fs: FileSystem, publications: readonly Publication[], from: 'manifestPath' | 'archivePath', to: 'manifestDestination' | 'destination'): void {
  for (const publication of publications) {
    attempt(publication, () => {
      const back = place(fs, publication.staged[from], publication.staged[to]);
      if (back) publication.back.push(back);
    });
  }
  const open = publications.filter(({ failure }) => failure === null);
  for (const [folder, group] of byFolder(open, ({ staged }) => staged.destination)) {
    try {
      syncDirectory(fs, folder);
    } catch (error) {
      for (const publication of group) fail(publication, error);
    }
  }
}

/**
 * Publishes several together; gives the failure of each, or null. What was done of one that failed is taken back.
 * Calling it again after a crash goes on where it stopped. Staged archives should have passed `verifyArchive` before.
 */
export function publishAll(context: EngineContext, all: readonly Staged[]): readonly (ConsoleError | null)[] {
  const { fs } = context;
  const publications = all.map((staged): Publication => ({ staged, back: [], failure: null }));
  for (const publication of publications) attempt(publication, () => refuseForeignManifest(context, publication.staged));
  takeStep(fs, publications, 'manifestPath', 'manifestDestination');
  takeStep(fs, publications, 'archivePath', 'destination');
  return publications.map(({ staged, failure }) => {
    if (failure) return failure;
    // The second names go. A leftover is harmless: it is the same file, and recovery knows it by its name.
    const leftover = removeStaged(fs, staged);
    if (leftover !== null) context.log.warn('A staged name of a published archive could not be removed.', { path: staged.archivePath, system: leftover });
    return null;
  });
}

/** Publishes one; throws what kept it from being published. */
export function publish(context: EngineContext, staged: Staged): void {
  const [failure] = publishAll(context, [staged]);
  if (failure) throw failure;
}

function halfWay(staged: Staged, cause: ConsoleError): ConsoleError {
  return new ConsoleError(cause.code, `${cause.message} The manifest ${displayName(staged.manifestDestination)} could not be taken back.`, {
    remedy: 'Run "workspace check": it completes or reverts the publication.', details: { ...cause.details, half_way: true }, cause,
  });
}

/** Removes what is staged, and a manifest that was published without its archive. Missing things are fine. */
export function discard(context: EngineContext, staged: Pick<Draft, 'archivePath' | 'manifestPath' | 'destination' | 'manifestDestination' | 'token'>): void {
  const { fs } = context;
  try {
    if (!look(fs, staged.destination) && look(fs, staged.manifestDestination) && ours(context, staged.manifestDestination, staged.token)) {
      fs.unlink(staged.manifestDestination);
    }
    const failed = removeStaged(fs, staged);
    if (failed !== null) throw Object.assign(new Error('staged files remain'), { code: failed });
    syncDirectory(fs, dirname(staged.destination));
  } catch (error) {
    if (isMissing(error)) return;
    throw asConsoleError(error, 'remove the staged archive', staged.archivePath);
  }
}

function ours(context: EngineContext, path: string, token: string): boolean {
  try {
    return readManifest(context, path).token === token;
  } catch (error) {
    if (isConsoleError(error) && error.code !== 'IO') return false;
    throw error;
  }
}

/**
 * For recovery: the staged archive of this destination and token if it was complete when work stopped (whether or not
 * its publication had begun), else null. Verify it, then `publish` or `discard` it.
 */
export function findStaged(context: EngineContext, destination: string, token: string): Staged | null {
  const paths = stagedPaths(destination, token);
  for (const path of [paths.manifestPath, paths.manifestDestination]) {
    if (!look(context.fs, path)) continue;
    try {
      const manifest = readManifest(context, path);
      if (manifest.token !== token) continue;
      return { ...paths, token, format: manifest.format, manifest, settled: true, bytes: manifest.container?.size ?? manifest.totals.bytes };
    } catch (error) {
      if (!isConsoleError(error) || error.code === 'IO') throw error;
    }
  }
  return null;
}
