/**
 * Promise: one walk of its own over the folder tree brings it up to date. Links are never entered, a folder is listed
 * once, and what has not changed is not read again.
 */
import { asConsoleError, isMissing, systemCode, type DirectoryEntry, type EngineContext, type FileStat, type WorkSignal } from '#engines/storage';
import { brokenFacts, readFacts, type SummaryFacts } from './summaryFacts.ts';
import { walkLevels } from './levelWalk.ts';
import { unpackFacts, type FoldersRead, type ReadAhead } from './readAhead.ts';
import { FileNode, FolderNode, isDated, sortNodes, summaryName, withoutTrash, type Stamp, type TreeNode } from './tree.ts';
import type { LinkTarget } from './types.ts';

/**
 * A time stamp proves "unchanged" only when it lies well before the moment of reading: file systems keep times in
 * steps of up to two seconds, and a second change within the same step leaves the stamp as it was.
 */
const settleNs = 2_000_000_000n;

const sharedNames = 1000;

const noStamp: Stamp = { size: 0, mtimeNs: 0n, ino: 0n, dev: 0n, mode: 0 };

export class TreeScanner {
  readonly #context: EngineContext;
  readonly base: string;
  readonly #ahead: ReadAhead | null;
  #version = 0;
  #nowNs = 0n;
  readonly #names = new Map<string, string>();
  /** Folders found changed by the present scan. */
  readonly changed = new Set<FolderNode>();

  /** `ahead`: a helper for the first walk over a large tree, where the host has one. */
  constructor(context: EngineContext, base: string, ahead: ReadAhead | null = null) {
    this.#context = context;
    this.base = base;
    this.#ahead = ahead;
  }

  absolute(path: string): string {
    return path === '' ? this.base : `${this.base}/${path}`;
  }

