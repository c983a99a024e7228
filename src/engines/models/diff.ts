/**
 * Promise: two registries compared in the format of the earlier `champion_diff`, key by key, with what it passed over in
 * silence beside it: models missing on a side, files that cannot be read, and what got worse or vanished.
 */
import { dirname, join } from 'node:path';
import { ConsoleError } from '#contract';
import { compareText } from '#engines/reports';
import { asConsoleError, makeDirectories, replaceFile, systemCode, type EngineContext } from '#engines/storage';
import { directionOf } from './comparison.ts';
import { askedNames, checkTag, defaults, folderOf } from './places.ts';
import { float, floatOrNullJson, jsonObject, objectAt, plainObject, printJson, type JsonObject, type JsonValue } from './pythonJson.ts';
import { championOf, championReport, openRegistry, type ModelState, type Registry } from './registry.ts';
import { nowText, stampOf } from './times.ts';
import { flatMetrics, isDegraded, sameValue } from './values.ts';

export interface DiffRequest {
  readonly lhs?: string | undefined;
  readonly rhs?: string | undefined;
  readonly model?: readonly string[] | undefined;
  readonly output_dir?: string | undefined;
  readonly tag?: string | undefined;
  /** A metric that got worse by more than this counts as a regression. What vanished or became degraded counts whatever this says. */
  readonly threshold?: number | undefined;
  readonly confined?: boolean | undefined;
}

export interface Regression {
  readonly model: string;
  /** `worse`: a metric fell behind. The others: on the right side a metric is gone, the champion is, or it is degraded. */
  readonly kind: 'worse' | 'metric_missing' | 'champion_missing' | 'degraded';
  /** Null where the champion as a whole is meant. */
  readonly metric: string | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly delta: number | null;
  readonly threshold: number;
  /** Where the metric went; null for what did not move but vanish. */
  readonly direction: 'down' | 'up' | null;
}

export interface DiffAnswer {
  readonly path: string;
  readonly report: Record<string, unknown>;
  readonly regressions: Regression[];
  readonly missing: { readonly lhs: string[]; readonly rhs: string[] };
}

const same = 1e-12;
const none: JsonObject = new Map();

function sideOf(state: ModelState): JsonObject {
  const champion = championOf(state);
  const report = championReport(state);
  return jsonObject({
    exists: champion !== null,
    metadata: champion === null ? none : jsonObject({ decided_at: champion.get('decided_at') ?? null, reason: champion.get('reason') ?? null }),
    status: report?.get('status') ?? null,
    metrics: report === null ? none : objectAt(report, 'metrics'),
    parameters: report === null ? none : objectAt(report, 'parameters'),
    ...(state.champion.kind === 'unreadable' ? { problem: state.champion.problem } : {}),
  });
}

interface Change {
  readonly name: string;
  readonly from: number | null;
  readonly to: number | null;
}

function metricChanges(left: JsonObject, right: JsonObject): readonly Change[] {
  const [from, to] = [flatMetrics(left), flatMetrics(right)];
  return [...new Set([...from.keys(), ...to.keys()])]
    .map((name) => ({ name, from: from.get(name) ?? null, to: to.get(name) ?? null }))
    .filter((change) => change.from === null || change.to === null || Math.abs(change.to - change.from) > same);
}

function deltaOf({ from, to }: Change): JsonValue {
  return jsonObject({ from: floatOrNullJson(from), to: floatOrNullJson(to), ...(from === null || to === null ? {} : { delta: float(to - from) }) });
}

function parameterChanges(left: JsonObject, right: JsonObject): JsonValue {
  const names = [...new Set([...left.keys(), ...right.keys()])].filter((name) => !sameValue(left.get(name) ?? null, right.get(name) ?? null));
  return jsonObject(Object.fromEntries(names.map((name) => [name, jsonObject({ from: left.get(name) ?? null, to: right.get(name) ?? null })])));
}

function compare(model: string, left: JsonObject, right: JsonObject, changes: readonly Change[]): JsonObject {
  const [from, to] = [left.get('status') ?? null, right.get('status') ?? null];
  return jsonObject({
    model, lhs: left, rhs: right,
    differences: jsonObject({
      metadata_changed: !sameValue(left.get('metadata') ?? null, right.get('metadata') ?? null),
      status_change: sameValue(from, to) ? null : jsonObject({ from, to }),
      metrics_delta: jsonObject(Object.fromEntries(changes.map((change) => [change.name, deltaOf(change)]))),
      parameter_changes: parameterChanges(objectAt(left, 'parameters'), objectAt(right, 'parameters')),
    }),
  });
}

