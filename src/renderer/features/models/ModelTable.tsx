/** The models with what trades, what stands ready to replace it, and what needs a person. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TablePagination from '@mui/material/TablePagination';
import TableRow from '@mui/material/TableRow';
import TableSortLabel from '@mui/material/TableSortLabel';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { Fragment, useMemo, useState, type ReactElement } from 'react';
import { useFormat, useText } from '../../i18n/index.ts';
import { useFromSnapshot } from '../../state/store.ts';
import { filterFieldId } from '../../ui/ids.ts';
import { Empty } from '../../ui/notices.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { Ago } from '../../ui/values.tsx';
import { headMetric, metricText } from './metrics.ts';
import type { ModelRow } from './place.ts';
import { rowKeys } from './rowKeys.ts';
import { HealthChip, PinChip, textOf } from './status.tsx';

const heads = ['directional_accuracy', 'mae', 'expected_pnl'] as const;
const urgency: readonly ModelRow['health'][] = ['unreadable', 'interrupted', 'degraded', 'no_champion', 'ok'];

type SortKey = 'model' | 'health' | 'decided_at' | (typeof heads)[number];
interface Sort {
  readonly key: SortKey;
  readonly direction: 'asc' | 'desc';
}

const compareBy: Readonly<Record<SortKey, (a: ModelRow, b: ModelRow) => number>> = {
  model: (a, b) => a.model.localeCompare(b.model),
  health: (a, b) => urgency.indexOf(a.health) - urgency.indexOf(b.health),
  decided_at: (a, b) => (Date.parse(textOf(a.decided_at) ?? '') || 0) - (Date.parse(textOf(b.decided_at) ?? '') || 0),
  directional_accuracy: (a, b) => (headMetric(a.metrics, 'directional_accuracy') ?? -Infinity) - (headMetric(b.metrics, 'directional_accuracy') ?? -Infinity),
  mae: (a, b) => (headMetric(a.metrics, 'mae') ?? -Infinity) - (headMetric(b.metrics, 'mae') ?? -Infinity),
  expected_pnl: (a, b) => (headMetric(a.metrics, 'expected_pnl') ?? -Infinity) - (headMetric(b.metrics, 'expected_pnl') ?? -Infinity),
};

function sorted(rows: readonly ModelRow[], { key, direction }: Sort): readonly ModelRow[] {
  const sign = direction === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => sign * compareBy[key](a, b) || a.model.localeCompare(b.model));
}

/** Columns that give way first where the window is narrow; the details show them. */
const roomy: readonly SortKey[] = ['expected_pnl', 'decided_at'];
const ifRoom = { '@media (max-width: 1320px)': { display: 'none' } } as const;

function Head({ sort, wide, onSort }: { readonly sort: Sort; readonly wide: boolean; readonly onSort: (sort: Sort) => void }): ReactElement {
  const t = useText();
  const cell = (key: SortKey, label: string, align: 'left' | 'right' = 'left'): ReactElement => (
    <TableCell key={key} align={align} sx={{ whiteSpace: 'nowrap', ...(roomy.includes(key) ? ifRoom : {}) }} sortDirection={sort.key === key ? sort.direction : false}>
      <TableSortLabel active={sort.key === key} direction={sort.key === key ? sort.direction : 'asc'} onClick={() => onSort({ key, direction: sort.key === key && sort.direction === 'asc' ? 'desc' : 'asc' })}>{label}</TableSortLabel>
    </TableCell>
  );
  return (
    <TableHead>
      <TableRow>
        {cell('model', t('models.column.model'))}
        {cell('health', t('models.column.health'))}
        <TableCell>{t('models.column.champion')}</TableCell>
        {wide ? heads.map((name) => cell(name, t(`models.metric_short.${name}`), 'right')) : null}
        <TableCell sx={wide ? {} : ifRoom}>{t('models.column.challenger')}</TableCell>
        {wide ? <TableCell>{t('models.column.runtime')}</TableCell> : null}
        {wide ? cell('decided_at', t('models.column.decided')) : null}
      </TableRow>
    </TableHead>
  );
}

/** Where a version may go on in the next line: before the time of a timestamp, and after what parts it. */
const joints = /(?<=\d{8})(?=T\d{6})|(?<=[-_.+])/u;
const longPart = 20;

/** A version breaks at its joints. Only one with a very long part breaks anywhere, rather than widening the table. */
function Version({ children }: { readonly children: string }): ReactElement {
  const parts = children.split(joints);
  const long = parts.some((part) => part.length > longPart);
  return <Box component="span" sx={long ? { overflowWrap: 'anywhere' } : {}}>{parts.map((part, index) => <Fragment key={String(index)}>{index === 0 ? null : <wbr />}{part}</Fragment>)}</Box>;
}

/** What trades is loud where it is not the champion. */
function Runtime({ row }: { readonly row: ModelRow }): ReactElement {
  const t = useText();
  const { runtime } = row;
  if (runtime.version === null) return <StatusChip severity="unknown" label={t('models.runtime.nothing')} />;
  const reason = runtime.fallback_reason === null ? undefined : t(`models.fallback.${runtime.fallback_reason}`);
  if (!runtime.fallback) return <Version>{runtime.version}</Version>;
  return <><Version>{runtime.version}</Version> <StatusChip severity="attention" label={t('models.runtime.instead')} {...(reason === undefined ? {} : { title: reason })} /></>;
}

