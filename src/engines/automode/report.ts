/**
 * The quality report of a training: what the registry of models ranks a version by.
 *
 * Promise: metrics are those of the artifact, compared with the champion's as the bot compares them; nothing is made up.
 */
import { join } from 'node:path';
import { isMembers, memberOf, numberOf, plainOf, readJsonBytes, type JsonMembers } from '#engines/artifacts';
import { jsonOf, isObject, modelRow, type JsonObject, type ModelState } from '#engines/models';
import { readFully, type EngineContext } from '#engines/storage';
import type { RunResult } from '#engines/training';

export interface QualityFacts {
  readonly version: string;
  readonly report: JsonObject;
  /** How often the training fell back to another backend, as its artifact says. */
  readonly fallbackCount: number;
}

type Numbers = Readonly<Record<string, number>>;

/** The bot's tolerances: directional accuracy as a share of 1, the error in units of the target. */
const tolerances = { directional_accuracy: 0.03, mae: 0.15 } as const;

function numbersIn(value: unknown): Numbers {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((pair): pair is [string, number] => typeof pair[1] === 'number' && Number.isFinite(pair[1])));
}

/** `metrics.summary` where there is one, else `metrics`. */
function summaryOf(metrics: Readonly<Record<string, unknown>>): Numbers {
  const { summary } = metrics;
  return numbersIn(typeof summary === 'object' && summary !== null ? summary : metrics);
}

export interface QualityComparison {
  readonly status: 'improved' | 'ok' | 'degraded';
  readonly delta: Numbers;
}

/**
 * Better or worse than the champion by more than the tolerance; better in one and worse in the other is `ok`, as is a change
 * within the tolerances. Without a champion a model is `improved`. An error below 1 is compared by 15 % of itself.
 */
export function compareQuality(candidate: Numbers, champion: Numbers | null): QualityComparison {
  if (champion === null) return { status: 'improved', delta: {} };
  const delta: Record<string, number> = {};
  for (const [name, value] of Object.entries(candidate)) {
    const before = champion[name];
    if (before !== undefined) delta[name] = value - before;
  }
  const accuracy = delta['directional_accuracy'] ?? 0;
  const error = delta['mae'] ?? 0;
  const errorTolerance = Math.min(tolerances.mae, tolerances.mae * Math.abs(champion['mae'] ?? 1));
  const better = accuracy >= tolerances.directional_accuracy || (error < 0 && -error >= errorTolerance);
  const worse = -accuracy >= tolerances.directional_accuracy || (error > 0 && error >= errorTolerance);
  return { status: better === worse ? 'ok' : better ? 'improved' : 'degraded', delta };
}

function artifactOf(context: EngineContext, run: RunResult): JsonMembers | null {
  if (run.artifact === null) return null;
  const value = readJsonBytes(readFully(context.fs, join(context.root, run.artifact.path)));
  return isMembers(value) ? value : null;
}

/** Of a version that the repository does not hold: what the artifact calls itself, else the instant of its training. */
const versionOf = (run: RunResult, metadata: JsonMembers | null): string => {
  const named = metadata?.get('model_version');
  return run.version ?? (typeof named === 'string' && named.trim() !== '' ? named.trim() : (run.trained_at ?? '').slice(0, 19).replaceAll(/[-:]/gu, ''));
};

function parametersOf(artifact: JsonMembers | null, metadata: JsonMembers | null): Readonly<Record<string, unknown>> {
  const given = metadata?.get('parameters');
  const backend = artifact?.get('backend');
  const named = Object.fromEntries(['model_type', 'horizon', 'feed', 'symbol', 'target'].flatMap((key) => {
    const value = metadata?.get(key);
    return value === undefined || value === null || isMembers(value) || Array.isArray(value) ? [] : [[key, plainOf(value)]];
  }));
  const own = isMembers(given) ? plainOf(given) : named;
  return { ...(typeof backend === 'string' ? { backend } : {}), ...(own as Readonly<Record<string, unknown>>) };
}

export function qualityReport(context: EngineContext, model: string, champion: ModelState, run: RunResult, evaluatedAt: string): QualityFacts {
  const artifact = artifactOf(context, run);
  const found = memberOf(artifact ?? undefined, 'metadata');
  const metadata = isMembers(found) ? found : null;
  const version = versionOf(run, metadata);
  const before = modelRow(champion, 0);
  const compared = compareQuality(summaryOf(run.metrics ?? {}), before.version === null ? null : summaryOf(before.metrics));
  const report = jsonOf({
    model_name: model, version, evaluated_at: evaluatedAt, metrics: run.metrics ?? {}, status: compared.status, delta: compared.delta,
    ...(before.version === null ? {} : { baseline_version: before.version }),
    ...(run.walk_forward === null ? {} : {
      validation: {
        method: 'walk_forward', average_mae: run.walk_forward.average_mae, average_directional_accuracy: run.walk_forward.average_directional_accuracy, windows: run.walk_forward.windows.length,
        walk_forward: run.walk_forward.windows,
      },
    }),
    dataset_rows: run.dataset_rows, trained_at: run.trained_at, parameters: parametersOf(artifact, metadata), run_id: run.run_id,
  });
  const fallback = numberOf(metadata?.get('fallback_count'));
  return { version, report: isObject(report) ? report : new Map(), fallbackCount: fallback === null || fallback < 0 ? 0 : Math.trunc(fallback) };
}
