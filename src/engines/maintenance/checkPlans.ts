/** Plans: each document is what was stored, what it did is still where its results say, and no staged copy is left. */
import { isConsoleError, type PlanDocument, type PlanState } from '#contract';
import { displayName } from '#engines/storage';
import { discard, manifestPathOf, verifyArchive } from '#engines/archive';
import { isPresent, readEntry } from '#engines/trash';
import { planIds, readPlan, readResults, readState } from '#engines/plans';
import { jobsOf, tokenOf } from './archiveSources.ts';
import { manifestAt } from './archiveRecover.ts';
import { finding, repairing, type Checking } from './checking.ts';

const kinds = { PLAN_ALTERED: 'plan_altered', DOCUMENT_NEWER: 'document_newer' } as const;

export async function checkPlans(checking: Checking): Promise<void> {
  const emptied = new Set<string>();
  const gone: { readonly plan: PlanDocument; readonly trashId: string }[] = [];
  for (const id of planIds(checking.engine.context)) {
    checking.signal.check();
    try {
      const plan = readPlan(checking.engine.context, id);
      const state = readState(checking.engine.context, id);
      const trashId = await checkPlan(checking, plan, state, emptied);
      if (trashId !== null) gone.push({ plan, trashId });
    } catch (error) {
      if (!isConsoleError(error)) throw error;
      const kind = error.code === 'PLAN_ALTERED' || error.code === 'DOCUMENT_NEWER' ? kinds[error.code] : 'document_corrupt';
      checking.findings.push(finding(kind, 'problem', error.message, { planId: id, path: `var/plans/${id}.json` }));
    }
  }
  for (const { plan, trashId } of gone) if (!emptied.has(trashId)) checkVanished(checking, plan, trashId);
}

const wasApplied = (state: PlanState): boolean => ['applied', 'partial', 'cancelled'].includes(state.status);

/** Gives the id of the trash entry that should be there and is not. */
async function checkPlan(checking: Checking, plan: PlanDocument, state: PlanState, emptied: Set<string>): Promise<string | null> {
  const { engine: { context } } = checking;
  if (plan.operation === 'reports.archive' && state.status !== 'applying') removePartials(checking, plan);
  const { results, trashId } = readResults(context, plan.id);
  // Also where destroying was refused midway: the check completes that.
  if (plan.operation === 'trash.empty') for (const { status, relative_path: id } of results) if (status === 'done' || status === 'error') emptied.add(id);
  if (!wasApplied(state) || plan.permanent) return null;
  if (plan.operation === 'reports.archive') for (const result of results) if (result.status === 'done' && result.destination !== null) await checkArchive(checking, plan, result.n, result.destination);
  return trashId !== null && readEntry(context, trashId) === null ? trashId : null;
}

/** Restored from the trash view, by hand or by an interrupted undo: then the files are back or the journal tells. */
function checkVanished({ engine: { context }, options, findings, count }: Checking, plan: PlanDocument, trashId: string): void {
  const told = (subject: string): boolean => options.journal.entriesOf(subject).some((entry) => entry.type === 'trash_restore' || entry.type === 'plan_undo');
  if (told(trashId) || told(plan.id)) return;
  const contents = plan.items.filter((item) => item.kind !== 'directory');
  count.files += contents.length;
  const lost = plan.operation === 'reports.archive' ? [] : contents.filter((item) => !isPresent(context, item.path));
  if (lost.length === 0) return;
  findings.push(finding('lost_file', 'problem', `Trash entry ${trashId} is gone without a record, and ${lost.length} of its files are not at their places.`, {
    path: displayName(lost[0]?.path ?? ''), planId: plan.id,
  }));
}

/** Staged names carry the plan's id, so what is removed here is surely ours. */
function removePartials(checking: Checking, plan: PlanDocument): void {
  const { engine: { context } } = checking;
  for (const { paths, token } of jobsOf(plan)) {
    if (!isPresent(context, paths.archivePath) && !isPresent(context, paths.manifestPath)) continue;
    const where = { path: displayName(paths.archivePath), planId: plan.id };
    repairing(checking, { kind: 'orphan_partial', found: 'A copy was never finished.', ...where }, () => {
      discard(context, { ...paths, token });
      return finding('orphan_partial', 'repaired', 'A copy that was never finished was removed.', where);
    });
  }
}

async function checkArchive(checking: Checking, plan: PlanDocument, n: number, destination: string): Promise<void> {
  const { engine: { context }, options, signal, findings, count } = checking;
  const manifest = manifestAt(checking.engine, manifestPathOf(destination));
  const where = { path: displayName(destination), planId: plan.id };
  if (manifest === null || !isPresent(context, destination)) {
    findings.push(finding('archive_mismatch', 'warning', 'This archive or its manifest is no longer where it was made.', where));
    return;
  }
  // A later plan put its own there; that one is checked with its plan.
  if (manifest.token !== tokenOf(plan, n)) return;
  count.files += manifest.totals.files;
  if (!options.digests) return;
  try {
    await verifyArchive(context, destination, manifest.format, manifest, signal);
  } catch (error) {
    if (!isConsoleError(error) || error.code === 'CANCELLED') throw error;
    findings.push(finding('archive_mismatch', 'problem', error.message, where));
  }
}
