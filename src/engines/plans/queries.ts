/** Reading plans: lists, pages of targets and items, the export. */
import {
  failureNote, isConsoleError, type Note, type OperationOutput, type OperationParsed, type PageInfo, type PlanDocument, type PlanState, type PlanView, type TargetResult,
  type Actor,
} from '#contract';
import { isoNow, unwatched } from '#engines/storage';
import { workOf } from './apply.ts';
import { planIds, readPlan, readResults, readState } from './documents.ts';
import { driftOf } from './drift.ts';
import type { PlansEngine } from './engine.ts';
import { effectiveStatus, viewOf } from './view.ts';
import { providerOf } from './create.ts';

const pageInfo = (total: number, returned: number, limit: number, offset: number): PageInfo =>
  ({ total_count: total, returned_count: returned, limit, offset, has_more: offset + returned < total, has_previous: offset > 0 });

function view(engine: PlansEngine, state: PlanState, shielded: PlanDocument['protected']): PlanView {
  return viewOf(state, shielded, engine.config(), engine.context.clock, engine.providers.get(state.header.operation)?.undo !== undefined);
}

export function showPlan(engine: PlansEngine, id: string): PlanView {
  const plan = readPlan(engine.context, id);
  return view(engine, readState(engine.context, id), plan.protected);
}

/** Plans whose state cannot be read are named beside the list, not hidden. */
export function listPlans(engine: PlansEngine, input: OperationParsed<'plans.list'>): OperationOutput<'plans.list'> {
  const problems: { path: string; message: string; notes: Note[] }[] = [];
  const matching: PlanState[] = [];
  for (const id of planIds(engine.context)) {
    try {
      const state = readState(engine.context, id);
      if (input.operation !== undefined && state.header.operation !== input.operation) continue;
      if (input.status.length > 0 && !input.status.includes(effectiveStatus(state.header, state, engine.context.clock))) continue;
      matching.push(state);
    } catch (error) {
      if (!isConsoleError(error)) throw error;
      problems.push({ path: `var/plans/${id}.state.json`, message: error.message, notes: [failureNote(error)] });
    }
  }
  const plans = matching.slice(input.offset, input.offset + input.limit).map((state) => view(engine, state, []));
  return { plans, pagination: pageInfo(matching.length, plans.length, input.limit, input.offset), problems };
}

export function planTargets(engine: PlansEngine, input: OperationParsed<'plans.targets'>): OperationOutput<'plans.targets'> {
  const plan = readPlan(engine.context, input.id);
  const results = new Map(readResults(engine.context, input.id).results.map((result) => [result.n, result]));
  const folded = input.query?.toLocaleLowerCase('und');
  const rows = plan.targets
    .map((target) => ({ ...target, result: results.get(target.n) ?? null }))
    .filter((row) => folded === undefined || row.relative_path.toLocaleLowerCase('und').includes(folded))
    .filter((row) => !input.problems_only || row.error !== null || row.status !== 'planned' || (row.result !== null && row.result.status !== 'done'));
  const sign = input.sort_direction === 'asc' ? 1 : -1;
  const keyed = (row: (typeof rows)[number]): string | number => row[input.sort] ?? '';
  rows.sort((a, b) => sign * compare(keyed(a), keyed(b)) || a.n - b.n);
  const page = rows.slice(input.offset, input.offset + input.limit);
  return { targets: page, pagination: pageInfo(rows.length, page.length, input.limit, input.offset) };
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

export function planItems(engine: PlansEngine, input: OperationParsed<'plans.items'>): OperationOutput<'plans.items'> {
  const all = readPlan(engine.context, input.id).items;
  const items = input.target === undefined ? all : all.filter((item) => item.target === input.target);
  const page = items.slice(input.offset, input.offset + input.limit);
  return { items: page, pagination: pageInfo(items.length, page.length, input.limit, input.offset) };
}

const driftShown = 500;

export function checkPlan(engine: PlansEngine, id: string, actor: Actor): OperationOutput<'plans.check'> {
  const plan = readPlan(engine.context, id);
  const extra = providerOf(engine, plan.operation).drift?.(workOf(engine, plan, actor, unwatched)) ?? [];
  const drift = [...driftOf(engine.context, plan, engine.config()), ...extra];
  return { fresh: drift.length === 0, drift: drift.slice(0, driftShown), drift_count: drift.length, checked_at: isoNow(engine.context.clock) };
}

export function exportPlan(engine: PlansEngine, id: string): OperationOutput<'plans.export'> {
  const plan: PlanDocument = readPlan(engine.context, id);
  const results: readonly TargetResult[] = readResults(engine.context, id).results;
  return { plan, state: readState(engine.context, id), results: [...results] };
}
