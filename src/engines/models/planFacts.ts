/** Promise: whoever decides sees, before anything is written, what is compared, what the gates say and what would stand where. */
import { join } from 'node:path';
import type { EngineContext } from '#engines/storage';
import { listsAfter, placeText, type Candidate } from './change.ts';
import { compareMetrics, compareParameters, type MetricRow } from './comparison.ts';
import { blockerText, type GateReading } from './gates.ts';
import { holds, pinOf, type Pin } from './pins.ts';
import { fileNames, versionInName } from './places.ts';
import { plainObject, type JsonValue } from './pythonJson.ts';
import { championReport, digestOf, reportOf, type ModelState } from './registry.ts';
import { scoreDelta } from './score.ts';
import { microsOfText } from './times.ts';
import { isDegraded, statusOf, versionOf } from './values.ts';

export interface PlanNeedFact {
  readonly kind: 'guardrail' | 'sign_off';
  readonly met: boolean;
  readonly detail: string | null;
}

/** Lines for the dialog: met where the gate is open, or shut and overridden. */
export function needsOf(reading: GateReading, forced: boolean): PlanNeedFact[] {
  const line = (kind: PlanNeedFact['kind'], mine: (name: string) => boolean): PlanNeedFact => {
    const shut = reading.blocked_by.filter(mine);
    const texts = shut.map((blocker) => blockerText(blocker, reading));
    return { kind, met: shut.length === 0 || forced, detail: texts.length === 0 ? null : `${texts.join('; ')}${forced ? ' (overridden)' : ''}` };
  };
  return [line('guardrail', (name) => !name.startsWith('sign_offs')), line('sign_off', (name) => name.startsWith('sign_offs'))];
}

export interface FactsOrder {
  readonly state: ModelState;
  readonly candidate: Candidate;
  readonly mode: 'manual' | 'rollback';
  readonly reason: string;
  readonly gates: GateReading;
  readonly force: boolean;
  readonly pin: { readonly until: string | null } | null;
  readonly audit: string;
  readonly at: string;
}

const versions = (entries: readonly JsonValue[]): (string | null)[] => entries.map((entry) => versionOf(reportOf(entry)));

function warningsOf({ state, candidate }: FactsOrder, comparison: readonly MetricRow[]): string[] {
  return [
    ...(isDegraded(candidate.report) ? ['candidate_degraded'] : []),
    ...(state.champion.kind === 'unreadable' ? ['champion_unreadable'] : []),
    ...(state.champion.kind === 'missing' ? ['no_champion'] : []),
    ...(state.pin.kind === 'unreadable' ? ['pin_unreadable'] : []),
    ...(comparison.some((row) => row.better === 'champion') ? ['metrics_worse'] : []),
  ];
}

export function factsOf(context: EngineContext, order: FactsOrder): Record<string, unknown> {
  const { state, candidate, gates, force } = order;
  const champion = championReport(state);
  const lists = listsAfter(state, candidate, order.at);
  const comparison = compareMetrics(candidate.report, champion);
  const before: Pin | null = pinOf(state.pin, microsOfText(order.at) ?? 0);
  const place = (name: string): string => placeText(context, join(state.directory, name));
  return {
    model: state.name, version: candidate.version, previous_version: versionOf(champion), mode: order.mode, reason: order.reason,
    candidate: plainObject(candidate.report), champion: champion === null ? null : plainObject(champion),
    candidate_status: statusOf(candidate.report), champion_status: statusOf(champion),
    comparison, parameters: compareParameters(candidate.report, champion), score_delta: scoreDelta(candidate.report, champion),
    gates: { guardrail: gates.guardrail, sign_offs: gates.sign_offs, blocked_by: gates.blocked_by },
    needs: needsOf(gates, force), blocked_by: [...gates.blocked_by], forced: force && gates.blocked_by.length > 0,
    warnings: warningsOf(order, comparison),
    after: {
      champion: candidate.version, challengers: versions(lists.entries),
      retired: lists.retired.map((each) => ({ why: each.why, version: versionOf(reportOf(each.entry)) })),
    },
    pin: { before, held_before: holds(before), after: order.pin === null ? null : { version: candidate.version, until: order.pin.until } },
    writes: [
      `${placeText(context, join(order.audit, state.name))}/YYYYMMDDTHHMMSS_${versionInName(candidate.version)}/summary.json`,
      place(fileNames.champion), place(fileNames.challengers), place(fileNames.history), ...(order.pin === null ? [] : [place(fileNames.pin)]),
    ],
    state: { champion: digestOf(state.champion), challengers: digestOf(state.challengers) },
  };
}
