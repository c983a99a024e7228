/**
 * The rules over the bot's signals, with the thresholds that the bot itself uses.
 *
 * Promise: `guardrailRules` of the contract names them in the order in which they are looked at; this table says the rest.
 */
import { guardrailRules, type AutomodeConfig, type GuardrailRule, type GuardrailTrigger } from '#contract';

export type Guardrails = NonNullable<AutomodeConfig['guardrails']>;
type Comparator = GuardrailTrigger['comparator'];

interface Rule {
  readonly comparator: Comparator;
  readonly threshold: number;
  readonly label: string;
}

const atLeast = (threshold: number, label: string): Rule => ({ comparator: '>=', threshold, label });
const above = (threshold: number, label: string): Rule => ({ comparator: '>', threshold, label });
const atMost = (threshold: number, label: string): Rule => ({ comparator: '<=', threshold, label });

export const ruleTable: Readonly<Record<GuardrailRule, Rule>> = {
  effective_risk: atLeast(0.75, 'Effective risk'),
  stress_index: atLeast(0.65, 'Stress index'),
  tail_risk_index: atLeast(0.6, 'Tail risk index'),
  shock_frequency: atLeast(0.6, 'Shock frequency'),
  stress_momentum: atLeast(0.65, 'Stress momentum'),
  regime_entropy: atLeast(0.8, 'Regime entropy'),
  confidence_fragility: atLeast(0.65, 'Confidence fragility'),
  degradation_score: atLeast(0.6, 'Degradation score'),
  volume_trend_volatility: atLeast(0.2, 'Volatility of the volume trend'),
  liquidity_gap: atLeast(0.6, 'Liquidity gap'),
  stress_projection: atLeast(0.6, 'Stress projection'),
  liquidity_trend: atLeast(0.6, 'Liquidity trend'),
  volatility_trend: above(0.025, 'Volatility trend'),
  drawdown_trend: above(0.1, 'Drawdown trend'),
  resilience_score: atMost(0.3, 'Resilience score'),
  stress_balance: atMost(0.35, 'Stress balance'),
  stability_projection: atMost(0.35, 'Stability projection'),
  confidence_resilience: atMost(0.4, 'Confidence resilience'),
};

/** Null where the rule is switched off. */
export function thresholdOf(config: Guardrails, rule: GuardrailRule): number | null {
  const given = config.thresholds[rule];
  return given === undefined ? ruleTable[rule].threshold : given;
}

export const activeRules = (config: Guardrails): readonly GuardrailRule[] => guardrailRules.filter((rule) => thresholdOf(config, rule) !== null);

const holds: Readonly<Record<Comparator, (value: number, threshold: number) => boolean>> = {
  '>=': (value, threshold) => value >= threshold,
  '>': (value, threshold) => value > threshold,
  '<=': (value, threshold) => value <= threshold,
  '<': (value, threshold) => value < threshold,
};

/** The trigger of a rule for a value, or null where it does not hold or is switched off. */
export function triggerOf(config: Guardrails, rule: GuardrailRule, value: number): GuardrailTrigger | null {
  const threshold = thresholdOf(config, rule);
  const { comparator, label } = ruleTable[rule];
  return threshold !== null && holds[comparator](value, threshold) ? { name: rule, label, comparator, threshold, unit: null, value } : null;
}
