/**
 * What the signed operations journal knows of sign-offs, against which history and folders are held: a history that was cut, and
 * a report that was taken away, leave no trace in themselves.
 */
import type { JournalEntry } from '#contract';
import type { Journal } from '#engines/journal';

export const signOffEntry = 'sign_off';
/** Entry of a training, which names the reports that it left. */
const trainingEntry = 'retraining_run';

export const evidenceTypes: readonly string[] = [signOffEntry, trainingEntry];

export interface GateEvidence {
  /** Hash of the newest line of the history; null where nobody has signed yet. */
  readonly lastSigned: string | null;
  /** Reports that trainings left and that may need signatures, relative to the workspace. */
  readonly left: ReadonlySet<string>;
}

/** The same while it grows. */
export interface GrowingEvidence extends GateEvidence {
  lastSigned: string | null;
  lastSeq: number;
  readonly left: Set<string>;
}

export const openEvidence = (): GrowingEvidence => ({ lastSigned: null, lastSeq: 0, left: new Set() });

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);

/** Entries in any order. */
export function addEvidence(evidence: GrowingEvidence, entries: readonly JournalEntry[]): void {
  for (const { type, stage, seq, data } of entries) {
    if (stage !== 'outcome') continue;
    if (type === trainingEntry) for (const report of texts(data['alerts'] ?? data['reports'])) evidence.left.add(report);
    if (type !== signOffEntry || typeof data['history_hash'] !== 'string' || seq <= evidence.lastSeq) continue;
    evidence.lastSigned = data['history_hash'];
    evidence.lastSeq = seq;
  }
}

const everything = 1_000_000_000;

export function evidenceIn(journal: Pick<Journal, 'list'>): GateEvidence {
  const evidence = openEvidence();
  addEvidence(evidence, journal.list({ type: evidenceTypes, limit: everything }).entries);
  return evidence;
}
