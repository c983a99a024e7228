/** What the parts of the workspace check share: what was asked, what was found so far. */
import type { Actor, CheckFinding, Verification } from '#contract';
import type { Journal } from '#engines/journal';
import type { PlansEngine } from '#engines/plans';
import type { WorkSignal } from '#engines/storage';

export interface CheckOptions {
  /** Also read and verify every archive again. */
  readonly digests: boolean;
  readonly actor: Actor;
  readonly journal: Journal;
  readonly verifyJournal: () => Promise<Verification>;
}

/** What the parts of the check share. */
export interface Checking {
  readonly engine: PlansEngine;
  readonly options: CheckOptions;
  readonly signal: WorkSignal;
  readonly findings: CheckFinding[];
  readonly count: { files: number; trashEntries: number };
}

export const finding = (
  kind: CheckFinding['kind'], severity: CheckFinding['severity'], message: string, where: { readonly path?: string; readonly planId?: string | null } = {},
): CheckFinding => ({ kind, severity, path: where.path ?? null, plan_id: where.planId ?? null, message });
