/** Promise: the snapshot of automatic mode in the keys of the earlier command, as a pure read: it makes no folder. */
import { basename, dirname, join } from 'node:path';
import { readGates } from './gates.ts';
import type { ModelsParts } from './parts.ts';
import { holds, pinOf } from './pins.ts';
import { checkModelName, defaults, folderOf } from './places.ts';
import { isObject, plainObject, plainOf, type JsonObject, type JsonValue } from './pythonJson.ts';
import { championReport, challengersOf, championOf, openRegistry, readState, reportOf, type ModelState } from './registry.ts';
import { betterIn, scoreDelta, scoreOf, type ScorePart } from './score.ts';
import { bestChallenger } from './selection.ts';
import { nowOf, nowText } from './times.ts';
import { numberOf, summaryMetrics } from './values.ts';
import { overviewOf } from './overview.ts';

export interface SnapshotRequest {
  readonly model: string;
  readonly repository?: string | undefined;
  readonly quality_dir?: string | undefined;
  readonly dry_run?: boolean | undefined;
  readonly confined?: boolean | undefined;
}

export const defaultModel = 'decision_engine';

/** The environment of the earlier command: its folders beat the options, its model's name does not. */
export function snapshotRequest(given: Omit<SnapshotRequest, 'model'> & { readonly model?: string | undefined }, env: Readonly<Record<string, string | undefined>>): SnapshotRequest {
  const set = (name: string): string | undefined => (env[name]?.trim() ? env[name] : undefined);
  return {
    ...given, model: given.model ?? set('BOT_CORE_UI_MODEL_NAME') ?? defaultModel,
    repository: set('BOT_CORE_UI_MODEL_REPOSITORY') ?? given.repository, quality_dir: set('BOT_CORE_UI_MODEL_QUALITY_DIR') ?? given.quality_dir,
  };
}

export interface RecommendedPromotion {
  readonly version: string | null;
  readonly score_delta: Record<ScorePart, number | null>;
  readonly blocked_by: string[];
}

export interface Snapshot {
  readonly model: string;
  readonly repository: string;
  readonly quality_dir: string;
  readonly active_version: unknown;
  readonly decision_summary: Record<string, unknown>;
  readonly guardrail_summary: Record<string, unknown>;
  readonly controller_history: Record<string, unknown>[];
  readonly recommendations: Record<string, unknown>[];
  readonly performance_guard: Record<string, number>;
  readonly champion?: Record<string, unknown>;
  readonly challengers?: Record<string, unknown>[];
  readonly dry_run?: true;
  readonly generated_at?: string;
  readonly recommended_promotion?: RecommendedPromotion | null;
}

const performanceGuard = { fps_target: 60, reduce_motion_after_seconds: 1, jank_threshold_ms: 18, max_overlay_count: 3, disable_secondary_when_fps_below: 0 } as const;

/** A repository below a folder `models` has its quality reports beside it; any other uses the usual ones. */
function placesOf(parts: ModelsParts, request: SnapshotRequest, model: string): { readonly repository: string; readonly quality: string } {
  const confined = request.confined ?? false;
  const repository = folderOf(parts.context, request.repository, `var/models/${model}`, 'repository', confined);
  const beside = basename(dirname(repository)) === 'models' ? join(dirname(repository), 'quality') : defaults.quality;
  return { repository, quality: folderOf(parts.context, request.quality_dir, beside, 'quality_dir', confined) };
}

const part = (report: JsonObject, key: string): unknown => plainOf(report.get(key) ?? null);
const section = (report: JsonObject, key: string): unknown => {
  const value = report.get(key);
  return isObject(value) ? plainObject(value) : {};
};

