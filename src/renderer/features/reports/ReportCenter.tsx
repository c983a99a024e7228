/** ReportCenter: the reports on disk as they are now, found by any filter of the runbook, and the acts on them. */
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { lazy, memo, Suspense, useDeferredValue, useMemo, useState, type ReactElement } from 'react';
import { useFormat, useText } from '../../i18n/index.ts';
import type { Filter } from '../../state/address.ts';
import { goTo } from '../../state/place.ts';
import { useLasting, type Query } from '../../state/useOperation.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { PageHead } from '../../ui/page.tsx';
import { Ago, Bytes } from '../../ui/values.tsx';
import { ActMenu } from './ActMenu.tsx';
import { CategoryTotals } from './CategoryTotals.tsx';
import { Details } from './Details.tsx';
import { FilterBar } from './FilterBar.tsx';
import { FilterChips } from './FilterChips.tsx';
import { ReportTable } from './ReportTable.tsx';
import { changeFilter, useAllCategories, useReportList, useReportsPlace, type ListData } from './useReports.ts';

const Charts = lazy(() => import('./Charts.tsx').then((module) => ({ default: module.Charts })));

/** Rows of an earlier question must not stand under the filters of a refused one; a lost connection leaves the last state. */
const wasRefused = ({ error }: Query<ListData>): boolean => error !== null && error.code !== 'HOST_GONE';

function StateLine({ list }: { readonly list: Query<ListData> }): ReactElement {
  const t = useText();
  const format = useFormat();
  const stale = useLasting(list.loading);
  if (list.data === null || wasRefused(list)) return <>{list.loading ? t('reports.state.reading') : t('reports.state.unknown')}</>;
  const { summary } = list.data;
  return (
    <>
      {t('reports.state.count', { count: summary.report_count, shown: format.number(summary.report_count) })} · <Bytes value={summary.total_size} />
      {summary.latest_updated_at === null ? null : <> · {t('reports.state.latest')} <Ago value={summary.latest_updated_at} /></>}
      {summary.invalid_summary_count > 0 ? <> · {t('reports.state.invalid', { count: summary.invalid_summary_count })}</> : null}
      {summary.missing_summary_count > 0 ? <> · {t('reports.state.missing', { count: summary.missing_summary_count })}</> : null}
      {stale && list.at !== null ? <> · {t('reports.state.stale')} <Ago value={list.at} /></> : null}
    </>
  );
}

interface HeadProps {
  readonly list: Query<ListData>;
  readonly report: string | null;
}

/** Drawn again only with an answer, not with every letter that is typed. */
const Head = memo(function Head({ list, report }: HeadProps): ReactElement {
  const t = useText();
  return <PageHead title={t('shell.pages.reports')} state={<StateLine list={list} />} actions={<ActMenu count={list.data?.summary.report_count ?? null} report={report} />} />;
});

interface ChipsProps {
  readonly filter: Filter;
  readonly used: ListData['filters'] | null;
}

/** The chips say what the fields above them say already: they may come a moment after the rows. */
function LaterChips({ filter, used }: ChipsProps): ReactElement {
  const inForce = useDeferredValue(filter);
  return <FilterChips filter={inForce} since={used?.since ?? null} until={used?.until ?? null} />;
}

const views = ['table', 'categories', 'charts'] as const;
type View = (typeof views)[number];

const Views = memo(function Views({ view, onView }: { readonly view: View; readonly onView: (view: View) => void }): ReactElement {
  const t = useText();
  return (
    <Tabs value={view} onChange={(_event, next: View) => onView(next)} aria-label={t('reports.views')} sx={{ px: 2, minHeight: 38, '& .MuiTab-root': { minHeight: 38 } }}>
      {views.map((one) => <Tab key={one} value={one} id={`view-${one}`} aria-controls="view-panel" label={t(`reports.view.${one}`)} />)}
    </Tabs>
  );
});

export function ReportCenter(): ReactElement {
  const t = useText();
  const place = useReportsPlace();
  const [view, setView] = useState<View>('table');
  const list = useReportList(place.filter, place.pageIndex);
  const { data, error, loading, at, progress, reload } = list;
  const shown = useMemo(() => ({ data, error, loading, at, progress, reload }), [data, error, loading, at, progress, reload]);
  const categories = useAllCategories(place.filter, list.data);
  const refused = wasRefused(list);
  return (
    <Box sx={{ display: 'flex', height: '100%', minHeight: 0 }}>
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <Head list={shown} report={place.report} />
        <FilterBar filter={place.filter} categories={categories} />
        {/* Beside the tabs chips come and go without moving the rows. */}
        <Box sx={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap' }}>
          <Views view={view} onView={setView} />
          <LaterChips filter={place.filter} used={list.data?.filters ?? null} />
        </Box>
        {list.error === null ? null : <Box sx={{ px: 2, py: 1 }}><ErrorNotice error={list.error} onRetry={list.reload} /></Box>}
        <Box role="tabpanel" id="view-panel" aria-labelledby={`view-${view}`} sx={{ flex: 1, minHeight: 0, px: 2, pb: 1, overflow: 'auto' }}>
          {!refused && view === 'table' ? <ReportTable list={list} place={place} /> : null}
          {!refused && view === 'categories' ? <CategoryTotals categories={list.data?.categories ?? null} onChoose={(category) => { changeFilter({ category: [category] }); setView('table'); }} /> : null}
          {!refused && view === 'charts' ? <Suspense fallback={<LinearProgress aria-label={t('shell.loading')} />}><Charts filter={place.filter} /></Suspense> : null}
        </Box>
      </Box>
      {place.report === null ? null : <Details key={place.report} report={place.report} onClose={() => goTo({ ...place, report: null })} />}
    </Box>
  );
}
