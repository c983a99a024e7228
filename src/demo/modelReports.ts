/** Quality reports of invented models, in the form that the bot writes: how good each version was when it was judged. */
import { hourMs } from './market.ts';
import { randomOf } from './random.ts';

export interface ModelReportPlan {
  readonly model: string;
  readonly version: string;
  /** Hours before the instant of the demo. */
  readonly hoursAgo: number;
  /** From 0 to 1; better versions have more. */
  readonly quality: number;
  readonly status: 'improved' | 'ok' | 'degraded';
  /** A guardrail was in force when this was decided. */
  readonly guarded?: boolean;
  /** Sign-offs were missing when this was decided. */
  readonly unsigned?: boolean;
}

/** In the order of time for each model. What becomes of them, champion or challenger, is decided by the registry itself. */
export const modelReportPlans: readonly ModelReportPlan[] = [
  { model: 'decision_engine', version: 'v1', hoursAgo: 58 * 24, quality: 0.3, status: 'ok' },
  { model: 'decision_engine', version: 'v2', hoursAgo: 44 * 24, quality: 0.24, status: 'ok' },
  { model: 'decision_engine', version: 'v3', hoursAgo: 30 * 24, quality: 0.5, status: 'improved' },
  { model: 'decision_engine', version: 'v4', hoursAgo: 12 * 24, quality: 0.1, status: 'degraded' },
  { model: 'decision_engine', version: 'v5', hoursAgo: 0.8, quality: 0.68, status: 'improved' },
  { model: 'decision_engine', version: 'v6', hoursAgo: 0.4, quality: 0.78, status: 'improved', unsigned: true },
  { model: 'risk_model', version: 'r1', hoursAgo: 51 * 24, quality: 0.4, status: 'ok' },
  { model: 'risk_model', version: 'r2', hoursAgo: 33 * 24, quality: 0.35, status: 'ok' },
  { model: 'risk_model', version: 'r3', hoursAgo: 21 * 24, quality: 0.6, status: 'improved' },
  { model: 'risk_model', version: 'r4', hoursAgo: 2 * 24, quality: 0.52, status: 'ok' },
  { model: 'execution_timing', version: 't1', hoursAgo: 40 * 24, quality: 0.45, status: 'ok' },
  { model: 'execution_timing', version: 't2', hoursAgo: 18 * 24, quality: 0.55, status: 'improved', guarded: true },
  { model: 'execution_timing', version: 't3', hoursAgo: 0.6, quality: 0.66, status: 'improved', guarded: true },
  { model: 'regime_classifier', version: 'c1', hoursAgo: 9 * 24, quality: 0.15, status: 'degraded' },
  { model: 'regime_classifier', version: 'c2', hoursAgo: 5 * 24, quality: 0.2, status: 'degraded' },
];

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** As the embedded trainer: `expected_pnl`, `mae` and `rmse` in basis points per row, accuracy as a share of 1. */
function block(quality: number, shift: number): Readonly<Record<string, number>> {
  const level = Math.max(0, quality + shift);
  return {
    directional_accuracy: rounded(0.49 + level * 0.14, 4), mae: rounded(19 - level * 9, 3), rmse: rounded(25 - level * 11, 3), expected_pnl: rounded(-0.9 + level * 5.2, 3),
  };
}

export function modelReport(seed: string, now: number, plan: ModelReportPlan, previous: ModelReportPlan | null): Readonly<Record<string, unknown>> {
  const random = randomOf(`${seed}/model/${plan.model}/${plan.version}`);
  const noise = (): number => random.normal() * 0.02;
  const evaluated = now - plan.hoursAgo * hourMs;
  const summary = block(plan.quality, 0);
  const earlier = previous === null ? null : block(previous.quality, 0);
  const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+00:00`;
  return {
    model_name: plan.model,
    version: plan.version,
    evaluated_at: instant(evaluated),
    metrics: { summary, train: block(plan.quality, 0.12 + noise()), validation: block(plan.quality, 0.02 + noise()), test: block(plan.quality, noise()) },
    status: plan.status,
    delta: earlier === null ? {} : Object.fromEntries(Object.entries(summary).map(([name, value]) => [name, rounded(value - (earlier[name] ?? 0), 4)])),
    ...(previous === null ? {} : { baseline_version: previous.version }),
    validation: {
      folds: 5,
      walk_forward: Array.from({ length: 6 }, (_unused, index) => {
        const { mae, directional_accuracy } = block(plan.quality, noise() * 2 - index * 0.01);
        return {
          train_start: instant(evaluated - (60 - index * 5) * 24 * hourMs), test_start: instant(evaluated - (30 - index * 5) * 24 * hourMs),
          test_end: instant(evaluated - (25 - index * 5) * 24 * hourMs), mae, directional_accuracy,
        };
      }),
    },
    dataset_rows: 1_200 + random.between(0, 300),
    trained_at: instant(evaluated - random.between(20, 90) * 60_000),
    parameters: {
      horizon: random.pick([1, 1, 2]), learning_rate: random.pick([0.01, 0.02, 0.05]), l2: random.pick([0.001, 0.01]), lookback_hours: random.pick([24, 48, 72]), max_depth: random.between(3, 6),
    },
  };
}
