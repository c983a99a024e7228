/** Promise: numbers, versions and equality mean here what they mean to the programs that share these files. */
import { compareText } from '#engines/reports';
import { floatText, isArray, isObject, JsonNumber, objectAt, type JsonObject, type JsonValue } from './pythonJson.ts';

const numericText = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/u;

/** A finite number in any dress that counts as one: number, boolean, numeric text. Null for all else. */
export function numberOf(value: JsonValue | undefined): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = value instanceof JsonNumber ? value.value
    : typeof value === 'string' && numericText.test(value.trim()) ? Number(value.trim().replaceAll('_', '')) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

export const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);

/** The text of `report.version`: null where it is missing, blank, or falsy, because such a version matches nothing. */
export function versionOf(report: JsonObject | null): string | null {
  const value = report?.get('version');
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim().toWellFormed();
  if (value === true) return 'True';
  if (!(value instanceof JsonNumber) || value.value === 0) return null;
  return value.isInteger ? value.lexeme : floatText(value.value);
}

const plainNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/u;

/** Whether a report is of the version that somebody named: by its text, and a number also by its value (1 is 1.0). */
export function hasVersion(report: JsonObject | null, wanted: string): boolean {
  const own = versionOf(report);
  if (own === null || own === wanted) return own !== null;
  const value = report?.get('version');
  return value instanceof JsonNumber && plainNumber.test(wanted) && sameValue(value, new JsonNumber(wanted));
}

export const statusOf = (report: JsonObject | null): string | null => textOf(report?.get('status'))?.trim().toLowerCase() ?? null;

export const isDegraded = (report: JsonObject): boolean => statusOf(report) === 'degraded';

const comparable = (value: JsonValue): number | bigint | null => {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (!(value instanceof JsonNumber)) return null;
  return value.isInteger ? BigInt(value.lexeme) : value.value;
};

/** Equality by value: 1 equals 1.0 and true, objects regardless of order; NaN equals nothing. */
export function sameValue(left: JsonValue, right: JsonValue): boolean {
  const [a, b] = [comparable(left), comparable(right)];
  if (a !== null || b !== null) return a !== null && b !== null && a <= b && a >= b;
  if (isArray(left) && isArray(right)) return left.length === right.length && left.every((item, n) => sameValue(item, right[n] ?? null));
  if (isObject(left) && isObject(right)) {
    return left.size === right.size && [...left].every(([key, item]) => right.has(key) && sameValue(item, right.get(key) ?? null));
  }
  return left === right;
}

/** Numeric leaves by dotted name, keys in code point order so that the last of two equal names is always the same one. */
export function flatMetrics(metrics: JsonObject, prefix = ''): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const key of [...metrics.keys()].sort(compareText)) {
    const value = metrics.get(key);
    const name = `${prefix}${key}`;
    const number = numberOf(value);
    if (number !== null) found.set(name, number);
    else if (isObject(value)) for (const [inner, leaf] of flatMetrics(value, `${name}.`)) found.set(inner, leaf);
  }
  return found;
}

/** `metrics.summary` where there is one, else `metrics`. */
export function summaryMetrics(report: JsonObject): JsonObject {
  const metrics = objectAt(report, 'metrics');
  const summary = metrics.get('summary');
  return isObject(summary) ? summary : metrics;
}
