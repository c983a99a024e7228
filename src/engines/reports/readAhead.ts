/**
 * Promise: folders read ahead by a helper look exactly as the walk itself would have read them; whatever is not plain
 * (links, special files, errors, summaries of unusual size) is left to the walk.
 *
 * The first walk over a large tree spends most of its time in calls to the system. A helper with a thread of its own
 * takes half of them: the walk puts up batches of folders, and whoever claims a batch first reads it.
 */
import { type DirectoryEntry, type FileStat, type FileSystem, systemCode } from '#engines/storage';
import { readFacts, type SummaryFacts } from './summaryFacts.ts';
import { isDated, summaryName, withoutTrash } from './tree.ts';

/** Folders per batch: large enough to make messages rare, small enough that nobody waits for one noticeably. */
export const batchSize = 64;
/** Below this many folders a helper would not have started before the walk is over. */
export const worthwhileFolders = 1500;
/** Longer summaries are left to the walk, so that messages stay small. */
const summaryLimit = 64 * 1024;

/** What was found in a batch of folders. One list per kind of fact keeps the message quick to copy. */
export interface FoldersRead {
  readonly batch: number;
  /** Entries of each folder, in the order of the batch; -1 for one that the walk has to read itself. */
  readonly counts: readonly number[];
  /** Names of all entries of all folders in turn. */
  readonly names: readonly string[];
  /** Two for each entry: size in bytes (-1 for a folder) and mode. */
  readonly numbers: Float64Array;
  /** Three for each entry: time of change in nanoseconds, inode, device; zeros for a folder. */
  readonly stamps: BigInt64Array;
  /** For each folder: the facts of its summary, only their text where there is nothing else to them, null without a summary. */
  readonly summaries: readonly (SummaryFacts | string | null)[];
}

/** The walk's side of a helper that reads folders below one base. */
export interface FolderReader {
  /** Puts up a batch; `paths` are relative to the base. */
  offer(batch: number, paths: readonly string[]): void;
  /** True when the batch is the caller's to read; false when the helper has it or had it. */
  claim(batch: number): boolean;
  /** A batch that the helper has read and that was not handed over yet, or null. */
  next(): FoldersRead | null;
  /** Sleeps until the helper has read a batch that it claimed, or has failed to. */
  waitFor(batch: number): void;
  close(): void;
}

/** Batches are numbered from 0; more than `mostBatches` are not taken. */
export interface ReadAhead {
  readonly mostBatches: number;
  start(base: string): FolderReader;
}

interface Found {
  readonly entries: readonly DirectoryEntry[];
  /** Null for folders. */
  readonly stats: readonly (FileStat | null)[];
  readonly summary: SummaryFacts | null;
}

const fits = (value: bigint): boolean => BigInt.asIntN(64, value) === value;

/** False for a time after 2262 or before 1677, and for a number of an inode that stands for another one in 64 bits with a sign. */
const isPlain = ({ mtimeNs, ino, dev }: FileStat): boolean => fits(mtimeNs) && fits(ino) && fits(dev);

/** Null for a folder that is not plain, or that can't be read. */
function readFolder(fs: FileSystem, path: string): Found | null {
  if (isDated(path.slice(path.lastIndexOf('/') + 1))) return null;
  const entries = withoutTrash(fs.readdir(path));
  const stats: (FileStat | null)[] = [];
  let summary: SummaryFacts | null = null;
  for (const { name, kind } of entries) {
    const isFolder = kind === 'directory';
    if (!isFolder && kind !== 'file') return null;
    const stat = isFolder ? null : fs.lstat(`${path}/${name}`);
    if (stat !== null && (stat.kind !== 'file' || !isPlain(stat))) return null;
    if (name === summaryName) {
      if (stat === null || stat.size > summaryLimit) return null;
      summary = readFacts(fs, `${path}/${name}`, stat.size);
    }
    stats.push(stat);
  }
  return { entries, stats, summary };
}

function tryFolder(fs: FileSystem, path: string): Found | null {
  try {
    return readFolder(fs, path);
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return null;
  }
}

const bare = (facts: SummaryFacts): boolean =>
  facts.status === 'valid' && facts.problem === null && facts.date === null && facts.compact && facts.points.length === 0 && facts.weights.length === 0;

/** The facts of a valid, compact summary that holds nothing but its text; see {@link FoldersRead.summaries}. */
const bareFacts: Omit<SummaryFacts, 'text'> = { status: 'valid', problem: null, date: null, compact: true, searchText: null, points: [], weights: [] };

export const unpackFacts = (packed: SummaryFacts | string | null): SummaryFacts | null =>
  (typeof packed === 'string' ? { ...bareFacts, text: packed } : packed);

/** The helper's work: one batch. `paths` are relative to `base`. */
export function readFolders(fs: FileSystem, base: string, batch: number, paths: readonly string[]): FoldersRead {
  const found = paths.map((path) => tryFolder(fs, `${base}/${path}`));
  const names: string[] = [];
  const numbers: number[] = [];
  const stamps: bigint[] = [];
  for (const folder of found) {
    folder?.entries.forEach(({ name }, at) => {
      const stat = folder.stats[at] ?? null;
      names.push(name);
      numbers.push(stat?.size ?? -1, stat?.mode ?? 0);
      stamps.push(stat?.mtimeNs ?? 0n, stat?.ino ?? 0n, stat?.dev ?? 0n);
    });
  }
  return {
    batch, names,
    counts: found.map((folder) => folder?.entries.length ?? -1),
    numbers: Float64Array.from(numbers),
    stamps: BigInt64Array.from(stamps),
    summaries: found.map((folder) => {
      const facts = folder?.summary ?? null;
      return facts !== null && bare(facts) ? facts.text : facts;
    }),
  };
}
