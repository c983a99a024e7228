/**
 * Promise: what the journal says stood at an instant, with the entries that prove it. A facet folds entries of its types
 * into states, one line of states for each key; asking is a binary search.
 *
 * An entry counts from its own time on. It may say since when it has been so (a champion that was found on disk carries the
 * instant of its decision); that is believed only for the time after which the journal had last heard of the key, because
 * at that moment it stood as the entry before says, whatever a file claims later. Of equal times the later entry wins.
 */
import type { JournalEntry } from '#contract';
import { hashOf } from '#engines/journal';
import { microsOfText } from './times.ts';

export interface FacetChange<S> {
  readonly key: string;
  /** The state from here on. */
  readonly next: (previous: S | null) => S | null;
  /** Where the state does not depend on what was before, earlier entries prove nothing about it. */
  readonly absolute: boolean;
  /** Since when it stood so by what the entry says, in microseconds; default: the entry's time. */
  readonly from?: number | null;
  /** What the entry says of the time before itself: passed over unless `from` is believed. */
  readonly earlier?: boolean;
}

export interface Facet<S> {
  readonly name: string;
  readonly types: readonly string[];
  changes(entry: JournalEntry): readonly FacetChange<S>[];
  /** The state as it is seen at that instant, for example a pin that has ended by itself. */
  readonly view?: (state: S, atMicros: number) => S | null;
}

export interface Proof {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly hash: string;
  /** False where the entry does not have this hash any more: it was changed, and proves nothing. */
  readonly holds: boolean;
}

export interface AsOf<S> {
  readonly state: S | null;
  /** Since when it stood so, in microseconds; null where nothing is known. */
  readonly since: number | null;
  /** When the next change came; null where none is known. */
  readonly until: number | null;
  /** Oldest first. */
  readonly proof: readonly Proof[];
}

interface Point<S> {
  readonly at: number;
  readonly entry: JournalEntry;
  readonly change: FacetChange<S>;
}

interface Timed<S> {
  readonly from: number;
  readonly point: Point<S>;
}

interface Folded<S> {
  /** In the order of their times. */
  readonly timed: readonly Timed<S>[];
  /** After each of them. */
  readonly states: readonly (S | null)[];
  /** After the entry of the highest number. */
  readonly latest: S | null;
}

interface Line<S> {
  readonly points: Point<S>[];
  /** Null until asked for since the last addition. */
  folded: Folded<S> | null;
}

export interface AsOfIndex<S> {
  readonly facet: Facet<S>;
  /** In any order and any number of times; an entry that is known is passed over. */
  add(entries: readonly JournalEntry[]): void;
  at(key: string, atMicros: number): AsOf<S>;
  /** What the newest entry says, whenever it says that it began; null where there is none. */
  latest(key: string): S | null;
  keys(): readonly string[];
  /** The highest number added; 0 for none. */
  readonly lastSeq: number;
}

const proofOf = (entry: JournalEntry): Proof => ({ seq: entry.seq, at: entry.at, type: entry.type, hash: entry.hash, holds: hashOf(entry) === entry.hash });

const isSimpleInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/u;

/** The journal's own form is read by the fast parser; others by the tolerant one. */
export const entryMicros = (at: string): number => (isSimpleInstant.test(at) ? Date.parse(at) * 1000 : microsOfText(at) ?? Number.NaN);

/** Points with the times from which they count. What an entry says of an earlier time must be news for the journal. */
function timedPoints<S>(points: readonly Point<S>[]): { readonly timed: Timed<S>[]; readonly latest: S | null } {
  const timed: Timed<S>[] = [];
  let latest: S | null = null;
  let heard = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    const { at, change: { from = null, earlier = false, next } } = point;
    const believed = from !== null && from <= at && (earlier ? from > heard : from >= heard);
    if (earlier && !believed) continue;
    timed.push({ from: believed ? from : at, point });
    if (earlier) continue;
    latest = next(latest);
    heard = Math.max(heard, at);
  }
  return { timed, latest };
}

