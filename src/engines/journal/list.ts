/** Reading the journal, newest entry first, without reading more of it than needed. */
import { ConsoleError, type JournalEntry } from '#contract';
import type { EngineContext } from '#engines/storage';
import { decodeLine } from './entry.ts';
import { parseSince, parseUntil } from './instants.ts';
import { firstLine, linesBackwards, type Segment } from './segments.ts';
import type { ListQuery } from './types.ts';

const seqPattern = /,"schema":"sterownia\.journal\/1","seq":(\d+),"stage":"/gu;

/** The number of an entry from its line, without parsing it; null for what is no entry. */
export function seqOfLine(text: string): number | null {
  seqPattern.lastIndex = Math.max(0, text.lastIndexOf(',"schema":"sterownia.journal/1","seq":'));
  const digits = seqPattern.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Segments that may hold entries below `before`: those that begin below it. */
export function segmentsBelow(context: EngineContext, segments: readonly Segment[], before: number): readonly Segment[] {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const segment = segments[middle];
    const line = segment === undefined ? null : firstLine(context.fs, segment.path);
    const seq = line === null ? null : seqOfLine(line.toString('utf8'));
    // A segment whose first line cannot be read is kept: its other lines may be wanted.
    if (seq === null || seq < before) low = middle + 1;
    else high = middle;
  }
  return segments.slice(0, low);
}

type LineTest = (text: string) => boolean;

/** Number, subject and type stand at the end of a line, which is a third of most lines and cheaper to look at. */
const endBytes = 400;
const endBegins = ',"schema":"sterownia.journal/1","seq":';
const typeBegins = ',"type":';

function endTests(query: ListQuery): readonly LineTest[] {
  const tests: LineTest[] = [];
  if (query.type !== undefined && query.type.length > 0) {
    const wanted = new Set(query.type.map((type) => latin1Of(JSON.stringify(type))));
    tests.push((text) => {
      const at = text.lastIndexOf(typeBegins) + typeBegins.length;
      return wanted.has(text.slice(at, text.indexOf(',"workspace_id":', at)));
    });
  }
  if (query.subject !== undefined) {
    const needle = latin1Of(`,"subject":${JSON.stringify(query.subject)},"type":`);
    tests.push((text) => text.includes(needle));
  }
  if (query.before !== undefined) {
    const { before } = query;
    tests.push((text) => (seqOfLine(text) ?? 0) < before);
  }
  return tests;
}

/** The bytes of the text as characters, which is how the end of a line is looked at. */
const latin1Of = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** The end of a line, or all of it where its end is unusually long. */
function endOf(line: Buffer): string {
  const end = line.toString('latin1', Math.max(0, line.length - endBytes));
  return end.includes(endBegins) || line.length <= endBytes ? end : line.toString('latin1');
}

function passesAtEnd(line: Buffer, tests: readonly LineTest[]): boolean {
  if (tests.length === 0) return true;
  const text = endOf(line);
  return tests.every((test) => test(text));
}

/** Cheap tests on the text; each may pass too much, never too little. The parsed entry decides. */
function lineTests(query: ListQuery): readonly LineTest[] {
  const tests: LineTest[] = [];
  if (query.query !== undefined && query.query !== '') {
    const needle = JSON.stringify(query.query).slice(1, -1).toLowerCase();
    tests.push((text) => text.toLowerCase().includes(needle));
  }
  return tests;
}

function entryTest(query: ListQuery): (entry: JournalEntry) => boolean {
  const since = query.since === undefined ? null : parseSince(query.since);
  const until = query.until === undefined ? null : parseUntil(query.until);
  return (entry) => {
    const at = Date.parse(entry.at);
    return (query.before === undefined || entry.seq < query.before)
      && (query.after === undefined || entry.seq > query.after)
      && (query.type === undefined || query.type.length === 0 || query.type.includes(entry.type))
      && (query.subject === undefined || entry.subject === query.subject)
      && (since === null || at >= since) && (until === null || at <= until);
  };
}

/** The time of an entry stands after the actor, who has no such member, so its first occurrence is it. */
function timeTests(query: ListQuery): readonly LineTest[] {
  if (query.since === undefined && query.until === undefined) return [];
  const since = query.since === undefined ? -Infinity : parseSince(query.since);
  const until = query.until === undefined ? Infinity : parseUntil(query.until);
  return [(text) => {
    const start = text.indexOf(',"at":"');
    const at = Date.parse(text.slice(start + 7, start + 31));
    return start < 0 || Number.isNaN(at) || (at >= since && at <= until);
  }];
}

/** Entries that fit the query, newest first. Lines that cannot be read are left out: `verify` names them. */
export function* findEntries(context: EngineContext, segments: readonly Segment[], query: Omit<ListQuery, 'limit'>): Generator<JournalEntry> {
  const asked: ListQuery = { ...query, limit: 1 };
  const ends = endTests(asked);
  const tests = [...lineTests(asked), ...timeTests(asked)];
  const fits = entryTest(asked);
  const wanted = query.before === undefined ? segments : segmentsBelow(context, segments, query.before);
  for (const segment of wanted.toReversed()) {
    for (const line of linesBackwards(context.fs, segment.path)) {
      if (query.after !== undefined && (seqOfLine(endOf(line)) ?? Number.POSITIVE_INFINITY) <= query.after) return;
      if (!passesAtEnd(line, ends)) continue;
      const text = line.toString('utf8');
      if (!tests.every((test) => test(text))) continue;
      const decoded = decodeLine(text);
      if (decoded.kind === 'entry' && fits(decoded.entry)) yield decoded.entry;
    }
  }
}

/** The entry of a number, with what its line says: the caller may want to check it. */
export function findEntry(context: EngineContext, segments: readonly Segment[], seq: number): { readonly entry: JournalEntry; readonly value: unknown } | null {
  for (const segment of segmentsBelow(context, segments, seq + 1).toReversed()) {
    for (const line of linesBackwards(context.fs, segment.path)) {
      const text = line.toString('utf8');
      if (seqOfLine(text) !== seq) continue;
      const decoded = decodeLine(text);
      if (decoded.kind === 'entry' && decoded.entry.seq === seq) return decoded;
      throw new ConsoleError('INTEGRITY', `Entry ${seq} of the journal (${segment.name}) cannot be read.`, {
        remedy: 'Verify the journal; it names what is wrong with each entry.', details: { seq, segment: segment.name },
      });
    }
  }
  return null;
}
