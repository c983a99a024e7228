/** A small workspace on a real disk, with an engine whose clock, file system and policy a test holds. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { consoleConfigSchema, operations, type Actor, type ConsoleConfig, type PlanDocument, type PlanState, type TargetResult } from '#contract';
import { openJournal, type Journal } from '#engines/journal';
import { maintenanceProviders } from '#engines/maintenance';
import { applyPlan, createPlan, readPlan, readResults, readState, undoPlan, type PlansEngine } from '#engines/plans';
import { nodeFileSystem, silentLog, systemIds, unwatched, type EngineContext, type FileSystem, type WorkSignal } from '#engines/storage';
import { ensureWorkspaceId, locked, workspaceId } from '#engines/workspace';

export const actor: Actor = { name: 'ada', os_user: 'ada', host: 'test', door: 'cli' };
export const now = Date.UTC(2026, 10, 20, 12);
export const day = 86_400_000;

export interface Bench {
  readonly root: string;
  readonly base: string;
  readonly context: EngineContext;
  readonly engine: PlansEngine;
  readonly journal: Journal;
  readonly clock: { at: number };
  plan(operation: string, input?: Record<string, unknown>, more?: { readonly confined?: boolean }): Promise<PlanDocument>;
  apply(plan: PlanDocument, signal?: WorkSignal): Promise<Done>;
  undo(plan: PlanDocument): Promise<PlanState>;
}

export interface Done {
  readonly state: PlanState;
  readonly results: readonly TargetResult[];
  readonly trashId: string | null;
}

export interface BenchOptions {
  readonly root?: string;
  readonly fs?: FileSystem;
  readonly config?: Partial<ConsoleConfig>;
  readonly clock?: { at: number };
}

export const newRoot = (): string => fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'sterownia-maintenance-')));

export function openBench(options: BenchOptions = {}): Bench {
  const root = options.root ?? newRoot();
  const clock = options.clock ?? { at: now };
  const ticking = { now: () => (clock.at += 1) };
  const context: EngineContext = { root, fs: options.fs ?? nodeFileSystem, clock: ticking, ids: systemIds(ticking), log: silentLog };
  const journal = openJournal(context, {
    workspaceId: workspaceId(context), lock: (work) => locked(context, 'journal', { purpose: 'append' }, work),
  });
  const config = consoleConfigSchema.parse(options.config ?? {});
  const engine: PlansEngine = {
    context, providers: maintenanceProviders(), workspaceId: () => ensureWorkspaceId(context), config: () => config,
    record: (record) => journal.append(record), recorded: (query) => journal.list(query), changed: () => undefined,
  };
  return {
    root, base: join(root, 'var/reports'), context, engine, journal, clock,
    plan: (operation, input = {}, more = {}) => createPlan(engine, {
      operation, input: inputOf(operation, input), actor, confined: more.confined ?? false, signal: unwatched,
    }),
    apply: async (plan, signal = unwatched) => {
      await applyPlan(engine, { id: plan.id, actor, signal, confirmation: plan.confirmation });
      return { state: readState(context, plan.id), ...readResults(context, plan.id) };
    },
    undo: async (plan) => {
      await undoPlan(engine, { id: plan.id, actor, signal: unwatched });
      return readState(context, plan.id);
    },
  };
}

/** The parsed input, as the runtime hands it over. */
export function inputOf(operation: string, input: Record<string, unknown>): unknown {
  const found = Object.entries(operations).find(([name]) => name === operation);
  if (!found) throw new Error(`no operation ${operation}`);
  return found[1].input.parse(input);
}

export { readPlan };

/** Writes files with a time in days before `now`. */
export function put(root: string, path: string, content: string, daysAgo = 1): void {
  const place = join(root, path);
  fs.mkdirSync(dirname(place), { recursive: true });
  fs.writeFileSync(place, content);
  const time = (now - daysAgo * day) / 1000;
  fs.utimesSync(place, time, time);
}

export const summary = (date: string): string => JSON.stringify({ report_date: date });

/** A report: summary, ledger and an export folder. */
export function putReport(root: string, identifier: string, daysAgo = 1): void {
  const at = `var/reports/${identifier}`;
  put(root, `${at}/summary.json`, summary(identifier), daysAgo);
  put(root, `${at}/ledger.csv`, `time,value\n1,${identifier}\n`, daysAgo);
  put(root, `${at}/exports/chart.svg`, `<svg>${identifier}</svg>`, daysAgo);
}

export interface Thing {
  readonly kind: string;
  readonly digest: string;
  readonly mtimeMs: number;
  readonly mode: number;
}

/** Everything below a folder: independent of the engines under test. Folders have no digest and no time. */
export function inventory(root: string): Map<string, Thing> {
  const found = new Map<string, Thing>();
  const walk = (place: string): void => {
    for (const child of fs.readdirSync(place, { withFileTypes: true })) {
      const path = join(place, child.name);
      const stat = fs.lstatSync(path);
      const key = relative(root, path);
      if (child.isDirectory()) {
        found.set(key, { kind: 'directory', digest: '', mtimeMs: 0, mode: stat.mode });
        walk(path);
      } else if (child.isSymbolicLink()) {
        found.set(key, { kind: 'link', digest: fs.readlinkSync(path), mtimeMs: stat.mtimeMs, mode: stat.mode });
      } else {
        found.set(key, { kind: 'file', digest: createHash('sha256').update(fs.readFileSync(path)).digest('hex'), mtimeMs: stat.mtimeMs, mode: stat.mode });
      }
    }
  };
  if (fs.existsSync(root)) walk(root);
  return found;
}

export const filesIn = (root: string): string[] => [...inventory(root)].filter(([, thing]) => thing.kind !== 'directory').map(([path]) => path).sort();

export const removeRoot = (root: string): void => fs.rmSync(root, { recursive: true, force: true });
