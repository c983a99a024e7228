/** What a run answers: the same members whatever became of it, with the exit code that the command line gives. */
import type { DriftFacts } from './findings.ts';
import type { MetricBlocks } from './parts.ts';
import type { WalkForward } from './walkForward.ts';

/** 0 success, 1 the training failed, 2 wrong usage (then no result but an error), 3 held up, 4 running already, 130 stopped. */
export const runExitCodes = { success: 0, failed: 1, blocked: 3, running: 4, cancelled: 130 } as const;
export type RunStatus = keyof typeof runExitCodes;

export interface RunResult {
  readonly status: RunStatus;
  readonly exit_code: (typeof runExitCodes)[RunStatus];
  readonly job: string;
  readonly kind: 'command' | 'embedded';
  readonly run_id: string | null;
  /** Why it failed or did not begin, in words; null for a success. */
  readonly reason: string | null;
  /** For programs: `paused`, `cooldown`, `document`, `not_due`, or the type of the error. */
  readonly reason_code: string | null;
  readonly model: string | null;
  readonly version: string | null;
  readonly artifact: { readonly path: string; readonly sha256: string } | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly duration_seconds: number | null;
  readonly trained_at: string | null;
  readonly dataset_rows: number | null;
  readonly metrics: MetricBlocks | null;
  readonly walk_forward: WalkForward | null;
  readonly drift: DriftFacts | null;
  readonly data_quality: { readonly status: 'ok' | 'alert'; readonly issues: number } | null;
  /** Relative to the workspace, as are artifact and log. */
  readonly reports: string[];
  readonly log: string | null;
  readonly warnings: string[];
}

export function resultOf(status: RunStatus, known: Pick<RunResult, 'job' | 'kind'> & Partial<RunResult>): RunResult {
  return {
    run_id: null, reason: null, reason_code: null, model: null, version: null, artifact: null, started_at: null, ended_at: null, duration_seconds: null,
    trained_at: null, dataset_rows: null, metrics: null, walk_forward: null, drift: null, data_quality: null, reports: [], log: null, warnings: [], ...known,
    status, exit_code: runExitCodes[status],
  };
}
