/**
 * What a person or a training run does to the schedule.
 *
 * Promise: a success is only recorded for an artifact that lies on disk as it was validated; forgetting failures is an
 * act of its own and never pretends that a training took place.
 */
import { createHash } from 'node:crypto';
import { ConsoleError, type Actor, type RetrainingChange } from '#contract';
import { largestArtifact, readPlainFile } from '#engines/artifacts';
import { microsText, parseInstant, secondsOf, type Micros } from '#engines/decisions';
import { asConsoleError, resolveInside } from '#engines/storage';
import { failureEvent, successEvent, type RunContext } from './decisionEvents.ts';
import { parseDuration } from './duration.ts';
import { performAct, type Ground } from './engine.ts';
import type { RetrainingEngine } from './parts.ts';
import { afterExecution, afterFailure, afterInterval, afterPause, afterReset, afterResume, afterTick, isBlocked, shortText } from './state.ts';

interface Asked {
  readonly actor: Actor;
  readonly revision?: string | undefined;
}

export interface PauseRequest extends Asked {
  readonly duration?: string | undefined;
  readonly until?: string | undefined;
  readonly reason?: string | undefined;
}

const invalid = (message: string, remedy: string, field: string): ConsoleError =>
  new ConsoleError('INPUT_INVALID', `${message} Nothing was changed.`, { remedy, details: { field } });

const blankAsNull = (text: string | undefined): string | null => (text === undefined || text.trim() === '' ? null : text.trim());

function pauseEnd(request: PauseRequest, now: Micros): Micros {
  if ((request.duration === undefined) === (request.until === undefined)) {
    throw invalid('A pause needs either a duration or an end, not both.', 'Give --duration 2h or --until 2026-11-20T18:00Z.', 'duration');
  }
  const until = request.until === undefined ? now + parseDuration(request.duration ?? '', 'duration') : parseInstant(request.until);
  if (until === null) throw invalid(`"${request.until ?? ''}" is no instant.`, 'Write it as ISO 8601, for example 2026-11-20T18:00:00+01:00.', 'until');
  if (until <= now) throw invalid(`The end ${microsText(until)} is not in the future (it is ${microsText(now)}).`, 'Give a later end.', 'until');
  return until;
}

export function pauseRetraining(engine: RetrainingEngine, request: PauseRequest): RetrainingChange {
  return performAct(engine, {
    actor: request.actor, operation: 'retraining.pause', act: 'pause', expectedRevision: request.revision,
    work: ({ state, now }) => {
      const until = pauseEnd(request, now);
      const reason = blankAsNull(request.reason);
      return { state: afterPause(state, until, reason, now), data: { until: microsText(until), reason } };
    },
  });
}

export function resumeRetraining(engine: RetrainingEngine, request: Asked): RetrainingChange {
  return performAct(engine, {
    actor: request.actor, operation: 'retraining.resume', act: 'resume', expectedRevision: request.revision,
    work: ({ state, now }) => {
      const next = afterResume(state, now);
      return { state: next, warnings: next === null ? ['Nothing was paused.'] : [] };
    },
  });
}

export function changeInterval(engine: RetrainingEngine, request: Asked & { readonly interval: string }): RetrainingChange {
  const interval = parseDuration(request.interval, 'interval');
  return performAct(engine, {
    actor: request.actor, operation: 'retraining.interval', act: 'interval', expectedRevision: request.revision,
    work: ({ state, now, rules }) => ({
      state: afterInterval(state, interval, { at: now, now, rules }),
      data: { interval: secondsOf(interval), previous_interval: secondsOf(state.interval) },
    }),
  });
}

export interface ResetRequest extends Asked {
  readonly reason: string;
  /** Jobs that have failures of their own: then there is something to forget although the schedule has none. */
  readonly jobs?: readonly string[];
}

export function resetFailures(engine: RetrainingEngine, request: ResetRequest): RetrainingChange {
  const reason = request.reason.trim();
  if ([...reason].length < 10) throw invalid('A reason of at least 10 characters is needed.', 'Say what was done about the cause.', 'reason');
  return performAct(engine, {
    actor: request.actor, operation: 'retraining.reset_failures', act: 'reset_failures', expectedRevision: request.revision,
    work: ({ state, now }) => {
      const jobs = request.jobs ?? [];
      const next = afterReset(state, now) ?? (jobs.length === 0 ? null : { ...state, updatedAt: now });
      return { state: next, data: { reason, failure_streak: state.failureStreak, jobs }, warnings: next === null ? ['There were no failures to forget.'] : [] };
    },
  });
}

/** A time that is told must not lie ahead of this clock by more than the tolerance. */
function toldTime(at: Micros | undefined, { now, rules }: Ground): Micros {
  if (at === undefined) return now;
  if (at > now + rules.tolerance) {
    throw invalid(`The time ${microsText(at)} lies ahead of this clock (${microsText(now)}).`, 'Check the clocks of both hosts.', 'at');
  }
  return at;
}

