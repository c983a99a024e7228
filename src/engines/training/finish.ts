/**
 * How a run ends: as a success, as a failure, or stopped by a person.
 *
 * Promise: each way can be gone again after a crash at any point of it, and then adds nothing twice: schedule, decision journal,
 * operations journal and the job's record tell the same story.
 */
import { isConsoleError, type Actor } from '#contract';
import { ensureBundle, openModelRepository } from '#engines/artifacts';
import { addMicros, microsText, nowMicros, secondsMicros, secondsOf } from '#engines/decisions';
import { markFailure, recordSuccess, recoverSchedule, retrainingStatus, scheduleEntryType } from '#engines/retraining';
import { needsSignature } from '#engines/signoffs';
import { isMissing } from '#engines/storage';
import { faultsOf, type SavedArtifact } from './artifact.ts';
import { cooldownEnd } from './jobFailures.ts';
import { messageOf, type TrainingEngine } from './parts.ts';
import { changeRecord, ownArtifact, type JobRecord, type RunRecord, type Saving } from './record.ts';
import { ensureReport, instantOf, type PlannedReport } from './reports.ts';

export const runEntryType = 'retraining_run';

const looked = 400;

/** True where an act on the schedule for this run has reached the file. */
function isRecorded(engine: TrainingEngine, act: 'training_succeeded' | 'training_failed', runId: string): boolean {
  const entries = engine.entries([scheduleEntryType], looked);
  const completed = new Set(entries.filter(({ stage, data }) => stage === 'outcome' && data['status'] === 'completed').map(({ subject }) => subject));
  return entries.some(({ stage, subject, data }) => {
    const { decision } = data;
    return stage === 'intent' && data['act'] === act && completed.has(subject) && typeof decision === 'object' && decision !== null && 'run_id' in decision && decision.run_id === runId;
  });
}

function outcome(engine: TrainingEngine, job: string, run: RunRecord, data: Readonly<Record<string, unknown>>): void {
  const done = engine.entries([runEntryType], looked).some(({ stage, subject }) => stage === 'outcome' && subject === run.id);
  if (!done) engine.record({ actor: run.actor, type: runEntryType, stage: 'outcome', operation: run.operation, subject: run.id, data: { job, ...data } });
}

const ended = (engine: TrainingEngine, job: string, change: (record: JobRecord) => Partial<JobRecord>): void => {
  changeRecord(engine.context, job, (record) => ({ ...record, ...change(record), run: null }));
  engine.changed();
};

/** What a command made for this run only; what cannot be removed is no reason to keep the run open. */
function removeOwn({ context }: TrainingEngine, job: string, run: RunRecord): void {
  const path = ownArtifact(context, job, run.id);
  try {
    context.fs.unlink(path);
  } catch (error) {
    if (!isMissing(error)) context.log.warn('the file that a command made stays', { path, error: messageOf(error) });
  }
}

/** In the words of the entries about changes of models. */
function guardrailFields(engine: TrainingEngine): Readonly<Record<string, string>> {
  const found = engine.guardrail?.();
  const word = (value: boolean | null): string => (value === null ? 'unknown' : String(value));
  return found === undefined ? {} : { guardrail_active: word(found.active), kill_switch: word(found.kill_switch) };
}

export interface Finishing {
  readonly engine: TrainingEngine;
  readonly job: string;
  readonly run: RunRecord;
  /** True while a crash is cleared up: what may have been done already is looked for first. */
  readonly again: boolean;
}

/** The same after a crash, because both instants stand in the record. */
const lastedOf = (run: RunRecord, end: string): number => Math.max(0, secondsOf(instantOf(end) - instantOf(run.started_at)));

interface Told {
  readonly at: string;
  readonly note: Readonly<Record<string, unknown>>;
}

/** A clock that was set back since must not keep a run open for ever: recovery takes a time ahead of it for now, and says so. */
function believedAt(engine: TrainingEngine, at: string, again: boolean): Told {
  const now = nowMicros(engine.context.clock);
  const ahead = instantOf(at) > addMicros(now, secondsMicros(engine.config().clock_tolerance_seconds));
  return again && ahead ? { at: microsText(now), note: { clock_skew: at } } : { at, note: {} };
}

interface Written {
  /** Relative to the workspace. */
  readonly reports: string[];
  /** Those that need signatures: the gate notices when one of them is taken away. */
  readonly alerts: string[];
}

function written({ context }: TrainingEngine, planned: readonly PlannedReport[]): Written {
  const found = planned.map((report) => ({ path: ensureReport(context, report), alert: report.kind !== 'walk_forward' && needsSignature(report.kind, Buffer.from(report.text, 'utf8')) }));
  return { reports: found.map(({ path }) => path), alerts: found.flatMap(({ path, alert }) => (alert ? [path] : [])) };
}

/** What the repository says about an alias that can never be moved there; anything else is for the next attempt. */
const lasting: readonly string[] = ['CONFLICT', 'PATH_INVALID', 'DOCUMENT_CORRUPT', 'NOT_FOUND'];

