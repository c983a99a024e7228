/**
 * Which approvals count. The file that holds one can be edited by everybody who may write there; the journal cannot
 * without being noticed, so an approval is good only where the journal holds its outcome.
 */
import type { Actor, ConsoleConfig, JournalEntry, PlanHeader, PlanState } from '#contract';
import { approvalFor } from '#engines/workspace';
import { canonicalText } from './documents.ts';
import type { PlansEngine } from './engine.ts';

export type Approval = NonNullable<PlanState['approval']>;

/** Type of the entries about an approval. */
export const approved = 'plan_approved';

/** The operating system's account decides, not the name that somebody goes by. */
export const samePerson = (a: Actor, b: Actor): boolean => a.os_user === b.os_user && a.host === b.host;

/** The stricter of the policy when the plan was made and the policy now. */
export function approvalNeeded(plan: Pick<PlanHeader, 'policy' | 'operation'>, config: ConsoleConfig): boolean {
  return plan.policy.approval === 'required' || approvalFor(config, plan.operation) === 'required';
}

/** Where a second person is asked for, what the author said alone does not count, whatever the policy was then. */
export function approvalMissing(plan: Pick<PlanHeader, 'policy' | 'operation' | 'author'>, { approval }: Pick<PlanState, 'approval'>, config: ConsoleConfig): boolean {
  return approvalNeeded(plan, config) && (approval === null || samePerson(plan.author, approval.actor));
}

const bears = (entry: JournalEntry, approval: Approval): boolean => canonicalText(entry.data['approval']) === canonicalText(approval);

/** True for the intent that this approval came from. */
export const begins = ({ type, stage, actor, data, at }: JournalEntry, approval: Approval): boolean =>
  type === approved && stage === 'intent' && data['digest'] === approval.digest && samePerson(actor, approval.actor) && Date.parse(at) <= Date.parse(approval.at);

/**
 * Entries about the approval of one plan, newest first. Outcomes of earlier versions do not hold the approval itself;
 * those are proven by their intent, and by the time between the two.
 */
export function isProven(approval: Approval, entries: Iterable<JournalEntry>): boolean {
  let bare: JournalEntry | null = null;
  for (const entry of entries) {
    if (entry.type !== approved) continue;
    if (bare !== null && begins(entry, approval) && Date.parse(approval.at) <= Date.parse(bare.at)) return true;
    bare = null;
    if (entry.stage !== 'outcome' || entry.data['status'] !== 'approved') continue;
    if (entry.data['approval'] === undefined) bare = entry;
    else if (bears(entry, approval)) return true;
  }
  return false;
}

/** One at a time, so that no more of a long journal is read than is needed: nothing about a plan is older than the plan. */
function* entriesAbout(engine: PlansEngine, id: string): Generator<JournalEntry> {
  for (let before: number | undefined; ;) {
    const [entry] = engine.recorded({ limit: 1, before, subject: id, type: [approved, 'plan_created'] }).entries;
    if (entry === undefined || entry.type !== approved) return;
    yield entry;
    before = entry.seq;
  }
}

export const isRecorded = (engine: PlansEngine, id: string, approval: Approval): boolean => isProven(approval, entriesAbout(engine, id));
