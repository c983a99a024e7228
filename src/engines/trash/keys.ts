/** Which things lie below which moves. */
import type { TrashItem, TrashItems } from './manifest.ts';

type Placed = Pick<TrashItem, 'root' | 'path'>;

/** True when the item or a folder above it is in the set of `root\0path` keys. */
export function isBelowAny(keys: ReadonlySet<string>, item: Placed): boolean {
  for (let path = item.path; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
    if (keys.has(`${item.root}\0${path}`)) return true;
  }
  return false;
}

/**
 * Finds which of some folders a thing lies in. Things usually come right after their folder: the folder of the last
 * answer is tried first, and a table is only made where that does not do.
 */
export class FolderFinder {
  readonly #folders: { readonly root: number; readonly path: string; readonly value: number }[] = [];
  #last = { root: -1, prefix: '', value: -1 };
  #table: Map<string, number> | null = null;

  /** `value`: what {@link FolderFinder.above} answers for things below this folder; not negative. */
  add({ root, path }: Placed, value: number): void {
    this.#folders.push({ root, path, value });
    this.#last = { root, prefix: `${path}/`, value };
    this.#table?.set(`${root}\0${path}`, value);
  }

  /** The value of the nearest folder above the thing, or -1. */
  above({ root, path }: Placed): number {
    if (root === this.#last.root && path.startsWith(this.#last.prefix)) return this.#last.value;
    if (!path.includes('/')) return -1;
    this.#table ??= new Map(this.#folders.map((folder) => [`${folder.root}\0${folder.path}`, folder.value]));
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const value = this.#table.get(`${root}\0${path.slice(0, cut)}`);
      if (value !== undefined) return value;
    }
    return -1;
  }
}

/** Which items each move takes along. */
export interface Arrangement {
  /** For each item the position of its move; -1 for a folder that is removed once it is empty. */
  readonly moveOf: Int32Array;
  /** For each move the bytes of its items. */
  readonly bytesOf: Float64Array;
}

export function arrange({ moves, items }: Pick<TrashItems, 'moves' | 'items'>): Arrangement {
  const moveOf = inOrder(moves, items) ?? inAnyOrder(moves, items);
  const bytesOf = new Float64Array(moves.length);
  for (let at = 0; at < items.length; at += 1) {
    const move = moveOf[at] ?? -1;
    if (move >= 0) bytesOf[move] = (bytesOf[move] ?? 0) + (items[at]?.size ?? 0);
  }
  return { moveOf, bytesOf };
}

/** Null where moves do not come in the order of their items. */
function inOrder(moves: TrashItems['moves'], items: TrashItems['items']): Int32Array | null {
  const found = new Int32Array(items.length);
  const finder = new FolderFinder();
  let next = 0;
  for (const [at, item] of items.entries()) {
    const move = moves[next];
    if (move !== undefined && move.root === item.root && move.path === item.path) {
      if (move.tree) finder.add(move, next);
      found[at] = next;
      next += 1;
    } else {
      found[at] = finder.above(item);
    }
  }
  return next === moves.length ? found : null;
}

function inAnyOrder(moves: TrashItems['moves'], items: TrashItems['items']): Int32Array {
  const byKey = new Map(moves.map((move, position) => [`${move.root}\0${move.path}`, position]));
  const finder = new FolderFinder();
  for (const [position, move] of moves.entries()) if (move.tree) finder.add(move, position);
  return Int32Array.from(items, (item) => byKey.get(`${item.root}\0${item.path}`) ?? finder.above(item));
}
