/** Promise: every window is tested by a model that was fitted on earlier rows only, with a gap as long as the return that it predicts. */
import { microsText } from '#engines/decisions';
import type { WorkSignal } from '#engines/storage';
import type { Dataset } from './features.ts';
import { fitModel, qualityOf } from './model.ts';
import type { EmbeddedOptions } from './options.ts';
import { TrainingError } from './parts.ts';

export type WalkForwardWindow = {
  readonly train_start: string;
  readonly test_start: string;
  readonly test_end: string;
  readonly mae: number;
  readonly directional_accuracy: number;
};

export type WalkForward = {
  readonly average_mae: number;
  readonly average_directional_accuracy: number;
  readonly windows: WalkForwardWindow[];
  readonly train_window: number;
  readonly test_window: number;
  readonly step: number;
};

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
const timeText = (data: Dataset, row: number): string => microsText(BigInt(data.time[row] ?? 0));

export function walkForward(data: Dataset, options: EmbeddedOptions, signal: WorkSignal): WalkForward {
  const train = options.train_window ?? Math.floor(data.rows / 2);
  const test = options.test_window ?? Math.max(1, Math.floor(data.rows / 10));
  const step = options.step ?? test;
  if (data.rows < train + test) {
    throw new TrainingError('ValueError', `${data.rows} rows are too few for a walk-forward validation with ${train} rows to train and ${test} to test`);
  }
  if (train <= options.horizon) throw new TrainingError('ValueError', `a train window of ${train} rows is too short for a horizon of ${options.horizon}`);
  const total = Math.floor((data.rows - train - test) / step) + 1;
  const windows = Array.from({ length: total }, (_, at): WalkForwardWindow => {
    signal.progress({ phase: 'walk_forward', done: at, total, bytes_done: 0, bytes_total: null, item: null });
    const from = at * step;
    const model = fitModel(data, { from, to: from + train - options.horizon }, options.algorithm, signal);
    const range = { from: from + train, to: from + train + test };
    const { mae, directional_accuracy } = qualityOf(model, data, range);
    return { train_start: timeText(data, from), test_start: timeText(data, range.from), test_end: timeText(data, range.to - 1), mae, directional_accuracy };
  });
  return {
    average_mae: mean(windows.map(({ mae }) => mae)), average_directional_accuracy: mean(windows.map((each) => each.directional_accuracy)),
    windows, train_window: train, test_window: test, step,
  };
}
