/** A throw-away workspace with a clock that a test can move. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Actor } from '#contract';
import { nodeFileSystem, silentLog, systemIds, type Clock, type EngineContext, type FileSystem } from '#engines/storage';

export interface TestClock extends Clock {
  advance(milliseconds: number): void;
}

export function testClock(start = Date.parse('2026-11-20T09:00:00Z')): TestClock {
  let now = start;
  return {
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}

export interface TestWorkspace {
  readonly root: string;
  readonly clock: TestClock;
  readonly context: EngineContext;
  /** The same workspace over another file system, as a process started later would see it. */
  over(fs: FileSystem): EngineContext;
  put(path: string, text: string): string;
  remove(): void;
}

export function testWorkspace(): TestWorkspace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'sterownia-test-')));
  const clock = testClock();
  const over = (fs: FileSystem): EngineContext => ({ root, fs, clock, ids: systemIds(clock), log: silentLog });
  return {
    root,
    clock,
    context: over(nodeFileSystem),
    over,
    put: (path, text) => {
      const place = join(root, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, text);
      return place;
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }),
  };
}

export const actorNamed = (name: string): Actor => ({ name, os_user: name, host: 'test-host', door: 'cli' });

/** Every file below a folder with its content; links as `-> target`. */
export function inventory(directory: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (path: string, name: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      const childName = name === '' ? entry.name : `${name}/${entry.name}`;
      if (entry.isDirectory()) visit(child, childName);
      else found.set(childName, entry.isSymbolicLink() ? `-> ${readlinkSync(child)}` : readFileSync(child, 'latin1'));
    }
  };
  visit(directory, '');
  return found;
}
