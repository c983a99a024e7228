/** Promise: totals and categories count every match, not only the page that is shown. */
import type { FilterEcho, PageInfo, ReportCategory, ReportTotals } from '#contract';
import { statusNumber, type Columns } from './columns.ts';
import { compareText } from './textOrder.ts';
import { fileTimeText } from './timeText.ts';

class Sums {
  count = 0;
  size = 0;
  exports = 0;
  /** By the number of the summary status. */
  readonly statuses = [0, 0, 0];
  /** Positions, -1 for none. */
  latest = -1;
  earliest = -1;

  add(columns: Columns, at: number): void {
    this.count += 1;
    this.size += columns.size[at] ?? 0;
    this.exports += columns.exports[at] ?? 0;
    const status = columns.status[at] ?? 0;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    this.#see(columns, at, at);
  }

  addSums(columns: Columns, other: Sums): void {
    this.count += other.count;
    this.size += other.size;
    this.exports += other.exports;
    other.statuses.forEach((count, status) => { this.statuses[status] = (this.statuses[status] ?? 0) + count; });
    this.#see(columns, other.latest, other.earliest);
  }

  #see({ updatedMicros, createdMicros }: Columns, latest: number, earliest: number): void {
    if (this.latest < 0 || (updatedMicros[latest] ?? 0) > (updatedMicros[this.latest] ?? 0)) this.latest = latest;
    if (this.earliest < 0 || (createdMicros[earliest] ?? 0) < (createdMicros[this.earliest] ?? 0)) this.earliest = earliest;
  }

  shared({ reports }: Columns) {
    const [latest, earliest] = [reports[this.latest], reports[this.earliest]];
    return {
      total_size: this.size,
      latest_updated_at: latest === undefined ? null : fileTimeText(latest.updatedNs),
      earliest_updated_at: earliest === undefined ? null : fileTimeText(earliest.createdNs),
      has_summary: (this.statuses[statusNumber('valid')] ?? 0) > 0,
      has_exports: this.exports > 0,
      invalid_summary_count: this.statuses[statusNumber('invalid')] ?? 0,
      export_count: this.exports,
      missing_summary_count: this.statuses[statusNumber('missing')] ?? 0,
    };
  }
}

export interface Totals {
  readonly summary: ReportTotals;
  readonly categories: ReportCategory[];
}

/** `positions` are those of the counted reports. */
export function totalsOf(columns: Columns, positions: Int32Array): Totals {
  const sums = columns.categories.map(() => new Sums());
  for (const at of positions) sums[columns.category[at] ?? 0]?.add(columns, at);
  const present = sums.flatMap((one, id) => (one.count === 0 ? [] : [{ id: columns.categories[id] ?? '', key: columns.foldedCategories[id] ?? '', sums: one }]));
  const all = new Sums();
  for (const one of present) all.addSums(columns, one.sums);
  const { total_size, export_count, has_summary, has_exports, ...rest } = all.shared(columns);
  const summary = {
    report_count: all.count, category_count: present.length, total_size, export_count, has_summary, has_exports,
    invalid_summary_count: rest.invalid_summary_count, missing_summary_count: rest.missing_summary_count,
    latest_updated_at: rest.latest_updated_at, earliest_updated_at: rest.earliest_updated_at,
  };
  const categories = present
    .map(({ id, key, sums: one }) => ({ key, row: { id, label: id, count: one.count, ...one.shared(columns) } }))
    .sort((a, b) => compareText(a.key, b.key) || compareText(a.row.id, b.row.id))
    .map(({ row }) => row);
  return { summary, categories };
}

export function pageInfo(total: number, returned: number, { limit, offset }: FilterEcho): PageInfo {
  const skipped = offset ?? 0;
  return {
    total_count: total, returned_count: returned, limit, offset,
    has_more: skipped + returned < total, has_previous: skipped > 0,
  };
}
