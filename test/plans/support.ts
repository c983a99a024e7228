/** A plans engine over the real trash with the smallest provider that removes files. */
import { basename, dirname } from 'node:path';
import type { Actor, ConsoleConfig, PlanItem, PlanTarget, TargetResult } from '#contract';
import { consoleConfigSchema } from '#contract';
import type { JournalRecord, PlanProvider, PlansEngine, PlanWork } from '#engines/plans';
import { unwatched, type EngineContext } from '#engines/storage';
import { moveIntoTrash, openEntry, prepareEntry, putBackAll, readEntry, setPhase, settle } from '#engines/trash';
import { recording } from '../support/recording.ts';

function itemOf(context: EngineContext, path: string, target: number): PlanItem {
  const stat = context.fs.lstat(path);
  return {
    target, path, kind: stat.kind, size: stat.size, mtime_ns: String(stat.mtimeNs), ino: String(stat.ino), dev: String(stat.dev), mode: stat.mode, digest: null,
  };
}

function results(work: PlanWork, status: TargetResult['status']): readonly TargetResult[] {
  return work.plan.targets.map((target) => ({
    n: target.n, relative_path: target.relative_path, absolute_path: target.absolute_path, destination: null, status,
    files: 1, directories: 0, bytes: target.bytes, error: null,
  }));
}

export interface RemovalInput {
  readonly paths: readonly string[];
  readonly confirmation?: string;
}

/** `during` is called between the intent on disk and the moves. */
export function removalProvider(during: (work: PlanWork) => void = () => undefined): PlanProvider<RemovalInput> {
  return {
    operation: 'reports.purge',
    draft: ({ paths, confirmation }, { context }) => {
      const items = paths.map((path, n) => itemOf(context, path, n));
      const targets = paths.map((path, n): PlanTarget => ({
        n, kind: 'path', relative_path: basename(path), absolute_path: path, category: null, updated_at: null, files: 1, directories: 0,
        bytes: items[n]?.size ?? 0, destination: null, status: 'planned', error: null, reasons: [],
      }));
      return {
        input: { paths }, base: dirname(paths[0] ?? context.root), targets, items, protected: [], facts: {},
        confirmation: confirmation ?? null, permanent: false, reclaimedBytes: 0,
      };
    },
    apply: (work) => {
      const entry = prepareEntry(work.context, {
        id: work.plan.id, planId: work.plan.id, workspaceId: work.workspaceId, operation: work.plan.operation, actor: work.actor,
        createdAt: work.plan.created_at, keepUntil: null, roots: [work.plan.base],
        moves: work.plan.items.map((item) => ({ root: 0, path: basename(item.path), tree: false, target: item.target })),
        items: work.plan.items.map((item) => ({ root: 0, path: basename(item.path), kind: item.kind, size: item.size, mtime_ns: item.mtime_ns, mode: item.mode, ino: item.ino })),
      });
      during(work);
      moveIntoTrash(work.context, entry, work.signal);
      setPhase(work.context, work.plan.id, 'kept');
      return { results: results(work, 'done'), trashId: work.plan.id, cancelled: false, facts: {} };
    },
    undo: (work, { trashId }) => {
      const entry = openEntry(work.context, trashId ?? '');
      const report = putBackAll(work.context, entry, { onConflict: 'keep_both' }, work.signal);
      settle(work.context, entry);
      return { restored: report.restored, failed: report.failed, problems: [] };
    },
    recover: (work) => {
      if (readEntry(work.context, work.plan.id) !== null) {
        const entry = openEntry(work.context, work.plan.id);
        putBackAll(work.context, entry, { onConflict: 'keep_both' }, unwatched);
        settle(work.context, entry);
      }
      return { outcome: 'reverted', results: results(work, 'undone'), trashId: null, cancelled: false, facts: {} };
    },
  };
}

export interface TestEngine extends PlansEngine {
  readonly records: readonly JournalRecord[];
  readonly changes: readonly string[];
}

export function testEngine(context: EngineContext, config: Partial<ConsoleConfig> = {}, provider: PlanProvider<RemovalInput> = removalProvider()): TestEngine {
  const journal = recording(context.clock);
  const changes: string[] = [];
  return {
    context,
    providers: new Map([[provider.operation, provider as PlanProvider]]),
    workspaceId: () => 'ws-test',
    config: () => consoleConfigSchema.parse(config),
    record: journal.record,
    recorded: journal.recorded,
    changed: (id, status) => void changes.push(`${id} ${status}`),
    records: journal.records,
    changes,
  };
}

export const request = (paths: readonly string[], actor: Actor, confirmation?: string) => ({
  operation: 'reports.purge', input: { paths, ...(confirmation === undefined ? {} : { confirmation }) }, actor, confined: false, signal: unwatched,
});
