/** Handlers of the `trash` area. */
import type { OperationOutput, OperationParsed } from '#contract';
import { createPlan, showPlan, writeEvidence, writeLogLine } from '#engines/plans';
import { displayName } from '#engines/storage';
import { isPresent, listTrash, openEntry, originOf, restore, trashEntryOf, trashedOf } from '#engines/trash';
import { lockedAsync } from '#engines/workspace';
import type { CoreCall, CoreHandlers, CoreParts } from './types.ts';

/** The last instant that a calendar text exists for. */
const latestMs = 8_640_000_000_000_000;

type Page = { readonly limit: number; readonly offset: number };

function pageOf<T>(all: readonly T[], { limit, offset }: Page) {
  const rows = all.slice(offset, offset + limit);
  return { rows, pagination: { total_count: all.length, returned_count: rows.length, limit, offset, has_more: offset + rows.length < all.length, has_previous: offset > 0 } };
}

async function restoreEntry(parts: CoreParts, input: OperationParsed<'trash.restore'>, call: CoreCall): Promise<OperationOutput<'trash.restore'>> {
  const engine = await parts.plans();
  const base = { actor: call.actor, type: 'trash_restore', operation: 'trash.restore', subject: input.id };
  return lockedAsync(parts.context, 'acts', { purpose: `restore ${input.id}`, waitMs: 2_000 }, async () => {
    engine.record({ ...base, stage: 'intent', data: { paths: input.path, on_conflict: input.on_conflict } });
    try {
      const report = restore(parts.context, {
        id: input.id, paths: input.path, onConflict: input.on_conflict, actor: call.actor, workspaceId: engine.workspaceId(),
      }, call.signal);
      const { replacedTrashId, ...counts } = report;
      const status = call.signal.cancelled ? 'cancelled' : report.failed === 0 ? 'completed' : report.restored > 0 ? 'partial_failure' : 'error';
      const result = { id: input.id, status, ...counts, replaced_trash_id: replacedTrashId } as const;
      const evidence = [writeEvidence(parts.context, 'trash.restore', input.id, 'result', result)];
      engine.record({ ...base, stage: 'outcome', data: { status, restored: report.restored, skipped: report.skipped, failed: report.failed, replaced_trash_id: replacedTrashId, evidence } });
      writeLogLine(parts.context, { level: status === 'completed' ? 'info' : 'warning', message: `trash.restore ${status}`, details: { trash_id: input.id, actor: call.actor.name, restored: report.restored } });
      parts.emit('trash.changed', {});
      return { ...result, conflicts: [...report.conflicts], evidence };
    } catch (error) {
      engine.record({ ...base, stage: 'outcome', data: { status: 'refused', error: error instanceof Error ? error.message : String(error) } });
      throw error;
    }
  });
}

export const trashHandlers: CoreHandlers<'trash'> = {
  'trash.list': (parts, input) => {
    const all = listTrash(parts.context);
    const { rows, pagination } = pageOf(all, input);
    const sum = (key: 'files' | 'bytes'): number => all.reduce((total, entry) => total + entry[key], 0);
    return { entries: rows, totals: { entries: all.length, files: sum('files'), bytes: sum('bytes') }, pagination };
  },
  'trash.show': (parts, input) => {
    const { document, items } = openEntry(parts.context, input.id);
    const { rows, pagination } = pageOf(items.items, input);
    return {
      entry: trashEntryOf(parts.context, input.id),
      items: rows.map((item) => ({
        original_path: displayName(originOf(document, item)),
        kind: item.kind,
        size: item.size,
        modified_at: new Date(Math.max(-latestMs, Math.min(latestMs, Number(BigInt(item.mtime_ns) / 1_000_000n)))).toISOString(),
        present: isPresent(parts.context, trashedOf(document, item)),
      })),
      pagination,
    };
  },
  'trash.restore': restoreEntry,
  'trash.empty': async (parts, input, call) => {
    const engine = await parts.plans();
    const made = await createPlan(engine, { operation: 'trash.empty', input, actor: call.actor, confined: call.confined, signal: call.signal });
    return showPlan(engine, made.id);
  },
};
