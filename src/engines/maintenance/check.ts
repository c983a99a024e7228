/**
 * The check: completes or reverts what a crash left, then looks whether every file is where the records say and whether
 * the records agree with each other. What it repairs it names; what it cannot repair it leaves as it is and names too.
 */
import type { OperationOutput } from '#contract';
import { isoNow, type WorkSignal } from '#engines/storage';
import { planIds, recoverPlans, type PlansEngine } from '#engines/plans';
import { lockedAsync } from '#engines/workspace';
import type { CheckOptions, Checking } from './checking.ts';
import { checkDocuments } from './checkDocuments.ts';
import { checkJournal } from './checkJournal.ts';
import { checkPlans } from './checkPlans.ts';
import { checkTrash } from './checkTrash.ts';

export async function checkWorkspace(engine: PlansEngine, options: CheckOptions, signal: WorkSignal): Promise<OperationOutput<'workspace.check'>> {
  return lockedAsync(engine.context, 'acts', { purpose: 'check the workspace', waitMs: 2_000 }, async () => {
    const checking: Checking = { engine, options, signal, findings: [], count: { files: 0, trashEntries: 0 } };
    const { findings, count } = checking;
    findings.push(...await recoverPlans(engine, options.actor));
    checkTrash(checking);
    await checkPlans(checking);
    checkDocuments(checking);
    await checkJournal(checking);
    const status = findings.some((each) => each.severity === 'problem') ? 'problems' : findings.some((each) => each.severity === 'repaired') ? 'repaired' : 'clean';
    return {
      status, findings, plans: planIds(engine.context).length, trash_entries: count.trashEntries, files_checked: count.files,
      checked_at: isoNow(engine.context.clock),
    };
  });
}
