/** Promise: the champion query answers in the keys of the earlier command; the list adds what the panel needs beside it. */
import { compareText } from '#engines/reports';
import { isArray, jsonObject, plainObject, plainOf, printStrictLine, type JsonObject, type JsonValue } from './pythonJson.ts';
import { challengersOf, championOf, championReport, reportOf, type ModelState, type Registry } from './registry.ts';
import { holds, pinOf, type Pin } from './pins.ts';
import { askedNames } from './places.ts';
import { bestChallenger, runtimeChoice, type RuntimeChoice } from './selection.ts';
import { scoreDelta, type ScorePart } from './score.ts';
import { nowOf } from './times.ts';
import { isDegraded, statusOf, versionOf } from './values.ts';

export interface ModelOverview {
  readonly model_name: string;
  readonly champion: Record<string, unknown>;
  readonly champion_metadata: { readonly decided_at: unknown; readonly reason: unknown };
  readonly challengers: { readonly report: Record<string, unknown>; readonly metadata: { readonly decided_at: unknown; readonly reason: unknown } }[];
  readonly updated_at: unknown;
  readonly base_directory: string;
}

export interface ChampionAnswer {
  readonly status: 'ok';
  readonly base_directory: string;
  readonly models: ModelOverview[];
  readonly missing_models?: string[];
}

const metadataOf = (entry: JsonObject): { decided_at: unknown; reason: unknown } =>
  ({ decided_at: plainOf(entry.get('decided_at') ?? null), reason: plainOf(entry.get('reason') ?? null) });

const plainReport = (entry: JsonValue): Record<string, unknown> => {
  const report = reportOf(entry);
  return report === null ? {} : plainObject(report);
};

const made = new WeakMap<ModelState, ModelOverview>();

/** Null for a model without a champion's document that can be read. */
export function overviewOf(state: ModelState, shownBase: string): ModelOverview | null {
  const known = made.get(state);
  if (known?.base_directory === shownBase) return known;
  const champion = championOf(state);
  if (champion === null) return null;
  const metadata = metadataOf(champion);
  const overview: ModelOverview = {
    model_name: state.name, champion: plainReport(champion), champion_metadata: metadata,
    challengers: challengersOf(state).map((entry) => ({ report: plainReport(entry), metadata: metadataOf(entry) })),
    updated_at: metadata.decided_at, base_directory: shownBase,
  };
  made.set(state, overview);
  return overview;
}

/** `models`: only these, trimmed and each once; default: all. `shownBase` is the folder as it was given. */
export function championAnswer(registry: Registry, shownBase: string, models: readonly string[] = []): ChampionAnswer {
  const asked = askedNames(models);
  const all = registry.names();
  const names = asked.length > 0 ? asked : all;
  const found = names.map((name) => ({ name, overview: overviewOf(registry.model(name), shownBase) }));
  const missing = asked.length > 0 ? found.filter((each) => each.overview === null).map((each) => each.name).sort(compareText) : [];
  return {
    status: 'ok', base_directory: shownBase, models: found.map((each) => each.overview).filter((overview) => overview !== null),
    ...(missing.length > 0 ? { missing_models: missing } : {}),
  };
}

const metadataJson = (entry: JsonObject): JsonObject => jsonObject({ decided_at: entry.get('decided_at') ?? null, reason: entry.get('reason') ?? null });

const challengerJson = (entry: JsonObject): JsonObject => jsonObject({ report: reportOf(entry) ?? jsonObject({}), metadata: metadataJson(entry) });

/** Champion and challengers with every number as it stands in the files; null as in the overview. */
export function partiesJson(state: ModelState): { readonly champion: JsonObject; readonly challengers: readonly JsonObject[] } | null {
  const champion = championOf(state);
  return champion === null ? null : { champion: reportOf(champion) ?? jsonObject({}), challengers: challengersOf(state).map(challengerJson) };
}

