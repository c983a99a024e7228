/** What lists and dialogs show of a plan: header, state, what it still needs. Derived, never stored. */
import type { ConsoleConfig, PlanDocument, PlanState, PlanStatus, PlanView } from '#contract';
import type { Clock } from '#engines/storage';
import { approvalFor } from '#engines/workspace';

const open: readonly PlanStatus[] = ['pending', 'approved'];

/** The instant after which the plan can no longer be applied: short while unapproved, longer once approved. */
export function validUntil(plan: PlanDocument, state: PlanState): string {
  if (state.approval === null) return plan.expires_at;
  return new Date(Date.parse(state.approval.at) + plan.policy.approved_hours * 3_600_000).toISOString();
}

export function effectiveStatus(plan: PlanDocument, state: PlanState, clock: Clock): PlanStatus {
  return open.includes(state.status) && clock.now() > Date.parse(validUntil(plan, state)) ? 'expired' : state.status;
}

/** The stricter of the policy when the plan was made and the policy now. */
export function approvalNeeded(plan: PlanDocument, config: ConsoleConfig): boolean {
  return plan.policy.approval === 'required' || approvalFor(config, plan.operation) === 'required';
}

const undoable: readonly PlanStatus[] = ['applied', 'partial', 'cancelled'];

export function viewOf(plan: PlanDocument, state: PlanState, config: ConsoleConfig, clock: Clock, canUndo: boolean): PlanView {
  const { targets, items, schema: _schema, ...header } = plan;
  const status = effectiveStatus(plan, state, clock);
  const needed = approvalNeeded(plan, config);
  return {
    ...header,
    target_count: targets.length,
    item_count: items.length,
    status,
    valid_until: validUntil(plan, state),
    needs: [
      { kind: 'not_empty', met: targets.some((target) => target.status === 'planned'), detail: null },
      { kind: 'fresh', met: status !== 'expired', detail: validUntil(plan, state) },
      ...(needed ? [{ kind: 'approval' as const, met: state.approval !== null, detail: state.approval?.actor.name ?? null }] : []),
      ...(plan.confirmation === null ? [] : [{ kind: 'confirmation' as const, met: false, detail: plan.confirmation }]),
    ],
    approval: state.approval,
    rejection: state.rejection,
    requested: state.requested,
    outcome: state.outcome,
    undo: state.undo,
    can_undo: canUndo && undoable.includes(status) && (state.outcome?.done ?? 0) > 0 && !plan.permanent,
    revision: state.revision,
  };
}
