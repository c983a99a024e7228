/**
 * Promise: says where and why a text is no strict JSON, how deeply it nests, and where it holds NaN or Infinity, without
 * recursion and in one pass. Used where `JSON.parse` alone can't answer; good summaries never come here.
 */
export interface JsonScan {
  readonly error: { readonly at: number; readonly message: string } | null;
  /** Deepest nesting met; scanning stops with `tooDeep` past the limit. */
  readonly depth: number;
  readonly tooDeep: boolean;
  /** Start and end of each bare `NaN`, `Infinity` or `-Infinity`: other writers produce them, JSON does not have them. */
  readonly nonFinite: readonly (readonly [number, number])[];
}

const spaces = /[ \t\n\r]*/y;
// Strings are matched in plain runs and single escapes by a loop, because one pattern for all overflows on long text.
// The class is everything from the blank on except the quote and the backslash.
const stringRun = /[ !#-[\]-\uffff]*/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordToken = /true|false|null/y;
const nonFiniteToken = /NaN|-?Infinity/y;

/** What may come next. `first` is right after an opening bracket, where a closing one is fine. */
type Expect = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'separator' | 'end';

class Scanner {
  readonly nonFinite: (readonly [number, number])[] = [];
  readonly #text: string;
  readonly #limit: number;
  /** Closing brackets that are due. */
  readonly #open: ('}' | ']')[] = [];
  #at = 0;
  #depth = 0;
  #expect: Expect = 'value';

  constructor(text: string, limit: number) {
    this.#text = text;
    this.#limit = limit;
  }

  run(): JsonScan {
    for (;;) {
      this.#take(spaces);
      const error = this.#step();
      if (error !== null) return this.#result({ at: this.#at, message: error }, false);
      if (this.#depth > this.#limit) return this.#result(null, true);
      if (this.#expect === 'end' && this.#at >= this.#text.length) return this.#result(null, false);
    }
  }

  #result(error: JsonScan['error'], tooDeep: boolean): JsonScan {
    return { error, depth: this.#depth, tooDeep, nonFinite: this.nonFinite };
  }

  #take(token: RegExp): boolean {
    token.lastIndex = this.#at;
    if (!token.test(this.#text)) return false;
    this.#at = token.lastIndex;
    return true;
  }

  #step(): string | null {
    const character = this.#text[this.#at];
    if (this.#expect === 'end') return character === undefined ? null : 'more text after the value';
    if (character === undefined) return 'the text ends too early';
    switch (this.#expect) {
      case 'colon': return this.#punctuation(':', 'value');
      case 'separator': return this.#separator(character);
      case 'key': case 'firstKey': return this.#key(character);
      default: return this.#value(character);
    }
  }

  #punctuation(wanted: string, next: Expect): string | null {
    if (this.#text[this.#at] !== wanted) return `expected "${wanted}"`;
    this.#at += 1;
    this.#expect = next;
    return null;
  }

  #separator(character: string): string | null {
    const closing = this.#open.at(-1) ?? ']';
    if (character === closing) return this.#close();
    if (character !== ',') return `expected "," or "${closing}"`;
    this.#at += 1;
    this.#expect = closing === '}' ? 'key' : 'value';
    return null;
  }

  #close(): null {
    this.#at += 1;
    this.#open.pop();
    this.#expect = this.#open.length === 0 ? 'end' : 'separator';
    return null;
  }

  #key(character: string): string | null {
    if (character === '}' && this.#expect === 'firstKey') return this.#close();
    if (character !== '"') return 'expected a key in double quotes';
    const error = this.#string();
    this.#expect = 'colon';
    return error;
  }

  #value(character: string): string | null {
    if (character === ']' && this.#expect === 'firstValue') return this.#close();
    if (character === '{' || character === '[') {
      this.#at += 1;
      this.#open.push(character === '{' ? '}' : ']');
      this.#depth = Math.max(this.#depth, this.#open.length);
      this.#expect = character === '{' ? 'firstKey' : 'firstValue';
      return null;
    }
    const start = this.#at;
    if (character === '"') {
      const error = this.#string();
      if (error !== null) return error;
    } else if (this.#take(nonFiniteToken)) {
      this.nonFinite.push([start, this.#at]);
    } else if (!this.#take(wordToken) && !this.#take(numberToken)) {
      return 'expected a value';
    }
    this.#expect = this.#open.length === 0 ? 'end' : 'separator';
    return null;
  }

  #string(): string | null {
    this.#at += 1;
    for (;;) {
      this.#take(stringRun);
      const character = this.#text[this.#at];
      if (character === '"') {
        this.#at += 1;
        return null;
      }
      if (character === undefined) return 'a string is not closed';
      if (character !== '\\') return 'a control character inside a string';
      if (!this.#take(escape)) return 'an unknown escape inside a string';
    }
  }
}

export const scanJson = (text: string, depthLimit: number): JsonScan => new Scanner(text, depthLimit).run();

/** 1-based line and column of a position, for messages. */
export function lineAndColumn(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: Array.from(before.slice(lastBreak + 1)).length + 1 };
}
