/** Promise: one model in depth: compared side by side, and with everything that ever became of its versions. */
import { join } from 'node:path';
import { ConsoleError } from '#contract';
import { placeText } from './change.ts';
import { compareMetrics, compareParameters, type MetricRow, type ParameterRow } from './comparison.ts';
import { readGates, type GateReading } from './gates.ts';
import { auditRecords, earlierChampions, readHistory, reignEntries, retiredEntries, tookPlace } from './history.ts';
import type { ModelsParts } from './parts.ts';
import { checkModelName, shownName } from './places.ts';
import { isObject, objectAt, plainObject, plainOf, type JsonObject } from './pythonJson.ts';
import { challengersOf, championReport, readState, reportOf, type ModelState, type Registry } from './registry.ts';
import { scoreDelta, type ScorePart } from './score.ts';
import { hasVersion, isDegraded, textOf, versionOf } from './values.ts';

function known(registry: Registry, model: string): ModelState {
  const state = registry.model(checkModelName(model));
  if (state.champion.kind !== 'missing' || state.challengers.kind !== 'missing') return state;
  throw new ConsoleError('NOT_FOUND', `There is no model "${shownName(model)}" in the registry.`, { remedy: 'See "sterownia models list".', details: { field: 'model', model } });
}

/** A report of that version wherever it is kept: champion, challengers, then earlier champions. */
function reportOfVersion(registry: Registry, state: ModelState, audit: string, version: string): JsonObject {
  const wanted = version.trim();
  const champion = championReport(state);
  const listed = challengersOf(state).map(reportOf);
  const earlier = earlierChampions(registry.context, state.directory, join(audit, state.name)).map((reign) => reign.report);
  const all = [champion, ...listed, ...earlier];
  const found = all.find((report) => versionOf(report) === wanted) ?? all.find((report) => hasVersion(report, wanted)) ?? null;
  if (found !== null) return found;
  throw new ConsoleError('NOT_FOUND', `${state.name} has no version "${shownName(wanted)}".`, { remedy: 'See "sterownia models history".', details: { field: 'version' } });
}

export interface Comparison {
  readonly model: string;
  readonly champion: Record<string, unknown> | null;
  readonly candidate: Record<string, unknown>;
  readonly champion_version: string | null;
  readonly candidate_version: string | null;
  readonly metrics: MetricRow[];
  readonly parameters: ParameterRow[];
  readonly score_delta: Record<ScorePart, number | null>;
  readonly candidate_degraded: boolean;
  readonly gates: GateReading;
}

/** `against`: another version instead of the present champion. */
export function compareModels(parts: ModelsParts, registry: Registry, audit: string, input: { readonly model: string; readonly version: string; readonly against?: string | undefined }): Comparison {
  const state = known(registry, input.model);
  const candidate = reportOfVersion(registry, state, audit, input.version);
  const champion = input.against === undefined ? championReport(state) : reportOfVersion(registry, state, audit, input.against);
  return {
    model: state.name, champion: champion === null ? null : plainObject(champion), candidate: plainObject(candidate),
    champion_version: versionOf(champion), candidate_version: versionOf(candidate),
    metrics: compareMetrics(candidate, champion), parameters: compareParameters(candidate, champion), score_delta: scoreDelta(candidate, champion),
    candidate_degraded: isDegraded(candidate), gates: readGates(parts.gates, state.name),
  };
}

export interface PromotionRecord {
  readonly name: string;
  readonly path: string;
  readonly version: string | null;
  readonly previous_version: string | null;
  readonly decided_at: string | null;
  readonly reason: string | null;
  readonly mode: string | null;
  readonly operator: string | null;
  readonly plan_id: string | null;
  readonly forced: boolean;
}

export interface ModelHistory {
  readonly model: string;
  readonly promotions: PromotionRecord[];
  /** Versions to which a rollback is possible, the most recent first. */
  readonly earlier_champions: { readonly version: string; readonly at: string | null; readonly decided_at: string | null; readonly reason: string | null; readonly source: 'history' | 'audit'; readonly report: Record<string, unknown> }[];
  readonly reigns: { readonly version: string | null; readonly decided_at: unknown; readonly replaced_at: unknown; readonly replaced_by: unknown; readonly report: Record<string, unknown> }[];
  readonly retired: { readonly version: string | null; readonly retired_at: unknown; readonly why: unknown; readonly entry: unknown }[];
  /** Quality reports as they were trained, oldest first: the metrics over time. */
  readonly reports: { readonly file: string; readonly version: string | null; readonly evaluated_at: string | null; readonly status: string | null; readonly metrics: Record<string, unknown> }[];
}

function recordOf(parts: ModelsParts, folder: string, { name, summary }: { readonly name: string; readonly summary: JsonObject }): PromotionRecord {
  const previous = summary.get('previous_champion');
  return {
    name, path: placeText(parts.context, join(folder, name, 'summary.json')), version: versionOf(summary), previous_version: isObject(previous) ? versionOf(previous) : null,
    decided_at: textOf(summary.get('decided_at')), reason: textOf(summary.get('reason')), mode: textOf(summary.get('mode')), operator: textOf(summary.get('operator')),
    plan_id: textOf(summary.get('plan_id')), forced: summary.get('forced') === true,
  };
}

const trainedName = /-\d{8}T\d{6}(?:_\d+)?\.json$/u;

function trainedReports(registry: Registry, state: ModelState): ModelHistory['reports'] {
  const names = registry.context.fs.readdir(state.directory).map((entry) => entry.name).filter((name) => trainedName.test(name));
  return names.flatMap((file) => {
    const read = readState(registry.context, join(state.directory, file));
    if (read.kind !== 'value') return [];
    const { value } = read;
    return [{ file, version: versionOf(value), evaluated_at: textOf(value.get('evaluated_at')), status: textOf(value.get('status')), metrics: plainObject(objectAt(value, 'metrics')) }];
  }).sort((a, b) => ((a.evaluated_at ?? '') < (b.evaluated_at ?? '') ? -1 : 1));
}

export function modelHistory(parts: ModelsParts, registry: Registry, audit: string, model: string): ModelHistory {
  const state = known(registry, model);
  const history = readHistory(registry.context, state.directory);
  const folder = join(audit, state.name);
  const present = versionOf(championReport(state));
  return {
    model: state.name,
    promotions: auditRecords(registry.context, folder).filter(({ summary }) => tookPlace(summary)).map((record) => recordOf(parts, folder, record)),
    earlier_champions: earlierChampions(registry.context, state.directory, folder).filter((reign) => reign.version !== present)
      .map(({ version, at, decided_at, reason, source, report }) => ({ version, at, decided_at, reason, source, report: plainObject(report) })),
    reigns: reignEntries(history).map((entry) => {
      const document = entry.get('document');
      const report = reportOf(document);
      return {
        version: versionOf(report), decided_at: isObject(document) ? plainOf(document.get('decided_at') ?? null) : null,
        replaced_at: plainOf(entry.get('replaced_at') ?? null), replaced_by: plainOf(entry.get('replaced_by') ?? null), report: report === null ? {} : plainObject(report),
      };
    }),
    retired: retiredEntries(history).map((entry) => ({
      version: versionOf(reportOf(entry.get('entry'))), retired_at: plainOf(entry.get('retired_at') ?? null), why: plainOf(entry.get('why') ?? null), entry: plainOf(entry.get('entry') ?? null),
    })),
    reports: trainedReports(registry, state),
  };
}
