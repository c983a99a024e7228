/**
 * The rows of a feed as columns of numbers.
 *
 * Promise: rows come in the order of time, each instant once, each with prices that a market can have; whatever was left
 * out is counted by its cause.
 */
import type { RetrainingFeedConfig } from '#contract';
import { secondsMicros } from '#engines/decisions';
import { feedColumns, visitFeedRows } from '#engines/retraining';
import { isMissing, resolveInside, type EngineContext, type WorkSignal } from '#engines/storage';
import { TrainingError } from './parts.ts';

export interface Bars {
  readonly rows: number;
  /** Microseconds since the epoch, ascending. */
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export interface BarFacts {
  /** Rows of the file. */
  readonly rows: number;
  /** Rows without a readable time, price or volume, and how often each column was the cause. */
  readonly incomplete: number;
  readonly incompleteBy: Readonly<Record<string, number>>;
  /** Prices that are not above zero, a high below the low, a negative volume. */
  readonly invalid: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** Usable rows whose four prices are those of the usable row before. */
  readonly still: number;
  /** Instants that the time frame asks for and that no row names, be it usable or not; null without a time frame. */
  readonly missing: number | null;
}

const checkEvery = 4096;

const possible = (open: number, high: number, low: number, close: number, volume: number): boolean =>
  low > 0 && high >= low && open >= low && open <= high && close >= low && close <= high && volume >= 0;

class Collector {
  readonly cells: number[][] = [[], [], [], [], [], []];
  /** Of every row whose time can be read, so that a row that cannot be used is not missing besides. */
  readonly stamps: number[] = [];
  readonly incompleteBy: Record<string, number> = {};
  rows = 0;
  incomplete = 0;
  invalid = 0;

  add(at: bigint | null, values: readonly (number | null)[]): void {
    this.rows += 1;
    if (at !== null) this.stamps.push(Number(at));
    const [open = null, high = null, low = null, close = null, volume = null] = values;
    if (at === null || open === null || high === null || low === null || close === null || volume === null) {
      this.incomplete += 1;
      if (at === null) this.#blame('time');
      feedColumns.forEach((name, column) => {
        if ((values[column] ?? null) === null) this.#blame(name);
      });
    } else if (possible(open, high, low, close, volume)) {
      [Number(at), open, high, low, close, volume].forEach((value, column) => this.cells[column]?.push(value));
    } else {
      this.invalid += 1;
    }
  }

  #blame(name: string): void {
    this.incompleteBy[name] = (this.incompleteBy[name] ?? 0) + 1;
  }
}

/** Which rows stay, in the order of time; of rows at the same instant the last one stays. */
function inOrder(time: readonly number[]): { readonly kept: readonly number[]; readonly outOfOrder: number } {
  let outOfOrder = 0;
  for (let at = 1; at < time.length; at += 1) if ((time[at] ?? 0) < (time[at - 1] ?? 0)) outOfOrder += 1;
  const order = time.map((_, at) => at);
  if (outOfOrder > 0) order.sort((a, b) => (time[a] ?? 0) - (time[b] ?? 0) || a - b);
  return { kept: order.filter((row, at) => time[row] !== time[order[at + 1] ?? -1]), outOfOrder };
}

function missingRows(stamps: readonly number[], timeframe: number | undefined): number | null {
  if (timeframe === undefined) return null;
  const time = Float64Array.from(new Set(stamps)).toSorted();
  const wanted = Math.floor(((time.at(-1) ?? 0) - (time[0] ?? 0)) / Number(secondsMicros(timeframe))) + 1;
  return time.length === 0 ? 0 : Math.max(0, wanted - time.length);
}

function stillRows(prices: readonly Float64Array[]): number {
  const length = prices[0]?.length ?? 0;
  let still = 0;
  for (let row = 1; row < length; row += 1) if (prices.every((column) => column[row] === column[row - 1])) still += 1;
  return still;
}

export function readBars(context: EngineContext, feed: RetrainingFeedConfig, maxRows: number | undefined, signal: WorkSignal): { readonly bars: Bars; readonly facts: BarFacts } {
  const path = resolveInside(context.fs, context.root, feed.path, 'retraining.feeds.path');
  const found = new Collector();
  let problem: string | null;
  try {
    // A pipe would hold the training up for good.
    if (context.fs.stat(path).kind !== 'file') throw new TrainingError('DataError', `the feed "${feed.name}": ${feed.path} is no plain file`);
    problem = visitFeedRows(context.fs, path, ({ at, values }) => {
      found.add(at, values);
      if (found.rows % checkEvery !== 0) return;
      signal.check();
      signal.progress({ phase: 'read', done: found.rows, total: null, bytes_done: 0, bytes_total: null, item: feed.name });
    });
  } catch (error) {
    if (isMissing(error)) throw new TrainingError('DataError', `the feed "${feed.name}" has no file ${feed.path}`, error);
    if (error instanceof RangeError) throw new TrainingError('DataError', `the feed "${feed.name}": ${error.message}`, error);
    throw error;
  }
  if (problem !== null) throw new TrainingError('DataError', `the feed "${feed.name}": ${problem}`);
  const times = found.cells[0] ?? [];
  const { kept, outOfOrder } = inOrder(times);
  const rows = maxRows === undefined ? kept : kept.slice(-maxRows);
  const column = (at: number): Float64Array => Float64Array.from(rows, (row) => found.cells[at]?.[row] ?? Number.NaN);
  const time = column(0);
  const [open, high, low, close] = [column(1), column(2), column(3), column(4)];
  return {
    bars: { rows: rows.length, time, open, high, low, close, volume: column(5) },
    facts: {
      rows: found.rows, incomplete: found.incomplete, incompleteBy: found.incompleteBy, invalid: found.invalid,
      duplicates: times.length - kept.length, outOfOrder, still: stillRows([open, high, low, close]),
      missing: missingRows(found.stamps, feed.timeframe_seconds),
    },
  };
}
