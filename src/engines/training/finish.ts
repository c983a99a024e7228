/**
 * How a run ends: as a success, as a failure, or stopped by a person.
 *
 * Promise: each way can be gone again after a crash at any point of it, and then adds nothing twice: schedule, decision journal,
 * operations journal and the job's record tell the same story.
 */
import type { Actor } from '#contract';
import { openModelRepository } from '#engines/artifacts';
import { addMicros, microsText, secondsMicros, secondsOf } from '#engines/decisions';
import { markFailure, recordSuccess, recoverSchedule, retrainingStatus, scheduleEntryType } from '#engines/retraining';
import { faultsOf, type SavedArtifact } from './artifact.ts';
import type { TrainingEngine } from './parts.ts';
import { changeRecord, type JobRecord, type RunRecord, type Saving } from './record.ts';
import { ensureReport, instantOf } from './reports.ts';

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

/** For an artifact that is saved. Returns the reports, relative to the workspace. */
export function finishSuccess({ engine, job, run, again }: Finishing, saving: Saving, artifact: SavedArtifact): string[] {
  const { context } = engine;
  const reports = run.reports.map((report) => ensureReport(context, report));
  if (again) recoverSchedule(engine, run.actor);
  if (!again || !isRecorded(engine, 'training_succeeded', run.id)) {
    recordSuccess(engine, {
      actor: run.actor, artifact, validate: faultsOf,
      run: { job, at: instantOf(saving.at), datasetRows: saving.rows, metrics: saving.metrics, context: { strategy: saving.model } },
      metadata: { run_id: run.id, ...guardrailFields(engine), model_name: saving.model, ...(saving.version === null ? {} : { model_version: saving.version }), report_paths: reports, duration_seconds: lastedOf(run, saving.at) },
    });
  }
  if (saving.version !== null) openModelRepository(context, saving.model).setAliases(saving.version, ['latest']);
  outcome(engine, job, run, { status: 'success', at: saving.at, model: saving.model, version: saving.version, artifact, reports, ...(again ? { recovered: true } : {}) });
  ended(engine, job, () => ({ last_success: saving.at, failure_streak: 0, cooldown_until: null }));
  return reports;
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
  const times = Math.min(streak, 6, config.cooldown_cap_intervals);
  return { last_failure: at, failure_streak: streak, cooldown_until: microsText(addMicros(failed, secondsMicros(interval * times))) };
}

export function finishFailure({ engine, job, run, again }: Finishing, failure: Failure): string[] {
  const reports = run.reports.filter(({ kind }) => kind !== 'walk_forward').map((report) => ensureReport(engine.context, report));
  if (again) recoverSchedule(engine, run.actor);
  if (!again || !isRecorded(engine, 'training_failed', run.id)) {
    markFailure(engine, {
      actor: run.actor, run: { job, at: instantOf(failure.at), ...(run.saving === null ? {} : { datasetRows: run.saving.rows }) },
      errorType: failure.type, errorMessage: failure.message, metadata: { run_id: run.id, ...guardrailFields(engine), duration_seconds: lastedOf(run, failure.at) },
    });
  }
  outcome(engine, job, run, { status: 'failed', at: failure.at, error_type: failure.type, error: failure.message, reports, ...(again ? { recovered: true } : {}) });
  ended(engine, job, (record) => afterFailure(engine, record, failure.at));
  return reports;
}

/** A person's stop is no failure: the schedule stays as it is. */
export function finishCancelled({ engine, job, run }: Finishing): void {
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
