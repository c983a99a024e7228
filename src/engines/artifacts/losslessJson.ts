/**
 * Promise: JSON is read without losing what a double or a plain object would lose: integers of any size, the difference
 * between `1` and `1.0`, NaN and the infinities (which the bot writes), the place of a repeated key, and every key name.
 */
import { isUtf8 } from 'node:buffer';

/** A number without fraction or exponent. */
export class JsonInteger {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** A number that was written with a fraction or an exponent, or that is not finite. */
export class JsonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export type JsonMembers = Map<string, JsonValue>;
export type JsonValue = null | boolean | string | JsonInteger | JsonFloat | JsonValue[] | JsonMembers;

/** Text that is no JSON; `at` is the offset in UTF-16 units. */
export class JsonTextError extends Error {
  readonly at: number;

  constructor(what: string, text: string, at: number) {
    const before = text.slice(0, at);
    super(`${what} (line ${before.split('\n').length}, column ${before.length - before.lastIndexOf('\n')})`);
    this.name = 'JsonTextError';
    this.at = at;
  }
}

/** Deeper nesting is refused instead of running out of stack; longer integers are refused by the bot too. */
const depthLimit = 400;
const digitLimit = 4300;

const blank = /[ \t\n\r]*/y;
const plainText = /[^"\\]*/y;
const controls = /\p{Cc}/gu;
const number = /(-?(?:0|[1-9]\d*))(\.\d+)?([eE][+-]?\d+)?/y;
const constants: readonly (readonly [string, JsonValue])[] = [
  ['true', true], ['false', false], ['null', null],
  ['NaN', new JsonFloat(Number.NaN)], ['Infinity', new JsonFloat(Infinity)], ['-Infinity', new JsonFloat(-Infinity)],
];
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class Parser {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  whole(): JsonValue {
    const value = this.value();
    this.skip();
    if (this.at < this.text.length) throw this.wrong('more text follows the value');
    return value;
  }

  private wrong(what: string): JsonTextError {
    return new JsonTextError(what, this.text, this.at);
  }

  private skip(): void {
    blank.lastIndex = this.at;
    blank.test(this.text);
    this.at = blank.lastIndex;
  }

  private take(character: string): boolean {
    this.skip();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private value(): JsonValue {
    this.skip();
    const first = this.text[this.at];
    if (first === '"') return this.string();
    if (first === '{') return this.nested(() => this.members());
    if (first === '[') return this.nested(() => this.items());
    for (const [word, value] of constants) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    return this.number();
  }

  private nested<T>(read: () => T): T {
    if (this.depth === depthLimit) throw this.wrong(`more than ${depthLimit} levels deep`);
    this.depth += 1;
    this.at += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  private number(): JsonValue {
    number.lastIndex = this.at;
    const match = number.exec(this.text);
    if (match === null) throw this.wrong(this.at === this.text.length ? 'the text ends where a value is due' : 'no value starts here');
    const [lexeme, whole = '', fraction, exponent] = match;
    if (fraction === undefined && exponent === undefined) {
      if (whole.length > digitLimit) throw this.wrong(`an integer of more than ${digitLimit} digits`);
      this.at += lexeme.length;
      return new JsonInteger(BigInt(whole));
    }
    this.at += lexeme.length;
    return new JsonFloat(Number(lexeme));
  }

  private items(): JsonValue[] {
    const items: JsonValue[] = [];
    if (this.take(']')) return items;
    for (;;) {
      items.push(this.value());
      if (this.take(']')) return items;
      if (!this.take(',')) throw this.wrong('a comma or "]" is missing');
    }
  }

  private members(): JsonMembers {
    const members: JsonMembers = new Map();
    if (this.take('}')) return members;
    for (;;) {
      this.skip();
      if (this.text[this.at] !== '"') throw this.wrong('a key in double quotes is missing');
      const key = this.string();
      if (!this.take(':')) throw this.wrong('":" is missing');
      members.set(key, this.value());
      if (this.take('}')) return members;
      if (!this.take(',')) throw this.wrong('a comma or "}" is missing');
    }
  }

  private string(): string {
    this.at += 1;
    let content = '';
    for (;;) {
      plainText.lastIndex = this.at;
      plainText.test(this.text);
      const run = this.text.slice(this.at, plainText.lastIndex);
      this.refuseControls(run);
      content += run;
      this.at = plainText.lastIndex;
      const character = this.text[this.at];
      if (character === undefined) throw this.wrong('a text is not closed');
      if (character === '"') {
        this.at += 1;
        return content;
      }
      content += this.escape();
    }
  }

  /** Controls below the space must be escaped; those from U+007F on may stand as they are. */
  private refuseControls(run: string): void {
    for (const { 0: found, index } of run.matchAll(controls)) {
      if (found >= ' ') continue;
      this.at += index;
      throw this.wrong('a control character inside a text');
    }
  }

  private escape(): string {
    const letter = this.text[this.at + 1] ?? '';
    if (letter === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[\da-f]{4}$/iu.test(digits)) throw this.wrong('"\\u" without four hexadecimal digits');
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const meaning = escapes[letter];
    if (meaning === undefined) throw this.wrong('an unknown escape');
    this.at += 2;
    return meaning;
  }
}

/** Throws {@link JsonTextError}. A byte order mark is no JSON here; {@link readJsonBytes} lets it pass. */
export const parseJson = (text: string): JsonValue => new Parser(text).whole();

/** The content of a file: must be UTF-8; a byte order mark is let pass. Throws {@link JsonTextError}. */
export function readJsonBytes(bytes: Buffer): JsonValue {
  if (!isUtf8(bytes)) throw new JsonTextError('the bytes are no UTF-8 text', '', 0);
  return parseJson(bytes.toString('utf8').replace(/^\ufeff/u, ''));
}

export const isMembers = (value: JsonValue | undefined): value is JsonMembers => value instanceof Map;

export const memberOf = (value: JsonValue | undefined, key: string): JsonValue | undefined => (isMembers(value) ? value.get(key) : undefined);

export const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);

/** The number as a double, for integers too; null for what is no number. May be NaN or infinite. */
export function numberOf(value: JsonValue | undefined): number | null {
  if (value instanceof JsonFloat) return value.value;
  return value instanceof JsonInteger ? Number(value.value) : null;
}

/** For values that cross a door: doubles where they are finite and exact, else text; half characters are replaced. */
export function plainOf(value: JsonValue): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (value instanceof JsonFloat) return Number.isFinite(value.value) ? value.value : String(value.value);
  if (value instanceof JsonInteger) return Number.isSafeInteger(Number(value.value)) ? Number(value.value) : value.value.toString();
  if (Array.isArray(value)) return value.map(plainOf);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key.toWellFormed(), plainOf(item)]));
  return value;
}

/** From plain values of ours. Integers stay integers; all other numbers are floats. */
export function jsonOf(value: unknown): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string' || value instanceof JsonInteger || value instanceof JsonFloat) return value;
  if (typeof value === 'bigint') return new JsonInteger(value);
  if (typeof value === 'number') return Number.isInteger(value) && !Object.is(value, -0) ? new JsonInteger(BigInt(value)) : new JsonFloat(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  const members = value instanceof Map ? [...value as ReadonlyMap<string, unknown>] : Object.entries(value);
  return new Map(members.filter(([, item]) => item !== undefined).map(([key, item]) => [key, jsonOf(item)]));
}
