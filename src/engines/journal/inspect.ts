/** One line of the journal under the lens: is it an entry, in canonical form, and does it match its own hash? */
import { hashMemberLength, scanEntry } from './canonicalScan.ts';
import { canonicalText, decodeLine, hashOf, sha256 } from './entry.ts';

export type Inspection =
  | { readonly kind: 'entry'; readonly seq: number; readonly prev: string; readonly hash: string; readonly workspaceId: string; readonly problem: string | null }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * For a line in canonical form the hash is that of its bytes without the member `hash`: it is cut out in place, so the
 * bytes of the line are used up. Anything else takes the slow way.
 */
export function inspectLine(bytes: Buffer): Inspection {
  const parts = scanEntry(bytes);
  if (parts === null) return inspectSlowly(bytes);
  const { seq, prev, hash, workspaceId, hashStart } = parts;
  bytes.copyWithin(hashStart, hashStart + hashMemberLength);
  const matches = sha256(bytes.subarray(0, bytes.length - hashMemberLength)) === hash;
  return { kind: 'entry', seq, prev, hash, workspaceId, problem: matches ? null : otherContent };
}

const otherContent = 'its content does not match its hash';

/** Parses the line and writes it anew: what is not equal to the byte was not written by the journal. */
export function inspectSlowly(bytes: Buffer): Inspection {
  const decoded = decodeLine(bytes.toString('utf8'));
  if (decoded.kind === 'newer') return { kind: 'unreadable', reason: `it was written by a newer version (${decoded.schema})` };
  if (decoded.kind === 'unreadable') return decoded;
  const { seq, prev, hash, workspace_id: workspaceId } = decoded.entry;
  return { kind: 'entry', seq, prev, hash, workspaceId, problem: problemOf(bytes, decoded.value, hash) };
}

function problemOf(bytes: Buffer, value: unknown, hash: string): string | null {
  try {
    if (hashOf(value) !== hash) return otherContent;
    return Buffer.from(canonicalText(value), 'utf8').equals(bytes) ? null : 'it is not in the form in which the journal writes';
  } catch {
    return 'it holds what the journal never writes';
  }
}
