/**
 * Promise: any bytes become either a plain object that prints as strict JSON, or one named problem. No number is
 * silently rounded: what a double can't hold keeps its digits.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import type { ReportProblem } from '#contract';
import { lineAndColumn, scanJson } from './jsonScan.ts';

/** Larger summaries are not read: a list must not hang on one file. Real ones are a few kilobytes. */
export const summaryByteLimit = 16 * 1024 * 1024;
/** Deeper ones can be parsed but neither printed nor sent to another thread without a stack overflow. */
export const summaryDepthLimit = 200;

export type SummaryProblem = Pick<ReportProblem, 'code' | 'message'>;
export type JsonObject = Readonly<Record<string, unknown>>;

export type ParsedSummary =
  | { readonly value: JsonObject; readonly problem: SummaryProblem | null }
  | { readonly value: null; readonly problem: SummaryProblem };

/** How a number beyond a double is given: as text (safe for every reader and thread), or as the digits themselves. */
export type ExactNumbers = 'text' | 'raw';

const invalid = (code: SummaryProblem['code'], message: string): ParsedSummary => ({ value: null, problem: { code, message } });

export function decodeSummary(bytes: Uint8Array): string | SummaryProblem {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) return buffer.toString('latin1');
  if (!isUtf8(buffer)) return { code: 'summary_not_utf8', message: 'The summary is not UTF-8 text.' };
  const text = buffer.toString('utf8');
  return text.startsWith('\ufeff') ? { code: 'summary_invalid', message: 'The summary starts with a byte order mark, which JSON does not allow.' } : text;
}

/** Cheap signs of what JSON.parse would get wrong: long runs of digits, big exponents, escaped surrogates. */
const needsCare = /\d{16}|\d[eE]\+?\d{2}|\\u[dD][89a-fA-F]/;

/** True for text that JSON.parse reads without loss. */
export const isPlain = (text: string): boolean => !needsCare.test(text);

export function parseSummary(text: string, numbers: ExactNumbers = 'text'): ParsedSummary {
  if (text.length > summaryDepthLimit * 2 && scanJson(text, summaryDepthLimit).tooDeep) {
    return invalid('summary_too_deep', `The summary nests deeper than ${summaryDepthLimit} levels.`);
  }
  try {
    return finish(isPlain(text) ? { value: JSON.parse(text), changed: null } : parseWithCare(text, numbers));
  } catch {
    return parseLoose(text, numbers);
  }
}

interface Parsed {
  readonly value: unknown;
  /** What had to be replaced to make it strict JSON, or null. */
  readonly changed: string | null;
}

function finish({ value, changed }: Parsed): ParsedSummary {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return invalid('summary_not_object', 'The summary must be a JSON object.');
  }
  return { value: value as JsonObject, problem: changed === null ? null : { code: 'summary_not_strict_json', message: changed } };
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;
const rawJson = (JSON as unknown as { readonly rawJSON: (text: string) => unknown }).rawJSON;

const integer = /^-?\d+$/u;

/** Exact digits where a double would round an integer or overflow. Overflown ones are text even when raw: readers choke on them. */
function exactNumber(value: number, source: string, numbers: ExactNumbers): unknown {
  if (!Number.isFinite(value)) return source;
  if (!integer.test(source) || Number.isSafeInteger(value)) return value;
  return numbers === 'raw' ? rawJson(source) : source;
}

function parseWithCare(text: string, numbers: ExactNumbers): Parsed {
  let halves = false;
  const wellFormed = (value: string): string => {
    if (value.isWellFormed()) return value;
    halves = true;
    return value.toWellFormed();
  };
  const value = parseWithSource(text, (_key, entry, context) => {
    if (typeof entry === 'number' && context.source !== undefined) return exactNumber(entry, context.source, numbers);
    if (typeof entry === 'string') return wellFormed(entry);
    if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return entry;
    if (Object.keys(entry).every((key) => key.isWellFormed())) return entry;
    return Object.fromEntries(Object.entries(entry).map(([key, inner]) => [wellFormed(key), inner]));
  });
  return { value, changed: halves ? 'The summary holds half characters (lone surrogates); they are shown as U+FFFD.' : null };
}

/** Not strict: either only because of NaN or Infinity, which become text, or for a reason that is named with its place. */
function parseLoose(text: string, numbers: ExactNumbers): ParsedSummary {
  const scan = scanJson(text, summaryDepthLimit);
  if (scan.error !== null) {
    const { line, column } = lineAndColumn(text, scan.error.at);
    return invalid('summary_invalid', `The summary is not valid JSON: ${scan.error.message} (line ${line}, column ${column}).`);
  }
  if (scan.nonFinite.length === 0) return invalid('summary_invalid', 'The summary is not valid JSON.');
  const parts: string[] = [];
  let from = 0;
  for (const [start, end] of scan.nonFinite) {
    parts.push(text.slice(from, start), '"', text.slice(start, end), '"');
    from = end;
  }
  parts.push(text.slice(from));
  const parsed = parseWithCare(parts.join(''), numbers);
  const note = 'The summary holds NaN or Infinity, which JSON does not have; they are shown as text.';
  return finish({ value: parsed.value, changed: parsed.changed === null ? note : `${note} ${parsed.changed}` });
}