/** The same answer as one line of strict JSON in which every number keeps its own digits: what the earlier command prints. */
export function championLine(registry: Registry, shownBase: string, models: readonly string[] = []): string {
  const answer = championAnswer(registry, shownBase, models);
  const lines = answer.models.map(({ model_name: name }) => {
    const state = registry.model(name);
    const champion = championOf(state) ?? jsonObject({});
    return jsonObject({
      model_name: name, champion: reportOf(champion) ?? jsonObject({}), champion_metadata: metadataJson(champion),
      challengers: challengersOf(state).map(challengerJson), updated_at: champion.get('decided_at') ?? null, base_directory: shownBase,
    });
  });
  return printStrictLine(jsonObject({ status: 'ok', base_directory: shownBase, models: lines, ...(answer.missing_models === undefined ? {} : { missing_models: answer.missing_models }) }));
}

export type ModelHealth = 'ok' | 'degraded' | 'no_champion' | 'unreadable' | 'interrupted';

export interface ModelRow {
  readonly model: string;
  readonly health: ModelHealth;
  readonly problems: string[];
  readonly version: string | null;
  readonly status: string | null;
  readonly decided_at: unknown;
  readonly reason: unknown;
  readonly metrics: Record<string, unknown>;
  readonly challenger_count: number;
  readonly challengers: { readonly version: string | null; readonly status: string | null; readonly decided_at: unknown; readonly reason: unknown }[];
  readonly best_challenger: { readonly version: string | null; readonly score_delta: Record<ScorePart, number | null>; readonly better: boolean } | null;
  readonly runtime: RuntimeChoice;
  readonly pin: Pin | null;
  readonly pinned: boolean;
}

function healthOf(state: ModelState, report: JsonObject | null): ModelHealth {
  if (state.interrupted) return 'interrupted';
  if (state.champion.kind === 'unreadable' || state.challengers.kind === 'unreadable') return 'unreadable';
  if (report === null) return 'no_champion';
  return isDegraded(report) ? 'degraded' : 'ok';
}

function problemsOf(state: ModelState): string[] {
  const named: readonly (readonly [string, ModelState['champion']])[] = [['champion.json', state.champion], ['challengers.json', state.challengers], ['pin.json', state.pin]];
  return [
    ...named.flatMap(([name, file]) => (file.kind === 'unreadable' ? [`${name}: ${file.problem}`] : [])),
    ...(state.interrupted ? ['a change was interrupted; run "sterownia workspace check"'] : []),
  ];
}

type StableRow = Omit<ModelRow, 'pin' | 'pinned' | 'runtime'>;
const rows = new WeakMap<ModelState, StableRow>();

function stableRow(state: ModelState): StableRow {
  const known = rows.get(state);
  if (known) return known;
  const champion = championOf(state);
  const report = championReport(state);
  const challengers = challengersOf(state);
  const best = bestChallenger(state);
  const row: StableRow = {
    model: state.name, health: healthOf(state, report), problems: problemsOf(state), version: versionOf(report), status: statusOf(report),
    decided_at: plainOf(champion?.get('decided_at') ?? null), reason: plainOf(champion?.get('reason') ?? null),
    metrics: report === null ? {} : metricsOf(report),
    challenger_count: challengers.length,
    challengers: challengers.map((entry) => ({ version: versionOf(reportOf(entry)), status: statusOf(reportOf(entry)), ...metadataOf(entry) })),
    best_challenger: best === null ? null : { version: best.version, score_delta: scoreDelta(best.report, report), better: runtimeChoice(state, null).fallback },
  };
  rows.set(state, row);
  return row;
}

function metricsOf(report: JsonObject): Record<string, unknown> {
  const metrics = plainOf(report.get('metrics') ?? null);
  return typeof metrics === 'object' && metrics !== null && !isArray(metrics as JsonValue) ? { ...metrics } : {};
}

export function modelRow(state: ModelState, nowMicros: number): ModelRow {
  const pin = pinOf(state.pin, nowMicros);
  return { ...stableRow(state), runtime: runtimeChoice(state, pin), pin, pinned: holds(pin) };
}

export function modelRows(registry: Registry): ModelRow[] {
  const now = nowOf(registry.context.clock);
  const micros = now.seconds * 1e6 + now.micros;
  return registry.names().map((name) => modelRow(registry.model(name), micros));
}
