/** From filters to reports with their files: the selection that purge and archive share. */
import type { FilterEcho, PlanDocument, PlanTarget, ReportFilter } from '#contract';
import type { EngineContext, WorkSignal } from '#engines/storage';
import { openReportIndex, selectReports, type OwnedFile, type Report, type ReportIndex, type SelectedReport } from '#engines/reports';
import type { DraftRequest } from '#engines/plans';
import { protectionFor } from './base.ts';
import { itemOfOwned, type Found } from './items.ts';

/** Gives an index of the folder that is up to date when it is returned. */
export type IndexSource = (context: EngineContext, base: string, signal: WorkSignal) => ReportIndex;

export const freshIndex: IndexSource = (context, base, signal) => {
  const index = openReportIndex(context, base);
  index.refresh(signal);
  return index;
};

const filterKeys = ['since', 'until', 'category', 'summary_status', 'limit', 'offset', 'sort', 'sort_direction', 'query', 'has_exports'] as const;

/** The filter fields of an input, without the others. */
export function filterOf(input: ReportFilter): ReportFilter {
  return Object.fromEntries(filterKeys.filter((key) => input[key] !== undefined).map((key) => [key, input[key]])) as ReportFilter;
}

/** One selected report with all reports that go along with it and all their files. */
export interface Chosen {
  readonly selected: SelectedReport;
  readonly reports: readonly Report[];
  readonly files: readonly OwnedFile[];
  readonly contents: readonly Found[];
}

export function chosenOf(index: ReportIndex, selected: SelectedReport): Chosen {
  const reports = [selected.report, ...selected.nested];
  const files = reports.flatMap((report) => report.files);
  return { selected, reports, files, contents: files.map((file) => itemOfOwned(index.absolute(file.path), file)) };
}

export interface SelectionFacts {
  readonly index: ReportIndex;
  readonly matchedCount: number;
  readonly echo: FilterEcho;
  readonly chosen: readonly Chosen[];
}

export function selectChosen(source: IndexSource, base: string, input: ReportFilter, request: DraftRequest): SelectionFacts {
  const index = source(request.context, base, request.signal);
  request.signal.check();
  const selection = selectReports(index, filterOf(input));
  return { index, matchedCount: selection.matched.length, echo: selection.echo, chosen: selection.planned.map((selected) => chosenOf(index, selected)) };
}

/** Files and folders of the report that the policy protects; one is enough to leave the report alone. */
export function protectedOf(request: DraftRequest, paths: readonly string[]): readonly PlanDocument['protected'][number][] {
  const found: PlanDocument['protected'][number][] = [];
  for (const path of paths) {
    const protection = protectionFor(request.context, request.config, path);
    if (protection !== null) found.push({ path, ...protection });
  }
  return found;
}

const nestedShown = 20;

/** Why a report is in the plan: the filters that it met, and what goes along. */
export function reasonsOf(echo: FilterEcho, selected: SelectedReport): PlanTarget['reasons'] {
  const { report, nested } = selected;
  const reasons: PlanTarget['reasons'] = [];
  if (echo.since !== null) reasons.push({ code: 'since', value: echo.since });
  if (echo.until !== null) reasons.push({ code: 'until', value: echo.until });
  if (echo.categories.length > 0) reasons.push({ code: 'category', value: report.category });
  if (echo.summary_status !== 'any') reasons.push({ code: 'summary_status', value: report.summaryStatus });
  if (echo.has_exports !== 'any') reasons.push({ code: 'has_exports', value: echo.has_exports });
  if (echo.query !== null) reasons.push({ code: 'query', value: echo.query });
  if (reasons.length === 0) reasons.push({ code: 'all', value: null });
  for (const inner of nested.slice(0, nestedShown)) reasons.push({ code: 'nested', value: inner.relativePath });
  if (nested.length > nestedShown) reasons.push({ code: 'nested_more', value: String(nested.length - nestedShown) });
  return reasons;
}

/** Folders that a report has as its own; empty for a file at the top and for the top itself, which always stay. */
export const ownTop = (index: ReportIndex, report: Report): string | null =>
  report.shape === 'file' || report.relativePath === '.' ? null : index.absolute(report.relativePath);
