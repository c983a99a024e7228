/** Trainings that this window has started: they go on when another panel is opened, and each can be stopped. */
import { create } from 'zustand';
import type { ConsoleErrorBody, ConsoleTransport, Progress, TrainingRun } from '#contract';

export interface JobRun {
  readonly job: string;
  readonly startedAt: number;
  readonly busy: boolean;
  readonly progress: Progress | null;
  readonly error: ConsoleErrorBody | null;
  readonly result: TrainingRun | null;
  readonly controller: AbortController;
}

export const useRuns = create<Readonly<Record<string, JobRun>>>()(() => ({}));

const change = (job: string, part: Partial<JobRun>): void => useRuns.setState((runs) => {
  const run = runs[job];
  return run === undefined ? {} : { [job]: { ...run, ...part } };
});

export interface RunOrder {
  readonly job: string;
  readonly force: boolean;
  readonly reason: string;
}

export async function startRun(transport: ConsoleTransport, { job, force, reason }: RunOrder): Promise<void> {
  if (useRuns.getState()[job]?.busy === true) return;
  const controller = new AbortController();
  useRuns.setState({ [job]: { job, startedAt: Date.now(), busy: true, progress: null, error: null, result: null, controller } });
  const answer = await transport.call('retraining.run', { job, force, ...(reason === '' ? {} : { reason }) }, {
    signal: controller.signal, onProgress: (progress) => change(job, { progress }),
  });
  change(job, answer.ok ? { busy: false, progress: null, result: answer.value } : { busy: false, progress: null, error: answer.error });
}

export const stopRun = (job: string): void => useRuns.getState()[job]?.controller.abort();
