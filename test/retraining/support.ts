/** A retraining engine over a real journal, with a clock that a test sets. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Actor, JournalEntry } from '#contract';
import { openJournal, type Journal } from '#engines/journal';
import type { RetrainingEngine } from '#engines/retraining';
import { silentLog, systemIds, type EngineContext, type FileSystem } from '#engines/storage';
import { locked } from '#engines/workspace';
import { retrainingConfigSchema, type RetrainingConfig } from '#contract';
import { quickDisk } from '../faults/support.ts';

export const person: Actor = { name: 'Anna', os_user: 'anna', host: 'test-host', door: 'cli' };

export const configOf = (config: z.input<typeof retrainingConfigSchema> = {}): RetrainingConfig => retrainingConfigSchema.parse(config);

export interface Bench {
  readonly engine: RetrainingEngine;
  readonly context: EngineContext;
  readonly journal: Journal;
  readonly config: RetrainingConfig;
}

export interface BenchOptions {
  readonly root: string;
  readonly clock: { at: number };
  readonly config?: z.input<typeof retrainingConfigSchema>;
  readonly fs?: FileSystem;
}

/** As a process that has just started sees the workspace. */
export function openBench({ root, clock, config = {}, fs = quickDisk }: BenchOptions): Bench {
  const reading = { now: () => clock.at };
  const context: EngineContext = { root, fs, clock: reading, ids: systemIds(reading), log: silentLog };
  const journal = openJournal(context, { workspaceId: 'ws-test', lock: (work) => locked(context, 'journal', { purpose: 'test' }, work) });
  const parsed = configOf(config);
  const engine: RetrainingEngine = {
    context,
    config: () => parsed,
    record: (record) => journal.append(record),
    entries: (type, limit) => journal.list({ type, limit }).entries,
    changed: () => undefined,
  };
  return { engine, context, journal, config: parsed };
}

export const fileOf = (root: string): string => join(root, 'audit/ai_decision/scheduler.json');

export const scheduleText = (root: string): string | null => (existsSync(fileOf(root)) ? readFileSync(fileOf(root), 'utf8') : null);

export function decisionsOf(root: string): readonly Readonly<Record<string, string>>[] {
  const folder = join(root, 'logs/decision_journal');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.jsonl')).toSorted()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, string>));
}

/** All entries on the schedule, oldest first. */
export const actsOf = (journal: Journal): readonly JournalEntry[] => journal.list({ type: ['retraining_schedule'], limit: 1000 }).entries.toReversed();
