/**
 * Promise: which reports a filter lets through, and their totals. The last answer of each index is kept: another page or
 * order of it costs nothing, and a search that goes on typing looks only through what matched so far.
 */
import { columnsOf, statusNumber, type Columns } from './columns.ts';
import { isPair, matchesPair, type Filter } from './filters.ts';
import type { ReportIndex } from './reportIndex.ts';
import { totalsOf, type Totals } from './totals.ts';

export interface Matches {
  /** Rising positions in base order. */
  readonly positions: Int32Array;
  totals(): Totals;
}

interface Kept extends Matches {
  readonly columns: Columns;
  /** Everything of the filter that chooses, other than the search. */
  readonly frame: string;
  readonly query: string;
}

const kept = new WeakMap<ReportIndex, Kept>();

const frameOf = ({ sinceMicros, untilMicros, categories, echo }: Filter): string =>
  JSON.stringify([String(sinceMicros), String(untilMicros), categories === null ? null : [...categories], echo.summary_status, echo.has_exports]);

/** All that a filter asks for except the search. */
function framed(columns: Columns, { sinceMicros, untilMicros, categories, echo }: Filter): Int32Array {
  const { updatedMicros, category, exports, status, foldedCategories } = columns;
  const wantedStatus = echo.summary_status === 'any' ? null : statusNumber(echo.summary_status);
  const wantedExports = echo.has_exports === 'any' ? null : echo.has_exports === 'yes';
  const wantedCategory = categories === null ? null : foldedCategories.map((name) => categories.has(name));
  const found = new Int32Array(updatedMicros.length);
  let count = 0;
  for (let at = 0; at < found.length; at += 1) {
    const updated = updatedMicros[at] ?? 0;
    if (updated < sinceMicros || updated > untilMicros) continue;
    if (wantedCategory !== null && wantedCategory[category[at] ?? 0] !== true) continue;
    if (wantedStatus !== null && status[at] !== wantedStatus) continue;
    if (wantedExports !== null && ((exports[at] ?? 0) > 0) !== wantedExports) continue;
    found[count] = at;
    count += 1;
  }
  return found.subarray(0, count);
}

function searched(columns: Columns, candidates: Int32Array, query: string): Int32Array {
  const texts = columns.texts();
  if (!isPair(query)) return candidates.filter((at) => texts[at]?.includes(query) === true);
  return candidates.filter((at) => {
    const text = texts[at] ?? '';
    const report = columns.reports[at];
    return text.includes(query) || (report !== undefined && matchesPair(report, text, query));
  });
}

/** True where everything that the longer query finds is among what the shorter one found. */
const narrows = (query: string, before: string): boolean =>
  before === '' || (isPair(query) ? isPair(before) && query.startsWith(before) : query.includes(before));

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

export function matchesOf(index: ReportIndex, filter: Filter): Matches {
  const columns = columnsOf(index);
  const frame = frameOf(filter);
  const query = filter.query ?? '';
  const before = kept.get(index);
  const usable = before !== undefined && before.columns === columns && before.frame === frame && narrows(query, before.query);
  if (usable && before.query === query) return before;
  const candidates = usable ? before.positions : framed(columns, filter);
  const positions = query === '' ? candidates : searched(columns, candidates, query);
  const found: Kept = { columns, frame, query, positions, totals: once(() => totalsOf(columns, positions)) };
  kept.set(index, found);
  return found;
}
