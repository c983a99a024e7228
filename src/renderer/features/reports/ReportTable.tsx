/** The table of reports. Filtering, sorting and paging are done by the engine; the grid only shows its answer. */
import Box from '@mui/material/Box';
import {
  DataGrid, type GridCellParams, type GridColDef, type GridColumnVisibilityModel, type GridRowParams, type GridRowSelectionModel, type GridSortDirection, type GridSortModel,
} from '@mui/x-data-grid';
import { plPL } from '@mui/x-data-grid/locales';
import { memo, useMemo, useSyncExternalStore, type ReactElement } from 'react';
import { sortKeys, type ReportRow } from '#contract';
import { shownName } from '../../format/names.ts';
import { useFormat, useText, type Text } from '../../i18n/index.ts';
import { nonce } from '../../setup.ts';
import { emptyFilter, isEmptyFilter, type Filter } from '../../state/address.ts';
import { getPlace, goTo } from '../../state/place.ts';
import { changePreferences } from '../../state/preferences.ts';
import { openPlan, useFromSnapshot, useStore } from '../../state/store.ts';
import { useLasting, type Query } from '../../state/useOperation.ts';
import { Empty } from '../../ui/notices.tsx';
import { Glyph, PlainMark, plainMarkStyle } from '../../ui/glyphs.tsx';
import { summarySeverity } from '../../ui/status.tsx';
import { Bytes, Instant } from '../../ui/values.tsx';
import { mayDo } from '../../state/rights.ts';
import { columnWidths, sparedColumns } from './columns.ts';
import { slotOf, slotsFor } from './rowSlots.ts';
import { changeFilter, notePointer, reportsPlace, useReportsPlace, type ListData, type ReportsPlace } from './useReports.ts';

interface ReportTableProps {
  readonly list: Query<ListData>;
  readonly place: ReportsPlace;
}

const sizes = [25, 50, 100] as const;
const onResize = (listener: () => void): (() => void) => {
  window.addEventListener('resize', listener);
  return () => window.removeEventListener('resize', listener);
};
const useWindowWidth = (): number => useSyncExternalStore(onResize, () => window.innerWidth);

function useColumns(t: Text, canDelete: boolean, widths: Readonly<Record<string, number>>): GridColDef<ReportRow>[] {
  return useMemo(() => {
    const problemText = (row: ReportRow): string | undefined => (row.problems.length === 0 ? undefined : row.problems.map((one) => t(`words.problem.${one.code}`)).join(', '));
    const statusText = { valid: t('words.summary_status.valid'), missing: t('words.summary_status.missing'), invalid: t('words.summary_status.invalid') };
    const columns: GridColDef<ReportRow>[] = [
      { field: 'name', headerName: t('reports.column.name'), flex: 1, minWidth: columnWidths.name, valueGetter: (_value, row) => row.display_name, renderCell: ({ row }) => <span title={shownName(row.relative_path)}>{shownName(row.display_name)}</span> },
      { field: 'category', headerName: t('reports.column.category'), width: columnWidths.category, sortable: false, valueFormatter: (value: string) => shownName(value) },
      {
        field: 'summary_status', headerName: t('reports.column.summary'), width: columnWidths.summary_status, sortable: false,
        renderCell: ({ row }) => (row.problems.length > 0 && row.summary_status !== 'invalid'
          ? <PlainMark severity="attention" label={t('reports.problems', { count: row.problems.length })} title={problemText(row)} />
          : <PlainMark severity={summarySeverity[row.summary_status]} label={statusText[row.summary_status]} title={problemText(row)} />),
      },
      { field: 'updated_at', headerName: t('reports.column.updated_at'), width: columnWidths.updated_at, renderCell: ({ row }) => <Instant value={row.updated_at} /> },
      { field: 'created_at', headerName: t('reports.column.created_at'), width: columnWidths.created_at, renderCell: ({ row }) => <Instant value={row.created_at} /> },
      { field: 'size', headerName: t('reports.column.size'), width: columnWidths.size, align: 'right', headerAlign: 'right', valueGetter: (_value, row) => row.total_size, renderCell: ({ row }) => <Bytes value={row.total_size} /> },
      { field: 'file_count', headerName: t('reports.column.files'), width: columnWidths.file_count, align: 'right', headerAlign: 'right', sortable: false },
      { field: 'export_count', headerName: t('reports.column.exports'), width: columnWidths.export_count, align: 'right', headerAlign: 'right', sortable: false },
      {
        field: 'actions', headerName: t('reports.column.actions'), width: columnWidths.actions, hideable: false, sortable: false, resizable: false, disableColumnMenu: true, align: 'center',
        renderCell: ({ row, tabIndex }) => {
          const label = t('reports.act.delete_this', { report: row.relative_path });
          return (
            <button type="button" className="row-act" disabled={!canDelete} tabIndex={tabIndex} aria-label={label} title={label}
              onClick={(event) => {
                event.stopPropagation();
                acts.remove(row.relative_path);
              }}>
              <Glyph sign="bin" size={20} />
            </button>
          );
        },
      },
    ];
    return columns.map((column) => {
      const width = widths[column.field];
      return width === undefined ? column : { ...column, flex: 0, width };
    });
  }, [t, canDelete, widths]);
}

