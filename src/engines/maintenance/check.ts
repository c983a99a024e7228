/**
 * The check: completes or reverts what a crash left, then looks whether every file is where the records say and whether
 * the records agree with each other. What it repairs it names; what it cannot repair it leaves as it is and names too.
 * Where the workspace can only be read it repairs nothing, takes no lock, and names what there is to do.
 */
import type { CheckFinding, OperationOutput } from '#contract';
import { isoNow, type WorkSignal } from '#engines/storage';
import { interruptedPlans, planIds, recoverPlans, type PlansEngine } from '#engines/plans';
import { lockedAsync } from '#engines/workspace';
import { finding, type CheckOptions, type Checking } from './checking.ts';
import { checkDocuments } from './checkDocuments.ts';
import { checkJournal } from './checkJournal.ts';
import { checkPlans } from './checkPlans.ts';
import { checkTrash } from './checkTrash.ts';

export async function checkWorkspace(engine: PlansEngine, options: CheckOptions, signal: WorkSignal): Promise<OperationOutput<'workspace.check'>> {
  const checking: Checking = { engine, options, signal, findings: [], count: { files: 0, trashEntries: 0 } };
  if (!options.repairs) return look(checking, interrupted(engine));
  return lockedAsync(engine.context, 'acts', { purpose: 'check the workspace', waitMs: 2_000 }, async () => look(checking, await recoverPlans(engine, options.actor)));
}

const interrupted = (engine: PlansEngine): readonly CheckFinding[] => interruptedPlans(engine).map((id) =>
  finding('interrupted_plan', 'problem', `Plan ${id} was interrupted, or is being applied elsewhere. The workspace can only be read here, so that was left as it is.`, { planId: id }));

async function look(checking: Checking, before: readonly CheckFinding[]): Promise<OperationOutput<'workspace.check'>> {
  const { engine: { context }, options, findings, count } = checking;
  findings.push(...before);
  checkTrash(checking);
  await checkPlans(checking);
  checkDocuments(checking);
  await checkJournal(checking);
  const status = findings.some((each) => each.severity === 'problem') ? 'problems' : findings.some((each) => each.severity === 'repaired') ? 'repaired' : 'clean';
  return {
    status, findings, plans: planIds(context).length, trash_entries: count.trashEntries, files_checked: count.files,
    checked_at: isoNow(context.clock), read_only: !options.repairs,
  };
}
