/** The decisions of the plan dialog, apart from how it is drawn. */
import type { PlanView, Progress } from '#contract';
import { wordToType } from './sentence.ts';

export type Liveness = 'fresh' | 'stale' | 'expired' | 'closed';

/** Whether the plan can still be acted on: the one question that the button asks. */
export function livenessOf(plan: PlanView, driftCount: number, now: number): Liveness {
  if (plan.status !== 'pending' && plan.status !== 'approved') return plan.status === 'expired' ? 'expired' : 'closed';
  if (Date.parse(plan.valid_until) <= now) return 'expired';
  return driftCount > 0 ? 'stale' : 'fresh';
}

/** True when every need but the fresh plan itself is met. */
export function needsMet(plan: Pick<PlanView, 'needs' | 'confirmation' | 'operation'>, typed: string): boolean {
  const word = wordToType(plan);
  return (word === null || typed === word) && plan.needs.every((need) => need.kind === 'confirmation' || need.met);
}

/** Shorter reasons are refused by the contract. */
export const reasonLength = 10;

export const reasonOf = (input: Readonly<Record<string, unknown>> | null): string => (typeof input?.['reason'] === 'string' ? input['reason'].trim() : '');

/** A change of champion or active version is previewed once somebody has said why. */
export const waitsForReason = (operation: string, input: Readonly<Record<string, unknown>> | null): boolean =>
  (operation.startsWith('models.') || operation.startsWith('artifacts.')) && reasonOf(input).length < reasonLength;

export interface Pace {
  /** 0 to 1, or null while the end is unknown. */
  readonly share: number | null;
  readonly bytesPerSecond: number | null;
  readonly leftMs: number | null;
}

/** Bytes tell more about time than counts do, where there are any. */
export function paceOf(progress: Progress, elapsedMs: number): Pace {
  const byBytes = progress.bytes_total !== null && progress.bytes_total > 0;
  const total = byBytes ? progress.bytes_total : progress.total;
  const done = byBytes ? progress.bytes_done : progress.done;
  const share = total === null || total <= 0 ? null : Math.min(1, done / total);
  const bytesPerSecond = progress.bytes_done > 0 && elapsedMs >= 500 ? (progress.bytes_done / elapsedMs) * 1000 : null;
  const leftMs = share === null || share <= 0 || elapsedMs < 1000 ? null : (elapsedMs / share) * (1 - share);
  return { share, bytesPerSecond, leftMs };
}

/** Requested ones first, the longest waiting at the top; then the newest. */
export function inboxOrder(a: Pick<PlanView, 'requested' | 'status' | 'created_at'>, b: Pick<PlanView, 'requested' | 'status' | 'created_at'>): number {
  const waits = (plan: typeof a): boolean => plan.status === 'pending' && plan.requested !== null;
  if (waits(a) !== waits(b)) return waits(a) ? -1 : 1;
  if (a.requested !== null && b.requested !== null && waits(a)) return a.requested.at < b.requested.at ? -1 : 1;
  return a.created_at < b.created_at ? 1 : -1;
}
