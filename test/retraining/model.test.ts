/**
 * The schedule against a model of plain arithmetic, under a clock that runs, jumps ahead by years and falls back, with
 * another program that writes the same file in its own way.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microsText, nowMicros, type Micros } from '#engines/decisions';
import {
  changeInterval, isDue, markExecuted, markFailure, nextRun, pauseRetraining, readSchedule, resetFailures, resumeRetraining, rulesOf, tickSchedule,
  retrainingStatus,
} from '#engines/retraining';
import { afterExecution, afterFailure, afterInterval, afterPause, afterReset, afterResume, cooldownOf, neverRun, type ScheduleState } from '../../src/engines/retraining/state.ts';
import { testWorkspace } from '../support/workspace.ts';
import { configOf, fileOf, openBench, person, scheduleText } from './support.ts';

/** In whole seconds. */
interface Model {
  last: number | null;
  interval: number;
  updated: number | null;
  failed: number | null;
  streak: number;
  cooldown: number | null;
  paused: number | null;
  why: string | null;
}

const tolerance = 300;
const cap = 6;

const sound = (at: number | null, now: number): number | null => (at !== null && at - now > tolerance ? null : at);

function cooldownIn(m: Model, now: number): number | null {
  if (m.cooldown === null || m.failed === null) return m.cooldown;
  if (m.failed - now > tolerance) return m.cooldown - now > cap * m.interval ? null : m.cooldown;
  return Math.min(m.cooldown, m.failed + cap * m.interval);
}

const pausedIn = (m: Model, now: number): boolean => m.paused !== null && now < m.paused;

function nextIn(m: Model, now: number): number {
  const last = sound(m.last, now);
  return Math.max(last === null ? now : last + m.interval, cooldownIn(m, now) ?? -Infinity, pausedIn(m, now) ? m.paused ?? 0 : -Infinity);
}

const backoff = (failed: number, streak: number, previous: number | null, last: number | null, interval: number): number =>
  Math.min(failed + cap * interval, Math.max(Math.max(previous ?? failed, failed) + Math.min(Math.max(streak, 1), 6) * interval, (last ?? failed) + interval));

const endPause = (m: Model, now: number): Model => (m.paused !== null && m.paused <= now ? { ...m, paused: null, why: null } : m);

type Command =
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'next' } | { readonly do: 'success' } | { readonly do: 'failure' } | { readonly do: 'resume' } | { readonly do: 'reset' } | { readonly do: 'tick' }
  | { readonly do: 'pause'; readonly seconds: number; readonly zone: number }
  | { readonly do: 'interval'; readonly minutes: number }
  | { readonly do: 'other'; readonly seconds: number };

function step(before: Model, command: Command, now: number): Model {
  const m = endPause(before, now);
  switch (command.do) {
    case 'success': return { ...m, last: Math.max(now, sound(m.last, now) ?? now), updated: now, streak: 0, cooldown: null, paused: null, why: null };
    case 'failure': {
      const cooldown = cooldownIn(m, now);
      const told = { ...m, updated: now, failed: Math.max(now, sound(m.failed, now) ?? now) };
      if (cooldown !== null && now < cooldown) return { ...told, cooldown };
      return { ...told, streak: m.streak + 1, cooldown: backoff(now, m.streak + 1, cooldown, sound(m.last, now), m.interval) };
    }
    case 'pause': return { ...m, paused: now + command.seconds, why: 'window', updated: now };
    case 'resume': return before.paused === null && before.why === null ? before : { ...before, paused: null, why: null, updated: now };
    case 'reset': return m.streak === 0 && m.cooldown === null ? before : { ...m, streak: 0, cooldown: null, updated: now };
    case 'interval': {
      const interval = command.minutes * 60;
      const failed = sound(m.failed, now);
      const last = sound(m.last, now);
      const cooldown = m.cooldown === null || failed === null ? cooldownIn({ ...m, interval }, now) : backoff(failed, m.streak, null, last, interval);
      return { ...m, interval, cooldown, updated: last ?? now };
    }
    case 'tick': return m === before ? before : { ...m, updated: now };
    default: return before;
  }
}

const micros = (seconds: number): Micros => BigInt(seconds) * 1_000_000n;
const seconds = (at: Micros | null): number | null => (at === null ? null : Number(at) / 1e6);

