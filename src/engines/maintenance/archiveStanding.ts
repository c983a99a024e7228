/**
 * What stands at the place of a copy. Only a manifest proves that it is the archive of a report: a folder without one
 * may hold archives of other reports or anybody's files, and a folder with one is complete and takes nothing in.
 */
import { basename, dirname, join, relative, sep } from 'node:path';
import { isConsoleError } from '#contract';
import type { EngineContext } from '#engines/storage';
import { manifestPathOf, type ArchiveManifest } from '#engines/archive';
import { lookAt } from '#engines/trash';
import { manifestAt } from './archiveRecover.ts';
import { walkTree, type Found } from './items.ts';

/**
 * `archive`: of this very report. `file`: a file or link without a manifest that can be read; it goes to the trash as a
 * whole where it is replaced. `other`: the archive of another report. `folder`: one without a manifest, or a manifest's
 * place that is taken by something else.
 */
export type Standing = 'free' | 'archive' | 'file' | 'other' | 'folder';

export function standingAt(context: EngineContext, place: string, source: string): Standing {
  const there = lookAt(context, place);
  const beside = lookAt(context, manifestPathOf(place));
  if (there === null && beside === null) return 'free';
  if (beside !== null && beside.kind !== 'file') return 'folder';
  const manifest = beside === null ? null : manifestAt({ context }, manifestPathOf(place));
  // A folder beside the manifest of a file is not what that manifest speaks of.
  if (there?.kind === 'directory' && manifest?.format !== 'directory') return 'folder';
  if (manifest === null) return 'file';
  return manifest.source === source ? 'archive' : 'other';
}

/** What overwriting may move away whole: the archive of the report, a single file, and what was named by the caller as the file to write. */
export const isReplaceable = (standing: Standing, named: boolean): boolean => standing === 'archive' || standing === 'file' || (named && standing === 'other');

/** True where the folder has something of the name of each content: a copy that was made without a manifest. */
export function holdsAll(context: EngineContext, place: string, top: string, contents: readonly Found[]): boolean {
  return contents.every((item) => item.kind === 'directory' || lookAt(context, join(place, relative(top, item.path))) !== null);
}

/** Names of a manifest and of everything above them, relative to the archive; empty for the archive itself. */
function namesOf(manifest: ArchiveManifest): ReadonlySet<string> {
  const names = new Set(['']);
  for (const { name } of manifest.files) {
    const root = name.indexOf('/');
    for (let at = root < 0 ? '' : name.slice(root + 1); at !== '' && !names.has(at); at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) names.add(at);
  }
  return names;
}

/** The first thing in a copied folder that its manifest does not list, or null. */
export function surplusIn(context: EngineContext, place: string): string | null {
  const manifest = manifestAt({ context }, manifestPathOf(place));
  if (manifest === null || manifest.format !== 'directory' || lookAt(context, place)?.kind !== 'directory') return null;
  const names = namesOf(manifest);
  return walkTree(context, place).items.find((item) => !names.has(relative(place, item.path).split(sep).join('/')))?.path ?? null;
}

/** Finds copied folders above a path; each folder is looked at once. */
export class ArchivesAbove {
  readonly #context: EngineContext;
  readonly #known = new Map<string, string | null>();

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** The archive that is `folder` or that it lies in, or null. */
  holding(folder: string): string | null {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const above = dirname(folder);
    const found = this.#isArchive(folder) ? folder : above === folder ? null : this.holding(above);
    this.#known.set(folder, found);
    return found;
  }

  #isArchive(folder: string): boolean {
    const path = manifestPathOf(folder);
    if (lookAt(this.#context, path)?.kind !== 'file') return false;
    try {
      const manifest = manifestAt({ context: this.#context }, path);
      return manifest !== null && manifest.format === 'directory' && manifest.archive === basename(folder);
    } catch (error) {
      // A manifest that may not be read can be one of a complete archive.
      if (isConsoleError(error) && error.code === 'IO') return true;
      throw error;
    }
  }
}
