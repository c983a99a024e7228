/** The page of reports that the address asks for, kept current with the disk. */
import { useMemo } from 'react';
import type { OperationInput, OperationOutput, Preferences } from '#contract';
import { emptyFilter, type Filter, type Place } from '../../state/address.ts';
import { getPlace, goTo, usePlace } from '../../state/place.ts';
import { askAhead } from '../../state/askAhead.ts';
import { useFromSnapshot, useStore } from '../../state/store.ts';
import { useOperation, type Query } from '../../state/useOperation.ts';

export type ReportsPlace = Extract<Place, { page: 'reports' }>;
/** A change of a filter; undefined takes the filter away. */
export type FilterChange = { readonly [K in keyof Filter]?: Filter[K] | undefined };

export type ListData = OperationOutput<'reports.list'>;

export const reportsPlace = (place: Place): ReportsPlace => (place.page === 'reports' ? place : { page: 'reports', filter: emptyFilter, report: null, pageIndex: 0 });

export const useReportsPlace = (): ReportsPlace => reportsPlace(usePlace());

/** How long the pointer must rest before a change on disk may move rows. */
const restAfter = 700;
let lastMove = 0;

export function notePointer(): void {
  lastMove = Date.now();
}

/**
 * While the pointer moves over the rows, a change on disk must not move a row away from under it, so reading the list
 * again waits until the pointer rests. A change that the person asked for is shown at once.
 */
const whenPointerRests = (): number => Math.max(0, lastMove + restAfter - Date.now());

/** Only the page that is shown is asked for. */
const listInput = ({ filter, pageIndex }: Pick<ReportsPlace, 'filter' | 'pageIndex'>, size: Preferences['page_size']): OperationInput<'reports.list'> =>
  ({ ...filter, limit: size, offset: pageIndex * size });

/** Asks for the rows of the present address before anything is drawn: at the start, and with every change of a filter. */
export function askForRows(): void {
  const { transport, model } = useStore.getState();
  const place = getPlace();
  if (transport === null || model === null || place.page !== 'reports') return;
  askAhead(transport, 'reports.list', listInput(place, model.snapshot.preferences.page_size));
}

/** Typing replaces the address, so that going back leads out of the page and not through every letter. */
export function changeFilter(change: FilterChange): void {
  const place = reportsPlace(getPlace());
  const merged = Object.fromEntries(Object.entries({ ...place.filter, ...change }).filter(([, value]) => value !== undefined));
  goTo({ ...place, filter: { ...emptyFilter, ...merged }, pageIndex: 0 }, 'query' in change ? 'typing' : 'replace');
  askForRows();
}

export const clearFilter = (): void => changeFilter({ query: undefined, since: undefined, until: undefined, ...emptyFilter });

const changeEvents = ['reports.changed'] as const;

export function useReportList(filter: Filter, pageIndex: number): Query<ListData> {
  const size = useFromSnapshot((snapshot) => snapshot.preferences.page_size);
  return useOperation('reports.list', listInput({ filter, pageIndex }, size), changeEvents, whenPointerRests);
}

/** Every category there is under the other filters, also those that the category filter hides at present. */
export function useAllCategories(filter: Filter, shown: ListData | null): ListData['categories'] {
  const narrowed = filter.category.length > 0;
  const all = useOperation('reports.list', narrowed ? { ...filter, category: [], limit: 1 } : null, changeEvents);
  return useMemo(() => (narrowed ? all.data?.categories ?? shown?.categories : shown?.categories) ?? [], [narrowed, all.data, shown]);
}
