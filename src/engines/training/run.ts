/**
 * One run of one job, from the lock to the outcome.
 *
 * Promise: at any time at most one run of a job is under way, whoever starts it; a success is recorded only for an artifact that
 * is saved and was validated as it lies there; every run that began has an outcome, at the latest when the job runs again.
 */
import { ConsoleError, isConsoleError, type RetrainingJobConfig } from '#contract';
import { openModelRepository } from '#engines/artifacts';
import { microsText, nowMicros, type Micros } from '#engines/decisions';
import { isMissing, relativeTo, unwatched, type HeldLock, type WorkSignal } from '#engines/storage';
import { artifactFacts, freeVersion, markedArtifact, requireSound, type SavedArtifact } from './artifact.ts';
import { sha256Of } from './digest.ts';
import { blockOf, dueBlockOf } from './due.ts';
import { runExternal } from './external.ts';
import { finishCancelled, finishFailure, finishSuccess, runEntryType, type Finishing } from './finish.ts';
import { openRunLog, unknownJob, type RunLog } from './log.ts';
import { commandOptions, embeddedOptions } from './options.ts';
import { errorTypeOf, isCancelled, messageOf, withDeadline, type RunRequest, type TrainingEngine } from './parts.ts';
import { changeRecord, changeRun, readRecord, type RunRecord, type Saving } from './record.ts';
import { documentText, ensureReport, planReport, stampOf, walkForwardFinding } from './reports.ts';
import { resultOf, type RunResult } from './result.ts';
import { lockJob, settleJob } from './settle.ts';
import { train } from './trainer.ts';

const operation = 'retraining.run';

const notSetUp = (message: string, field: string): ConsoleError =>
  new ConsoleError('INPUT_INVALID', message, { remedy: 'Correct "retraining" in config/console.json.', details: { field } });

function jobNamed(engine: TrainingEngine, name: string): RetrainingJobConfig {
  const { jobs, feeds, faults } = engine.config();
  const job = jobs.find((each) => each.name === name);
  if (job === undefined) {
    const fault = faults.find((each) => each.list === 'jobs' && (each.name === name || (jobs.length === 0 && each.name === null)));
    if (fault !== undefined) throw notSetUp(`The job "${name}" is not set up right: ${fault.field}: ${fault.problem}. Nothing was started.`, fault.field);
    throw unknownJob(name, jobs.map((each) => each.name));
  }
  // Settings are judged before anything is touched.
  if (job.kind === 'command') commandOptions(job);
  else {
    embeddedOptions(job);
    if (feeds.every((each) => each.name !== job.feed)) {
      const fault = faults.find((each) => each.list === 'feeds' && each.name === job.feed);
      const why = fault === undefined ? 'not set up' : `not set up right: ${fault.field}: ${fault.problem}`;
      throw notSetUp(`The job "${name}" trains from the feed "${job.feed}", which is ${why}. Nothing was started.`, fault?.field ?? `retraining.jobs.${name}.feed`);
    }
  }
  return job;
}

export async function runJob(engine: TrainingEngine, name: string, request: RunRequest, signal: WorkSignal = unwatched): Promise<RunResult> {
  const job = jobNamed(engine, name);
  const known = { job: job.name, kind: job.kind };
  let lock: HeldLock;
  try {
    lock = lockJob(engine.context, job.name);
  } catch (error) {
    if (!isConsoleError(error) || error.code !== 'BUSY') throw error;
    return resultOf('running', { ...known, reason: error.message, reason_code: 'running' });
  }
  try {
    const settled = settleJob(engine, job.name, job.timeout_seconds, request.actor);
    if (settled?.status === 'running') {
      return resultOf('running', { ...known, run_id: settled.run_id, reason: 'A command of an earlier run, whose console has ended, is still at work.', reason_code: 'running' });
    }
    const block = request.onlyIfDue === true ? dueBlockOf(engine, job.name) : blockOf(engine, job.name);
    if (block !== null && (request.onlyIfDue === true || request.force !== true || !block.forceable)) {
      return resultOf('blocked', { ...known, reason: `Not started: ${block.reason}.`, reason_code: block.code });
    }
    return await begin(engine, job, request, signal);
  } finally {
    lock.release();
  }
}

