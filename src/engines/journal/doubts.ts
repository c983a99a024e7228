/**
 * What a device looks at before it signs: that every entry since its last checkpoint is one, in the form in which the
 * journal writes, with the right number, workspace, hash and link. Its signature then vouches for that too.
 */
import { unwatched, type EngineContext, type WorkSignal } from '#engines/storage';
import { noHash } from './entry.ts';
import { inspectLine } from './inspect.ts';
import { forEachLine, type LinePlace } from './lines.ts';
import { linesBackwards, type Segment } from './segments.ts';

export const signedWithDoubt = 'journal.signed_with_doubt';
export const acceptedAsIs = 'journal.accepted_as_is';
/** Types of notes that stand before a signature which does not vouch for the form of what was signed. */
export const unseenNotes = [signedWithDoubt, acceptedAsIs] as const;

interface Before {
  readonly seq: number;
  readonly hash: string;
}

/**
 * Looks from the head down to an entry that `isSigned`, or to the first one. Null when all is in order, else a sentence
 * about the first thing that is not.
 */
export function doubtsBelow(context: EngineContext, segments: readonly Segment[], workspaceId: string, head: Before, isSigned: (seq: number, hash: string) => boolean): string | null {
  let { seq, hash } = head;
  for (const segment of segments.toReversed()) {
    for (const line of linesBackwards(context.fs, segment.path)) {
      if (isSigned(seq, hash)) return null;
      const seen = inspectLine(line);
      if (seen.kind === 'unreadable') return `A line before entry ${seq + 1} cannot be read: ${seen.reason}.`;
      if (seen.seq !== seq) return `Entry ${seen.seq} stands where entry ${seq} belongs.`;
      if (seen.problem !== null) return `Entry ${seq} was changed: ${seen.problem}.`;
      if (seen.workspaceId !== workspaceId) return `Entry ${seq} belongs to the workspace ${seen.workspaceId}.`;
      if (seen.hash !== hash) return `Entry ${seq} is not the one that the next entry was chained to.`;
      seq -= 1;
      hash = seen.prev;
    }
  }
  return isSigned(seq, hash) || (seq === 0 && hash === noHash) ? null : `Entry ${seq} is missing.`;
}

interface Run {
  readonly context: EngineContext;
  readonly segments: readonly Segment[];
  readonly workspaceId: string;
  readonly signal?: WorkSignal;
}

interface Place extends LinePlace {
  readonly segment: number;
  readonly last: Before;
}

/** The same from an entry that is proven (null: the start) up to another one, both given with their places. */
export function soundRun({ context, segments, workspaceId, signal = unwatched }: Run, from: Place | null, to: Place): boolean {
  let { seq, hash } = from?.last ?? { seq: 0, hash: noHash };
  let sound = true;
  for (let index = from?.segment ?? 0; index <= to.segment; index += 1) {
    const segment = segments[index];
    if (segment === undefined || !sound) return false;
    forEachLine(context.fs, segment.path, signal, (bytes) => {
      if (seq >= to.last.seq || !sound) return;
      const seen = inspectLine(bytes);
      sound = seen.kind === 'entry' && seen.problem === null && seen.seq === seq + 1 && seen.prev === hash && seen.workspaceId === workspaceId;
      seq += 1;
      if (seen.kind === 'entry') ({ hash } = seen);
    }, index === from?.segment ? from : undefined);
  }
  return sound && seq === to.last.seq && hash === to.last.hash;
}
