/**
 * Follows the chain entry by entry and names what does not belong.
 *
 * Each entry has a number, and the hash of the one before. Numbers tell what is missing, moved or twice there; hashes
 * tell which entry was rewritten, because the one after it was chained to something else. Memory does not grow with the
 * journal, only with what is wrong in it.
 */
import { noHash } from './entry.ts';
import type { Findings, Where } from './findings.ts';

export interface Link extends Where {
  readonly segment: string;
  readonly line: number;
  readonly seq: number;
  readonly prev: string;
  /** As written in the entry; the chain is followed by it. */
  readonly hash: string;
  /** The entry contradicts its own hash and has been reported: neither its number nor its hash proves anything. */
  readonly flagged: boolean;
}

interface Gap {
  from: number;
  to: number;
  readonly before: Link;
}

const range = (from: number, to: number): string => (from === to ? `Entry ${from} is` : `Entries ${from} to ${to} are`);

export class ChainWalk {
  readonly #findings: Findings;
  readonly #onPlaced: (link: Link) => void;
  #expected = 1;
  /** The hash that the next entry must be chained to; null when it cannot be known. */
  #lastHash: string | null = noHash;
  #last: Link | null = null;
  /** An entry that came too early: the next one tells whether it is out of place or others are missing. */
  #pending: Link | null = null;
  /** Entries found too early, waiting for their place. */
  readonly #early = new Map<number, Link>();
  /** Further entries with the number of the last one: the next one tells which is genuine. */
  #alternates: Link[] = [];
  #gaps: Gap[] = [];
  #unreadable = 0;

  /** `after`: the entry that the walk goes on from; it and all before it are known to be in order. */
  constructor(findings: Findings, onPlaced: (link: Link) => void, after: Link | null = null) {
    this.#findings = findings;
    this.#onPlaced = onPlaced;
    if (after === null) return;
    this.#last = after;
    this.#lastHash = after.hash;
    this.#expected = after.seq + 1;
  }

  get last(): Link | null {
    return this.#last;
  }

  /** A line that is no entry: it may stand where an entry was, or have been added. */
  unreadable(): void {
    this.#settlePending();
    this.#unreadable += 1;
  }

  next(link: Link): void {
    const pending = this.#pending;
    if (pending !== null) {
      this.#pending = null;
      const misplaced = link.seq === this.#expected || (link.seq === this.#expected + 1 && link.seq < pending.seq);
      if (misplaced && !link.flagged) {
        this.#findings.add('reordered', pending, `Entry ${pending.seq} stands before entry ${link.seq}.`);
        this.#early.set(pending.seq, pending);
      } else {
        this.#jump(pending);
      }
    }
    this.#step(link);
  }

  finish(): void {
    this.#settlePending();
    this.#takeEarly();
    this.#reportAlternates();
    for (const { from, to, before } of this.#gaps) {
      const missing = this.#findings;
      missing.add('removed', { segment: before.segment, line: before.line, seq: from }, `${range(from, to)} missing before entry ${before.seq}.`);
    }
  }

  #settlePending(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending !== null) this.#jump(pending);
  }

  #step(link: Link): void {
    this.#takeEarly();
    const unreadable = this.#unreadable;
    this.#unreadable = 0;
    if (link.flagged) {
      // Its number cannot be trusted: it stands for the entry that belongs here.
      this.#place({ ...link, seq: this.#expected });
    } else if (unreadable > 0 && link.seq > this.#expected && link.seq - this.#expected <= unreadable) {
      this.#skipTo(link.seq);
      this.#place(link);
    } else if (link.seq === this.#expected) {
      this.#place(link);
    } else if (link.seq > this.#expected) {
      this.#pending = link;
    } else {
      this.#stray(link);
    }
  }

  #skipTo(seq: number): void {
    this.#reportAlternates();
    this.#expected = seq;
    this.#lastHash = null;
    this.#last = null;
  }

  #jump(link: Link): void {
    this.#gaps.push({ from: this.#expected, to: link.seq - 1, before: link });
    for (const seq of [...this.#early.keys()].filter((seq) => seq < link.seq)) this.#fill(seq);
    this.#skipTo(link.seq);
    this.#place(link);
  }

  #place(link: Link): void {
    this.#chooseGenuine(link);
    if (this.#lastHash !== null && link.prev !== this.#lastHash && !link.flagged) this.#reportBreak(link);
    this.#last = link;
    this.#lastHash = link.hash;
    this.#expected = link.seq + 1;
    this.#onPlaced(link);
  }

  #reportBreak(link: Link): void {
    const last = this.#last;
    if (last === null) {
      this.#findings.add('edited', link, `Entry ${link.seq} claims an entry before it, but it is the first.`);
    } else if (!last.flagged) {
      this.#findings.add('edited', last, `Entry ${last.seq} was rewritten: entry ${link.seq} was chained to other content.`);
    }
  }

  /** Several entries had the number of the last one: the one that `link` is chained to is genuine. */
  #chooseGenuine(link: Link): void {
    if (this.#alternates.length === 0) return;
    const genuine = this.#alternates.find(({ hash }) => hash === link.prev);
    const last = this.#last;
    if (genuine !== undefined && last !== null && link.prev !== this.#lastHash) {
      this.#alternates = [last, ...this.#alternates.filter((other) => other !== genuine)];
      this.#last = genuine;
      this.#lastHash = genuine.hash;
      this.#onPlaced(genuine);
    }
    this.#reportAlternates();
  }

  #reportAlternates(): void {
    for (const link of this.#alternates) {
      this.#findings.add('inserted', link, `A second entry ${link.seq} was put into the journal; the chain does not lead through it.`);
    }
    this.#alternates = [];
  }

  #takeEarly(): void {
    for (let link = this.#early.get(this.#expected); link !== undefined; link = this.#early.get(this.#expected)) {
      this.#early.delete(this.#expected);
      this.#place(link);
    }
  }

  #stray(link: Link): void {
    if (this.#fill(link.seq)) {
      this.#findings.add('reordered', link, `Entry ${link.seq} stands after entry ${this.#expected - 1}.`);
    } else if (link.seq === this.#last?.seq) {
      this.#alternates.push(link);
    } else {
      this.#findings.add('inserted', link, `A second entry ${link.seq} was put into the journal, after entry ${this.#expected - 1}.`);
    }
  }

  /** Takes a number out of the missing ones; false when it was not missing. */
  #fill(seq: number): boolean {
    const gap = this.#gaps.find(({ from, to }) => seq >= from && seq <= to);
    if (gap === undefined) return false;
    const parts = [{ ...gap, to: seq - 1 }, { ...gap, from: seq + 1 }].filter(({ from, to }) => from <= to);
    this.#gaps = this.#gaps.flatMap((other) => (other === gap ? parts : [other]));
    return true;
  }
}
