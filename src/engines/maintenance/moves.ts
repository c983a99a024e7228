/**
 * From the items of a removal plan to moves into the trash: a folder whose whole content is planned goes by one rename,
 * everything else thing by thing.
 */
import { dirname } from 'node:path';
import type { PlanDocument, PlanItem } from '#contract';
import { isInside, relativeTo } from '#engines/storage';
import type { TrashItem, TrashMove, TrashRequest } from '#engines/trash';
import type { PlanWork } from '#engines/plans';

/** The trash entry of a plan bears the plan's id, so that recovery finds it without having been told. */
export const entryIdOf = (plan: Pick<PlanDocument, 'id'>): string => plan.id;

export interface Roots {
  readonly paths: readonly string[];
  /** Position of the root that holds the path, and the path relative to it. */
  place(path: string): { readonly root: number; readonly path: string };
}

/** The base comes first; things outside of it (signal quality files) have their own folder as a root. */
export function rootsOf(plan: Pick<PlanDocument, 'base' | 'items'>): Roots {
  const paths = [plan.base];
  const prefix = `${plan.base}/`;
  return {
    paths,
    place: (path) => {
      if (path.startsWith(prefix)) return { root: 0, path: path.slice(prefix.length) };
      if (isInside(plan.base, path)) return { root: 0, path: relativeTo(plan.base, path) };
      const folder = dirname(path);
      let root = paths.indexOf(folder);
      if (root < 0) root = paths.push(folder) - 1;
      return { root, path: relativeTo(folder, path) };
    },
  };
}

const trashItemOf = (item: PlanItem, place: { readonly root: number; readonly path: string }): TrashItem =>
  ({ ...place, kind: item.kind, size: item.size, mtime_ns: item.mtime_ns, mode: item.mode, ino: item.ino });

export interface Removal {
  readonly request: TrashRequest;
  /** Items that each move takes along, in the order of the moves. */
  readonly taken: readonly (readonly PlanItem[])[];
}

/** Every draft lists folders before what lies in them; that is relied on here. */
export function removalOf(work: PlanWork, createdAt: string): Removal {
  const { plan } = work;
  const roots = rootsOf(plan);
  const moves: TrashMove[] = [];
  const taken: PlanItem[][] = [];
  const moveOfFolder = new Map<string, number>();
  const items: TrashItem[] = [];
  for (const item of plan.items) {
    const place = roots.place(item.path);
    items.push(trashItemOf(item, place));
    const above = moveOfFolder.get(dirname(item.path));
    if (above === undefined) {
      const position = moves.push({ ...place, tree: item.kind === 'directory', target: item.target }) - 1;
      taken.push([item]);
      if (item.kind === 'directory') moveOfFolder.set(item.path, position);
    } else {
      taken[above]?.push(item);
      if (item.kind === 'directory') moveOfFolder.set(item.path, above);
    }
  }
  return {
    request: {
      id: entryIdOf(plan), planId: plan.id, workspaceId: work.workspaceId, operation: plan.operation, actor: work.actor,
      createdAt, keepUntil: plan.trash_until, roots: roots.paths, moves, items,
    },
    taken,
  };
}
