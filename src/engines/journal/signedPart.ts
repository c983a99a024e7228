/**
 * Promise: what this device signed is verified at the cost of its hashes.
 *
 * Before a device signs it looks at every entry since its last checkpoint (`doubts.ts`): form, number, workspace, chain. Such
 * entries need no second look at their form, only proof that their bytes are still the same. That proof goes from each
 * checkpoint backwards: it names the hash of its entry, so the bytes that have this hash are the ones that were signed; they
 * name the hash of the entry before, and so on. All that has to be found in a line is the member `hash`, which the hash does
 * not cover, and `prev`; both are found from the end of the line, where an entry has no nested values.
 *
 * Nothing is reported here. At the first thing out of the ordinary the walk over single entries takes over, at the last
 * checkpoint that was proven, and names it.
 */
import { isConsoleError } from '#contract';
import { systemCode, type EngineContext, type WorkSignal } from '#engines/storage';
import { hash as digest } from 'node:crypto';
import { hashMemberLength } from './canonicalScan.ts';
import type { Link } from './chainWalk.ts';
import { soundRun, unseenNotes } from './doubts.ts';
import { canonicalText, noHash } from './entry.ts';
import { forEachPiece, lineFeed, type LinePlace } from './lines.ts';
import type { Segment } from './segments.ts';

/** Entry `seq` had this hash when this device signed it. */
export interface Claim {
  readonly seq: number;
  readonly hash: string;
}

/** Up to here the journal is proven. */
export interface SignedPart extends LinePlace {
  /** Index of the segment in which the walk goes on. */
  readonly segment: number;
  readonly last: Link;
}

interface Question {
  readonly context: EngineContext;
  readonly segments: readonly Segment[];
  readonly workspaceId: string;
  /** In ascending order. */
  readonly claims: readonly Claim[];
  /** Numbers of entries that somebody else speaks of; they are handed over with those of the claims. */
  readonly watched: Iterable<number>;
  readonly signal: WorkSignal;
}

const digestLength = 64;
/** So many entries are compared at once. */
const batch = 512;
const spare = 2 * batch * digestLength;

const prevOpening = Buffer.from(',"prev":"', 'latin1');
const operationOpening = Buffer.from(',"operation":', 'latin1');
const hashOpening = Buffer.from(',"hash":"', 'latin1');
const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;

function holds(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[at + index] !== text[index]) return false;
  }
  return true;
}

/** What follows `"prev":"` is at least this long. */
const leastTail = '"schema":"sterownia.journal/1","seq":1,"stage":"note","subject":null,"type":"","workspace_id":""}'.length + digestLength + 2;

/** Where `,"prev":"` stands, sought from the end; -1 for nowhere. Inside of a string its quotes would be escaped. */
function placeOfPrev(bytes: Buffer, start: number, end: number): number {
  for (let at = end - leastTail - 2; at > start; at -= 1) {
    if (bytes[at] === colon && bytes[at - 2] === 0x76 && holds(bytes, at - 7, prevOpening)) return at - 7;
  }
  return -1;
}

/** The same for `,"operation":`, which stands before it. */
function placeOfOperation(bytes: Buffer, start: number, end: number): number {
  for (let at = end - 1; at > start; at -= 1) {
    if (bytes[at] === colon && bytes[at - 2] === 0x6e && holds(bytes, at - 12, operationOpening)) return at - 12;
  }
  return -1;
}

class Prover {
  readonly #ask: Question;
  readonly #onProven: (link: Link) => void;
  /** Numbers at which to stop and compare, ascending. */
  readonly #stops: readonly number[];
  readonly #claims: ReadonlyMap<number, string>;
  #nextStop = 0;
  #seq = 0;
  #segment = 0;
  #line = 0;
  #lastHash = noHash;
  /** Digests of what was read since the last comparison, one after the other. */
  #computed = '';
  #count = 0;
  /** Stops that were passed since the last proven claim. */
  #passed: Link[] = [];
  /** Since the last proven claim a note says that something was signed although it was not in order, or not looked at. */
  #unseen = false;
  readonly #unseenEndings: readonly Buffer[];
  proven: SignedPart | null = null;

  constructor(ask: Question, onProven: (link: Link) => void) {
    this.#ask = ask;
    this.#onProven = onProven;
    const last = ask.claims.at(-1)?.seq ?? 0;
    this.#unseenEndings = unseenNotes.map((type) => Buffer.from(`,"type":"${type}","workspace_id":${canonicalText(ask.workspaceId)}}`, 'utf8'));
    this.#claims = new Map(ask.claims.map(({ seq, hash }) => [seq, hash]));
    this.#stops = [...new Set([...this.#claims.keys(), ...ask.watched])].filter((seq) => seq <= last).toSorted((left, right) => left - right);
  }

