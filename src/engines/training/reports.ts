/**
 * Audit reports of a training on disk, and their entries in the decision journal.
 *
 * Promise: a report appears whole, never in the place of another program's; writing it again, after a crash, finds it there
 * and adds nothing twice.
 */
import { join } from 'node:path';
import { decisionEntry, ensureDecision, fixedText, microsText, parseInstant, type DecisionEntry, type Micros } from '#engines/decisions';
import { asConsoleError, isMissing, makeDirectories, readFully, relativeTo, syncDirectory, systemCode, writeFully, type EngineContext } from '#engines/storage';
import { placeOf } from '#engines/workspace';
import { pendingSignOffs, type Finding, type Members } from './findings.ts';
import { TrainingError } from './parts.ts';
import type { WalkForward } from './walkForward.ts';

export interface PlannedReport {
  readonly kind: Finding['kind'];
  readonly slug: string;
  readonly stamp: string;
  readonly text: string;
  /** The entry, still without `report_path`. */
  readonly decision: DecisionEntry;
}

/** Two spaces, keys sorted, letters as they are: as the bot writes documents. Numbers must be finite. */
export function documentText(value: unknown): string {
  const sorted = (item: unknown): unknown => {
    if (typeof item === 'number' && !Number.isFinite(item)) throw new TrainingError('ArithmeticError', 'a number of the training is not finite');
    if (Array.isArray(item)) return item.map(sorted);
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.entries(item).filter(([, member]) => member !== undefined).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]));
  };
  return `${JSON.stringify(sorted(value), null, 2)}\n`;
}

/** `20261120T090000Z`. */
export const stampOf = (at: Micros): string => `${microsText(at).slice(0, 19).replaceAll(/[-:]/gu, '')}Z`;

const events = { drift: 'ai_drift_report', data_quality: 'ai_data_quality_report', walk_forward: 'ai_walk_forward_report' } as const;

export function planReport(job: string, at: Micros, finding: Finding): PlannedReport {
  const monitoring = finding.kind !== 'walk_forward';
  const { summary } = finding;
  const status = summary['status'];
  const symbol = summary['symbol'];
  return {
    kind: finding.kind, slug: finding.slug, stamp: stampOf(at), text: documentText(finding.content),
    decision: decisionEntry({
      event: events[finding.kind], at, environment: monitoring ? 'ai-monitoring' : 'ai-training', portfolio: monitoring ? 'ai-manager' : job,
      risk_profile: monitoring ? 'ai-monitoring' : 'ai-research',
      fields: { schedule: job, schedule_run_id: `${job}:${microsText(at)}`, ...(typeof status === 'string' ? { status } : {}), ...(typeof symbol === 'string' ? { symbol } : {}) },
      metadata: summary,
    }),
  };
}

export interface WalkForwardSubject {
  readonly job: string;
  readonly at: Micros;
  readonly runId: string;
  readonly forward: WalkForward;
  readonly artifact: Members;
  readonly rows: number;
}

export function walkForwardFinding({ job, at, runId, forward, artifact, rows }: WalkForwardSubject): Finding {
  const { train_window, test_window, step } = forward;
  return {
    kind: 'walk_forward', slug: '',
    content: {
      job_name: job, run_id: runId, generated_at: microsText(at), trainer_backend: artifact['backend'], dataset: { rows }, walk_forward: forward, sign_off: pendingSignOffs(),
      model_artifact: { trained_at: artifact['trained_at'], metrics: artifact['metrics'], metadata: artifact['metadata'] },
    },
    summary: {
      job, average_mae: fixedText(forward.average_mae, 10), average_directional_accuracy: fixedText(forward.average_directional_accuracy, 10),
      dataset_rows: rows, train_window, test_window, step, trained_at: microsText(at),
    },
  };
}

function bytesAt(context: EngineContext, path: string): Buffer | null {
  try {
    // Whatever else lies there has the name, and is nobody's report.
    return context.fs.stat(path).kind === 'file' ? readFully(context.fs, path) : Buffer.alloc(0);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** False where something has that name already. */
function createWhole(context: EngineContext, folder: string, name: string, bytes: Buffer): boolean {
  const { fs } = context;
  const temporary = join(folder, `.sterownia-${context.ids.next()}.tmp`);
  const fd = fs.open(temporary, 'wx');
  try {
    try {
      writeFully(fs, fd, bytes);
      fs.fsync(fd);
    } finally {
      fs.close(fd);
    }
    fs.link(temporary, join(folder, name));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    removeQuietly(context, temporary);
  }
  syncDirectory(fs, folder);
  return true;
}

function removeQuietly({ fs, log }: EngineContext, path: string): void {
  try {
    fs.unlink(path);
  } catch (error) {
    if (!isMissing(error)) log.warn('a temporary file stays', { path, error: error instanceof Error ? error.message : String(error) });
  }
}

/** The report and its entry, unless they are there. Returns the path relative to the workspace. */
export function ensureReport(context: EngineContext, { kind, slug, stamp, text, decision }: PlannedReport): string {
  const folder = join(placeOf(context, 'aiDecision'), kind);
  const stem = slug === '' ? stamp : `${stamp}_${slug}`;
  const bytes = Buffer.from(text, 'utf8');
  try {
    makeDirectories(context.fs, folder);
    for (let copy = 1; ; copy += 1) {
      const name = copy === 1 ? `${stem}.json` : `${stem}_${copy}.json`;
      const there = bytesAt(context, join(folder, name));
      if (there === null ? createWhole(context, folder, name, bytes) : isSame(there, bytes)) {
        const path = relativeTo(context.root, join(folder, name));
        ensureDecision(context, { ...decision, report_path: path });
        return path;
      }
    }
  } catch (error) {
    throw asConsoleError(error, 'write a report to', folder);
  }
}

/** A report that was signed meanwhile is still the same one. */
function isSame(there: Buffer, ours: Buffer): boolean {
  if (there.equals(ours)) return true;
  const runOf = (bytes: Buffer): string | null => /"run_id": ("[^"]+")/u.exec(bytes.toString('utf8'))?.[1] ?? null;
  const run = runOf(ours);
  return run !== null && run === runOf(there);
}

export const instantOf = (text: string): Micros => parseInstant(text) ?? 0n;
