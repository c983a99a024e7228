/**
 * One cycle: train, evaluate, promote.
 *
 * Promise: a promotion takes place at most once, in the step of its own, and only where every prerequisite holds; a cycle
 * that found nothing to do leaves no trace. At any time at most one cycle of a job is under way, whoever starts it.
 */
import type { Actor, Automation, AutomodeCycle, RetrainingJobConfig } from '#contract';
import { microsText, nowMicros } from '#engines/decisions';
import { approvalRequired, autoPromote, failedCondition, recordReport, type AutoPromotionSummary, type CycleFacts } from '#engines/models';
import { unwatched, type WorkSignal } from '#engines/storage';
import type { RunResult } from '#engines/training';
import { automationOf } from './automation.ts';
import { lockCycle, noteCycle, settleCycles } from './cycleRecords.ts';
import { inForce } from './gate.ts';
import { guardrailReading } from './guardrails.ts';
import { zoned, zonedNow } from './instants.ts';
import { configOf, type AutomodeParts, type CycleStage } from './parts.ts';
import { qualityReport, type QualityFacts } from './report.ts';
import { untilKilled } from './signal.ts';

export interface CycleRequest {
  readonly actor: Actor;
  readonly force?: boolean | undefined;
  readonly reason?: string | undefined;
  /** For the loop: does nothing where the job turns out not to be due. */
  readonly onlyIfDue?: boolean | undefined;
}

