/** Text views of plans: what would happen, what it still needs, what became of it. */
import { counted } from './counted.ts';
import type { ApplyOutcome, OperationOutput, PlanView } from '#contract';
import { clean, formatBytes, formatInstant } from './format.ts';
import type { Pen } from './pen.ts';
import { isPromotion, promotionParts } from './promotionViews.ts';
import { renderPairs, renderTable } from './table.ts';

/** At most this many protected paths are listed; the whole list is in `plans export`. */
const protectedShown = 20;

function headParts(plan: PlanView, pen: Pen): readonly string[] {
  const totals = plan.totals;
  return [renderPairs([
    ['plan', plan.id],
    ['operation', plan.operation],
    ['status', pen.status(plan.status)],
    ['base', clean(plan.base)],
    ['targets', String(totals.targets)],
    ['content', `${counted(totals.files, 'file')}, ${counted(totals.directories, 'folder')}, ${formatBytes(totals.bytes)}`],
    ...(plan.outcome === null ? [...(plan.permanent || /^reports\.(?:delete|purge)$/u.test(plan.operation) ? [['frees', freesText(plan)] as const] : []), ['valid until', formatInstant(plan.valid_until)] as const] : []),
    ['undo', undoText(plan)],
    ['author', clean(plan.author.name)],
    ['digest', plan.digest],
  ])];
}

export function planView(plan: PlanView, pen: Pen): string {
  const parts = [...(isPromotion(plan) ? promotionParts(plan, pen) : headParts(plan, pen))];
  if (plan.protected_count > 0) parts.push(protectedText(plan, pen));
  const left = leftOutText(plan, pen);
  if (left !== null) parts.push(left);
  const open = plan.outcome === null ? plan.needs.filter((need) => !need.met) : [];
  if (open.some((need) => need.kind === 'not_empty')) parts.push('There is nothing to do.');
  else if (open.length > 0) parts.push(`Still needs: ${open.map((need) => need.kind + (need.detail === null ? '' : ` (${clean(need.detail)})`)).join(', ')}`);
  if (plan.rejection !== null) parts.push(`Rejected by ${clean(plan.rejection.actor.name)}: ${clean(plan.rejection.reason)}`);
  if (plan.outcome !== null) parts.push(outcomeText(plan.outcome, plan.operation, pen));
  if (plan.undo !== null) parts.push(undoneText(plan.undo, pen));
  return parts.join('\n\n');
}

/** What a person looks at first: the targets of a preview, or those that went wrong. */
export function planWithTargets(plan: PlanView, shown: OperationOutput<'plans.targets'>, pen: Pen): string {
  const rest = shown.pagination.total_count - shown.targets.length;
  const more = rest > 0 ? `\nand ${rest} more: sterownia plans targets ${plan.id}` : '';
  // The one target of a promotion is the model, and a preview has told everything about it.
  return shown.targets.length === 0 || (plan.outcome === null && isPromotion(plan)) ? planView(plan, pen) : `${planView(plan, pen)}\n\n${planTargetsView(shown, pen)}${more}`;
}

/** What a copy cannot hold is named before and after, with the reason. */
function leftOutText(plan: PlanView, pen: Pen): string | null {
  const { left_out_count: count, left_out: listed } = plan.facts;
  if (typeof count !== 'number' || count === 0 || !Array.isArray(listed)) return null;
  const shown = listed.slice(0, protectedShown).map((path) => `  ${clean(String(path))}`);
  const rest = count - shown.length;
  return [
    pen.paint('warn', `${counted(count, 'thing')} left out of the copies: pipes, sockets and devices have no content that could be kept`),
    ...shown, ...(rest > 0 ? [`  and ${rest} more`] : []),
  ].join('\n');
}

/** Moving into the trash of the same volume frees nothing, and an archive only takes space. */
function freesText(plan: PlanView): string {
  if (plan.permanent) return formatBytes(plan.totals.reclaimed_bytes);
  return 'nothing yet: it moves into the trash on the same volume, and emptying the trash frees it';
}

function undoText(plan: PlanView): string {
  if (plan.permanent) return 'impossible: permanent';
  if (plan.operation === 'reports.archive') return 'takes the copies away again';
  if (plan.operation.startsWith('reports.') && plan.trash_until !== null) return `from the trash until ${formatInstant(plan.trash_until)}`;
  return 'possible';
}

/** Problems of an undo that are printed; `plans show --json` has more. */
const undoProblemsShown = 10;

