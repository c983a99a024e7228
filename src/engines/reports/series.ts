/** Promise: equity points and asset weights are found in a summary in every shape that writers use, and nothing else is. */
import { parseIsoTime } from './isoTime.ts';
import type { JsonObject } from './summaryText.ts';
import { earliestSecond, instantFromSeconds, latestSecond, microsOf } from './timeText.ts';

/** `at` is microseconds since the epoch where the time is known; else null, and `other` is the text or the index. */
export interface EquityPoint {
  readonly at: number | null;
  readonly other: string | number | null;
  readonly value: number;
  readonly label: string | null;
}

export interface AssetWeight {
  readonly asset: string;
  readonly label: string | null;
  readonly value: number;
}

export const noPoints: readonly EquityPoint[] = [];
export const noWeights: readonly AssetWeight[] = [];

const curveKeys = ['equity_curve', 'equityCurve', 'equity_series', 'equitySeries'] as const;
const heatKeys = ['asset_heatmap', 'assetHeatmap', 'asset_allocation', 'assetAllocation', 'assets', 'positions'] as const;
const listKeys = ['points', 'series', 'values', 'data'] as const;
const weightKeys = ['value', 'weight', 'exposure', 'share', 'pnl', 'notional', 'score'] as const;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first key that is there at all: a null that is there ends the search. */
function firstPresent(object: JsonObject, keys: readonly string[]): unknown {
  const key = keys.find((name) => Object.hasOwn(object, name));
  return key === undefined ? undefined : object[key];
}

const numeric = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?$/u;

/** A finite number, numeric text or a boolean; everything else is no value. */
export function toFinite(value: unknown): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = typeof value === 'number' ? value : typeof value === 'string' && numeric.test(value.trim()) ? Number(value.trim().replaceAll('_', '')) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

function epochMicros(seconds: number): number | null {
  return seconds < earliestSecond || seconds > latestSecond ? null : microsOf(instantFromSeconds(seconds));
}

function pointTime(time: unknown, index: number): Pick<EquityPoint, 'at' | 'other'> {
  if (typeof time === 'string' && time.trim() !== '') {
    const text = time.trim();
    const parsed = parseIsoTime(text);
    if (parsed) return { at: microsOf(parsed.instant), other: null };
    const number = toFinite(text);
    const at = number === null ? null : epochMicros(number);
    return at === null ? { at: null, other: text } : { at, other: null };
  }
  if (typeof time === 'number' && Number.isFinite(time)) {
    const at = epochMicros(time);
    return at === null ? { at: null, other: time } : { at, other: null };
  }
  return { at: null, other: index };
}

const labelText = (label: unknown): string | null =>
  (typeof label === 'string' && label.trim() !== '' ? label.trim() : typeof label === 'number' ? String(label) : null);

function pointOfObject(raw: JsonObject, index: number): EquityPoint | null {
  const value = toFinite(raw['value'] ?? firstPresent(raw, ['equity', 'balance', 'y']));
  if (value === null) return null;
  const time = raw['timestamp'] ?? firstPresent(raw, ['time', 't', 'date']);
  const position = time === undefined || time === null ? toFinite(raw['index']) : null;
  return { ...pointTime(time, position ?? index), value, label: labelText(raw['label']) };
}

function point(raw: unknown, index: number): EquityPoint | null {
  if (isObject(raw)) return pointOfObject(raw, index);
  if (Array.isArray(raw)) {
    const value = raw.length >= 2 ? toFinite(raw[1]) : null;
    return value === null ? null : { ...pointTime(raw[0], index), value, label: null };
  }
  const value = toFinite(raw);
  return value === null ? null : { at: null, other: index, value, label: null };
}

/** The raw points of a curve: a list, an object around a list, or lists of times and values side by side. */
function rawPoints(source: unknown): readonly unknown[] {
  if (Array.isArray(source)) return source;
  if (!isObject(source)) return [];
  const times = source['timestamps'];
  const values = source['values'];
  const explicit = ['points', 'series'].some((key) => Array.isArray(source[key]));
  if (!explicit && Array.isArray(times) && Array.isArray(values)) {
    return values.map((value, index) => [times[index], value]);
  }
  const list = listKeys.map((key) => source[key]).find((value) => Array.isArray(value));
  return Array.isArray(list) ? list : [];
}

export function equityPoints(summary: JsonObject): readonly EquityPoint[] {
  const raw = rawPoints(firstPresent(summary, curveKeys));
  if (raw.length === 0) return noPoints;
  const points = raw.map(point);
  return points.includes(null) ? points.filter((entry) => entry !== null) : points as readonly EquityPoint[];
}

function weight(name: unknown, payload: unknown): AssetWeight | null {
  const asset = typeof name === 'string' ? name.trim() : typeof name === 'number' ? String(name) : '';
  if (asset === '') return null;
  const raw = isObject(payload) ? weightKeys.map((key) => payload[key]).find((value) => value !== undefined && value !== null) : payload;
  const value = toFinite(raw);
  return value === null ? null : { asset, label: isObject(payload) ? labelText(payload['label']) : null, value };
}

export function assetWeights(summary: JsonObject): readonly AssetWeight[] {
  const source = firstPresent(summary, heatKeys);
  const found = Array.isArray(source)
    ? source.filter(isObject).map((item) => weight(item['asset'] ?? item['symbol'] ?? item['code'], item))
    : isObject(source) ? Object.entries(source).map(([name, payload]) => weight(name, payload)) : [];
  return found.length === 0 ? noWeights : found.filter((entry) => entry !== null);
}
