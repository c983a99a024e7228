/** Promise: status says everything that the runbook wants looked at, with a code and a sentence each, and changes nothing. */
import type { RetrainingConfig, RetrainingStatus, ScheduleIssue } from '#contract';
import { microsText, nowMicros, secondsMicros, secondsOf, type Micros } from '#engines/decisions';
import type { EngineContext } from '#engines/storage';
import { readSettled, scheduleFields, scheduleFile } from './document.ts';
import type { ScheduleReading } from './reading.ts';
import { cooldownOf, isAhead, isDue, nextRun, pauseOf, rulesOf, type ScheduleRules, type ScheduleState } from './state.ts';

export const escalationStreak = 2;

export function retrainingStatus(context: EngineContext, config: RetrainingConfig): RetrainingStatus {
  const now = nowMicros(context.clock);
  return statusOf(readSettled(context, now, rulesOf(config)), now, config);
}

const whyNotRead: Readonly<Record<'missing' | 'corrupt' | 'newer' | 'unreadable', Omit<ScheduleIssue, 'field' | 'message'>>> = {
  missing: { code: 'schedule_missing', severity: 'info' },
  corrupt: { code: 'schedule_corrupt', severity: 'problem' },
  newer: { code: 'schedule_newer', severity: 'problem' },
  unreadable: { code: 'schedule_unreadable', severity: 'problem' },
};

export function statusOf(reading: ScheduleReading, now: Micros, config: RetrainingConfig): RetrainingStatus {
  const base = { path: scheduleFile, document: reading.document, revision: reading.revision, now: microsText(now), last_run_derived: reading.lastRunDerived };
  if (reading.document !== 'ok' && reading.document !== 'missing') {
    const issue: ScheduleIssue = { ...whyNotRead[reading.document], field: null, message: `${scheduleFile} cannot be used: ${reading.problem ?? ''}. Nothing is due until that is settled.` };
    return {
      ...base, schedule: null, due: false, paused: false, cooldown_active: false, is_overdue: false, seconds_since_last_run: null,
      seconds_until_next_run: null, interval_seconds: null, sla: null, clock_skew: false, escalate: true, escalation_reasons: ['document'], issues: [issue, ...faultIssues(config)],
    };
  }
  const rules = rulesOf(config);
  const { state } = reading;
  const next = nextRun(state, now, rules);
  const cooldown = cooldownOf(state, now, rules);
  const cooldownActive = cooldown !== null && cooldown > now;
  const sla = slaOf(state, now, config, rules);
  const escalation: RetrainingStatus['escalation_reasons'] = [
    ...(state.failureStreak >= escalationStreak ? ['failure_streak' as const] : []), ...(cooldownActive ? ['cooldown' as const] : []),
  ];
  const ahead = aheadFields(state, now, rules);
  return {
    ...base,
    schedule: { ...scheduleFields(state, now, rules), version: reading.version },
    due: isDue(state, now, rules),
    paused: pauseOf(state, now) !== null,
    cooldown_active: cooldownActive,
    is_overdue: next <= now,
    seconds_since_last_run: state.lastRun === null ? null : secondsOf(now - state.lastRun),
    seconds_until_next_run: secondsOf(next - now),
    interval_seconds: secondsOf(state.interval),
    sla,
    clock_skew: ahead.length > 0,
    escalate: escalation.length > 0,
    escalation_reasons: escalation,
    issues: [...issuesOf({ reading, now, next, cooldown, cooldownActive, sla, ahead }), ...faultIssues(config)],
  };
}

const faultIssues = (config: RetrainingConfig): readonly ScheduleIssue[] => config.faults.map(({ name, field, problem }) => ({
  code: 'config_invalid', field, severity: 'problem', message: `${field}${name === null ? '' : ` ("${name}")`} is not set up right and is left out: ${problem}.`,
}));

function aheadFields(state: ScheduleState, now: Micros, rules: ScheduleRules): readonly (readonly [string, Micros])[] {
  const candidates = [['last_run', state.lastRun], ['updated_at', state.updatedAt], ['last_failure', state.lastFailure]] as const;
  return candidates.flatMap(([field, at]) => (at !== null && isAhead(at, now, rules) ? [[field, at] as const] : []));
}

/** Without a believable last success the limit counts as missed only once something has been written at all. */
function slaOf(state: ScheduleState, now: Micros, config: RetrainingConfig, rules: ScheduleRules): RetrainingStatus['sla'] {
  const limit = config.sla_seconds === undefined ? state.interval * 2n : secondsMicros(config.sla_seconds);
  const known = state.lastRun !== null && !isAhead(state.lastRun, now, rules) ? state.lastRun : null;
  const age = known === null ? null : now > known ? now - known : 0n;
  const met = age === null ? state.updatedAt === null : age <= limit;
  return { limit_seconds: secondsOf(limit), age_seconds: age === null ? null : secondsOf(age), met };
}

interface Facts {
  readonly reading: ScheduleReading;
  readonly now: Micros;
  readonly next: Micros;
  readonly cooldown: Micros | null;
  readonly cooldownActive: boolean;
  readonly sla: RetrainingStatus['sla'];
  readonly ahead: readonly (readonly [string, Micros])[];
}

function issuesOf({ reading, now, next, cooldown, cooldownActive, sla, ahead }: Facts): ScheduleIssue[] {
  const { state } = reading;
  const issues: ScheduleIssue[] = [...reading.issues];
  const add = (code: ScheduleIssue['code'], field: string | null, severity: ScheduleIssue['severity'], message: string): void => {
    issues.push({ code, field, severity, message });
  };
  if (reading.document === 'missing') add('schedule_missing', null, 'info', `${scheduleFile} does not exist yet; the configured interval counts.`);
  for (const [field, at] of ahead) add('clock_skew', field, 'problem', `"${field}" is ${microsText(at)}, ahead of this clock (${microsText(now)}); it is not counted.`);
  if (state.lastRun === null) add('never_run', 'last_run', 'info', 'No successful training is recorded.');
  if (state.cooldownUntil !== cooldown) add('cooldown_capped', 'cooldown_until', 'warning', cooldown === null
    ? `"cooldown_until" is ${state.cooldownUntil === null ? 'empty' : microsText(state.cooldownUntil)}, worked out from a time ahead of this clock; it is not counted.`
    : `"cooldown_until" lies beyond the longest cooldown; it counts as ${microsText(cooldown)}.`);
  if (state.failureStreak >= escalationStreak) add('failure_streak', 'failure_streak', 'problem', `${state.failureStreak} trainings in a row failed; escalate to Platform Ops.`);
  if (next <= now) add('scheduler_overdue', 'next_run', 'warning', `The next training has been due since ${microsText(next)}.`);
  if (cooldownActive && cooldown !== null) add('scheduler_cooldown', 'cooldown_until', 'problem', `No training before ${microsText(cooldown)}, after a failure; escalate to Platform Ops.`);
  const pause = pauseOf(state, now);
  if (pause !== null) add('scheduler_paused', 'paused_until', 'info', `Paused until ${microsText(pause)}${state.pausedReason === null ? '' : `: ${state.pausedReason}`}.`);
  if (sla !== null && !sla.met) add('sla_missed', 'last_run', 'problem', sla.age_seconds === null
    ? 'No believable successful training is recorded.'
    : `The last success is ${Math.floor(sla.age_seconds)} s old, the limit is ${sla.limit_seconds} s.`);
  return issues;
}
