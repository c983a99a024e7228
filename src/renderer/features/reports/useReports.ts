/** The page of reports that the address asks for, kept current with the disk. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { OperationOutput } from '#contract';
import { startPlace, type Filter, type Place } from '../../state/address.ts';
import { usePlace } from '../../state/place.ts';
import { useSnapshot } from '../../state/store.ts';
import { useOperation, type Query } from '../../state/useOperation.ts';

export type ReportsPlace = Extract<Place, { page: 'reports' }>;
export type ListData = OperationOutput<'reports.list'>;

export function useReportsPlace(): ReportsPlace {
  const place = usePlace();
  return place.page === 'reports' ? place : { page: 'reports', filter: (startPlace as ReportsPlace).filter, report: null, pageIndex: 0 };
}

const changeEvents = ['reports.changed'] as const;

export function useReportList(filter: Filter, pageIndex: number): Query<ListData> {
  const { page_size } = useSnapshot().preferences;
  return useOperation('reports.list', { ...filter, limit: page_size, offset: pageIndex * page_size }, changeEvents);
}

/** Every category there is under the other filters, also those that the category filter hides at present. */
export function useAllCategories(filter: Filter, shown: ListData | null): ListData['categories'] {
  const narrowed = filter.category.length > 0;
  const all = useOperation('reports.list', narrowed ? { ...filter, category: [], limit: 1 } : null, changeEvents);
  return useMemo(() => (narrowed ? all.data?.categories ?? shown?.categories : shown?.categories) ?? [], [narrowed, all.data, shown]);
}

const restAfter = 700;

/**
 * Rows as they may be shown: while the pointer moves over them, a change on disk must not move a row away from under
 * it, so the new list waits until the pointer rests. A change that the person asked for is shown at once.
 */
export function useSteadyRows(data: ListData | null, asked: string): { readonly data: ListData | null; readonly onPointerMove: () => void } {
  const [shown, setShown] = useState({ data, asked });
  const moved = useRef(0);
  useEffect(() => {
    const wait = moved.current + restAfter - Date.now();
    if (shown.data === null || shown.asked !== asked || wait <= 0) {
      setShown({ data, asked });
      return undefined;
    }
    const timer = setTimeout(() => setShown({ data, asked }), wait);
    return () => clearTimeout(timer);
  }, [data, asked, shown.data, shown.asked]);
  const onPointerMove = (): void => {
    moved.current = Date.now();
  };
  return { data: shown.asked === asked ? shown.data : data, onPointerMove };
}
