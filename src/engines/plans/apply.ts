/**
 * Applying a plan, once: every check again under the lock, intent before the first change, observed effect after it.
 *
 * Where the work throws midway, recovery runs at once and decides: back to before, or completed.
 */
import { ConsoleError, failureNote, isConsoleError, note, said, type Actor, type ApplyOutcome, type Note, type PlanDocument, type PlanState, type PlanStatus, type TargetResult } from '#contract';
import { displayName, isoNow, type WorkSignal } from '#engines/storage';
import { layout, lockedAsync, readPolicy } from '#engines/workspace';
import { approvalMissing, isRecorded } from './approval.ts';
import { providerOf } from './create.ts';
import { changeState, readPlan, readResults, readState, writeResults } from './documents.ts';
import { beginComparing } from './drift.ts';
import type { PlansEngine } from './engine.ts';
import { listText, writeEvidence, writeLogLine } from './evidence.ts';
import { requireOpen } from './lifecycle.ts';
import { requireOpenGates, type PlanReport, type PlanWork } from './provider.ts';
import { recordingLateRefusal, recordingRefusal } from './refusal.ts';
import { recordingLast } from './unrecorded.ts';

export interface ActRequest {
  readonly id: string;
  readonly actor: Actor;
  readonly signal: WorkSignal;
}

export interface ApplyRequest extends ActRequest {
  readonly confirmation: string | null;
}

const driftShown = 200;

export function workOf(engine: PlansEngine, plan: PlanDocument, actor: Actor, signal: WorkSignal): PlanWork {
  return { context: engine.context, plan, actor, workspaceId: engine.workspaceId(), config: engine.config(), signal };
}

export async function applyPlan(engine: PlansEngine, request: ApplyRequest): Promise<void> {
  await lockedAsync(engine.context, 'acts', { purpose: `apply plan ${request.id}`, waitMs: 2_000 }, async () => {
    const plan = readPlan(engine.context, request.id);
    check(engine, plan, request);
    const startedAt = isoNow(engine.context.clock);
    engine.record({
      actor: request.actor, type: 'plan_apply', stage: 'intent', operation: plan.operation, subject: plan.id,
      data: { digest: plan.digest, totals: plan.totals, permanent: plan.permanent, approval: readState(engine.context, plan.id).approval },
    });
    const refused = { actor: request.actor, type: 'plan_apply', operation: plan.operation, subject: plan.id };
    recordingRefusal(engine, refused, () => changeState(engine.context, plan.id, (current) => {
      requireOpen(engine, plan, current, ['pending', 'approved']);
      return { status: 'applying', outcome: null };
    }));
    engine.changed(plan.id, 'applying');
    const work = workOf(engine, plan, request.actor, request.signal);
    const provider = providerOf(engine, plan.operation);
    try {
      settleApply(engine, plan, request.actor, startedAt, await provider.apply(work), null);
    } catch (error) {
      const recovered = await recordingLast(plan, null, () => provider.recover({ ...work, signal: { progress: request.signal.progress, check: () => undefined, cancelled: false } }));
      await recordingLast(plan, recovered, () => settleApply(engine, plan, request.actor, startedAt, recovered, { error, reverted: recovered.outcome === 'reverted' }));
      throw error;
    }
  });
}

/** A damaged policy asks for approvals that nobody may have meant, so it is named as the reason. */
function approvalRequired(engine: PlansEngine, plan: PlanDocument): ConsoleError {
  if (!readPolicy(engine.context).damaged) {
    return new ConsoleError('APPROVAL_REQUIRED', `Plan ${plan.id} waits for an approval. Nothing was changed.`, {
      remedy: `An admin other than ${plan.author.name} runs "sterownia plans approve ${plan.id}".`, details: { id: plan.id },
    });
  }
  const why = note('approval_policy_damaged', { path: layout.policy });
  return new ConsoleError('APPROVAL_REQUIRED', `Plan ${plan.id} waits for an approval: ${layout.policy} cannot be read, and until it is repaired every plan needs one. Nothing was changed.`, {
    remedy: `Repair ${layout.policy} ("sterownia workspace info" says what is wrong with it), then plan again.`,
    details: { id: plan.id, path: layout.policy, notes: [why] },
  });
}