async function begin(engine: TrainingEngine, job: RetrainingJobConfig, request: RunRequest, signal: WorkSignal): Promise<RunResult> {
  const { context } = engine;
  const started = nowMicros(context.clock);
  const run: RunRecord = {
    id: context.ids.next(), started_at: microsText(started), actor: request.actor, operation: request.actor.door === 'loop' ? null : operation,
    process: null, reports: [], saving: null, failing: null, cancelled: false,
  };
  request.begins?.(run.id);
  const data = { job: job.name, kind: job.kind, force: request.force === true, reason: request.reason ?? null };
  engine.record({ actor: run.actor, type: runEntryType, stage: 'intent', operation: run.operation, subject: run.id, data });
  changeRecord(context, job.name, (record) => ({ ...record, run }));
  const log = openRunLog(context, job.name, run.id);
  try {
    log.line(`Training "${job.name}" (${job.kind}) was started by ${request.actor.name}${request.force === true ? ', forced' : ''}${request.reason === undefined ? '' : `: ${request.reason}`}.`);
    return await carryOut({ engine, job, log, started, run }, signal);
  } finally {
    log.close();
  }
}

interface Run {
  readonly engine: TrainingEngine;
  readonly job: RetrainingJobConfig;
  readonly log: RunLog;
  readonly started: Micros;
  readonly run: RunRecord;
}

const finishingOf = ({ engine, job, run }: Run): Finishing =>
  ({ engine, job: job.name, run: readRecord(engine.context, job.name).run ?? run, again: false });

function closing({ engine: { context }, job, log, started, run }: Run): Pick<RunResult, 'job' | 'kind'> & Partial<RunResult> {
  const ended = nowMicros(context.clock);
  return {
    job: job.name, kind: job.kind, run_id: run.id, started_at: run.started_at, ended_at: microsText(ended), duration_seconds: Number(ended - started) / 1e6, log: log.path,
    warnings: log.problem === null ? [] : [`The log ends early: ${log.problem}.`],
  };
}

async function carryOut(run: Run, signal: WorkSignal): Promise<RunResult> {
  let made: Partial<RunResult> & { readonly saving: Saving; readonly saved: SavedArtifact };
  try {
    made = run.job.kind === 'embedded' ? embedded(run, signal) : await external(run, signal);
  } catch (error) {
    return ended(run, error);
  }
  // From here on the training is done: what fails now is the disk, and the next run, or the next start, goes on from the record.
  const { saving, saved, ...rest } = made;
  const { reports, warnings } = finishSuccess(finishingOf(run), saving, saved);
  const end = closing(run);
  for (const warning of warnings) run.log.line(`Warning: ${warning}`);
  run.log.line(`Trained: ${saved.path}, ${saving.rows} rows.`);
  return resultOf('success', {
    ...end, ...rest, warnings: [...end.warnings ?? [], ...warnings], model: saving.model, version: saving.version, artifact: { path: saved.path, sha256: saved.sha256 }, trained_at: saving.at,
    dataset_rows: saving.rows, metrics: saving.metrics, reports,
  });
}

function ended(run: Run, error: unknown): RunResult {
  const { engine, job, log } = run;
  if (isCancelled(error)) {
    changeRun(engine.context, job.name, { cancelled: true });
    finishCancelled(finishingOf(run));
    log.line('Stopped on request.');
    return resultOf('cancelled', { ...closing(run), reason: 'Stopped on request.', reason_code: 'cancelled' });
  }
  const failing = { at: microsText(nowMicros(engine.context.clock)), type: errorTypeOf(error), message: messageOf(error) };
  changeRun(engine.context, job.name, { failing });
  log.line(`Failed: ${failing.type}: ${failing.message}`);
  const reports = finishFailure(finishingOf(run), failing);
  return resultOf('failed', { ...closing(run), reason: failing.message, reason_code: failing.type, reports });
}

