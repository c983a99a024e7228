/** Handlers of the `plans` area. */
import { applyPlan, approvePlan, checkPlan, exportPlan, listPlans, planItems, planTargets, rejectPlan, requestApproval, showPlan, undoPlan } from '#engines/plans';
import type { CoreHandlers } from './types.ts';

export const planHandlers: CoreHandlers<'plans'> = {
  'plans.list': async (parts, input) => listPlans(await parts.plans(), input),
  'plans.show': async (parts, { id }) => showPlan(await parts.plans(), id),
  'plans.targets': async (parts, input) => planTargets(await parts.plans(), input),
  'plans.items': async (parts, input) => planItems(await parts.plans(), input),
  'plans.check': async (parts, { id }, call) => checkPlan(await parts.plans(), id, call.actor),
  'plans.export': async (parts, { id }) => exportPlan(await parts.plans(), id),
  'plans.request': async (parts, { id, note }, call) => {
    const engine = await parts.plans();
    requestApproval(engine, id, call.actor, note ?? null);
    return showPlan(engine, id);
  },
  'plans.approve': async (parts, { id, digest, note }, call) => {
    const engine = await parts.plans();
    approvePlan(engine, { id, actor: call.actor, note: note ?? null, digest: digest ?? null });
    return showPlan(engine, id);
  },
  'plans.reject': async (parts, { id, reason }, call) => {
    const engine = await parts.plans();
    rejectPlan(engine, id, call.actor, reason);
    return showPlan(engine, id);
  },
  'plans.apply': async (parts, { id, confirmation }, call) => {
    const engine = await parts.plans();
    await applyPlan(engine, { id, actor: call.actor, confirmation: confirmation ?? null, signal: call.signal });
    return showPlan(engine, id);
  },
  'plans.undo': async (parts, { id }, call) => {
    const engine = await parts.plans();
    await undoPlan(engine, { id, actor: call.actor, signal: call.signal });
    return showPlan(engine, id);
  },
};
