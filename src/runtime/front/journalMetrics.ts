/**
 * The metrics of the decision loop, counted from entries of the decision journal.
 *
 * Promise: a series is seen at 0 before it counts, so that `increase()` of Prometheus never loses its first step, and no
 * program can make more series than the memory holds.
 */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { BaseLabels, Counted } from '../core/journalSeries.ts';

export interface GuardrailShares {
  readonly model_change: number;
  readonly retraining: number;
}

export interface JournalMetrics {
  /** A series that there was or may be: it begins at 0. Its last instant, where there was one, is told. */
  know(series: Counted): void;
  count(counted: Counted): void;
  /** To be called after the text was handed out: what was held back until its series had been seen is counted. */
  shown(): void;
  /** Null where they are not known: then nothing is told. */
  shares(shares: GuardrailShares | null): void;
}

const mostSeries = 400;
const longestLabel = 200;
const base = ['environment', 'portfolio', 'risk_profile'] as const;
const retrainingStatuses = ['success', 'failure'] as const;
const blockStates = ['guardrail', 'kill_switch'] as const;

type Labels = Readonly<Record<string, string>>;

interface Held {
  readonly metric: Counter;
  readonly labels: Labels;
  readonly steps: number;
}

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Beyond the bound all further ones share one set of labels. */
function bounded(): (labels: Labels) => Labels {
  const known = new Set<string>();
  return (labels) => {
    const cut = Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, value.slice(0, longestLabel).toWellFormed()]));
    const key = keyOf(cut);
    if (known.has(key)) return cut;
    if (known.size >= mostSeries) return Object.fromEntries(Object.keys(cut).map((name) => [name, 'other']));
    known.add(key);
    return cut;
  };
}

export function createJournalMetrics(registry: Registry): JournalMetrics {
  const registers = [registry];
  const counter = (name: string, help: string, labels: readonly string[]): Counter => new Counter({ name, help, labelNames: [...base, ...labels], registers });
  const gauge = (name: string, help: string, labels: readonly string[]): Gauge => new Gauge({ name, help, labelNames: [...base, ...labels], registers });

  const changes = counter('auto_trader_model_changes_total', 'Changes of champion, by model.', ['model']);
  const changeBlocks = counter('auto_trader_model_change_guardrail_blocks_total', 'Changes of champion while a guardrail or the kill switch was in force.', ['model']);
  const changedAt = gauge('auto_trader_model_change_timestamp_seconds', 'Instant of the last change of champion, in seconds since the epoch.', ['model']);
  const cycles = counter('auto_trader_retraining_cycles_total', 'Trainings that ended, by model and status (success or failure).', ['model', 'status']);
  const cycleBlocks = counter('auto_trader_retraining_guardrail_blocks_total', 'Trainings that ended while a guardrail or the kill switch was in force, with exactly one state each.', ['model', 'state']);
  const trainedAt = gauge('auto_trader_retraining_timestamp_seconds', 'Instant when the last training ended, in seconds since the epoch.', ['model']);
  const blocks = counter('auto_trader_guardrail_blocks_total', 'Blocks, once for each guardrail that took part in one.', ['guardrail']);
  const duration = new Histogram({ name: 'retraining_duration_seconds', help: 'Duration of trainings in seconds.', labelNames: [...base, 'model'], buckets: [10, 30, 60, 120, 300, 600, 900], registers });
  const drift = new Histogram({ name: 'retraining_drift_score', help: 'Drift scores of reports.', labelNames: [...base], buckets: [0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5], registers });
  const share = new Gauge({ name: 'auto_trader_guardrail_share', help: 'Share of model changes and of trainings under a guardrail, counted exactly over their windows, 0 to 1.', labelNames: ['kind'], registers });

  const bounds = { model: bounded(), retraining: bounded(), guardrail: bounded(), drift: bounded() };
  const seen = new Set<string>();
  const fresh = new Set<string>();
  /** Steps of series that nobody has seen at 0 yet: one number each, however many come before the next reading. */
  const held = new Map<string, Held>();
  const newest = new Map<string, number>();

  const idOf = (name: string, labels: Labels): string => `${name} ${keyOf(labels)}`;

  const begin = (metric: Counter, name: string, labels: Labels): void => {
    const id = idOf(name, labels);
    if (seen.has(id)) return;
    seen.add(id);
    fresh.add(id);
    metric.inc(labels, 0);
  };

  const step = (metric: Counter, name: string, labels: Labels): void => {
    begin(metric, name, labels);
    const id = idOf(name, labels);
    if (fresh.has(id)) held.set(id, { metric, labels, steps: (held.get(id)?.steps ?? 0) + 1 });
    else metric.inc(labels);
  };

  const latest = (metric: Gauge, name: string, labels: Labels, at: number | null): void => {
    const id = idOf(name, labels);
    if (at === null || at <= (newest.get(id) ?? 0)) return;
    newest.set(id, at);
    metric.set(labels, at);
  };

  const modelLabels = (labels: BaseLabels, model: string): Labels => bounds.model({ ...labels, model });
  const retrainingLabels = (labels: BaseLabels, model: string): Labels => bounds.retraining({ ...labels, model });

  const know = (series: Counted): void => {
    if (series.family === 'model_change') {
      const labels = modelLabels(series.base, series.model);
      begin(changes, 'changes', labels);
      begin(changeBlocks, 'changeBlocks', labels);
      latest(changedAt, 'changedAt', labels, series.at);
    } else if (series.family === 'retraining') {
      const labels = retrainingLabels(series.base, series.model);
      for (const status of retrainingStatuses) begin(cycles, 'cycles', { ...labels, status });
      for (const state of blockStates) begin(cycleBlocks, 'cycleBlocks', { ...labels, state });
      latest(trainedAt, 'trainedAt', labels, series.at);
    } else if (series.family === 'guardrail') {
      for (const guardrail of series.guardrails) begin(blocks, 'blocks', bounds.guardrail({ ...series.base, guardrail }));
    }
  };

  return {
    know,
    count: (counted) => {
      know(counted);
      if (counted.family === 'model_change') {
        const labels = modelLabels(counted.base, counted.model);
        step(changes, 'changes', labels);
        if (counted.mark === 'guardrail' || counted.mark === 'kill_switch') step(changeBlocks, 'changeBlocks', labels);
      } else if (counted.family === 'retraining') {
        const labels = retrainingLabels(counted.base, counted.model);
        step(cycles, 'cycles', { ...labels, status: counted.status });
        if (counted.mark === 'guardrail' || counted.mark === 'kill_switch') step(cycleBlocks, 'cycleBlocks', { ...labels, state: counted.mark });
        if (counted.seconds !== null) duration.observe(labels, counted.seconds);
      } else if (counted.family === 'guardrail') {
        for (const guardrail of counted.guardrails) step(blocks, 'blocks', bounds.guardrail({ ...counted.base, guardrail }));
      } else if (counted.score !== null) drift.observe(bounds.drift({ ...counted.base }), counted.score);
    },
    shown: () => {
      fresh.clear();
      for (const { metric, labels, steps } of held.values()) metric.inc(labels, steps);
      held.clear();
    },
    shares: (shares) => {
      share.reset();
      if (shares === null) return;
      share.set({ kind: 'model_change' }, shares.model_change);
      share.set({ kind: 'retraining' }, shares.retraining);
    },
  };
}
