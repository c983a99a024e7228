/** The parts that every training run works with. */
import { isConsoleError, type Actor, type RetrainingJobConfig } from '#contract';
import type { BundleKeys } from '#engines/artifacts';
import type { RetrainingEngine } from '#engines/retraining';
import { systemCode, type EngineContext, type WorkSignal } from '#engines/storage';

export interface TrainingEngine extends RetrainingEngine {
  /** Variables of the console's own process; a command is given only those that its job lists. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What bundles of published versions are signed with; without it none are made. */
  signing?(): BundleKeys;
  /** What is in force when a training ends, for its entry in the decision journal; null where it is not known. */
  guardrail?(): { readonly active: boolean | null; readonly kill_switch: boolean | null };
}

export type CommandJob = Extract<RetrainingJobConfig, { kind: 'command' }>;
export type EmbeddedJob = Extract<RetrainingJobConfig, { kind: 'embedded' }>;

export interface RunRequest {
  readonly actor: Actor;
  /** Trains although the schedule is paused or cooling down. */
  readonly force?: boolean | undefined;
  readonly reason?: string | undefined;
  /** For the loop: does nothing where, under the lock, the job turns out not to be due. */
  readonly onlyIfDue?: boolean | undefined;
  /** Called once the run is sure to begin, before its first trace. What it throws keeps the run from beginning. */
  readonly begins?: ((runId: string) => void) | undefined;
}

export type MetricBlocks = Record<string, Record<string, number>>;

/** What failed inside a training: the training counts as failed, the console goes on. */
export class TrainingError extends Error {
  /** As the decision journal names it, for example `TimeoutError`. */
  readonly type: string;

  constructor(type: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TrainingError';
    this.type = type;
  }
}

export const isCancelled = (error: unknown): boolean => isConsoleError(error) && error.code === 'CANCELLED';

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function errorTypeOf(error: unknown): string {
  if (error instanceof TrainingError) return error.type;
  if (isConsoleError(error)) return error.code;
  return systemCode(error) ?? (error instanceof Error ? error.name : 'Error');
}

/** The same signal, which also ends work that is past its deadline on the engine's clock. */
export function withDeadline(context: Pick<EngineContext, 'clock'>, signal: WorkSignal, seconds: number): WorkSignal {
  const end = context.clock.now() + seconds * 1000;
  return {
    get cancelled() {
      return signal.cancelled;
    },
    progress: (update) => signal.progress(update),
    check: () => {
      signal.check();
      if (context.clock.now() > end) throw new TrainingError('TimeoutError', `the training took longer than ${seconds} s`);
    },
  };
}
