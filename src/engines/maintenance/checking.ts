/** What the parts of the workspace check share: what was asked, what was found so far. */
import type { Actor, CheckFinding, Verification } from '#contract';
import type { Journal } from '#engines/journal';
import type { PlansEngine } from '#engines/plans';
import type { WorkSignal } from '#engines/storage';

export interface CheckOptions {
  /** Also read and verify every archive again. */
  readonly digests: boolean;
  /** False where nothing may be written: then it only looks. */
  readonly repairs: boolean;
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

export interface Unrepaired {
  readonly kind: CheckFinding['kind'];
  /** What is amiss, as a sentence. */
  readonly found: string;
  readonly path?: string;
  readonly planId?: string | null;
}

/** Repairs and names what was repaired; where nothing may be written, names what is left to do. */
export function repairing({ options, findings }: Checking, what: Unrepaired, repair: () => CheckFinding): void {
  findings.push(options.repairs ? repair() : finding(what.kind, 'problem', `${what.found} The workspace can only be read here, so that was left as it is.`, what));
}
