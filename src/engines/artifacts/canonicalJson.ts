/**
 * Promise: values are written byte for byte as the bot's Python writes them, so that a signature made there holds here
 * and one made here holds there: keys by code point, integers in full, floats by their shortest repr.
 * Writers throw {@link UnwritableTextError} for text that has no bytes.
 */
import { compareText } from '#engines/reports';
import { JsonFloat, JsonInteger, type JsonValue } from './losslessJson.ts';

/** A double as Python's `repr`: exponent form below 1e-4 and from 1e16 on, with at least two digits of exponent. */
export function floatRepr(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [, sign = '', lead = '', rest = '', power = '0'] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/u.exec(value.toExponential()) ?? [];
  const exponent = Number(power);
  const digits = lead + rest;
  if (exponent < -4 || exponent >= 16) {
    return `${sign}${lead}${rest === '' ? '' : `.${rest}`}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 2, '0');
  return `${sign}${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1)}`;
}

/** Half of a character pair has no bytes; the bot cannot write such text either. */
export class UnwritableTextError extends Error {
  constructor() {
    super('the text holds half of a character pair and cannot be written');
    this.name = 'UnwritableTextError';
  }
}

/** Only quotes, backslashes and controls below space are escaped, as the platform does it too; everything else stands as it is. */
function quoted(text: string): string {
  if (!text.isWellFormed()) throw new UnwritableTextError();
  return JSON.stringify(text);
}

interface Style {
  readonly sorted: boolean;
  readonly comma: string;
  readonly colon: string;
  /** Spaces per level, or null for one line. */
  readonly indent: number | null;
}

function enclosed(open: string, parts: readonly string[], close: string, style: Style, level: number): string {
  if (parts.length === 0) return open + close;
  if (style.indent === null) return open + parts.join(style.comma) + close;
  const inner = `\n${' '.repeat(style.indent * (level + 1))}`;
  return `${open}${inner}${parts.join(`,${inner}`)}\n${' '.repeat(style.indent * level)}${close}`;
}

function write(value: JsonValue, style: Style, level: number): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (value instanceof JsonInteger) return value.value.toString();
  if (value instanceof JsonFloat) return floatRepr(value.value);
  if (Array.isArray(value)) return enclosed('[', value.map((item) => write(item, style, level + 1)), ']', style, level);
  const members = style.sorted ? [...value].sort(([a], [b]) => compareText(a, b)) : [...value];
  return enclosed('{', members.map(([key, item]) => quoted(key) + style.colon + write(item, style, level + 1)), '}', style, level);
}

/** The form that is signed: sorted keys, no spaces. */
export const canonicalJson = (value: JsonValue): string => write(value, { sorted: true, comma: ',', colon: ':', indent: null }, 0);

/** The form of documents for people: two-space indent, sorted keys, no final newline. */
export const indentedJson = (value: JsonValue): string => write(value, { sorted: true, comma: ',', colon: ': ', indent: 2 }, 0);

/** Two-space indent, keys in their own order: to write down again what another program wrote. */
export const orderedJson = (value: JsonValue): string => write(value, { sorted: false, comma: ',', colon: ': ', indent: 2 }, 0);

/** One line with `, ` and `: `, keys in their own order: what Python prints by default, but with letters as they are. */
export const lineJson = (value: JsonValue): string => write(value, { sorted: false, comma: ', ', colon: ': ', indent: null }, 0);

/** The bytes that a signature covers. */
export const canonicalBytes = (value: JsonValue): Buffer => Buffer.from(canonicalJson(value), 'utf8');
