/** Compares a plan with the disk, item by item, and names every difference. A pure read. */
import { dirname } from 'node:path';
import type { ConsoleConfig, Drift, PlanDocument, PlanItem } from '#contract';
import { displayName, isMissing, type EngineContext } from '#engines/storage';
import { protectionOf } from '#engines/workspace';

/** Children that a planned folder should have; a folder is only in a plan when all of it is. */
function plannedChildren(plan: PlanDocument): ReadonlyMap<string, ReadonlySet<string>> {
  const children = new Map<string, Set<string>>();
  for (const item of plan.items) if (item.kind === 'directory') children.set(item.path, new Set());
  for (const item of plan.items) children.get(dirname(item.path))?.add(item.path.slice(dirname(item.path).length + 1));
  return children;
}

function compareItem(context: EngineContext, item: PlanItem): Drift | null {
  const drift = (change: Drift['change'], detail: string): Drift => ({ path: displayName(item.path), target: item.target, change, detail });
  try {
    const now = context.fs.lstat(item.path);
    if (now.kind !== item.kind) return drift('changed', `was a ${item.kind}, is a ${now.kind}`);
    if (String(now.ino) !== item.ino || String(now.dev) !== item.dev) return drift('changed', 'was replaced by another one');
    if (item.kind === 'directory') return null;
    if (now.size !== item.size) return drift('changed', `size was ${item.size} bytes, is ${now.size} bytes`);
    if (String(now.mtimeNs) !== item.mtime_ns) return drift('changed', 'was written to since');
    return null;
  } catch (error) {
    if (isMissing(error)) return drift('gone', 'is no longer there');
    return drift('unreadable', error instanceof Error ? error.message : String(error));
  }
}

function strangers(context: EngineContext, folder: PlanItem, names: ReadonlySet<string>): readonly Drift[] {
  try {
    return context.fs.readdir(folder.path)
      .filter((child) => !names.has(child.name))
      .map((child) => ({ path: displayName(`${folder.path}/${child.name}`), target: folder.target, change: 'appeared' as const, detail: 'was not there when the plan was made' }));
  } catch (error) {
    if (isMissing(error)) return [];
    return [{ path: displayName(folder.path), target: folder.target, change: 'unreadable', detail: error instanceof Error ? error.message : String(error) }];
  }
}

/** True for plans whose items are removed; those must not be protected by now. */
const removes = (plan: PlanDocument): boolean => plan.operation !== 'reports.archive';

export function driftOf(context: EngineContext, plan: PlanDocument, config: ConsoleConfig): readonly Drift[] {
  const children = plannedChildren(plan);
  const found: Drift[] = [];
  for (const item of plan.items) {
    const difference = compareItem(context, item);
    if (difference) found.push(difference);
    const names = item.kind === 'directory' ? children.get(item.path) : undefined;
    if (names && !difference) found.push(...strangers(context, item, names));
    if (removes(plan) && config.protected_paths.length > 0) {
      const rule = protectionOf(context, config, item.path);
      if (rule !== null) found.push({ path: displayName(item.path), target: item.target, change: 'now_protected', detail: `protected by the rule ${rule}` });
    }
  }
  return found;
}
