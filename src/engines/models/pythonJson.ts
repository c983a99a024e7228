/**
 * Promise: JSON that other programs wrote comes back exactly as it was: every number keeps its own digits, NaN and
 * Infinity (which Python writes) survive, and what is printed is byte for byte what Python's sorted two-space form is.
 */
import { isUtf8 } from 'node:buffer';
import { compareText } from '#engines/reports';

/** A number by its own text: `1.0` stays `1.0`, and integers of any length stay whole. */
export class JsonNumber {
  readonly lexeme: string;

  constructor(lexeme: string) {
    this.lexeme = lexeme;
  }

  get value(): number {
    return Number(this.lexeme);
  }

  get isInteger(): boolean {
    return /^-?\d+$/u.test(this.lexeme);
  }
}

export type JsonObject = ReadonlyMap<string, JsonValue>;
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

/** Deeper text can be read, but neither printed nor sent to another thread safely. */
const depthLimit = 200;
const byteLimit = 16 * 1024 * 1024;

class Trouble extends Error {}

const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordToken = /true|false|null|NaN|-?Infinity/y;
const words: Readonly<Record<string, JsonValue>> = {
  true: true, false: false, null: null, NaN: new JsonNumber('NaN'), Infinity: new JsonNumber('Infinity'), '-Infinity': new JsonNumber('-Infinity'),
};

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value();
    this.#skip();
    if (this.#at < this.#text.length) throw this.#trouble('more text after the value');
    return value;
  }

  #trouble(what: string): Trouble {
    const before = this.#text.slice(0, this.#at);
    return new Trouble(`${what} (line ${before.split('\n').length}, column ${before.length - before.lastIndexOf('\n')})`);
  }

  #skip(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #token(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return null;
    const found = this.#text.slice(this.#at, pattern.lastIndex);
    this.#at = pattern.lastIndex;
    return found;
  }

  #value(): JsonValue {
    this.#skip();
    const character = this.#text[this.#at];
    if (character === '{') return this.#nested(() => this.#object());
    if (character === '[') return this.#nested(() => this.#array());
    if (character === '"') return this.#string();
    const digits = this.#token(numberToken);
    if (digits !== null) return new JsonNumber(digits);
    const word = this.#token(wordToken);
    if (word !== null) return words[word] ?? null;
    throw this.#trouble(character === undefined ? 'the text ends too early' : 'expected a value');
  }

  #nested<T>(work: () => T): T {
    this.#depth += 1;
    if (this.#depth > depthLimit) throw this.#trouble(`nests deeper than ${depthLimit} levels`);
    this.#at += 1;
    const value = work();
    this.#depth -= 1;
    return value;
  }

  /** True at a comma, false at the closing bracket; both are consumed. */
  #more(closing: '}' | ']'): boolean {
    this.#skip();
    const character = this.#text[this.#at];
    if (character !== ',' && character !== closing) throw this.#trouble(`expected "," or "${closing}"`);
    this.#at += 1;
    return character === ',';
  }

  #closesAtOnce(closing: '}' | ']'): boolean {
    this.#skip();
    if (this.#text[this.#at] !== closing) return false;
    this.#at += 1;
    return true;
  }

  #object(): JsonObject {
    const members = new Map<string, JsonValue>();
    if (this.#closesAtOnce('}')) return members;
    do {
      this.#skip();
      if (this.#text[this.#at] !== '"') throw this.#trouble('expected a key in double quotes');
      const key = this.#string();
      this.#skip();
      if (this.#text[this.#at] !== ':') throw this.#trouble('expected ":"');
      this.#at += 1;
      members.set(key, this.#value());
    } while (this.#more('}'));
    return members;
  }

  #array(): readonly JsonValue[] {
    const items: JsonValue[] = [];
    if (this.#closesAtOnce(']')) return items;
    do items.push(this.#value()); while (this.#more(']'));
    return items;
  }

  #string(): string {
    const start = this.#at;
    this.#at += 1;
    let plain = true;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 0x22) break;
      if (!(code >= 0x20)) throw this.#trouble(Number.isNaN(code) ? 'a string is not closed' : 'a control character inside a string');
      if (code === 0x5c) {
        plain = false;
        this.#at += 1;
      }
      this.#at += 1;
    }
    this.#at += 1;
    if (plain) return this.#text.slice(start + 1, this.#at - 1);
    try {
      return String(JSON.parse(this.#text.slice(start, this.#at)));
    } catch {
      throw this.#trouble('an unknown escape inside a string');
    }
  }
}

export type ReadJson = { readonly value: JsonValue } | { readonly problem: string };

/** Bytes of a file; a byte order mark is let pass. */
export function readJson(bytes: Uint8Array): ReadJson {
  if (bytes.length > byteLimit) return { problem: `larger than ${byteLimit} bytes` };
  if (!isUtf8(bytes)) return { problem: 'not UTF-8 text' };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    return { value: new Reader(text.startsWith('\ufeff') ? text.slice(1) : text).document() };
  } catch (error) {
    if (error instanceof Trouble) return { problem: error.message };
    throw error;
  }
}

export const isObject = (value: JsonValue | undefined): value is JsonObject => value instanceof Map;
export const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);

export const jsonObject = (members: Readonly<Record<string, JsonValue>>): JsonObject => new Map(Object.entries(members));

const emptyObject: JsonObject = new Map();
export const objectAt = (value: JsonObject, key: string): JsonObject => {
  const found = value.get(key);
  return isObject(found) ? found : emptyObject;
};

const shortEscapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };
const needsEscape = /[^ !#-[\]-\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Half characters are escaped: raw, they could not be written at all. */
const printString = (text: string): string =>
  `"${text.replace(needsEscape, (found) => shortEscapes[found] ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

function print(value: JsonValue, indent: string): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return printString(value);
  if (value instanceof JsonNumber) return value.lexeme;
  const inner = `${indent}  `;
  if (isArray(value)) {
    return value.length === 0 ? '[]' : `[\n${value.map((item) => inner + print(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (!isObject(value) || value.size === 0) return '{}';
  const members = [...value].sort(([a], [b]) => compareText(a, b));
  return `{\n${members.map(([key, item]) => `${inner}${printString(key)}: ${print(item, inner)}`).join(',\n')}\n${indent}}`;
}

/** Two-space indent, keys by code point, non-ASCII raw, final newline. */
export const printJson = (value: JsonValue): string => `${print(value, '')}\n`;

/** One line with `, ` and `: `, keys in the order of the object: what the earlier commands print. */
export function printLine(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(printLine).join(', ')}]`;
  if (isObject(value)) return `{${[...value].map(([key, item]) => `${printString(key)}: ${printLine(item)}`).join(', ')}}`;
  return print(value, '');
}

/** What a terminal would not show, or would act on. */
const unseen = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;
const escapedUnits = (text: string): string => text.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

/** The same as strict JSON that may be shown anywhere: NaN and the infinities as text, unseen characters as escapes. */
export function printStrictLine(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(printStrictLine).join(', ')}]`;
  if (isObject(value)) return `{${[...value].map(([key, item]) => `${printStrictLine(key)}: ${printStrictLine(item)}`).join(', ')}}`;
  if (value instanceof JsonNumber) return Number.isNaN(value.value) || /Infinity/u.test(value.lexeme) ? printString(value.lexeme) : value.lexeme;
  return print(value, '').replaceAll(unseen, escapedUnits);
}

/** A float as Python writes it: shortest digits, exponent form below 1e-4 and from 1e16 on. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0.0';
  if (value === 0) return '0.0';
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const plain = String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}

export const float = (value: number): JsonNumber => new JsonNumber(floatText(value));
export const floatOrNullJson = (value: number | null): JsonValue => (value === null ? null : float(value));
export const integer = (value: number): JsonNumber => new JsonNumber(String(Math.trunc(value)));

/** What crosses doors: numbers where a double holds them, else their digits as text. */
export function plainOf(value: JsonValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof JsonNumber) {
    const number = value.value;
    return Number.isFinite(number) && (!value.isInteger || Number.isSafeInteger(number)) ? number : value.lexeme;
  }
  if (isArray(value)) return value.map(plainOf);
  return isObject(value) ? plainObject(value) : null;
}

export const plainObject = (value: JsonObject): Record<string, unknown> =>
  Object.fromEntries([...value].map(([key, item]) => [wellFormed(key), typeof item === 'string' ? wellFormed(item) : plainOf(item)]));

const wellFormed = (text: string): string => text.toWellFormed();

/** The way back, for values of ours. Numbers that are no integers are written as Python writes floats. */
export function jsonOf(value: unknown): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? integer(value) : float(value);
  if (value instanceof JsonNumber || value instanceof Map) return value as JsonValue;
  if (Array.isArray(value)) return value.map(jsonOf);
  return typeof value === 'object' ? new Map(Object.entries(value).filter(([, item]) => item !== undefined).map(([key, item]) => [key, jsonOf(item)])) : null;
}
