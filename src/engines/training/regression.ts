/**
 * The one place where the library of regressions is used.
 *
 * Promise: the same rows give the same coefficients, to the last bit. A logistic model is fitted by iteratively reweighted
 * least squares, so that each of its steps is a linear regression of the library.
 */
import LinearRegression from 'ml-regression-multivariate-linear';
import { TrainingError } from './parts.ts';

export interface Coefficients {
  readonly intercept: number;
  readonly weights: readonly number[];
}

/** Called between the steps of a fit; throws to end it. */
export type BetweenSteps = () => void;

function checked(weights: readonly number[], intercept: number): Coefficients {
  if (weights.every(Number.isFinite) && Number.isFinite(intercept)) return { intercept, weights };
  throw new TrainingError('ArithmeticError', 'the regression has no finite solution');
}

export function fitLinear(rows: readonly (readonly number[])[], target: readonly number[]): Coefficients {
  const { weights } = new LinearRegression(rows as number[][], target.map((value) => [value]), { intercept: true, statistics: false });
  const all = weights.map(([value = Number.NaN]) => value);
  return checked(all.slice(0, -1), all.at(-1) ?? Number.NaN);
}

const mostSteps = 12;
const closeEnough = 1e-9;
/** Keeps a row that the model is sure of from losing all weight. */
const smallestVariance = 1e-4;

export const logistic = (value: number): number => 1 / (1 + Math.exp(-value));

const scoreOf = (row: readonly number[], all: readonly number[]): number => row.reduce((sum, value, at) => sum + value * (all[at] ?? 0), all.at(-1) ?? 0);

export function fitLogistic(rows: readonly (readonly number[])[], up: readonly boolean[], between: BetweenSteps): Coefficients {
  let all: readonly number[] = Array.from({ length: (rows[0]?.length ?? 0) + 1 }, () => 0);
  for (let step = 0; step < mostSteps; step += 1) {
    between();
    const weighted: number[][] = [];
    const working: number[][] = [];
    rows.forEach((row, at) => {
      const score = scoreOf(row, all);
      const chance = logistic(score);
      const variance = Math.max(chance * (1 - chance), smallestVariance);
      const root = Math.sqrt(variance);
      weighted.push([...row.map((value) => value * root), root]);
      working.push([root * (score + ((up[at] === true ? 1 : 0) - chance) / variance)]);
    });
    const { weights } = new LinearRegression(weighted, working, { intercept: false, statistics: false });
    const next = weights.map(([value = Number.NaN]) => value);
    const change = Math.max(...next.map((value, at) => Math.abs(value - (all[at] ?? 0))));
    all = next;
    if (!(change > closeEnough)) break;
  }
  return checked(all.slice(0, -1), all.at(-1) ?? Number.NaN);
}
