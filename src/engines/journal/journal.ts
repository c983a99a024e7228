/** One journal per workspace: what was meant to happen and what was seen to happen, in a chain that shows tampering. */
import { ConsoleError, type JournalEntry } from '#contract';
import type { Pin, Signer } from '#engines/keyring';
import { asConsoleError, type EngineContext } from '#engines/storage';
import { join } from 'node:path';
import { findHead, openAppender } from './append.ts';
import { addCheckpoint, pinForward } from './checkpoints.ts';
import { acceptedAsIs } from './doubts.ts';
import { hashOf } from './entry.ts';
import { findEntries, findEntry } from './list.ts';
import { journalFolder, listSegments, type Segment } from './segments.ts';
import type { Checkpoint, EntryInput, EntryPage, Head, Journal, JournalOptions, ListQuery } from './types.ts';
import { verifyJournal } from './verify.ts';

const defaultSegmentBytes = 8 * 1024 * 1024;
const maxRelated = 1000;

export function openJournal(context: EngineContext, options: JournalOptions): Journal {
  const { workspaceId, lock } = options;
  const directory = join(context.root, journalFolder);
  const appender = openAppender(context, { workspaceId, maxSegmentBytes: options.maxSegmentBytes ?? defaultSegmentBytes });

  function reading<T>(work: (segments: readonly Segment[]) => T): T {
    try {
      return work(listSegments(context.fs, directory));
    } catch (error) {
      throw asConsoleError(error, 'read the journal in', directory);
    }
  }

  const appendMany = (inputs: readonly EntryInput[]): readonly JournalEntry[] => lock(() => appender.append(inputs));

  function append(input: EntryInput): JournalEntry {
    const [entry] = appendMany([input]);
    if (entry === undefined) throw new ConsoleError('INTERNAL', 'The journal gave back no entry.');
    return entry;
  }

  const head = (): Head | null => reading((segments) => findHead(context, segments));

  const list = (query: ListQuery): EntryPage => reading((segments) => {
    const entries: JournalEntry[] = [];
    for (const entry of findEntries(context, segments, query)) {
      entries.push(entry);
      if (entries.length > query.limit) break;
    }
    return { entries: entries.slice(0, query.limit), has_more: entries.length > query.limit, last_seq: findHead(context, segments)?.seq ?? null };
  });

  const entriesOf = (subject: string): readonly JournalEntry[] =>
    reading((segments) => [...findEntries(context, segments, { subject })].toReversed());

  const show: Journal['show'] = (seq) => reading((segments) => {
    const found = findEntry(context, segments, seq);
    if (found === null) throw new ConsoleError('NOT_FOUND', `The journal has no entry ${seq}.`, { remedy: 'List the journal to see its entries.', details: { field: 'seq' } });
    if (hashOf(found.value) !== found.entry.hash) {
      throw new ConsoleError('INTEGRITY', `Entry ${seq} of the journal does not match its hash: it was changed.`, {
        remedy: 'Verify the journal; it names every entry that was changed.', details: { seq },
      });
    }
    const { entry } = found;
    const related = entry.subject === null ? [] : entriesOf(entry.subject).filter((other) => other.seq !== seq);
    return { entry, related: related.slice(-maxRelated) };
  });

  /** A pin that the journal contradicts is evidence: no newer one may be put over it. */
  function refuseContradiction(pins: readonly Pin[]): void {
    const segments = listSegments(context.fs, directory);
    const pin = pins.find(({ seq, hash }) => findEntry(context, segments, seq)?.entry.hash !== hash);
    if (pin === undefined) return;
    throw new ConsoleError('INTEGRITY', `The journal no longer holds entry ${pin.seq} as this device pinned it. No checkpoint was made.`, {
      remedy: 'Verify the journal. Restore it from a backup, or have an administrator accept it as it is.', details: { seq: pin.seq },
    });
  }

  /** Signs the head under the lock, after `first`, which may refuse or add an entry. */
  const signHead = (signer: Signer, actor: JournalEntry['actor'], asFound: boolean, first: () => void): Checkpoint | null => lock(() => {
    try {
      first();
      return addCheckpoint({
        context, workspaceId, actor, append: (input) => appender.append([input]),
        head: () => findHead(context, listSegments(context.fs, directory)),
      }, signer, asFound);
    } catch (error) {
      throw asConsoleError(error, 'write a checkpoint in', directory);
    }
  });

  const checkpoint: Journal['checkpoint'] = async (keys, actor) => {
    const pins = await keys.pins(workspaceId);
    if (head() === null && pins.length === 0) return null;
    const made = signHead(await keys.signer(), actor, false, () => refuseContradiction(pins));
    if (made !== null) await pinForward(keys, workspaceId, made);
    return made;
  };

  const acceptAsIs: Journal['acceptAsIs'] = async (keys, actor, reason) => {
    const pins = await keys.pins(workspaceId);
    const note: EntryInput = { actor, type: acceptedAsIs, stage: 'note', operation: null, subject: null, data: { reason, previous_pins: pins } };
    const made = signHead(await keys.signer(), actor, true, () => { appender.append([note]); });
    if (made === null) throw new ConsoleError('INTERNAL', 'The journal is empty although an entry was added.');
    await keys.setPin(workspaceId, { seq: made.seq, hash: made.hash });
    return made;
  };

  return { append, appendMany, list, show, head, entriesOf, checkpoint, acceptAsIs, verify: (keys, signal) => verifyJournal(context, workspaceId, keys, signal) };
}
