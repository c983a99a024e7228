/**
 * Promise: the first walk over a tree, level by level, shared with a helper that reads ahead. The walk takes batches
 * of a level from its end and the helper from its start, so that they meet once.
 */
import type { WorkSignal } from '#engines/storage';
import { batchSize, worthwhileFolders, type FolderReader, type FoldersRead, type ReadAhead } from './readAhead.ts';
import { FolderNode } from './tree.ts';

export interface LevelWork {
  readonly base: string;
  readonly ahead: ReadAhead;
  /** Reads one folder and gives it its children. */
  readonly visit: (folder: FolderNode) => void;
  /** Gives folders of a batch what the helper has found; reads those that it left. */
  readonly adopt: (folders: readonly FolderNode[], read: FoldersRead) => void;
  readonly signal: WorkSignal;
}

/** Folders of one level, put up in batches as they become known. */
class Level {
  readonly folders: FolderNode[] = [];
  readonly #work: LevelWork;
  readonly #first: number;
  /** Batches of this level that were put up. */
  offered = 0;

  constructor(work: LevelWork, first: number) {
    this.#work = work;
    this.#first = first;
  }

  batch(at: number): readonly FolderNode[] {
    return this.folders.slice(at * batchSize, (at + 1) * batchSize);
  }

  numberOf(at: number): number {
    return this.#first + at;
  }

  get batches(): number {
    return Math.ceil(this.folders.length / batchSize);
  }

  /** Full batches only; the rest of a level is the walk's own. */
  offer(reader: FolderReader): void {
    while ((this.offered + 1) * batchSize <= this.folders.length && this.numberOf(this.offered) < this.#work.ahead.mostBatches) {
      reader.offer(this.numberOf(this.offered), this.batch(this.offered).map((folder) => folder.path));
      this.offered += 1;
    }
  }
}

class Walk {
  readonly #work: LevelWork;
  #reader: FolderReader | null = null;
  #alone = false;
  #level: Level;
  #next: Level;
  #done = 0;
  /** Batches of the present level that the helper has handed over. */
  readonly #taken = new Set<number>();
  readonly #early: FoldersRead[] = [];

  constructor(work: LevelWork, start: FolderNode) {
    this.#work = work;
    this.#level = new Level(work, 0);
    this.#level.folders.push(start);
    this.#next = new Level(work, 0);
  }

  run(): void {
    try {
      while (this.#level.folders.length > 0) {
        this.#walkLevel(this.#level);
        this.#level = this.#next;
        this.#next = new Level(this.#work, this.#level.numberOf(this.#level.offered));
        this.#taken.clear();
      }
    } finally {
      this.#reader?.close();
    }
  }

  #walkLevel(level: Level): void {
    for (const read of this.#early.splice(0)) this.#adopt(read);
    const helped: number[] = [];
    for (let at = level.batches - 1; at >= 0; at -= 1) {
      if (at < level.offered && this.#reader?.claim(level.numberOf(at)) === false) helped.push(at);
      else this.#visitAll(level.batch(at));
      this.#adoptAll();
    }
    // The helper went from the start: what it has read last is waited for last.
    for (const at of helped.reverse()) {
      if (this.#taken.has(at)) continue;
      this.#reader?.waitFor(level.numberOf(at));
      this.#adoptAll();
      if (this.#taken.has(at)) continue;
      this.#giveUp();
      this.#visitAll(level.batch(at));
    }
  }

  /** Takes over everything that the helper has handed over so far; what it has read of the next level waits for that. */
  #adoptAll(): void {
    for (let read = this.#reader?.next() ?? null; read !== null; read = this.#reader?.next() ?? null) {
      if (read.batch >= this.#next.numberOf(0)) this.#early.push(read);
      else this.#adopt(read);
    }
  }

  /** A helper that failed once is not heard again: a late answer must not meet folders that have been read meanwhile. */
  #giveUp(): void {
    this.#reader?.close();
    this.#reader = null;
    this.#alone = true;
  }

  #visitAll(folders: readonly FolderNode[]): void {
    for (const folder of folders) {
      this.#work.visit(folder);
      this.#note(folder);
    }
  }

  #adopt(read: FoldersRead): void {
    const at = read.batch - this.#level.numberOf(0);
    const folders = this.#level.batch(at);
    this.#taken.add(at);
    this.#work.adopt(folders, read);
    for (const folder of folders) this.#note(folder);
  }

  /** Counts a folder that has been read, and puts up the folders in it. */
  #note(folder: FolderNode): void {
    for (const child of folder.children) if (child instanceof FolderNode) this.#next.folders.push(child);
    this.#done += 1;
    if (this.#done % 500 === 0) {
      const { signal } = this.#work;
      signal.check();
      signal.progress({ phase: 'scan', done: this.#done, total: null, bytes_done: 0, bytes_total: null, item: folder.path });
    }
    if (this.#alone || (this.#reader === null && this.#next.folders.length < worthwhileFolders)) return;
    this.#reader ??= this.#work.ahead.start(this.#work.base);
    this.#next.offer(this.#reader);
  }
}

/** Reads `start` and everything below it. */
export const walkLevels = (work: LevelWork, start: FolderNode): void => new Walk(work, start).run();
