/** Promise: entries `ai_retraining` and `ai_retraining_failed` carry the fields that the bot's own carry, under the same names. */
import { fixedText, microsText, secondsOf, decimalText, type DecisionEvent, type Micros, type SystemField } from '#engines/decisions';
import { scheduleFields } from './document.ts';
import type { Ground } from './engine.ts';
import { scheduleVersion } from './reading.ts';
import type { ScheduleState } from './state.ts';

export interface RunContext {
  readonly job: string;
  readonly at: Micros;
  readonly datasetRows?: number;
  /** Plain ones and those of `summary` become `metric_<name>`, those of other blocks `metric_<block>_<name>`. Ten decimals. */
  readonly metrics?: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
  /** Replaces what the job's name gives; blank texts do not count, 0 and false do. */
  readonly context?: Readonly<Partial<Record<'environment' | 'portfolio' | 'risk_profile' | SystemField, string | number | boolean | null>>>;
}

function given(value: string | number | boolean | null | undefined): string | null {
  const text = value === null || value === undefined ? '' : String(value).trim();
  return text === '' ? null : text;
}

function metricFields(metrics: RunContext['metrics']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(metrics ?? {}).flatMap(([name, value]) => (typeof value === 'number'
    ? [[`metric_${name}`, fixedText(value, 10)]]
    : Object.entries(value).map(([inner, number]) => [name === 'summary' ? `metric_${inner}` : `metric_${name}_${inner}`, fixedText(number, 10)]))));
}

function stateFields(state: ScheduleState, { now, rules }: Ground): Readonly<Record<string, unknown>> {
  const fields = scheduleFields(state, now, rules);
  const optional = {
    last_run: fields.last_run, state_updated_at: fields.updated_at, last_failure: fields.last_failure, last_failure_reason: fields.last_failure_reason,
    cooldown_until: fields.cooldown_until, paused_until: fields.paused_until, paused_reason: fields.paused_reason,
  };
  return {
    next_run: fields.next_run, scheduler_version: String(scheduleVersion), failure_streak: fields.failure_streak,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)),
  };
}

function base(event: string, run: RunContext): DecisionEvent {
  const { context = {} } = run;
  const { environment, portfolio, risk_profile, ...fields } = context;
  const defaults: Readonly<Partial<Record<SystemField, string>>> = {
    schedule: run.job, strategy: run.job, schedule_run_id: `${run.job}:${microsText(run.at)}`, telemetry_namespace: `ai.scheduler.${run.job}`,
  };
  const named = Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => {
    const text = given(value);
    return text === null ? [] : [[name, text]];
  }));
  return {
    event, at: run.at, environment: given(environment) ?? 'ai-training', portfolio: given(portfolio) ?? run.job,
    risk_profile: given(risk_profile) ?? 'ai-research', fields: { ...defaults, ...named },
  };
}

export function successEvent(run: RunContext, state: ScheduleState, ground: Ground, more: Readonly<Record<string, unknown>>): DecisionEvent {
  return {
    ...base('ai_retraining', run),
    metadata: {
      ...stateFields(state, ground), interval_seconds: decimalText(secondsOf(state.interval)),
      ...(run.datasetRows === undefined ? {} : { dataset_rows: run.datasetRows }), ...metricFields(run.metrics), ...more,
    },
  };
}

export function failureEvent(run: RunContext, state: ScheduleState, ground: Ground, more: Readonly<Record<string, unknown>>): DecisionEvent {
  return {
    ...base('ai_retraining_failed', run),
    metadata: { ...more, ...stateFields(state, ground), ...(run.datasetRows === undefined ? {} : { dataset_rows: run.datasetRows }) },
  };
}

