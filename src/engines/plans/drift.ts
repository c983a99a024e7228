/** Compares a plan with the disk, item by item, and names every difference. A pure read. */
import { dirname } from 'node:path';
import type { ConsoleConfig, Drift, PlanDocument, PlanItem } from '#contract';
import { displayName, isMissing, type EngineContext, type FileStat } from '#engines/storage';
import { protectionOf } from '#engines/workspace';

/** Children that a planned folder should have; a folder is only in a plan when all of it is. */
function plannedChildren(plan: PlanDocument): ReadonlyMap<string, ReadonlySet<string>> {
  const children = new Map<string, Set<string>>();
  for (const item of plan.items) if (item.kind === 'directory') children.set(item.path, new Set());
  for (const item of plan.items) children.get(dirname(item.path))?.add(item.path.slice(dirname(item.path).length + 1));
  return children;
}

interface Comparison {
  readonly drift: Drift | null;
  /** For folders: the time that it has now. */
  readonly mtimeNs: bigint | null;
}

function compareItem(context: EngineContext, item: PlanItem): Comparison {
  try {
    const now = context.fs.lstat(item.path);
    return { drift: differenceOf(item, now), mtimeNs: now.mtimeNs };
  } catch (error) {
    const drift = { path: displayName(item.path), target: item.target };
    if (isMissing(error)) return { drift: { ...drift, change: 'gone', detail: 'is no longer there' }, mtimeNs: null };
    return { drift: { ...drift, change: 'unreadable', detail: error instanceof Error ? error.message : String(error) }, mtimeNs: null };
  }
}

function differenceOf(item: PlanItem, now: FileStat): Drift | null {
  const drift = (detail: string): Drift => ({ path: displayName(item.path), target: item.target, change: 'changed', detail });
  if (now.kind !== item.kind) return drift(`was a ${item.kind}, is a ${now.kind}`);
  if (String(now.ino) !== item.ino || String(now.dev) !== item.dev) return drift('was replaced by another one');
  if (item.kind === 'directory') return null;
  if (now.size !== item.size) return drift(`size was ${item.size} bytes, is ${now.size} bytes`);
  return String(now.mtimeNs) === item.mtime_ns ? null : drift('was written to since');
}

/** Times of folders tell additions only when they are clearly older than the plan: clocks of file systems tick coarsely. */
const tickMs = 2_000;

/**
 * True where a folder's own time proves that no name was added or taken away since the plan. Never relied on before
 * something is destroyed, since times can be set.
 */
function isUntouched(plan: PlanDocument, folder: PlanItem, mtimeNs: bigint | null): boolean {
  if (plan.permanent || mtimeNs === null || String(mtimeNs) !== folder.mtime_ns) return false;
  return Number(mtimeNs / 1_000_000n) < Date.parse(plan.created_at) - tickMs;
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

const removing: readonly string[] = ['reports.delete', 'reports.purge', 'trash.empty'];

/** True for plans whose items are removed; those must not be protected by now. */
const removes = (plan: PlanDocument): boolean => removing.includes(plan.operation);

export function driftOf(context: EngineContext, plan: PlanDocument, config: ConsoleConfig): readonly Drift[] {
  const children = plannedChildren(plan);
  const found: Drift[] = [];
  for (const item of plan.items) {
    const { drift, mtimeNs } = compareItem(context, item);
    if (drift) found.push(drift);
    const names = item.kind === 'directory' && !drift && !isUntouched(plan, item, mtimeNs) ? children.get(item.path) : undefined;
    if (names) found.push(...strangers(context, item, names));
    if (removes(plan) && config.protected_paths.length > 0) {
      const rule = protectionOf(context, config, item.path);
      if (rule !== null) found.push({ path: displayName(item.path), target: item.target, change: 'now_protected', detail: `protected by the rule ${rule}` });
    }
  }
  return found;
}
