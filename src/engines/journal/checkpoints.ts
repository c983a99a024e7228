/**
 * Signed checkpoints, and the public keys they are checked with.
 *
 * A checkpoint says that a device saw entry `seq` with a certain hash; since each entry holds the hash of the one
 * before, it vouches for everything up to there. The public keys stand in `keys.json` beside the journal, so that another
 * machine can check them, and each new key is spoken of by a note in the journal itself.
 */
import { ConsoleError, type JournalEntry } from '#contract';
import { keyIdOfPem, type DeviceKeys, type Pin, type Signer } from '#engines/keyring';
import { isMissing, isoNow, readFully, replaceFile, type EngineContext } from '#engines/storage';
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { doubtsBelow, signedWithDoubt } from './doubts.ts';
import { canonicalText } from './entry.ts';
import { appendBytes, cutIncompleteLine } from './repair.ts';
import { checkpointsName, journalFolder, keysName, listSegments, readTail } from './segments.ts';
import type { Checkpoint, EntryInput, Head } from './types.ts';

const hashText = z.string().regex(/^[0-9a-f]{64}$/u);

export const checkpointSchema = z.strictObject({
  schema: z.literal('sterownia.checkpoint/1'),
  workspace_id: z.string(),
  seq: z.number().int().min(1),
  hash: hashText,
  at: z.string(),
  key_id: z.string().regex(/^[0-9a-f]{16}$/u),
  signature: z.string(),
});

const keysSchema = z.object({
  schema: z.literal('sterownia.journal_keys/1'),
  keys: z.array(z.object({
    key_id: z.string(), public_key: z.string(), storage: z.enum(['keyring', 'file']), first_seen: z.string(),
  })),
});
type KeysDocument = z.infer<typeof keysSchema>;

/** What the signature covers. */
const signedText = ({ signature: _signature, ...rest }: Checkpoint): Buffer => Buffer.from(canonicalText(rest), 'utf8');

