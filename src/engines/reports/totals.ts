/** Promise: totals and categories count every match, not only the page that is shown. */
import type { FilterEcho, PageInfo, ReportCategory, ReportTotals } from '#contract';
import { compareText, foldCase } from './textOrder.ts';
import { fileTimeText } from './timeText.ts';
import type { Report } from './types.ts';

class Sums {
  count = 0;
  size = 0;
  exports = 0;
  valid = 0;
  invalid = 0;
  missing = 0;
  latest: Report | null = null;
  earliest: Report | null = null;

  add(report: Report): void {
    this.count += 1;
    this.size += report.totalSize;
    this.exports += report.exports.length;
    this[report.summaryStatus] += 1;
    if (this.latest === null || report.updatedMicros > this.latest.updatedMicros) this.latest = report;
    if (this.earliest === null || report.createdMicros < this.earliest.createdMicros) this.earliest = report;
  }

  get shared() {
    return {
      total_size: this.size,
      latest_updated_at: this.latest === null ? null : fileTimeText(this.latest.updatedNs),
      earliest_updated_at: this.earliest === null ? null : fileTimeText(this.earliest.createdNs),
      has_summary: this.valid > 0,
      has_exports: this.exports > 0,
      invalid_summary_count: this.invalid,
      export_count: this.exports,
      missing_summary_count: this.missing,
    };
  }
}

export interface Totals {
  readonly summary: ReportTotals;
  readonly categories: ReportCategory[];
}

export function totalsOf(reports: readonly Report[]): Totals {
  const all = new Sums();
  const byCategory = new Map<string, Sums>();
  for (const report of reports) {
    all.add(report);
    let sums = byCategory.get(report.category);
    if (sums === undefined) {
      sums = new Sums();
      byCategory.set(report.category, sums);
    }
    sums.add(report);
  }
  const { total_size, export_count, has_summary, has_exports, ...rest } = all.shared;
  const summary = {
    report_count: all.count, category_count: byCategory.size, total_size, export_count, has_summary, has_exports,
    invalid_summary_count: rest.invalid_summary_count, missing_summary_count: rest.missing_summary_count,
    latest_updated_at: rest.latest_updated_at, earliest_updated_at: rest.earliest_updated_at,
  };
  return { summary, categories: categoryRows(byCategory) };
}

function categoryRows(byCategory: ReadonlyMap<string, Sums>): ReportCategory[] {
  return [...byCategory]
    .map(([id, sums]) => ({ key: foldCase(id), row: { id, label: id, count: sums.count, ...sums.shared } }))
    .sort((a, b) => compareText(a.key, b.key) || compareText(a.row.id, b.row.id))
    .map(({ row }) => row);
}

export function pageInfo(total: number, returned: number, { limit, offset }: FilterEcho): PageInfo {
  const skipped = offset ?? 0;
  return {
    total_count: total, returned_count: returned, limit, offset,
    has_more: skipped + returned < total, has_previous: skipped > 0,
  };
}
