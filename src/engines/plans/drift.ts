/** Compares a plan with the disk, item by item, and names every difference. A pure read. */
import { dirname, sep } from 'node:path';
import { failureNote, note, noteText, type ConsoleConfig, type Drift, type Note, type PlanDocument, type PlanItem } from '#contract';
import { displayName, isMissing, type EngineContext, type FileStat } from '#engines/storage';
import { protectionOf } from '#engines/workspace';

/** Children that a planned folder should have; a folder is only in a plan when all of it is. */
function plannedChildren(plan: PlanDocument): ReadonlyMap<string, ReadonlySet<string>> {
  const children = new Map<string, Set<string>>();
  for (const item of plan.items) if (item.kind === 'directory') children.set(item.path, new Set());
  for (const item of plan.items) children.get(dirname(item.path))?.add(item.path.slice(dirname(item.path).length + 1));
  return children;
}

const saying = (told: Note): Pick<Drift, 'detail' | 'notes'> => ({ detail: noteText(told), notes: [told] });

const unreadable = (error: unknown, path: string): Pick<Drift, 'change' | 'detail' | 'notes'> =>
  ({ change: 'unreadable', detail: error instanceof Error ? error.message : String(error), notes: [failureNote(error, displayName(path))] });

interface Comparison {
  readonly drift: Drift | null;
  /** For folders: the time that it has now. */
  readonly mtimeNs: bigint | null;
}

function compareItem(context: EngineContext, item: PlanItem, seen: FileStat | null): Comparison {
  try {
    const now = seen ?? context.fs.lstat(item.path);
    return { drift: differenceOf(item, now), mtimeNs: now.mtimeNs };
  } catch (error) {
    const drift = { path: displayName(item.path), target: item.target };
    if (isMissing(error)) return { drift: { ...drift, change: 'gone', ...saying(note('drift_gone')) }, mtimeNs: null };
    return { drift: { ...drift, ...unreadable(error, item.path) }, mtimeNs: null };
  }
}

function differenceOf(item: PlanItem, now: FileStat): Drift | null {
  const drift = (told: Note): Drift => ({ path: displayName(item.path), target: item.target, change: 'changed', ...saying(told) });
  if (now.kind !== item.kind) return drift(note('drift_kind', { was: item.kind, is: now.kind }));
  if (String(now.ino) !== item.ino || String(now.dev) !== item.dev) return drift(note('drift_replaced'));
  if (item.kind === 'directory') return null;
  if (now.size !== item.size) return drift(note('drift_size', { was: item.size, is: now.size }));
  return String(now.mtimeNs) === item.mtime_ns ? null : drift(note('drift_written'));
}

/** Times of folders tell additions only when they are clearly older than the plan: clocks of file systems tick coarsely. */
const tickMs = 2_000;

/**
 * True where a folder's own time proves that no name was added or taken away since the plan. Never relied on before
 * something is destroyed, since times can be set.
 */
function isUntouched(folder: PlanItem, mtimeNs: bigint | null, trustedBeforeNs: bigint): boolean {
  return mtimeNs !== null && mtimeNs < trustedBeforeNs && String(mtimeNs) === folder.mtime_ns;
}

const trustedBefore = (plan: PlanDocument): bigint => (plan.permanent ? 0n : BigInt(Date.parse(plan.created_at) - tickMs) * 1_000_000n);

function strangers(context: EngineContext, folder: PlanItem, names: ReadonlySet<string>): readonly Drift[] {
  try {
    return context.fs.readdir(folder.path)
      .filter((child) => !names.has(child.name))
      .map((child) => ({ path: displayName(`${folder.path}/${child.name}`), target: folder.target, change: 'appeared' as const, ...saying(note('drift_appeared')) }));
  } catch (error) {
    if (isMissing(error)) return [];
    return [{ path: displayName(folder.path), target: folder.target, ...unreadable(error, folder.path) }];
  }
}

/**
 * Folders on the way to the items that are no items themselves. Items would look the same through a link that took the
 * place of one of them, but acting on them would reach out of the base.
 */
function detours(context: EngineContext, plan: PlanDocument): readonly Drift[] {
  const { base } = plan;
  const folders = new Set(plan.items.filter((item) => item.kind === 'directory').map((item) => item.path));
  const looked = new Set<string>();
  const found: Drift[] = [];
  const look = (folder: string, target: number): void => {
    if (looked.has(folder) || folders.has(folder) || !(folder === base || folder.startsWith(`${base}${sep}`))) return;
    looked.add(folder);
    look(dirname(folder), target);
    try {
      const { kind } = context.fs.lstat(folder);
      if (kind !== 'directory') found.push({ path: displayName(folder), target, change: 'changed', ...saying(note('drift_kind', { was: 'directory', is: kind })) });
    } catch {
      // Then its items are gone or unreadable, which is told by each of them.
    }
  };
  for (const item of plan.items) look(dirname(item.path), item.target);
  return found;
}

const removing: readonly string[] = ['reports.delete', 'reports.purge', 'trash.empty'];

/** True for plans whose items are removed; those must not be protected by now. */
const removes = (plan: PlanDocument): boolean => removing.includes(plan.operation);

/**
 * Begins to compare, with helpers where the file system has some; what is returned does the rest and names every
 * difference. In between the caller may do what needs no disk.
 */
export function beginComparing(context: EngineContext, plan: PlanDocument): (config: ConsoleConfig) => readonly Drift[] {
  const survey = context.fs.survey?.(plan.items.map((item) => item.path), 'end', plan.items.length) ?? null;
  return (config) => {
    const found: Drift[] = [...detours(context, plan)];
    const trusted = trustedBefore(plan);
    const guarded = removes(plan) && config.protected_paths.length > 0;
    let children: ReadonlyMap<string, ReadonlySet<string>> | null = null;
    for (const [at, item] of plan.items.entries()) {
      const { drift, mtimeNs } = compareItem(context, item, survey?.seen(at) ?? null);
      if (drift) found.push(drift);
      if (item.kind === 'directory' && !drift && !isUntouched(item, mtimeNs, trusted)) {
        children ??= plannedChildren(plan);
        found.push(...strangers(context, item, children.get(item.path) ?? new Set()));
      }
      const rule = guarded ? protectionOf(context, config, item.path) : null;
      if (rule !== null) found.push({ path: displayName(item.path), target: item.target, change: 'now_protected', ...saying(note('drift_protected', { rule })) });
    }
    return found;
  };
}

export const driftOf = (context: EngineContext, plan: PlanDocument, config: ConsoleConfig): readonly Drift[] => beginComparing(context, plan)(config);
