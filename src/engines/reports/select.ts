/** Promise: what a filter selects, in the asked order, the same for a list and for a purge. */
import type { FilterEcho } from '#contract';
import { readFilter, type Filter, type FilterInput } from './filters.ts';
import { matchesOf } from './matches.ts';
import type { ReportIndex } from './reportIndex.ts';
import { foldCase, orderKey } from './textOrder.ts';
import type { Totals } from './totals.ts';
import type { Report } from './types.ts';

type SortKey = FilterEcho['sort_key'];

interface Order {
  readonly revision: number;
  readonly positions: Int32Array;
}

/** Orders of all reports, made on first use per revision: a filter then only picks from them. */
const orders = new WeakMap<ReportIndex, Map<string, Order>>();

function comparable(report: Report, key: SortKey): number | string {
  switch (key) {
    case 'updated_at': return report.updatedMicros;
    case 'created_at': return report.createdMicros;
    case 'size': return report.totalSize;
    case 'name': return orderKey(foldCase(report.displayName));
  }
}

function sortedPositions(reports: readonly Report[], key: SortKey, descending: boolean): Int32Array {
  const keyed = reports.map((report, at) => ({ at, by: comparable(report, key) }));
  const [less, more] = descending ? [1, -1] : [-1, 1];
  keyed.sort((a, b) => (a.by < b.by ? less : a.by > b.by ? more : 0));
  return Int32Array.from(keyed, ({ at }) => at);
}

/** All positions in an order, or null for the base order; equal keys keep the base order in both directions. */
function ordered(index: ReportIndex, key: SortKey, direction: FilterEcho['sort_direction']): Int32Array | null {
  if (key === 'updated_at' && direction === 'desc') return null;
  const known = orders.get(index) ?? new Map<string, Order>();
  orders.set(index, known);
  const name = `${key} ${direction}`;
  const before = known.get(name);
  if (before?.revision === index.revision) return before.positions;
  const positions = sortedPositions(index.reports, key, direction === 'desc');
  known.set(name, { revision: index.revision, positions });
  return positions;
}

function inOrder(found: Int32Array, order: Int32Array | null, count: number): Int32Array {
  if (order === null) return found;
  if (found.length === count) return order;
  const chosen = new Uint8Array(count);
  for (const at of found) chosen[at] = 1;
  return order.filter((at) => chosen[at] === 1);
}

const cut = <T>(list: readonly T[], { offset, limit }: FilterEcho): readonly T[] =>
  list.slice(offset ?? 0, limit === null ? undefined : (offset ?? 0) + limit);

const reportsAt = (reports: readonly Report[], positions: Int32Array): readonly Report[] =>
  Array.from(positions, (at) => reports[at]).filter((report) => report !== undefined);

export interface Matching {
  readonly filter: Filter;
  readonly count: number;
  readonly totals: Totals;
  /** The asked page of all matches, in the asked order. */
  readonly page: readonly Report[];
  /** Every match, in the asked order. */
  all(): readonly Report[];
}

export function findMatching(index: ReportIndex, input: FilterInput): Matching {
  const filter = readFilter(input);
  const { sort_key, sort_direction, offset, limit } = filter.echo;
  const { positions, totals } = matchesOf(index, filter);
  const sorted = inOrder(positions, ordered(index, sort_key, sort_direction), index.reports.length);
  const from = offset ?? 0;
  return {
    filter, totals: totals(), count: sorted.length,
    page: reportsAt(index.reports, sorted.subarray(from, limit === null ? undefined : from + limit)),
    all: () => (sorted.length === index.reports.length && sorted === positions ? index.reports : reportsAt(index.reports, sorted)),
  };
}

/** A report that a purge or archive takes, together with the matched reports that lie inside its folder. */
export interface SelectedReport {
  readonly report: Report;
  readonly nested: readonly Report[];
}

export interface Selection {
  /** Matches after the nesting rule, in the asked order. */
  readonly matched: readonly SelectedReport[];
  /** The part of them between offset and limit: what is really planned. */
  readonly planned: readonly SelectedReport[];
  readonly echo: FilterEcho;
}

/** The topmost matched report above, other than the top of the reports folder, which holds everything. */
function matchedAncestor(report: Report, matched: ReadonlyMap<string, Report>): Report | null {
  const path = report.relativePath;
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const ancestor = matched.get(path.slice(0, at));
    if (ancestor !== undefined) return ancestor;
  }
  return null;
}

/** What purge and archive act on. A match inside another match is not counted by itself but goes along with it. */
export function selectReports(index: ReportIndex, input: FilterInput): Selection {
  const { filter, all } = findMatching(index, input);
  const found = all();
  const byPath = new Map(found.map((report) => [report.relativePath, report]));
  const nested = new Map<Report, Report[]>();
  const tops: Report[] = [];
  for (const report of found) {
    const ancestor = matchedAncestor(report, byPath);
    if (ancestor === null) {
      tops.push(report);
      continue;
    }
    const list = nested.get(ancestor);
    if (list === undefined) nested.set(ancestor, [report]);
    else list.push(report);
  }
  const matched = tops.map((report) => ({ report, nested: nested.get(report) ?? [] }));
  return { matched, planned: cut(matched, filter.echo), echo: filter.echo };
}
