/**
 * The schedule as values: what counts at an instant, when the next training is, and what each act makes of it.
 *
 * Promise: everything here is a pure function. Formulas are those of the scheduler that the bot runs, with three
 * corrections: timestamps ahead of the clock are not believed, a cooldown has a longest end, and a failure within a
 * running cooldown does not lengthen it.
 */
import type { RetrainingConfig } from '#contract';
import { addMicros, secondsMicros, type Micros } from '#engines/decisions';

export interface ScheduleState {
  readonly lastRun: Micros | null;
  readonly interval: Micros;
  readonly updatedAt: Micros | null;
  readonly lastFailure: Micros | null;
  readonly failureStreak: number;
  readonly lastFailureReason: string | null;
  readonly cooldownUntil: Micros | null;
  readonly pausedUntil: Micros | null;
  readonly pausedReason: string | null;
}

export interface ScheduleRules {
  readonly tolerance: Micros;
  readonly capTenths: bigint;
  readonly defaultInterval: Micros;
}

/** Cap in tenths of an interval, so that 1.5 intervals stay exact. */
export const rulesOf = (config: RetrainingConfig): ScheduleRules => ({
  tolerance: secondsMicros(config.clock_tolerance_seconds),
  capTenths: BigInt(Math.round(config.cooldown_cap_intervals * 10)),
  defaultInterval: secondsMicros(config.interval_seconds),
});

export const neverRun = (interval: Micros): ScheduleState => ({
  lastRun: null, interval, updatedAt: null, lastFailure: null, failureStreak: 0, lastFailureReason: null,
  cooldownUntil: null, pausedUntil: null, pausedReason: null,
});

export const isAhead = (instant: Micros | null, now: Micros, rules: ScheduleRules): boolean => instant !== null && instant > now + rules.tolerance;

const believed = (instant: Micros | null, now: Micros, rules: ScheduleRules): Micros | null => (isAhead(instant, now, rules) ? null : instant);

const longestCooldown = (interval: Micros, rules: ScheduleRules): Micros => (interval * rules.capTenths) / 10n;

/**
 * The end of the cooldown that counts. It never lies further after the last failure than the cap. Where that failure
 * itself lies ahead of the clock, so does everything worked out from it: then a far end is not believed.
 */
export function cooldownOf(state: ScheduleState, now: Micros, rules: ScheduleRules): Micros | null {
  const { cooldownUntil, lastFailure, interval } = state;
  if (cooldownUntil === null || lastFailure === null) return cooldownUntil;
  const longest = longestCooldown(interval, rules);
  if (isAhead(lastFailure, now, rules)) return cooldownUntil > addMicros(now, longest) ? null : cooldownUntil;
  const end = addMicros(lastFailure, longest);
  return cooldownUntil > end ? end : cooldownUntil;
}

export const pauseOf = (state: ScheduleState, now: Micros): Micros | null =>
  (state.pausedUntil !== null && state.pausedUntil > now ? state.pausedUntil : null);

const latest = (first: Micros, ...others: readonly (Micros | null)[]): Micros =>
  others.reduce<Micros>((max, each) => (each !== null && each > max ? each : max), first);

export function nextRun(state: ScheduleState, now: Micros, rules: ScheduleRules): Micros {
  const lastRun = believed(state.lastRun, now, rules);
  return latest(lastRun === null ? now : addMicros(lastRun, state.interval), cooldownOf(state, now, rules), pauseOf(state, now));
}

export const isDue = (state: ScheduleState, now: Micros, rules: ScheduleRules): boolean =>
  pauseOf(state, now) === null && now >= nextRun(state, now, rules);

interface Failing {
  readonly at: Micros;
  readonly streak: number;
  readonly previous: Micros | null;
  readonly lastRun: Micros | null;
  readonly interval: Micros;
}

/** At least one interval after the last success, at most the cap after the failure; longer with every failure in a row. */
export function cooldownAfter({ at, streak, previous, lastRun, interval }: Failing, rules: ScheduleRules): Micros {
  const times = BigInt(Math.min(Math.max(streak, 1), 6));
  const end = latest(addMicros(latest(at, previous), times * interval), addMicros(lastRun ?? at, interval));
  const cap = addMicros(at, longestCooldown(interval, rules));
  return end > cap ? cap : end;
}

