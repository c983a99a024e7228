/** The overview in the keys and the order of the earlier command; further keys come after them. */
import type { Overview, ReportEntry } from '#contract';

/** `given` is the folder as it was named: the earlier command echoed it so. */
export function overviewAnswer(value: Overview, given: unknown): Readonly<Record<string, unknown>> {
  return {
    reports: value.reports.map(reportAnswer),
    base_directory: typeof given === 'string' ? given : 'var/reports',
    categories: value.categories,
    summary: value.summary,
    filters: value.filters,
    pagination: value.pagination,
    dashboards: value.dashboards,
  };
}

function reportAnswer(report: ReportEntry): Readonly<Record<string, unknown>> {
  return {
    relative_path: report.relative_path,
    category: report.category,
    summary_path: report.summary_path,
    summary: report.summary,
    summary_error: report.summary_error,
    absolute_path: report.absolute_path,
    exports: report.exports,
    updated_at: report.updated_at,
    created_at: report.created_at,
    display_name: report.display_name,
    total_size: report.total_size,
    export_count: report.export_count,
    has_summary: report.has_summary,
    has_exports: report.has_exports,
    summary_status: report.summary_status,
    file_count: report.file_count,
    problems: report.problems,
  };
}
