/** Promise: the snapshot of automatic mode in the keys of the earlier command, as a pure read: it makes no folder. */
import { basename, dirname, join } from 'node:path';
import { readGates } from './gates.ts';
import type { ModelsParts } from './parts.ts';
import { holds, pinOf } from './pins.ts';
import { checkModelName, defaults, folderOf } from './places.ts';
import { isObject, jsonOf, plainObject, plainOf, printStrictLine, type JsonObject, type JsonValue } from './pythonJson.ts';
import { championReport, challengersOf, championOf, openRegistry, readState, reportOf, type ModelState } from './registry.ts';
import { betterIn, scoreDelta, scoreOf, type ScorePart } from './score.ts';
import { bestChallenger } from './selection.ts';
import { nowOf, nowText } from './times.ts';
import { numberOf, summaryMetrics, versionOf } from './values.ts';
import { partiesJson } from './overview.ts';

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

/** How values of the files appear in the answer: as numbers of JavaScript, or with every digit as it was written. */
interface Form {
  readonly value: (value: JsonValue) => unknown;
  readonly object: (value: JsonObject) => Record<string, unknown>;
}

const plain: Form = { value: plainOf, object: plainObject };
const lossless: Form = { value: (value) => value, object: (value) => Object.fromEntries(value) };

const part = (form: Form, report: JsonObject, key: string): unknown => form.value(report.get(key) ?? null);
const section = (form: Form, report: JsonObject, key: string): unknown => {
  const value = report.get(key);
  return isObject(value) ? form.object(value) : {};
};

function decisionSummary(form: Form, model: string, report: JsonObject, champion: JsonObject, active: unknown): Record<string, unknown> {
  const metrics = report.get('metrics');
  const summary = isObject(metrics) ? metrics.get('summary') : undefined;
  const of = (key: string): unknown => part(form, report, key);
  return {
    model, version: of('version'), status: of('status'), evaluated_at: of('evaluated_at'), baseline_version: of('baseline_version'),
    trained_at: of('trained_at'), dataset_rows: of('dataset_rows'), metrics: section(form, report, 'metrics'), summary: isObject(summary) ? form.object(summary) : {},
    delta: section(form, report, 'delta'), validation: section(form, report, 'validation'), decided_at: part(form, champion, 'decided_at'), reason: part(form, champion, 'reason'), active_version: active,
  };
}

const eventOf = (form: Form, event: 'champion' | 'challenger', entry: JsonObject): Record<string, unknown> => {
  const report = reportOf(entry) ?? new Map<string, JsonValue>();
  return { event, timestamp: part(form, entry, 'decided_at'), reason: part(form, entry, 'reason'), model: part(form, report, 'version'), status: part(form, report, 'status') };
};

/** A champion that says neither when nor why it was chosen is no event. */
function eventsOf(form: Form, state: ModelState, champion: JsonObject): Record<string, unknown>[] {
  const decided = (champion.get('decided_at') ?? null) !== null || (champion.get('reason') ?? null) !== null;
  return [...(decided ? [eventOf(form, 'champion', champion)] : []), ...challengersOf(state).map((entry) => eventOf(form, 'challenger', entry))];
}

function recommendation(form: Form, report: JsonObject): Record<string, unknown> {
  const accuracy = numberOf(summaryMetrics(report).get('directional_accuracy')) ?? 0.5;
  return {
    mode: 'champion', confidence: Math.min(1, Math.max(0, accuracy)), reason: `Version ${versionOf(report) ?? String(plainOf(report.get('version') ?? null))} is the champion of the registry.`,
    model: part(form, report, 'version'), suggested_actions: ['Keep the champion in production and watch its guardrails.'],
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

function activeVersion(parts: ModelsParts, form: Form, repository: string): unknown {
  const manifest = readState(parts.context, join(repository, 'manifest.json'));
  return manifest.kind === 'value' ? part(form, manifest.value, 'active') : null;
}

function snapshotIn(form: Form, parts: ModelsParts, request: SnapshotRequest): Snapshot {
  const model = checkModelName(request.model);
  const { repository, quality } = placesOf(parts, request, model);
  const state = openRegistry(parts.context, quality).model(model);
  const active = activeVersion(parts, form, repository);
  const champion = championOf(state);
  const report = championReport(state) ?? new Map<string, JsonValue>();
  const parties = partiesJson(state);
  return {
    model, repository, quality_dir: quality, active_version: active,
    decision_summary: champion === null ? {} : decisionSummary(form, model, report, champion, active),
    guardrail_summary: champion === null ? {} : {
      status: part(form, report, 'status'), decided_at: part(form, champion, 'decided_at'), reason: part(form, champion, 'reason'),
      delta: section(form, report, 'delta'), validation: section(form, report, 'validation'),
    },
    controller_history: champion === null ? [] : eventsOf(form, state, champion),
    recommendations: champion === null ? [] : [recommendation(form, report)],
    performance_guard: { ...performanceGuard },
    ...(parties === null ? {} : { champion: form.object(parties.champion), challengers: parties.challengers.map(form.object) }),
    ...(request.dry_run === true ? { dry_run: true as const, generated_at: nowText(parts.context.clock), recommended_promotion: recommendedPromotion(parts, state) } : {}),
  };
}

export const snapshot = (parts: ModelsParts, request: SnapshotRequest): Snapshot => snapshotIn(plain, parts, request);

/** The same as one line of strict JSON in which the numbers of the files keep their own digits. */
export const snapshotLine = (parts: ModelsParts, request: SnapshotRequest): string => printStrictLine(jsonOf(snapshotIn(lossless, parts, request)));
