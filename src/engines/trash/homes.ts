/**
 * The places that things go back to: what stands in the way, and how a folder is made on the way there.
 *
 * Promise: nothing goes back through a link. Whatever is no folder, at a thing's place or anywhere above it below its root, is
 * in the way; it is neither followed nor changed.
 */
import { basename, dirname, extname, join } from 'node:path';
import { ConsoleError } from '#contract';
import { displayName, makeDirectories, realOrNearest, systemCode, type EngineContext } from '#engines/storage';
import { isPresent, isSameFile, lookAt } from './look.ts';
import { originOf, trashedOf, type OpenEntry, type TrashItem } from './manifest.ts';

type Placed = Pick<TrashItem, 'root' | 'path'>;
type Thing = Pick<TrashItem, 'root' | 'path' | 'kind'>;

/** The way from a root to a folder: what is no folder on it, relative to the root, or that it is not there as a whole. */
interface Way {
  readonly blocked: string | null;
  readonly missing: boolean;
}

/** `a`, `a/b`, `a/b/c` for `a/b/c`. */
const waysTo = (path: string): readonly string[] => (path === '' ? [] : path.split('/').map((_name, at, names) => names.slice(0, at + 1).join('/')));

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** `report (restored).csv`, `report (restored 2).csv`, …; a folder's name has no ending. */
function freeName(context: EngineContext, path: string, folder: boolean): string {
  const extension = folder ? '' : extname(path);
  const stem = join(dirname(path), basename(path, extension));
  for (let count = 1; count < 10_000; count += 1) {
    const candidate = `${stem} (restored${count === 1 ? '' : ` ${count}`})${extension}`;
    if (!isPresent(context, candidate)) return candidate;
  }
  throw new ConsoleError('CONFLICT', `No free name beside ${displayName(path)}.`, { remedy: 'Tidy that folder, then restore again.', details: { path: displayName(path) } });
}

export class Homes {
  readonly #context: EngineContext;
  readonly #entry: OpenEntry;
  /** The folder that was looked at last, with what stood in the way there: things of one folder come one after the other. */
  #last: (Way & Placed) | null = null;
  /** For each place in the way the name beside it under which things come back. */
  readonly #beside = new Map<string, string>();

  constructor(context: EngineContext, entry: OpenEntry) {
    this.#context = context;
    this.#entry = entry;
  }

  /** Refuses where a root is reached through a link by now: what lies behind it is another folder than the one things came from. */
  requireRoots(): void {
    for (const { path } of this.#entry.document.roots) {
      const real = realOrNearest(this.#context.fs, path);
      if (real === path) continue;
      throw new ConsoleError('CONFLICT', `${displayName(path)}, which things came from, leads to ${displayName(real)} now. Nothing was changed.`, {
        remedy: `Put a folder in the place of the link, or take the content from ${displayName(this.#entry.document.roots[0]?.content ?? '')} by hand.`,
        details: { conflicts: [displayName(path)], count: 1 },
      });
    }
  }

  /** The place at or above the thing's home where something stands in its way, relative to the root; null where it may go home. */
  blocked(item: Thing): string | null {
    const { blocked, missing } = this.#look(item.root, parentOf(item.path));
    if (blocked !== null || missing) return blocked;
    const home = originOf(this.#entry.document, item);
    const there = lookAt(this.#context, home);
    if (there === null || (item.kind === 'directory' && there.kind === 'directory')) return null;
    return isSameFile(this.#context, trashedOf(this.#entry.document, item), home) ? null : item.path;
  }

  /** What stands in the way at a folder or above it. Looked at afresh whenever another folder is asked for. */
  #look(root: number, path: string): Way {
    if (this.#last?.root === root && this.#last.path === path) return this.#last;
    const found = this.#walk(root, path);
    this.#last = { root, path, ...found };
    return found;
  }

  #walk(root: number, path: string): Way {
    for (const way of ['', ...waysTo(path)]) {
      const there = lookAt(this.#context, originOf(this.#entry.document, { root, path: way }));
      if (there === null) return { blocked: null, missing: true };
      if (there.kind !== 'directory') return { blocked: way, missing: false };
    }
    return { blocked: null, missing: false };
  }

  /** Where a thing comes back whose home is blocked: below a name beside what is in the way. */
  beside({ root, path }: Placed, blocked: string, folder: boolean): string {
    const key = `${root}\0${blocked}`;
    const place = originOf(this.#entry.document, { root, path: blocked });
    const name = this.#beside.get(key) ?? freeName(this.#context, place, folder || path !== blocked);
    this.#beside.set(key, name);
    if (path === blocked) return name;
    // What is in the way may be the root itself, whose path is empty.
    return join(name, blocked === '' ? path : path.slice(blocked.length + 1));
  }

  /** Makes the folder above a home that is not blocked; false where something came in the way meanwhile. */
  provideFolderOf(item: Placed): boolean {
    const parent = parentOf(item.path);
    const { blocked, missing } = this.#look(item.root, parent);
    if (blocked !== null || !missing) return blocked === null;
    const rootPath = originOf(this.#entry.document, { root: item.root, path: '' });
    makeDirectories(this.#context.fs, rootPath);
    this.#last = null;
    return waysTo(parent).every((way) => this.#makeOne(join(rootPath, way)));
  }

  /** True where a folder stands there in the end, and no link to one. */
  #makeOne(path: string): boolean {
    try {
      this.#context.fs.mkdir(path);
      return true;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      return lookAt(this.#context, path)?.kind === 'directory';
    }
  }
}

/** What stands in the way of things that are still in the trash: each place once, as things of the root that it is in. */
export function obstaclesOf(context: EngineContext, entry: OpenEntry, chosen: (item: TrashItem) => boolean = () => true): readonly Placed[] {
  const homes = new Homes(context, entry);
  const found = new Map<string, Placed>();
  for (const item of entry.items.items) {
    if (!chosen(item)) continue;
    const blocked = homes.blocked(item);
    if (blocked === null || found.has(`${item.root}\0${blocked}`) || !isPresent(context, trashedOf(entry.document, item))) continue;
    found.set(`${item.root}\0${blocked}`, { root: item.root, path: blocked });
  }
  return [...found.values()];
}
