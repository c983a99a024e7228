/** Promise: the answers of the reports operations, built from the index alone; nothing here changes the disk. */
import { isAbsolute, relative, sep } from 'node:path';
import { ConsoleError, type Dashboards, type Overview, type ReportEntry, type ReportList } from '#contract';
import type * as z from 'zod';
import type { reportFileSchema } from '#contract';
import { dashboardsOf } from './dashboards.ts';
import type { FilterInput } from './filters.ts';
import type { ReportIndex } from './reportIndex.ts';
import { EntryPrinter } from './entryPrinter.ts';
import { reportEntry, reportRow, type EntryOptions } from './rows.ts';
import { findMatching } from './select.ts';
import { fileTimeText } from './timeText.ts';
import { pageInfo } from './totals.ts';
import type { Report } from './types.ts';

interface OverviewParts {
  /** Everything but the reports, in the order of the earlier command's keys after `reports`. */
  readonly head: Omit<Overview, 'reports'>;
  readonly page: readonly Report[];
}

function overviewParts(index: ReportIndex, filter: FilterInput, baseDirectory: string): OverviewParts {
  const { filter: read, totals: { summary, categories }, count, page, all } = findMatching(index, filter);
  return {
    head: {
      base_directory: baseDirectory, categories, summary, filters: read.echo,
      pagination: pageInfo(count, page.length, read.echo),
      dashboards: dashboardsOf(index, all()),
    },
    page,
  };
}

export function overview(index: ReportIndex, filter: FilterInput, baseDirectory: string, options: EntryOptions = {}): Overview {
  const { head, page } = overviewParts(index, filter, baseDirectory);
  return { reports: page.map((report) => reportEntry(index, report, options)), ...head };
}

const chunkLength = 64 * 1024;

/**
 * The overview as JSON text in pieces of about 64 KiB, never as a whole: one line without a line end, for a stream to
 * standard output or to a window. Numbers beyond a double stand there with their own digits unless `text` is asked for.
 */
export function* overviewJson(index: ReportIndex, filter: FilterInput, baseDirectory: string, { numbers = 'raw' }: EntryOptions = {}): Generator<string> {
  const { head, page } = overviewParts(index, filter, baseDirectory);
  const printer = new EntryPrinter(index, numbers);
  let chunk = '{"reports":[';
  let separator = '';
  for (const report of page) {
    chunk += separator + printer.print(report);
    separator = ',';
    if (chunk.length >= chunkLength) {
      yield chunk;
      chunk = '';
    }
  }
  yield `${chunk}],${JSON.stringify(head).slice(1)}`;
}

export function list(index: ReportIndex, filter: FilterInput, baseDirectory: string): ReportList {
  const { filter: read, totals, count, page } = findMatching(index, filter);
  return {
    revision: index.revision,
    base_directory: baseDirectory,
    rows: page.map(reportRow),
    ...totals,
    filters: read.echo,
    pagination: pageInfo(count, page.length, read.echo),
  };
}

export function dashboards(index: ReportIndex, filter: FilterInput): Dashboards {
  return dashboardsOf(index, findMatching(index, filter).all());
}

export type ReportDetails = ReportEntry & {
  readonly files: readonly z.infer<typeof reportFileSchema>[];
  readonly directory: string;
};

/** Identifier of a report from what a caller gives: `a/b`, `a/b/`, or an absolute path below the base. */
function identifierOf(index: ReportIndex, given: string): string {
  if (given.trim() === '' || given.includes('\0')) {
    throw new ConsoleError('PATH_INVALID', 'The path of the report is blank or holds a NUL character.', {
      remedy: 'Give the identifier as the list shows it.', details: { field: 'relative_path' },
    });
  }
  const inside = isAbsolute(given) ? relative(index.base, given) : given;
  const parts = inside.split(sep === '\\' ? /[/\\]/u : '/').filter((part) => part !== '' && part !== '.');
  if (isAbsolute(inside) || parts.includes('..')) {
    throw new ConsoleError('PATH_OUTSIDE_ROOT', 'The path leaves the reports folder.', {
      remedy: 'Give the identifier as the list shows it.', details: { field: 'relative_path', path: given },
    });
  }
  return parts.length === 0 ? '.' : parts.join('/');
}

export function show(index: ReportIndex, relativePath: string): ReportDetails {
  const report = index.find(identifierOf(index, relativePath));
  if (report === null) {
    throw new ConsoleError('NOT_FOUND', `There is no report named ${JSON.stringify(relativePath)}.`, {
      remedy: 'List the reports to see their identifiers.', details: { field: 'relative_path', path: relativePath },
    });
  }
  const files = report.files.map((file) => ({
    path: file.path, kind: file.kind, size: file.size, modified_at: fileTimeText(file.mtimeNs), role: file.role,
  }));
  return { ...reportEntry(index, report), files, directory: index.directoryOf(report) };
}
