/** AutoMode over a real workspace: journal, registry, policy file and a clock that a test sets. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import type { Actor, automodeConfigSchema, consoleConfigSchema, JournalEntry } from '#contract';
import { guardrailGate, inForce, type AutomodeParts } from '#engines/automode';
import { ensureDecision } from '#engines/decisions';
import type { Journal } from '#engines/journal';
import { openRegistry, type GuardrailState, type SignOffState } from '#engines/models';
import type { EngineContext, FileSystem } from '#engines/storage';
import { readPolicy } from '#engines/workspace';
import { openBench as openRetraining } from '../retraining/support.ts';

export const start = Date.parse('2026-11-20T09:00:00Z');
export const person: Actor = { name: 'Anna', os_user: 'anna', host: 'test-host', door: 'cli' };
export const loop: Actor = { name: 'sterownia', os_user: 'svc', host: 'test-host', door: 'loop' };

export type Config = z.input<typeof consoleConfigSchema>;
export type Guardrails = NonNullable<z.input<typeof automodeConfigSchema>['guardrails']>;

export interface Bench {
  readonly parts: AutomodeParts;
  readonly context: EngineContext;
  readonly journal: Journal;
  /** How often windows were told. */
  readonly told: () => number;
}

export interface BenchOptions {
  readonly root: string;
  readonly clock: { at: number };
  readonly fs?: FileSystem;
  readonly signOffs?: SignOffState;
  /** Instead of the workspace's own gate. */
  readonly guardrail?: GuardrailState;
}

export const complete: SignOffState = { state: 'complete', missing: [], detail: null };

/** As a process that has just started sees the workspace. */
export function openBench({ root, clock, fs, signOffs = complete, guardrail }: BenchOptions): Bench {
  const { context, journal, engine } = openRetraining({ root, clock, ...(fs === undefined ? {} : { fs }) });
  let told = 0;
  const policy = () => readPolicy(context);
  const parts: AutomodeParts = {
    context, journal, policy,
    training: { ...engine, config: () => policy().config.retraining, environment: {}, guardrail: () => inForce({ context, policy, journal }) },
    registry: () => openRegistry(context, join(root, 'var/models/quality')),
    models: {
      context,
      gates: { guardrail: () => guardrail ?? guardrailGate({ context, policy, journal }), signOffs: () => signOffs },
      journal: { record: (entry) => void journal.append(entry), recorded: (subject) => journal.entriesOf(subject).length > 0 },
      writeDecision: (entry) => void ensureDecision(context, entry),
    },
    record: (entry) => journal.append(entry),
    changed: () => {
      told += 1;
    },
  };
  return { parts, context, journal, told: () => told };
}

export function put(root: string, path: string, content: unknown): void {
  const place = join(root, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
}

export const putPolicy = (root: string, config: Config): void => put(root, 'config/console.json', config);

export const calm = {
  effective_risk: 0.2,
  regime: {
    stress_index: 0.1, tail_risk_index: 0.1, shock_frequency: 0.1, stress_momentum: 0.1, regime_entropy: 0.1, confidence_fragility: 0.1, degradation_score: 0.1,
    volume_trend_volatility: 0.1, liquidity_gap: 0.1, stress_projection: 0.1, liquidity_trend: 0.1, volatility_trend: 0.01, drawdown_trend: 0.01,
    resilience_score: 0.9, stress_balance: 0.9, stability_projection: 0.9, confidence_resilience: 0.9,
  },
} as const;

const instant = (at: number): string => new Date(at).toISOString();

export const putSignals = (root: string, at: number, more: Readonly<Record<string, unknown>> = {}): void =>
  put(root, 'var/runtime/guardrail_signals.json', { timestamp: instant(at), ...calm, ...more });

export const qualityOf = (at: number, rolling: number, last = rolling, max = rolling): unknown =>
  ({ exchange: 'binance', total: 0, failures: 0, degradation: { rolling_score: rolling, last_score: last, max_score: max, window: 1, last_observed_at: instant(at), recent: [] } });

export const putQuality = (root: string, at: number, rolling: number, last = rolling, max = rolling, exchange = 'binance'): void =>
  put(root, `reports/exchanges/signal_quality/${exchange}.json`, qualityOf(at, rolling, last, max));

export function decisionsOf(root: string): readonly Readonly<Record<string, string>>[] {
  const folder = join(root, 'logs/decision_journal');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.jsonl')).toSorted()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, string>));
}

/** Oldest first. */
export const entriesOf = (journal: Journal, ...type: readonly string[]): readonly JournalEntry[] => journal.list({ type, limit: 1000 }).entries.toReversed();
