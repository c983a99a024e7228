/** Approvals: each that a plan's state bears is one that the journal knows. */
import type { JournalEntry, PlanState } from '#contract';
import { approved, begins, isProven } from '#engines/plans';
import { finding, type Checking } from './checking.ts';

/** From the intent to the state it takes moments; a later time in the state was not written by that act. */
const longestMs = 60_000;

/** The outcome of an approval that was cut off between its state and the journal, or null: its intent says who gave it, and for what. */
export function approvalCutOff(last: JournalEntry, state: PlanState | null): Readonly<Record<string, unknown>> | null {
  const approval = state?.approval ?? null;
  if (state === null || approval === null || !begins(last, approval) || Date.parse(approval.at) - Date.parse(last.at) > longestMs) return null;
  return { status: 'approved', revision: state.revision, approval };
}

/** `entries`: oldest first. */
export function checkApprovals({ findings }: Checking, states: ReadonlyMap<string, PlanState>, entries: readonly JournalEntry[]): void {
  const found = new Map<string, JournalEntry[]>();
  for (const entry of entries.toReversed()) {
    if (entry.type !== approved || entry.subject === null) continue;
    const about = found.get(entry.subject);
    if (about === undefined) found.set(entry.subject, [entry]);
    else about.push(entry);
  }
  for (const [id, { approval }] of states) {
    if (approval === null || isProven(approval, found.get(id) ?? [])) continue;
    findings.push(finding('journal_disagrees', 'problem', `The state of plan ${id} says that ${approval.actor.name} approved it, and the journal does not; it is not applied on that.`, {
      planId: id, path: `var/plans/${id}.state.json`,
    }));
  }
}