  run(): void {
    const { context, segments, signal } = this.#ask;
    for (const [index, { name, path }] of segments.entries()) {
      if (this.#nextStop === this.#stops.length) return;
      this.#segment = index;
      this.#line = 0;
      if (forEachPiece(context.fs, path, signal, { from: 0, spare }, ({ buffer, end, seen, position }) => this.#piece(buffer, end, seen, position)) !== 0) return;
      signal.progress({ phase: 'verify', done: index + 1, total: segments.length, bytes_done: 0, bytes_total: null, item: name });
    }
  }

  #piece(buffer: Buffer, end: number, seen: number, position: number): number | null {
    let start = 0;
    for (let at = buffer.indexOf(lineFeed, seen); at >= 0 && at < end; at = buffer.indexOf(lineFeed, start)) {
      if (!this.#take(buffer, start, at)) return null;
      if (this.#seq === this.#stops[this.#nextStop]) {
        if (!this.#compare(buffer) || !this.#stop(buffer, start, at, position)) return null;
      } else if (this.#count === batch && !this.#compare(buffer)) {
        return null;
      }
      start = at + 1;
    }
    // The compared bytes stand in this buffer, which may be another one for the next piece.
    return this.#compare(buffer) ? start : null;
  }

  /** Sets hash and link of the line aside, closes the gap that the member `hash` leaves, and hashes the rest. */
  #take(bytes: Buffer, start: number, end: number): boolean {
    const prev = placeOfPrev(bytes, start, end);
    const operation = placeOfOperation(bytes, start, prev);
    const member = operation - hashMemberLength;
    if (member < start || bytes[operation - 1] !== quote || !holds(bytes, member, hashOpening)) return false;
    const aside = bytes.length - spare + this.#count * digestLength;
    bytes.copyWithin(aside, operation - 1 - digestLength, operation - 1);
    bytes.copyWithin(aside + batch * digestLength, prev + prevOpening.length, prev + prevOpening.length + digestLength);
    bytes.copyWithin(start + hashMemberLength, start, member);
    this.#computed += digest('sha256', bytes.subarray(start + hashMemberLength, end), 'hex');
    this.#count += 1;
    this.#seq += 1;
    this.#line += 1;
    for (const ending of this.#unseenEndings) {
      if (bytes[end - ending.length] === comma && holds(bytes, end - ending.length, ending)) this.#unseen = true;
    }
    return true;
  }

  #compare(bytes: Buffer): boolean {
    if (this.#count === 0) return true;
    const [hashes, length] = [bytes.length - spare, this.#count * digestLength];
    const prevs = hashes + batch * digestLength;
    const computed = this.#computed;
    const equal = bytes.toString('latin1', hashes, hashes + length) === computed
      && bytes.toString('latin1', prevs, prevs + length) === this.#lastHash + computed.slice(0, -digestLength);
    this.#lastHash = computed.slice(-digestLength);
    this.#computed = '';
    this.#count = 0;
    return equal;
  }

  /** Bytes of the line from `prev` on are still as they were. */
  #stop(bytes: Buffer, start: number, end: number, position: number): boolean {
    const prevAt = placeOfPrev(bytes, start, end) + prevOpening.length;
    const [seq, hash] = [this.#seq, this.#lastHash];
    const segment = this.#ask.segments[this.#segment]?.name ?? null;
    if (segment === null) return false;
    const link: Link = { segment, line: this.#line, seq, prev: bytes.toString('latin1', prevAt, prevAt + digestLength), hash, flagged: false };
    this.#passed.push(link);
    this.#nextStop += 1;
    const claimed = this.#claims.get(seq);
    if (claimed === undefined) return true;
    const place: SignedPart = { segment: this.#segment, offset: position + end + 1, line: this.#line, last: link };
    if (claimed !== hash || (this.#unseen && !soundRun(this.#ask, this.proven, place))) return false;
    this.#unseen = false;
    this.proven = place;
    for (const passed of this.#passed) this.#onProven(passed);
    this.#passed = [];
    return true;
  }
}

/** How far the journal is what this device signed; null when not even its first checkpoint is reached. */
export function proveSignedPart(ask: Question, onProven: (link: Link) => void): SignedPart | null {
  const prover = new Prover(ask, onProven);
  try {
    prover.run();
  } catch (error) {
    // A file that cannot be read is named by the walk that follows.
    if (systemCode(error) === null || isConsoleError(error)) throw error;
  }
  return prover.proven;
}
