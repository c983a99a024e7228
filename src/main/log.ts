/** The program's own log: one JSON line per fact, in the folder that the operating system keeps for logs. */
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import type { Log } from '#engines/storage';

/** At each start a log beyond this size becomes `console.log.1`, so that a host keeps at most two of them. */
const largestBytes = 10 * 1024 * 1024;

export interface ProgramLog extends Log {
  readonly folder: string;
  readonly path: string;
  /** Writes what is buffered; called before the process ends. */
  flush(): void;
}

function rotate(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largestBytes) renameSync(path, `${path}.1`);
}

export function openProgramLog(folder: string): ProgramLog {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'console.log');
  rotate(path);
  const stream = destination({ dest: path, sync: true, append: true });
  const log = pino({ base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  return {
    folder,
    path,
    info: (message, details) => log.info(details ?? {}, message),
    warn: (message, details) => log.warn(details ?? {}, message),
    error: (message, details) => log.error(details ?? {}, message),
    flush: () => stream.flushSync(),
  };
}
