/**
 * The log of a job: `logs/ai_training/<job>-<date>.log`, one line per event, appended as it happens.
 *
 * Promise: a full or failing disk ends the log, not the training; reading gives whole lines and where to go on.
 */
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ConsoleError } from '#contract';
import { trainingLogs } from '#engines/retraining';
import { asConsoleError, isMissing, isoNow, makeDirectories, systemCode, writeFully, type EngineContext } from '#engines/storage';
import { messageOf } from './parts.ts';

export interface RunLog {
  /** Relative to the workspace. */
  readonly path: string;
  line(text: string): void;
  close(): void;
  /** Why the log ends early, or null. */
  readonly problem: string | null;
}

const longestLine = 8192;
const mostBytes = 64 * 1024 * 1024;

/** One line of printable text: escape sequences and controls of a terminal are left out. */
const printable = (text: string): string => stripVTControlCharacters(text).replaceAll(/[\p{Cc}--\t]/gv, '').slice(0, longestLine).toWellFormed();

export function openRunLog(context: EngineContext, job: string, runId: string): RunLog {
  const { fs } = context;
  const path = `${trainingLogs}/${job}-${isoNow(context.clock).slice(0, 10)}.log`;
  let fd: number | null = null;
  let problem: string | null = null;
  let written = 0;
  const attempt = (work: () => void): void => {
    if (problem !== null) return;
    try {
      work();
    } catch (error) {
      if (systemCode(error) === null) throw error;
      problem = messageOf(error);
      context.log.warn('the log of a training ends early', { path, error: problem });
    }
  };
  attempt(() => {
    makeDirectories(fs, join(context.root, trainingLogs));
    fd = fs.open(join(context.root, path), 'a');
  });
  return {
    path,
    get problem() {
      return problem;
    },
    line: (text) => attempt(() => {
      if (fd === null) return;
      const bytes = Buffer.from(`${isoNow(context.clock)} [${runId}] ${printable(text)}\n`, 'utf8');
      if (written + bytes.length > mostBytes) {
        writeFully(fs, fd, Buffer.from(`${isoNow(context.clock)} [${runId}] The log is full; further lines are left out.\n`, 'utf8'));
        problem = `the log has reached ${mostBytes} bytes`;
        return;
      }
      writeFully(fs, fd, bytes);
      written += bytes.length;
    }),
    close: () => {
      if (fd === null) return;
      const open = fd;
      fd = null;
      attempt(() => fs.close(open));
    },
  };
}

export interface LogQuery {
  readonly job: string;
  /** Newest lines to return, where no offset is given. */
  readonly lines: number;
  /** As an earlier answer gave them: go on from there. */
  readonly file?: string | undefined;
  readonly offset?: number | undefined;
}

export interface LogTail {
  readonly job: string;
  /** Relative to the workspace; null where there is no log yet. */
  readonly path: string | null;
  readonly size: number;
  readonly next_offset: number;
  /** True where there is more behind `next_offset` than one answer holds. */
  readonly more: boolean;
  readonly lines: string[];
}

const pieceBytes = 48 * 1024;

function newestLog(context: EngineContext, job: string): string | null {
  try {
    const names = context.fs.readdir(join(context.root, trainingLogs)).filter(({ name, kind }) => kind === 'file' && name.startsWith(`${job}-`)).map(({ name }) => name);
    return names.filter((name) => /^\d{4}-?\d{2}-?\d{2}\.log$/u.test(name.slice(job.length + 1))).toSorted().at(-1) ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw asConsoleError(error, 'read', trainingLogs);
  }
}

function piece(context: EngineContext, path: string, from: number, length: number): Buffer {
  const { fs } = context;
  const fd = fs.open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    let read = 0;
    while (read < length) {
      const count = fs.read(fd, buffer, read, length - read, from + read);
      if (count === 0) break;
      read += count;
    }
    return buffer.subarray(0, read);
  } finally {
    fs.close(fd);
  }
}

export function tailLog(context: EngineContext, jobs: readonly string[], { job, lines, file, offset }: LogQuery): LogTail {
  if (!jobs.includes(job)) throw unknownJob(job, jobs);
  const name = newestLog(context, job);
  if (name === null) return { job, path: null, size: 0, next_offset: 0, more: false, lines: [] };
  const path = join(context.root, trainingLogs, name);
  const shown = `${trainingLogs}/${name}`;
  try {
    const { size } = context.fs.stat(path);
    const goesOn = offset !== undefined && file === shown && offset <= size;
    const from = goesOn ? offset : offset === undefined ? Math.max(0, size - pieceBytes) : 0;
    const bytes = piece(context, path, from, Math.min(pieceBytes, size - from));
    const complete = bytes.lastIndexOf(0x0a) + 1;
    const start = !goesOn && from > 0 ? bytes.indexOf(0x0a) + 1 : 0;
    const found = bytes.subarray(Math.min(start, complete), complete).toString('utf8').split('\n').slice(0, -1);
    const next = from + complete;
    return { job, path: shown, size, next_offset: next, more: next < size && bytes.length === pieceBytes && complete > 0, lines: goesOn || offset !== undefined ? found : found.slice(-lines) };
  } catch (error) {
    throw asConsoleError(error, 'read', shown);
  }
}

export function unknownJob(job: string, jobs: readonly string[]): ConsoleError {
  return new ConsoleError('INPUT_INVALID', `There is no job "${job}". Nothing was started.`, {
    remedy: jobs.length === 0 ? 'Set jobs up under "retraining.jobs" in config/console.json.' : `Use one of: ${jobs.join(', ')}.`, details: { field: 'job' },
  });
}
