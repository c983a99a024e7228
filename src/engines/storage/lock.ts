/**
 * Locks that are exclusive across processes and threads and that the system releases when their holder dies.
 *
 * Each lock is an empty SQLite file held by `BEGIN EXCLUSIVE`: SQLite knows how to lock on every system, so a crash
 * leaves no stale lock behind that somebody would have to judge and break. Who holds it stands beside it in
 * `<name>.owner.json`, for messages only. Locks work on the real file system, below the fault-injection seam.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConsoleError } from '#contract';

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

/** Takes the lock or throws BUSY naming the holder. `directory` is the folder of lock files, made when missing. */
export function acquireLock(directory: string, name: string, options: LockOptions): HeldLock {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${name}.lock`);
  const database = new DatabaseSync(path, { timeout: options.waitMs ?? 10_000 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
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
      rmSync(`${path}.owner.json`, { force: true });
      database.close();
    },
  };
}

function writeOwner(path: string, purpose: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.owner.json`, `${JSON.stringify({ pid: process.pid, host: hostname(), purpose, since: new Date().toISOString() })}\n`);
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
