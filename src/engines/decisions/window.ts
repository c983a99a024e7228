/**
 * Entries of the decision journal that lie in a span of time, whatever the size of the journal around it.
 *
 * Promise: every line of the days in question counts; one that cannot be read is counted, never taken for nothing. A scan
 * that is kept reads only what was added since; a file that became another one is read anew.
 */
import { join } from 'node:path';
import { asConsoleError, isMissing, systemCode, type EngineContext, type FileStat, type FileSystem } from '#engines/storage';
import type { DecisionEntry } from './entry.ts';
import { addMicros, microsText, parseInstant, secondsMicros, type Micros } from './instants.ts';
import { decisionFolder, entryOf } from './journal.ts';

export interface Found<T> {
  readonly at: Micros;
  readonly value: T;
}

export interface DecisionScan<T> {
  /** Later than `from`, not later than `until`, in no order of time. Throws where a file cannot be read. */
  between(from: Micros, until: Micros): { readonly found: readonly Found<T>[]; readonly badLines: number };
}

export interface ScanOptions<T> {
  readonly events: readonly string[];
  /** What is kept of each entry. */
  readonly keep: (entry: DecisionEntry) => T;
}

const day = secondsMicros(86_400);
const dayOf = (at: Micros): string => microsText(at).slice(0, 10).replaceAll('-', '');
const dated = /^decisions-(\d{8})\.jsonl$/u;
const newline = 0x0a;
/** Bytes before the place of reading by which a file is known again. */
const guardBytes = 256;

const simple = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00:00)$/u;

/** The usual form by the fast parser; others by the tolerant one. */
function microsOf(text: string): Micros | null {
  const match = simple.exec(text);
  if (match === null) return parseInstant(text);
  const seconds = Date.parse(`${match[1] ?? ''}Z`);
  return Number.isNaN(seconds) ? parseInstant(text) : BigInt(seconds) * 1000n + BigInt((match[2] ?? '').padEnd(6, '0'));
}

interface FileScan<T> {
  readonly stamp: string;
  readonly ino: FileStat['ino'];
  /** Up to and with the last line end. */
  readonly offset: number;
  readonly guard: Buffer;
  readonly found: Found<T>[];
  badLines: number;
  /** What follows the last line end: it may still be written. */
  readonly rest: { readonly found: readonly Found<T>[]; readonly badLines: number };
}

function readFrom(fs: FileSystem, path: string, from: number): Buffer {
  const fd = fs.open(path, 'r');
  try {
    const parts: Buffer[] = [];
    for (let at = from; ;) {
      const part = Buffer.alloc(1 << 20);
      const read = fs.read(fd, part, 0, part.length, at);
      if (read <= 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, read));
      at += read;
    }
  } finally {
    fs.close(fd);
  }
}

class Scan<T> implements DecisionScan<T> {
  readonly #context: EngineContext;
  readonly #wanted: ReadonlySet<string>;
  readonly #keep: ScanOptions<T>['keep'];
  #files = new Map<string, FileScan<T>>();

  constructor(context: EngineContext, { events, keep }: ScanOptions<T>) {
    this.#context = context;
    this.#wanted = new Set(events);
    this.#keep = keep;
  }

  between(from: Micros, until: Micros): { readonly found: readonly Found<T>[]; readonly badLines: number } {
    const folder = join(this.#context.root, decisionFolder);
    // A day more on either side, for writers that date files by their own zone.
    const [first, last] = [dayOf(addMicros(from, -day)), dayOf(addMicros(until, day))];
    const files = new Map<string, FileScan<T>>();
    for (const name of this.#names(folder)) {
      const date = dated.exec(name)?.[1];
      if (date === undefined || date < first || date > last) continue;
      const path = join(folder, name);
      const scan = this.#file(path, this.#files.get(path) ?? null);
      if (scan !== null) files.set(path, scan);
    }
    this.#files = files;
    const all = [...files.values()];
    const within = (each: Found<T>): boolean => each.at > from && each.at <= until;
    return {
      found: all.flatMap(({ found, rest }) => [...found.filter(within), ...rest.found.filter(within)]),
      badLines: all.reduce((sum, { badLines, rest }) => sum + badLines + rest.badLines, 0),
    };
  }

  #names(folder: string): readonly string[] {
    try {
      return this.#context.fs.readdir(folder).map(({ name }) => name);
    } catch (error) {
      // Something else in the place of the folder is no empty journal.
      if (systemCode(error) === 'ENOENT') return [];
      throw asConsoleError(error, 'read', folder);
    }
  }

  /** Null for a file that retention took away meanwhile. */
  #file(path: string, known: FileScan<T> | null): FileScan<T> | null {
    const { fs } = this.#context;
    try {
      const stat = fs.stat(path);
      const stamp = `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
      if (known?.stamp === stamp) return known;
      const guard = known?.guard.length ?? 0;
      const bytes = known === null || known.ino !== stat.ino || stat.size < known.offset ? null : readFrom(fs, path, known.offset - guard);
      if (known !== null && bytes?.subarray(0, guard).equals(known.guard) === true) return this.#grown(known, stat, stamp, bytes.subarray(guard));
      return this.#grown(null, stat, stamp, readFrom(fs, path, 0));
    } catch (error) {
      if (isMissing(error)) return null;
      throw asConsoleError(error, 'read', path);
    }
  }

  #grown(known: FileScan<T> | null, stat: FileStat, stamp: string, added: Buffer): FileScan<T> {
    const complete = added.lastIndexOf(newline) + 1;
    const found = known?.found ?? [];
    const bad = this.#lines(added.subarray(0, complete), found, known === null);
    const last: Found<T>[] = [];
    const restBad = this.#lines(added.subarray(complete), last, known === null && complete === 0);
    const offset = (known?.offset ?? 0) + complete;
    const guard = Buffer.concat([known?.guard ?? Buffer.alloc(0), added.subarray(Math.max(0, complete - guardBytes), complete)]).subarray(-guardBytes);
    return { stamp, ino: stat.ino, offset, guard: Buffer.from(guard), found, badLines: (known?.badLines ?? 0) + bad, rest: { found: last, badLines: restBad } };
  }

  #lines(bytes: Buffer, found: Found<T>[], first: boolean): number {
    let bad = 0;
    const text = bytes.toString('utf8');
    for (const line of (first ? text.replace(/^\ufeff/u, '') : text).split('\n')) {
      if (line.trim() === '') continue;
      const entry = entryOf(line);
      const asked = entry !== null && this.#wanted.has(entry['event'] ?? '');
      const at = asked ? microsOf(entry['timestamp'] ?? '') : null;
      if (entry === null || (asked && at === null)) bad += 1;
      else if (at !== null) found.push({ at, value: this.#keep(entry) });
    }
    return bad;
  }
}

/** Keep it to ask again: then only what is new is read. */
export const openDecisionScan = <T>(context: EngineContext, options: ScanOptions<T>): DecisionScan<T> => new Scan(context, options);
