/** Running one command under a fault, and the inventory that says what became of every original file. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { OperationOutput } from '#contract';
import { openDeviceKeys } from '#engines/keyring';
import { checkWorkspace } from '#engines/maintenance';
import { nodeFileSystem, systemClock, unwatched, type FileSystem } from '#engines/storage';
import { SimulatedCrash, faultyFileSystem, type Fault } from '../support/faultyFileSystem.ts';
import { actor, openBench, type Bench, type BenchOptions } from '../maintenance/support.ts';

/** The real disk without waiting for it: what a test process sees does not depend on flushing. */
export const quickDisk: FileSystem = { ...nodeFileSystem, fsync: () => undefined };

export type Check = OperationOutput<'workspace.check'>;

const keysOf = (directory: string) => openDeviceKeys({
  serviceName: 'sterownia-test', fs: nodeFileSystem, clock: systemClock, fallbackDirectory: directory,
  loadKeytar: () => Promise.reject(new Error('not in tests')), environment: { STEROWNIA_KEYRING: 'file' },
});

/** `keys` is the folder of the device key that signed this journal's checkpoints. */
export const check = (bench: Bench, digests = true, keys = join(bench.root, 'keys')): Promise<Check> => checkWorkspace(bench.engine, {
  digests, repairs: true, actor, journal: bench.journal, verifyJournal: () => bench.journal.verify(keysOf(keys)),
}, unwatched);

/** Digests of all regular files below a folder, with how often each occurs. Links are not followed. */
export function digestsBelow(root: string): Map<string, number> {
  const found = new Map<string, number>();
  const walk = (place: string): void => {
    for (const child of fs.readdirSync(place, { withFileTypes: true })) {
      const path = join(place, child.name);
      if (child.isDirectory()) walk(path);
      else if (child.isFile()) {
        const digest = createHash('sha256').update(fs.readFileSync(path)).digest('hex');
        found.set(digest, (found.get(digest) ?? 0) + 1);
      }
    }
  };
  if (fs.existsSync(root)) walk(root);
  return found;
}

/** Content of every file below the base, by path: what must not get lost. */
export function contentsBelow(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (place: string, way: string): void => {
    for (const child of fs.readdirSync(place, { withFileTypes: true })) {
      const path = join(place, child.name);
      const name = way === '' ? child.name : `${way}/${child.name}`;
      if (child.isDirectory()) walk(path, name);
      else if (child.isFile()) found.set(name, createHash('sha256').update(fs.readFileSync(path)).digest('hex'));
      else found.set(name, `link ${fs.readlinkSync(path)}`);
    }
  };
  if (fs.existsSync(root)) walk(root, '');
  return found;
}

/** Every original is in place (perhaps under a new name beside its place, when that was taken) or in the trash, byte for byte. */
export function expectNothingLost(bench: Bench, originals: ReadonlyMap<string, string>): void {
  const inPlace = new Set(contentsBelow(bench.base).values());
  const inTrash = digestsBelow(join(bench.root, 'var/trash'));
  const lost = [...originals].filter(([, digest]) => !inPlace.has(digest) && !digest.startsWith('link ') && !inTrash.has(digest));
  expect(lost, 'files that are neither in place nor in the trash').toEqual([]);
}

/** Runs the attempt on a faulty disk and opens the workspace again on a sound one. */
export async function underFault(
  root: string, fault: Fault, attempt: (bench: Bench) => Promise<unknown>, options: BenchOptions = {},
): Promise<{ readonly fired: boolean; readonly error: unknown; readonly bench: Bench; readonly calls: number }> {
  const clock = options.clock ?? { at: Date.UTC(2026, 10, 20, 13) };
  const faulty = faultyFileSystem(quickDisk, fault);
  let error: unknown = null;
  try {
    await attempt(openBench({ ...options, root, clock, fs: faulty.fs }));
  } catch (thrown) {
    error = thrown;
  }
  faulty.release();
  return { fired: faulty.fired, error, bench: openBench({ ...options, root, clock, fs: quickDisk }), calls: faulty.counted.length };
}

/** Counts the calls that an undisturbed run makes. */
export function counting(inner: FileSystem = quickDisk): { readonly fs: FileSystem; readonly mutating: () => number; readonly writes: () => number } {
  const faulty = faultyFileSystem(inner, null);
  return { fs: faulty.fs, mutating: () => faulty.counted.length, writes: () => faulty.counted.filter((call) => call.name === 'write').length };
}

export { SimulatedCrash };
