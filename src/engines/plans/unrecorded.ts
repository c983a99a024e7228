/**
 * The end of an act that cannot be written down, because the disk is full or refuses.
 *
 * Promise: whoever asked is told what was done all the same; the plan stays `applying`, so the next start writes the rest.
 */
import { ConsoleError, isConsoleError, type PlanDocument } from '#contract';
import type { RecoveryReport } from './provider.ts';

const rest = 'then start the console, or run "sterownia workspace check": that completes the record.';

function doneText({ outcome, results, trashId }: RecoveryReport): string {
  if (outcome === 'reverted') return 'everything was put back';
  const done = results.filter(({ status }) => status === 'done').length;
  return `${done} of ${results.length} targets are done${trashId === null ? '' : `, and what was removed is in trash entry ${trashId}`}`;
}

/** `recovered`: what became of the work; null while that is being found out. */
export async function recordingLast<T>(plan: PlanDocument, recovered: RecoveryReport | null, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isConsoleError(error) || (error.code !== 'NO_SPACE' && error.code !== 'IO')) throw error;
    const what = recovered === null ? 'it was cut off, and nothing of it is lost: what was moved is in its trash entry' : doneText(recovered);
    throw new ConsoleError(error.code, `Plan ${plan.id} (${plan.operation}): ${what}. Only that could not be written down: ${error.message}`, {
      remedy: `${error.code === 'NO_SPACE' ? 'Free space on this volume' : 'Check the disk'}, ${rest}`,
      details: { ...error.details, id: plan.id, outcome: recovered?.outcome ?? null, trash_id: recovered?.trashId ?? null }, cause: error,
    });
  }
}
