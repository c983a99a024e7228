/** Sign-offs: the gate of risk and compliance, the inbox of what waits for a signature, and the history of all of them. */
import type { SignOffRecord } from '#contract';
import type { EngineContext } from '#engines/storage';
import type { GateEvidence } from './evidence.ts';
import { provenHistory } from './history.ts';
import { reportPlace, auditFolder } from './reports.ts';

export { lastRecords, roleStates, type RoleState } from './effective.ts';
export { gate, pendingSignOffs, showReport, type Pending, type PendingQuery } from './gate.ts';
export { addEvidence, evidenceIn, evidenceTypes, openEvidence, signOffEntry, type GateEvidence, type GrowingEvidence } from './evidence.ts';
export { historyPath, provenHistory, readHistory, type History } from './history.ts';
export { signOffPolicyOf, type PolicyReading } from './policy.ts';
export { auditFolder, contentHash, needsSignature, readFolder, type AuditReport, type ReportCache, type ReportFolder } from './reports.ts';
export { recoverSignOffs, sign, type Recovered, type Signed, type SignInput, type SignOffJournal, type SignRequest } from './sign.ts';

export interface HistoryQuery {
  readonly report?: string | undefined;
  readonly role?: string | undefined;
  readonly limit: number;
}

export interface HistoryAnswer {
  readonly records: SignOffRecord[];
  readonly total: number;
  readonly problems: string[];
}

/** Records, newest first. */
export function signOffHistory(context: EngineContext, query: HistoryQuery, evidence: GateEvidence): HistoryAnswer {
  const { records, problems } = provenHistory(context, evidence);
  const place = query.report === undefined ? null : reportPlace(context, query.report);
  const wanted = place === null ? null : `${auditFolder}/${place.kind}/${place.name}`;
  const found = records.filter((record) => (wanted === null || record.report === wanted) && (query.role === undefined || record.role === query.role)).toReversed();
  return { records: found.slice(0, query.limit), total: found.length, problems: [...problems] };
}
