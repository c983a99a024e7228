/** The overview in the keys and the order of the earlier command; further keys come after them. */
import type { Overview, ReportEntry } from '#contract';

/** Reports per piece of text: enough to write in large pieces, few enough to forget soon. */
const batch = 1000;

/**
 * The line of JSON in pieces, so that neither the whole text nor a second form of all reports is ever held. `given` is
 * the folder as it was named: the earlier command echoed it so.
 */
export function* overviewText(value: Overview, given: unknown): Generator<string> {
  yield '{"reports":[';
  for (let start = 0; start < value.reports.length; start += batch) {
    const texts = value.reports.slice(start, start + batch).map((report) => JSON.stringify(reportAnswer(report)));
    yield (start === 0 ? '' : ',') + texts.join(',');
  }
  const rest = {
    base_directory: typeof given === 'string' ? given : 'var/reports',
    categories: value.categories,
    summary: value.summary,
    filters: value.filters,
    pagination: value.pagination,
    dashboards: value.dashboards,
  };
  yield `],${JSON.stringify(rest).slice(1)}\n`;
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
