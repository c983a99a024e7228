/** Restoring on request: what is meant, what stands in the way, and what becomes of that. */
import { basename, dirname, resolve, sep } from 'node:path';
import { ConsoleError, type Actor } from '#contract';
import { checkPathText, displayName, isoNow, realParentPath, resolving, type EngineContext, type WorkSignal } from '#engines/storage';
import { obstaclesOf } from './homes.ts';
import { openEntry, originOf, prepareEntry, readEntry, type OpenEntry, type TrashItem } from './manifest.ts';
import { moveIntoTrash } from './move.ts';
import { putBack, putBackAll, type PutBackReport } from './putBack.ts';
import { settle } from './store.ts';
import { thingsBelow } from './walk.ts';

export interface RestoreRequest {
  readonly id: string;
  /**
   * Original places; empty means everything. A folder stands for all below it. Relative ones are looked for below the folders
   * that things came from, and below the workspace; names that are no UTF-8 may be given as they are shown.
   */
  readonly paths: readonly string[];
  readonly onConflict: 'ask' | 'keep_both' | 'replace' | 'skip';
  readonly actor: Actor;
  readonly workspaceId: string;
}

type Placed = Pick<TrashItem, 'root' | 'path'>;

export interface RestoreReport extends PutBackReport {
  readonly replacedTrashId: string | null;
}

/** Refuses with CONFLICT, before anything moves, where `ask` was chosen and something stands in the way. */
export function restore(context: EngineContext, request: RestoreRequest, signal: WorkSignal): RestoreReport {
  const entry = openEntry(context, request.id);
  const chosen = request.paths.length === 0 ? undefined : chooser(context, entry, request.paths);
  const obstacles = request.onConflict === 'ask' || request.onConflict === 'replace' ? obstaclesOf(context, entry, chosen) : [];
  if (request.onConflict === 'ask') refuseTaken(obstacles.map((place) => originOf(entry.document, place)));
  const replacedTrashId = obstacles.length > 0 ? moveAside(context, entry, obstacles, request, signal) : null;
  const onConflict = request.onConflict === 'skip' ? 'skip' : 'keep_both';
  const report = chosen === undefined ? putBackAll(context, entry, { onConflict }, signal) : putBack(context, entry, { onConflict, chosen }, signal);
  settle(context, entry, report);
  return { ...report, replacedTrashId };
}

function refuseTaken(conflicts: readonly string[]): void {
  if (conflicts.length === 0) return;
  throw new ConsoleError('CONFLICT', `${conflicts.length === 1 ? 'A place is' : `${conflicts.length} of the places are`} taken, first ${displayName(conflicts[0] ?? '')}. Nothing was changed.`, {
    remedy: 'Choose to keep both, to replace (what stands there goes to the trash), or to skip those; at the command line with --on-conflict keep_both, replace or skip.',
    details: { conflicts: conflicts.slice(0, 100).map(displayName), count: conflicts.length },
  });
}

const isAtOrBelow = (path: string, above: string): boolean => path === above || path.startsWith(above.endsWith(sep) ? above : `${above}${sep}`);

/** Every place that may be meant: as given, and with links on the way resolved, as things were recorded. */
function placesMeant(context: EngineContext, entry: OpenEntry, given: string): readonly string[] {
  const path = checkPathText(given, 'path');
  const wanted = [...entry.document.roots.map((root) => root.path), context.root].map((from) => resolve(from, path));
  return [...new Set(wanted.flatMap((place) => [place, resolving(place, 'path', () => realParentPath(context.fs, place))]))];
}

/** Refuses a path that nothing of the entry came from. */
function chooser(context: EngineContext, entry: OpenEntry, paths: readonly string[]): (item: TrashItem) => boolean {
  const wanted = paths.map((path) => ({ path, places: placesMeant(context, entry, path), found: false }));
  const chosen = new Set<TrashItem>();
  for (const item of entry.items.items) {
    const origin = originOf(entry.document, item);
    const shown = displayName(origin);
    for (const each of wanted) {
      if (!each.places.some((place) => isAtOrBelow(origin, place) || (shown !== origin && isAtOrBelow(shown, place)))) continue;
      each.found = true;
      chosen.add(item);
    }
  }
  const unknown = wanted.find(({ found }) => !found);
  if (unknown === undefined) return (item) => chosen.has(item);
  throw new ConsoleError('NOT_FOUND', `Trash entry ${entry.document.id} holds nothing that came from "${displayName(unknown.path)}". Nothing was changed.`, {
    remedy: `"sterownia trash show ${entry.document.id}" lists the places.`, details: { field: 'path', path: displayName(unknown.path) },
  });
}

/** Where obstacles are moved from. One in the place of a root itself is a thing of the folder above that. */
function asideFrom({ document }: OpenEntry, obstacles: readonly Placed[]): { readonly roots: readonly string[]; readonly places: readonly Placed[] } {
  const roots = document.roots.map((root) => root.path);
  const places = obstacles.map((place): Placed => {
    if (place.path !== '') return place;
    const path = originOf(document, place);
    return { root: roots.push(dirname(path)) - 1, path: basename(path) };
  });
  return { roots, places };
}

/** What stands in the way goes to a trash entry of its own, a folder with all that is in it. */
function moveAside(context: EngineContext, entry: OpenEntry, obstacles: readonly Placed[], request: RestoreRequest, signal: WorkSignal): string | null {
  const id = context.ids.next();
  const { roots, places } = asideFrom(entry, obstacles);
  const found = places.map(({ root, path }) => thingsBelow(context, roots[root] ?? '', root, path)).filter((items) => items.length > 0);
  const aside = prepareEntry(context, {
    id, planId: null, workspaceId: request.workspaceId, operation: 'trash.restore', actor: request.actor,
    createdAt: isoNow(context.clock), keepUntil: entry.document.keep_until, roots,
    moves: found.flatMap(([top], target) => (top === undefined ? [] : [{ root: top.root, path: top.path, tree: top.kind === 'directory', target }])),
    items: found.flat(),
  });
  moveIntoTrash(context, aside, signal);
  settle(context, aside);
  return readEntry(context, id) === null ? null : id;
}
