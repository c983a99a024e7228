/**
 * The background loop: looks every few seconds at what is due, and carries out one cycle for each due job.
 *
 * Promise: each job runs in a thread of its own with an end in time, so that one that fails or hangs never holds up another;
 * the kill switch and the end of the console stop what runs. Whether a job really is due is decided again by the engine, under
 * the lock of the job, so that two consoles never train it twice.
 */
import { isConsoleError, type Actor } from '#contract';
import type { Log } from '#engines/storage';
import type { LoopLook } from '../core/tasks.ts';
import type { Backend } from '../threads/pool.ts';

export interface LoopOptions {
  readonly backend: Pick<Backend, 'run' | 'task'>;
  readonly actor: Actor;
  readonly log: Log;
  /** How long the training of a job may take, in seconds. */
  readonly timeoutOf: (job: string) => number;
  /** After each look; null where it failed, with why. */
  readonly onLook: (look: LoopLook | null, problem: string | null) => void;
  /** Milliseconds between two looks; default 5 s. */
  readonly everyMs?: number;
  /** A monotonic clock in milliseconds, for tests. */
  readonly now?: () => number;
}

export interface BackgroundLoop {
  /** Looks now, or again at once where a look is under way. */
  wake(): void;
  readonly running: readonly string[];
  /** Stops what runs, and resolves when it has ended and its outcome is recorded. */
  stop(): Promise<void>;
}

const atOnce = 2;
/** A job that runs this long keeps its thread but no longer keeps others waiting. */
const slowMs = 10 * 60_000;
const mostThreads = 8;
/** Beyond the job's own limit, for evaluation and promotion. */
const afterTrainingMs = 120_000;
/** What does not heed a request to stop within this time is ended as it is. */
const patienceMs = 15_000;
const longestPauseMs = 15 * 60_000;

interface Running {
  readonly abort: AbortController;
  readonly since: number;
  readonly ended: Promise<void>;
}

export function startLoop(options: LoopOptions): BackgroundLoop {
  const { backend, actor, log } = options;
  const everyMs = options.everyMs ?? 5_000;
  const now = options.now ?? (() => performance.now());
  const running = new Map<string, Running>();
  /** Jobs whose start failed in the console itself, not in the training: they are tried again ever more rarely. */
  const resting = new Map<string, { readonly until: number; readonly failures: number }>();
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  const rest = (job: string, failures: number): void => {
    resting.set(job, { until: now() + Math.min(everyMs * 2 ** failures, longestPauseMs), failures });
  };

  const carryOut = async (job: string, abort: AbortController): Promise<void> => {
    const end = setTimeout(() => {
      log.warn('a cycle takes longer than its job may', { job });
      abort.abort();
    }, options.timeoutOf(job) * 1000 + afterTrainingMs).unref();
    try {
      await backend.run({ name: 'automode.cycle', input: { job, force: false }, actor, confined: true, onProgress: () => undefined, signal: abort.signal, patienceMs });
      // What was held up by the engine is asked for again soon, not in a circle.
      rest(job, 0);
    } catch (error) {
      if (!(isConsoleError(error) && error.code === 'CANCELLED')) log.error('a cycle of the background loop failed', { job, error: error instanceof Error ? error.message : String(error) });
      rest(job, (resting.get(job)?.failures ?? 0) + 1);
    } finally {
      clearTimeout(end);
    }
  };

  const start = (job: string): void => {
    const abort = new AbortController();
    const ended = carryOut(job, abort).finally(() => {
      running.delete(job);
      wake();
    });
    running.set(job, { abort, since: now(), ended });
  };

  const startDue = (due: readonly string[]): void => {
    for (const job of due) {
      const quick = [...running.values()].filter(({ since }) => now() - since < slowMs).length;
      if (stopped || quick >= atOnce || running.size >= mostThreads) return;
      if (running.has(job) || (resting.get(job)?.until ?? 0) > now()) continue;
      start(job);
    }
  };

  const lookOnce = async (): Promise<void> => {
    try {
      const look = await backend.task('look', actor);
      if (stopped) return;
      if (look.automation.state === 'killed') for (const { abort } of running.values()) abort.abort();
      for (const { part, message } of look.failed) log.warn('the background loop could not look at everything', { part, message });
      startDue(look.due);
      options.onLook(look, null);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (stopped) return;
      log.error('the background loop could not look', { error: message });
      options.onLook(null, message);
    }
  };

  function wake(): void {
    if (stopped) return;
    if (looking !== null) {
      again = true;
      return;
    }
    if (timer) clearTimeout(timer);
    looking = lookOnce().finally(() => {
      looking = null;
      if (stopped) return;
      timer = setTimeout(wake, again ? 50 : everyMs).unref();
      again = false;
    });
  }

  wake();
  return {
    wake,
    get running() {
      return [...running.keys()];
    },
    stop: async () => {
      stopped = true;
      if (timer) clearTimeout(timer);
      for (const { abort } of running.values()) abort.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
      await looking;
    },
  };
}