/** Text is kept to 1,024 characters; halves of surrogate pairs, which no file can hold, become U+FFFD. */
export const shortText = (text: string): string => {
  const whole = text.toWellFormed();
  return whole.length <= 1024 ? whole : [...whole].slice(0, 1024).join('');
};

/** A pause that has ended is cleared by the next act that writes; asking never clears it. */
function withoutEndedPause(state: ScheduleState, now: Micros): ScheduleState {
  return state.pausedUntil !== null && state.pausedUntil <= now ? { ...state, pausedUntil: null, pausedReason: null } : state;
}

export interface Moment {
  /** When it happened; equal to `now` unless it is told later. */
  readonly at: Micros;
  readonly now: Micros;
  readonly rules: ScheduleRules;
}

export interface Execution extends Moment {
  /** Leaves a pause that still runs: a success of the console's own does not overrule an operator's word. */
  readonly keepPause: boolean;
}

export function afterExecution(before: ScheduleState, { at, now, rules, keepPause }: Execution): ScheduleState {
  const state = withoutEndedPause(before, now);
  const lastRun = latest(at, believed(state.lastRun, now, rules));
  const cleared: ScheduleState = { ...state, lastRun, updatedAt: at, failureStreak: 0, cooldownUntil: null };
  return keepPause ? cleared : { ...cleared, pausedUntil: null, pausedReason: null };
}

/** True where the failure falls into a running cooldown: it is remembered, but does not count. */
export const isBlocked = (state: ScheduleState, { at, now, rules }: Moment): boolean => {
  const cooldown = cooldownOf(state, now, rules);
  return cooldown !== null && at < cooldown;
};

export function afterFailure(before: ScheduleState, moment: Moment, reason: string | null): ScheduleState {
  const { at, now, rules } = moment;
  const state = withoutEndedPause(before, now);
  const told: ScheduleState = {
    ...state, updatedAt: at, lastFailure: latest(at, believed(state.lastFailure, now, rules)),
    lastFailureReason: reason === null ? state.lastFailureReason : shortText(reason),
  };
  if (isBlocked(state, moment)) return { ...told, cooldownUntil: cooldownOf(state, now, rules) };
  const streak = Math.max(state.failureStreak, 0) + 1;
  const cooldownUntil = cooldownAfter({
    at, streak, previous: cooldownOf(state, now, rules), lastRun: believed(state.lastRun, now, rules), interval: state.interval,
  }, rules);
  return { ...told, failureStreak: streak, cooldownUntil };
}

export const afterPause = (state: ScheduleState, until: Micros, reason: string | null, now: Micros): ScheduleState =>
  ({ ...state, pausedUntil: until, pausedReason: reason === null ? null : shortText(reason), updatedAt: now });

/** Null where nothing is paused. */
export const afterResume = (state: ScheduleState, now: Micros): ScheduleState | null =>
  (state.pausedUntil === null && state.pausedReason === null ? null : { ...state, pausedUntil: null, pausedReason: null, updatedAt: now });

export function afterInterval(before: ScheduleState, interval: Micros, { now, rules }: Moment): ScheduleState {
  const state = withoutEndedPause(before, now);
  const lastRun = believed(state.lastRun, now, rules);
  const lastFailure = believed(state.lastFailure, now, rules);
  const cooldownUntil = state.cooldownUntil === null || lastFailure === null
    ? cooldownOf({ ...state, interval }, now, rules)
    : cooldownAfter({ at: lastFailure, streak: state.failureStreak, previous: null, lastRun, interval }, rules);
  return { ...state, interval, cooldownUntil, updatedAt: lastRun ?? now };
}

/** Null where there is no failure to forget. What failed last and why stays, as it does after a success. */
export const afterReset = (before: ScheduleState, now: Micros): ScheduleState | null => {
  if (before.failureStreak === 0 && before.cooldownUntil === null) return null;
  return { ...withoutEndedPause(before, now), failureStreak: 0, cooldownUntil: null, updatedAt: now };
};

/** Null where no pause has ended. For the console's own clock tick. */
export const afterTick = (state: ScheduleState, now: Micros): ScheduleState | null => {
  const next = withoutEndedPause(state, now);
  return next === state ? null : { ...next, updatedAt: now };
};
