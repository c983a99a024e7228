/** One line of the journal under the lens: is it an entry, in canonical form, and does it match its own hash? */
import { canonicalText, decodeLine, hashOf } from './entry.ts';

export type Inspection =
  | { readonly kind: 'entry'; readonly seq: number; readonly prev: string; readonly hash: string; readonly workspaceId: string; readonly problem: string | null }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Parses the line and writes it anew: what is not equal to the byte was not written by the journal. */
export function inspectLine(bytes: Buffer): Inspection {
  const decoded = decodeLine(bytes.toString('utf8'));
  if (decoded.kind === 'newer') return { kind: 'unreadable', reason: `it was written by a newer version (${decoded.schema})` };
  if (decoded.kind === 'unreadable') return decoded;
  const { seq, prev, hash, workspace_id: workspaceId } = decoded.entry;
  return { kind: 'entry', seq, prev, hash, workspaceId, problem: problemOf(bytes, decoded.value, hash) };
}

function problemOf(bytes: Buffer, value: unknown, hash: string): string | null {
  try {
    if (hashOf(value) !== hash) return 'its content does not match its hash';
    return Buffer.from(canonicalText(value), 'utf8').equals(bytes) ? null : 'it is not in the form in which the journal writes';
  } catch {
    return 'it holds what the journal never writes';
  }
}
