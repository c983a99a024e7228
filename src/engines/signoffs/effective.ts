/**
 * Promise: of what a report says and what the history says, the stricter one counts wherever they disagree without a
 * reason that is known; a signature is bound to the content that was signed, and ends when its waiver does.
 */
import { signOffStatuses, type MissingReason, type SignOffPolicy, type SignOffRecord, type SignOffStatus } from '#contract';
import { memberOf, textOf, type JsonMembers } from '#engines/artifacts';
import { microsOfText, signOffBlock, type AuditReport } from './reports.ts';

export interface RoleState {
  readonly role: string;
  readonly status: SignOffStatus;
  readonly completed: boolean;
  readonly reason: MissingReason | null;
  readonly signedBy: string | null;
  readonly timestamp: string | null;
  readonly notes: string | null;
  readonly expiresAt: string | null;
  readonly recorded: boolean;
}

/** What a report says about a role, in the earlier format. */
export interface Block {
  readonly status: string | null;
  readonly signed_by: string | null;
  readonly timestamp: string | null;
  readonly notes: string | null;
  readonly expires_at: string | null;
}

export const isCompleted = (status: SignOffStatus): boolean => status === 'approved' || status === 'waived';

export function blockOf(report: JsonMembers, role: string): Block {
  const block = signOffBlock(report, role) ?? undefined;
  const text = (key: string): string | null => textOf(memberOf(block, key))?.toWellFormed() ?? null;
  return { status: text('status'), signed_by: text('signed_by'), timestamp: text('timestamp'), notes: text('notes'), expires_at: text('expires_at') };
}

export const matchesRecord = (block: Block, record: SignOffRecord): boolean =>
  block.status === record.status && block.signed_by === record.signed_by && block.timestamp === record.at;

/** True while the report still says what it said before the record: the record was not carried over yet. */
export const isBefore = (block: Block, record: SignOffRecord): boolean =>
  block.status === record.previous.status && block.signed_by === record.previous.signed_by && block.timestamp === record.previous.timestamp;

const later = (block: Block, record: SignOffRecord): boolean => {
  const [mine, theirs] = [block.timestamp === null ? null : microsOfText(block.timestamp), microsOfText(record.at)];
  return mine !== null && theirs !== null && mine > theirs;
};

function knownStatus(text: string | null): SignOffStatus | null {
  const plain = text?.toLowerCase() ?? '';
  return signOffStatuses.find((status) => status === plain) ?? null;
}

const reasonOf: Readonly<Record<SignOffStatus, MissingReason | null>> = {
  pending: 'unsigned', approved: null, rejected: 'rejected', escalated: 'escalated', waived: null, investigating: 'investigating',
};

function waiverReason(expiresAt: string | null, now: bigint): MissingReason | null {
  const end = expiresAt === null ? null : microsOfText(expiresAt);
  if (end === null) return 'waiver_without_expiry';
  return now >= end ? 'waiver_expired' : null;
}

function stateOf(role: string, source: Block, now: bigint, recorded: boolean, override: MissingReason | null = null): RoleState {
  const known = knownStatus(source.status);
  const status = known ?? 'pending';
  const own = known === null && source.status !== null ? 'unknown_status' : status === 'waived' ? waiverReason(source.expires_at, now) : reasonOf[status];
  const reason = override ?? own;
  return {
    role, status, completed: reason === null, reason, signedBy: source.signed_by, timestamp: source.timestamp, notes: source.notes,
    expiresAt: source.expires_at, recorded,
  };
}

const blockFrom = (record: SignOffRecord): Block =>
  ({ status: record.status, signed_by: record.signed_by, timestamp: record.at, notes: record.notes, expires_at: record.expires_at });

/** Why a signature that the history does not know cannot count, whoever wrote it into the report. */
function unrecordedFault(role: string, block: Block, policy: SignOffPolicy): MissingReason | null {
  if (!isCompleted(knownStatus(block.status) ?? 'pending')) return null;
  if (policy.recorded_only) return 'unrecorded';
  const signers = policy.signers[role];
  return signers === undefined || signers.includes(block.signed_by?.trim() ?? '') ? null : 'signer_unknown';
}

function roleState(role: string, report: JsonMembers, hash: string | null, last: SignOffRecord | null, policy: SignOffPolicy, now: bigint): RoleState {
  const block = blockOf(report, role);
  const claims = isCompleted(knownStatus(block.status) ?? 'pending');
  const unrecorded = unrecordedFault(role, block, policy);
  if (last === null) return stateOf(role, block, now, false, unrecorded);
  if (matchesRecord(block, last) || isBefore(block, last)) {
    if (last.report_hash === hash) return stateOf(role, blockFrom(last), now, true);
    return matchesRecord(block, last) ? stateOf(role, block, now, true, isCompleted(last.status) ? 'content_changed' : null) : stateOf(role, block, now, false, unrecorded);
  }
  if (!claims) return stateOf(role, block, now, false);
  if (unrecorded !== null) return stateOf(role, block, now, false, unrecorded);
  // Another program may sign after us; a completed state that is older than what we recorded is no decision of anybody.
  return stateOf(role, block, now, false, later(block, last) ? null : 'contradicts_history');
}

const person = (name: string | null): string | null => (name === null || name.trim() === '' ? null : name.trim().toLowerCase());

/**
 * Of two roles signed by one person only the earlier signature counts; of two at the same instant neither. A signature without
 * a name may be anybody's, and does not count beside another one.
 */
function fourEyes(states: readonly RoleState[]): readonly RoleState[] {
  return states.map((state) => {
    const self = person(state.signedBy);
    if (!state.completed) return state;
    if (self === null) return states.some((other) => other !== state && other.completed) ? { ...state, completed: false, reason: 'signer_unknown' as const } : state;
    const mine = state.timestamp === null ? null : microsOfText(state.timestamp);
    const clash = states.some((other) => {
      if (other === state || !other.completed || person(other.signedBy) !== self) return false;
      const theirs = other.timestamp === null ? null : microsOfText(other.timestamp);
      return mine === null || theirs === null || theirs <= mine;
    });
    return clash ? { ...state, completed: false, reason: 'same_person' as const } : state;
  });
}

/** True where the history alone says that every role has settled the report, and that this still holds. */
export const settledByHistory = (report: string, roles: readonly string[], last: LastRecords, now: bigint): boolean => roles.every((role) => {
  const record = last.get(recordKey(report, role));
  return record !== undefined && isCompleted(record.status) && (record.status !== 'waived' || waiverReason(record.expires_at, now) === null);
});

/** The last record of each report and role. */
export type LastRecords = ReadonlyMap<string, SignOffRecord>;

export const recordKey = (report: string, role: string): string => `${report}\0${role}`;

export const lastRecords = (records: readonly SignOffRecord[]): LastRecords => new Map(records.map((record) => [recordKey(record.report, record.role), record]));

/** States of the roles, in order. Empty for a report that cannot be read. */
export function roleStates(report: AuditReport, roles: readonly string[], last: LastRecords, policy: SignOffPolicy, now: bigint): readonly RoleState[] {
  const { content, hash } = report;
  if (content === null) return [];
  // Four eyes look at every role of the policy, also when only one is asked about.
  const all = [...new Set([...policy.roles, ...roles])].map((role) => roleState(role, content, hash, last.get(recordKey(report.report, role)) ?? null, policy, now));
  const judged = policy.four_eyes ? fourEyes(all) : all;
  return judged.filter((state) => roles.includes(state.role));
}