const asModel = (s: ScheduleState): Model => ({
  last: seconds(s.lastRun), interval: Number(s.interval) / 1e6, updated: seconds(s.updatedAt), failed: seconds(s.lastFailure), streak: s.failureStreak,
  cooldown: seconds(s.cooldownUntil), paused: seconds(s.pausedUntil), why: s.pausedReason,
});

/** As the scheduler loads it: `updated_at` is never before `last_run`. */
const loaded = (m: Model): Model => (m.last !== null && (m.updated === null || m.updated < m.last) ? { ...m, updated: m.last } : m);

const wait = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 7200 }) },
  { weight: 2, arbitrary: fc.integer({ min: 7200, max: 40 * 86_400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 86_400 * 365, max: 86_400 * 365 * 5 }) },
  { weight: 1, arbitrary: fc.integer({ min: -86_400 * 800, max: -1 }) },
  { weight: 1, arbitrary: fc.integer({ min: -900, max: -1 }) },
  { weight: 1, arbitrary: fc.constantFrom(-301, -300, -299, 1) },
).map((s): Command => ({ do: 'wait', seconds: s }));

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: wait },
  { weight: 5, arbitrary: fc.constant<Command>({ do: 'next' }) },
  { weight: 2, arbitrary: fc.constant<Command>({ do: 'success' }) },
  { weight: 7, arbitrary: fc.constant<Command>({ do: 'failure' }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pause' as const), seconds: fc.integer({ min: 1, max: 200_000 }), zone: fc.integer({ min: -14 * 4, max: 14 * 4 }) }) },
  { weight: 1, arbitrary: fc.constant<Command>({ do: 'resume' }) },
  { weight: 1, arbitrary: fc.constant<Command>({ do: 'reset' }) },
  { weight: 1, arbitrary: fc.constant<Command>({ do: 'tick' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('interval' as const), minutes: fc.integer({ min: 1, max: 20_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('other' as const), seconds: fc.integer({ min: 60, max: 90_000 }) }) },
);

/** A row of failures, each at the earliest moment at which it counts: the way to long streaks. */
const burst: fc.Arbitrary<readonly Command[]> = fc.integer({ min: 2, max: 9 })
  .map((times) => Array.from({ length: times }, (): readonly Command[] => [{ do: 'next' }, { do: 'failure' }]).flat());

const story = (maxLength: number): fc.Arbitrary<readonly Command[]> =>
  fc.array(fc.oneof({ weight: 12, arbitrary: command.map((each): readonly Command[] => [each]) }, { weight: 1, arbitrary: burst }), { minLength: 1, maxLength }).map((parts) => parts.flat());

const start = Date.parse('2026-03-01T00:00:00Z') / 1000;
const rules = rulesOf(configOf());

function pure(state: ScheduleState, c: Command, at: Micros): ScheduleState {
  const moment = { at, now: at, rules };
  const clear = (s: ScheduleState): ScheduleState => (s.pausedUntil !== null && s.pausedUntil <= at ? { ...s, pausedUntil: null, pausedReason: null } : s);
  switch (c.do) {
    case 'success': return afterExecution(state, { ...moment, keepPause: false });
    case 'failure': return afterFailure(state, moment, null);
    case 'pause': return afterPause(state, at + micros(c.seconds), 'window', at);
    case 'resume': return afterResume(state, at) ?? state;
    case 'reset': return afterReset(state, at) ?? state;
    case 'interval': return afterInterval(state, micros(c.minutes * 60), moment);
    case 'tick': return clear(state) === state ? state : { ...clear(state), updatedAt: at };
    default: return state;
  }
}

describe('the schedule and its model', () => {
  it('agree on every state, and its promises hold at every instant', () => {
    fc.assert(fc.property(story(50), (commands) => {
      let now = start;
      let model: Model = asModel(neverRun(rules.defaultInterval));
      let state = neverRun(rules.defaultInterval);
      for (const c of commands) {
        if (c.do === 'wait') now = Math.max(0, now + c.seconds);
        if (c.do === 'next') now = nextIn(model, now);
        model = step(model, c, now);
        state = pure(state, c, micros(now));
        expect(asModel(state)).toEqual(model);
        expect(seconds(nextRun(state, micros(now), rules))).toBe(nextIn(model, now));
        expect(isDue(state, micros(now), rules)).toBe(!pausedIn(model, now) && now >= nextIn(model, now));
        const cooldown = seconds(cooldownOf(state, micros(now), rules));
        if (cooldown !== null && model.failed !== null && model.failed <= now) expect(cooldown - model.failed).toBeLessThanOrEqual(cap * model.interval);
        // However the clock jumped, without a pause nothing waits longer than the longest of interval and cooldown from now.
        if (!pausedIn(model, now)) expect(nextIn(model, now) - now).toBeLessThanOrEqual(cap * model.interval + 2 * tolerance);
      }
    }), { numRuns: 1500 });
  });

  it('agree on disk too, across restarts, another program and zones, and asking changes no byte', () => {
    fc.assert(fc.property(story(10), (commands) => {
      const workspace = testWorkspace();
      try {
        const clock = { at: start * 1000 };
        let model: Model = asModel(neverRun(rules.defaultInterval));
        for (const c of commands) {
          const now = clock.at / 1000;
          if (c.do === 'wait') clock.at = Math.max(0, now + c.seconds) * 1000;
          else if (c.do === 'next') clock.at = nextIn(loaded(model), now) * 1000;
          else if (c.do === 'other') model = otherProgram(workspace.root, model, now, c.seconds);
          else {
            model = loaded(step(loaded(model), c, now));
            onDisk(openBench({ root: workspace.root, clock }).engine, c, now);
          }
          const { context, config } = openBench({ root: workspace.root, clock });
          const text = scheduleText(workspace.root);
          const at = nowMicros(context.clock);
          const { state } = readSchedule(context, at, rulesOf(config));
          expect(asModel(state)).toEqual(loaded(model));
          const status = retrainingStatus(context, config);
          expect(status.schedule?.next_run).toBe(microsText(micros(nextIn(model, clock.at / 1000))));
          expect(scheduleText(workspace.root)).toBe(text);
        }
      } finally {
        workspace.remove();
      }
    }), { numRuns: 30 });
  });
});

function onDisk(engine: Parameters<typeof markExecuted>[0], c: Command, now: number): void {
  const at = micros(now);
  switch (c.do) {
    case 'success': return void markExecuted(engine, { actor: person });
    case 'failure': return void markFailure(engine, { actor: person, run: { job: 'btc', at }, errorType: 'E', errorMessage: 'x' });
    case 'pause': return void pauseRetraining(engine, { actor: person, until: zoned(now + c.seconds, c.zone), reason: 'window' });
    case 'resume': return void resumeRetraining(engine, { actor: person });
    case 'reset': return void resetFailures(engine, { actor: person, reason: 'the cause is gone' });
    case 'interval': return void changeInterval(engine, { actor: person, interval: `${c.minutes}m` });
    case 'tick': return void tickSchedule(engine, person);
    default: throw new Error(c.do);
  }
}

/** An instant as somebody in another zone writes it; `quarters` is the offset in quarters of an hour. */
function zoned(at: number, quarters: number): string {
  const local = new Date((at + quarters * 900) * 1000).toISOString().slice(0, 19);
  const size = Math.abs(quarters);
  return `${local}${quarters < 0 ? '-' : '+'}${String(Math.floor(size / 4)).padStart(2, '0')}:${String((size % 4) * 15).padStart(2, '0')}`;
}

/** Writes as other programs do: sorted keys, `Z`, epoch numbers, no line end. */
function otherProgram(root: string, m: Model, now: number, cooldown: number): Model {
  const next: Model = { ...m, updated: now, failed: now, streak: m.streak + 1, cooldown: now + cooldown };
  const z = (at: number | null): string | null => (at === null ? null : new Date(at * 1000).toISOString());
  const fields = {
    version: '5', last_run: next.last, next_run: z(now), interval: String(next.interval), updated_at: z(next.updated), last_failure: next.failed,
    failure_streak: next.streak + 0.5, last_failure_reason: null, cooldown_until: z(next.cooldown), paused_until: z(next.paused), paused_reason: next.why,
  };
  mkdirSync(dirname(fileOf(root)), { recursive: true });
  writeFileSync(fileOf(root), JSON.stringify(Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))));
  return next;
}
