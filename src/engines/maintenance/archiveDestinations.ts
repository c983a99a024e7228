/**
 * Where copies go, and where they must not: never into the reports folder or over it, not into the console's own
 * folders, not out of the destination through a link, and no two to the same place.
 */
import { basename, dirname, join } from 'node:path';
import { ConsoleError } from '#contract';
import { absolutePath, displayName, isInside, isMissing, realOrNearest, realParentPath, resolving, type EngineContext } from '#engines/storage';
import { isNameTooLong, manifestPathOf, type ArchiveFormat } from '#engines/archive';
import { lookAt } from '#engines/trash';
import type { DraftRequest } from '#engines/plans';
import { ArchivesAbove } from './archiveStanding.ts';
import { isOwnPlace, outside, touchesConsole } from './base.ts';

const endings: Readonly<Record<ArchiveFormat, readonly string[]>> = {
  directory: [], zip: ['.zip'], tar: ['.tar'], 'tar.gz': ['.tar.gz', '.tgz'],
};

export interface Destination {
  /** The folder that copies lie below; real. */
  readonly folder: string;
  /** The one archive file, when the destination names a file. */
  readonly file: string | null;
}

function invalid(path: string, why: string, remedy: string): ConsoleError {
  return new ConsoleError('INPUT_INVALID', `The destination ${displayName(path)} ${why}. Nothing was changed.`, {
    remedy, details: { field: 'destination', path: displayName(path) },
  });
}

/** The archive format that a file name speaks of, or null. */
function formatOfName(name: string): ArchiveFormat | null {
  const lower = name.toLowerCase();
  const formats: readonly ArchiveFormat[] = ['zip', 'tar', 'tar.gz'];
  return formats.find((format) => endings[format].some((ending) => lower.endsWith(ending) && lower !== ending)) ?? null;
}

/** A window may write into the workspace and into the folders that the policy names. */
function requireAllowed({ context, config, confined }: DraftRequest, path: string): void {
  if (!confined) return;
  const roots = [context.root, ...config.archive_roots.map((root) => absolutePath(root, context.root, 'archive_roots'))];
  if (roots.some((root) => isInside(realOrNearest(context.fs, root), path))) return;
  throw outside(path, context.root, 'destination');
}

function whyNotApart(context: EngineContext, base: string, path: string, folder: string): string | null {
  if (isInside(base, path)) return `lies inside the reports folder ${displayName(base)}`;
  if (isOwnPlace(context, path)) return 'is a place of the console itself';
  const archive = new ArchivesAbove(context).holding(folder);
  return archive === null ? null : `lies inside the archive ${displayName(archive)}, which is complete`;
}

/** `folder` is the one that copies are written to; `path` is that folder, or the archive file in it. */
function requireApart(context: EngineContext, base: string, path: string, folder: string): void {
  const why = whyNotApart(context, base, path, folder);
  if (why === null) return;
  throw new ConsoleError('PATH_OUTSIDE_ROOT', `The destination ${displayName(path)} ${why}. Nothing was changed.`, {
    remedy: 'Give a folder elsewhere.', details: { field: 'destination', path: displayName(path) },
  });
}

/** `planned` says how many reports there are to copy: a file can take one. */
export function destinationFrom(given: string | undefined, format: ArchiveFormat, base: string, planned: number, request: DraftRequest): Destination {
  const { context } = request;
  const wanted = absolutePath(given ?? `${base}_archives`, context.root, 'destination');
  const real = resolving(wanted, 'destination', () => realOrNearest(context.fs, wanted));
  requireAllowed(request, real);
  requireApart(context, base, real, real);
  const stat = resolving(wanted, 'destination', () => lookAt(context, real));
  if (stat?.kind === 'directory') return { folder: real, file: null };
  const named = given === undefined ? null : formatOfName(basename(wanted));
  if (named === null) {
    if (stat === null) return { folder: real, file: null };
    throw invalid(wanted, 'is no folder', 'Give a folder, or a name that ends in .zip, .tar or .tar.gz.');
  }
  if (named !== format) throw invalid(wanted, `ends like a ${named}, but the format is ${format}`, `Give the format ${named}, or another name.`);
  if (planned > 1) throw invalid(wanted, `is one file, but ${planned} reports match`, 'Give a folder, or filters that leave one report.');
  const file = resolving(wanted, 'destination', () => realParentPath(context.fs, wanted));
  requireAllowed(request, file);
  requireApart(context, base, file, dirname(file));
  return { folder: dirname(file), file };
}

const nameFor = (base: string, identifier: string): string => (identifier === '.' ? basename(base) : identifier);

/** `smoke/run_a` → `<folder>/smoke/run_a.zip`. The top of the reports folder goes by that folder's name. */
export function placeFor(destination: Destination, base: string, identifier: string, format: ArchiveFormat): string {
  return destination.file ?? join(destination.folder, `${nameFor(base, identifier)}${endings[format][0] ?? ''}`);
}

/** Where a copy goes whose own place is held: `smoke/run_a` → `<folder>/smoke~run_a.report`. Null where a file was named. */
export function otherPlaceFor(destination: Destination, base: string, identifier: string, format: ArchiveFormat): string | null {
  if (destination.file !== null) return null;
  return join(destination.folder, `${nameFor(base, identifier).replaceAll('/', '~')}.report${endings[format][0] ?? ''}`);
}

/** Free bytes of the volume that the destination is or will be on; null where the system does not say. */
export function freeBytesAt(context: EngineContext, path: string): number | null {
  try {
    return context.fs.freeBytes(path);
  } catch (error) {
    return isMissing(error) && dirname(path) !== path ? freeBytesAt(context, dirname(path)) : null;
  }
}

/** Why a copy cannot go to a place, as codes of notes. */
type PlaceProblem = 'place_behind_link' | 'place_is_destination' | 'place_in_reports' | 'place_in_console' | 'place_taken' | 'place_name_too_long';

/** Says why a place cannot be used, and remembers those that are. */
export class PlaceCheck {
  readonly #context: EngineContext;
  readonly #base: string;
  readonly #folder: string;
  readonly #taken = new Set<string>();
  readonly #above = new Set<string>();

  constructor(context: EngineContext, base: string, destination: Destination) {
    this.#context = context;
    this.#base = base;
    this.#folder = destination.folder;
  }

  problemOf(place: string): PlaceProblem | null {
    if (isNameTooLong(basename(place))) return 'place_name_too_long';
    const real = resolving(place, 'destination', () => realParentPath(this.#context.fs, place));
    if (!isInside(this.#folder, real)) return 'place_behind_link';
    if (real === this.#folder) return 'place_is_destination';
    if (isInside(this.#base, real) || isInside(real, this.#base)) return 'place_in_reports';
    if (touchesConsole(this.#context, real)) return 'place_in_console';
    return this.#collides(real) ? 'place_taken' : null;
  }

  #collides(path: string): boolean {
    for (const place of [path, manifestPathOf(path)]) {
      if (this.#taken.has(place) || this.#above.has(place)) return true;
    }
    for (let at = dirname(path); at.length > this.#folder.length; at = dirname(at)) if (this.#taken.has(at)) return true;
    return false;
  }

  /** No other copy of the plan goes there, above it or below it. */
  take(place: string): void {
    const path = realParentPath(this.#context.fs, place);
    this.#taken.add(path).add(manifestPathOf(path));
    for (let at = dirname(path); at.length > this.#folder.length; at = dirname(at)) this.#above.add(at);
  }
}