  /** Brings `start` and, when `deep`, everything below up to date. New folders are always read to the bottom. */
  scan(start: FolderNode, deep: boolean, signal: WorkSignal): void {
    this.#version += 1;
    this.#nowNs = BigInt(Math.floor(this.#context.clock.now())) * 1_000_000n;
    const first = start.version === 0;
    if (first && this.#ahead !== null) {
      walkLevels({
        base: this.base, ahead: this.#ahead, signal,
        visit: (folder) => this.#visit(folder, true),
        adopt: (folders, read) => this.#adoptRead(folders, read),
      }, start);
      return;
    }
    const stack = [start];
    let done = 0;
    for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
      const known = folder.version > 0;
      this.#visit(folder, first);
      for (let at = folder.children.length - 1; at >= 0; at -= 1) {
        const child = folder.children[at];
        if (child instanceof FolderNode && (deep || !known || child.version === 0)) stack.push(child);
      }
      done += 1;
      if (done % 500 === 0) {
        signal.check();
        signal.progress({ phase: 'scan', done, total: null, bytes_done: 0, bytes_total: null, item: folder.path });
      }
    }
  }

  #markChanged(folder: FolderNode): void {
    folder.version = this.#version;
    this.changed.add(folder);
  }

  #visit(folder: FolderNode, first: boolean): void {
    const isNew = folder.version === 0;
    try {
      // The first walk saves the stat of each folder; the next one fills in the stamps.
      const stat = first && folder.parent !== null && !isDated(folder.name) ? null : this.#context.fs.lstat(this.absolute(folder.path));
      if (stat !== null && stat.kind !== 'directory') throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' });
      this.#update(folder, stat);
    } catch (error) {
      this.#unreadable(folder, error);
    }
    if (isNew) this.#markChanged(folder);
  }

  #update(folder: FolderNode, stat: FileStat | null): void {
    const same = stat !== null && folder.error === null && folder.stamp !== null
      && folder.stamp.mtimeNs === stat.mtimeNs && folder.stamp.ino === stat.ino && stat.mtimeNs + settleNs < folder.readAtNs;
    if (same) return this.#refreshFiles(folder);
    if (stat !== null) folder.dev = folder.parent?.dev === stat.dev ? folder.parent.dev : stat.dev;
    const entries = this.#context.fs.readdir(this.absolute(folder.path));
    if (stat !== null) {
      folder.stamp = { mtimeNs: stat.mtimeNs, ino: stat.ino };
      if (isDated(folder.name) && folder.parent !== null && folder.mtimeNs !== stat.mtimeNs) this.#markChanged(folder.parent);
      folder.mtimeNs = stat.mtimeNs;
    }
    folder.readAtNs = this.#nowNs;
    if (folder.error !== null) this.#markChanged(folder);
    folder.error = null;
    this.#adopt(folder, entries);
  }

  /** Same names as before: only the files themselves may have changed. */
  #refreshFiles(folder: FolderNode): void {
    this.#replaceChildren(folder, folder.children.map((child) =>
      (child instanceof FileNode ? this.#file(folder, child.name, child) : child)));
  }

  #adopt(folder: FolderNode, entries: readonly DirectoryEntry[]): void {
    const old = folder.children.length === 0 ? null : new Map(folder.children.map((child) => [child.name, child]));
    const children = withoutTrash(entries).map((entry) => {
      const before = old?.get(entry.name);
      if (entry.kind === 'directory') return before instanceof FolderNode ? before : new FolderNode(folder, entry.name);
      return this.#file(folder, this.#shared(entry.name), before instanceof FileNode ? before : null);
    });
    this.#replaceChildren(folder, children);
  }

  /** The same for a batch that a helper has read, folders of a first walk all of them. */
  #adoptRead(folders: readonly FolderNode[], { counts, names, numbers, stamps, summaries }: FoldersRead): void {
    let at = 0;
    folders.forEach((folder, position) => {
      const count = counts[position] ?? -1;
      if (count < 0) return this.#visit(folder, true);
      const children: TreeNode[] = [];
      for (const end = at + count; at < end; at += 1) {
        const name = names[at] ?? '';
        const size = numbers[at * 2] ?? 0;
        if (size < 0) {
          children.push(new FolderNode(folder, name));
          continue;
        }
        const stamp = { size, mode: numbers[at * 2 + 1] ?? 0, mtimeNs: stamps[at * 3] ?? 0n, ino: stamps[at * 3 + 1] ?? 0n, dev: stamps[at * 3 + 2] ?? 0n };
        if (folder.dev === 0n) folder.dev = folder.parent?.dev === stamp.dev ? folder.parent.dev : stamp.dev;
        children.push(new FileNode(folder, this.#shared(name), 'file', stamp, null, null));
      }
      folder.readAtNs = this.#nowNs;
      folder.children = sortNodes(children.slice());
      folder.summary = unpackFacts(summaries[position] ?? null);
      return this.#markChanged(folder);
    });
  }

  /** One string for all files of the same name: report folders resemble each other. */
  #shared(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    if (this.#names.size < sharedNames) this.#names.set(name, name);
    return name;
  }

  #replaceChildren(folder: FolderNode, next: readonly (TreeNode | null)[]): void {
    // A filtered list has spare room at its end; most folders lose nothing and keep the list that fits.
    const children = sortNodes(next.includes(null) ? next.filter((child) => child !== null).slice() : next as readonly TreeNode[]);
    const old = folder.children;
    const same = children.length === old.length && children.every((child, at) => child === old[at]);
    if (!same) this.#markChanged(folder);
    folder.children = children;
    this.#refreshSummary(folder, old);
  }

  #refreshSummary(folder: FolderNode, old: readonly TreeNode[]): void {
    const node = folder.children.find((child) => child.name === summaryName);
    const before = folder.summary;
    if (node === undefined || (node instanceof FileNode && node.role !== 'summary')) folder.summary = null;
    else if (node instanceof FolderNode) folder.summary ??= brokenFacts('summary_unreadable', 'The summary is a folder, not a file.');
    else if (before === null || !old.includes(node) || !this.#settled(node)) folder.summary = keepEqual(before, this.#facts(folder, node));
    if (folder.summary !== before) this.#markChanged(folder);
  }

  /** False while the file is so young that a later change might leave its stamp alike. */
  #settled(node: FileNode): boolean {
    return node.listedMtimeNs + settleNs < node.folder.readAtNs;
  }

  #facts(folder: FolderNode, node: FileNode): SummaryFacts {
    folder.readAtNs = this.#nowNs;
    if (node.error !== null) return brokenFacts('summary_unreadable', `The summary could not be examined (${node.error}).`);
    if (!node.regular) return brokenFacts('summary_unreadable', 'The summary is neither a file nor a link to one.');
    return readFacts(this.#context.fs, this.absolute(node.path), node.listedSize);
  }

  /** The file as it is now; the old object where nothing changed; null when it is gone. */
  #file(folder: FolderNode, name: string, before: FileNode | null): TreeNode | null {
    const path = `${this.absolute(folder.path)}/${name}`;
    let stat: FileStat;
    try {
      stat = this.#context.fs.lstat(path);
    } catch (error) {
      if (isMissing(error)) return null;
      const code = this.#systemCodeOf(error);
      return before !== null && before.error === code ? before : new FileNode(folder, name, 'other', noStamp, null, code);
    }
    if (stat.kind === 'directory') return new FolderNode(folder, name);
    if (folder.dev === 0n) folder.dev = folder.parent?.dev === stat.dev ? folder.parent.dev : stat.dev;
    const target = stat.kind === 'link' ? this.#target(path) : null;
    if (before !== null && sameFile(before, stat, target)) return before;
    return new FileNode(folder, name, stat.kind, stat, target, null);
  }

  #target(path: string): LinkTarget | null {
    try {
      const stat = this.#context.fs.stat(path);
      return { kind: stat.kind, size: stat.size, mtimeNs: stat.mtimeNs, absolutePath: this.#context.fs.realpath(path) };
    } catch (error) {
      this.#systemCodeOf(error);
      return null;
    }
  }

  #systemCodeOf(error: unknown): string {
    const code = systemCode(error);
    if (code === null) throw error;
    return code;
  }

  /** A folder that can't be read stays in the tree with the reason; the base must be readable, or be missing. */
  #unreadable(folder: FolderNode, error: unknown): void {
    const missing = isMissing(error);
    if (folder.parent === null && !missing) throw asConsoleError(error, 'read the reports folder', this.base);
    const code = missing ? 'ENOENT' : this.#systemCodeOf(error);
    if (folder.error !== code || folder.children.length > 0) this.#markChanged(folder);
    folder.error = code;
    if (!missing) folder.mtimeNs = this.#timeOf(folder);
    folder.children = [];
    folder.summary = null;
    folder.stamp = null;
  }

  #timeOf(folder: FolderNode): bigint {
    try {
      return this.#context.fs.lstat(this.absolute(folder.path)).mtimeNs;
    } catch (error) {
      this.#systemCodeOf(error);
      return 0n;
    }
  }
}

function sameFile(before: FileNode, stat: FileStat, target: LinkTarget | null): boolean {
  return before.error === null && before.kind === stat.kind && before.size === stat.size && before.mtimeNs === stat.mtimeNs
    && before.ino === stat.ino && before.dev === stat.dev && before.mode === stat.mode
    && before.target?.kind === target?.kind && before.target?.size === target?.size
    && before.target?.mtimeNs === target?.mtimeNs && before.target?.absolutePath === target?.absolutePath;
}

/** Reading a young summary again usually gives the same text: then nothing has changed. */
function keepEqual(before: SummaryFacts | null, now: SummaryFacts): SummaryFacts {
  return before !== null && JSON.stringify(before) === JSON.stringify(now) ? before : now;
}
