/**
 * Promise: a decision is written to the history before the report shows it, and what a crash left between the two is
 * completed at the next occasion. What another program changed in the meantime is never overwritten.
 *
 * Order: intent in the journal, line in the history (from then on the decision counts), block in the report, outcome in
 * the journal.
 */
import { asConsoleError, isMissing, replaceFile, withLock, type EngineContext } from '#engines/storage';
import { ConsoleError, isConsoleError, type Actor, type ConsoleConfig, type SignOffGate, type SignOffPolicy, type SignOffRecord, type SignOffStatus } from '#contract';
import { indentedJson, isMembers, readPlainFile, type JsonMembers, type JsonValue } from '#engines/artifacts';
import type { Journal } from '#engines/journal';
import { placeOf } from '#engines/workspace';
import { instantText, parseIsoTime } from '#engines/reports';
import { blockOf, isBefore, isCompleted, lastRecords, matchesRecord, roleStates } from './effective.ts';
import { evidenceIn, signOffEntry } from './evidence.ts';
import { gate } from './gate.ts';
import { appendRecord, provenHistory, readHistory, type History } from './history.ts';
import { signOffPolicyOf } from './policy.ts';
import { largestReport, reportFrom, reportPlace, type AuditReport, type ReportPlace } from './reports.ts';

export type SignOffJournal = Pick<Journal, 'append' | 'list'>;

export interface SignInput {
  readonly report: string;
  readonly role: string;
  readonly status: Exclude<SignOffStatus, 'pending'>;
  readonly notes?: string | undefined;
  readonly expires_at?: string | undefined;
  readonly expected_hash?: string | undefined;
}

export interface SignRequest {
  readonly actor: Actor;
  readonly config: ConsoleConfig;
  readonly journal: SignOffJournal;
}

export interface Signed {
  readonly record: SignOffRecord;
  /** False where the report could not be rewritten; the decision counts all the same and is carried over later. */
  readonly report_updated: boolean;
  readonly gate: SignOffGate;
}

const operation = 'signoffs.sign';
const shortestNote = 10;
const dayMicros = 86_400_000_000n;

const refuse = (field: string, message: string, remedy: string): ConsoleError =>
  new ConsoleError('INPUT_INVALID', `${message} Nothing was signed.`, { remedy, details: { field } });

/** Instants in these files end in `+00:00` and have a fraction only where it is not zero. */
const nowText = (context: EngineContext): string => {
  const now = context.clock.now();
  const seconds = Math.floor(now / 1000);
  return instantText({ seconds, micros: Math.round((now - seconds * 1000) * 1000) });
};

function expiryOf(context: EngineContext, input: SignInput, policy: SignOffPolicy): string | null {
  if (input.status !== 'waived') {
    if (input.expires_at !== undefined) throw refuse('expires_at', 'Only a waiver ends by itself.', 'Leave "expires_at" out.');
    return null;
  }
  const parsed = parseIsoTime((input.expires_at ?? '').trim().replace(/z$/u, 'Z'));
  if (parsed === null) throw refuse('expires_at', 'A waiver needs the instant at which it ends.', 'Give "expires_at" as an ISO 8601 date or instant.');
  const end = BigInt(parsed.instant.seconds) * 1_000_000n + BigInt(parsed.instant.micros);
  const now = BigInt(Math.floor(context.clock.now())) * 1000n;
  if (end <= now) throw refuse('expires_at', 'The waiver would have ended already.', 'Give an instant in the future.');
  if (end > now + BigInt(policy.longest_waiver_days) * dayMicros) {
    throw refuse('expires_at', `The policy allows waivers of at most ${policy.longest_waiver_days} days.`, 'Give an earlier instant.');
  }
  return instantText(parsed.instant);
}

function notesOf(input: SignInput): string | null {
  const notes = input.notes?.trim() ?? '';
  if ((input.status === 'waived' || input.status === 'rejected') && notes.length < shortestNote) {
    throw refuse('notes', `To set "${input.status}" needs notes of at least ${shortestNote} characters.`, 'Say why in "notes".');
  }
  if (!notes.isWellFormed()) throw refuse('notes', 'The notes hold half of a character pair.', 'Write them anew.');
  return notes === '' ? null : notes;
}

function roleOf(input: SignInput, policy: SignOffPolicy, actor: Actor): string {
  const role = input.role.trim().toLowerCase();
  if (!policy.roles.includes(role)) throw refuse('role', `"${role}" is no role of the policy.`, `Roles are ${policy.roles.join(', ')}.`);
  const signers = policy.signers[role];
  if (signers !== undefined && !signers.includes(actor.os_user)) {
    throw new ConsoleError('FORBIDDEN', `${actor.os_user} may not sign as ${role}. Nothing was signed.`, {
      remedy: `Ask ${signers.join(' or ')}, or change sign_offs.signers in config/console.json.`, details: { field: 'role', role },
    });
  }
  return role;
}

