/**
 * Verification: every hash, every link, every signature, and the pin. What this device signed is proven by its bytes
 * (`signedPart.ts`); every other entry is looked at on its own.
 *
 * What cannot be noticed: entries cut off at the end that no checkpoint and no pin had yet spoken of, and a journal that was
 * replaced as a whole together with its checkpoints and keys, on a device that never pinned it.
 */
import { isConsoleError, type JournalFinding, type KeyStatus, type Verification } from '#contract';
import type { DeviceKeys, Pin } from '#engines/keyring';
import { isoNow, systemCode, unwatched, type EngineContext, type WorkSignal } from '#engines/storage';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { ChainWalk, type Link } from './chainWalk.ts';
import { isSignedBy, readCheckpoints, readKeys } from './checkpoints.ts';
import { Findings, nowhere, type Where } from './findings.ts';
import { inspectLine } from './inspect.ts';
import { checkpointsName, journalFolder, segmentName, surveySegments, type Segment } from './segments.ts';
import type { Checkpoint } from './types.ts';
import { forEachLine, type LinePlace } from './lines.ts';
import { proveSignedPart, type Claim, type SignedPart } from './signedPart.ts';

interface Witness extends Where {
  readonly checkpoint: Checkpoint;
}

/** What is known from outside the chain. */
interface Testimony {
  readonly pins: readonly Pin[];
  readonly status: KeyStatus;
  readonly witnesses: readonly Witness[];
  readonly checkpointSeqs: ReadonlySet<number>;
  /** What this device itself signed, ascending; only of such entries it is known that they were looked at. */
  readonly claims: readonly Claim[];
}

/** The public half of this device's key, from where the private one is kept; null when it cannot be had. */
async function ownPem(keys: DeviceKeys, { key_id: keyId }: KeyStatus): Promise<string | null> {
  if (keyId === null) return null;
  const signer = await keys.signer().catch(() => null);
  return signer?.keyId === keyId ? signer.publicKeyPem : null;
}

async function gatherTestimony(context: EngineContext, workspaceId: string, keys: DeviceKeys, findings: Findings): Promise<Testimony> {
  // A device that cannot tell its pins says so in the status; the chain is verified all the same.
  const pins = await keys.pins(workspaceId).catch(() => []);
  const status = await keys.status();
  const lines = readCheckpoints(context);
  const publicKeys = new Map(readKeys(context));
  const own = await ownPem(keys, status);
  if (status.key_id !== null && own !== null) publicKeys.set(status.key_id, createPublicKey(own));
  const witnesses: Witness[] = [];
  for (const { line, checkpoint } of lines) {
    const where = { segment: checkpointsName, line, seq: checkpoint?.seq ?? null };
    const problem = checkCheckpoint(checkpoint, workspaceId, publicKeys);
    if (problem !== null) findings.add(problem.kind, where, problem.message);
    else if (checkpoint !== null) witnesses.push({ ...where, checkpoint });
  }
  const claims = own === null ? [] : witnesses.map(({ checkpoint }) => checkpoint).filter(({ key_id }) => key_id === status.key_id).toSorted((left, right) => left.seq - right.seq);
  return { pins, status, witnesses, claims, checkpointSeqs: new Set(lines.flatMap(({ checkpoint }) => (checkpoint === null ? [] : [checkpoint.seq]))) };
}

function checkCheckpoint(checkpoint: Checkpoint | null, workspaceId: string, publicKeys: ReadonlyMap<string, KeyObject>): Pick<JournalFinding, 'kind' | 'message'> | null {
  if (checkpoint === null) return { kind: 'checkpoint_invalid', message: 'This line is no checkpoint.' };
  const { key_id, seq } = checkpoint;
  if (checkpoint.workspace_id !== workspaceId) return { kind: 'foreign_workspace', message: `This checkpoint belongs to the workspace ${checkpoint.workspace_id}.` };
  const key = publicKeys.get(key_id);
  if (key === undefined) return { kind: 'checkpoint_unknown_key', message: `The checkpoint of entry ${seq} is signed with the key ${key_id}, which is not recorded.` };
  return isSignedBy(checkpoint, key) ? null : { kind: 'checkpoint_invalid', message: `The signature of the checkpoint of entry ${seq} does not match its content.` };
}

/** Compares the entries with the testimony as they come by. */
class Hearing {
  readonly #findings: Findings;
  readonly #pins: readonly Pin[];
  readonly #bySeq = new Map<number, Witness[]>();
  confirmed = 0;
  lastGood = 0;

  constructor(findings: Findings, { pins, witnesses }: Testimony) {
    this.#findings = findings;
    this.#pins = pins;
    for (const witness of witnesses) this.#bySeq.set(witness.checkpoint.seq, [...this.#bySeq.get(witness.checkpoint.seq) ?? [], witness]);
  }

  readonly hear = (link: Link): void => {
    for (const witness of this.#bySeq.get(link.seq) ?? []) {
      if (witness.checkpoint.hash === link.hash && !link.flagged) {
        this.confirmed += 1;
        this.lastGood = link.seq;
      } else if (!link.flagged) {
        this.#findings.add('checkpoint_invalid', witness, `Entry ${link.seq} is not the one that was signed: entries from ${this.lastGood + 1} to ${link.seq} were rewritten, added or removed.`);
      }
    }
    if (!link.flagged && this.#pins.some(({ seq, hash }) => seq === link.seq && hash !== link.hash)) {
      this.#findings.add('pin_mismatch', link, `Entry ${link.seq} is not the one that this device pinned: the journal up to there was replaced or rewritten.`);
    }
  };
}

