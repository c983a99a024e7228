/**
 * Journals that benchmarks run on: written by the journal itself, signed as a console signs them, with the entries that a
 * year of plans, trainings and promotions leaves. The numbers are equal on every machine; times, keys and hashes are not secret.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal, type EntryInput } from '#engines/journal';
import { openDeviceKeys, type DeviceKeys } from '#engines/keyring';
import { nodeFileSystem, silentLog, systemIds } from '#engines/storage';
import { randomOf } from './trees.ts';

const actor = { name: 'Anna Wójcik', os_user: 'anna', host: 'desk-3', door: 'window' } as const;
const start = Date.UTC(2025, 10, 20, 9);

export interface JournalPlan {
  readonly entries: number;
  readonly models: number;
  /** Share of entries that speak of champions and pins. */
  readonly modelShare: number;
  /** A console signs when it has written and is closed; here after that many entries. */
  readonly checkpointEach: number;
}

/** Keys in a folder below the benchmark's own, so that nothing of the person who measures is read or written. */
export const benchKeys = (directory: string): DeviceKeys => openDeviceKeys({
  serviceName: 'sterownia-bench', fs: nodeFileSystem, clock: { now: () => start }, fallbackDirectory: directory,
  loadKeytar: () => Promise.reject(new Error('benchmarks use no keyring')), environment: { STEROWNIA_KEYRING: 'file' },
});

type Draw = () => number;

const hex = (random: Draw, digits: number): string => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
const isoAt = (ms: number): string => new Date(ms).toISOString().replace('Z', '000+00:00');

function planEntries(n: number, random: Draw): EntryInput[] {
  const id = `plan-${hex(random, 24)}`;
  const files = 2 + Math.floor(random() * 400);
  const bytes = Math.floor(random() * 1e9);
  const totals = { reports: Math.floor(files / 2), files, directories: Math.floor(files / 3), bytes, protected: 0 };
  const evidence = `var/reports/evidence/reports.delete_${id}_preview.json`;
  const result = `var/reports/evidence/reports.delete_${id}_result.json`;
  const operation = n % 3 === 0 ? 'reports.purge' : 'reports.delete';
  const note = n % 4 === 0 ? 'Zgoda: raporty ze środy, "łódź" wyłączona' : 'Old smoke tests';
  return [
    { actor, type: 'plan_created', stage: 'note', operation, subject: id, data: { digest: hex(random, 64), content_digest: hex(random, 64), totals, permanent: false, evidence } },
    { actor, type: 'plan_approved', stage: 'note', operation, subject: id, data: { note } },
    { actor, type: 'plan_apply', stage: 'intent', operation, subject: id, data: { digest: hex(random, 64), items: totals.reports } },
    {
      actor, type: 'plan_apply', stage: 'outcome', operation, subject: id, data: {
        status: 'completed', started_at: isoAt(start + n), ended_at: isoAt(start + n + 900), actor, done: totals.reports, skipped: 0, failed: 0, files, directories: totals.directories, bytes,
        trash_id: n % 5 === 0 ? null : `trash-${hex(random, 16)}`, evidence: n % 2 === 0 ? [evidence, result] : [result], error: null,
      },
    },
  ];
}

function trainingEntries(n: number, random: Draw): EntryInput[] {
  const job = `job-${n % 12}`;
  const run = `${job}:${isoAt(start + n * 60_000)}`;
  const system = { ...actor, door: 'loop' as const };
  return [
    { actor: system, type: 'ai_retraining', stage: 'intent', operation: 'retraining.run', subject: run, data: { job, run_id: run, forced: false, rows: 20_000 + n % 977 } },
    {
      actor: system, type: 'ai_retraining', stage: 'outcome', operation: 'retraining.run', subject: run, data: {
        job, run_id: run, status: 'ok', duration_seconds: Number((random() * 90).toFixed(3)), artifact: `var/models/artifacts/${job}/${hex(random, 12)}.json`,
        metrics: { train: { directional_accuracy: random(), mae: random() / 10 }, validation: { directional_accuracy: Number(random().toFixed(4)), mae: Number((random() / 10).toFixed(6)) } },
      },
    },
  ];
}

function modelEntries(n: number, models: number, at: number, random: Draw): EntryInput[] {
  const model = `model-${String(n % models).padStart(3, '0')}`;
  const version = `2026.${Math.floor(n / models) + 1}.${n % 7}`;
  const decided = isoAt(at);
  const reason = n % 3 === 0 ? 'Champion degraded on Friday' : 'Wyższy wynik kierunkowy w trzech oknach z rzędu';
  const directory = `audit/champion_promotions/${model}/${decided.slice(0, 19).replaceAll(/[-:]/gu, '')}Z_${version}`;
  const pin = { version, pinned_at: decided, pinned_by: actor.name, until: n % 2 === 0 ? null : isoAt(at + 86_400_000), reason };
  const change: EntryInput = {
    actor, type: 'model_change', stage: 'outcome', operation: 'models.promote', subject: `${model}/${n}`, data: {
      model_name: model, version, previous_version: n < models ? null : `2026.${Math.floor(n / models)}.1`, source: 'champion', mode: n % 4 === 0 ? 'automatic' : 'manual', reason, decided_at: decided,
      audit_directory: directory, key: model, plan_id: n % 4 === 0 ? null : `plan-${hex(random, 24)}`, forced: false, guardrail_active: false, kill_switch: false, blocked_by: [],
      ...(n % 6 === 0 ? { pin } : {}),
    },
  };
  if (n % 10 === 4) return [change, { actor, type: 'model_unpinned', stage: 'outcome', operation: 'models.unpin', subject: `${model}/u${n}`, data: { model_name: model, key: model, version, reason, decided_at: decided, pin: null } }];
  return [change];
}

/** Writes the journal below `workspace`; gives the number of entries, notes of the journal included. */
export async function writeJournal(workspace: string, keysFolder: string, workspaceId: string, plan: JournalPlan): Promise<number> {
  mkdirSync(join(workspace, 'audit', 'journal'), { recursive: true });
  const random = randomOf(plan.entries);
  let now = start;
  const clock = { now: (): number => (now += 37) };
  const journal = openJournal({ root: workspace, fs: nodeFileSystem, clock, ids: systemIds(clock), log: silentLog }, { workspaceId, lock: (work) => work() });
  const keys = benchKeys(keysFolder);
  let [written, models, other] = [0, 0, 0];
  while (written < plan.entries) {
    const batch: EntryInput[] = [];
    const wanted = Math.min(plan.checkpointEach, plan.entries - written);
    while (batch.length < wanted) {
      if (random() < plan.modelShare) batch.push(...modelEntries(models++, plan.models, now + 60_000, random));
      else if (random() < 0.2) batch.push(...trainingEntries(other++, random));
      else batch.push(...planEntries(other++, random));
    }
    written += batch.length;
    now += 60_000;
    journal.appendMany(batch);
    await journal.checkpoint(keys, actor);
  }
  return journal.head()?.seq ?? 0;
}
