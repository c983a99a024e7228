/** Handlers of the `reports` area. */
import { ConsoleError, filterSetSchema, type FilterSet, type OperationName, type PlanView } from '#contract';
import * as z from 'zod';
import { createPlan, showPlan } from '#engines/plans';
import { dashboards, list, overview, overviewJson, show } from '#engines/reports';
import { isoNow, openDocument } from '#engines/storage';
import { locked, placeOf } from '#engines/workspace';
import { baseDirectory, givenBase } from './paths.ts';
import type { CoreCall, CoreHandlers, CoreParts, CorePrinters } from './types.ts';

const filterSetsSchema = z.object({ schema: z.literal('sterownia.filter-sets/1'), filter_sets: z.array(filterSetSchema) });

const filterSets = (parts: CoreParts) => openDocument(parts.context, {
  path: placeOf(parts.context, 'filterSets'),
  schema: filterSetsSchema,
  kind: 'sterownia.filter-sets/1',
  lock: (work) => locked(parts.context, 'documents', { purpose: 'write filter sets' }, work),
});

function changeFilterSets(parts: CoreParts, change: (sets: readonly FilterSet[]) => readonly FilterSet[]): { readonly filter_sets: FilterSet[] } {
  const next = filterSets(parts).update((current) => ({
    schema: 'sterownia.filter-sets/1',
    filter_sets: [...change(current?.filter_sets ?? [])].sort((a, b) => a.name.localeCompare(b.name)),
  }));
  return { filter_sets: next.filter_sets };
}

async function plan(parts: CoreParts, operation: OperationName, input: object & { readonly base_dir?: string | undefined }, call: CoreCall): Promise<PlanView> {
  const engine = await parts.plans();
  const base_dir = baseDirectory(parts, input.base_dir, call);
  const made = await createPlan(engine, { operation, input: { ...input, base_dir }, actor: call.actor, confined: call.confined, signal: call.signal });
  return showPlan(engine, made.id);
}

export const reportPrinters: CorePrinters = {
  'reports.overview': async (parts, { base_dir, ...filter }, call) =>
    overviewJson(await parts.reports(baseDirectory(parts, base_dir, call)), filter, givenBase(base_dir), { numbers: call.confined ? 'text' : 'raw' }),
};

export const reportHandlers: CoreHandlers<'reports'> = {
  'reports.overview': async (parts, { base_dir, ...filter }, call) =>
    overview(await parts.reports(baseDirectory(parts, base_dir, call)), filter, givenBase(base_dir), call.confined ? {} : { numbers: 'raw' }),
  'reports.list': async (parts, { base_dir, ...filter }, call) =>
    list(await parts.reports(baseDirectory(parts, base_dir, call)), filter, givenBase(base_dir)),
  'reports.dashboards': async (parts, { base_dir, ...filter }, call) =>
    dashboards(await parts.reports(baseDirectory(parts, base_dir, call)), filter),
  'reports.show': async (parts, { base_dir, relative_path }, call) => show(await parts.reports(baseDirectory(parts, base_dir, call)), relative_path),
  'reports.delete': (parts, input, call) => plan(parts, 'reports.delete', input, call),
  'reports.purge': (parts, input, call) => plan(parts, 'reports.purge', input, call),
  'reports.archive': (parts, input, call) => plan(parts, 'reports.archive', input, call),
  'reports.filter_sets': (parts) => ({ filter_sets: filterSets(parts).read()?.filter_sets ?? [] }),
  'reports.save_filter_set': async (parts, { name, ...filter }, call) => {
    const saved = changeFilterSets(parts, (sets) => [
      ...sets.filter((set) => set.name !== name),
      { name, filter, saved_at: isoNow(parts.context.clock), saved_by: call.actor.name },
    ]);
    (await parts.plans()).record({ actor: call.actor, type: 'filter_set_saved', stage: 'note', operation: 'reports.save_filter_set', subject: null, data: { name } });
    return saved;
  },
  'reports.remove_filter_set': async (parts, { name }, call) => {
    const left = changeFilterSets(parts, (sets) => {
      if (sets.some((set) => set.name === name)) return sets.filter((set) => set.name !== name);
      throw new ConsoleError('NOT_FOUND', `There is no filter set "${name}". Nothing was changed.`, { remedy: 'See "sterownia reports filter-sets".', details: { field: 'name' } });
    });
    (await parts.plans()).record({ actor: call.actor, type: 'filter_set_removed', stage: 'note', operation: 'reports.remove_filter_set', subject: null, data: { name } });
    return left;
  },
};
