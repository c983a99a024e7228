/** Promise: each configured job is listed with what the decision journal last said about it, and with its newest log. */
import { join } from 'node:path';
import type { RetrainingConfig, RetrainingFault, RetrainingJobConfig, RetrainingJobView } from '#contract';
import { parseInstant, readDecisions, type DecisionEntry } from '#engines/decisions';
import { asConsoleError, isMissing, type EngineContext } from '#engines/storage';

export const trainingLogs = 'logs/ai_training';

export interface JobsListed {
  readonly jobs: RetrainingJobView[];
  /** Lines of the decision journal that cannot be read. */
  readonly bad_lines: number;
  readonly faults: RetrainingFault[];
}

/** What the record of a job's own trainings says; the schedule is shared by all jobs and does not. */
export type JobTimes = Pick<RetrainingJobView, 'failure_streak' | 'cooldown_until' | 'next_run'>;
const noTimes: JobTimes = { failure_streak: 0, cooldown_until: null, next_run: null };

/** One file of the decision journal per day; what ran longer ago than this counts as never. */
const daysLooked = 62;

interface LastRuns {
  success?: DecisionEntry;
  failure?: DecisionEntry;
}

export function listJobs(context: EngineContext, config: RetrainingConfig, times: ReadonlyMap<string, JobTimes> = new Map()): JobsListed {
  const wanted = new Map<string, LastRuns>(config.jobs.map((job) => [job.name, {}]));
  let open = wanted.size * 2;
  const { badLines } = open === 0 ? { badLines: 0 } : readDecisions(context, {
    events: ['ai_retraining', 'ai_retraining_failed'], maxFiles: daysLooked,
    visit: (entry) => {
      const runs = wanted.get(entry['schedule'] ?? '');
      const result = entry['event'] === 'ai_retraining' ? 'success' : 'failure';
      if (runs !== undefined && runs[result] === undefined) {
        runs[result] = entry;
        open -= 1;
      }
      return open === 0;
    },
  });
  const logs = logNames(context);
  return { jobs: config.jobs.map((job) => viewOf(job, wanted.get(job.name) ?? {}, times.get(job.name) ?? noTimes, logs)), bad_lines: badLines, faults: config.faults.filter(({ list }) => list === 'jobs') };
}

function viewOf(job: RetrainingJobConfig, { success, failure }: LastRuns, times: JobTimes, logs: readonly string[]): RetrainingJobView {
  const lastSuccess = success?.['timestamp'] ?? null;
  const lastFailure = failure?.['timestamp'] ?? null;
  const failedLast = lastFailure !== null && (lastSuccess === null || (parseInstant(lastFailure) ?? 0n) > (parseInstant(lastSuccess) ?? 0n));
  const error = failure === undefined ? null : [failure['error_type'], failure['error_message']].filter((text) => text !== undefined && text !== '').join(': ');
  const log = logs.filter((name) => name.startsWith(`${job.name}-`) && /^\d{4}-?\d{2}-?\d{2}/u.test(name.slice(job.name.length + 1))).at(-1);
  return {
    name: job.name, kind: job.kind, model: job.model ?? null, feed: job.kind === 'embedded' ? job.feed : null, argv: job.kind === 'command' ? job.argv : null,
    last_success: lastSuccess, last_failure: lastFailure,
    last_result: failedLast ? 'failure' : lastSuccess === null ? null : 'success',
    last_error: failedLast && error !== '' ? error : null,
    last_log: log === undefined ? null : `${trainingLogs}/${log}`,
    ...times,
  };
}

function logNames(context: EngineContext): readonly string[] {
  const folder = join(context.root, trainingLogs);
  try {
    return context.fs.readdir(folder).map(({ name }) => name).filter((name) => name.endsWith('.log')).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw asConsoleError(error, 'read', folder);
  }
}
