/** The meaning of every exit status, gathered from the error table and the results that are no errors. */
import { errorTable, resultExit } from '#contract';
import type { ExitSpec } from './spec.ts';

/** Short meanings for people; the codes behind each status are listed in `docs/operations.md`. */
const meanings: Readonly<Record<number, string>> = {
  [resultExit.ok]: 'done; also when there was nothing to do',
  1: 'a defect of the console',
  2: 'wrong usage: an option, value or path',
  3: 'refused: rights, approval, confirmation, shut gate, stale plan, conflict',
  4: 'busy, or changed by another program; try again. Of "models diff --fail-on-regression": a metric got worse',
  [resultExit.partial]: 'partly done; some targets failed',
  [resultExit.failed]: 'failed: nothing was done, no space, or an input/output error',
  7: 'not found',
  [resultExit.problems]: 'problems found: integrity, corrupt or newer documents, drift',
  130: 'stopped on request',
};

export function exitMeanings(): readonly ExitSpec[] {
  const statuses = new Set<number>([...Object.values(resultExit), ...Object.values(errorTable).map((entry) => entry.exit)]);
  return [...statuses].sort((a, b) => a - b).map((status) => {
    const meaning = meanings[status];
    if (meaning === undefined) throw new Error(`exit status ${status} has no meaning written down`);
    return { status, meaning };
  });
}
