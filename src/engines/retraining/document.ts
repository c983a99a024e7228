/**
 * `audit/ai_decision/scheduler.json` on disk: one locked, durable read-modify-write.
 *
 * Promise: readers see the old file or the new one; what another process wrote since we read is never overwritten; a
 * damaged file is kept beside the new one, and a newer version's is refused. The bot takes no lock: the file is read
 * once more directly before it is replaced, and if it differs, the change is worked out anew.
 */
import { dirname, join } from 'node:path';
import { ConsoleError, type ScheduleFields } from '#contract';
import { floatText, microsText, secondsOf, type Micros } from '#engines/decisions';
import {
  asConsoleError, isMissing, isoNow, makeDirectories, readFully, syncDirectory, systemCode, withLock, writeFully, type EngineContext, type FileSystem,
} from '#engines/storage';
import { placeOf } from '#engines/workspace';
import { largestSchedule, readScheduleBytes, revisionOf, scheduleKeys, scheduleVersion, unreadableSchedule, type Extra, type ScheduleReading } from './reading.ts';
import { nextRun, pauseOf, type ScheduleRules, type ScheduleState } from './state.ts';

export const scheduleFile = 'audit/ai_decision/scheduler.json';

/** The one file to watch. It is replaced by renaming, so watch its folder. */
export const schedulePath = (context: Pick<EngineContext, 'root'>): string => join(context.root, scheduleFile);

/** Where the file itself lies: a link to it stays one, and its target is replaced. */
function realPath(context: Pick<EngineContext, 'root' | 'fs'>): string {
  const path = schedulePath(context);
  try {
    return context.fs.lstat(path).kind === 'link' ? context.fs.realpath(path) : path;
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
}

/** Reads afresh, one small file: cheap enough to be asked several times a second. Never throws for what the file holds. */
export function readSchedule(context: Pick<EngineContext, 'root' | 'fs'>, now: Micros, rules: ScheduleRules): ScheduleReading {
  const path = schedulePath(context);
  try {
    const { kind, size } = context.fs.stat(path);
    if (kind !== 'file') return unreadableSchedule('unreadable', 'it is no file', null, rules);
    if (size > largestSchedule) return unreadableSchedule('unreadable', `it has ${size} bytes, a schedule has less than 2,000`, null, rules);
    return readScheduleBytes(readFully(context.fs, path), now, rules);
  } catch (error) {
    if (isMissing(error)) return unreadableSchedule('missing', null, null, rules);
    if (systemCode(error) === null) throw error;
    return unreadableSchedule('unreadable', asConsoleError(error, 'read', path).message, null, rules);
  }
}

/** The eleven fields as they count at `now`: an ended pause is gone. */
export function scheduleFields(state: ScheduleState, now: Micros, rules: ScheduleRules): ScheduleFields {
  const text = (instant: Micros | null): string | null => (instant === null ? null : microsText(instant));
  const ended = state.pausedUntil !== null && pauseOf(state, now) === null;
  return {
    version: scheduleVersion,
    last_run: text(state.lastRun),
    next_run: microsText(nextRun(state, now, rules)),
    interval: secondsOf(state.interval),
    updated_at: text(state.updatedAt),
    last_failure: text(state.lastFailure),
    failure_streak: state.failureStreak,
    last_failure_reason: state.lastFailureReason,
    cooldown_until: text(state.cooldownUntil),
    paused_until: ended ? null : text(state.pausedUntil),
    paused_reason: ended ? null : state.pausedReason,
  };
}

/** The bytes of the file: fixed order of keys, the interval as a float, members of other programs behind the eleven. */
export function scheduleBytes(fields: ScheduleFields, extras: readonly Extra[]): Buffer {
  const lines = scheduleKeys.map((key) => `  ${JSON.stringify(key)}: ${key === 'interval' ? floatText(fields.interval) : JSON.stringify(fields[key])}`);
  const others = extras.map(([key, json]) => `  ${JSON.stringify(key)}: ${json.replaceAll('\n', '\n  ')}`);
  return Buffer.from(`{\n${[...lines, ...others].join(',\n')}\n}\n`, 'utf8');
}

export const lockedSchedule = <T>(context: EngineContext, purpose: string, work: () => T): T =>
  withLock(placeOf(context, 'locks'), 'schedule', { purpose }, work);

const damagedTries = 5;
const damagedWaitMs = 20;

/**
 * A file that another program is writing in place right now looks damaged for a moment; only one that stays so counts as
 * damaged.
 */
export function readSettled(context: EngineContext, now: Micros, rules: ScheduleRules): ScheduleReading {
  let reading = readSchedule(context, now, rules);
  for (let tried = 1; reading.document === 'corrupt' && tried < damagedTries; tried += 1) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, damagedWaitMs);
    reading = readSchedule(context, now, rules);
  }
  return reading;
}