/** Without it a plan whose undo failed in part would look like one that was only applied. */
function undoneText(undo: NonNullable<PlanView['undo']>, pen: Pen): string {
  const line = `undone: restored ${undo.restored}, failed ${undo.failed}`;
  const shown = (undo.problems ?? []).slice(0, undoProblemsShown).map((problem) => `  ${clean(problem)}`);
  return [undo.failed > 0 ? pen.paint('bad', line) : line, ...shown].join('\n');
}

function protectedText(plan: PlanView, pen: Pen): string {
  const rows = plan.protected.slice(0, protectedShown).map((item) => [clean(item.path), clean(item.rule), clean(item.reason)]);
  const rest = plan.protected_count - rows.length;
  const table = renderTable([{ title: 'PROTECTED' }, { title: 'RULE' }, { title: 'REASON' }], rows);
  return pen.paint('warn', `${plan.protected_count} protected, left alone`) + `\n${table}` + (rest > 0 ? `\nand ${rest} more` : '');
}

/** What happened to the files that the amount counts. */
function amountLabel(operation: string, outcome: ApplyOutcome): string {
  if (outcome.trash_id !== null) return 'moved';
  if (operation === 'reports.archive') return 'copied';
  return /^(?:reports|trash)\./u.test(operation) ? 'removed' : 'amount';
}

function outcomeText(outcome: ApplyOutcome, operation: string, pen: Pen): string {
  return renderPairs([
    ['result', pen.status(outcome.status)],
    ['done', `${outcome.done}, skipped ${outcome.skipped}, failed ${outcome.failed}`],
    [amountLabel(operation, outcome), `${counted(outcome.files, 'file')}, ${counted(outcome.directories, 'folder')}, ${formatBytes(outcome.bytes)}`],
    ...(outcome.trash_id === null ? [] : [['trash', outcome.trash_id] as const]),
    ...(outcome.error === null ? [] : [['error', clean(outcome.error)] as const]),
    ...outcome.evidence.map((path) => ['evidence', clean(path)] as const),
  ]);
}

export function planListView(value: OperationOutput<'plans.list'>, pen: Pen): string {
  const problems = value.problems.map((problem) => `${pen.paint('bad', clean(problem.path))}: ${clean(problem.message)}`);
  if (value.plans.length === 0) return ['No plans.', ...problems].join('\n');
  return [renderTable(
    [{ title: 'PLAN' }, { title: 'OPERATION' }, { title: 'STATUS' }, { title: 'TARGETS', right: true }, { title: 'SIZE', right: true }, { title: 'MADE' }, { title: 'AUTHOR' }],
    value.plans.map((plan) => [
      plan.id, plan.operation, plan.status, String(plan.totals.targets), formatBytes(plan.totals.bytes), formatInstant(plan.created_at), clean(plan.author.name),
    ]),
    (text, _row, column) => column === 2 ? pen.status(text) : text,
  ), ...problems].join('\n\n');
}

export function planTargetsView(value: OperationOutput<'plans.targets'>, pen: Pen): string {
  if (value.targets.length === 0) return 'No targets.';
  return renderTable(
    [{ title: 'N', right: true }, { title: 'TARGET' }, { title: 'FILES', right: true }, { title: 'SIZE', right: true }, { title: 'STATUS' }, { title: 'WHY' }, { title: 'ERROR' }],
    value.targets.map((target) => [
      String(target.n), clean(target.relative_path), String(target.files), formatBytes(target.bytes), target.result?.status ?? target.status,
      target.reasons.map((reason) => reason.value === null ? reason.code : `${reason.code}=${clean(reason.value)}`).join(', '),
      clean(target.result?.error ?? target.error ?? ''),
    ]),
    (text, _row, column) => column === 4 ? pen.status(text) : text,
  );
}

export function planItemsView(value: OperationOutput<'plans.items'>): string {
  if (value.items.length === 0) return 'No items.';
  return renderTable(
    [{ title: 'TARGET', right: true }, { title: 'KIND' }, { title: 'SIZE', right: true }, { title: 'PATH' }],
    value.items.map((item) => [String(item.target), item.kind, formatBytes(item.size), clean(item.path)]),
  );
}

export function planCheckView(value: OperationOutput<'plans.check'>, pen: Pen): string {
  if (value.fresh) return pen.paint('good', 'The plan agrees with the disk.');
  return [
    pen.paint('bad', `${counted(value.drift_count, 'difference')} between the plan and the disk`),
    renderTable([{ title: 'CHANGE' }, { title: 'PATH' }, { title: 'DETAIL' }], value.drift.map((drift) => [drift.change, clean(drift.path), clean(drift.detail)])),
  ].join('\n');
}
