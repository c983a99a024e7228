/**
 * Rows of an OHLCV file, read in pieces.
 *
 * Promise: a file of any size takes little memory; each row is either complete or counted as incomplete, never guessed.
 */
import { parseEpoch, parseInstant, type Micros } from '#engines/decisions';
import type { FileSystem } from '#engines/storage';

export interface FeedFacts {
  readonly rows: number;
  readonly incomplete: number;
  /** Rows with a readable time, less those at the instant of the row before; and the first and the last of these times. */
  readonly timed: number;
  readonly firstTimed: Micros | null;
  readonly lastTimed: Micros | null;
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly first: Micros | null;
  readonly last: Micros | null;
  /** Why there are no rows to speak of, else null. */
  readonly problem: string | null;
}

const timeNames = ['timestamp', 'time', 'datetime', 'date', 'open_time', 'opentime'];
const priceNames = ['open', 'high', 'low', 'close', 'volume'];
const pieceBytes = 1 << 18;
const longestLine = 1 << 16;

/** Calls `line` for each line, without its end. */
function eachLine(fs: FileSystem, path: string, line: (text: string) => void): void {
  const fd = fs.open(path, 'r');
  try {
    const decoder = new TextDecoder('utf-8');
    const piece = Buffer.allocUnsafe(pieceBytes);
    let rest = '';
    for (;;) {
      const read = fs.read(fd, piece, 0, pieceBytes, null);
      const lines = (rest + decoder.decode(piece.subarray(0, read), { stream: read > 0 })).split(/\r?\n/u);
      rest = lines.pop() ?? '';
      for (const each of lines) line(each);
      if (read === 0) break;
      if (rest.length > longestLine) throw new RangeError(`a line is longer than ${longestLine} characters`);
    }
    if (rest !== '') line(rest);
  } finally {
    fs.close(fd);
  }
}

const cells = (line: string): readonly string[] => line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/u, '$1').trim());

/** ISO text, or the time since the epoch in seconds, milliseconds, microseconds or nanoseconds, told apart by size. */
export function readFeedTime(text: string): Micros | null {
  if (!/^[+-]?\d+(?:\.\d+)?$/u.test(text)) return parseInstant(text);
  const number = Number(text);
  const size = Math.abs(number);
  if (size < 1e8) return null;
  if (size < 1e11) return parseEpoch(number);
  if (!/^\d+$/u.test(text)) return parseEpoch(number / 1000);
  const whole = BigInt(text);
  return size < 1e14 ? whole * 1000n : size < 1e17 ? whole : whole / 1000n;
}

interface Columns {
  readonly time: number;
  readonly prices: readonly number[];
}

/** The columns by the names in the heading, or what is missing. */
function columnsIn(heading: string): Columns | string {
  const names = cells(heading.replace(/^\ufeff/u, '')).map((name) => name.toLowerCase());
  const time = names.findIndex((name) => timeNames.includes(name));
  const missing = [...(time < 0 ? ['a time'] : []), ...priceNames.filter((name) => !names.includes(name))];
  return missing.length > 0 ? `the heading lacks ${missing.join(', ')}` : { time, prices: priceNames.map((name) => names.indexOf(name)) };
}

const isNumber = (text: string | undefined): boolean => text !== undefined && text !== '' && Number.isFinite(Number(text));

export interface FeedRow {
  readonly at: Micros | null;
  /** In the order of {@link feedColumns}; null where a cell is empty or no number. */
  readonly values: readonly (number | null)[];
}

export const feedColumns: readonly string[] = priceNames;

const numberIn = (text: string | undefined): number | null => (text !== undefined && isNumber(text) ? Number(text) : null);

/** Calls `visit` for each row, in the order of the file. Returns why there are no rows to speak of, else null. */
export function visitFeedRows(fs: FileSystem, path: string, visit: (row: FeedRow) => void): string | null {
  let columns: Columns | string | null = null;
  eachLine(fs, path, (line) => {
    if (line.trim() === '' || typeof columns === 'string') return;
    if (columns === null) {
      columns = columnsIn(line);
      return;
    }
    const { time, prices } = columns;
    const row = cells(line);
    visit({ at: readFeedTime(row[time] ?? ''), values: prices.map((column) => numberIn(row[column])) });
  });
  const found: Columns | string | null = columns;
  return found === null ? 'the file is empty' : typeof found === 'string' ? found : null;
}

export function readFeedRows(fs: FileSystem, path: string): FeedFacts {
  let rows = 0;
  let incomplete = 0;
  let first: Micros | null = null;
  let last: Micros | null = null;
  let [timed, duplicates, outOfOrder] = [0, 0, 0];
  let firstTimed: Micros | null = null;
  let lastTimed: Micros | null = null;
  let previous: Micros | null = null;
  const problem = visitFeedRows(fs, path, ({ at, values }) => {
    rows += 1;
    if (at !== null) {
      if (at === previous) duplicates += 1;
      else timed += 1;
      if (previous !== null && at < previous) outOfOrder += 1;
      if (firstTimed === null || at < firstTimed) firstTimed = at;
      if (lastTimed === null || at > lastTimed) lastTimed = at;
      previous = at;
    }
    if (at === null || values.includes(null)) {
      incomplete += 1;
      return;
    }
    if (first === null || at < first) first = at;
    if (last === null || at > last) last = at;
  });
  return { rows, incomplete, timed, firstTimed, lastTimed, duplicates, outOfOrder, first, last, problem };
}
