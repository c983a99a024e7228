/**
 * The embedded trainer: from the rows of a feed to an artifact and what there is to say about the data.
 *
 * Promise: nothing is written. The same rows and settings give the same model and the same metrics; the metrics are those of
 * the very model in the artifact, on rows that lie in the order train, validation, test, with a gap as long as the horizon.
 */
import { ConsoleError, type RetrainingConfig } from '#contract';
import { microsText, nowMicros, type Micros } from '#engines/decisions';
import type { EngineContext, WorkSignal } from '#engines/storage';
import { readBars } from './bars.ts';
import { boundsFinding, completenessFinding, driftFinding, type DriftFacts, type Finding, type Members, type Subject } from './findings.ts';
import { buildDataset, featureDefinitions, warmUp, type Dataset } from './features.ts';
import { fitModel, movingQualityOf, type Model, type RowRange } from './model.ts';
import type { EmbeddedOptions } from './options.ts';
import { TrainingError, type EmbeddedJob, type MetricBlocks } from './parts.ts';
import { walkForward, type WalkForward } from './walkForward.ts';

export interface Trained {
  readonly at: Micros;
  readonly artifact: Members;
  readonly metrics: MetricBlocks;
  readonly rows: number;
  readonly walkForward: WalkForward | null;
  readonly drift: DriftFacts | null;
  readonly quality: { readonly status: 'ok' | 'alert'; readonly issues: number } | null;
  /** Completeness, bounds, drift. */
  readonly findings: readonly Finding[];
}

export interface TrainRequest {
  readonly job: EmbeddedJob;
  readonly options: EmbeddedOptions;
  readonly config: RetrainingConfig;
  readonly runId: string;
}

const fewestRows = 50;

interface Parts {
  readonly train: RowRange;
  readonly validation: RowRange;
  readonly test: RowRange;
}

/** Between the parts as many rows are left out as the target looks ahead. */
export function partsOf(rows: number, { validation_share, test_share, horizon }: EmbeddedOptions): Parts {
  const testFrom = rows - Math.floor(rows * test_share);
  const validationFrom = testFrom - Math.floor(rows * validation_share);
  const parts: Parts = {
    train: { from: 0, to: validationFrom - horizon }, validation: { from: validationFrom, to: testFrom - horizon }, test: { from: testFrom, to: rows },
  };
  const shortest = Math.min(...Object.values(parts).map(({ from, to }: RowRange) => to - from));
  if (rows >= fewestRows && shortest >= 5) return parts;
  throw new TrainingError('DataError', `${Math.max(0, rows)} usable rows are too few to train, validate and test; at least ${fewestRows} and 5 in each part are needed (the first ${warmUp} rows only warm the features up)`);
}

/** Rounding of logarithms leaves this much where nothing moves. */
const stillness = 1e-9;

/** A feed that is frozen makes a model that is never wrong; it must not come so far. */
function requireMovement(data: Dataset, parts: Parts): void {
  for (const [part, { from, to }] of Object.entries(parts) as [keyof Parts, RowRange][]) {
    const returns = data.target.subarray(from, to);
    let [least, most] = [Infinity, -Infinity];
    for (const each of returns) [least, most] = [Math.min(least, each), Math.max(most, each)];
    if (most - least <= stillness * Math.max(1, Math.abs(most))) {
      throw new TrainingError('DataError', `the closes of the ${part} part stand still: all its returns are the same, so there is nothing to learn and nothing to test against`);
    }
  }
}

function artifactOf(data: Dataset, model: Model, parts: Parts, metrics: MetricBlocks, about: { readonly subject: Subject; readonly options: EmbeddedOptions; readonly forward: WalkForward }): Members {
  const { subject, options, forward } = about;
  const scalers = Object.fromEntries(data.names.map((name, at) => [name, model.scalers[at]]));
  const { windows, ...rest } = forward;
  return {
    feature_names: data.names,
    model_state: {
      type: model.algorithm, intercept: model.intercept, weights: model.weights,
      coefficients: Object.fromEntries(data.names.map((name, at) => [name, model.weights[at]])),
      inputs: 'scaled features', output: model.algorithm === 'linear' ? 'return over target_scale' : 'log-odds of a rising price',
    },
    trained_at: microsText(subject.at), metrics,
    metadata: {
      job: subject.job, run_id: subject.runId, symbol: subject.symbol, feed: subject.source, model_type: model.algorithm, target: `return over ${options.horizon} rows in basis points`,
      horizon: options.horizon, features: featureDefinitions, feature_scalers: scalers,
      data: { rows: data.rows, start: microsText(BigInt(data.time[0] ?? 0)), end: microsText(BigInt(data.time[data.rows - 1] ?? 0)) },
      walk_forward: { ...rest, windows: windows.length },
    },
    target_scale: model.targetScale,
    training_rows: parts.train.to - parts.train.from, validation_rows: parts.validation.to - parts.validation.from, test_rows: parts.test.to - parts.test.from,
    feature_scalers: scalers,
    decision_journal_entry_id: `${subject.job}:${microsText(subject.at)}`,
    backend: `sterownia-${model.algorithm}`,
  };
}

export function train(context: EngineContext, { job, options, config, runId }: TrainRequest, signal: WorkSignal): Trained {
  const feed = config.feeds.find(({ name }) => name === job.feed);
  if (feed === undefined) {
    throw new ConsoleError('INPUT_INVALID', `The job "${job.name}" trains from the feed "${job.feed}", which is not set up.`, {
      remedy: 'Add the feed to "retraining.feeds" in config/console.json.', details: { field: `retraining.jobs.${job.name}.feed` },
    });
  }
  const { bars, facts } = readBars(context, feed, options.max_rows, signal);
  const data = buildDataset(bars, options.horizon, signal);
  const parts = partsOf(data.rows, options);
  requireMovement(data, parts);
  const forward = walkForward(data, options, signal);
  signal.progress({ phase: 'fit', done: 0, total: 1, bytes_done: 0, bytes_total: null, item: null });
  const model = fitModel(data, parts.train, options.algorithm, signal);
  const validation = movingQualityOf(model, data, parts.validation);
  const metrics: MetricBlocks = {
    summary: validation, train: movingQualityOf(model, data, parts.train), validation, test: movingQualityOf(model, data, parts.test),
    walk_forward: { mae: forward.average_mae, directional_accuracy: forward.average_directional_accuracy, windows: forward.windows.length },
  };
  signal.check();
  signal.progress({ phase: 'findings', done: 0, total: 1, bytes_done: 0, bytes_total: null, item: null });
  const subject: Subject = { job: job.name, source: feed.name, symbol: options.symbol ?? feed.name, at: nowMicros(context.clock), runId };
  const completeness = completenessFinding(subject, data.names, facts, options);
  const bounds = boundsFinding(subject, data, parts.test, model.scalers, options);
  signal.check();
  const { finding: drift, facts: drifted } = driftFinding(subject, data, parts.train, parts.test, options);
  signal.check();
  const quality = [completeness, bounds];
  return {
    at: subject.at, metrics, rows: data.rows, walkForward: forward, drift: drifted, findings: [...quality, drift],
    artifact: artifactOf(data, model, parts, metrics, { subject, options, forward }),
    quality: {
      status: quality.some(({ summary }) => summary['status'] === 'alert') ? 'alert' : 'ok',
      issues: quality.reduce((sum, { summary }) => sum + Number(summary['issues_count']), 0),
    },
  };
}
