/** Promise: models are ranked by exactly the three numbers that the trading side ranks them by, in that order. */
import { numberOf, summaryMetrics } from './values.ts';
import type { JsonObject } from './pythonJson.ts';

export const scoreParts = ['directional_accuracy', 'mae', 'expected_pnl'] as const;
export type ScorePart = (typeof scoreParts)[number];

/** Higher is better in each place; the error counts negative, and a missing one is worst. */
export type Score = readonly [accuracy: number, negativeError: number, profit: number];

const prefixes = ['validation_', 'test_', ''] as const;

function variants(metrics: JsonObject, name: ScorePart): readonly number[] {
  return prefixes.flatMap((prefix) => {
    const value = numberOf(metrics.get(`${prefix}${name}`));
    return value === null ? [] : [value];
  });
}

export function scoreOf(report: JsonObject): Score {
  const metrics = summaryMetrics(report);
  const errors = variants(metrics, 'mae');
  return [
    Math.max(0, ...variants(metrics, 'directional_accuracy')),
    errors.length === 0 ? -Infinity : -Math.min(...errors),
    Math.max(0, ...variants(metrics, 'expected_pnl')),
  ];
}

/** The first part in which `candidate` is ahead of `champion`; null where it is not strictly better as a whole. */
export function betterIn(candidate: Score, champion: Score): ScorePart | null {
  for (const [place, name] of scoreParts.entries()) {
    const [mine, theirs] = [candidate[place] ?? 0, champion[place] ?? 0];
    if (mine !== theirs) return mine > theirs ? name : null;
  }
  return null;
}

export const compareScores = (a: Score, b: Score): number => (betterIn(a, b) === null ? (betterIn(b, a) === null ? 0 : -1) : 1);

/** Candidate minus champion for each part as people read it (an error that falls is negative); null where one is missing. */
export function scoreDelta(candidate: JsonObject, champion: JsonObject | null): Record<ScorePart, number | null> {
  const [mine, theirs] = [scoreOf(candidate), champion === null ? null : scoreOf(champion)];
  const delta = (place: 0 | 1 | 2, sign: 1 | -1): number | null => {
    const difference = theirs === null ? Number.NaN : (mine[place] - theirs[place]) * sign;
    return Number.isFinite(difference) ? difference : null;
  };
  return { directional_accuracy: delta(0, 1), mae: delta(1, -1), expected_pnl: delta(2, 1) };
}