function decisionSummary(model: string, report: JsonObject, champion: JsonObject, active: unknown): Record<string, unknown> {
  const metrics = report.get('metrics');
  const summary = isObject(metrics) ? metrics.get('summary') : undefined;
  return {
    model, version: part(report, 'version'), status: part(report, 'status'), evaluated_at: part(report, 'evaluated_at'), baseline_version: part(report, 'baseline_version'),
    trained_at: part(report, 'trained_at'), dataset_rows: part(report, 'dataset_rows'), metrics: section(report, 'metrics'), summary: isObject(summary) ? plainObject(summary) : {},
    delta: section(report, 'delta'), validation: section(report, 'validation'), decided_at: part(champion, 'decided_at'), reason: part(champion, 'reason'), active_version: active,
  };
}

const eventOf = (event: 'champion' | 'challenger', entry: JsonObject): Record<string, unknown> => {
  const report = reportOf(entry);
  const from = (key: string): JsonValue => report?.get(key) ?? null;
  return { event, timestamp: plainOf(entry.get('decided_at') ?? null), reason: plainOf(entry.get('reason') ?? null), model: plainOf(from('version')), status: plainOf(from('status')) };
};

/** A champion that says neither when nor why it was chosen is no event. */
function eventsOf(state: ModelState, champion: JsonObject): Record<string, unknown>[] {
  const decided = (champion.get('decided_at') ?? null) !== null || (champion.get('reason') ?? null) !== null;
  return [...(decided ? [eventOf('champion', champion)] : []), ...challengersOf(state).map((entry) => eventOf('challenger', entry))];
}

function recommendation(report: JsonObject): Record<string, unknown> {
  const accuracy = numberOf(summaryMetrics(report).get('directional_accuracy')) ?? 0.5;
  const version = plainOf(report.get('version') ?? null);
  return {
    mode: 'champion', confidence: Math.min(1, Math.max(0, accuracy)), reason: `Version ${String(version)} is the champion of the registry.`, model: version,
    suggested_actions: ['Keep the champion in production and watch its guardrails.'],
  };
}

/** What would be promoted if somebody decided now, and what stands against it. Null where nothing is better. */
export function recommendedPromotion(parts: ModelsParts, state: ModelState): RecommendedPromotion | null {
  const champion = championReport(state);
  const best = bestChallenger(state);
  if (best === null || (champion !== null && betterIn(scoreOf(best.report), scoreOf(champion)) === null)) return null;
  const now = nowOf(parts.context.clock);
  const pinned = holds(pinOf(state.pin, now.seconds * 1e6 + now.micros));
  return {
    version: best.version, score_delta: scoreDelta(best.report, champion),
    blocked_by: [...readGates(parts.gates, state.name).blocked_by, ...(pinned ? ['pinned'] : []), ...(state.champion.kind === 'unreadable' ? ['champion_unreadable'] : [])],
  };
}

function activeVersion(parts: ModelsParts, repository: string): unknown {
  const manifest = readState(parts.context, join(repository, 'manifest.json'));
  return manifest.kind === 'value' ? plainOf(manifest.value.get('active') ?? null) : null;
}

export function snapshot(parts: ModelsParts, request: SnapshotRequest): Snapshot {
  const model = checkModelName(request.model);
  const { repository, quality } = placesOf(parts, request, model);
  const state = openRegistry(parts.context, quality).model(model);
  const active = activeVersion(parts, repository);
  const champion = championOf(state);
  const report = championReport(state) ?? new Map();
  const overview = overviewOf(state, quality);
  return {
    model, repository, quality_dir: quality, active_version: active,
    decision_summary: champion === null ? {} : decisionSummary(model, report, champion, active),
    guardrail_summary: champion === null ? {} : {
      status: part(report, 'status'), decided_at: part(champion, 'decided_at'), reason: part(champion, 'reason'), delta: section(report, 'delta'), validation: section(report, 'validation'),
    },
    controller_history: champion === null ? [] : eventsOf(state, champion),
    recommendations: champion === null ? [] : [recommendation(report)],
    performance_guard: { ...performanceGuard },
    ...(overview === null ? {} : { champion: overview.champion, challengers: overview.challengers }),
    ...(request.dry_run === true ? { dry_run: true as const, generated_at: nowText(parts.context.clock), recommended_promotion: recommendedPromotion(parts, state) } : {}),
  };
}
