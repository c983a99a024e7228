/** Reports: what lies in the reports folder, filtered, counted and selected. Everything here only reads. */
export type { Assembly } from './assemble.ts';
export { warmSearch } from './columns.ts';
export { readFilter, type Filter, type FilterInput } from './filters.ts';
export { endOfDay, parseIsoTime, type ParsedInstant } from './isoTime.ts';
export {
  dashboards, list, overview, overviewJson, show, type ReportDetails,
} from './outputs.ts';
export { readFolders, type FolderReader, type FoldersRead, type ReadAhead } from './readAhead.ts';
export { openReportIndex, ReportIndex, type RefreshResult } from './reportIndex.ts';
export { reportEntry, reportRow, type EntryOptions } from './rows.ts';
export { selectReports, type SelectedReport, type Selection } from './select.ts';
export { compareText, foldCase, orderKey } from './textOrder.ts';
export { fileTimeText, instantFromNs, instantText, microsOf, type Instant } from './timeText.ts';
export type { FileRole, LinkTarget, OwnedFile, Report } from './types.ts';