/** No reports at all and no match are different things, and each is told how to get out of it. */
function NoRows(): ReactElement {
  const t = useText();
  const { filter } = useReportsPlace();
  const workspace = useFromSnapshot((snapshot) => snapshot.workspace.path);
  const base = `${workspace}/var/reports`;
  if (isEmptyFilter(filter)) return <Empty title={t('reports.empty.none')} hint={t('reports.empty.none_hint', { base })} />;
  return <Empty title={t('reports.empty.filtered')} hint={t('reports.empty.filtered_hint')} />;
}

function useTablePreferences(drawerOpen: boolean): {
  readonly visibility: GridColumnVisibilityModel;
  readonly widths: Readonly<Record<string, number>>;
  readonly setHidden: (model: GridColumnVisibilityModel) => void;
  readonly setWidth: (field: string, width: number) => void;
} {
  const tables = useFromSnapshot((snapshot) => snapshot.preferences.tables);
  const own = useMemo(() => tables['reports'] ?? { hidden: [], widths: {} }, [tables]);
  const width = useWindowWidth();
  const spared = useMemo(() => sparedColumns({ window: width, drawer: drawerOpen, ...own }), [width, drawerOpen, own]);
  const visibility = useMemo(() => Object.fromEntries([...own.hidden, ...spared].map((field) => [field, false])), [own.hidden, spared]);
  const setHidden = (model: GridColumnVisibilityModel): void => {
    const forced = new Set(spared.filter((field) => !own.hidden.includes(field)));
    const hidden = Object.entries(model).filter(([field, shown]) => !shown && !forced.has(field)).map(([field]) => field);
    changePreferences({ tables: { ...tables, reports: { ...own, hidden } } });
  };
  const setWidth = (field: string, width: number): void =>
    changePreferences({ tables: { ...tables, reports: { ...own, widths: { ...own.widths, [field]: Math.round(width) } } } });
  return { visibility, widths: own.widths, setHidden, setWidth };
}

interface GridProps {
  readonly data: ListData | null;
  readonly loading: boolean;
  readonly filter: Pick<Filter, 'sort' | 'sort_direction'>;
  readonly report: string | null;
  readonly pageIndex: number;
}

const gridStyle = { '--DataGrid-overlayHeight': '300px', border: 1, borderColor: 'divider', bgcolor: 'background.paper', ...plainMarkStyle } as const;
const parts = { noRowsOverlay: NoRows };
const slotProps = { loadingOverlay: { variant: 'skeleton', noRowsVariant: 'skeleton' } } as const;
const sortingOrder: GridSortDirection[] = ['desc', 'asc'];
const noRows: readonly ReportRow[] = [];