function fold<S>(points: Point<S>[]): Folded<S> {
  points.sort((a, b) => a.entry.seq - b.entry.seq);
  const { timed, latest } = timedPoints(points);
  timed.sort((a, b) => a.from - b.from || a.point.entry.seq - b.point.entry.seq);
  const states: (S | null)[] = [];
  let state: S | null = null;
  for (const { point } of timed) {
    state = point.change.next(state);
    states.push(state);
  }
  return { timed, states, latest };
}

class Index<S> implements AsOfIndex<S> {
  readonly facet: Facet<S>;
  lastSeq = 0;
  readonly #types: ReadonlySet<string>;
  readonly #lines = new Map<string, Line<S>>();
  readonly #seen = new Set<number>();

  constructor(facet: Facet<S>) {
    this.facet = facet;
    this.#types = new Set(facet.types);
  }

  add(entries: readonly JournalEntry[]): void {
    for (const entry of entries) {
      if (entry.seq > this.lastSeq) this.lastSeq = entry.seq;
      if (!this.#types.has(entry.type) || this.#seen.has(entry.seq)) continue;
      this.#seen.add(entry.seq);
      const at = entryMicros(entry.at);
      if (Number.isNaN(at)) continue;
      for (const change of this.facet.changes(entry)) this.#line(change.key).points.push({ at, entry, change });
    }
  }

  #line(key: string): Line<S> {
    const known = this.#lines.get(key);
    if (known) {
      known.folded = null;
      return known;
    }
    const line: Line<S> = { points: [], folded: null };
    this.#lines.set(key, line);
    return line;
  }

  #folded(key: string): Folded<S> | null {
    const line = this.#lines.get(key);
    return line === undefined ? null : line.folded ??= fold(line.points);
  }

  at(key: string, atMicros: number): AsOf<S> {
    const folded = this.#folded(key);
    if (folded === null) return { state: null, since: null, until: null, proof: [] };
    const { timed, states } = folded;
    const place = lastAtOrBefore(timed, atMicros);
    const found = timed[place];
    const until = timed[place + 1]?.from ?? null;
    if (found === undefined) return { state: null, since: null, until, proof: [] };
    const state = states[place] ?? null;
    const seen = state === null || this.facet.view === undefined ? state : this.facet.view(state, atMicros);
    return { state: seen, since: found.from, until, proof: proofTo(timed, place) };
  }

  latest(key: string): S | null {
    return this.#folded(key)?.latest ?? null;
  }

  keys(): readonly string[] {
    return [...this.#lines.keys()].sort();
  }
}

/** Place of the last one not after the instant; -1 for none. */
function lastAtOrBefore(timed: readonly { readonly from: number }[], atMicros: number): number {
  let low = 0;
  let high = timed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timed[middle]?.from ?? Infinity) <= atMicros) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function proofTo<S>(timed: readonly Timed<S>[], place: number): readonly Proof[] {
  const proof: Proof[] = [];
  for (let n = place; n >= 0; n -= 1) {
    const point = timed[n]?.point;
    if (point === undefined) break;
    proof.push(proofOf(point.entry));
    if (point.change.absolute) break;
  }
  return proof.reverse();
}

export const openAsOf = <S>(facet: Facet<S>): AsOfIndex<S> => new Index(facet);

/** Whether every entry that an answer rests on still has its hash. */
export const proofHolds = (answers: readonly { readonly proof: readonly Proof[] }[]): boolean => answers.every(({ proof }) => proof.every(({ holds }) => holds));

/** The same as one pure function, for few entries. */
export function asOf<S>(facet: Facet<S>, entries: readonly JournalEntry[], key: string, atMicros: number): AsOf<S> {
  const index = openAsOf(facet);
  index.add(entries);
  return index.at(key, atMicros);
}

/**
 * A facet whose entries each carry the whole state of their key, for example the schedule or one report's sign-off.
 * `read` gives null for entries that say nothing about it.
 */
export function wholeStateFacet<S>(name: string, types: readonly string[], read: (entry: JournalEntry) => { readonly key: string; readonly state: S | null; readonly from?: number | null } | null): Facet<S> {
  return {
    name, types,
    changes: (entry) => {
      const found = read(entry);
      return found === null ? [] : [{ key: found.key, next: () => found.state, absolute: true, from: found.from ?? null }];
    },
  };
}