/** What an act starts from; throws where no act may touch the file. */
export function readForChange(context: EngineContext, now: Micros, rules: ScheduleRules): ScheduleReading {
  const reading = readSettled(context, now, rules);
  const path = schedulePath(context);
  if (reading.document === 'newer') {
    throw new ConsoleError('DOCUMENT_NEWER', `${path} was written by a newer version: ${reading.problem ?? ''}. Nothing was changed.`, {
      remedy: 'Use the newer console.', details: { path },
    });
  }
  if (reading.document === 'unreadable') {
    throw new ConsoleError('IO', `${path} cannot be read: ${reading.problem ?? ''}. Nothing was changed.`, {
      remedy: 'Check the file and its rights, then try again.', details: { path },
    });
  }
  return reading;
}

/** True while the file holds what was read. */
function isUnchanged(fs: FileSystem, path: string, bytes: Buffer | null): boolean {
  try {
    const found = readFully(fs, path);
    return bytes !== null && found.equals(bytes);
  } catch (error) {
    if (isMissing(error)) return bytes === null;
    throw error;
  }
}

/** Keeps a damaged file under a name of its own beside the schedule; the file itself stays until it is replaced. */
export function keepDamaged(context: EngineContext, bytes: Buffer): string {
  const { fs } = context;
  const path = schedulePath(context);
  const stem = `${path}.corrupt-${isoNow(context.clock).replaceAll(/[-:]/gu, '')}`;
  for (let copy = 1; ; copy += 1) {
    const aside = copy === 1 ? stem : `${stem}-${copy}`;
    try {
      writeNew(fs, aside, bytes, 0o600);
      syncDirectory(fs, dirname(path));
      context.log.warn('quarantined a damaged schedule', { path, aside });
      return aside;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

function writeNew(fs: FileSystem, path: string, bytes: Uint8Array, mode: number): void {
  const fd = fs.open(path, 'wx', mode);
  try {
    writeFully(fs, fd, bytes);
    fs.fsync(fd);
  } finally {
    fs.close(fd);
  }
}

const temporaryName = /^\.scheduler-.+\.tmp$/u;
let temporaryCount = 0;

/** Parts that a killed process left. Only who holds the lock makes them, so under the lock they are nobody's. */
export function removeLeftovers(context: EngineContext): void {
  try {
    const folder = dirname(realPath(context));
    for (const { name } of context.fs.readdir(folder)) if (temporaryName.test(name)) context.fs.unlink(join(folder, name));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/**
 * Puts `next` in place of what was read. False when another process changed the file meanwhile: then nothing was done.
 * `next` null removes the file, for going back to before there was one.
 */
export function replaceSchedule(context: EngineContext, before: Buffer | null, next: Buffer | null): boolean {
  const { fs } = context;
  const path = realPath(context);
  const folder = dirname(path);
  if (next === null) {
    if (!isUnchanged(fs, path, before)) return false;
    fs.unlink(path);
    syncDirectory(fs, folder);
    return true;
  }
  makeDirectories(fs, folder);
  temporaryCount += 1;
  const temporary = join(folder, `.scheduler-${process.pid}-${temporaryCount}.tmp`);
  let replaced = false;
  try {
    writeNew(fs, temporary, next, 0o600);
    keepOwner(fs, path, temporary);
    const mode = modeOf(fs, path);
    if (mode !== 0o600) fs.chmod(temporary, mode);
    if (isUnchanged(fs, path, before)) {
      fs.rename(temporary, path);
      replaced = true;
    }
  } finally {
    if (!replaced) removeQuietly(fs, temporary);
  }
  if (replaced) syncDirectory(fs, folder);
  return replaced;
}

/** 0600 as the bot makes it; rights that somebody gave the file since are kept. */
function modeOf(fs: FileSystem, path: string): number {
  try {
    return fs.stat(path).mode & 0o777;
  } catch (error) {
    if (isMissing(error)) return 0o600;
    throw error;
  }
}

/** The bot may run as another user. Who may not give files away goes on: a schedule of another owner is better than none. */
function keepOwner(fs: FileSystem, from: string, to: string): void {
  try {
    fs.keepOwner(from, to);
  } catch (error) {
    if (systemCode(error) === null) throw error;
  }
}

function removeQuietly(fs: FileSystem, path: string): void {
  try {
    fs.unlink(path);
  } catch (error) {
    if (systemCode(error) === null) throw error;
  }
}

export { revisionOf };
