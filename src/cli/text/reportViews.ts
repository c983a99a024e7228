/** Text views of ReportCenter. */
import type { OperationOutput, PageInfo, ReportCategory, ReportRow, ReportTotals } from '#contract';
import { clean, formatBytes, formatInstant } from './format.ts';
import { cell } from './generic.ts';
import type { Pen } from './pen.ts';
import { renderPairs, renderTable } from './table.ts';

type Row = Pick<ReportRow, 'relative_path' | 'category' | 'updated_at' | 'total_size' | 'export_count' | 'summary_status' | 'problems'>;

function rowTable(rows: readonly Row[], pen: Pen): string {
  if (rows.length === 0) return 'No reports match.';
  return renderTable(
    [{ title: 'REPORT' }, { title: 'UPDATED' }, { title: 'SIZE', right: true }, { title: 'EXPORTS', right: true }, { title: 'SUMMARY' }, { title: 'PROBLEMS' }],
    rows.map((row) => [
      clean(row.relative_path), formatInstant(row.updated_at), formatBytes(row.total_size), String(row.export_count), row.summary_status,
      [...new Set(row.problems.map((problem) => problem.code))].join(', '),
    ]),
    (text, _row, column) => column === 4 ? pen.status(text) : text,
  );
}

function totalsLine(totals: ReportTotals, page: PageInfo): string {
  const shown = page.returned_count === page.total_count ? '' : `${page.returned_count} shown of `;
  return `${shown}${totals.report_count} reports in ${totals.category_count} categories, ${formatBytes(totals.total_size)}; `
    + `summaries missing: ${totals.missing_summary_count}, invalid: ${totals.invalid_summary_count}`;
}

function categoryTable(categories: readonly ReportCategory[]): string {
  return renderTable(
    [{ title: 'CATEGORY' }, { title: 'REPORTS', right: true }, { title: 'SIZE', right: true }, { title: 'LATEST' }],
    categories.map((category) => [clean(category.label), String(category.count), formatBytes(category.total_size), cell('latest_updated_at', category.latest_updated_at)]),
  );
}

export function overviewView(value: OperationOutput<'reports.overview'>, pen: Pen): string {
  return [
    `Reports in ${clean(value.base_directory)}`,
    rowTable(value.reports, pen),
    ...(value.categories.length > 0 ? [categoryTable(value.categories)] : []),
    totalsLine(value.summary, value.pagination),
  ].join('\n\n');
}

export function listView(value: OperationOutput<'reports.list'>, pen: Pen): string {
  return [rowTable(value.rows, pen), totalsLine(value.summary, value.pagination)].join('\n\n');
}

export function showView(value: OperationOutput<'reports.show'>, pen: Pen): string {
  const head = renderPairs([
    ['report', clean(value.relative_path)],
    ['folder', clean(value.directory)],
    ['category', clean(value.category)],
    ['updated', formatInstant(value.updated_at)],
    ['created', formatInstant(value.created_at)],
    ['size', formatBytes(value.total_size)],
    ['summary', pen.status(value.summary_status) + (value.summary_error === null ? '' : ` (${clean(value.summary_error)})`)],
  ]);
  const files = renderTable(
    [{ title: 'FILE' }, { title: 'ROLE' }, { title: 'KIND' }, { title: 'SIZE', right: true }, { title: 'MODIFIED' }],
    value.files.map((file) => [clean(file.path), file.role, file.kind, formatBytes(file.size), formatInstant(file.modified_at)]),
  );
  const problems = value.problems.map((problem) => `${pen.paint('warn', problem.code)}: ${clean(problem.message)}`);
  const summary = value.summary === null ? [] : [clean(JSON.stringify(value.summary))];
  return [head, files, ...summary, ...problems].join('\n\n');
}

export function dashboardsView(value: OperationOutput<'reports.dashboards'>): string {
  const curve = value.equity_curve;
  const heat = value.asset_heatmap;
  return [
    curve.length === 0 ? 'No equity curve.' : renderTable(
      [{ title: 'TIME' }, { title: 'EQUITY', right: true }, { title: 'REPORT' }],
      curve.map((point) => [cell('at', point.timestamp), String(point.value), clean(point.label)]),
    ),
    heat.length === 0 ? 'No asset heat map.' : renderTable(
      [{ title: 'ASSET' }, { title: 'VALUE', right: true }, { title: 'REPORTS', right: true }],
      heat.map((asset) => [clean(asset.label), String(asset.value), String(asset.sources.length)]),
    ),
  ].join('\n\n');
}
