/** Promise: a report as every door shows it; always plain data that prints as strict JSON and crosses threads. */
import type { ReportEntry, ReportRow } from '#contract';
import type { ReportIndex } from './reportIndex.ts';
import { readSummaryText } from './summaryFacts.ts';
import { parseSummary, type ExactNumbers } from './summaryText.ts';
import { fileTimeText } from './timeText.ts';
import type { OwnedFile, Report } from './types.ts';

export interface EntryOptions {
  /**
   * How numbers beyond a double appear in summaries: as text (default), or `raw` as their own digits. `raw` gives
   * `JSON.rawJSON` objects, which only `JSON.stringify` in the same thread understands.
   */
  readonly numbers?: ExactNumbers;
}

export function reportRow(report: Report): ReportRow {
  const updated = fileTimeText(report.updatedNs);
  return {
    relative_path: report.relativePath,
    category: report.category,
    display_name: report.displayName,
    updated_at: updated,
    created_at: report.createdNs === report.updatedNs ? updated : fileTimeText(report.createdNs),
    total_size: report.totalSize,
    export_count: report.exports.length,
    file_count: report.files.length,
    has_summary: report.summaryStatus === 'valid',
    has_exports: report.exports.length > 0,
    summary_status: report.summaryStatus,
    problems: [...report.problems],
  };
}

export const listedSize = (file: OwnedFile): number => (file.target?.kind === 'file' ? file.target.size : file.size);
export const listedTime = (file: OwnedFile): string => fileTimeText(file.target?.mtimeNs ?? file.mtimeNs);

/** Absolute path as listed: that of the file a link leads to. */
export const listedPath = (index: ReportIndex, file: OwnedFile): string => file.target?.absolutePath ?? index.absolute(file.path);

export function summaryPath(index: ReportIndex, report: Report): string | null {
  if (report.summary === null) return null;
  if (report.summaryFile !== null) return listedPath(index, report.summaryFile);
  return `${index.directoryOf(report)}/summary.json`;
}

interface LoadedSummary {
  readonly summary: ReportEntry['summary'];
  readonly error: string | null;
}

/** The parsed summary: from the kept text, or read again. A file that changed meanwhile is shown as it is now. */
export function loadSummary(index: ReportIndex, report: Report, numbers: ExactNumbers): LoadedSummary {
  const facts = report.summary;
  if (facts === null) return { summary: null, error: null };
  if (facts.status === 'invalid') return { summary: null, error: facts.problem?.message ?? 'The summary is damaged.' };
  const file = report.summaryFile;
  const text = facts.text ?? (file === null ? null : readSummaryText(index.context.fs, index.absolute(file.path), listedSize(file)));
  if (text === null) return { summary: null, error: 'The summary is no file.' };
  if (typeof text !== 'string') return { summary: null, error: text.message };
  const parsed = parseSummary(text, numbers);
  return parsed.value === null ? { summary: null, error: parsed.problem.message } : { summary: parsed.value, error: null };
}

/** One report in the keys of the earlier command and in their order, with ours after them. */
export function reportEntry(index: ReportIndex, report: Report, options: EntryOptions = {}): ReportEntry {
  const { relative_path, category, updated_at, created_at, display_name, total_size, export_count, has_summary, has_exports, ...more } = reportRow(report);
  const { summary, error } = loadSummary(index, report, options.numbers ?? 'text');
  const exports = report.exports.map((file) => ({
    relative_path: file.path, absolute_path: listedPath(index, file), size: listedSize(file), modified_at: listedTime(file),
  }));
  const summary_path = summaryPath(index, report);
  return {
    relative_path, category, summary_path, summary, summary_error: error,
    absolute_path: exports[0]?.absolute_path ?? summary_path,
    exports, updated_at, created_at, display_name, total_size, export_count, has_summary, has_exports, ...more,
  };
}