/** Drawn again only when what it shows has changed: typing in a filter must not wait for rows that stay the same. */
const Grid = memo(function Grid({ data, loading, filter, report, pageIndex }: GridProps): ReactElement {
  const t = useText();
  const { language } = useFormat();
  const density = useFromSnapshot((snapshot) => snapshot.preferences.density);
  const pageSize = useFromSnapshot((snapshot) => snapshot.preferences.page_size);
  const canDelete = useFromSnapshot((snapshot) => snapshot.workspace.read_only === null && mayDo(snapshot.role, 'reports.delete'));
  const table = useTablePreferences(report !== null);
  const columns = useColumns(t, canDelete, table.widths);
  const sortModel = useMemo(() => [{ field: filter.sort, sort: filter.sort_direction }], [filter.sort, filter.sort_direction]);
  const paginationModel = useMemo(() => ({ page: pageIndex, pageSize }), [pageIndex, pageSize]);
  const rows = data?.rows ?? noRows;
  const slots = slotsFor(rows);
  const chosen = report === null ? undefined : slots.get(report);
  const selection = useMemo((): GridRowSelectionModel => ({ type: 'include', ids: new Set(chosen === undefined ? [] : [chosen]) }), [chosen]);
  return (
    <DataGrid
      aria-label={t('reports.view.table')} rows={rows} columns={columns} getRowId={slotOf} rowCount={data?.pagination.total_count ?? 0} loading={loading}
      paginationMode="server" sortingMode="server" filterMode="server" disableColumnFilter disableMultipleRowSelection hideFooterSelectedRowCount
      sortingOrder={sortingOrder} sortModel={sortModel} onSortModelChange={acts.sort}
      paginationModel={paginationModel} pageSizeOptions={sizes} onPaginationModelChange={(model) => {
        // Without rows the grid would go back to the first page by itself.
        if (data !== null) acts.page(model.page, model.pageSize);
      }}
      rowSelectionModel={selection} onRowClick={({ row }: GridRowParams<ReportRow>) => acts.open(row.relative_path)}
      onCellKeyDown={({ row, field }: GridCellParams<ReportRow>, event) => {
        // Keys on the button in a cell are the button's own.
        if (event.target !== event.currentTarget) return;
        const wanted = field === 'actions' ? ['Enter', ' ', 'Delete'] : ['Delete'];
        if (wanted.includes(event.key) && canDelete) acts.remove(row.relative_path);
        else if (event.key === 'Enter') acts.open(row.relative_path);
      }}
      columnVisibilityModel={table.visibility} onColumnVisibilityModelChange={table.setHidden} onColumnWidthChange={({ colDef, width }) => table.setWidth(colDef.field, width)}
      density={density === 'compact' ? 'compact' : 'standard'} rowHeight={44} columnHeaderHeight={44} rowBufferPx={44} slots={parts} slotProps={slotProps} sx={gridStyle}
      {...(language === 'pl' ? { localeText: plPL.components.MuiDataGrid.defaultProps.localeText } : {})} {...(nonce === null ? {} : { nonce })}
    />
  );
});

const acts = {
  remove: (report: string): void => openPlan({ operation: 'reports.delete', input: { path: report } }),
  open: (report: string): void => goTo({ ...reportsPlace(getPlace()), report }),
  sort: (model: GridSortModel): void => {
    const first = model[0];
    changeFilter({ sort: sortKeys.find((key) => key === first?.field) ?? emptyFilter.sort, sort_direction: first?.sort ?? emptyFilter.sort_direction });
  },
  page: (index: number, chosen: number): void => {
    const before = useStore.getState().model?.snapshot.preferences.page_size ?? 50;
    const size = sizes.find((one) => one === chosen) ?? before;
    if (size !== before) changePreferences({ page_size: size });
    goTo({ ...reportsPlace(getPlace()), pageIndex: size === before ? index : 0 });
  },
};

export function ReportTable({ list, place }: ReportTableProps): ReactElement {
  const slow = useLasting(list.loading && list.data !== null);
  const greyed = slow || list.error !== null;
  const { sort, sort_direction } = place.filter;
  const order = useMemo(() => ({ sort, sort_direction }), [sort, sort_direction]);
  return (
    <Box onPointerMove={notePointer} sx={{ height: '100%', minHeight: 260, display: 'flex', flexDirection: 'column', opacity: greyed ? 0.55 : 1, transition: 'opacity 120ms' }}>
      <Grid data={list.data} loading={list.loading && list.data === null} filter={order} report={place.report} pageIndex={place.pageIndex} />
    </Box>
  );
}
