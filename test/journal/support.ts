/** A journal in a folder of its own, and the means to tamper with it. */
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { JournalEntry, Verification } from '#contract';
import { openJournal, type EntryInput, type Journal, type JournalOptions } from '#engines/journal';
import { openDeviceKeys, type DeviceKeys } from '#engines/keyring';
import { nodeFileSystem, silentLog, systemIds, type EngineContext, type FileSystem } from '#engines/storage';

export const actor = { name: 'Ala', os_user: 'ala', host: 'desk', door: 'cli' } as const;

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

export function newRoot(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'journal-')));
  roots.push(root);
  return root;
}

/** A clock that goes one second per look, and can be set. */
export function testClock(start = Date.UTC(2026, 0, 1)): { now(): number; set(value: number): void } {
  let time = start;
  return { now: () => (time += 1000), set: (value) => { time = value; } };
}

export function contextAt(root: string, fs: FileSystem = nodeFileSystem, clock: EngineContext['clock'] = testClock()): EngineContext {
  return { root, fs, clock, ids: systemIds(clock), log: silentLog };
}

export const entry = (number: number, more: Partial<EntryInput> = {}): EntryInput => ({
  actor, type: number % 2 === 0 ? 'reports.purge' : 'reports.delete', stage: number % 3 === 0 ? 'outcome' : 'intent', operation: 'reports.purge',
  subject: `plan-${number % 5}`, data: { number, path: `reports/raport ${number}/podsumowanie łódź.json` }, ...more,
});

export const fileKeys = (directory: string): DeviceKeys => openDeviceKeys({
  serviceName: 'sterownia-test', fs: nodeFileSystem, clock: testClock(), fallbackDirectory: directory,
  loadKeytar: () => Promise.reject(new Error('not in this test')), environment: { STEROWNIA_KEYRING: 'file' },
});

/** The same keys on a device that cannot use its own: every entry is looked at, whoever signed it. */
export const withoutOwn = (keys: DeviceKeys): DeviceKeys => ({ ...keys, signer: () => Promise.reject(new Error('not in this test')) });

export interface Bench {
  readonly root: string;
  readonly journal: Journal;
  readonly keys: DeviceKeys;
  readonly folder: string;
  verify(): Promise<Verification>;
  segments(): readonly string[];
  lines(segment: string): string[];
  write(segment: string, lines: readonly string[]): void;
}

export function openBench(options: Partial<JournalOptions> = {}, root = newRoot(), keysFolder = join(newRoot(), 'keys')): Bench {
  const journal = openJournal(contextAt(root), { workspaceId: 'w1', lock: (work) => work(), ...options });
  const keys = fileKeys(keysFolder);
  const folder = join(root, 'audit', 'journal');
  return {
    root, journal, keys, folder,
    verify: () => journal.verify(keys),
    segments: () => readdirSync(folder).filter((name) => /^\d+\.jsonl$/u.test(name)).toSorted(),
    lines: (segment) => readFileSync(join(folder, segment), 'utf8').split('\n').slice(0, -1),
    write: (segment, lines) => writeFileSync(join(folder, segment), lines.map((line) => `${line}\n`).join('')),
  };
}

export const append = appendFileSync;

export const fill = (bench: Bench, count: number): readonly JournalEntry[] =>
  Array.from({ length: count }, (_unused, index) => bench.journal.append(entry(index + 1)));
