/** One process at a time makes the key: a lock file of this user, let go after the work or taken over when its maker is gone. */
import { isMissing, makeDirectories, systemCode, type Clock, type FileSystem } from '#engines/storage';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 20;

export interface ExclusiveOptions {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly path: string;
  /** A lock older than this was left by a process that ended. */
  readonly staleMs: number;
}

type Outcome = 'held' | 'taken' | 'impossible';

function tryLock({ fs, path }: ExclusiveOptions): Outcome {
  try {
    makeDirectories(fs, dirname(path), 0o700);
    fs.close(fs.open(path, 'wx', 0o600));
    return 'held';
  } catch (error) {
    return systemCode(error) === 'EEXIST' ? 'taken' : 'impossible';
  }
}

function isStale({ fs, clock, path, staleMs }: ExclusiveOptions): boolean {
  try {
    return clock.now() - Number(fs.lstat(path).mtimeNs / 1_000_000n) > staleMs;
  } catch {
    return false;
  }
}

function release({ fs, path }: ExclusiveOptions): void {
  try {
    fs.unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Where this user cannot write a lock file, the work is done without: a keyring is then still better than no key. */
export async function exclusively<T>(options: ExclusiveOptions, work: () => Promise<T>): Promise<T> {
  let outcome = tryLock(options);
  for (let waited = 0; outcome === 'taken'; waited += pauseMs) {
    if (waited > options.staleMs || isStale(options)) release(options);
    else await sleep(pauseMs);
    outcome = tryLock(options);
  }
  try {
    return await work();
  } finally {
    if (outcome === 'held') release(options);
  }
}
