/**
 * The evidence that the runbooks ask for, beside the journal: one JSON file per preview and result in
 * `audit/maintenance_logs/`, one line each in `logs/report_center.log`.
 */
import { dirname, join } from 'node:path';
import { asConsoleError, isoNow, makeDirectories, replaceFile, writeFully, type EngineContext } from '#engines/storage';
import { layout, placeOf } from '#engines/workspace';

/** Writes one evidence file and returns its path relative to the workspace. */
export function writeEvidence(context: EngineContext, operation: string, id: string, stage: string, content: unknown): string {
  const stamp = isoNow(context.clock).replaceAll(/[-:]/gu, '').replace(/\.\d+Z$/u, 'Z');
  const name = `${stamp}_${operation.replaceAll('.', '_')}_${id}_${stage}.json`;
  const path = join(placeOf(context, 'maintenanceLogs'), name);
  try {
    replaceFile(context.fs, path, Buffer.from(`${JSON.stringify(content, null, 2)}\n`));
  } catch (error) {
    throw asConsoleError(error, 'write evidence to', path);
  }
  return `${layout.maintenanceLogs}/${name}`;
}

export interface LogLine {
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Appends one line of JSON with `timestamp`, `level`, `message`, `details`, the format of the earlier log. */
export function writeLogLine(context: EngineContext, line: LogLine): void {
  const path = placeOf(context, 'reportCenterLog');
  const bytes = Buffer.from(`${JSON.stringify({ timestamp: isoNow(context.clock), ...line })}\n`);
  try {
    makeDirectories(context.fs, dirname(path));
    const fd = context.fs.open(path, 'a');
    try {
      writeFully(context.fs, fd, bytes);
      context.fs.fsync(fd);
    } finally {
      context.fs.close(fd);
    }
  } catch (error) {
    throw asConsoleError(error, 'write the log', path);
  }
}
