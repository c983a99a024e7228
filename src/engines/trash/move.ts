/**
 * Moving into the trash and back by rename, each move observed.
 *
 * Nothing is ever overwritten: the trash side is a fresh folder, and on the way back files are linked into place
 * (which fails where something stands) before their trash name goes.
 */
import { dirname } from 'node:path';
import { failureNote, isConsoleError, type Note, type Progress } from '#contract';
import { displayName, isMissing, makeDirectories, syncDirectory, systemCode, type EngineContext, type WorkSignal } from '#engines/storage';
import { arrange, type Arrangement } from './keys.ts';
import { isPresent } from './look.ts';
import { originOf, trashedOf, type OpenEntry, type TrashMove } from './manifest.ts';
import { StrangerWatch } from './strangers.ts';

export interface MoveOutcome {
  readonly move: TrashMove;
  readonly error: string | null;
  /** The error as a code with its facts. */
  readonly note: Note | null;
  /** Names that appeared in a folder between the check and its rename; they were put back where they belong. */
  readonly returned: readonly string[];
}

type Refusal = Pick<MoveOutcome, 'error' | 'note'>;

const moved: Refusal = { error: null, note: null };
const none: readonly string[] = [];

const say = (error: unknown, path: string): Refusal =>
  ({ error: `${displayName(path)}: ${error instanceof Error ? error.message : String(error)}`, note: failureNote(error, displayName(path)) });

/** Errors of the system concern one item; anything else ends the work. */
function concernsOneItem(error: unknown): boolean {
  return !isConsoleError(error) && systemCode(error) !== null;
}

/** Two folders that things go from and to. */
interface Way {
  readonly from: string;
  readonly to: string;
  /** The folder in the trash is there. */
  made: boolean;
  /** Something went this way. */
  used: boolean;
}

/** The ways of an entry: there are few of them, as most things share their folder with others. */
class Ways {
  readonly #document: OpenEntry['document'];
  readonly #known = new Map<number, Map<string, Way>>();

  constructor(document: OpenEntry['document']) {
    this.#document = document;
  }

  of({ root, path }: TrashMove): Way {
    const cut = path.lastIndexOf('/');
    const parent = cut < 0 ? '' : path.slice(0, cut);
    const ways = this.#known.get(root) ?? new Map<string, Way>();
    if (ways.size === 0) this.#known.set(root, ways);
    const known = ways.get(parent);
    if (known) return known;
    const way: Way = { from: originOf(this.#document, { root, path: parent }), to: trashedOf(this.#document, { root, path: parent }), made: false, used: false };
    ways.set(parent, way);
    return way;
  }

  /** Folders in which a name came or went. */
  touched(): Set<string> {
    const used = [...this.#known.values()].flatMap((ways) => [...ways.values()]).filter((way) => way.used);
    return new Set(used.flatMap(({ from, to }) => [from, to]));
  }
}

/** No error once the thing was seen to have arrived, also when the system said otherwise; else why it did not. */
function moveOne(context: EngineContext, from: string, to: string, way: Way): Refusal {
  try {
    if (!way.made) makeDirectories(context.fs, way.to);
    way.made = true;
    context.fs.rename(from, to);
    way.used = true;
    return moved;
  } catch (error) {
    if (!concernsOneItem(error)) throw error;
    if (!isPresent(context, to) || isPresent(context, from)) return say(error, from);
    way.used = true;
    return moved;
  }
}

export interface MoveOptions {
  /** Read every moved folder, also where its time says that nothing was added: for content that will be destroyed. */
  readonly thorough?: boolean;
  /** What {@link arrange} gives for the entry, where it was worked out ahead. */
  readonly arrangement?: Arrangement;
}

/** Moves between two reports of progress, and between two looks at the folders that have arrived. */
const stride = 64;

export interface Moves {
  readonly outcomes: readonly MoveOutcome[];
  /** Folders in which a name came or went: they are to be synced before anybody is told. */
  readonly touched: readonly string[];
}

/** Performs every move of a prepared entry. One that the system refuses is reported and the others go on. */
export function moveIntoTrash(context: EngineContext, entry: OpenEntry, signal: WorkSignal): readonly MoveOutcome[] {
  const { outcomes, touched } = moveUnsynced(context, entry, signal, {});
  for (const directory of touched) syncIfPresent(context, directory);
  return outcomes;
}

/** The same for a caller that makes the moves durable itself. */
export function moveUnsynced(context: EngineContext, entry: OpenEntry, signal: WorkSignal, options: MoveOptions): Moves {
  const { document, items: { moves } } = entry;
  const { moveOf, bytesOf } = options.arrangement ?? arrange(entry.items);
  const outcomes: MoveOutcome[] = [];
  const watch = new StrangerWatch(context, entry, {
    moveOf, thorough: options.thorough ?? false,
    happened: (move) => outcomes[move]?.error === null,
    onReturned: (at, returned) => {
      const outcome = outcomes[at];
      if (outcome) outcomes[at] = { ...outcome, returned: [...outcome.returned, ...returned] };
    },
  });
  const ways = new Ways(document);
  let bytes = 0;
  let target: number | null = null;
  for (const move of moves) {
    // A stop takes effect between targets: none is left half moved.
    if (signal.cancelled && move.target !== target) break;
    target = move.target;
    const from = originOf(document, move);
    const done = moveOne(context, from, trashedOf(document, move), ways.of(move));
    bytes += bytesOf[outcomes.length] ?? 0;
    outcomes.push({ move, error: done.error, note: done.note, returned: none });
    if (outcomes.length % stride !== 0 && outcomes.length !== moves.length) continue;
    watch.follow(outcomes.length);
    signal.progress(progressOf('moving', outcomes.length, moves.length, bytes, document.bytes, from));
  }
  watch.finish(outcomes.length);
  const touched = ways.touched();
  removeEmptied(context, entry, moveOf, touched);
  return { outcomes, touched: [...touched] };
}

export const progressOf = (phase: string, done: number, total: number, bytesDone: number, bytesTotal: number, item: string | null): Progress =>
  ({ phase, done, total, bytes_done: bytesDone, bytes_total: bytesTotal, item: item === null ? null : displayName(item) });

function syncIfPresent(context: EngineContext, directory: string): void {
  try {
    syncDirectory(context.fs, directory);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Folders of the entry that were not moved whole and are empty now; deepest first. A folder that is not empty stays. */
function removeEmptied(context: EngineContext, entry: OpenEntry, moveOf: Int32Array, touched: Set<string>): void {
  const folders = entry.items.items.filter((item, at) => item.kind === 'directory' && (moveOf[at] ?? -1) < 0);
  for (const folder of folders.sort((a, b) => b.path.length - a.path.length)) {
    const path = originOf(entry.document, folder);
    try {
      context.fs.rmdir(path);
      touched.delete(path);
      touched.add(dirname(path));
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EACCES', 'EPERM', 'EBUSY'].includes(systemCode(error) ?? '')) throw error;
    }
  }
}
