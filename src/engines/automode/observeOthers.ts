/**
 * What other programs do to the schedule and to sign-offs, noted in the operations journal once, so that "as of" knows of it.
 *
 * Promise: what cannot be read is not noted, and neither is what the console did itself. A schedule that was only written
 * anew, with the same content, is no news.
 */
import { auditReportKinds, type Actor } from '#contract';
import { nowMicros, parseInstant, type Micros } from '#engines/decisions';
import { lockedSchedule, readSchedule, rulesOf, scheduleFields, scheduleFile } from '#engines/retraining';
import { lastRecords, readFolder, readHistory, roleStates, signOffPolicyOf, type AuditReport, type ReportCache, type RoleState } from '#engines/signoffs';
import type { EngineContext } from '#engines/storage';
import type { ModelRecord } from '#engines/models';
import type { AsOfIndexes } from './asOf.ts';
import { scheduleSeenType, signOffSeenType } from './entryTypes.ts';
import { scheduleKey, signOffKey, type ScheduleThen, type SignOffThen } from './facets.ts';
import type { AutomodeParts } from './parts.ts';

type Then = () => AsOfIndexes;
type Note = Pick<ModelRecord, 'type' | 'subject' | 'data'>;

/** All with one flush where that can be had. */
function record(parts: AutomodeParts, actor: Actor, notes: readonly Note[]): number {
  const entries = notes.map((note) => ({ ...note, actor, stage: 'note' as const, operation: null }));
  const { recordAll } = parts.models.journal;
  if (recordAll !== undefined && entries.length > 0) recordAll(entries);
  else for (const entry of entries) parts.record(entry);
  return entries.length;
}

const plain = ['last_run', 'interval', 'last_failure', 'failure_streak', 'last_failure_reason', 'cooldown_until'] as const;

/** What makes two schedules the same: `next_run` follows from the rest and the clock, and a pause that has ended is none. */
function content(schedule: ScheduleThen, now: Micros): readonly unknown[] {
  const until = schedule['paused_until'];
  const end = typeof until === 'string' ? parseInstant(until) : null;
  const pause = end === null || end <= now ? [null, null] : [until, schedule['paused_reason'] ?? null];
  return [...plain.map((field) => schedule[field] ?? null), ...pause];
}

const isSame = (a: ScheduleThen, b: ScheduleThen, now: Micros): boolean => JSON.stringify(content(a, now)) === JSON.stringify(content(b, now));

function scheduleNote(parts: AutomodeParts, then: AsOfIndexes): readonly Note[] {
  const now = nowMicros(parts.context.clock);
  const rules = rulesOf(parts.training.config());
  const reading = readSchedule(parts.context, now, rules);
  if (reading.document !== 'ok' && reading.document !== 'missing') return [];
  const known = then.schedule.latest(scheduleKey);
  const found = reading.document === 'ok' ? { ...scheduleFields(reading.state, now, rules) } : null;
  if (found === null ? known === null : known !== null && isSame(known, found, now)) return [];
  return [{ type: scheduleSeenType, subject: `schedule-${reading.revision?.slice(0, 16) ?? 'gone'}`, data: { path: scheduleFile, revision: reading.revision, after: found } }];
}

/** `then` gives what the journal says at that moment. Returns how many notes were made. */
export function observeSchedule(parts: AutomodeParts, then: Then, actor: Actor): number {
  if (scheduleNote(parts, then()).length === 0) return 0;
  // Under the lock no act of a console is between the file and its entry.
  return lockedSchedule(parts.context, 'note what another program did to the schedule', () => record(parts, actor, scheduleNote(parts, then())));
}

/** What a block says that the console did not write itself; null where nobody signed. */
function signOffIn(report: AuditReport, { status, reason, signedBy, notes, expiresAt }: RoleState): SignOffThen | null {
  if (status === 'pending' && reason === 'unsigned') return null;
  return { status, signed_by: signedBy, notes: notes === '' ? null : notes, expires_at: expiresAt, report_hash: report.hash };
}

/** The content of the report is no part of it: that it changed afterwards signs nothing. */
const sameSignOff = (a: SignOffThen | null, b: SignOffThen | null): boolean =>
  (a === null || b === null ? a === b : a.status === b.status && a.signed_by === b.signed_by && a.notes === b.notes && a.expires_at === b.expires_at);

function notesOfReport(report: AuditReport, states: readonly RoleState[], then: AsOfIndexes): readonly Note[] {
  return states.filter(({ recorded }) => !recorded).flatMap((state) => {
    const found = signOffIn(report, state);
    if (sameSignOff(found, then.signOffs.latest(signOffKey(report.report, state.role)))) return [];
    return [{ type: signOffSeenType, subject: `${report.report}#${state.role}`, data: { report: report.report, kind: report.kind, role: state.role, signed_at: found === null ? null : state.timestamp, ...found } }];
  });
}

/** Reports as they were read last, for each workspace and thread: they are many and rarely change. */
const caches = new WeakMap<EngineContext, ReportCache>();

function cacheOf(context: EngineContext): ReportCache {
  const known = caches.get(context) ?? new Map();
  caches.set(context, known);
  return known;
}

export function observeSignOffs(parts: AutomodeParts, then: Then, actor: Actor): number {
  const { context } = parts;
  const { policy, problem } = signOffPolicyOf(parts.policy().config);
  const { records, problems } = readHistory(context);
  // Without policy or history nobody can tell whose a signature is; the gate is shut then, and says so.
  if (problem !== null || problems.length > 0) return 0;
  const [indexes, last, now, cache] = [then(), lastRecords(records), nowMicros(context.clock), cacheOf(context)];
  const reports = auditReportKinds.flatMap((kind) => readFolder(context, kind, cache).reports);
  return record(parts, actor, reports.flatMap((report) => notesOfReport(report, roleStates(report, policy.roles, last, { ...policy, four_eyes: false }, now), indexes)));
}

