/**
 * Where the content of an entry lies, and how that is written down.
 *
 * Promise: an entry only ever touches content of its own. Places inside the workspace are written relative to it, so that
 * an entry means the same after the workspace was moved or copied; whatever else a document claims is refused.
 */
import { isAbsolute, join, resolve, sep } from 'node:path';
import { ConsoleError } from '#contract';
import { displayName, isInside, isMissing, makeDirectories, relativeTo, systemCode, type EngineContext } from '#engines/storage';
import { hiddenTrash, layout, placeOf } from '#engines/workspace';

export interface RootPlace {
  /** The folder that things came from. */
  readonly path: string;
  /** The folder that they are in. */
  readonly content: string;
}

export const entryDirectory = (context: Pick<EngineContext, 'root'>, id: string): string => join(placeOf(context, 'trash'), id);

const ownContent = (context: EngineContext, id: string): string => join(entryDirectory(context, id), 'content');
const besideRoot = (root: string, id: string): string => join(root, '..', hiddenTrash, id);
const insideRoot = (root: string, id: string): string => join(root, hiddenTrash, id);

/** The nearest existing folder at or above `path`. */
function nearest(context: EngineContext, path: string): { readonly path: string; readonly dev: bigint } {
  try {
    return { path, dev: context.fs.stat(path).dev };
  } catch (error) {
    if (!isMissing(error) || path === join(path, '..')) throw error;
    return nearest(context, join(path, '..'));
  }
}

/**
 * True where a rename can go from one folder to the other. Two mounts of one device have the same number and refuse it all
 * the same; the system says so before it looks whether there is such a name.
 */
function isRenameable(context: EngineContext, from: string, to: string, id: string): boolean {
  const [there, here] = [nearest(context, from), nearest(context, to)];
  if (there.dev !== here.dev) return false;
  try {
    context.fs.rename(join(there.path, `.sterownia-probe-${id}`), join(here.path, `.sterownia-probe-${id}`));
    return true;
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return systemCode(error) !== 'EXDEV';
  }
}

/** In the workspace's trash; where a rename cannot get there, beside the root; where that is another volume too, in the root. */
function contentParent(context: EngineContext, id: string, root: string): string {
  const own = entryDirectory(context, id);
  if (isRenameable(context, root, own, id)) return ownContent(context, id);
  return isRenameable(context, root, join(root, '..'), id) ? besideRoot(root, id) : insideRoot(root, id);
}

/** Places for new content; the entry's folder is made on the way. */
export function placesFor(context: EngineContext, id: string, roots: readonly string[]): RootPlace[] {
  makeDirectories(context.fs, entryDirectory(context, id));
  return roots.map((path, position) => ({ path, content: join(contentParent(context, id, path), String(position)) }));
}

const written = (context: EngineContext, path: string): string => (isInside(context.root, path) ? relativeTo(context.root, path) : path);

/** For the document: relative to the workspace wherever that holds the place. */
export const writtenPlaces = (context: EngineContext, roots: readonly RootPlace[]): RootPlace[] =>
  roots.map(({ path, content }) => ({ path: written(context, path), content: written(context, content) }));

/** Documents of the first form are absolute; the content in the workspace's trash says where the workspace was then. */
function formerRoot(id: string, roots: readonly RootPlace[]): string | null {
  for (const [position, { content }] of roots.entries()) {
    const ending = join(sep, layout.trash, id, 'content', String(position));
    if (isAbsolute(content) && content.endsWith(ending)) return content.slice(0, -ending.length);
  }
  return null;
}

/** Absolute places of a document. Refuses content that is not the entry's own. */
export function readPlaces(context: EngineContext, id: string, roots: readonly RootPlace[]): RootPlace[] {
  const former = formerRoot(id, roots);
  const place = (path: string): string =>
    resolve(context.root, former !== null && isAbsolute(path) && isInside(former, path) ? relativeTo(former, path) : path);
  return roots.map((root, position) => {
    const [path, content] = [place(root.path), place(root.content)];
    const own = [ownContent(context, id), besideRoot(path, id), insideRoot(path, id)].map((parent) => join(parent, String(position)));
    if (own.includes(content)) return { path, content };
    throw new ConsoleError('INTEGRITY', `Trash entry ${id} names ${displayName(content)} as its content, which is no place of its own. Nothing was changed.`, {
      remedy: `What it really holds is in ${displayName(entryDirectory(context, id))}; take it from there by hand.`, details: { id, path: displayName(content) },
    });
  });
}