/** The version is published and trained by now; another one that is called `latest` must not keep the run open for ever. */
function moveLatest({ context }: TrainingEngine, model: string, version: string): string[] {
  try {
    openModelRepository(context, model).setAliases(version, ['latest']);
    return [];
  } catch (error) {
    if (!isConsoleError(error) || !lasting.includes(error.code)) throw error;
    context.log.warn('the alias latest was not moved', { model, version, error: error.message });
    return [`The alias "latest" was not moved to ${version}: ${error.message}`];
  }
}

/** A signed bundle where a key is set up, as publishing by a person makes one. */
function bundleFor(engine: TrainingEngine, model: string, version: string): { readonly bundle: string | null; readonly warnings: readonly string[] } {
  const { context } = engine;
  const keys = engine.signing?.();
  if (keys === undefined || (keys.keys.length === 0 && keys.findings.length === 0 && !keys.requireSignature)) return { bundle: null, warnings: [] };
  const { bytes, sha256 } = openModelRepository(context, model).load(version);
  return ensureBundle(context, keys, { model, version, bytes, sha256 });
}

export interface Finished {
  /** Relative to the workspace. */
  readonly reports: string[];
  readonly warnings: string[];
}

/** For an artifact that is saved. */
export function finishSuccess({ engine, job, run, again }: Finishing, saving: Saving, artifact: SavedArtifact): Finished {
  const { at, note } = believedAt(engine, saving.at, again);
  const { reports, alerts } = written(engine, run.reports);
  if (again) recoverSchedule(engine, run.actor);
  if (!again || !isRecorded(engine, 'training_succeeded', run.id)) {
    recordSuccess(engine, {
      actor: run.actor, artifact, validate: faultsOf,
      run: { job, at: instantOf(at), datasetRows: saving.rows, metrics: saving.metrics, context: { strategy: saving.model } },
      metadata: { run_id: run.id, ...guardrailFields(engine), model_name: saving.model, ...(saving.version === null ? {} : { model_version: saving.version }), report_paths: reports, duration_seconds: lastedOf(run, saving.at), ...note },
    });
  }
  const warnings = saving.version === null ? [] : moveLatest(engine, saving.model, saving.version);
  const { bundle, warnings: unbundled } = saving.version === null ? { bundle: null, warnings: [] } : bundleFor(engine, saving.model, saving.version);
  if (saving.version !== null) removeOwn(engine, job, run);
  outcome(engine, job, run, { status: 'success', at, model: saving.model, version: saving.version, artifact, reports, alerts, ...(bundle === null ? {} : { bundle }), ...(again ? { recovered: true } : {}), ...note });
  ended(engine, job, () => ({ last_success: at, failure_streak: 0, cooldown_until: null }));
  return { reports, warnings: [...warnings, ...unbundled] };
}

export interface Failure {
  readonly at: string;
  readonly type: string;
  readonly message: string;
}

/** As the schedule's own: longer with every failure in a row, with a longest end; a failure within it does not lengthen it. */
function afterFailure(engine: TrainingEngine, record: JobRecord, at: string): Partial<JobRecord> {
  const failed = instantOf(at);
  if (record.cooldown_until !== null && instantOf(record.cooldown_until) > failed) return { last_failure: at };
  const config = engine.config();
  const interval = retrainingStatus(engine.context, config).interval_seconds ?? config.interval_seconds;
  const streak = record.failure_streak + 1;
  return { last_failure: at, failure_streak: streak, cooldown_until: cooldownEnd(engine, at, streak, interval) };
}

export function finishFailure({ engine, job, run, again }: Finishing, failure: Failure): string[] {
  const { at, note } = believedAt(engine, failure.at, again);
  const { reports, alerts } = written(engine, run.reports.filter(({ kind }) => kind !== 'walk_forward'));
  if (again) recoverSchedule(engine, run.actor);
  if (!again || !isRecorded(engine, 'training_failed', run.id)) {
    markFailure(engine, {
      actor: run.actor, run: { job, at: instantOf(at), ...(run.saving === null ? {} : { datasetRows: run.saving.rows }) },
      errorType: failure.type, errorMessage: failure.message, metadata: { run_id: run.id, ...guardrailFields(engine), duration_seconds: lastedOf(run, failure.at), ...note },
    });
  }
  removeOwn(engine, job, run);
  outcome(engine, job, run, { status: 'failed', at, error_type: failure.type, error: failure.message, reports, alerts, ...(again ? { recovered: true } : {}), ...note });
  ended(engine, job, (record) => afterFailure(engine, record, at));
  return reports;
}

/** A person's stop is no failure: the schedule stays as it is. */
export function finishCancelled({ engine, job, run }: Finishing): void {
  removeOwn(engine, job, run);
  outcome(engine, job, run, { status: 'cancelled' });
  ended(engine, job, () => ({}));
}

/** Runs in the journal without an outcome whose record is gone: they are closed, so that nobody waits for them. */
export function closeOrphans(engine: TrainingEngine, job: string, actor: Actor): void {
  const entries = engine.entries([runEntryType], looked).filter(({ data }) => data['job'] === job);
  const closed = new Set(entries.filter(({ stage }) => stage === 'outcome').map(({ subject }) => subject));
  for (const { stage, subject, operation } of entries) {
    if (stage !== 'intent' || closed.has(subject)) continue;
    engine.record({ actor: { ...actor, door: 'recovery' }, type: runEntryType, stage: 'outcome', operation, subject, data: { job, status: 'unknown', recovered: true } });
  }
}