function metricRegression(model: string, { name, from, to }: Change, threshold: number): readonly Regression[] {
  const direction = directionOf(name);
  if (direction === 0 || from === null) return [];
  if (to === null) return [{ model, kind: 'metric_missing', metric: name, from, to, delta: null, threshold, direction: null }];
  if ((to - from) * direction >= -Math.max(threshold, same)) return [];
  return [{ model, kind: 'worse', metric: name, from, to, delta: to - from, threshold, direction: direction === 1 ? 'down' : 'up' }];
}

interface Pair {
  readonly model: string;
  readonly left: ModelState;
  readonly right: ModelState;
}

/** Who was there on the left and cannot be compared on the right has got worse in everything. */
function regressionsOf({ model, left, right }: Pair, changes: readonly Change[], threshold: number): readonly Regression[] {
  const whole = (kind: Regression['kind']): Regression => ({ model, kind, metric: null, from: null, to: null, delta: null, threshold, direction: null });
  const [before, after] = [championReport(left), championReport(right)];
  if (before === null) return [];
  if (after === null) return [whole('champion_missing')];
  return [...(isDegraded(after) && !isDegraded(before) ? [whole('degraded')] : []), ...changes.flatMap((change) => metricRegression(model, change, threshold))];
}

const present = (state: ModelState): boolean => state.champion.kind !== 'missing';

function modelsOf(left: Registry, right: Registry, wanted: readonly string[]): readonly string[] {
  const asked = askedNames(wanted);
  if (asked.length > 0) return asked.toSorted(compareText);
  return [...new Set([...left.names(), ...right.names()])].filter((name) => present(left.model(name)) || present(right.model(name))).sort(compareText);
}

/** Puts the report under a name that is free; one of the same second gets a number. */
function store(context: EngineContext, folder: string, base: string, text: string): string {
  for (let n = 1; n < 10_000; n += 1) {
    const path = join(folder, n === 1 ? `${base}.json` : `${base}_${n}.json`);
    const draft = join(folder, `.sterownia-${context.ids.next()}.tmp`);
    try {
      makeDirectories(context.fs, dirname(path));
      replaceFile(context.fs, draft, Buffer.from(text));
      try {
        context.fs.link(draft, path);
        return path;
      } finally {
        context.fs.unlink(draft);
      }
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw asConsoleError(error, 'write', path);
    }
  }
  throw new ConsoleError('CONFLICT', `There is no free name for a comparison in ${folder}.`, { remedy: 'Give another --tag or --output-dir.', details: { field: 'output_dir' } });
}

export function championDiff(context: EngineContext, request: DiffRequest): DiffAnswer {
  const confined = request.confined ?? false;
  const [shownLeft, shownRight] = [request.lhs ?? defaults.sample, request.rhs ?? defaults.quality];
  const left = openRegistry(context, folderOf(context, shownLeft, defaults.sample, 'lhs', confined));
  const right = openRegistry(context, folderOf(context, shownRight, defaults.quality, 'rhs', confined));
  const folder = folderOf(context, request.output_dir, defaults.diffs, 'output_dir', confined);
  const tag = request.tag === undefined || request.tag.trim() === '' ? '' : `_${checkTag(request.tag.trim())}`;
  const models = modelsOf(left, right, request.model ?? []);
  const pairs = models.map((model) => ({ model, left: left.model(model), right: right.model(model) }));
  const threshold = request.threshold ?? 0;
  const regressions: Regression[] = [];
  const comparisons = pairs.map((pair) => {
    const sides = [sideOf(pair.left), sideOf(pair.right)] as const;
    const changes = metricChanges(objectAt(sides[0], 'metrics'), objectAt(sides[1], 'metrics'));
    regressions.push(...regressionsOf(pair, changes, threshold));
    return compare(pair.model, sides[0], sides[1], changes);
  });
  const missing = {
    lhs: pairs.filter((pair) => championOf(pair.left) === null).map((pair) => pair.model),
    rhs: pairs.filter((pair) => championOf(pair.right) === null).map((pair) => pair.model),
  };
  const at = nowText(context.clock);
  const report = jsonObject({
    generated_at: at, lhs_root: shownLeft, rhs_root: shownRight, models, comparisons,
    missing: jsonObject({ lhs: missing.lhs, rhs: missing.rhs }),
    regressions: regressions.map((each) => jsonObject({
      ...each, from: floatOrNullJson(each.from), to: floatOrNullJson(each.to), delta: floatOrNullJson(each.delta), threshold: float(each.threshold),
    })),
  });
  const path = store(context, folder, `champion_diff_${stampOf(at)}${tag}`, printJson(report));
  return { path, report: plainObject(report), regressions, missing };
}