/** Publishes under a new version. What the record says beforehand lets a later start find it. */
function publish({ engine: { context }, job, run }: Run, bytes: Buffer, saving: Saving & { readonly version: string }): SavedArtifact {
  changeRun(context, job.name, { saving });
  const { version, sha256 } = openModelRepository(context, saving.model).publish({ version: saving.version, bytes: markedArtifact(bytes, { run_id: run.id, job: job.name }), alias: [] });
  return { path: relativeTo(context.root, version.path ?? ''), sha256 };
}

type Made = Partial<RunResult> & { readonly saving: Saving; readonly saved: SavedArtifact };

function embedded(run: Run, outer: WorkSignal): Made {
  const { engine, job, log } = run;
  const { context } = engine;
  if (job.kind !== 'embedded') throw new TypeError('this job is no embedded one');
  const signal = withDeadline(context, outer, job.timeout_seconds);
  const trained = train(context, { job, options: embeddedOptions(job), config: engine.config(), runId: run.run.id }, signal);
  for (const [block, metrics] of Object.entries(trained.metrics)) {
    log.line(`${block}: ${Object.entries(metrics).map(([name, value]) => `${name} ${value.toPrecision(6)}`).join(', ')}`);
  }
  const model = job.model ?? job.name;
  const planned = trained.findings.map((finding) => planReport(job.name, trained.at, finding));
  changeRun(context, job.name, { reports: planned });
  for (const report of planned) log.line(`Report ${ensureReport(context, report)}`);
  const forward = trained.walkForward === null ? [] : [planReport(job.name, trained.at, walkForwardFinding({
    job: job.name, at: trained.at, runId: run.run.id, forward: trained.walkForward, artifact: trained.artifact, rows: trained.rows,
  }))];
  changeRun(context, job.name, { reports: [...planned, ...forward] });
  // The last moment for a stop: a version that is published stays.
  signal.check();
  const saving = {
    at: microsText(trained.at), model, version: freeVersion(context, model, stampOf(trained.at)), path: null, sha256: null, rows: trained.rows, metrics: trained.metrics,
  };
  const saved = publish(run, Buffer.from(documentText(trained.artifact), 'utf8'), saving);
  return { saving, saved, walk_forward: trained.walkForward, drift: trained.drift, data_quality: trained.quality };
}

async function external(run: Run, signal: WorkSignal): Promise<Made> {
  const { engine, job, log } = run;
  const { context } = engine;
  if (job.kind !== 'command') throw new TypeError('this job is no command');
  const options = commandOptions(job);
  const made = await runExternal({ engine, job, options, runId: run.run.id, log }, signal);
  try {
    requireSound(made.bytes);
    const { metrics, rows } = artifactFacts(made.bytes);
    const at = nowMicros(context.clock);
    const model = job.model ?? job.name;
    const saving = { at: microsText(at), model, rows, metrics };
    if (options.publish) {
      const named = { ...saving, version: freeVersion(context, model, stampOf(at)), path: null, sha256: null };
      return { saving: named, saved: publish(run, made.bytes, named) };
    }
    const saved = { path: relativeTo(context.root, made.path), sha256: sha256Of(made.bytes) };
    const kept = { ...saving, version: null, ...saved };
    changeRun(context, job.name, { saving: kept });
    return { saving: kept, saved };
  } finally {
    if (made.temporary && options.publish) removeMade(run, made.path);
  }
}

function removeMade({ engine: { context } }: Run, path: string): void {
  try {
    context.fs.unlink(path);
  } catch (error) {
    if (!isMissing(error)) context.log.warn('the file that a command made stays', { path, error: messageOf(error) });
  }
}