export function isSignedBy(checkpoint: Checkpoint, key: KeyObject): boolean {
  return verify(null, signedText(checkpoint), key, Buffer.from(checkpoint.signature, 'base64'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function readText(context: EngineContext, name: string): string | null {
  try {
    return readFully(context.fs, join(context.root, journalFolder, name)).toString('utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export interface CheckpointLine {
  readonly line: number;
  /** Null for a line that is no checkpoint. */
  readonly checkpoint: Checkpoint | null;
}

/** All complete lines; an unfinished last one is left out, the next checkpoint repairs it. */
export function readCheckpoints(context: EngineContext): readonly CheckpointLine[] {
  const lines = (readText(context, checkpointsName) ?? '').split('\n').slice(0, -1);
  return lines.map((text, index) => ({ line: index + 1, checkpoint: checkpointSchema.safeParse(parseJson(text)).data ?? null }));
}

/** Public keys by their id. A key whose id is not its own digest is no key. */
export function readKeys(context: EngineContext): ReadonlyMap<string, KeyObject> {
  const document = keysSchema.safeParse(parseJson(readText(context, keysName) ?? ''));
  if (!document.success) return new Map();
  return new Map(document.data.keys
    .filter(({ key_id, public_key }) => keyIdOfPem(public_key) === key_id)
    .map(({ key_id, public_key }) => [key_id, createPublicKey(public_key)]));
}

/** Records the key if it is new, first in the journal, then in the document. A damaged document is kept aside. */
function recordKey({ context, actor, append }: CheckpointWork, signer: Signer): void {
  const path = join(context.root, journalFolder, keysName);
  const text = readText(context, keysName);
  const parsed = keysSchema.safeParse(parseJson(text ?? ''));
  const known: KeysDocument['keys'] = parsed.success ? parsed.data.keys : [];
  if (known.some(({ key_id }) => key_id === signer.keyId)) return;
  const damaged = text !== null && !parsed.success;
  const added = { key_id: signer.keyId, public_key: signer.publicKeyPem, storage: signer.storage, first_seen: isoNow(context.clock) };
  append({
    actor, type: 'journal.key_recorded', stage: 'note', operation: null, subject: null,
    data: { ...added, previous_key_id: known.at(-1)?.key_id ?? null, document_was_damaged: damaged },
  });
  if (damaged) context.fs.rename(path, `${path}.damaged-${context.ids.next()}`);
  const document: KeysDocument = { schema: 'sterownia.journal_keys/1', keys: [...known, added] };
  replaceFile(context.fs, path, Buffer.from(`${JSON.stringify(document, null, 2)}\n`, 'utf8'));
}

export interface CheckpointWork {
  readonly context: EngineContext;
  readonly workspaceId: string;
  readonly actor: JournalEntry['actor'];
  /** The head of the journal. */
  readonly head: () => Head | null;
  readonly append: (input: EntryInput) => void;
}

/** Looks at what this key has not signed yet; what is wrong there is noted, so that the signature does not cover it up. */
function noteDoubts({ context, workspaceId, actor, append }: CheckpointWork, signer: Signer, made: readonly CheckpointLine[], head: Head): void {
  const own = new Map(made.flatMap(({ checkpoint }) => (checkpoint?.key_id === signer.keyId && checkpoint.workspace_id === workspaceId ? [[checkpoint.seq, checkpoint] as const] : [])));
  const key = createPublicKey(signer.publicKeyPem);
  const isSigned = (seq: number, hash: string): boolean => {
    const checkpoint = own.get(seq);
    return checkpoint?.hash === hash && isSignedBy(checkpoint, key);
  };
  const doubt = doubtsBelow(context, listSegments(context.fs, join(context.root, journalFolder)), workspaceId, head, isSigned);
  if (doubt === null) return;
  append({ actor, type: signedWithDoubt, stage: 'note', operation: null, subject: null, data: { doubt, head: head.seq } });
}

/**
 * To be called under the lock: signs the head unless the last checkpoint already speaks of it. `asFound`: the journal
 * says of itself that it is signed whatever it holds, so nothing is looked at.
 */
export function addCheckpoint(work: CheckpointWork, signer: Signer, asFound: boolean): Checkpoint | null {
  const { context, workspaceId } = work;
  if (work.head() === null) return null;
  recordKey(work, signer);
  const found = work.head();
  if (found === null) return null;
  const made = readCheckpoints(context);
  const last = made.at(-1)?.checkpoint ?? null;
  if (last !== null && last.seq === found.seq && last.hash === found.hash && last.key_id === signer.keyId) return last;
  if (!asFound) noteDoubts(work, signer, made, found);
  const head = work.head();
  if (head === null || (head.seq === found.seq && head.hash !== found.hash)) {
    throw new ConsoleError('INTEGRITY', 'The journal changed while it was being signed. No checkpoint was made.', { remedy: 'Verify the journal.' });
  }
  const unsigned = { schema: 'sterownia.checkpoint/1', workspace_id: workspaceId, seq: head.seq, hash: head.hash, at: isoNow(context.clock), key_id: signer.keyId } as const;
  const signature = signer.sign(Buffer.from(canonicalText(unsigned), 'utf8')).toString('base64');
  const checkpoint: Checkpoint = { ...unsigned, signature };
  appendCheckpoint(context, checkpoint);
  return checkpoint;
}

function appendCheckpoint(context: EngineContext, checkpoint: Checkpoint): void {
  const { fs, root } = context;
  const directory = join(root, journalFolder);
  const path = join(directory, checkpointsName);
  let size = 0;
  try {
    const tail = readTail(fs, path);
    if (tail.complete < tail.size) cutIncompleteLine(fs, directory, checkpointsName, tail, checkpoint.seq);
    size = tail.complete;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  appendBytes(fs, path, size, Buffer.from(`${canonicalText(checkpoint)}\n`, 'utf8'));
}

/** Moves the pin forward, never back: another process may have been further. */
export async function pinForward(keys: DeviceKeys, workspaceId: string, next: Pin): Promise<void> {
  const current = await keys.pin(workspaceId);
  if (current === null || current.seq < next.seq) await keys.setPin(workspaceId, next);
}
