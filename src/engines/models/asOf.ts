/**
 * Promise: what the journal says stood at an instant, with the entries that prove it. A facet folds entries of its types
 * into states, one line of states for each key; asking is a binary search.
 *
 * Entries count from their own time on, or from the earlier time that their facet reads from them (a champion that was
 * found on disk counts from when its file says it was decided). Of equal times the later entry wins.
 */
import type { JournalEntry } from '#contract';
import { microsOfText } from './times.ts';

export interface FacetChange<S> {
  readonly key: string;
  /** The state from here on. */
  readonly next: (previous: S | null) => S | null;
  /** Where the state does not depend on what was before, earlier entries prove nothing about it. */
  readonly absolute: boolean;
  /** Microseconds; default: the entry's time. Later times than the entry's are not believed. */
  readonly from?: number | null;
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
  readonly from: number;
  readonly seq: number;
  readonly entry: JournalEntry;
  readonly change: FacetChange<S>;
}

interface Line<S> {
  readonly points: Point<S>[];
  /** States after each point; null until asked for since the last addition. */
  states: (S | null)[] | null;
}

export interface AsOfIndex<S> {
  readonly facet: Facet<S>;
  /** In any order and any number of times; an entry that is known is passed over. */
  add(entries: readonly JournalEntry[]): void;
  at(key: string, atMicros: number): AsOf<S>;
  keys(): readonly string[];
  /** All changes of a key, oldest first. */
  timeline(key: string): readonly { readonly from: number; readonly state: S | null; readonly proof: Proof }[];
  /** The highest number added; 0 for none. */
  readonly lastSeq: number;
}

const proofOf = (entry: JournalEntry): Proof => ({ seq: entry.seq, at: entry.at, type: entry.type, hash: entry.hash });

const isSimpleInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/u;

/** The journal's own form is read by the fast parser; others by the tolerant one. */
export const entryMicros = (at: string): number => (isSimpleInstant.test(at) ? Date.parse(at) * 1000 : microsOfText(at) ?? Number.NaN);

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
      for (const change of this.facet.changes(entry)) {
        const from = change.from === undefined || change.from === null ? at : Math.min(change.from, at);
        this.#line(change.key).points.push({ from, seq: entry.seq, entry, change });
      }
    }
  }

  #line(key: string): Line<S> {
    const known = this.#lines.get(key);
    if (known) {
      known.states = null;
      return known;
    }
    const line: Line<S> = { points: [], states: null };
    this.#lines.set(key, line);
    return line;
  }

  #folded(line: Line<S>): readonly (S | null)[] {
    if (line.states !== null) return line.states;
    line.points.sort((a, b) => a.from - b.from || a.seq - b.seq);
    const states: (S | null)[] = [];
    let state: S | null = null;
    for (const point of line.points) {
      state = point.change.next(state);
      states.push(state);
    }
    line.states = states;
    return states;
  }

  at(key: string, atMicros: number): AsOf<S> {
    const line = this.#lines.get(key);
    if (line === undefined) return { state: null, since: null, until: null, proof: [] };
    const states = this.#folded(line);
    const place = lastAtOrBefore(line.points, atMicros);
    const point = line.points[place];
    const until = line.points[place + 1]?.from ?? null;
    if (point === undefined) return { state: null, since: null, until, proof: [] };
    const state = states[place] ?? null;
    const seen = state === null || this.facet.view === undefined ? state : this.facet.view(state, atMicros);
    return { state: seen, since: point.from, until, proof: proofTo(line.points, place) };
  }

  keys(): readonly string[] {
    return [...this.#lines.keys()].sort();
  }

  timeline(key: string): readonly { readonly from: number; readonly state: S | null; readonly proof: Proof }[] {
    const line = this.#lines.get(key);
    if (line === undefined) return [];
    const states = this.#folded(line);
    return line.points.map((point, place) => ({ from: point.from, state: states[place] ?? null, proof: proofOf(point.entry) }));
  }
}

/** Place of the last point not after the instant; -1 for none. */
function lastAtOrBefore(points: readonly { readonly from: number }[], atMicros: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.from ?? Infinity) <= atMicros) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function proofTo<S>(points: readonly Point<S>[], place: number): readonly Proof[] {
  const proof: Proof[] = [];
  for (let n = place; n >= 0; n -= 1) {
    const point = points[n];
    if (point === undefined) break;
    proof.push(proofOf(point.entry));
    if (point.change.absolute) break;
  }
  return proof.reverse();
}

export const openAsOf = <S>(facet: Facet<S>): AsOfIndex<S> => new Index(facet);

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
