/** Which series of the metrics an entry of the decision journal belongs to. One reading for those that are counted and those that are only known. */
import { guardrailMark, guardrailNames, parseInstant, secondsOf, type DecisionEntry, type GuardrailMark } from '#engines/decisions';

export const countedEvents = ['model_change', 'ai_retraining', 'ai_retraining_failed', 'decision_guardrail', 'ai_drift_report'] as const;

export interface BaseLabels {
  readonly environment: string;
  readonly portfolio: string;
  readonly risk_profile: string;
}

/** `at`: seconds since the epoch; null where the entry names no instant. */
export type Counted =
  | { readonly family: 'model_change'; readonly base: BaseLabels; readonly at: number | null; readonly model: string; readonly mark: GuardrailMark }
  | {
    readonly family: 'retraining'; readonly base: BaseLabels; readonly at: number | null; readonly model: string; readonly status: 'success' | 'failure';
    readonly mark: GuardrailMark; readonly seconds: number | null;
  }
  | { readonly family: 'guardrail'; readonly base: BaseLabels; readonly at: number | null; readonly guardrails: readonly string[] }
  | { readonly family: 'drift'; readonly base: BaseLabels; readonly at: number | null; readonly score: number | null };

const given = (text: string | undefined): string | null => (text === undefined || text.trim() === '' ? null : text.trim());

function numberOf(text: string | undefined): number | null {
  const value = given(text) === null ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

/** `modelOf` gives the model that a job trains: an entry of a failure names its job only. Null for events that are not counted. */
export function countedOf(entry: DecisionEntry, modelOf: (job: string) => string | null): Counted | null {
  const base: BaseLabels = {
    environment: given(entry['environment']) ?? 'unknown', portfolio: given(entry['portfolio']) ?? 'unknown', risk_profile: given(entry['risk_profile']) ?? 'unknown',
  };
  const instant = parseInstant(entry['timestamp'] ?? '');
  const at = instant === null ? null : secondsOf(instant);
  const job = given(entry['schedule']);
  const named = given(entry['model_name']);
  switch (entry['event']) {
    case 'model_change':
      return { family: 'model_change', base, at, model: named ?? given(entry['strategy']) ?? base.portfolio, mark: guardrailMark(entry) };
    case 'ai_retraining':
    case 'ai_retraining_failed':
      return {
        family: 'retraining', base, at, model: named ?? (job === null ? null : modelOf(job)) ?? given(entry['strategy']) ?? job ?? 'unknown',
        status: entry['event'] === 'ai_retraining' ? 'success' : 'failure', mark: guardrailMark(entry), seconds: numberOf(entry['duration_seconds']),
      };
    case 'decision_guardrail':
      return { family: 'guardrail', base, at, guardrails: guardrailNames(entry) };
    case 'ai_drift_report':
      return { family: 'drift', base, at, score: numberOf(entry['drift_score']) ?? numberOf(entry['feature_drift']) };
    default:
      return null;
  }
}
