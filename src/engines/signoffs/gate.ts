/**
 * Promise: the gate is open only when it is proven that every alert is signed by every role. No report, a report or folder
 * that cannot be read, one that was taken away before it was settled, a history that was changed or cut, a policy that makes
 * no sense or cannot be read: each of them shuts it. Reading writes nothing.
 */
import { isConsoleError, type ConsoleConfig, type MissingSignOff, type SignOffGate, type SignOffPolicy, type SignOffRecord, type SignOffReport } from '#contract';
import { displayName, isoNow, type Clock, type EngineContext } from '#engines/storage';
import { lastRecords, roleStates, settledByHistory, type LastRecords, type RoleState } from './effective.ts';
import type { GateEvidence } from './evidence.ts';
import { provenHistory, readHistory } from './history.ts';
import { askedRoles, signOffPolicyOf } from './policy.ts';
import { auditFolder, contentText, gatedKinds, readFolder, readReport, type AuditReport, type ReportCache, type ReportFolder } from './reports.ts';

type GateReason = SignOffGate['reasons'][number];

interface Survey {
  readonly folders: readonly ReportFolder[];
  readonly last: LastRecords;
  readonly historyProblem: string | null;
}

/** Without evidence the history is taken as it stands: for lists, which let nothing pass. */
function survey(context: EngineContext, kinds: readonly ReportFolder['kind'][], cache: ReportCache | null, evidence: GateEvidence | null): Survey {
  const folders = kinds.map((kind) => readFolder(context, kind, cache));
  try {
    const { records, problems } = evidence === null ? readHistory(context) : provenHistory(context, evidence);
    return { folders, last: lastRecords(records), historyProblem: problems[0] ?? null };
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    return { folders, last: new Map<string, SignOffRecord>(), historyProblem: error.message };
  }
}

const nowMicros = (clock: Clock): bigint => BigInt(Math.floor(clock.now())) * 1000n;

function missingOf(report: AuditReport, state: RoleState | null): MissingSignOff {
  return {
    kind: report.kind, category: report.judgement.category, status: state?.status ?? 'unreadable', reason: state?.reason ?? 'unreadable',
    report: report.report, report_path: report.path, timestamp: report.timestamp, content_hash: report.hash, detail: report.judgement.detail,
    signed_by: state?.signedBy ?? null, expires_at: state?.expiresAt ?? null,
  };
}

function missingByRole(found: Survey, asked: readonly string[], policy: SignOffPolicy, now: bigint): Record<string, MissingSignOff[]> {
  const missing: Record<string, MissingSignOff[]> = Object.fromEntries(asked.map((role) => [role, []]));
  for (const report of found.folders.flatMap((folder) => folder.reports)) {
    if (!report.judgement.needsSignature) continue;
    const states = roleStates(report, asked, found.last, policy, now);
    for (const role of asked) {
      const state = states.find((one) => one.role === role) ?? null;
      if (state === null || !state.completed) missing[role]?.push(missingOf(report, state));
    }
  }
  return missing;
}

const isGated = (report: string): boolean => gatedKinds.some((kind) => report.startsWith(`${auditFolder}/${kind}/`));

/** Reports that history or journal know of and that are not there any more, although they were not settled. */
function takenAway(found: Survey, asked: readonly string[], evidence: GateEvidence, now: bigint): readonly string[] {
  const there = new Set(found.folders.flatMap((folder) => folder.reports.map(({ report }) => report)));
  const known = new Set([...[...found.last.values()].map(({ report }) => report), ...evidence.left]);
  return [...known].filter((report) => isGated(report) && !there.has(report) && !settledByHistory(report, asked, found.last, now)).toSorted();
}

function goneReason(gone: readonly string[]): readonly GateReason[] {
  const [first] = gone;
  return first === undefined ? [] : [{ code: 'reports_missing', message: `Reports that were not settled are gone: ${gone.length}, first ${displayName(first)}. Put them back, then sign them.` }];
}

function reasonsOf(found: Survey, policy: SignOffPolicy, problem: string | null, missing: Readonly<Record<string, readonly MissingSignOff[]>>): readonly GateReason[] {
  const reasons: GateReason[] = [];
  if (problem !== null) reasons.push({ code: 'policy_invalid', message: problem });
  for (const folder of found.folders) {
    if (folder.problem !== null) reasons.push({ code: 'reports_unreadable', message: folder.problem });
    else if (folder.reports.length === 0 && policy.require_reports.some((kind) => kind === folder.kind)) reasons.push({ code: 'reports_missing', message: `There is no ${folder.kind} report.` });
    const broken = folder.reports.filter((report) => report.content === null);
    const [first] = broken;
    if (first !== undefined) reasons.push({ code: 'reports_unreadable', message: `${broken.length} ${folder.kind} reports cannot be read, first ${first.report}: ${first.judgement.detail}` });
  }
  if (found.historyProblem !== null) reasons.push({ code: 'history_broken', message: `The history of sign-offs cannot be relied on: ${found.historyProblem}` });
  const lacking = Object.entries(missing).filter(([, entries]) => entries.some((entry) => entry.reason !== 'unreadable'));
  if (lacking.length > 0) reasons.push({ code: 'sign_offs_missing', message: `Sign-offs are missing: ${lacking.map(([role, entries]) => `${role} ${entries.length}`).join(', ')}.` });
  return reasons;
}

