/**
 * Promise: a report that tells of a problem needs signatures, whichever of the two writers made it, and so does one that
 * does not say whether there is a problem. Only a report that is clearly in order needs none.
 */
import type { AuditReportKind } from '#contract';
import { isMembers, JsonFloat, JsonInteger, memberOf, type JsonMembers, type JsonValue } from '#engines/artifacts';

export interface Judgement {
  readonly needsSignature: boolean;
  readonly category: string;
  readonly detail: string;
}

/** Limits of the detector where a report names none. */
const psiLimit = 0.2;
const ksLimit = 0.1;

const numeric = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/iu;

/** A number in any dress that the bot takes for one. Null for everything else, NaN included. */
function measure(value: JsonValue | undefined): number | null {
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof JsonFloat || value instanceof JsonInteger) return Number.isNaN(Number(value.value)) ? null : Number(value.value);
  if (typeof value !== 'string' || !numeric.test(value.trim())) return null;
  return Number(value.trim().replaceAll('_', ''));
}

const isFilled = (value: JsonValue | undefined): boolean => (Array.isArray(value) ? value.length > 0 : isMembers(value) && value.size > 0);

function statusText(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().toLowerCase() : null;
}

function categoryOf(report: JsonMembers, fallback: string): string {
  const value = report.get('category');
  if (typeof value === 'string' && value !== '') return value.toWellFormed();
  if (value instanceof JsonInteger && value.value !== 0n) return value.value.toString();
  return fallback;
}

const fine = new Set(['ok', 'pass', 'passed', 'healthy', 'info']);

/** A status that tells of a problem, wherever the report says it; the two writers use different places, and one report may use both. */
function badStatus(report: JsonMembers): string | null {
  const said = [statusText(report.get('status')), statusText(memberOf(report.get('summary'), 'status'))];
  return said.find((status) => status !== null && !fine.has(status)) ?? null;
}

/** True for a problem, false for none, null where the report does not say. Where a report contradicts itself, the worst of it counts. */
function qualityProblem(report: JsonMembers): { readonly problem: boolean | null; readonly detail: string } {
  const bad = badStatus(report);
  if (bad !== null) return { problem: true, detail: `status ${bad}` };
  const findings = ['issues', 'missing_features', 'null_features', 'violations'].filter((key) => report.has(key));
  const filled = findings.filter((key) => isFilled(report.get(key)));
  if (filled.length > 0) return { problem: true, detail: `has ${filled.join(', ')}` };
  const status = statusText(report.get('status')) ?? statusText(memberOf(report.get('summary'), 'status'));
  if (status !== null) return { problem: false, detail: `status ${status}` };
  return findings.some((key) => Array.isArray(report.get(key))) ? { problem: false, detail: 'no findings' } : { problem: null, detail: 'does not say whether there is a problem' };
}

function judgeQuality(report: JsonMembers): Judgement {
  const category = categoryOf(report, 'unknown');
  const { problem, detail } = qualityProblem(report);
  // Only a clear "false" takes the weight off a finding; a text or a number does not.
  const enforced = memberOf(report.get('policy'), 'enforce') !== false;
  if (problem === false || !enforced) return { needsSignature: false, category, detail: problem === false ? detail : `${detail}, not enforced` };
  return { needsSignature: true, category, detail };
}

interface Reading {
  readonly name: string;
  readonly value: JsonValue | undefined;
  readonly limit: number | null;
}

/** A threshold that is no finite number compares with nothing, which is not the same as none at all. */
function limitIn(value: JsonValue | undefined, otherwise: number | null): number | null {
  if (value === undefined || value === null) return otherwise;
  const limit = measure(value);
  return limit !== null && Number.isFinite(limit) ? limit : Number.NaN;
}

function readingsOf(report: JsonMembers): readonly Reading[] {
  const metrics = report.get('metrics');
  const drift = memberOf(metrics, 'feature_drift');
  const spread = memberOf(metrics, 'distribution_summary');
  const general = limitIn(report.get('threshold'), null);
  const own = limitIn(memberOf(drift, 'threshold'), general ?? psiLimit);
  return [
    { name: 'drift_score', value: report.get('drift_score'), limit: general },
    { name: 'feature_drift.score', value: memberOf(drift, 'score'), limit: own },
    { name: 'feature_drift.psi', value: memberOf(drift, 'psi'), limit: own },
    { name: 'feature_drift.ks', value: memberOf(drift, 'ks'), limit: ksLimit },
    { name: 'volatility_shift.score', value: memberOf(memberOf(metrics, 'volatility_shift'), 'score'), limit: general },
    { name: 'distribution_summary.max_psi', value: memberOf(spread, 'max_psi'), limit: own },
    { name: 'distribution_summary.max_ks', value: memberOf(spread, 'max_ks'), limit: ksLimit },
  ].filter((reading) => reading.value !== undefined);
}

function judgeDrift(report: JsonMembers): Judgement {
  const category = categoryOf(report, 'drift_alert');
  const needs = (detail: string): Judgement => ({ needsSignature: true, category, detail });
  const bad = badStatus(report);
  if (bad !== null) return needs(`status ${bad}`);
  const metrics = report.get('metrics');
  const triggered = memberOf(memberOf(metrics, 'triggered'), 'value');
  const trigger = triggered === undefined ? null : measure(triggered);
  if (triggered !== undefined && trigger !== 0) return needs(trigger === null ? 'the trigger is no number' : 'the detector was triggered');
  if (isFilled(memberOf(memberOf(metrics, 'distribution_summary'), 'triggered_features'))) return needs('features were triggered');
  const readings = readingsOf(report);
  for (const { name, value, limit } of readings) {
    const number = measure(value);
    // A volatility shift has no limit of its own; without any it is for the trigger to tell.
    if (name === 'volatility_shift.score' && limit === null && trigger !== null) continue;
    if (number === null || number === -Infinity || limit === null || Number.isNaN(limit)) return needs(`${name} cannot be compared with its threshold`);
    if (number >= limit) return needs(`${name} ${number} reaches ${limit}`);
  }
  if (readings.length === 0 && trigger === null) return needs('does not say whether there is drift');
  return { needsSignature: false, category, detail: 'below every threshold' };
}

function judgeWalkForward(report: JsonMembers): Judgement {
  const job = report.get('job_name');
  return { needsSignature: true, category: typeof job === 'string' && job !== '' ? job.toWellFormed() : 'walk_forward', detail: 'walk-forward reports are always signed' };
}

export function judge(kind: AuditReportKind, report: JsonMembers): Judgement {
  if (kind === 'data_quality') return judgeQuality(report);
  return kind === 'drift' ? judgeDrift(report) : judgeWalkForward(report);
}
