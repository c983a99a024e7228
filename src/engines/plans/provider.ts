/**
 * What an area gives to take part in plan → approve → apply → undo. The plans engine does the rest: digests, expiry,
 * approval, drift, locking, journal, evidence and recovery are the same for everything destructive or promoting.
 */
import { ConsoleError, said, type Actor, type ConsoleConfig, type Drift, type Note, type PlanDocument, type PlanItem, type PlanTarget, type TargetResult } from '#contract';
import type { EngineContext, WorkSignal } from '#engines/storage';

/** What would be done. The engine adds ids, times, policy and digests. */
export interface PlanDraft {
  /** The input with every default and relative value resolved, so that equal inputs have equal text. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly base: string;
  readonly targets: readonly PlanTarget[];
  readonly items: readonly PlanItem[];
  readonly protected: PlanDocument['protected'];
  readonly facts: Readonly<Record<string, unknown>>;
  readonly confirmation: string | null;
  readonly permanent: boolean;
  /** Bytes that the volume has more at the end. */
  readonly reclaimedBytes: number;
}

export interface DraftRequest {
  readonly context: EngineContext;
  readonly actor: Actor;
  /** True for a window: it may only name folders inside the workspace and its archive roots. */
  readonly confined: boolean;
  readonly config: ConsoleConfig;
  readonly signal: WorkSignal;
}

export interface PlanWork {
  readonly context: EngineContext;
  readonly plan: PlanDocument;
  readonly actor: Actor;
  readonly workspaceId: string;
  readonly config: ConsoleConfig;
  readonly signal: WorkSignal;
}

/** What was seen to happen to each target, whichever way the work ended. */
export interface PlanReport {
  readonly results: readonly TargetResult[];
  /** Entry in the trash that undo takes things from; null where nothing went there. */
  readonly trashId: string | null;
  readonly cancelled: boolean;
  /** Further facts for the evidence. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** What the line in the log of ReportCenter says beside the outcome. */
  readonly logged?: Readonly<Record<string, unknown>>;
}

export interface UndoReport {
  readonly restored: number;
  readonly failed: number;
  readonly problems: readonly string[];
}

/** `reverted`: everything is as before the apply. `completed`: the act was past its point of no return and is done now. */
export interface RecoveryReport extends PlanReport {
  readonly outcome: 'reverted' | 'completed';
}

export interface PlanProvider<I = unknown> {
  readonly operation: string;
  draft(input: I, request: DraftRequest): PlanDraft | Promise<PlanDraft>;
  /** Differences beyond those of the items themselves, which the engine compares. */
  drift?(work: PlanWork): readonly Drift[];
  /** What stands against applying it although the disk is as planned: a gate that is shut. One sentence each, for people. */
  shut?(work: PlanWork): readonly string[];
  /** Work in memory that `apply` will need, done while the items are compared with the disk; nothing may come of it when the plan is refused. */
  prepare?(work: PlanWork): void;
  /** Called once, under the lock, after every check. Errors of one target belong in its result; thrown ones end the work and are recovered. */
  apply(work: PlanWork): PlanReport | Promise<PlanReport>;
  /** Absent where nothing can be undone. */
  undo?(work: PlanWork, report: { readonly trashId: string | null; readonly results: readonly TargetResult[] }): UndoReport | Promise<UndoReport>;
  /** Called when an apply ended without an outcome: after a crash or a thrown error. Must be repeatable. */
  recover(work: PlanWork): RecoveryReport | Promise<RecoveryReport>;
}

/** Refuses where something stands against the plan; each reason is told. */
export function requireOpenGates(id: string, reasons: readonly string[]): void {
  if (reasons.length === 0) return;
  throw new ConsoleError('GATE_SHUT', `Plan ${id} may not be applied: ${reasons.join('; ')}. Nothing was changed.`, {
    remedy: 'Get the sign-offs that are missing, or wait until the guardrail ends.', details: { id, reasons: [...reasons] },
  });
}

/** Results for targets that were not touched, in the order of the plan. */
export function untouched(plan: PlanDocument, status: TargetResult['status'], why: Note | string | null = null): readonly TargetResult[] {
  const failed = why === null || typeof why === 'string' ? { error: why } : said(why);
  return plan.targets.map((target) => ({
    n: target.n, relative_path: target.relative_path, absolute_path: target.absolute_path, destination: target.destination,
    status: target.status === 'planned' ? status : target.status, files: 0, directories: 0, bytes: 0,
    ...(target.error === null ? failed : { error: target.error, ...(target.notes === undefined ? {} : { notes: target.notes }) }),
  }));
}