/** What promotion and activation call. `roles` narrows the question; the policy's own are asked otherwise. */
export function gate(context: EngineContext, config: ConsoleConfig, evidence: GateEvidence, roles: readonly string[] = []): SignOffGate {
  const { clock } = context;
  const reading = signOffPolicyOf(config);
  const { policy, problem } = reading;
  const asked = askedRoles(reading, roles);
  const found = survey(context, gatedKinds, null, evidence);
  const now = nowMicros(clock);
  const missing = missingByRole(found, asked, policy, now);
  const reports = found.folders.flatMap((folder) => folder.reports);
  const shut = [...reasonsOf(found, policy, problem, missing), ...goneReason(takenAway(found, asked, evidence, now))];
  const off = !policy.required && problem === null;
  return {
    open: off || shut.length === 0,
    unknown: !off && shut.some((reason) => reason.code !== 'sign_offs_missing'),
    required: policy.required,
    roles: [...asked],
    missing,
    reasons: off ? [{ code: 'switched_off', message: 'The policy asks for no sign-offs.' }, ...shut] : [...shut],
    reports: reports.length,
    alerts: reports.filter((report) => report.judgement.needsSignature).length,
    evaluated_at: isoNow(clock),
  };
}

function viewOf(report: AuditReport, states: readonly RoleState[]): SignOffReport {
  return {
    kind: report.kind, category: report.judgement.category, report: report.report, timestamp: report.timestamp,
    needs_signature: report.judgement.needsSignature, readable: report.content !== null, detail: report.judgement.detail, content_hash: report.hash,
    roles: states.map((state) => ({
      role: state.role, status: state.status, completed: state.completed, reason: state.reason, signed_by: state.signedBy, timestamp: state.timestamp,
      notes: state.notes, expires_at: state.expiresAt, recorded: state.recorded,
    })),
  };
}

export interface PendingQuery {
  readonly role: readonly string[];
  /** How many settled reports to add; open ones are never cut. */
  readonly limit: number;
  readonly walk_forward: boolean;
}

export interface Pending {
  readonly roles: string[];
  readonly pending: Record<string, MissingSignOff[]>;
  readonly reports: SignOffReport[];
  readonly evaluated_at: string;
}

/** The inbox: every open report, then the newest settled ones. With a cache of the caller's, unchanged files are not read again. */
export function pendingSignOffs(context: EngineContext, config: ConsoleConfig, query: PendingQuery, cache: ReportCache | null = null): Pending {
  const reading = signOffPolicyOf(config);
  const { policy } = reading;
  const asked = askedRoles(reading, query.role);
  const found = survey(context, query.walk_forward ? [...gatedKinds, 'walk_forward'] : gatedKinds, cache, null);
  const now = nowMicros(context.clock);
  const sorted = found.folders.flatMap((folder) => folder.reports).toSorted((a, b) => (a.order === b.order ? 0 : a.order < b.order ? 1 : -1));
  const isOpen = (report: AuditReport): boolean =>
    report.judgement.needsSignature && (report.content === null || roleStates(report, asked, found.last, policy, now).some((state) => !state.completed));
  const open = new Set(sorted.filter(isOpen));
  const shown = [...open, ...sorted.filter((report) => !open.has(report)).slice(0, query.limit)];
  return {
    roles: [...asked],
    pending: missingByRole(found, asked, policy, now),
    reports: shown.map((report) => viewOf(report, roleStates(report, asked, found.last, policy, now))),
    evaluated_at: isoNow(context.clock),
  };
}

const longestContent = 200_000;

/** What a signature would be bound to. */
export function showReport(context: EngineContext, config: ConsoleConfig, named: string): { readonly report: SignOffReport; readonly content: string | null; readonly cut: boolean } {
  const { policy } = signOffPolicyOf(config);
  const report = readReport(context, named);
  const { last } = survey(context, [], null, null);
  const text = report.content === null ? null : contentText(report.content);
  return {
    report: viewOf(report, roleStates(report, policy.roles, last, policy, nowMicros(context.clock))),
    content: text === null ? null : text.slice(0, longestContent), cut: text !== null && text.length > longestContent,
  };
}
