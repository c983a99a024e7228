/** Promise: what filters and totals look at, side by side in plain arrays, so that passing over all reports takes milliseconds. */
import { foldedSearchText } from './filters.ts';
import type { ReportIndex } from './reportIndex.ts';
import { foldCase } from './textOrder.ts';
import type { Report } from './types.ts';

const statusNumbers = { valid: 0, missing: 1, invalid: 2 } as const;
export const statusNumber = (status: Report['summaryStatus']): number => statusNumbers[status];

/** Everything is indexed by the position in base order. */
export interface Columns {
  readonly revision: number;
  readonly reports: readonly Report[];
  /** Category names, and each report's place among them. */
  readonly categories: readonly string[];
  readonly category: Int32Array;
  readonly updatedMicros: Float64Array;
  readonly createdMicros: Float64Array;
  readonly size: Float64Array;
  readonly exports: Int32Array;
  /** See {@link statusNumber}. */
  readonly status: Uint8Array;
  /** Folded names of `categories`. */
  readonly foldedCategories: readonly string[];
  /** What a search looks through, made for all on the first search. */
  texts(): readonly string[];
}

const kept = new WeakMap<ReportIndex, Columns>();

function build(revision: number, reports: readonly Report[]): Columns {
  const ids = new Map<string, number>();
  const count = reports.length;
  const columns = {
    category: new Int32Array(count), updatedMicros: new Float64Array(count), createdMicros: new Float64Array(count),
    size: new Float64Array(count), exports: new Int32Array(count), status: new Uint8Array(count),
  };
  reports.forEach((report, at) => {
    let id = ids.get(report.category);
    if (id === undefined) {
      id = ids.size;
      ids.set(report.category, id);
    }
    columns.category[at] = id;
    columns.updatedMicros[at] = report.updatedMicros;
    columns.createdMicros[at] = report.createdMicros;
    columns.size[at] = report.totalSize;
    columns.exports[at] = report.exports.length;
    columns.status[at] = statusNumber(report.summaryStatus);
  });
  let texts: readonly string[] | null = null;
  const categories = [...ids.keys()];
  return {
    revision, reports, ...columns, categories, foldedCategories: categories.map(foldCase),
    texts: () => (texts ??= reports.map(foldedSearchText)),
  };
}

/** Made anew after each change of the index. */
export function columnsOf(index: ReportIndex): Columns {
  const before = kept.get(index);
  if (before?.revision === index.revision) return before;
  const columns = build(index.revision, index.reports);
  kept.set(index, columns);
  return columns;
}

/** Makes what a search needs, so that the first keystroke need not. */
export function warmSearch(index: ReportIndex): void {
  columnsOf(index).texts();
}
