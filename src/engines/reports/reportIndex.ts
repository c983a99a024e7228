/** Promise: one object knows all reports below a folder; asked to refresh, it reads only what changed since. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { ConsoleError } from '#contract';
import { asConsoleError, isMissing, unwatched, type EngineContext, type WorkSignal } from '#engines/storage';
import { assemble, ReportCache, type Assembly } from './assemble.ts';
import { TreeScanner } from './scan.ts';
import type { ReadAhead } from './readAhead.ts';
import { FolderNode } from './tree.ts';
import type { OwnedFile, Report } from './types.ts';

export interface RefreshResult {
  readonly changed: boolean;
  readonly revision: number;
  /** Identifiers that appeared, went or changed; at most a hundred, for events. */
  readonly paths: readonly string[];
}

const reportedPaths = 100;

export class ReportIndex {
  readonly context: EngineContext;
  /** Real path of the reports folder; where it is missing, the path it would have. */
  readonly base: string;
  readonly #scanner: TreeScanner;
  readonly #cache = new ReportCache();
  #root = new FolderNode(null, '');
  #assembly: Assembly = { reports: [], strays: [] };
  #byPath: ReadonlyMap<string, Report> | null = null;
  #revision = 0;

  constructor(context: EngineContext, base: string, ahead: ReadAhead | null = null) {
    this.context = context;
    this.base = base;
    this.#scanner = new TreeScanner(context, base, ahead);
  }

  /** Rises only when a scan found something changed; 0 before the first scan. */
  get revision(): number {
    return this.#revision;
  }

  /** In base order: newest first, equal times in order of discovery. */
  get reports(): readonly Report[] {
    return this.#assembly.reports;
  }

  /** Links, pipes and the like in folders that lie below no report. */
  get strays(): readonly OwnedFile[] {
    return this.#assembly.strays;
  }

  find(relativePath: string): Report | null {
    this.#byPath ??= new Map(this.reports.map((report) => [report.relativePath, report]));
    return this.#byPath.get(relativePath) ?? null;
  }

  /** Absolute path of something relative to the base. */
  absolute(path: string): string {
    return this.#scanner.absolute(path === '.' ? '' : path);
  }

  /** The folder that a report lies in. */
  directoryOf(report: Report): string {
    return report.shape === 'file' ? this.base : this.absolute(report.relativePath);
  }

  /** Reads the tree the first time; afterwards looks at every folder and file and reads again only what changed. */
  refresh(signal: WorkSignal = unwatched): RefreshResult {
    return this.#scan([{ folder: this.#root, deep: true }], signal);
  }

  /** Looks only at the folders of these paths (absolute or relative to the base), as a watcher names them. */
  refreshPaths(paths: readonly string[], signal: WorkSignal = unwatched): RefreshResult {
    if (this.#revision === 0) return this.refresh(signal);
    const starts = new Map<FolderNode, boolean>();
    for (const path of paths) {
      const { folder, deep } = this.#locate(path);
      starts.set(folder, deep || starts.get(folder) === true);
    }
    return this.#scan([...starts].map(([folder, deep]) => ({ folder, deep })), signal);
  }

  /**
   * The deepest known folder on the way to `path`. A path that names a known folder is read with all below it; its
   * parent is where it may have gone from, so a vanished folder is found as well.
   */
  #locate(path: string): { readonly folder: FolderNode; readonly deep: boolean } {
    const inside = isAbsolute(path) ? relative(this.base, path) : path;
    let folder = this.#root;
    if (inside === '' || inside === '.') return { folder, deep: true };
    if (inside.startsWith(`..${sep}`) || inside === '..' || isAbsolute(inside)) return { folder, deep: false };
    for (const part of inside.split(/[/\\]/u).filter((name) => name !== '')) {
      const child = folder.children.find((node) => node.name === part);
      if (!(child instanceof FolderNode)) return { folder, deep: false };
      folder = child;
    }
    return { folder, deep: true };
  }

  #scan(starts: readonly { readonly folder: FolderNode; readonly deep: boolean }[], signal: WorkSignal): RefreshResult {
    for (const { folder, deep } of starts) {
      this.#scanner.scan(folder, deep, signal);
      // A folder that is gone shows in its parent's list of names.
      for (let gone = folder; gone.error === 'ENOENT' && gone.parent !== null; gone = gone.parent) this.#scanner.scan(gone.parent, false, signal);
    }
    if (this.#scanner.changed.size === 0) return { changed: false, revision: this.#revision, paths: [] };
    const before = this.#assembly.reports;
    this.#assembly = assemble(this.#root, this.#cache);
    // Only now: what a stopped scan found is still waiting for its assembly.
    this.#scanner.changed.clear();
    this.#byPath = null;
    this.#revision += 1;
    return { changed: true, revision: this.#revision, paths: differences(before, this.#assembly.reports) };
  }
}

/** Identifiers of reports that are not the same objects before and after. */
function differences(before: readonly Report[], after: readonly Report[]): readonly string[] {
  const old = new Set(before);
  const found = new Set<string>();
  for (const report of after) {
    if (!old.delete(report) && found.size < reportedPaths) found.add(report.relativePath);
  }
  for (const report of old) {
    if (found.size < reportedPaths) found.add(report.relativePath);
  }
  return [...found];
}

/**
 * `baseDirectory` is absolute or relative to the workspace. Links on the way to it are resolved once, here; a folder
 * that does not exist is an index without reports until it appears. Nothing is read before the first refresh; `ahead`
 * helps with that one where the tree is large.
 */
export function openReportIndex(context: EngineContext, baseDirectory: string, ahead: ReadAhead | null = null): ReportIndex {
  if (baseDirectory.trim() === '' || baseDirectory.includes('\0')) {
    throw new ConsoleError('PATH_INVALID', 'The reports folder is blank or holds a NUL character.', {
      remedy: 'Name a folder, for example var/reports.', details: { field: 'base_dir' },
    });
  }
  const wanted = resolve(context.root, baseDirectory);
  try {
    return new ReportIndex(context, context.fs.realpath(wanted), ahead);
  } catch (error) {
    if (!isMissing(error)) throw asConsoleError(error, 'find the reports folder', wanted);
    return new ReportIndex(context, wanted, ahead);
  }
}
