/** Every target of the plan, a page at a time, with its reason, its files, its drift and, afterwards, its result. */
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TablePagination from '@mui/material/TablePagination';
import TableRow from '@mui/material/TableRow';
import TableSortLabel from '@mui/material/TableSortLabel';
import TextField from '@mui/material/TextField';
import { Fragment, useMemo, useState, type ReactElement } from 'react';
import type { Drift, OperationInput, OperationOutput, PlanView } from '#contract';
import { useFormat, useText, type TextKey } from '../../i18n/index.ts';
import { useOperation } from '../../state/useOperation.ts';
import { visuallyHidden } from '../../ui/hidden.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { TargetRow } from './TargetRow.tsx';

export type Target = OperationOutput<'plans.targets'>['targets'][number];
type SortKey = NonNullable<OperationInput<'plans.targets'>['sort']>;

const columns: readonly (readonly [SortKey, TextKey, 'left' | 'right'])[] = [
  ['relative_path', 'plans.column.path', 'left'], ['files', 'plans.column.files', 'right'], ['bytes', 'plans.column.size', 'right'],
  ['updated_at', 'plans.column.updated_at', 'left'], ['status', 'plans.column.status', 'left'],
];

interface View {
  readonly sort: SortKey;
  readonly sort_direction: 'asc' | 'desc';
  readonly query: string;
  readonly problems_only: boolean;
  readonly page: number;
  readonly limit: number;
}

function Head({ view, onView }: { readonly view: View; readonly onView: (change: Partial<View>) => void }): ReactElement {
  const t = useText();
  return (
    <TableHead>
      <TableRow>
        <TableCell sx={{ width: 44 }}><Box component="span" sx={visuallyHidden}>{t('plans.column.expand')}</Box></TableCell>
        {columns.map(([key, label, align]) => (
          <TableCell key={key} align={align} sortDirection={view.sort === key ? view.sort_direction : false}>
            <TableSortLabel active={view.sort === key} direction={view.sort === key ? view.sort_direction : 'asc'} onClick={() => onView({ sort: key, sort_direction: view.sort === key && view.sort_direction === 'asc' ? 'desc' : 'asc' })}>{t(label)}</TableSortLabel>
          </TableCell>
        ))}
        <TableCell>{t('plans.column.reason')}</TableCell>
      </TableRow>
    </TableHead>
  );
}

/** Targets of one kind stand together under the name of the kind, as long as the plan's own order is kept. */
function startsGroup(targets: readonly Target[], index: number, view: View): boolean {
  const kinds = new Set(targets.map((one) => one.kind));
  if (view.sort !== 'n' || (kinds.size < 2 && !kinds.has('signal_quality'))) return false;
  return index === 0 || targets[index - 1]?.kind !== targets[index]?.kind;
}

export function PlanTargets({ plan, drift }: { readonly plan: PlanView; readonly drift: readonly Drift[] }): ReactElement {
  const t = useText();
  const format = useFormat();
  const [view, setView] = useState<View>({ sort: 'n', sort_direction: 'asc', query: '', problems_only: false, page: 0, limit: 25 });
  const [expanded, setExpanded] = useState<ReadonlySet<number>>(new Set());
  const onView = (change: Partial<View>): void => setView((old) => ({ ...old, page: 0, ...change }));
  const list = useOperation('plans.targets', {
    id: plan.id, limit: view.limit, offset: view.page * view.limit, sort: view.sort, sort_direction: view.sort_direction, problems_only: view.problems_only,
    ...(view.query === '' ? {} : { query: view.query }),
  }, ['plans.changed']);
  const driftByTarget = useMemo(() => Map.groupBy(drift, (one) => one.target), [drift]);
  const toggle = (n: number): void => setExpanded((old) => {
    const next = new Set(old);
    if (!next.delete(n)) next.add(n);
    return next;
  });
  const targets = list.data?.targets ?? [];
  return (
    <Box>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', py: 1 }}>
        <TextField label={t('plans.search')} type="search" value={view.query} onChange={(event) => onView({ query: event.target.value })} sx={{ width: 260 }} />
        <FormControlLabel control={<Checkbox checked={view.problems_only} onChange={(_event, problems_only) => onView({ problems_only })} />} label={t('plans.problems_only')} />
      </Box>
      {list.error === null ? null : <ErrorNotice error={list.error} onRetry={list.reload} />}
      {list.data === null && list.error === null ? <Skeleton variant="rounded" height={180} /> : null}
      {list.data !== null && targets.length === 0 ? <Empty title={t('plans.targets.none')} hint={t('plans.targets.none_hint')} /> : null}
      {targets.length === 0 ? null : (
        <Table aria-label={t('plans.tab.targets', { count: plan.target_count, shown: format.number(plan.target_count) })}>
          <Head view={view} onView={onView} />
          <TableBody>
            {targets.map((target, index) => (
              <Fragment key={target.n}>
                {startsGroup(targets, index, view) ? <TableRow><TableCell colSpan={7} sx={{ fontWeight: 600, bgcolor: 'action.hover' }}>{t(`plans.group.${target.kind}`)}</TableCell></TableRow> : null}
                <TargetRow plan={plan} target={target} drift={driftByTarget.get(target.n) ?? []} open={expanded.has(target.n)} onToggle={() => toggle(target.n)} />
              </Fragment>
            ))}
          </TableBody>
        </Table>
      )}
      <TablePagination
        component="div" count={list.data?.pagination.total_count ?? plan.target_count} page={view.page} rowsPerPage={view.limit} rowsPerPageOptions={[25, 50, 100]}
        onPageChange={(_event, page) => onView({ page })} onRowsPerPageChange={(event) => onView({ limit: Number(event.target.value) })}
        labelRowsPerPage={t('plans.rows_per_page')} labelDisplayedRows={({ from, to, count }) => t('plans.displayed_rows', { from: format.number(from), to: format.number(to), total: format.number(count) })}
        getItemAriaLabel={(kind) => t(kind === 'next' ? 'plans.next_page' : 'plans.previous_page')}
      />
    </Box>
  );
}
