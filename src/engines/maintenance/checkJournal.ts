/** The journal: unbroken, every intent with an outcome, outcomes that agree with the plans, evidence that exists. */
import { join } from 'node:path';
import { isConsoleError, type JournalEntry, type PlanState } from '#contract';
import { isPresent } from '#engines/trash';
import { planIds, readState } from '#engines/plans';
import { approvalCutOff, checkApprovals } from './checkApprovals.ts';
import { finding, repairing, type Checking } from './checking.ts';

const pageSize = 1000;

/** Acts that journal an intent and then an outcome. */
const acts = ['plan_apply', 'plan_undo', 'plan_approved', 'plan_rejected', 'plan_approval_requested', 'trash_restore'];

interface Act {
  readonly type: string;
  readonly subject: string;
  readonly operation: string | null;
  intents: number;
  outcomes: JournalEntry[];
  /** The latest of both. */
  last: JournalEntry;
}

/** Oldest first. */
function allEntries({ options: { journal } }: Checking): readonly JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (let before: number | undefined; ;) {
    const page = journal.list({ limit: pageSize, type: [...acts, 'plan_created'], before });
    entries.push(...page.entries);
    before = page.entries.at(-1)?.seq;
    if (!page.has_more || before === undefined) return entries.reverse();
  }
}

function groupActs(entries: readonly JournalEntry[]): readonly Act[] {
  const found = new Map<string, Act>();
  for (const entry of entries) {
    if (entry.stage === 'note' || entry.subject === null) continue;
    const key = `${entry.type}\0${entry.subject}`;
    const act = found.get(key) ?? { type: entry.type, subject: entry.subject, operation: entry.operation, intents: 0, outcomes: [], last: entry };
    found.set(key, act);
    act.last = entry;
    if (entry.stage === 'intent') act.intents += 1;
    else act.outcomes.push(entry);
  }
  return [...found.values()];
}

export async function checkJournal(checking: Checking): Promise<void> {
  const { engine: { context }, options, findings } = checking;
  const verification = await options.verifyJournal();
  for (const broken of verification.findings) {
    findings.push(finding('journal', 'problem', broken.message, { path: broken.segment === null ? 'audit/journal' : `audit/journal/${broken.segment}` }));
  }
  const entries = allEntries(checking);
  const states = new Map<string, PlanState>();
  for (const id of planIds(context)) {
    try {
      states.set(id, readState(context, id));
    } catch (error) {
      if (!isConsoleError(error)) throw error;
    }
  }
  const grouped = groupActs(entries);
  const given = grouped.flatMap((act) => giveOutcomes(checking, act, states.get(act.subject) ?? null));
  checkApprovals(checking, states, [...entries, ...given]);
  for (const [id, state] of states) checkAgreement(checking, id, state, grouped);
  checkEvidence(checking, entries);
}

/** Work that was cut off before it changed anything, or that may be repeated: the journal gets its end. */
function giveOutcomes(checking: Checking, act: Act, state: PlanState | null): readonly JournalEntry[] {
  const { engine, options } = checking;
  const given: JournalEntry[] = [];
  const found = `An act (${act.type}) was interrupted before its outcome was recorded; the plan is ${state?.status ?? 'not there'}.`;
  for (let missing = act.intents - act.outcomes.length; missing > 0; missing -= 1) {
    repairing(checking, { kind: 'journal_disagrees', found, planId: state?.id ?? null }, () => {
      given.push(engine.record({
        actor: { ...options.actor, door: 'recovery' }, type: act.type, stage: 'outcome', operation: act.operation, subject: act.subject,
        data: (missing === 1 ? approvalCutOff(act.last, state) : null) ?? { status: 'interrupted', plan_status: state?.status ?? null, error: 'no outcome was recorded; found by the check' },
      }));
      return finding('journal_disagrees', 'repaired', found, { planId: state?.id ?? null });
    });
  }
  return given;
}

const statesOf: Readonly<Record<string, readonly string[]>> = {
  empty: ['applied'], completed: ['applied'], partial_failure: ['partial'], error: ['failed'], cancelled: ['cancelled'], reverted: ['reverted'],
};

/** What the journal says last about applying a plan must be what its state says. */
function checkAgreement({ findings }: Checking, id: string, state: PlanState, grouped: readonly Act[]): void {
  const lastOf = (type: string): string | undefined => grouped.find((act) => act.type === type && act.subject === id)?.outcomes
    .map((entry) => entry.data['status']).filter((status): status is string => typeof status === 'string' && status in statesOf).at(-1);
  const applied = lastOf('plan_apply');
  const ended = state.outcome !== null;
  if (applied === undefined && !ended) return;
  const undone = state.status === 'undone';
  if (applied !== undefined && ended && (undone || statesOf[applied]?.includes(state.status) === true) && state.outcome?.status === applied) return;
  findings.push(finding('journal_disagrees', 'problem', `The journal says that plan ${id} ended ${applied ?? 'not at all'}, its state says ${state.outcome?.status ?? state.status}.`, {
    planId: id, path: `var/plans/${id}.state.json`,
  }));
}

function checkEvidence({ engine: { context }, findings }: Checking, entries: readonly JournalEntry[]): void {
  const named = new Set<string>();
  for (const { data: { evidence } } of entries) {
    for (const path of Array.isArray(evidence) ? evidence : [evidence]) if (typeof path === 'string') named.add(path);
  }
  for (const path of named) {
    if (isPresent(context, join(context.root, path))) continue;
    findings.push(finding('evidence_missing', 'warning', 'The journal names this evidence, and it is not there.', { path }));
  }
}
