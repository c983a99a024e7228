/**
 * The evidence that the runbooks ask for, beside the journal: one JSON file per preview and result in
 * `audit/maintenance_logs/`, one line each in `logs/report_center.log`.
 */
import { dirname, join } from 'node:path';
import { asConsoleError, isoNow, makeDirectories, replaceFile, writeFully, type EngineContext } from '#engines/storage';
import { layout, placeOf } from '#engines/workspace';

/** JSON of a list with one element per line. */
export const listText = (elements: readonly unknown[]): string =>
  (elements.length === 0 ? '[]' : `[\n${elements.map((element) => JSON.stringify(element)).join(',\n')}\n]`);

/** A long list that comes last in an evidence file, as JSON; see {@link listText}. */
export interface LongList {
  readonly name: string;
  readonly text: string;
}

/** Writes one evidence file and returns its path relative to the workspace. */
export function writeEvidence(context: EngineContext, operation: string, id: string, stage: string, content: object, list: LongList | null = null): string {
  const stamp = isoNow(context.clock).replaceAll(/[-:]/gu, '').replace(/\.\d+Z$/u, 'Z');
  const name = `${stamp}_${operation.replaceAll('.', '_')}_${id}_${stage}.json`;
  const path = join(placeOf(context, 'maintenanceLogs'), name);
  const text = JSON.stringify(content, null, 2);
  const whole = list === null ? text : `${text.slice(0, -2)},\n  ${JSON.stringify(list.name)}: ${list.text}\n}`;
  try {
    replaceFile(context.fs, path, Buffer.from(`${whole}\n`));
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
