/** Appending: under the lock, find the head, make good what a crash left, write once, flush once. */
import { ConsoleError, type JournalEntry } from '#contract';
import { asConsoleError, isoNow, makeDirectories, syncDirectory, type EngineContext } from '#engines/storage';
import { dirname, join } from 'node:path';
import { decodeLine, encodeEntry, maxLineBytes, noHash } from './entry.ts';
import { appendBytes, cutIncompleteLine, describeSetAside, listSetAside, settle } from './repair.ts';
import { journalFolder, listSegments, readTail, segmentName, type Segment } from './segments.ts';
import type { EntryInput, Head } from './types.ts';

/** A step back of the clock that is worth a note; less is the jitter of clocks that are being adjusted. */
const clockToleranceMs = 1000;

/** The last entry of a segment, or null for a segment without a complete line. */
export function headOfLine(line: Buffer, segment: Segment): Head {
  const decoded = decodeLine(line.toString('utf8'));
  const details = { path: join(journalFolder, segment.name) };
  if (decoded.kind === 'entry') return { seq: decoded.entry.seq, hash: decoded.entry.hash, at: decoded.entry.at };
  if (decoded.kind === 'newer') {
    throw new ConsoleError('DOCUMENT_NEWER', `The journal was written by a newer version (${decoded.schema}). Nothing was written to it.`, {
      remedy: 'Use the newer version of the console.', details,
    });
  }
  throw new ConsoleError('INTEGRITY', `The last line of ${segment.name} in the journal cannot be read: ${decoded.reason}. Nothing was written.`, {
    remedy: 'Keep a copy of the file, verify the journal, and restore this segment from a backup.', details,
  });
}

/** The last complete entry of the journal. Segments at the end that hold none are passed over. */
export function findHead(context: EngineContext, segments: readonly Segment[]): Head | null {
  for (const segment of segments.toReversed()) {
    const { line } = readTail(context.fs, segment.path);
    if (line !== null) return headOfLine(line, segment);
  }
  return null;
}

interface Ground {
  readonly head: Head | null;
  readonly segment: Segment | null;
  readonly size: number;
}

/** Makes the end of the journal fit to append to. */
function prepare(context: EngineContext, directory: string): Ground {
  const { fs } = context;
  const segments = listSegments(fs, directory);
  const segment = segments.at(-1) ?? null;
  if (segment === null) return { head: null, segment, size: 0 };
  const tail = readTail(fs, segment.path);
  const head = tail.line === null ? findHead(context, segments.slice(0, -1)) : headOfLine(tail.line, segment);
  if (tail.complete < tail.size) cutIncompleteLine(fs, directory, segment.name, tail, (head?.seq ?? 0) + 1);
  return { head, segment, size: tail.complete };
}

export interface Appender {
  /** To be called under the lock. */
  append(inputs: readonly EntryInput[]): readonly JournalEntry[];
}

export interface AppenderOptions {
  readonly workspaceId: string;
  readonly maxSegmentBytes: number;
}

const noteFor = (input: EntryInput, type: string, data: EntryInput['data']): EntryInput =>
  ({ actor: { ...input.actor, door: 'recovery' }, type, stage: 'note', operation: null, subject: null, data });

export function openAppender(context: EngineContext, options: AppenderOptions): Appender {
  const { fs, root } = context;
  const directory = join(root, journalFolder);

  function clockNote(input: EntryInput, head: Head | null, at: string): EntryInput | null {
    const back = head === null ? 0 : Date.parse(head.at) - Date.parse(at);
    return back > clockToleranceMs ? noteFor(input, 'journal.clock_went_back', { previous_at: head?.at, seconds: Math.round(back / 1000) }) : null;
  }

  /** Entries and their text, each chained to the one before. */
  function encode(inputs: readonly EntryInput[], head: Head | null, at: string): { readonly entries: JournalEntry[]; readonly bytes: Buffer } {
    const entries: JournalEntry[] = [];
    const lines: Buffer[] = [];
    let prev = head?.hash ?? noHash;
    let seq = head?.seq ?? 0;
    for (const input of inputs) {
      seq += 1;
      const { entry, text } = encodeEntry(input, { seq, prev, at, workspaceId: options.workspaceId });
      const line = Buffer.from(text, 'utf8');
      if (line.length > maxLineBytes) {
        throw new ConsoleError('INTERNAL', `An entry of ${line.length} bytes is too large for the journal. Nothing was written.`, { details: { type: input.type } });
      }
      prev = entry.hash;
      entries.push(entry);
      lines.push(line);
    }
    return { entries, bytes: Buffer.concat(lines) };
  }

  function write({ segment, size }: Ground, bytes: Buffer): void {
    if (segment !== null && (size === 0 || size < options.maxSegmentBytes)) {
      appendBytes(fs, segment.path, size, bytes);
      return;
    }
    const path = join(directory, segmentName((segment?.number ?? 0) + 1));
    fs.close(fs.open(path, 'wx'));
    syncDirectory(fs, directory);
    if (segment === null) syncDirectory(fs, dirname(directory));
    appendBytes(fs, path, 0, bytes);
  }

  function append(inputs: readonly EntryInput[]): readonly JournalEntry[] {
    const [first] = inputs;
    if (first === undefined) return [];
    try {
      makeDirectories(fs, directory);
      const ground = prepare(context, directory);
      const setAside = listSetAside(fs, directory);
      const at = isoNow(context.clock);
      const notes = [
        clockNote(first, ground.head, at),
        ...setAside.map((part) => noteFor(first, 'journal.repaired', describeSetAside(fs, part))),
      ].filter((note) => note !== null);
      const { entries, bytes } = encode([...notes, ...inputs], ground.head, at);
      write(ground, bytes);
      settle(context, setAside);
      return entries.slice(notes.length);
    } catch (error) {
      throw asConsoleError(error, 'append to the journal in', directory);
    }
  }

  return { append };
}
