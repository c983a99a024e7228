/**
 * Entries of the decision journal that lie in a span of time, whatever the size of the journal around it.
 *
 * Promise: every line of the days in question is looked at; one that cannot be read is counted, never taken for nothing.
 */
import { join } from 'node:path';
import { asConsoleError, isMissing, readFully, type EngineContext, type FileSystem } from '#engines/storage';
import type { DecisionEntry } from './entry.ts';
import { addMicros, microsText, parseInstant, secondsMicros, type Micros } from './instants.ts';
import { decisionFolder, entryOf } from './journal.ts';

export interface DecisionWindow {
  readonly events: readonly string[];
  /** Later than this. */
  readonly from: Micros;
  /** Not later than this. */
  readonly until: Micros;
}

const day = secondsMicros(86_400);
const dayOf = (at: Micros): string => microsText(at).slice(0, 10).replaceAll('-', '');
const dated = /^decisions-(\d{8})\.jsonl$/u;

const simple = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00:00)$/u;

/** The usual form by the fast parser; others by the tolerant one. */
function microsOf(text: string): Micros | null {
  const match = simple.exec(text);
  if (match === null) return parseInstant(text);
  const seconds = Date.parse(`${match[1] ?? ''}Z`);
  return Number.isNaN(seconds) ? parseInstant(text) : BigInt(seconds) * 1000n + BigInt((match[2] ?? '').padEnd(6, '0'));
}

/** Visits in no order of time. A day more on either side is looked through, for writers that date files by their own zone. */
export function visitDecisions(context: EngineContext, window: DecisionWindow, visit: (entry: DecisionEntry, at: Micros) => void): { readonly badLines: number } {
  const { fs } = context;
  const folder = join(context.root, decisionFolder);
  const [first, last] = [dayOf(addMicros(window.from, -day)), dayOf(addMicros(window.until, day))];
  const wanted = new Set(window.events);
  let badLines = 0;
  for (const name of namesIn(fs, folder)) {
    const date = dated.exec(name)?.[1];
    if (date === undefined || date < first || date > last) continue;
    for (const line of textIn(fs, join(folder, name)).replace(/^\ufeff/u, '').split('\n')) {
      if (line.trim() === '') continue;
      const entry = entryOf(line);
      const asked = entry !== null && wanted.has(entry['event'] ?? '');
      const at = asked ? microsOf(entry['timestamp'] ?? '') : null;
      if (entry === null || (asked && at === null)) badLines += 1;
      else if (at !== null && at > window.from && at <= window.until) visit(entry, at);
    }
  }
  return { badLines };
}

function namesIn(fs: FileSystem, folder: string): readonly string[] {
  try {
    return fs.readdir(folder).map(({ name }) => name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw asConsoleError(error, 'read', folder);
  }
}

/** A file that retention takes away meanwhile is empty. */
function textIn(fs: FileSystem, path: string): string {
  try {
    return readFully(fs, path).toString('utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw asConsoleError(error, 'read', path);
  }
}
