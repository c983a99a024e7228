/**
 * From the items of a removal plan to moves into the trash: a folder whose whole content is planned goes by one rename,
 * everything else thing by thing.
 */
import { dirname } from 'node:path';
import type { PlanDocument } from '#contract';
import { isInside, relativeTo } from '#engines/storage';
import { arrange, FolderFinder, manifestBytes, type Arrangement, type TrashItem, type TrashMove, type TrashRequest } from '#engines/trash';
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

/** What a removal will do, worked out in memory. */
export interface Removal {
  readonly roots: readonly string[];
  readonly moves: readonly TrashMove[];
  readonly items: readonly TrashItem[];
  /** Its items are those of the plan, in the same order. */
  readonly arrangement: Arrangement;
  /** The text of the trash entry's manifest. */
  readonly manifest: Uint8Array;
}

function workOut(plan: PlanDocument): Removal {
  const roots = rootsOf(plan);
  const moves: TrashMove[] = [];
  const items: TrashItem[] = [];
  const folders = new FolderFinder();
  for (const item of plan.items) {
    const { root, path } = roots.place(item.path);
    items.push({ root, path, kind: item.kind, size: item.size, mtime_ns: item.mtime_ns, mode: item.mode, ino: item.ino });
    if (folders.above({ root, path }) >= 0) continue;
    const tree = item.kind === 'directory';
    const move = moves.push({ root, path, tree, target: item.target }) - 1;
    if (tree) folders.add({ root, path }, move);
  }
  return { roots: roots.paths, moves, items, arrangement: arrange({ moves, items }), manifest: manifestBytes(moves, items) };
}

/** Removals that were worked out while their plan was being compared with the disk. */
const prepared = new WeakMap<PlanDocument, Removal>();

/** Every draft lists folders before what lies in them; that is relied on here. Touches no disk. */
export function prepareRemoval({ plan }: Pick<PlanWork, 'plan'>): void {
  if (plan.items.length > 0) prepared.set(plan, workOut(plan));
}

/** What was worked out ahead is given out once: plans live longer than their removal. */
export function removalOf({ plan }: Pick<PlanWork, 'plan'>): Removal {
  const removal = prepared.get(plan) ?? workOut(plan);
  prepared.delete(plan);
  return removal;
}

export function requestOf(work: PlanWork, { roots, moves, items, manifest }: Removal, createdAt: string): TrashRequest {
  const { plan } = work;
  return {
    id: entryIdOf(plan), planId: plan.id, workspaceId: work.workspaceId, operation: plan.operation, actor: work.actor,
    createdAt, keepUntil: plan.trash_until, roots, moves, items, manifest,
  };
}
