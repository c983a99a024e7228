/** Promise: of a summary only what lists, filters and dashboards need is kept; a large one is read again when shown. */
import { type FileSystem, systemCode } from '#engines/storage';
import { dateText, numericDateSource } from './displayText.ts';
import { searchableText } from './searchText.ts';
import { assetWeights, equityPoints, type AssetWeight, type EquityPoint } from './series.ts';
import { decodeSummary, isPlain, parseSummary, summaryByteLimit, type JsonObject, type SummaryProblem } from './summaryText.ts';

/** Summaries up to this length are kept as text; a page of rows then needs no disk. */
const keptTextLimit = 2048;

export interface SummaryFacts {
  readonly status: 'valid' | 'invalid';
  readonly problem: SummaryProblem | null;
  /** `report_date` as text; null when the summary has none. */
  readonly date: string | null;
  /** The whole summary: as JSON would print it where that loses nothing (`compact`), else as it stands in the file. */
  readonly text: string | null;
  readonly compact: boolean;
  /** See `searchableText`; only where `text` is not kept. */
  readonly searchText: string | null;
  readonly points: readonly EquityPoint[];
  readonly weights: readonly AssetWeight[];
}

const empty = { date: null, text: null, compact: false, searchText: null, points: [], weights: [] } as const;

export const brokenFacts = (code: SummaryProblem['code'], message: string): SummaryFacts =>
  ({ status: 'invalid', problem: { code, message }, ...empty });

const shared = Buffer.allocUnsafe(64 * 1024);

/** The bytes of a file up to the limit, or null when it is longer. The buffer is valid until the next call. */
function readBytes(fs: FileSystem, path: string, expected: number): Uint8Array | null {
  const fd = fs.open(path, 'r');
  try {
    let buffer = shared;
    let length = 0;
    for (;;) {
      if (length === buffer.length) {
        if (length > summaryByteLimit) return null;
        const larger = Buffer.allocUnsafe(Math.min(Math.max(buffer.length * 4, expected + 1), summaryByteLimit + 1));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      const read = fs.read(fd, buffer, length, buffer.length - length, null);
      length += read;
      // A regular file gives what it has: as much as its size said is the whole of it, no second call needed.
      if (read === 0 || (length === expected && expected > 0)) return length > summaryByteLimit ? null : buffer.subarray(0, length);
    }
  } finally {
    fs.close(fd);
  }
}

/** Text of a summary file, or why there is none. */
export function readSummaryText(fs: FileSystem, path: string, expected: number): string | SummaryProblem {
  if (expected > summaryByteLimit) return tooLarge;
  try {
    const bytes = readBytes(fs, path, expected);
    return bytes === null ? tooLarge : decodeSummary(bytes);
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    if (code === 'ENOENT') return { code: 'vanished', message: 'The summary vanished while it was being read.' };
    return { code: 'summary_unreadable', message: `The summary could not be read (${code}).` };
  }
}

const tooLarge: SummaryProblem = {
  code: 'summary_too_large', message: `The summary is larger than ${summaryByteLimit / 1024 / 1024} MiB and was not read.`,
};

/** The display date: any type, as text; null counts as none. */
function dateOf(summary: JsonObject, text: string): string | null {
  if (!Object.hasOwn(summary, 'report_date')) return null;
  const value = summary['report_date'];
  if (value === null) return null;
  return dateText(value, typeof value === 'number' ? numericDateSource(text) : null);
}

export function factsFromText(text: string): SummaryFacts {
  const { value, problem } = parseSummary(text);
  if (value === null) return { status: 'invalid', problem, ...empty };
  const kept = text.length <= keptTextLimit;
  const compact = kept && problem === null && isPlain(text);
  return {
    status: 'valid',
    problem,
    date: dateOf(value, text),
    text: compact ? JSON.stringify(value) : kept ? text : null,
    compact,
    searchText: kept ? null : searchableText(value),
    points: equityPoints(value),
    weights: assetWeights(value),
  };
}

export function readFacts(fs: FileSystem, path: string, expected: number): SummaryFacts {
  const text = readSummaryText(fs, path, expected);
  return typeof text === 'string' ? factsFromText(text) : { status: 'invalid', problem: text, ...empty };
}

/** The search text of a summary, whichever way it was kept. */
export function searchTextOf(facts: SummaryFacts): string {
  if (facts.searchText !== null) return facts.searchText;
  if (facts.text === null) return '';
  const { value } = parseSummary(facts.text);
  return value === null ? '' : searchableText(value);
}
