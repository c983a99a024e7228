/** Archives in the trash: those that are replaced, and those that an undo takes away again. */
import { dirname } from 'node:path';
import type { PlanDocument } from '#contract';
import { isoNow, relativeTo, unwatched } from '#engines/storage';
import { manifestPathOf } from '#engines/archive';
import { putBack, prepareEntry, type OpenEntry, type PutBackReport, type TrashItem, type TrashMove } from '#engines/trash';
import type { PlanWork } from '#engines/plans';
import { walkTree } from './items.ts';

/** The folder that all destinations of a plan lie below. */
export function destinationRoot(plan: PlanDocument): string {
  const known = plan.facts['destination_directory'];
  return typeof known === 'string' ? known : dirname(plan.targets.find((target) => target.destination !== null)?.destination ?? plan.base);
}

export interface Taken {
  readonly target: number;
  /** The archive; its manifest goes along. */
  readonly path: string;
}

/** Prepares an entry for archives and manifests that are there; null when none is. */
export function prepareTaking(work: PlanWork, id: string, taken: readonly Taken[]): OpenEntry | null {
  const { context, plan } = work;
  const root = destinationRoot(plan);
  const moves: TrashMove[] = [];
  const items: TrashItem[] = [];
  for (const { target, path } of taken) {
    for (const place of [path, manifestPathOf(path)]) {
      const found = walkTree(context, place).items;
      const [top] = found;
      if (top === undefined) continue;
      moves.push({ root: 0, path: relativeTo(root, place), tree: top.kind === 'directory', target });
      for (const item of found) {
        items.push({ root: 0, path: relativeTo(root, item.path), kind: item.kind, size: item.size, mtime_ns: item.mtime_ns, mode: item.mode, ino: item.ino });
      }
    }
  }
  if (moves.length === 0) return null;
  return prepareEntry(context, {
    id, planId: plan.id, workspaceId: work.workspaceId, operation: plan.operation, actor: work.actor, createdAt: isoNow(context.clock),
    keepUntil: plan.trash_until, roots: [root], moves, items,
  });
}

/** What one target had there comes back. */
export function putBackOf(work: PlanWork, entry: OpenEntry, target: number): PutBackReport {
  const paths = entry.items.moves.filter((move) => move.target === target).map((move) => move.path);
  const chosen = (item: TrashItem): boolean => paths.some((path) => item.path === path || item.path.startsWith(`${path}/`));
  return putBack(work.context, entry, { chosen, onConflict: 'keep_both' }, unwatched);
}