function bytesOf(context: EngineContext, place: ReportPlace): Buffer {
  try {
    if (context.fs.lstat(place.path).kind !== 'file') {
      throw new ConsoleError('PATH_INVALID', `${place.name} is no plain file. Nothing was signed.`, { remedy: 'Sign the report itself, not a link to it.', details: { field: 'report' } });
    }
    return readPlainFile(context.fs, place.path, largestReport);
  } catch (error) {
    if (!isMissing(error)) throw asConsoleError(error, 'read', place.path);
    throw new ConsoleError('NOT_FOUND', `There is no report ${place.kind}/${place.name}. Nothing was signed.`, { remedy: 'See "sterownia signoffs pending".', details: { field: 'report' } });
  }
}

/** The report with the block of one role set; members that we do not know stay as they are. */
function withBlock(content: JsonMembers, record: SignOffRecord): JsonMembers {
  const all = content.get('sign_off');
  const old = isMembers(all) ? all.get(record.role) : undefined;
  const block = new Map<string, JsonValue>([
    ...(isMembers(old) ? old : []), ['status', record.status], ['signed_by', record.signed_by], ['timestamp', record.at], ['notes', record.notes ?? ''],
  ]);
  block.delete('expires_at');
  if (record.expires_at !== null) block.set('expires_at', record.expires_at);
  return new Map<string, JsonValue>([...content, ['sign_off', new Map<string, JsonValue>([...(isMembers(all) ? all : []), [record.role, block]])]]);
}

/** Writes the block unless the report is another one than `expected` by now. */
function project(context: EngineContext, place: ReportPlace, content: JsonMembers, record: SignOffRecord, expected: Buffer): boolean {
  if (!bytesOf(context, place).equals(expected)) return false;
  const { mode } = context.fs.lstat(place.path);
  replaceFile(context.fs, place.path, Buffer.from(indentedJson(withBlock(content, record)), 'utf8'), mode & 0o777);
  return true;
}

const locked = <T>(context: EngineContext, work: () => T): T => withLock(placeOf(context, 'locks'), 'sign_offs', { purpose: 'sign a report' }, work);

const dataOf = (record: SignOffRecord): Readonly<Record<string, unknown>> => ({
  report: record.report, kind: record.kind, report_hash: record.report_hash, role: record.role, status: record.status, signed_by: record.signed_by,
  notes: record.notes, expires_at: record.expires_at, previous: record.previous,
});

