/**
 * Standard features of OHLCV rows, and the return that they are to predict.
 *
 * Promise: a feature of a row uses this row and earlier ones only; the return lies wholly after it. All values are finite.
 */
import type { WorkSignal } from '#engines/storage';
import type { Bars } from './bars.ts';

/** What each feature is, in the order of the columns. Logarithms are natural; windows count rows. */
export const featureDefinitions: Readonly<Record<string, string>> = {
  return_1: 'logarithm of close over the close one row before',
  return_5: 'logarithm of close over the close five rows before',
  return_20: 'logarithm of close over the close twenty rows before',
  momentum_20: 'close over the mean close of the last twenty rows, less one',
  volatility_20: 'standard deviation of return_1 over the last twenty rows',
  volume_zscore_20: 'distance of the volume from its mean over the last twenty rows, in standard deviations; zero where the volume stands still',
  range: 'high less low, over close',
  close_position: 'where the close lies between low (-0.5) and high (0.5); zero where both are equal',
};
export const featureNames: readonly string[] = Object.keys(featureDefinitions);

const window = 20;
const basisPoints = 10_000;

/** Rows of features side by side in one array, `names.length` numbers each. */
export interface Dataset {
  readonly names: readonly string[];
  readonly rows: number;
  readonly features: Float64Array;
  /** Return of the following rows in basis points. */
  readonly target: Float64Array;
  /** Microseconds since the epoch of the row that the features describe. */
  readonly time: Float64Array;
}

const at = (column: Float64Array, row: number): number => column[row] ?? Number.NaN;

function meanAndDeviation(column: Float64Array, from: number, to: number): readonly [number, number] {
  let sum = 0;
  for (let row = from; row < to; row += 1) sum += at(column, row);
  const mean = sum / (to - from);
  let squares = 0;
  for (let row = from; row < to; row += 1) squares += (at(column, row) - mean) ** 2;
  return [mean, Math.sqrt(squares / (to - from))];
}

/** Rows that no feature can be formed for, at the beginning. */
export const warmUp = window;

export function buildDataset(bars: Bars, horizon: number, signal: WorkSignal): Dataset {
  const { close, high, low, volume, time } = bars;
  const rows = Math.max(0, bars.rows - warmUp - horizon);
  const width = featureNames.length;
  const features = new Float64Array(rows * width);
  const target = new Float64Array(rows);
  const returns = new Float64Array(bars.rows);
  for (let row = 1; row < bars.rows; row += 1) returns[row] = Math.log(at(close, row) / at(close, row - 1));
  for (let index = 0; index < rows; index += 1) {
    const row = index + warmUp;
    if (index % 8192 === 0) {
      signal.check();
      signal.progress({ phase: 'features', done: index, total: rows, bytes_done: 0, bytes_total: null, item: null });
    }
    const here = at(close, row);
    const [meanClose] = meanAndDeviation(close, row - window + 1, row + 1);
    const [, volatility] = meanAndDeviation(returns, row - window + 1, row + 1);
    const [meanVolume, spread] = meanAndDeviation(volume, row - window + 1, row + 1);
    const height = at(high, row) - at(low, row);
    features.set([
      at(returns, row), Math.log(here / at(close, row - 5)), Math.log(here / at(close, row - 20)), here / meanClose - 1, volatility,
      spread > meanVolume * 1e-12 ? (at(volume, row) - meanVolume) / spread : 0, height / here, height > 0 ? (here - at(low, row)) / height - 0.5 : 0,
    ], index * width);
    target[index] = Math.log(at(close, row + horizon) / here) * basisPoints;
  }
  return { names: featureNames, rows, features, target, time: time.slice(warmUp, warmUp + rows) };
}

/** One feature over a range of rows. */
export function columnOf(data: Dataset, name: string, from = 0, to = data.rows): Float64Array {
  const column = data.names.indexOf(name);
  return Float64Array.from({ length: to - from }, (_, row) => at(data.features, (from + row) * data.names.length + column));
}