function reportMissingSegments(segments: readonly Segment[], notFiles: readonly string[], findings: Findings): void {
  const present = new Set(segments.map(({ number }) => number));
  const last = segments.at(-1)?.number ?? 0;
  for (let number = 1; number < last; number += 1) {
    if (!present.has(number) && !notFiles.includes(segmentName(number))) findings.add('missing_segment', { ...nowhere, segment: segmentName(number) }, `The segment ${segmentName(number)} is missing.`);
  }
}

interface Walked {
  readonly entries: number;
  readonly last: Link | null;
  readonly firstSeq: number | null;
}

interface Walk {
  readonly context: EngineContext;
  readonly segments: readonly Segment[];
  readonly workspaceId: string;
  readonly hear: (link: Link) => void;
  readonly findings: Findings;
  readonly signal: WorkSignal;
}

/** Looks at every entry after those that are proven. */
function walkSegments({ context, segments, workspaceId, hear, findings, signal }: Walk, proven: SignedPart | null): Walked {
  const walk = new ChainWalk(findings, hear, proven?.last ?? null);
  let entries = proven?.last.seq ?? 0;
  let firstSeq: number | null = proven === null ? null : 1;
  const read = ({ name, path }: Segment, place: LinePlace | undefined): number | null => {
    const lineOf = (bytes: Buffer, line: number): void => {
      const seen = inspectLine(bytes);
      if (seen.kind === 'unreadable') {
        findings.add('unreadable', { segment: name, line, seq: null }, `This line cannot be read: ${seen.reason}.`);
        walk.unreadable();
        return;
      }
      const { seq, problem } = seen;
      const link: Link = { segment: name, line, seq, prev: seen.prev, hash: seen.hash, flagged: problem !== null };
      entries += 1;
      firstSeq ??= seq;
      if (problem !== null) findings.add('edited', link, `Entry ${seq} was changed: ${problem}.`);
      if (seen.workspaceId !== workspaceId) findings.add('foreign_workspace', link, `Entry ${seq} belongs to the workspace ${seen.workspaceId}.`);
      walk.next(link);
    };
    try {
      return forEachLine(context.fs, path, signal, lineOf, place);
    } catch (error) {
      if (systemCode(error) === null || isConsoleError(error)) throw error;
      findings.add('unreadable', { ...nowhere, segment: name }, `The segment ${name} cannot be read to its end (${systemCode(error) ?? ''}).`);
      return null;
    }
  };
  for (const [index, segment] of segments.entries()) {
    if (proven !== null && index < proven.segment) continue;
    const unfinished = read(segment, proven?.segment === index ? proven : undefined);
    if (unfinished !== null) {
      const remedy = index === segments.length - 1 ? 'The next entry repairs it and keeps the bytes aside.' : 'Restore this segment from a backup.';
      findings.add('incomplete_line', { segment: segment.name, line: unfinished, seq: null }, `The last line of ${segment.name} was never finished. ${remedy}`);
    }
    signal.progress({ phase: 'verify', done: index + 1, total: segments.length, bytes_done: 0, bytes_total: null, item: segment.name });
  }
  walk.finish();
  return { entries, last: walk.last, firstSeq };
}

function reportCut({ pins, witnesses, checkpointSeqs }: Testimony, lastSeq: number, findings: Findings): void {
  const signed = witnesses.reduce((most, { checkpoint }) => Math.max(most, checkpoint.seq), 0);
  const known = Math.max(signed, pins[0]?.seq ?? 0);
  if (known > lastSeq) {
    const source = signed === known ? 'a signed checkpoint speaks' : 'the pin of this device speaks';
    findings.add('cut_off', { ...nowhere, seq: lastSeq + 1 }, `The journal ends with entry ${lastSeq}, but ${source} of entry ${known}: entries from ${lastSeq + 1} on were cut off.`);
  }
  for (const pin of pins) {
    if (checkpointSeqs.has(pin.seq)) continue;
    findings.add('removed', { segment: checkpointsName, line: null, seq: pin.seq }, `The checkpoint of entry ${pin.seq}, which this device pinned, is missing.`);
  }
}

export async function verifyJournal(context: EngineContext, workspaceId: string, keys: DeviceKeys, signal: WorkSignal = unwatched): Promise<Verification> {
  const findings = new Findings();
  // First the testimony, then the entries: what is added meanwhile can only be newer than what is claimed.
  const testimony = await gatherTestimony(context, workspaceId, keys, findings);
  const { segments, notFiles } = surveySegments(context.fs, join(context.root, journalFolder));
  for (const name of notFiles) findings.add('unreadable', { ...nowhere, segment: name }, `The segment ${name} is no plain file and was not read.`);
  reportMissingSegments(segments, notFiles, findings);
  const hearing = new Hearing(findings, testimony);
  const walk: Walk = { context, segments, workspaceId, hear: hearing.hear, findings, signal };
  const watched = [...testimony.witnesses.map(({ checkpoint }) => checkpoint.seq), ...testimony.pins.map(({ seq }) => seq)];
  const proven = proveSignedPart({ ...walk, claims: testimony.claims, watched }, hearing.hear);
  const { entries, last, firstSeq } = walkSegments(walk, proven);
  const lastSeq = last?.seq ?? 0;
  reportCut(testimony, lastSeq, findings);
  const broken = findings.list.length > 0;
  return {
    status: broken ? 'broken' : entries === 0 ? 'empty' : 'verified',
    entries, segments: segments.length, first_seq: firstSeq, last_seq: last?.seq ?? null, head: last?.hash ?? null,
    checkpoints: hearing.confirmed, unsigned_tail: Math.max(0, lastSeq - hearing.lastGood),
    pinned_seq: testimony.pins[0]?.seq ?? null, key: testimony.status, findings: findings.list, verified_at: isoNow(context.clock),
  };
}