function Challenger({ row }: { readonly row: ModelRow }): ReactElement {
  const t = useText();
  const best = row.best_challenger;
  if (row.challenger_count === 0) return <Typography variant="body2" color="text.secondary">{t('models.challengers.none')}</Typography>;
  return (
    <>
      {best === null ? null : <><Version>{best.version ?? '–'}</Version> {best.better ? <StatusChip severity="attention" label={t('models.challengers.better')} /> : null}</>}
      <Typography variant="caption" component="div" color="text.secondary">{t('models.challengers.count', { count: row.challenger_count })}</Typography>
    </>
  );
}

function Row({ row, wide, selected, onOpen }: { readonly row: ModelRow; readonly wide: boolean; readonly selected: boolean; readonly onOpen: () => void }): ReactElement {
  const t = useText();
  const format = useFormat();
  const decided = textOf(row.decided_at);
  return (
    <TableRow hover selected={selected} onClick={onOpen} sx={{ cursor: 'pointer' }}>
      <TableCell sx={{ maxWidth: 220 }}>
        <Button sx={{ p: 0, minWidth: 0, maxWidth: '100%', justifyContent: 'flex-start' }} aria-label={t('models.open', { model: row.model })} onClick={(event) => { event.stopPropagation(); onOpen(); }}>
          <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{row.model}</Box>
        </Button>
      </TableCell>
      <TableCell><HealthChip row={row} /></TableCell>
      <TableCell>
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}><Version>{row.version ?? '–'}</Version><PinChip pin={row.pin} /></Box>
      </TableCell>
      {wide ? heads.map((name) => {
        const value = headMetric(row.metrics, name);
        return <TableCell key={name} align="right" sx={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums', ...(roomy.includes(name) ? ifRoom : {}) }}>{value === null ? '–' : metricText(format, name, value)}</TableCell>;
      }) : null}
      <TableCell sx={wide ? {} : ifRoom}><Challenger row={row} /></TableCell>
      {wide ? <TableCell><Runtime row={row} /></TableCell> : null}
      {wide ? <TableCell sx={{ whiteSpace: 'nowrap', ...ifRoom }}>{decided === null ? '–' : <Ago value={decided} />}</TableCell> : null}
    </TableRow>
  );
}

interface ModelTableProps {
  readonly models: readonly ModelRow[];
  readonly chosen: string | null;
  readonly onOpen: (model: string) => void;
}

export function ModelTable({ models, chosen, onOpen }: ModelTableProps): ReactElement {
  const t = useText();
  const format = useFormat();
  const size = useFromSnapshot((snapshot) => snapshot.preferences.page_size);
  const workspace = useFromSnapshot((snapshot) => snapshot.workspace.path);
  const [query, setQuery] = useState('');
  const [page, setPage] = useState(0);
  const [sort, setSort] = useState<Sort>({ key: 'model', direction: 'asc' });
  const wide = chosen === null;
  const found = useMemo(() => {
    const wanted = query.trim().toLowerCase();
    return sorted(models.filter((row) => wanted === '' || [row.model, row.version ?? '', ...row.challengers.map((one) => one.version ?? '')].some((text) => text.toLowerCase().includes(wanted))), sort);
  }, [models, query, sort]);
  if (models.length === 0) return <Empty title={t('models.empty.title')} hint={t('models.empty.hint', { base: `${workspace}/var/models/quality` })} />;
  const shown = found.slice(page * size, (page + 1) * size);
  return (
    <>
      <Box role="search" aria-label={t('reports.filter.title')} sx={{ py: 1 }}>
        <TextField id={filterFieldId} type="search" label={t('models.search')} value={query} sx={{ width: 260 }} onChange={(event) => { setQuery(event.target.value); setPage(0); }} slotProps={{ htmlInput: { maxLength: 200, 'aria-keyshortcuts': '/', autoComplete: 'off' } }} />
      </Box>
      {found.length === 0 ? <Empty title={t('models.empty.filtered')} hint={t('models.empty.filtered_hint')} /> : (
        <Table stickyHeader aria-label={t('models.tab.list')} onKeyDown={rowKeys} sx={{ bgcolor: 'background.paper', '& td, & th': { px: 1 } }}>
          <Head sort={sort} wide={wide} onSort={setSort} />
          <TableBody>{shown.map((row) => <Row key={row.model} row={row} wide={wide} selected={row.model === chosen} onOpen={() => onOpen(row.model)} />)}</TableBody>
        </Table>
      )}
      {found.length <= size ? null : (
        <TablePagination
          component="div" count={found.length} page={page} rowsPerPage={size} rowsPerPageOptions={[size]} onPageChange={(_event, next) => setPage(next)}
          labelRowsPerPage={t('plans.rows_per_page')} labelDisplayedRows={({ from, to, count }) => t('plans.displayed_rows', { from: format.number(from), to: format.number(to), total: format.number(count) })}
          getItemAriaLabel={(kind) => t(kind === 'next' ? 'plans.next_page' : 'plans.previous_page')}
        />
      )}
    </>
  );
}
