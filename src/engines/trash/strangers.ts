/**
 * Puts back what slipped into a folder between the check and its rename. A folder that still has its time has its
 * names; the others are read. The file system's helpers, where it has some, look while further folders are moved.
 */
import { dirname, join } from 'node:path';
import { displayName, makeDirectories, type EngineContext, type Survey } from '#engines/storage';
import { originOf, trashedOf, type OpenEntry, type TrashItem } from './manifest.ts';

/** A folder's time is only trusted when it is clearly older than the entry: clocks of file systems tick coarsely. */
const tickMs = 2_000;

const keyOf = (item: TrashItem, path: string): string => `${item.root}\0${path}`;

function parentKey(item: TrashItem): string {
  const cut = item.path.lastIndexOf('/');
  return keyOf(item, cut < 0 ? '' : item.path.slice(0, cut));
}

/** For each folder of the entry: the names that belong there. */
function namesOf(items: readonly TrashItem[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const item of items) if (item.kind === 'directory') names.set(keyOf(item, item.path), new Set());
  for (const item of items) names.get(parentKey(item))?.add(item.path.slice(item.path.lastIndexOf('/') + 1));
  return names;
}

interface Moved {
  readonly item: TrashItem;
  /** Position of the move that takes the folder along. */
  readonly move: number;
}

export interface StrangerWatchOptions {
  /** For each item the position of its move. */
  readonly moveOf: Int32Array;
  /** Read every folder, also where its time says that nothing was added. */
  readonly thorough: boolean;
  /** Told for each move whose folders held something that is back now. */
  readonly onReturned: (move: number, returned: readonly string[]) => void;
  /** False for a move that did not happen. */
  readonly happened: (move: number) => boolean;
}

/** Follows the moves of an entry through the folders that they take along, in the order of the moves. */
export class StrangerWatch {
  readonly #context: EngineContext;
  readonly #entry: OpenEntry;
  readonly #options: StrangerWatchOptions;
  readonly #folders: readonly Moved[];
  readonly #survey: Survey | null;
  readonly #trustedBeforeNs: bigint;
  #names: ReadonlyMap<string, ReadonlySet<string>> | null = null;
  #reached = 0;
  #next = 0;

  constructor(context: EngineContext, entry: OpenEntry, options: StrangerWatchOptions) {
    this.#context = context;
    this.#entry = entry;
    this.#options = options;
    this.#folders = foldersOf(entry, options.moveOf);
    this.#trustedBeforeNs = options.thorough ? 0n : BigInt(Date.parse(entry.document.created_at) - tickMs) * 1_000_000n;
    this.#survey = options.thorough ? null : context.fs.survey?.(this.#folders.map(({ item }) => trashedOf(entry.document, item)), 'start', 0) ?? null;
  }

  /** After moves were tried: `count` of them so far. What helpers have not seen yet is left for later. */
  follow(count: number): void {
    this.#extend(count);
    while (this.#next < this.#reached && (this.#survey === null || this.#survey.ready(this.#next))) this.#look();
  }

  /** After the last move that was tried. */
  finish(count: number): void {
    this.#extend(count);
    while (this.#next < this.#reached) this.#look();
  }

  #extend(count: number): void {
    const before = this.#reached;
    for (let folder = this.#folders[this.#reached]; folder !== undefined && folder.move < count; folder = this.#folders[this.#reached]) this.#reached += 1;
    if (this.#reached > before) this.#survey?.reach(this.#reached);
  }

  #look(): void {
    const at = this.#next;
    this.#next += 1;
    const folder = this.#folders[at];
    if (folder === undefined || !this.#options.happened(folder.move) || this.#keptItsTime(at, folder.item)) return;
    const returned = this.#putBackFrom(folder.item);
    if (returned.length > 0) this.#options.onReturned(folder.move, returned);
  }

  #keptItsTime(at: number, item: TrashItem): boolean {
    if (this.#trustedBeforeNs === 0n) return false;
    const { mtimeNs } = this.#survey?.seen(at) ?? this.#context.fs.lstat(trashedOf(this.#entry.document, item));
    return mtimeNs < this.#trustedBeforeNs && String(mtimeNs) === item.mtime_ns;
  }

  #putBackFrom(item: TrashItem): readonly string[] {
    const { fs } = this.#context;
    const { document, items } = this.#entry;
    this.#names ??= namesOf(items.items);
    const names = this.#names.get(keyOf(item, item.path));
    const inTrash = trashedOf(document, item);
    const returned: string[] = [];
    for (const child of fs.readdir(inTrash)) {
      if (names?.has(child.name)) continue;
      const home = join(originOf(document, item), child.name);
      makeDirectories(fs, dirname(home));
      fs.rename(join(inTrash, child.name), home);
      returned.push(displayName(home));
    }
    return returned;
  }
}

/** Folders that moves take along, in the order of their moves; a folder comes before those in it. */
function foldersOf({ items }: OpenEntry, moveOf: Int32Array): readonly Moved[] {
  const folders: Moved[] = [];
  let ordered = true;
  for (const [at, item] of items.items.entries()) {
    const move = moveOf[at] ?? -1;
    if (item.kind !== 'directory' || move < 0 || items.moves[move]?.tree !== true) continue;
    ordered &&= move >= (folders.at(-1)?.move ?? 0);
    folders.push({ item, move });
  }
  return ordered ? folders : folders.sort((a, b) => a.move - b.move);
}