function check(engine: PlansEngine, plan: PlanDocument, request: ApplyRequest): void {
  const config = engine.config();
  const state = readState(engine.context, plan.id);
  requireOpen(engine, plan, state, ['pending', 'approved']);
  if (plan.workspace_id !== engine.workspaceId()) {
    throw new ConsoleError('PLAN_STATE', `Plan ${plan.id} belongs to another workspace. Nothing was changed.`, { remedy: 'Plan again here.', details: { id: plan.id } });
  }
  if (approvalMissing(plan, state, config)) throw approvalRequired(engine, plan);
  if (state.approval !== null && state.approval.digest !== plan.digest) {
    throw new ConsoleError('PLAN_ALTERED', `Plan ${plan.id} is not the one that was approved. Nothing was changed.`, { remedy: 'Plan again and have that approved.', details: { id: plan.id } });
  }
  if (state.approval !== null && !isRecorded(engine, plan.id, state.approval)) {
    throw new ConsoleError('INTEGRITY', `The approval of plan ${plan.id} is not in the journal. Nothing was changed.`, {
      remedy: 'Plan again and have that approved; "sterownia workspace check" names what the journal disagrees with.', details: { id: plan.id, approved_by: state.approval.actor.name },
    });
  }
  if (plan.confirmation !== null && request.confirmation !== plan.confirmation) {
    throw new ConsoleError('CONFIRMATION_REQUIRED', `Plan ${plan.id} must be confirmed with the word "${plan.confirmation}". Nothing was changed.`, {
      remedy: `Give the word "${plan.confirmation}" as confirmation.`, details: { field: 'confirmation', word: plan.confirmation },
    });
  }
  const work = workOf(engine, plan, request.actor, request.signal);
  const provider = providerOf(engine, plan.operation);
  const compare = beginComparing(engine.context, plan);
  provider.prepare?.(work);
  const drift = [...compare(config), ...(provider.drift?.(work) ?? [])];
  if (drift.length === 0) return requireOpenGates(plan.id, provider.shut?.(work) ?? []);
  throw new ConsoleError('PLAN_STALE', `Plan ${plan.id} no longer describes the disk: ${drift.length} difference${drift.length === 1 ? '' : 's'}, first ${displayName(drift[0]?.path ?? '')}. Nothing was changed.`, {
    remedy: 'Plan again.', details: { id: plan.id, drift: drift.slice(0, driftShown), drift_count: drift.length },
  });
}

interface Failure {
  /** What was thrown; null after a crash, when nobody saw it. */
  readonly error: unknown;
  readonly reverted: boolean;
}

const wordsOf = (error: unknown): { readonly error: string; readonly notes: Note[] } =>
  ({ error: error instanceof Error ? error.message : String(error), notes: [failureNote(error)] });

interface Tally {
  done: number;
  skipped: number;
  failed: number;
  files: number;
  directories: number;
  bytes: number;
}

function tallyOf(results: readonly TargetResult[]): Readonly<Tally> {
  const tally: Tally = { done: 0, skipped: 0, failed: 0, files: 0, directories: 0, bytes: 0 };
  for (const { status, files, directories, bytes } of results) {
    if (status === 'done') tally.done += 1;
    else if (status === 'error') tally.failed += 1;
    else if (status === 'skipped_existing' || status === 'not_found') tally.skipped += 1;
    tally.files += files;
    tally.directories += directories;
    tally.bytes += bytes;
  }
  return tally;
}

function outcomeStatus(report: PlanReport, { done, failed }: Readonly<Tally>, failure: Failure | null): ApplyOutcome['status'] {
  if (failure?.reverted) return 'reverted';
  if (report.cancelled) return 'cancelled';
  if (failed > 0) return done > 0 ? 'partial_failure' : 'error';
  if (report.results.length === 0) return 'empty';
  return 'completed';
}

const stateFor: Readonly<Record<ApplyOutcome['status'], PlanStatus>> = {
  empty: 'applied', completed: 'applied', partial_failure: 'partial', error: 'failed', cancelled: 'cancelled', reverted: 'reverted',
};

