/** ReportCenter. */
export const reports = {
  views: 'Views of the reports',
  view: { table: 'Reports', categories: 'Category totals', charts: 'Charts' },
  state: {
    reading: 'Reading the reports', unknown: 'The state of the reports is unknown',
    count_one: '{{shown}} report', count_other: '{{shown}} reports',
    latest: 'last change', invalid_one: '{{count}} damaged summary', invalid_other: '{{count}} damaged summaries',
    missing_one: '{{count}} without a summary', missing_other: '{{count}} without a summary', stale: 'shown as of',
  },
  totals: { invalid_one: '{{count}} damaged', invalid_other: '{{count}} damaged', missing_one: '{{count}} missing', missing_other: '{{count}} missing' },
  act: {
    open: 'Act on reports', delete: 'Delete this report', delete_this: 'Delete {{report}}', purge: 'Purge by filter', archive: 'Archive by filter',
    scope_one: 'acts on the {{shown}} report that matches the filters', scope_other: 'acts on all {{shown}} reports that match the filters, not only on this page',
    scope_unknown: 'acts on every match of the filters, not only on this page',
  },
  filter: {
    title: 'Filters', query: 'Search', category: 'Category', since: 'Changed since', until: 'Changed until', summary_status: 'Summary', has_exports: 'Exports',
    open: 'Open the list', clear_choice: 'Clear', no_category: 'No such category',
    in_force: 'Filters in force', clear: 'Clear all filters', copy_address: 'Copy the address of this filter set',
  },
  sets: { open: 'Saved filters', none: 'No saved filters yet. Set filters, give them a name and save them here.', name: 'Name for the present filters', save: 'Save', remove: 'Remove the saved filters {{name}}', saved_by: 'saved by {{name}}' },
  column: {
    name: 'Report', category: 'Category', summary: 'Summary', updated_at: 'Last change', created_at: 'Created', size: 'Size', files: 'Files', exports: 'Exports', actions: 'Delete',
    count: 'Reports', summaries: 'Summaries', earliest: 'Earliest', latest: 'Latest', path: 'Path', role: 'Role',
  },
  problems_one: '{{count}} problem', problems_other: '{{count}} problems',
  empty: {
    none: 'No reports yet', none_hint: 'Reports that the bot writes to {{base}} appear here within a second.',
    filtered: 'No report matches the filters', filtered_hint: 'Take a filter away or widen the dates.',
  },
  details: {
    title: 'Details of {{report}}', directory: 'Folder', summary: 'Summary', no_summary: 'This report has no summary.json.', empty_summary: 'The summary holds no readable facts.',
    files_one: '{{count}} file', files_other: '{{count}} files', open_folder: 'Open folder', folder_is: 'No file manager here. The folder is {{path}}', copy_address: 'Copy the address of this report',
  },
  charts: {
    equity: 'Equity curve', assets: 'Assets', no_equity: 'No equity curve', no_equity_hint: 'Reports whose summary has an equity curve are drawn here. Widen the filters, or check that summaries are written.',
    no_assets: 'No asset results', no_assets_hint: 'Reports whose summary has results by asset are shown here.',
    points_one: '{{drawn}} of {{all}} point drawn.', points_other: '{{drawn}} of {{all}} points drawn.', downsampled: 'Each slice of time keeps its lowest, highest and last value.',
    hidden_one: '{{count}} category with fewer points is not drawn.', hidden_other: '{{count}} categories with fewer points are not drawn.',
    unreadable_one: '{{count}} point has no readable time or value.', unreadable_other: '{{count}} points have no readable time or value.',
    sum_of_one: 'from {{count}} source', sum_of_other: 'sum over {{count}} sources', assets_hint: 'Each number is the sum of what the matching reports say about the asset; point at it for the single values.', more_assets_one: '{{count}} more asset with a smaller result is not shown.', more_assets_other: '{{count}} more assets with smaller results are not shown.',
  },
} as const;
