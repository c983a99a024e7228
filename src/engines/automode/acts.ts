/**
 * What a person does to AutoMode: pause, resume, kill, release.
 *
 * Promise: whatever state the document is in, a person's word is written down or refused with a reason; a kill switch that
 * the journal knows of is not lost with a damaged document.
 */
import { ConsoleError, type Actor, type AutomodeChange } from '#contract';
import { nowMicros, parseInstant, type Micros } from '#engines/decisions';
import { parseDuration } from '#engines/retraining';
import { automationOf, pauseAt } from './automation.ts';
import { performAct, type Outcome, type StateAct } from './engine.ts';
import { zoned } from './instants.ts';
import { stateEntryType, type AutomodeParts } from './parts.ts';

export interface PauseRequest {
  readonly actor: Actor;
  readonly duration?: string | undefined;
  readonly until?: string | undefined;
  readonly reason: string;
}

export interface ReasonRequest {
  readonly actor: Actor;
  readonly reason: string;
}

const invalid = (message: string, remedy: string, field: string): ConsoleError =>
  new ConsoleError('INPUT_INVALID', `${message} Nothing was changed.`, { remedy, details: { field } });

const shortestReason = 10;

function reasonOf(given: string): string {
  const reason = given.trim();
  if ([...reason].length < shortestReason) throw invalid(`A reason of at least ${shortestReason} characters is needed.`, 'Say why.', 'reason');
  return reason.toWellFormed();
}

/** Null: it lasts until somebody resumes. */
function pauseEnd({ duration, until }: PauseRequest, now: Micros): Micros | null {
  if (duration !== undefined && until !== undefined) throw invalid('A pause has either a duration or an end, not both.', 'Give --duration 2h or --until 2026-11-20T18:00Z.', 'duration');
  if (duration !== undefined) return now + parseDuration(duration, 'duration');
  if (until === undefined) return null;
  const end = parseInstant(until);
  if (end === null) throw invalid(`"${until}" is no instant.`, 'Write it as ISO 8601, for example 2026-11-20T18:00:00+01:00.', 'until');
  if (end <= now) throw invalid(`The end ${zoned(end)} is not in the future (it is ${zoned(now)}).`, 'Give a later end.', 'until');
  return end;
}

const nothing = (warning: string): Outcome => ({ next: null, warnings: [warning] });

function change(parts: AutomodeParts, act: Omit<StateAct, 'type'>): AutomodeChange {
  const done = performAct(parts, { ...act, type: stateEntryType });
  return { changed: done.changed, warnings: [...done.warnings], automation: automationOf(parts) };
}

export function pauseAutomode(parts: AutomodeParts, request: PauseRequest): AutomodeChange {
  const now = nowMicros(parts.context.clock);
  const end = pauseEnd(request, now);
  const pause = { until: end === null ? null : zoned(end), reason: reasonOf(request.reason), by: request.actor.name, at: zoned(now) };
  return change(parts, {
    actor: request.actor, operation: 'automode.pause', act: 'pause',
    work: ({ document }) => ({ next: { ...document, pause }, data: { until: pause.until, reason: pause.reason } }),
  });
}

export function resumeAutomode(parts: AutomodeParts, { actor }: Pick<ReasonRequest, 'actor'>): AutomodeChange {
  return change(parts, {
    actor, operation: 'automode.resume', act: 'resume',
    work: ({ document }) => {
      const pause = pauseAt(document, nowMicros(parts.context.clock));
      return pause === null ? nothing('Nothing was paused.') : { next: { ...document, pause: null }, data: { paused_by: pause.by, paused_reason: pause.reason } };
    },
  });
}

export function killAutomode(parts: AutomodeParts, request: ReasonRequest): AutomodeChange {
  const reason = reasonOf(request.reason);
  return change(parts, {
    actor: request.actor, operation: 'automode.kill', act: 'kill',
    work: ({ document }) => (document.kill_switch === null
      ? { next: { ...document, kill_switch: { reason, by: request.actor.name, at: zoned(nowMicros(parts.context.clock)) } }, data: { reason } }
      : nothing(`The kill switch has been engaged since ${document.kill_switch.at}, by ${document.kill_switch.by}.`)),
  });
}

export function releaseAutomode(parts: AutomodeParts, request: ReasonRequest): AutomodeChange {
  const reason = reasonOf(request.reason);
  return change(parts, {
    actor: request.actor, operation: 'automode.release', act: 'release',
    work: ({ document }) => (document.kill_switch === null
      ? nothing('The kill switch was not engaged.')
      : { next: { ...document, kill_switch: null }, data: { reason, engaged_by: document.kill_switch.by, engaged_reason: document.kill_switch.reason } }),
  });
}
