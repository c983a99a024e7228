/** From things on disk to items of a plan: every file, link and folder by itself, links never followed. */
import { dirname, join, sep } from 'node:path';
import type { PlanItem, PlanTarget } from '#contract';
import { displayName, isMissing, type EngineContext, type FileStat } from '#engines/storage';
import type { OwnedFile } from '#engines/reports';

/** An item before its target's number is known. */
export type Found = Omit<PlanItem, 'target'>;

export const itemOfStat = (path: string, stat: FileStat): Found => ({
  path, kind: stat.kind, size: stat.kind === 'directory' ? 0 : stat.size,
  mtime_ns: String(stat.mtimeNs), ino: String(stat.ino), dev: String(stat.dev), mode: stat.mode, digest: null,
});

export const itemOfOwned = (path: string, file: OwnedFile): Found => ({
  path, kind: file.kind, size: file.size,
  mtime_ns: String(file.mtimeNs), ino: String(file.ino), dev: String(file.dev), mode: file.mode, digest: null,
});

export interface Subtree {
  readonly items: readonly Found[];
  /** Folders that could not be read: what lies in them is unknown, so nothing of the tree may be taken. */
  readonly unreadable: readonly string[];
}

/** Everything at and below `path`, folders before their content; empty when there is nothing. */
export function walkTree(context: EngineContext, path: string): Subtree {
  const items: Found[] = [];
  const unreadable: string[] = [];
  const pending = [path];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    try {
      const item = itemOfStat(place, context.fs.lstat(place));
      items.push(item);
      if (item.kind !== 'directory') continue;
      for (const child of [...context.fs.readdir(place)].sort((a, b) => (a.name < b.name ? 1 : -1))) pending.push(join(place, child.name));
    } catch (error) {
      if (isMissing(error)) continue;
      unreadable.push(`${displayName(place)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { items, unreadable };
}

/**
 * Folders at or below `top` that will be empty once `contents` are gone: all that lies in them is planned. `hollow`
 * are folders known to belong to the target that hold no content of it.
 */
export function emptiedFolders(context: EngineContext, top: string, contents: readonly Found[], hollow: readonly string[]): readonly Found[] {
  const planned = new Set(contents.map((item) => item.path));
  const candidates = new Set<string>();
  const add = (folder: string): void => {
    for (let at = folder; at.length >= top.length && !candidates.has(at); at = dirname(at)) candidates.add(at);
  };
  for (const folder of hollow) add(folder);
  for (const item of contents) add(dirname(item.path));
  const emptied: Found[] = [];
  for (const folder of [...candidates].sort((a, b) => b.length - a.length)) {
    try {
      // Looked at before it is read: a name that appears in between changes its time.
      const stat = context.fs.lstat(folder);
      if (stat.kind !== 'directory' || !context.fs.readdir(folder).every((child) => planned.has(`${folder}${sep}${child.name}`))) continue;
      planned.add(folder);
      emptied.push(itemOfStat(folder, stat));
    } catch {
      // Gone meanwhile, or it cannot be read: either way it is not a folder that we know to be emptied.
    }
  }
  return emptied.reverse();
}

export interface Counts {
  readonly files: number;
  readonly directories: number;
  readonly bytes: number;
}

export const nothing: Counts = { files: 0, directories: 0, bytes: 0 };

export function countsOf(items: readonly Pick<PlanItem, 'kind' | 'size'>[]): Counts {
  let directories = 0;
  let bytes = 0;
  for (const item of items) {
    if (item.kind === 'directory') directories += 1;
    else bytes += item.size;
  }
  return { files: items.length - directories, directories, bytes };
}

/** Targets and their items, numbered as they come. */
export class DraftList {
  readonly targets: PlanTarget[] = [];
  readonly items: PlanItem[] = [];

  add(target: Omit<PlanTarget, 'n' | keyof Counts>, found: readonly Found[], counts: Counts = countsOf(found)): void {
    const n = this.targets.length;
    this.targets.push({ n, ...target, ...counts });
    for (const item of found) this.items.push({ target: n, ...item });
  }
}

/** Items by target, in the order of the plan. */
export function itemsByTarget(items: readonly PlanItem[]): ReadonlyMap<number, readonly PlanItem[]> {
  const grouped = new Map<number, PlanItem[]>();
  for (const item of items) {
    const group = grouped.get(item.target);
    if (group) group.push(item);
    else grouped.set(item.target, [item]);
  }
  return grouped;
}
