/**
 * A model of a range of rows, and how well it does on another.
 *
 * Promise: scaling and fit see the rows of their own range only; a metric is worked out from predictions, never assumed.
 */
import type { WorkSignal } from '#engines/storage';
import type { Dataset } from './features.ts';
import type { EmbeddedOptions } from './options.ts';
import { fitLinear, fitLogistic, logistic, type Coefficients } from './regression.ts';

export interface Scaler {
  readonly mean: number;
  readonly stdev: number;
}

export interface Model extends Coefficients {
  readonly algorithm: EmbeddedOptions['algorithm'];
  readonly scalers: readonly Scaler[];
  /** From the output to basis points. */
  readonly targetScale: number;
}

export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** A type, so that it can stand where a map of numbers is asked for. */
export type Quality = {
  readonly mae: number;
  readonly rmse: number;
  readonly directional_accuracy: number;
  /** Mean return in basis points of following the predicted direction. */
  readonly expected_pnl: number;
};

const value = (data: Dataset, row: number, column: number): number => data.features[row * data.names.length + column] ?? Number.NaN;
const targetOf = (data: Dataset, row: number): number => data.target[row] ?? Number.NaN;

/** A feature that stands still is scaled by one. */
function scalerOf(data: Dataset, column: number, { from, to }: RowRange): Scaler {
  let sum = 0;
  for (let row = from; row < to; row += 1) sum += value(data, row, column);
  const mean = sum / (to - from);
  let squares = 0;
  for (let row = from; row < to; row += 1) squares += (value(data, row, column) - mean) ** 2;
  const stdev = Math.sqrt(squares / (to - from));
  return { mean, stdev: stdev > Math.abs(mean) * 1e-12 ? stdev : 1 };
}

const scaledRow = (data: Dataset, row: number, scalers: readonly Scaler[]): number[] =>
  scalers.map(({ mean, stdev }, column) => (value(data, row, column) - mean) / stdev);

function scaleOf(data: Dataset, range: RowRange, algorithm: Model['algorithm']): number {
  let sum = 0;
  for (let row = range.from; row < range.to; row += 1) sum += algorithm === 'linear' ? targetOf(data, row) ** 2 : Math.abs(targetOf(data, row));
  const mean = sum / (range.to - range.from);
  const scale = algorithm === 'linear' ? Math.sqrt(mean) : mean;
  return scale > 0 ? scale : 1;
}

export function fitModel(data: Dataset, range: RowRange, algorithm: Model['algorithm'], signal: WorkSignal): Model {
  signal.check();
  const scalers = data.names.map((_, column) => scalerOf(data, column, range));
  const targetScale = scaleOf(data, range, algorithm);
  const length = range.to - range.from;
  const rows = Array.from({ length }, (_, at) => scaledRow(data, range.from + at, scalers));
  const targets = Array.from({ length }, (_, at) => targetOf(data, range.from + at));
  signal.check();
  const fitted = algorithm === 'linear'
    ? fitLinear(rows, targets.map((target) => target / targetScale))
    : fitLogistic(rows, targets.map((target) => target >= 0), () => signal.check());
  signal.check();
  return { ...fitted, algorithm, scalers, targetScale };
}

/** Basis points. A logistic model predicts the mean size of a return, in the direction and to the degree that it is sure of. */
export function predict(model: Model, data: Dataset, row: number): number {
  let output = model.intercept;
  model.weights.forEach((weight, column) => {
    const scaler = model.scalers[column];
    if (scaler !== undefined) output += weight * ((value(data, row, column) - scaler.mean) / scaler.stdev);
  });
  return (model.algorithm === 'linear' ? output : 2 * logistic(output) - 1) * model.targetScale;
}

/** Zero counts as positive, as it does for the bot: the rule of walk-forward reports. */
export const qualityOf = (model: Model, data: Dataset, range: RowRange): Quality => measured(model, data, range, () => true);

/** Only rows with a return have a direction: rows that stand still would make any model look right. For the model's own metrics. */
export const movingQualityOf = (model: Model, data: Dataset, range: RowRange): Quality => measured(model, data, range, (actual) => actual !== 0);

function measured(model: Model, data: Dataset, { from, to }: RowRange, hasDirection: (actual: number) => boolean): Quality {
  let absolute = 0;
  let squares = 0;
  let judged = 0;
  let hits = 0;
  let gain = 0;
  for (let row = from; row < to; row += 1) {
    const predicted = predict(model, data, row);
    const actual = targetOf(data, row);
    absolute += Math.abs(predicted - actual);
    squares += (predicted - actual) ** 2;
    if (hasDirection(actual)) {
      judged += 1;
      if (predicted >= 0 === actual >= 0) hits += 1;
    }
    gain += predicted >= 0 ? actual : -actual;
  }
  const rows = to - from;
  return { mae: absolute / rows, rmse: Math.sqrt(squares / rows), directional_accuracy: judged === 0 ? 0 : hits / judged, expected_pnl: gain / rows };
}
