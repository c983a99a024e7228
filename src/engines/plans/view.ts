/** What lists and dialogs show of a plan: header, state, what it still needs. Derived, never stored. */
import * as z from 'zod';
import { planNeedSchema, type ConsoleConfig, type PlanDocument, type PlanHeader, type PlanState, type PlanStatus, type PlanView } from '#contract';
import type { Clock } from '#engines/storage';
import { approvalMissing, approvalNeeded } from './approval.ts';

const open: readonly PlanStatus[] = ['pending', 'approved'];

/** The instant after which the plan can no longer be applied: short while unapproved, longer once approved. */
export function validUntil(plan: Pick<PlanHeader, 'expires_at' | 'policy'>, state: PlanState): string {
  if (state.approval === null) return plan.expires_at;
  return new Date(Date.parse(state.approval.at) + plan.policy.approved_hours * 3_600_000).toISOString();
}

export function effectiveStatus(plan: Pick<PlanHeader, 'expires_at' | 'policy'>, state: PlanState, clock: Clock): PlanStatus {
  return open.includes(state.status) && clock.now() > Date.parse(validUntil(plan, state)) ? 'expired' : state.status;
}

const undoable: readonly PlanStatus[] = ['applied', 'partial', 'cancelled'];

export function headerOf(plan: PlanDocument): PlanHeader {
  const { schema: _schema, targets, items, protected: shielded, ...header } = plan;
  return {
    ...header,
    target_count: targets.length,
    planned_count: targets.filter((target) => target.status === 'planned').length,
    item_count: items.length,
    protected_count: shielded.length,
  };
}

const furtherNeeds = z.array(planNeedSchema);

/** What an area itself found wanting when it drafted the plan: sign-offs, guardrails. */
function needsOf(header: PlanHeader): PlanView['needs'] {
  const parsed = furtherNeeds.safeParse(header.facts['needs'] ?? []);
  return parsed.success ? parsed.data : [];
}

export function viewOf(state: PlanState, shielded: PlanDocument['protected'], config: ConsoleConfig, clock: Clock, canUndo: boolean): PlanView {
  const { header } = state;
  const status = effectiveStatus(header, state, clock);
  return {
    ...header,
    protected: shielded,
    status,
    valid_until: validUntil(header, state),
    needs: [
      { kind: 'not_empty', met: header.planned_count > 0, detail: null },
      { kind: 'fresh', met: status !== 'expired', detail: validUntil(header, state) },
      ...(approvalNeeded(header, config) ? [{ kind: 'approval' as const, met: !approvalMissing(header, state, config), detail: state.approval?.actor.name ?? null }] : []),
      ...needsOf(header),
      ...(header.confirmation === null ? [] : [{ kind: 'confirmation' as const, met: false, detail: header.confirmation }]),
    ],
    approval: state.approval,
    rejection: state.rejection,
    requested: state.requested,
    outcome: state.outcome,
    undo: state.undo,
    can_undo: canUndo && undoable.includes(status) && (state.outcome?.done ?? 0) > 0 && !header.permanent,
    revision: state.revision,
  };
}
