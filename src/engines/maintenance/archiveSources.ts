/** What goes into the archive of one report: its own files and the folders that lead to them. */
import { basename, dirname, sep } from 'node:path';
import type { PlanDocument, PlanItem, PlanTarget } from '#contract';
import { asConsoleError, type EngineContext } from '#engines/storage';
import { stagedPaths, type ArchiveFormat, type SourceItem, type StagedPaths } from '#engines/archive';
import { itemsByTarget } from './items.ts';

/** Every folder from the report's own down to its contents, shortest first, with those that hold nothing. */
export function foldersOf(top: string, items: readonly Pick<PlanItem, 'path' | 'kind'>[]): readonly string[] {
  const folders = new Set<string>();
  for (const item of items) {
    const start = item.kind === 'directory' ? item.path : dirname(item.path);
    for (let at = start; at.length >= top.length && !folders.has(at); at = dirname(at)) folders.add(at);
  }
  return [...folders].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

export interface Job {
  readonly target: PlanTarget;
  readonly items: readonly PlanItem[];
  readonly destination: string;
  readonly format: ArchiveFormat;
  readonly token: string;
  readonly paths: StagedPaths;
}

const isFormat = (value: unknown): value is ArchiveFormat => value === 'directory' || value === 'zip' || value === 'tar' || value === 'tar.gz';

/** Staged names carry the plan's id and the target's number, so that recovery knows them without having been told. */
export const tokenOf = (plan: Pick<PlanDocument, 'id'>, n: number): string => `${plan.id}-${n}`;

export function jobsOf(plan: PlanDocument): readonly Job[] {
  const grouped = itemsByTarget(plan.items);
  const format = plan.facts['format'];
  if (!isFormat(format)) return [];
  return plan.targets.flatMap((target): Job[] => {
    if (target.status !== 'planned' || target.destination === null) return [];
    const token = tokenOf(plan, target.n);
    return [{ target, items: grouped.get(target.n) ?? [], destination: target.destination, format, token, paths: stagedPaths(target.destination, token) }];
  });
}

/** Sockets and pipes have no content that could be kept. */
export const canBeArchived = (item: Pick<PlanItem, 'kind'>): boolean => item.kind !== 'other';

/** Files as the plan saw them; folders as they are now, since only their modes and times go along. */
export function sourcesOf(context: EngineContext, { target, items }: Job): readonly SourceItem[] {
  const top = target.absolute_path;
  const root = basename(top);
  const nameOf = (path: string): string => `${root}${path.slice(top.length).split(sep).join('/')}`;
  const [first] = items;
  const single = items.length === 1 && first !== undefined && first.path === top && first.kind !== 'directory';
  const sources: SourceItem[] = single ? [] : foldersOf(top, items).map((path) => {
    try {
      const stat = context.fs.lstat(path);
      return { path, name: nameOf(path), kind: 'directory', size: 0, mtimeNs: stat.mtimeNs, mode: stat.mode, ino: stat.ino, dev: stat.dev };
    } catch (error) {
      throw asConsoleError(error, 'look at', path);
    }
  });
  for (const item of items) {
    if (item.kind === 'directory' || item.kind === 'other') continue;
    sources.push({
      path: item.path, name: nameOf(item.path), kind: item.kind, size: item.size, mtimeNs: BigInt(item.mtime_ns), mode: item.mode,
      ino: BigInt(item.ino), dev: BigInt(item.dev),
    });
  }
  return sources;
}
