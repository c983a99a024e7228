/** Promise: a comparison names every metric of either side, what it was, what it would be, and for whom that is better. */
import { compareText } from '#engines/reports';
import type { JsonObject } from './pythonJson.ts';
import { isObject, objectAt, plainOf } from './pythonJson.ts';
import { flatMetrics, sameValue } from './values.ts';

export interface MetricRow {
  readonly metric: string;
  readonly champion: number | null;
  readonly candidate: number | null;
  readonly delta: number | null;
  /** `null` where nobody said which way is good, or a side is missing. */
  readonly better: 'candidate' | 'champion' | 'equal' | null;
}

export interface ParameterRow {
  readonly name: string;
  readonly champion: unknown;
  readonly candidate: unknown;
  readonly changed: boolean;
}

const upIsGood: ReadonlySet<string> = new Set(['directional_accuracy', 'expected_pnl']);
const downIsGood: ReadonlySet<string> = new Set(['mae', 'rmse']);

/** Whether a metric should rise (1), fall (-1), or is only reported (0). Prefixes of the data split do not matter. */
export function directionOf(metric: string): 1 | -1 | 0 {
  const leaf = (metric.split('.').at(-1) ?? metric).replace(/^(?:train_|validation_|test_)/u, '');
  return upIsGood.has(leaf) ? 1 : downIsGood.has(leaf) ? -1 : 0;
}

function verdict(metric: string, delta: number | null): MetricRow['better'] {
  const direction = directionOf(metric);
  if (delta === null || direction === 0) return null;
  if (Math.abs(delta) <= 1e-12) return 'equal';
  return delta * direction > 0 ? 'candidate' : 'champion';
}

export function compareMetrics(candidate: JsonObject, champion: JsonObject | null): MetricRow[] {
  const mine = flatMetrics(objectAt(candidate, 'metrics'));
  const theirs = champion === null ? new Map<string, number>() : flatMetrics(objectAt(champion, 'metrics'));
  return [...new Set([...mine.keys(), ...theirs.keys()])].sort(compareText).map((metric) => {
    const [to, from] = [mine.get(metric) ?? null, theirs.get(metric) ?? null];
    const delta = to === null || from === null ? null : to - from;
    return { metric, champion: from, candidate: to, delta, better: verdict(metric, delta) };
  });
}

export function compareParameters(candidate: JsonObject, champion: JsonObject | null): ParameterRow[] {
  const mine = objectAt(candidate, 'parameters');
  const theirs = champion !== null && isObject(champion.get('parameters')) ? objectAt(champion, 'parameters') : new Map();
  return [...new Set([...mine.keys(), ...theirs.keys()])].sort(compareText).map((name) => {
    const [to, from] = [mine.get(name) ?? null, theirs.get(name) ?? null];
    return { name, champion: plainOf(from), candidate: plainOf(to), changed: mine.has(name) !== theirs.has(name) || !sameValue(from, to) };
  });
}
