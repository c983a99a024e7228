/** Signal quality files past their keeping time, as targets of a purge. The report filters do not matter to them. */
import { join } from 'node:path';
import { displayName, isMissing } from '#engines/storage';
import { instantText, readFilter } from '#engines/reports';
import type { DraftRequest } from '#engines/plans';
import type { PlanDocument } from '#contract';
import { protectionFor } from './base.ts';
import { itemOfStat, type DraftList, type Found } from './items.ts';

export interface SignalQualityRequest {
  readonly directory: string;
  readonly retentionDays: number;
  readonly until: string | undefined;
}

/** The section `signal_quality_cleanup` of a purge, before anything is removed. */
export interface SignalQualityFacts {
  readonly directory: string;
  readonly retention_days: number;
  readonly cutoff: string | null;
  readonly matched: number;
  readonly removed: number;
  readonly removed_size: number;
  readonly targets: readonly { readonly path: string; readonly size: number; readonly modified_at: string; readonly status: 'preview' }[];
  readonly status: 'skipped' | 'missing' | 'empty' | 'preview' | 'error';
  readonly reason: string | null;
}

const dayMs = 86_400_000;
/** The first instant of year 1: no calendar text goes further back. */
const earliestMs = -62_135_596_800_000;

/** The older of the keeping time and `until`, in microseconds. */
function cutoffMicros(request: SignalQualityRequest, nowMs: number): number {
  const kept = Math.max(nowMs - request.retentionDays * dayMs, earliestMs) * 1000;
  const { untilMicros } = readFilter(request.until === undefined ? {} : { until: request.until });
  return Math.min(kept, untilMicros);
}

interface Look {
  readonly found: readonly Found[];
  readonly status: 'missing' | 'error' | null;
  readonly reason: string | null;
}

function candidates(request: DraftRequest, directory: string, cutoff: number): Look {
  const { fs } = request.context;
  const found: Found[] = [];
  try {
    for (const child of fs.readdir(directory)) {
      if (!child.name.endsWith('.json') || child.kind !== 'file') continue;
      const stat = fs.lstat(join(directory, child.name));
      if (stat.kind === 'file' && Number(stat.mtimeNs / 1000n) <= cutoff) found.push(itemOfStat(join(directory, child.name), stat));
    }
  } catch (error) {
    if (isMissing(error)) return { found: [], status: 'missing', reason: null };
    return { found: [], status: 'error', reason: error instanceof Error ? error.message : String(error) };
  }
  return { found: found.sort((a, b) => (a.path < b.path ? -1 : 1)), status: null, reason: null };
}

const microText = (micros: number): string => instantText({ seconds: Math.floor(micros / 1e6), micros: micros - Math.floor(micros / 1e6) * 1e6 });

/** Adds the targets to the draft; files that already belong to a planned report are left to it. */
export function addSignalQuality(
  list: DraftList, kept: PlanDocument['protected'][number][], wanted: SignalQualityRequest, request: DraftRequest,
): SignalQualityFacts {
  const head = { directory: wanted.directory, retention_days: wanted.retentionDays };
  const none = { matched: 0, removed: 0, removed_size: 0, targets: [] };
  if (wanted.retentionDays <= 0) return { ...head, cutoff: null, ...none, status: 'skipped', reason: 'retention_disabled' };
  const cutoff = cutoffMicros(wanted, request.context.clock.now());
  const look = candidates(request, wanted.directory, cutoff);
  const planned = new Set(list.items.map((item) => item.path));
  const targets: SignalQualityFacts['targets'][number][] = [];
  for (const item of look.found) {
    if (planned.has(item.path)) continue;
    const protection = protectionFor(request.context, request.config, item.path);
    if (protection !== null) {
      kept.push({ path: item.path, ...protection });
      continue;
    }
    const modified = microText(Number(BigInt(item.mtime_ns) / 1000n));
    const name = item.path.slice(wanted.directory.length + 1);
    list.add({
      kind: 'signal_quality', relative_path: name, absolute_path: item.path, category: null, updated_at: modified, destination: null,
      status: 'planned', error: null, reasons: [{ code: 'older_than', value: `${wanted.retentionDays} days` }],
    }, [item]);
    targets.push({ path: displayName(item.path), size: item.size, modified_at: modified, status: 'preview' });
  }
  const sum = targets.reduce((total, target) => total + target.size, 0);
  return {
    ...head, cutoff: microText(cutoff), matched: targets.length, removed: targets.length, removed_size: sum, targets,
    status: look.status ?? (targets.length === 0 ? 'empty' : 'preview'), reason: look.reason,
  };
}
