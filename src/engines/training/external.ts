/** Promise: a command counts as trained only if it ended well and left a new artifact that satisfies the schema. */
import { join } from 'node:path';
import { ConsoleError } from '#contract';
import { absolutePath, isInside, isMissing, makeDirectories, realOrNearest, type EngineContext, type WorkSignal } from '#engines/storage';
import { findArtifact, lookAt } from './artifact.ts';
import { runCommand } from './command.ts';
import type { CommandOptions } from './options.ts';
import { TrainingError, type CommandJob, type TrainingEngine } from './parts.ts';
import { changeRun, ownArtifact, recordFolder } from './record.ts';
import { bornOf } from './settle.ts';
import type { RunLog } from './log.ts';

export interface Made {
  readonly path: string;
  readonly bytes: Buffer;
  /** Made for this run only: to be removed once it is published. */
  readonly temporary: boolean;
}

interface External {
  readonly engine: TrainingEngine;
  readonly job: CommandJob;
  readonly options: CommandOptions;
  readonly runId: string;
  readonly log: RunLog;
}

function workingDirectory(context: EngineContext, job: CommandJob): string {
  const cwd = absolutePath(job.cwd, context.root, 'cwd');
  try {
    if (context.fs.stat(cwd).kind === 'directory') return cwd;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  throw new TrainingError('SpawnError', `the working directory ${cwd} is no folder`);
}

/** Only what the job lists; names that are not set are left out. */
export const passedOn = (names: readonly string[], environment: TrainingEngine['environment']): Readonly<Record<string, string>> =>
  Object.fromEntries(names.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value]];
  }));

export async function runExternal({ engine, job, options, runId, log }: External, signal: WorkSignal): Promise<Made> {
  const { context } = engine;
  const cwd = workingDirectory(context, job);
  const own = ownArtifact(context, job.name, runId);
  const place = options.artifact === undefined ? own : absolutePath(options.artifact, cwd, 'artifact');
  if (!options.publish && !isInside(context.root, realOrNearest(context.fs, place))) {
    throw new ConsoleError('PATH_OUTSIDE_ROOT', `The artifact of "${job.name}" lies outside of the workspace and is not to be published.`, {
      remedy: 'Publish it, or let the command write into the workspace.', details: { field: `retraining.jobs.${job.name}.artifact` },
    });
  }
  makeDirectories(context.fs, join(context.root, recordFolder));
  const before = lookAt(context, place);
  let lines = 0;
  const env = { ...passedOn(job.env, engine.environment), STEROWNIA_JOB: job.name, STEROWNIA_RUN_ID: runId, STEROWNIA_ARTIFACT: own };
  const end = await runCommand({ argv: job.argv, cwd, env, timeoutSeconds: job.timeout_seconds, graceSeconds: options.grace_seconds }, {
    started: (pid) => {
      changeRun(context, job.name, { process: { pid, born: bornOf(context, pid) } });
      log.line(`Started ${job.argv[0] ?? ''} as process ${pid} in ${cwd}.`);
    },
    line: (text) => {
      lines += 1;
      log.line(`| ${text}`);
      signal.progress({ phase: 'command', done: lines, total: null, bytes_done: 0, bytes_total: null, item: text.slice(0, 200) });
    },
  }, signal);
  if (end.stopped === 'cancelled') throw new ConsoleError('CANCELLED', 'Stopped on request.', { remedy: 'Start the job again when it suits.' });
  if (end.stopped === 'timeout') throw new TrainingError('TimeoutError', `the command took longer than ${job.timeout_seconds} s and was ended`);
  if (end.code !== 0) throw new TrainingError('ExitStatus', end.code === null ? `the command was ended by ${end.signal ?? 'a signal'}` : `the command ended with status ${end.code}`);
  const made = findArtifact(context, place, before);
  return { ...made, temporary: made.path === own };
}
