/** After a crash: every plan found `applying` while nobody holds the lock is brought to an end, and it is said which. */
import { isConsoleError, type Actor, type CheckFinding } from '#contract';
import { isoNow, unwatched } from '#engines/storage';
import { settleApply, workOf } from './apply.ts';
import { providerOf } from './create.ts';
import { planIds, readPlan, readState } from './documents.ts';
import type { PlansEngine } from './engine.ts';

/** Ids of plans whose apply has no outcome. A pure read. */
export function interruptedPlans(engine: PlansEngine): readonly string[] {
  return planIds(engine.context).filter((id) => readStateQuietly(engine, id) === 'applying');
}

function readStateQuietly(engine: PlansEngine, id: string): string {
  try {
    return readState(engine.context, id).status;
  } catch {
    return 'unreadable';
  }
}

/** The caller holds the `acts` lock. A plan that cannot be recovered is named, and the others are. */
export async function recoverPlans(engine: PlansEngine, actor: Actor): Promise<readonly CheckFinding[]> {
  const findings: CheckFinding[] = [];
  for (const id of interruptedPlans(engine)) {
    try {
      findings.push(await recoverOne(engine, actor, id));
    } catch (error) {
      if (!isConsoleError(error)) throw error;
      findings.push({
        kind: 'interrupted_plan', severity: 'problem', path: null, plan_id: id,
        message: `Plan ${id} was interrupted and could not be recovered: ${error.message} ${error.remedy}`,
      });
    }
  }
  return findings;
}

async function recoverOne(engine: PlansEngine, actor: Actor, id: string): Promise<CheckFinding> {
  const plan = readPlan(engine.context, id);
  const recovered = await providerOf(engine, plan.operation).recover(workOf(engine, plan, actor, unwatched));
  const reverted = recovered.outcome === 'reverted';
  settleApply(engine, plan, { ...actor, door: 'recovery' }, isoNow(engine.context.clock), recovered, { error: null, reverted });
  return {
    kind: 'interrupted_plan', severity: 'repaired', path: null, plan_id: id,
    message: reverted ? `Plan ${id} (${plan.operation}) was interrupted; everything was put back.` : `Plan ${id} (${plan.operation}) was interrupted past its point of no return; it was completed.`,
  };
}
