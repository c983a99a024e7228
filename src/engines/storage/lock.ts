/**
 * Locks that are exclusive across processes and threads and that the system releases when their holder dies.
 *
 * Each lock is an empty SQLite file held by `BEGIN EXCLUSIVE`: SQLite knows how to lock on every system, so a crash
 * leaves no stale lock behind that somebody would have to judge and break. Who holds it stands beside it in
 * `<name>.owner.json`, for messages only. Locks work on the real file system, below the fault-injection seam.
 */
import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConsoleError } from '#contract';
import { asConsoleError, systemCode } from './errors.ts';

export interface LockOptions {
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs?: number;
  /** What the holder is doing, shown to whoever finds the lock taken. */
  readonly purpose: string;
}

export interface HeldLock {
  release(): void;
}

/** Databases of held locks: one that nobody refers to would be collected, and its lock would silently go with it. */
const heldDatabases = new Set<DatabaseSync>();

const isBusy = (error: unknown): boolean => error instanceof Error && /locked|busy/iu.test(error.message);

function describeOwner(path: string): string {
  try {
    const owner: unknown = JSON.parse(readFileSync(`${path}.owner.json`, 'utf8'));
    if (typeof owner !== 'object' || owner === null) return 'another process';
    const { pid, host, purpose, since } = owner as Readonly<Record<string, unknown>>;
    return `process ${String(pid)} on ${String(host)} (${String(purpose)}, since ${String(since)})`;
  } catch {
    return 'another process';
  }
}

/** SQLite's own numbers; the lowest byte of an extended one. */
const sqliteFull = 13;
const sqliteInputOutput = 10;
const sqliteCannotOpen = 14;

/** What SQLite says of the disk, in the words of the contract. */
function asDiskError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  const number = error.errcode & 0xff;
  const details = { path, system: error.message };
  if (number === sqliteFull) {
    return new ConsoleError('NO_SPACE', `No space left while trying to take the lock ${path}. Nothing was changed.`, { remedy: 'Free space on this volume, then try again.', details, cause: error });
  }
  if (number !== sqliteInputOutput && number !== sqliteCannotOpen) return error;
  return new ConsoleError('IO', `The system refused to take the lock ${path} (${error.message}). Nothing was changed.`, { remedy: 'Check the disk and the path, then try again.', details, cause: error });
}

function openDatabase(path: string, timeout: number): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout });
  } catch (error) {
    throw asDiskError(error, path);
  }
}

/** Takes the lock or throws BUSY naming the holder. `directory` is the folder of lock files, made when missing. */
export function acquireLock(directory: string, name: string, options: LockOptions): HeldLock {
  const path = join(directory, `${name}.lock`);
  provideLockFile(directory, path);
  const database = openDatabase(path, options.waitMs ?? 10_000);
  try {
    // Nothing is ever written to the file, so nothing needs a journal on the disk, which may be full.
    database.exec('PRAGMA journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw asDiskError(error, path);
    const owner = describeOwner(path);
    throw new ConsoleError('BUSY', `The lock "${name}" is held by ${owner}.`, {
      remedy: 'Wait until that work has ended, or end that process.', details: { lock: name, owner }, cause: error,
    });
  }
  heldDatabases.add(database);
  writeOwner(path, options.purpose);
  return {
    release: () => {
      heldDatabases.delete(database);
      removeOwner(path);
      database.close();
    },
  };
}

/**
 * Makes the lock file, and proves that this account may write it: SQLite would open a file that it may only read
 * without a word, and its exclusive transaction would then exclude nobody.
 */
function provideLockFile(directory: string, path: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    if (!existsSync(path)) createLockFile(path);
    accessSync(existsSync(path) ? path : directory, constants.R_OK | constants.W_OK);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) throw asConsoleError(error, 'write', path);
    throw new ConsoleError('IO', `This account may not write in the workspace: the lock ${path} is refused (${String(systemCode(error))}). Nothing was changed.`, {
      remedy: 'Give the accounts that share the workspace a common group with the right to write; docs/security.md says how.',
      details: { path, system: systemCode(error) }, cause: error,
    });
  }
}

/**
 * SQLite would make the file unwritable for a group. It is made aside and linked into place, because closing a
 * descriptor of the lock file itself would drop a lock that another thread of this process has just taken on it.
 */
function createLockFile(path: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    writeFileSync(aside, '', { flag: 'wx', mode: 0o666 });
    linkSync(aside, path);
  } catch (error) {
    // Made by somebody else meanwhile; or a volume without links, where SQLite makes the file.
    if (!['EEXIST', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'ENOSYS', 'EMLINK'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** The note is for messages only: where another account's note cannot be replaced in place, or at all, the lock still holds. */
function writeOwner(path: string, purpose: string): void {
  const note = `${path}.owner.json`;
  try {
    rmSync(note, { force: true });
    writeFileSync(note, `${JSON.stringify({ pid: process.pid, host: hostname(), purpose, since: new Date().toISOString() })}\n`);
  } catch (error) {
    if (systemCode(error) === null) throw error;
  }
}

function removeOwner(path: string): void {
  try {
    rmSync(`${path}.owner.json`, { force: true });
  } catch (error) {
    if (systemCode(error) === null) throw error;
  }
}

/** Runs `work` under the lock; it is released whatever happens. */
export function withLock<T>(directory: string, name: string, options: LockOptions, work: () => T): T {
  const held = acquireLock(directory, name, options);
  try {
    return work();
  } finally {
    held.release();
  }
}

/** The same for work that waits. */
export async function withLockAsync<T>(directory: string, name: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const held = acquireLock(directory, name, options);
  try {
    return await work();
  } finally {
    held.release();
  }
}

/** Whether somebody holds the lock now. Looks and leaves no trace: an answer for people, out of date as soon as it is given. */
export function isLockHeld(directory: string, name: string): boolean {
  const path = join(directory, `${name}.lock`);
  if (!existsSync(path)) return false;
  const database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
  try {
    database.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch (error) {
    if (!isBusy(error)) throw error;
    return true;
  } finally {
    database.close();
  }
}