/** Results first, then evidence, then the journal, then the state: a crash in between is found as `applying` and recovered. */
export function settleApply(engine: PlansEngine, plan: PlanDocument, actor: Actor, startedAt: string, report: PlanReport, failure: Failure | null): PlanState {
  const { context } = engine;
  const tally = tallyOf(report.results);
  const status = outcomeStatus(report, tally, failure);
  const why = failure === null ? { error: null } : failure.error === null ? said(note('interrupted')) : wordsOf(failure.error);
  const bare: ApplyOutcome = {
    status, started_at: startedAt, ended_at: isoNow(context.clock), actor,
    ...tally,
    trash_id: status === 'reverted' ? null : report.trashId, evidence: [], ...why,
  };
  const results = listText(report.results);
  writeResults(context, plan.id, bare.trash_id, results);
  const evidence = [writeEvidence(context, plan.operation, plan.id, 'result', {
    plan_id: plan.id, operation: plan.operation, input: plan.input, digest: plan.digest, outcome: bare, facts: report.facts,
  }, { name: 'results', text: results })];
  const outcome: ApplyOutcome = { ...bare, evidence };
  engine.record({
    actor, type: 'plan_apply', stage: 'outcome', operation: plan.operation, subject: plan.id,
    data: { ...outcome, ...(failure !== null && isConsoleError(failure.error) ? { code: failure.error.code } : {}) },
  });
  writeLogLine(context, {
    level: status === 'completed' || status === 'empty' ? 'info' : status === 'error' ? 'error' : 'warning',
    message: `${plan.operation} ${status}`, details: { plan_id: plan.id, ...report.logged, ...outcome, actor: actor.name },
  });
  const state = changeState(context, plan.id, () => ({ status: stateFor[status], outcome }));
  engine.changed(plan.id, state.status);
  return state;
}

const undoAllowed: readonly PlanStatus[] = ['applied', 'partial', 'cancelled'];
const notBegun: readonly PlanStatus[] = ['pending', 'approved', 'rejected', 'expired'];

/** Problems of an undo that its state names; the evidence has them all. */
const undoProblemsShown = 20;

function remedyForUndo(plan: PlanDocument, status: PlanStatus): string {
  if (notBegun.includes(status)) return 'It was not applied, so there is nothing to undo.';
  if (status === 'applying') return 'Wait until it has ended; "sterownia workspace check" ends what a crash left.';
  return plan.permanent && undoAllowed.includes(status) ? 'It was applied permanently.' : 'Only applied plans can be undone, once.';
}

/** Puts things back. May be repeated while something is still left to put back. */
export async function undoPlan(engine: PlansEngine, request: ActRequest): Promise<void> {
  await lockedAsync(engine.context, 'acts', { purpose: `undo plan ${request.id}`, waitMs: 2_000 }, async () => {
    const plan = readPlan(engine.context, request.id);
    const state = readState(engine.context, plan.id);
    const provider = providerOf(engine, plan.operation);
    if (!undoAllowed.includes(state.status) || plan.permanent || !provider.undo) {
      throw new ConsoleError('PLAN_STATE', `Plan ${plan.id} is ${state.status} and cannot be undone. Nothing was changed.`, {
        remedy: remedyForUndo(plan, state.status), details: { id: plan.id, status: state.status },
      });
    }
    const base = { actor: request.actor, type: 'plan_undo', operation: plan.operation, subject: plan.id };
    const { results, trashId } = readResults(engine.context, plan.id);
    engine.record({ ...base, stage: 'intent', data: { trash_id: trashId, outcome: state.outcome?.status ?? null } });
    const undo = provider.undo.bind(provider);
    const report = await recordingLateRefusal(engine, base, () => undo(workOf(engine, plan, request.actor, request.signal), { trashId, results }));
    const evidence = writeEvidence(engine.context, plan.operation, plan.id, 'undo', { plan_id: plan.id, ...report });
    engine.record({ ...base, stage: 'outcome', data: { ...report, evidence } });
    writeLogLine(engine.context, { level: report.failed > 0 ? 'warning' : 'info', message: `${plan.operation} undo`, details: { plan_id: plan.id, actor: request.actor.name, ...report } });
    const next = changeState(engine.context, plan.id, (current) => ({
      status: report.failed === 0 ? 'undone' : current.status,
      undo: {
        actor: request.actor, at: isoNow(engine.context.clock), restored: report.restored, failed: report.failed,
        ...(report.problems.length === 0 ? {} : { problems: report.problems.slice(0, undoProblemsShown) }),
      },
    }));
    engine.changed(plan.id, next.status);
  });
}