export interface CycleDone {
  readonly cycle: AutomodeCycle;
  readonly run: RunResult;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isLoop = ({ actor }: CycleRequest): boolean => actor.door === 'loop';

/** What keeps automation from acting: everything but `on` for the loop; a pause does not keep a person's own cycle from promoting. */
const holdsUp = (automation: Automation, request: CycleRequest): boolean =>
  !(automation.state === 'on' || (automation.state === 'paused' && !isLoop(request)));

const trainingOf = (run: RunResult): AutomodeCycle['training'] => ({ status: run.status, reason: run.reason, reason_code: run.reason_code, run_id: run.run_id, version: run.version });

const statusOf: Readonly<Record<RunResult['status'], AutomodeCycle['status']>> = { success: 'completed', failed: 'failed', cancelled: 'cancelled', blocked: 'blocked', running: 'blocked' };

interface Work {
  readonly parts: AutomodeParts;
  readonly request: CycleRequest;
  readonly job: RetrainingJobConfig;
  readonly model: string;
  readonly signal: WorkSignal;
}

function fresh({ parts, request, job, model }: Work): AutomodeCycle {
  return {
    id: parts.context.ids.next(), job: job.name, model, status: 'running', started_at: zonedNow(parts.context.clock), ended_at: null, duration_seconds: null,
    started_by: request.actor.name, door: request.actor.door, training: null, evaluation: null, promotion: null, guardrail_active: null, kill_switch: null, alerts: [], errors: [],
  };
}

/** Tells the window of the stage as well as whoever waits. */
function signalFor({ parts, signal, job }: Work, cycle: AutomodeCycle, stage: CycleStage): WorkSignal {
  const tell = (progress: Parameters<WorkSignal['progress']>[0] | null): void => parts.progress?.({ cycle: cycle.id, job: job.name, stage, progress });
  tell(null);
  return {
    get cancelled() {
      return signal.cancelled;
    },
    check: () => signal.check(),
    progress: (update) => {
      signal.progress(update);
      tell(update);
    },
  };
}

/** In the order in which they are told. */
function alertsOf(parts: AutomodeParts, run: RunResult, quality: QualityFacts | null): readonly string[] {
  const reading = guardrailReading(parts);
  const { kill_switch: kill } = inForce(parts);
  return [
    ...(run.drift?.triggered === true ? ['drift'] : []), ...(run.data_quality?.status === 'alert' ? ['data_quality'] : []),
    ...(reading.state === 'active' ? ['guardrail_active'] : []), ...(reading.state === 'unknown' ? ['guardrail_unknown'] : []),
    ...(kill === true ? ['kill_switch'] : []), ...((quality?.fallbackCount ?? 0) > 0 ? ['fallback'] : []),
  ];
}

function evaluate(work: Work, cycle: AutomodeCycle, run: RunResult): { readonly cycle: AutomodeCycle; readonly quality: QualityFacts | null } {
  const { parts, model, request } = work;
  let quality: QualityFacts | null = null;
  try {
    const known = parts.registry().model(model);
    quality = qualityReport(parts.context, model, known, run, microsText(nowMicros(parts.context.clock)));
    const alerts = [...alertsOf(parts, run, quality)];
    const facts = { status: 'completed', errors: [], alerts, fallback_count: quality.fallbackCount };
    // Nothing may become champion here that the step after would have to refuse.
    const hold = prerequisite(work, facts) === null ? 'better' as const : 'all' as const;
    const decided = recordReport(parts.models, { model, report: quality.report, actor: request.actor, retrainingId: run.run_id, hold });
    return { quality, cycle: { ...cycle, alerts, evaluation: { decision: decided.decision, why: decided.why, reason: decided.reason, report: decided.report_path } } };
  } catch (error) {
    parts.context.log.error('the evaluation of a training failed', { job: cycle.job, error: messageOf(error) });
    return { quality, cycle: { ...cycle, alerts: [...alertsOf(parts, run, quality)], errors: [`The evaluation failed: ${messageOf(error)}`] } };
  }
}

/** The first prerequisite of a promotion that does not hold, in words; null where all do. */
function prerequisite({ parts, request }: Work, facts: CycleFacts): string | null {
  if (holdsUp(automationOf(parts), request)) return 'automation';
  const failed = failedCondition(facts) ?? (configOf(parts.policy())?.auto_promote === true ? null : 'auto_promote_off');
  // Where a second person is asked for, a plan is the one way; nobody approves what no person has planned.
  return failed ?? (approvalRequired(parts.context) ? 'approval_required' : null);
}

const skipped = (reason: string): NonNullable<AutomodeCycle['promotion']> => ({ status: 'skipped', skip_reason: reason, decisions: [] });

function promote(work: Work, cycle: AutomodeCycle, quality: QualityFacts | null): AutomodeCycle {
  const { parts, request, model } = work;
  const facts: CycleFacts = { status: cycle.status, errors: cycle.errors, alerts: cycle.alerts, fallback_count: quality?.fallbackCount ?? 0 };
  const shut = prerequisite(work, facts);
  if (shut !== null) return { ...cycle, promotion: skipped(shut) };
  const models = configOf(parts.policy())?.models ?? [];
  try {
    const summary = autoPromote(parts.models, { cycle: facts, models: models.length > 0 ? models : [model], actor: request.actor, retrainingId: cycle.training?.run_id ?? null });
    return { ...cycle, promotion: promotionOf(summary) };
  } catch (error) {
    parts.context.log.error('the promotion of a cycle failed', { job: cycle.job, error: messageOf(error) });
    return { ...cycle, errors: [...cycle.errors, `The promotion failed: ${messageOf(error)}`] };
  }
}

const promotionOf = ({ status, reason, decisions }: AutoPromotionSummary): NonNullable<AutomodeCycle['promotion']> =>
  ({ status, skip_reason: reason, decisions: decisions.map((decision) => ({ ...decision, blocked_by: [...decision.blocked_by] })) });

/** `status` before the last step is that of the training, as the prerequisites want it. */
function afterTraining(work: Work, begun: AutomodeCycle, run: RunResult): AutomodeCycle {
  const { parts, request } = work;
  const { active, kill_switch: kill } = inForce(parts);
  const trained: AutomodeCycle = { ...begun, training: trainingOf(run), guardrail_active: active, kill_switch: kill };
  if (run.status !== 'success') {
    const failed = run.status === 'failed';
    return { ...trained, status: statusOf[run.status], ...(failed ? { errors: [`${run.reason_code ?? 'Error'}: ${run.reason ?? ''}`], promotion: skipped('status') } : {}) };
  }
  noteCycle(parts, 'note', request.actor, trained, { step: 'training' });
  signalFor(work, begun, 'evaluation');
  const { cycle: evaluated, quality } = evaluate(work, trained, run);
  noteCycle(parts, 'note', request.actor, evaluated, { step: 'evaluation' });
  signalFor(work, begun, 'promotion');
  return promote(work, { ...evaluated, status: 'completed' }, quality);
}

function ended(parts: AutomodeParts, cycle: AutomodeCycle, startedMs: number): AutomodeCycle {
  const now = parts.context.clock.now();
  return { ...cycle, ended_at: zoned(nowMicros(parts.context.clock)), duration_seconds: Math.max(0, now - startedMs) / 1000 };
}

/** For whoever asks for a job by a name that is not set up, `runJob` has the words. */
function workFor(parts: AutomodeParts, name: string, request: CycleRequest, signal: WorkSignal): Work | null {
  const job = parts.training.config().jobs.find((each) => each.name === name);
  return job === undefined ? null : { parts, request, job, model: job.model ?? job.name, signal: isLoop(request) ? untilKilled(parts, signal) : signal };
}

export async function runCycle(parts: AutomodeParts, name: string, request: CycleRequest, signal: WorkSignal = unwatched): Promise<CycleDone> {
  const { resultOf, runEntryType, runJob } = await import('#engines/training');
  const work = workFor(parts, name, request, signal);
  const start = (begins?: (runId: string) => void, watched: WorkSignal = signal): Promise<RunResult> =>
    runJob(parts.training, name, { actor: request.actor, force: request.force, reason: request.reason, onlyIfDue: request.onlyIfDue, begins }, watched);
  if (work === null) {
    await start();
    throw new TypeError(`the job ${name} is not set up`);
  }
  const startedMs = parts.context.clock.now();
  const planned = fresh(work);
  const blocked = (status: 'blocked' | 'running', reason: string, code: string): CycleDone => {
    const run = resultOf(status, { job: work.job.name, kind: work.job.kind, reason, reason_code: code });
    return { run, cycle: { ...ended(parts, planned, startedMs), status: 'blocked', training: trainingOf(run) } };
  };
  const automation = automationOf(parts);
  if (isLoop(request) && holdsUp(automation, request)) return blocked('blocked', `Not started: ${automation.detail ?? automation.state}.`, 'automation');
  const lock = lockCycle(parts.context, work.job.name);
  if (lock === null) return blocked('running', `A cycle of ${work.job.name} is under way already.`, 'running');
  let begun = false;
  try {
    settleCycles(parts, request.actor, work.job.name, runEntryType);
    const run = await start((runId) => {
      noteCycle(parts, 'intent', request.actor, planned, { run_id: runId, force: request.force === true, reason: request.reason ?? null });
      begun = true;
      parts.changed();
    }, signalFor(work, planned, 'training'));
    if (!begun) return { run, cycle: { ...ended(parts, planned, startedMs), status: 'blocked', training: trainingOf(run) } };
    const cycle = ended(parts, afterTraining(work, planned, run), startedMs);
    noteCycle(parts, 'outcome', request.actor, cycle);
    return { cycle, run };
  } finally {
    lock.release();
    if (begun) parts.changed();
  }
}