function carryOver(context: EngineContext, record: SignOffRecord): boolean {
  const place = reportPlace(context, record.report);
  try {
    const bytes = bytesOf(context, place);
    const { content, hash } = reportFrom(context, place.kind, place.name, bytes);
    if (content === null || hash !== record.report_hash) return false;
    const block = blockOf(content, record.role);
    if (matchesRecord(block, record) || !isBefore(block, record)) return matchesRecord(block, record);
    return project(context, place, content, record, bytes);
  } catch (error) {
    if (isConsoleError(error) && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}

export interface Recovered {
  readonly id: string;
  readonly outcome: 'completed' | 'reverted';
}

/** Acts of the journal that have an intent and no outcome. Only the last few can: each act settles those before it. */
function unsettled(journal: SignOffJournal): readonly string[] {
  const { entries } = journal.list({ type: [signOffEntry], limit: 20 });
  const settled = new Set(entries.filter((entry) => entry.stage === 'outcome').map((entry) => entry.subject));
  return entries.filter((entry) => entry.stage === 'intent' && !settled.has(entry.subject)).flatMap((entry) => entry.subject ?? []).toReversed();
}

function recoverUnderLock(context: EngineContext, request: Pick<SignRequest, 'actor' | 'journal'>, history: History): readonly Recovered[] {
  const last = history.records.at(-1);
  if (last !== undefined) carryOver(context, last);
  return unsettled(request.journal).map((id) => {
    const record = history.records.find((one) => one.id === id);
    const outcome = record === undefined ? 'reverted' as const : 'completed' as const;
    request.journal.append({
      actor: request.actor, type: signOffEntry, stage: 'outcome', operation, subject: id,
      data: { status: outcome, recovered: true, ...(record === undefined ? {} : { ...dataOf(record), history_hash: record.hash }) },
    });
    return { id, outcome };
  });
}

/** Completes what a crash left. Cheap when there is nothing; call it when a workspace is opened. */
export function recoverSignOffs(context: EngineContext, request: Pick<SignRequest, 'actor' | 'journal'>): readonly Recovered[] {
  return locked(context, () => recoverUnderLock(context, request, readHistory(context)));
}

function checkReport(report: AuditReport, input: SignInput): asserts report is AuditReport & { content: JsonMembers; hash: string } {
  if (report.content === null || report.hash === null) {
    throw new ConsoleError('DOCUMENT_CORRUPT', `${report.report} cannot be read: ${report.judgement.detail}. Nothing was signed.`, {
      remedy: 'Repair the report, or move it out of the folder and say so in the incident log.', details: { field: 'report', path: report.path },
    });
  }
  if (input.expected_hash !== undefined && input.expected_hash !== report.hash) {
    throw new ConsoleError('REVISION_CONFLICT', `${report.report} is not the report any more that was looked at. Nothing was signed.`, {
      remedy: 'Look at it again.', details: { field: 'expected_hash', content_hash: report.hash },
    });
  }
}

function checkFourEyes(context: EngineContext, report: AuditReport, role: string, status: SignOffStatus, actor: Actor, policy: SignOffPolicy, history: History): void {
  if (!policy.four_eyes || !isCompleted(status)) return;
  const others = policy.roles.filter((other) => other !== role);
  const now = BigInt(Math.floor(context.clock.now())) * 1000n;
  const same = (name: string | null): boolean => name !== null && [actor.os_user, actor.name].some((own) => own.trim().toLowerCase() === name.trim().toLowerCase());
  const taken = roleStates(report, others, lastRecords(history.records), { ...policy, four_eyes: false }, now).find((state) => state.completed && same(state.signedBy));
  if (taken === undefined) return;
  throw new ConsoleError('FORBIDDEN', `${actor.os_user} has signed ${report.report} as ${taken.role} already. Nothing was signed.`, {
    remedy: `Another person must sign as ${role}.`, details: { field: 'role', role, signed_as: taken.role, reason: 'same_person' },
  });
}

const signerOf = (actor: Actor): string => (actor.os_user.trim() === '' ? actor.name : actor.os_user);

export function sign(context: EngineContext, input: SignInput, request: SignRequest): Signed {
  const { policy, problem } = signOffPolicyOf(request.config);
  if (problem !== null) throw refuse('sign_offs', `The policy cannot be relied on: ${problem}.`, 'Repair config/console.json.');
  const role = roleOf(input, policy, request.actor);
  const notes = notesOf(input);
  const expiresAt = expiryOf(context, input, policy);
  const place = reportPlace(context, input.report);
  const result = locked(context, () => {
    const history = provenHistory(context, evidenceIn(request.journal));
    if (history.problems.length > 0) {
      throw new ConsoleError('INTEGRITY', `The history of sign-offs was changed: ${history.problems[0] ?? ''}. Nothing was signed.`, {
        remedy: 'Restore audit/ai_decision/signoffs/history.jsonl from a backup.', details: { problems: history.problems.slice(0, 20) },
      });
    }
    recoverUnderLock(context, request, history);
    const bytes = bytesOf(context, place);
    const report = reportFrom(context, place.kind, place.name, bytes);
    checkReport(report, input);
    checkFourEyes(context, report, role, input.status, request.actor, policy, history);
    const { status, signed_by, timestamp } = blockOf(report.content, role);
    const draft = {
      id: context.ids.next(), at: nowText(context), report: report.report, kind: report.kind, report_hash: report.hash, role, status: input.status,
      signed_by: signerOf(request.actor), actor: request.actor, notes, expires_at: expiresAt, previous: { status, signed_by, timestamp },
    };
    return commit(context, request, history, draft, { place, bytes, content: report.content });
  });
  return { ...result, gate: gate(context, request.config, evidenceIn(request.journal)) };
}

interface Target {
  readonly place: ReportPlace;
  readonly bytes: Buffer;
  readonly content: JsonMembers;
}

function commit(context: EngineContext, request: SignRequest, history: History, draft: Parameters<typeof appendRecord>[2], target: Target): Omit<Signed, 'gate'> {
  const entry = { actor: request.actor, type: signOffEntry, operation, subject: draft.id };
  const { id: _id, at: _at, actor: _actor, ...data } = draft;
  request.journal.append({ ...entry, stage: 'intent', data });
  let record: SignOffRecord;
  try {
    if (!bytesOf(context, target.place).equals(target.bytes)) {
      throw new ConsoleError('REVISION_CONFLICT', `${draft.report} was changed by another program in between. Nothing was signed.`, { remedy: 'Look at it again, then sign.', details: { field: 'report' } });
    }
    record = appendRecord(context, history, draft);
  } catch (error) {
    if (!readHistoryQuietly(context).some((one) => one.id === draft.id)) {
      request.journal.append({ ...entry, stage: 'outcome', data: { status: 'refused', error: error instanceof Error ? error.message : String(error) } });
    }
    throw error;
  }
  const updated = projectQuietly(context, target, record);
  request.journal.append({ ...entry, stage: 'outcome', data: { status: 'completed', ...dataOf(record), history_hash: record.hash, report_updated: updated } });
  return { record, report_updated: updated };
}

function readHistoryQuietly(context: EngineContext): readonly SignOffRecord[] {
  try {
    return readHistory(context).records;
  } catch {
    return [];
  }
}

/** The decision stands in the history by now; a report that cannot be written is carried over later. */
function projectQuietly(context: EngineContext, target: Target, record: SignOffRecord): boolean {
  try {
    return project(context, target.place, target.content, record, target.bytes);
  } catch (error) {
    const known = asConsoleError(error, 'write', target.place.path);
    if (known.code === 'INTERNAL') throw error;
    context.log.warn('a sign-off is in the history, but the report could not be rewritten', { report: record.report, error: known.message });
    return false;
  }
}
