/** A training engine over a real journal, feeds with known properties, and what a run left behind. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { JournalEntry, retrainingConfigSchema } from '#contract';
import type { FileSystem } from '#engines/storage';
import { runEntryType, type TrainingEngine } from '#engines/training';
import { openBench as openRetraining, type Bench as RetrainingBench } from '../retraining/support.ts';

export { decisionsOf, person, scheduleText } from '../retraining/support.ts';

export const start = Date.parse('2026-11-20T09:00:00Z');

export interface Bench extends Omit<RetrainingBench, 'engine'> {
  readonly engine: TrainingEngine;
}

export interface BenchOptions {
  readonly root: string;
  readonly clock: { at: number };
  readonly config: z.input<typeof retrainingConfigSchema>;
  readonly fs?: FileSystem;
  readonly environment?: Readonly<Record<string, string>>;
}

/** As a process that has just started sees the workspace. */
export function openBench({ environment = {}, ...options }: BenchOptions): Bench {
  const bench = openRetraining(options);
  return { ...bench, engine: { ...bench.engine, environment } };
}

/** The same numbers for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

export interface Market {
  readonly rows: number;
  readonly seed?: number;
  /** How much of a return comes back with the opposite sign in the next row: what there is to learn. */
  readonly signal?: number;
  /** From this row on, volatility and volume are so many times larger. */
  readonly shift?: { readonly from: number; readonly times: number };
  readonly end?: number;
}

/** Minutes of OHLCV; the last one begins a minute before the test's clock. */
export function marketCsv({ rows, seed = 1, signal = 0, shift, end = start }: Market): string {
  const next = random(seed);
  const lines = ['timestamp,open,high,low,close,volume'];
  let close = 100;
  let last = 0;
  for (let row = 0; row < rows; row += 1) {
    const times = shift !== undefined && row >= shift.from ? shift.times : 1;
    const change = -signal * last + normal(next) * 0.001 * times;
    const open = close;
    close = open * Math.exp(change);
    const high = Math.max(open, close) * (1 + next() * 0.0005 * times);
    const low = Math.min(open, close) * (1 - next() * 0.0005 * times);
    lines.push(`${new Date(end - (rows - row) * 60_000).toISOString()},${open},${high},${low},${close},${(50 + next() * 100) * times}`);
    last = change;
  }
  return `${lines.join('\n')}\n`;
}

export const embeddedConfig = (more: Readonly<Record<string, unknown>> = {}): z.input<typeof retrainingConfigSchema> => ({
  feeds: [{ name: 'btc', path: 'data/btc.csv', timeframe_seconds: 60 }],
  jobs: [{ name: 'btc-retrain', kind: 'embedded', feed: 'btc', model: 'decision_engine', ...more }],
});

/** Entries of the runs, oldest first. */
export const runsOf = (bench: Pick<Bench, 'journal'>): readonly JournalEntry[] => bench.journal.list({ type: [runEntryType], limit: 1000 }).entries.toReversed();

export function reportsOf(root: string, kind: 'drift' | 'data_quality' | 'walk_forward'): readonly Readonly<Record<string, unknown>>[] {
  const folder = join(root, 'audit/ai_decision', kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.json')).toSorted().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Readonly<Record<string, unknown>>);
}
