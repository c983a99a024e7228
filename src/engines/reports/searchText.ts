/**
 * What a search looks through in a summary: its values, each with the name of the member that holds it. Names by
 * themselves are not searched, since nearly every summary has the same ones.
 *
 * Promise: short values outside of long lists are all found, wherever they stand, and no summary takes more room or time
 * than the limits below allow. Longer texts, and texts at the beginning of long lists, share what is left over; numbers in
 * long lists are series, which nobody looks for.
 */
const shortText = 256;
const longList = 100;
/** Characters for short values; far beyond what summaries have, so that it bounds memory and loses nothing. */
const shortLimit = 64 * 1024;
const restLimit = 8192;
/** Elements of long lists that are looked at, lists within lists included. */
const listedLimit = 1000;

/** Between a name and its value, and between two of such pairs; neither may occur in them. */
const between = '\u0000';
const cleaned = (text: string): string => (text.includes('\n') || text.includes(between) ? text.replaceAll('\n', ' ').replaceAll(between, ' ') : text);

/** Pairs up to a number of characters; those beyond are left out, a last one is cut. */
class Lines {
  readonly pairs: string[] = [];
  #left: number;

  constructor(limit: number) {
    this.#left = limit;
  }

  get full(): boolean {
    return this.#left <= 0;
  }

  add(name: string, value: string): void {
    if (this.full) return;
    const pair = `${cleaned(name)}${between}${cleaned(value)}`;
    this.pairs.push(pair.length > this.#left ? pair.slice(0, this.#left) : pair);
    this.#left -= pair.length + 1;
  }
}

interface Holder {
  readonly value: object;
  /** Name of the member that it is, or that the list around it is. */
  readonly name: string;
  /** True inside of a long list. */
  readonly listed: boolean;
}

class Gathering {
  readonly #short = new Lines(shortLimit);
  readonly #long = new Lines(restLimit);
  readonly #words = new Lines(restLimit);
  #listedLeft = listedLimit;
  next: Holder[] = [];

  look({ value: holder, name, listed }: Holder): void {
    if (Array.isArray(holder)) {
      if (listed || holder.length > longList) return this.#lookAlong(holder, name);
      for (const value of holder as unknown[]) this.#take(name, value, false);
      return;
    }
    for (const [key, value] of Object.entries(holder) as [string, unknown][]) this.#take(key, value, listed);
  }

  #lookAlong(list: readonly unknown[], name: string): void {
    for (const value of list) {
      if (this.#listedLeft <= 0 || this.#words.full) return;
      this.#listedLeft -= 1;
      this.#take(name, value, true);
    }
  }

  #take(name: string, value: unknown, listed: boolean): void {
    if (value === null || value === '') return;
    if (typeof value === 'object') this.next.push({ value, name, listed });
    else if (!listed) this.#keep(name, String(value));
    else if (typeof value === 'string') this.#words.add('', value);
  }

  #keep(name: string, text: string): void {
    (text.length <= shortText ? this.#short : this.#long).add(name, text);
  }

  /** Short ones first, then what room is left for the rest. */
  text(): string {
    const pairs = this.#short.pairs;
    let left = restLimit;
    for (const pair of [...this.#long.pairs, ...this.#words.pairs]) {
      if (left <= 0) break;
      pairs.push(pair.length > left ? pair.slice(0, left) : pair);
      left -= pair.length + 1;
    }
    return pairs.join('\n');
  }
}

/** Level by level, so that what stands at the top comes before what lies deep. */
export function searchableText(summary: object): string {
  const found = new Gathering();
  found.next.push({ value: summary, name: '', listed: false });
  while (found.next.length > 0) {
    const level = found.next;
    found.next = [];
    for (const holder of level) found.look(holder);
  }
  return found.text();
}

/** The values alone, one per line. */
export const valuesIn = (text: string): string => text.split('\n').map((pair) => pair.slice(pair.indexOf(between) + 1)).join('\n');

/** `name=value`, one per line, each after a line end, so that a search can ask for the beginning of one. */
export const pairsIn = (text: string): string =>
  text.split('\n').map((pair) => (pair.startsWith(between) || pair === '' ? '' : `\n${pair.replace(between, '=')}`)).join('');
