/** Promise: filters mean what the runbook says; a value that cannot be meant is refused by name, never guessed. */
import { ConsoleError, type FilterEcho, type ReportFilter } from '#contract';
import { endOfDay, parseIsoTime } from './isoTime.ts';
import { pairsIn, valuesIn } from './searchText.ts';
import { searchTextOf } from './summaryFacts.ts';
import { foldCase } from './textOrder.ts';
import { instantText, microsOf, type Instant } from './timeText.ts';
import type { Report } from './types.ts';

/** All fields may be left out; the defaults are those of the contract. */
export type FilterInput = { readonly [K in keyof ReportFilter]?: ReportFilter[K] | undefined };

export interface Filter {
  readonly sinceMicros: number;
  readonly untilMicros: number;
  /** Case-folded; null for all. */
  readonly categories: ReadonlySet<string> | null;
  /** Case-folded; null for none. */
  readonly query: string | null;
  readonly echo: FilterEcho;
}

function refuse(field: string, message: string, remedy: string): never {
  throw new ConsoleError('INPUT_INVALID', `${message} Nothing was changed.`, { remedy, details: { field } });
}

function bound(field: 'since' | 'until', text: string | undefined): Instant | null {
  if (text === undefined) return null;
  const parsed = parseIsoTime(text);
  if (parsed === null) {
    return refuse(field, `"${field}" is not a date or instant in ISO 8601: ${JSON.stringify(text)}.`, 'Write a date such as 2024-04-01 or an instant such as 2024-04-01T10:00:00Z.');
  }
  return field === 'until' && parsed.wholeDay ? endOfDay(parsed.instant) : parsed.instant;
}

function count(field: 'limit' | 'offset', value: number | undefined, least: number): number | null {
  if (value === undefined) return null;
  if (!Number.isSafeInteger(value) || value < least) refuse(field, `"${field}" must be a whole number of at least ${least}.`, `Give ${least} or more.`);
  return value;
}

const cleaned = (values: readonly string[]): readonly string[] =>
  [...new Set(values.map((value) => value.trim()).filter((value) => value !== ''))];

export function readFilter(input: FilterInput): Filter {
  const since = bound('since', input.since);
  const until = bound('until', input.until);
  const sinceMicros = since === null ? Number.NEGATIVE_INFINITY : microsOf(since);
  const untilMicros = until === null ? Number.POSITIVE_INFINITY : microsOf(until);
  if (sinceMicros > untilMicros) refuse('since', '"since" lies after "until", so no report could match.', 'Swap the two, or leave one out.');
  const categories = cleaned(input.category ?? []);
  const query = (input.query ?? '').trim();
  return {
    sinceMicros,
    untilMicros,
    categories: categories.length === 0 ? null : new Set(categories.map(foldCase)),
    query: query === '' ? null : foldCase(query),
    echo: {
      since: since === null ? null : instantText(since),
      until: until === null ? null : instantText(until),
      categories: [...categories],
      summary_status: input.summary_status ?? 'any',
      limit: count('limit', input.limit, 1),
      offset: count('offset', input.offset, 0),
      sort_key: input.sort ?? 'updated_at',
      sort_direction: input.sort_direction ?? 'desc',
      query: query === '' ? null : query,
      has_exports: input.has_exports ?? 'any',
    },
  };
}

const searchTexts = new WeakMap<Report, string>();
const pairTexts = new WeakMap<Report, string>();

function kept(texts: WeakMap<Report, string>, report: Report, make: () => string): string {
  const known = texts.get(report);
  if (known !== undefined) return known;
  const text = foldCase(make());
  texts.set(report, text);
  return text;
}

/** Identifier, category, date and the values of the summary, folded; made on the first search and kept. */
export const foldedSearchText = (report: Report): string => kept(searchTexts, report, () => {
  const parts = [report.relativePath, report.category];
  if (report.summary?.date) parts.push(report.summary.date);
  const head = parts.join(' ');
  return report.summary === null ? head : `${head}\n${valuesIn(searchTextOf(report.summary))}`;
});

/** Members of the summary as `name=value`, folded; made only for reports that may hold what is searched. */
const foldedPairs = (report: Report): string => kept(pairTexts, report, () => (report.summary === null ? '' : pairsIn(searchTextOf(report.summary))));

/** True where `name=value` of the folded query begins a member; `text` is the folded search text of the report. */
export function matchesPair(report: Report, text: string, query: string): boolean {
  return text.includes(query.slice(query.indexOf('=') + 1)) && foldedPairs(report).includes(`\n${query}`);
}

/** True for a query that may name a member and its value. */
export const isPair = (query: string): boolean => query.indexOf('=') > 0;
