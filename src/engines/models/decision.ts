/** Promise: every change of champion appears in the decision journal as `model_change`, in the fields of the earlier helper. */
import { compareText } from '#engines/reports';
import type { GateReading } from './gates.ts';
import type { ChangeMode, DecisionFields } from './parts.ts';
import { printLine, type JsonObject, type JsonValue } from './pythonJson.ts';
import { flatMetrics, summaryMetrics } from './values.ts';

/** Up to ten decimals, trailing zeros stripped, zero as `0`. */
export function decimalText(value: number): string {
  const text = Math.abs(value) < 1e21 ? value.toFixed(10).replace(/\.?0+$/u, '') : String(value);
  return text === '-0' || text === '' ? '0' : text;
}

export interface ModelChangeFacts {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly at: string;
  readonly reason: string;
  readonly mode: ChangeMode;
  readonly by: string;
  readonly candidate: JsonObject;
  readonly previous: JsonObject | null;
  readonly gates: GateReading;
  readonly planId: string | null;
  readonly retrainingId: string | null;
  readonly auditDirectory: string;
}

function metricFields(candidate: JsonObject, previous: JsonObject | null): Record<string, string> {
  const now = flatMetrics(summaryMetrics(candidate));
  const before = previous === null ? new Map<string, number>() : flatMetrics(summaryMetrics(previous));
  const fields: Record<string, string> = {};
  for (const name of [...new Set([...now.keys(), ...before.keys()])].sort(compareText)) {
    const [current, earlier] = [now.get(name), before.get(name)];
    if (current !== undefined) fields[`metric_${name}_current`] = decimalText(current);
    if (earlier !== undefined) fields[`metric_${name}_previous`] = decimalText(earlier);
    if (current !== undefined && earlier !== undefined) fields[`metric_${name}_delta`] = decimalText(current - earlier);
  }
  return fields;
}

/** Canonical form: keys sorted, no blanks. */
function canonical(value: JsonValue): string {
  if (value instanceof Map) return `{${[...value.keys()].sort(compareText).map((key) => `${printLine(key)}:${canonical(value.get(key) ?? null)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  return printLine(value);
}

const truth = (value: boolean | null): string => (value === null ? 'unknown' : String(value));

export function modelChangeEntry(facts: ModelChangeFacts): DecisionFields {
  const metrics = (report: JsonObject): string => canonical(summaryMetrics(report));
  const entry: Record<string, string> = {
    event: 'model_change', timestamp: facts.at, environment: 'ai-governance', portfolio: facts.model, risk_profile: 'ai-research',
    status: 'promoted', strategy: facts.model,
    model_name: facts.model, model_version: facts.version,
    ...(facts.previousVersion === null ? {} : { model_previous_version: facts.previousVersion }),
    model_source: 'champion', model_fallback: 'false',
    ...(facts.retrainingId === null ? {} : { retraining_id: facts.retrainingId }),
    ...metricFields(facts.candidate, facts.previous),
    metrics_current_json: metrics(facts.candidate),
    ...(facts.previous === null ? {} : { metrics_previous_json: metrics(facts.previous) }),
    promotion_id: facts.id, promotion_mode: facts.mode, promoted_by: facts.by, reason: facts.reason, audit_directory: facts.auditDirectory,
    ...(facts.planId === null ? {} : { plan_id: facts.planId }),
    guardrail_active: truth(facts.gates.guardrail.active), kill_switch: truth(facts.gates.guardrail.kill_switch),
  };
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key.toWellFormed(), value.toWellFormed()]));
}