export interface ExecutedRequest extends Asked {
  readonly job?: string | undefined;
  readonly reason?: string | undefined;
  readonly at?: Micros;
}

/** For a training that was carried out elsewhere, on the word of a person; ends a pause, as the bot's own mark does. */
export function markExecuted(engine: RetrainingEngine, request: ExecutedRequest): RetrainingChange {
  return performAct(engine, {
    actor: request.actor, operation: 'retraining.mark_executed', act: 'mark_executed', expectedRevision: request.revision,
    work: (ground) => {
      const at = toldTime(request.at, ground);
      const run: RunContext = { job: request.job ?? 'manual', at };
      const reason = blankAsNull(request.reason);
      return {
        state: afterExecution(ground.state, { at, now: ground.now, rules: ground.rules, keepPause: false }),
        decision: (state) => successEvent(run, state, ground, { recorded_by: request.actor.name, recorded_manually: true, ...(reason === null ? {} : { note: reason }) }),
        data: { job: run.job, at: microsText(at), reason },
        warnings: [
          'This sets the last run. To end a cooldown without a training use "retraining reset-failures".',
          ...(ground.state.pausedUntil === null ? [] : ['The pause was ended with it.']),
        ],
      };
    },
  });
}

export interface TrainingSuccess {
  readonly actor: Actor;
  readonly run: RunContext;
  /** The artifact as it was saved: path relative to the workspace, and the SHA-256 of what was validated. */
  readonly artifact: { readonly path: string; readonly sha256: string };
  /** Everything that is wrong with the artifact; nothing for a sound one. */
  readonly validate: (artifact: Buffer) => readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

function requireArtifact(engine: RetrainingEngine, { artifact, validate }: TrainingSuccess): void {
  const { context } = engine;
  const path = resolveInside(context.fs, context.root, artifact.path, 'artifact');
  let bytes: Buffer;
  try {
    bytes = readPlainFile(context.fs, path, largestArtifact);
  } catch (error) {
    throw asConsoleError(error, 'read the artifact', path);
  }
  const found = createHash('sha256').update(bytes).digest('hex');
  const problems = found === artifact.sha256 ? validate(bytes) : [`it has the SHA-256 ${found}, not ${artifact.sha256}`];
  if (problems.length === 0) return;
  throw new ConsoleError('INTEGRITY', `The artifact ${artifact.path} is not the one that was trained, or not sound: ${problems.slice(0, 3).join('; ')}. No success was recorded.`, {
    remedy: 'Record the training as failed, and train again.', details: { path: artifact.path, problems: problems.slice(0, 50) },
  });
}

/** For the console's own trainings. A pause that still runs stays. */
export function recordSuccess(engine: RetrainingEngine, success: TrainingSuccess): RetrainingChange {
  requireArtifact(engine, success);
  return performAct(engine, {
    actor: success.actor, operation: null, act: 'training_succeeded',
    work: (ground) => {
      const at = toldTime(success.run.at, ground);
      return {
        state: afterExecution(ground.state, { at, now: ground.now, rules: ground.rules, keepPause: true }),
        decision: (state) => successEvent(success.run, state, ground, { ...success.metadata, artifact_path: success.artifact.path, artifact_sha256: success.artifact.sha256 }),
        data: { job: success.run.job, at: microsText(at), artifact: success.artifact },
      };
    },
  });
}

export interface TrainingFailure {
  readonly actor: Actor;
  readonly run: RunContext;
  readonly errorType: string;
  readonly errorMessage: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Inside a running cooldown the failure is remembered, and neither lengthens the streak nor the cooldown. */
export function markFailure(engine: RetrainingEngine, failure: TrainingFailure): RetrainingChange {
  const reason = [failure.errorType, failure.errorMessage].filter((text) => text.trim() !== '').join(': ');
  return performAct(engine, {
    actor: failure.actor, operation: null, act: 'training_failed',
    work: (ground) => {
      const moment = { at: toldTime(failure.run.at, ground), now: ground.now, rules: ground.rules };
      const counted = !isBlocked(ground.state, moment);
      return {
        state: afterFailure(ground.state, moment, reason === '' ? null : reason),
        decision: (state) => failureEvent(failure.run, state, ground, {
          error_type: failure.errorType, error_message: failure.errorMessage, ...failure.metadata, ...(counted ? {} : { counted: false }),
        }),
        data: { job: failure.run.job, at: microsText(moment.at), error: shortText(reason), counted },
        warnings: counted ? [] : ['The failure fell into a running cooldown and does not count.'],
      };
    },
  });
}

/** Clears a pause that has ended. For the console's own clock; nothing is written where there is none. */
export function tickSchedule(engine: RetrainingEngine, actor: Actor): RetrainingChange {
  return performAct(engine, {
    actor, operation: null, act: 'pause_ended',
    work: ({ state, now, reading }) => ({ state: reading.document === 'ok' ? afterTick(state, now) : null }),
  });
}
