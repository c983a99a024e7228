/**
 * The check: completes or reverts what a crash left, then looks whether every file is where the records say and whether
 * the records agree with each other. What it repairs it names; what it cannot repair it leaves as it is and names too.
 */
import type { Actor, CheckFinding, OperationOutput, Verification } from '#contract';
import { isoNow, type WorkSignal } from '#engines/storage';
import type { Journal } from '#engines/journal';
import { planIds, recoverPlans, type PlansEngine } from '#engines/plans';
import { lockedAsync } from '#engines/workspace';
import { checkDocuments } from './checkDocuments.ts';
import { checkJournal } from './checkJournal.ts';
import { checkPlans } from './checkPlans.ts';
import { checkTrash } from './checkTrash.ts';

export interface CheckOptions {
  /** Also read and verify every archive again. */
  readonly digests: boolean;
  readonly actor: Actor;
  readonly journal: Journal;
  readonly verifyJournal: () => Promise<Verification>;
}

/** What the parts of the check share. */
export interface Checking {
  readonly engine: PlansEngine;
  readonly options: CheckOptions;
  readonly signal: WorkSignal;
  readonly findings: CheckFinding[];
  readonly count: { files: number; trashEntries: number };
}

export const finding = (
  kind: CheckFinding['kind'], severity: CheckFinding['severity'], message: string, where: { readonly path?: string; readonly planId?: string | null } = {},
): CheckFinding => ({ kind, severity, path: where.path ?? null, plan_id: where.planId ?? null, message });

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
