/**
 * Promise: what automation may do follows from the registry's state alone, by rules that a person can read here.
 * Degraded models, unreadable files and pins always stop it.
 */
import type { GateReading } from './gates.ts';
import { holds, type Pin } from './pins.ts';
import { isVersionName } from './places.ts';
import type { JsonObject } from './pythonJson.ts';
import { challengersOf, championReport, reportOf, type ModelState } from './registry.ts';
import { betterIn, compareScores, scoreOf, type ScorePart } from './score.ts';
import { isDegraded, versionOf } from './values.ts';

/** What a retraining cycle says of itself. */
export interface CycleFacts {
  readonly status: string;
  readonly errors: readonly string[];
  readonly alerts: readonly string[];
  readonly fallback_count?: number | undefined;
}

export type FailedCondition = 'status' | 'errors' | 'alerts' | 'fallback';

/** The first condition, in this order, that keeps a cycle from promoting anything; null where all are met. */
export function failedCondition(cycle: CycleFacts): FailedCondition | null {
  if (cycle.status !== 'completed') return 'status';
  if (cycle.errors.length > 0) return 'errors';
  if (cycle.alerts.length > 0) return 'alerts';
  return (cycle.fallback_count ?? 0) > 0 ? 'fallback' : null;
}

export interface Ranked {
  readonly entry: JsonObject;
  readonly report: JsonObject;
  readonly version: string | null;
}

/** The best challenger that is not degraded; of equal ones the newest. */
export function bestChallenger(state: ModelState): Ranked | null {
  let best: Ranked | null = null;
  for (const entry of challengersOf(state)) {
    const report = reportOf(entry);
    if (report === null || isDegraded(report)) continue;
    if (best === null || compareScores(scoreOf(report), scoreOf(best.report)) > 0) best = { entry, report, version: versionOf(report) };
  }
  return best;
}

export type AutoDecision =
  | { readonly decision: 'missing_overview' | 'unreadable' | 'noop' | 'invalid_candidate' | 'pinned'; readonly candidate: Ranked | null }
  | { readonly decision: 'blocked'; readonly candidate: Ranked; readonly blocked_by: GateReading['blocked_by'] }
  | { readonly decision: 'champion'; readonly candidate: Ranked & { readonly version: string }; readonly better_in: ScorePart };

/** What the step after a retraining cycle does with one model. `gates` is only asked where a promotion is due. */
export function autoDecision(state: ModelState, pin: Pin | null, gates: () => GateReading): AutoDecision {
  if (state.champion.kind === 'unreadable' || state.challengers.kind === 'unreadable') return { decision: 'unreadable', candidate: null };
  const champion = championReport(state);
  if (champion === null) return { decision: 'missing_overview', candidate: null };
  const candidate = bestChallenger(state);
  const better = candidate === null ? null : betterIn(scoreOf(candidate.report), scoreOf(champion));
  if (candidate === null || better === null) return { decision: 'noop', candidate };
  const { version } = candidate;
  if (version === null || !isVersionName(version) || version === versionOf(champion)) return { decision: 'invalid_candidate', candidate };
  if (holds(pin)) return { decision: 'pinned', candidate };
  const reading = gates();
  if (reading.blocked_by.length > 0) return { decision: 'blocked', candidate, blocked_by: reading.blocked_by };
  return { decision: 'champion', candidate: { ...candidate, version }, better_in: better };
}

export type ReportDecision =
  | { readonly decision: 'champion'; readonly why: 'first' | 'better'; readonly better_in: ScorePart | null }
  | {
    readonly decision: 'challenger';
    readonly why: 'degraded' | 'not_better' | 'champion_unreadable' | 'champion_missing' | 'pinned' | 'blocked' | 'no_version' | 'bad_version' | 'approval_required' | 'held';
    readonly better_in?: ScorePart | null;
  };

/** `none`: the report may become champion at once. `better`: only the first of its model. `all`: it stays a challenger. */
export type Hold = 'none' | 'better' | 'all';

/** What the decision rests on beside the files themselves; each is only asked where it matters. */
export interface Ground {
  readonly pin: Pin | null;
  readonly gates: () => GateReading;
  /** True where nothing speaks of an earlier champion or challenger of the model. */
  readonly isNew: () => boolean;
  /** True where the policy leaves every promotion to a person and a second one. */
  readonly approvalRequired: () => boolean;
}

/** Where a new quality report goes. */
export function reportDecision(state: ModelState, report: JsonObject, { pin, gates, isNew, approvalRequired }: Ground, hold: Hold = 'none'): ReportDecision {
  if (isDegraded(report)) return { decision: 'challenger', why: 'degraded' };
  if (state.champion.kind === 'unreadable') return { decision: 'challenger', why: 'champion_unreadable' };
  const version = versionOf(report);
  if (version === null) return { decision: 'challenger', why: 'no_version' };
  if (!isVersionName(version)) return { decision: 'challenger', why: 'bad_version' };
  const champion = championReport(state);
  const better = champion === null ? null : betterIn(scoreOf(report), scoreOf(champion));
  if (champion !== null && better === null) return { decision: 'challenger', why: 'not_better' };
  if (champion === null && !isNew()) return { decision: 'challenger', why: 'champion_missing' };
  if (approvalRequired()) return { decision: 'challenger', why: 'approval_required', better_in: better };
  if (hold === 'all' || (hold === 'better' && champion !== null)) return { decision: 'challenger', why: 'held', better_in: better };
  if (holds(pin)) return { decision: 'challenger', why: 'pinned' };
  if (gates().blocked_by.length > 0) return { decision: 'challenger', why: 'blocked' };
  return { decision: 'champion', why: champion === null ? 'first' : 'better', better_in: better };
}

export interface RuntimeChoice {
  readonly version: string | null;
  readonly source: 'champion' | 'challenger' | null;
  readonly fallback: boolean;
  readonly fallback_reason: 'champion_degraded' | 'champion_missing' | 'challenger_outperformed' | null;
}

const keep = (version: string | null): RuntimeChoice => ({ version, source: version === null ? null : 'champion', fallback: false, fallback_reason: null });

/** Which model trades: the champion, except where it is degraded, missing or beaten and nothing holds it. */
export function runtimeChoice(state: ModelState, pin: Pin | null): RuntimeChoice {
  if (state.champion.kind === 'unreadable') return keep(null);
  const champion = championReport(state);
  const version = versionOf(champion);
  const best = bestChallenger(state);
  if (best === null || best.version === null || holds(pin)) return keep(version);
  const fallback = (reason: NonNullable<RuntimeChoice['fallback_reason']>): RuntimeChoice => ({ version: best.version, source: 'challenger', fallback: true, fallback_reason: reason });
  if (champion === null) return fallback('champion_missing');
  if (isDegraded(champion)) return fallback('champion_degraded');
  return betterIn(scoreOf(best.report), scoreOf(champion)) === null ? keep(version) : fallback('challenger_outperformed');
}
