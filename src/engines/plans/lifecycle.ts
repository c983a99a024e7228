/** Asking for an approval, giving it, refusing it. */
import { ConsoleError, type Actor, type PlanDocument, type PlanState, type PlanStatus } from '#contract';
import { isoNow } from '#engines/storage';
import { approvalNeeded, approved, samePerson } from './approval.ts';
import { changeState, readPlan, readState } from './documents.ts';
import type { PlansEngine } from './engine.ts';
import { writeLogLine } from './evidence.ts';
import { recordingRefusal } from './refusal.ts';
import { effectiveStatus } from './view.ts';

export function requireOpen(engine: PlansEngine, plan: PlanDocument, state: PlanState, allowed: readonly PlanStatus[]): void {
  const status = effectiveStatus(plan, state, engine.context.clock);
  if (allowed.includes(status)) return;
  if (status === 'expired') {
    throw new ConsoleError('PLAN_EXPIRED', `Plan ${plan.id} has expired. Nothing was changed.`, { remedy: 'Plan again.', details: { id: plan.id } });
  }
  throw new ConsoleError('PLAN_STATE', `Plan ${plan.id} is ${status}; this needs it to be ${allowed.join(' or ')}. Nothing was changed.`, {
    remedy: status === 'applied' ? 'A plan is applied once. Plan again.' : 'See "sterownia plans show".', details: { id: plan.id, status },
  });
}

interface Step {
  readonly type: string;
  readonly actor: Actor;
  readonly allowed: readonly PlanStatus[];
  readonly change: (state: PlanState, at: string) => Partial<PlanState>;
  readonly data: Readonly<Record<string, unknown>>;
  /** What the outcome proves later on. */
  readonly proof?: (state: PlanState) => Readonly<Record<string, unknown>>;
}

/** Journal intent, change under the lock, journal what is on disk then. What is refused at first sight begins nothing. */
function step(engine: PlansEngine, plan: PlanDocument, what: Step): PlanState {
  requireOpen(engine, plan, readState(engine.context, plan.id), what.allowed);
  const base = { actor: what.actor, type: what.type, operation: plan.operation, subject: plan.id };
  engine.record({ ...base, stage: 'intent', data: { digest: plan.digest, ...what.data } });
  const state = recordingRefusal(engine, base, () => changeState(engine.context, plan.id, (current) => {
    requireOpen(engine, plan, current, what.allowed);
    return what.change(current, isoNow(engine.context.clock));
  }));
  engine.record({ ...base, stage: 'outcome', data: { status: state.status, revision: state.revision, ...what.proof?.(state) } });
  writeLogLine(engine.context, { level: 'info', message: `${plan.operation} ${what.type}`, details: { plan_id: plan.id, actor: what.actor.name, ...what.data } });
  engine.changed(plan.id, state.status);
  return state;
}

export function requestApproval(engine: PlansEngine, id: string, actor: Actor, note: string | null): void {
  const plan = readPlan(engine.context, id);
  step(engine, plan, {
    type: 'plan_approval_requested', actor, allowed: ['pending'], data: { note },
    change: (_state, at) => ({ requested: { actor, at, note } }),
  });
}

export interface ApproveRequest {
  readonly id: string;
  readonly actor: Actor;
  readonly note: string | null;
  /** Digest that the approver looked at; null when they name only the id. */
  readonly digest: string | null;
}

/** The author may approve their own plan only where the policy asks for no second person. */
export function approvePlan(engine: PlansEngine, request: ApproveRequest): void {
  const plan = readPlan(engine.context, request.id);
  if (request.digest !== null && request.digest !== plan.digest) {
    throw new ConsoleError('INTEGRITY', `Plan ${plan.id} is not the one that was looked at: its digest differs. Nothing was changed.`, {
      remedy: 'Open the plan again and look at it before approving.', details: { field: 'digest', id: plan.id },
    });
  }
  if (approvalNeeded(plan, engine.config()) && samePerson(plan.author, request.actor)) {
    throw new ConsoleError('APPROVER_IS_AUTHOR', `Plan ${plan.id} was made by ${plan.author.name}; somebody else must approve it. Nothing was changed.`, {
      remedy: 'Ask another admin of this host to approve it from their own account.', details: { id: plan.id, author: plan.author.name },
    });
  }
  step(engine, plan, {
    type: approved, actor: request.actor, allowed: ['pending'], data: { note: request.note }, proof: ({ approval }) => ({ approval }),
    change: (_state, at) => ({ status: 'approved', approval: { actor: request.actor, at, note: request.note, digest: plan.digest } }),
  });
}

export function rejectPlan(engine: PlansEngine, id: string, actor: Actor, reason: string): void {
  const plan = readPlan(engine.context, id);
  step(engine, plan, {
    type: 'plan_rejected', actor, allowed: ['pending', 'approved'], data: { reason },
    change: (_state, at) => ({ status: 'rejected', rejection: { actor, at, reason } }),
  });
}
