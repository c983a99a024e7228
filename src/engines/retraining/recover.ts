/**
 * After a crash: every act on the schedule that has an intent and no outcome gets one, and what the file says decides which.
 *
 * Promise: when this returns, file, journal and decision journal tell the same story. Running it again changes nothing.
 */
import type { Actor, JournalEntry } from '#contract';
import { ensureDecision, nowMicros, type DecisionEntry } from '#engines/decisions';
import { lockedSchedule, readSchedule, removeLeftovers } from './document.ts';
import { scheduleEntryType, type RetrainingEngine } from './parts.ts';
import { rulesOf } from './state.ts';

const looked = 200;

export interface RecoveredAct {
  readonly subject: string;
  readonly act: string;
  /** completed: the file has it. reverted: it never reached the file. unknown: somebody wrote the file since. */
  readonly status: 'completed' | 'reverted' | 'unknown';
}

export function unfinishedActs(engine: RetrainingEngine): readonly JournalEntry[] {
  const ended = new Set<string>();
  const open: JournalEntry[] = [];
  for (const entry of engine.entries([scheduleEntryType], looked)) {
    if (entry.subject === null) continue;
    if (entry.stage === 'outcome') ended.add(entry.subject);
    else if (entry.stage === 'intent' && !ended.has(entry.subject)) open.push(entry);
  }
  return open.toReversed();
}

export function recoverSchedule(engine: RetrainingEngine, actor: Actor): readonly RecoveredAct[] {
  if (unfinishedActs(engine).length === 0) return [];
  return lockedSchedule(engine.context, 'recover the schedule', () => {
    removeLeftovers(engine.context);
    return settleUnfinished(engine, actor);
  });
}

/** To be called under the lock of the schedule: then an intent without outcome is nobody's who still works on it. */
export const settleUnfinished = (engine: RetrainingEngine, actor: Actor): readonly RecoveredAct[] =>
  unfinishedActs(engine).map((intent) => settleIntent(engine, actor, intent));

function decisionOf(intent: JournalEntry): DecisionEntry | null {
  const { decision } = intent.data;
  if (typeof decision !== 'object' || decision === null) return null;
  return Object.fromEntries(Object.entries(decision).map(([key, value]) => [key, String(value)]));
}

function settleIntent(engine: RetrainingEngine, actor: Actor, intent: JournalEntry): RecoveredAct {
  const { context } = engine;
  const current = readSchedule(context, nowMicros(context.clock), rulesOf(engine.config())).revision;
  const status = current === intent.data['after_revision'] ? 'completed' : current === intent.data['before_revision'] ? 'reverted' : 'unknown';
  const decision = decisionOf(intent);
  if (status === 'completed' && decision !== null) ensureDecision(context, decision);
  const act = String(intent.data['act']);
  const subject = intent.subject ?? '';
  engine.record({
    actor: { ...actor, door: 'recovery' }, type: scheduleEntryType, stage: 'outcome', operation: intent.operation, subject,
    data: { act, status, recovered: true, revision: current, ...(status === 'completed' ? { after: intent.data['after'] } : {}) },
  });
  return { subject, act, status };
}
