/** Maps results and errors to exit statuses. */
import type { CliData } from './verbs/spec.ts';

/** Values of `resultExit` in the contract, repeated here by a test so that help and usage errors need not load it. */
export const exitStatus = { ok: 0, defect: 1, usage: 2, refused: 3, regression: 4, partial: 5, failed: 6, notFound: 7, problems: 8, cancelled: 130 } as const;

export function errorStatus(code: string, data: CliData): number {
  return data.errorExits[code] ?? exitStatus.defect;
}

/** Operations whose answer can be that something is wrong; they end with status 8 then. */
export const problemOperations: readonly string[] = ['workspace.check', 'journal.verify', 'journal.accept', 'plans.check', 'retraining.status', 'retraining.feeds', 'artifacts.validate', 'artifacts.verify', 'models.champion', 'automode.as_of'];

/** Exit status of a value that an operation gave; every status word of the contract is decided here. */
export function resultStatus(operation: string, value: unknown): number {
  const record = asRecord(value);
  switch (operation) {
    case 'workspace.check': return record['status'] === 'problems' ? exitStatus.problems : exitStatus.ok;
    case 'journal.verify':
    case 'journal.accept': return record['status'] === 'broken' ? exitStatus.problems : exitStatus.ok;
    case 'plans.check': return record['fresh'] === false ? exitStatus.problems : exitStatus.ok;
    case 'retraining.run': return typeof record['exit_code'] === 'number' ? record['exit_code'] : exitStatus.defect;
    case 'automode.cycle': return typeof asRecord(record['run'])['exit_code'] === 'number' ? Number(asRecord(record['run'])['exit_code']) : exitStatus.defect;
    // A schedule that cannot be used; one that does not exist yet is no problem.
    case 'retraining.status': return record['document'] === 'ok' || record['document'] === 'missing' ? exitStatus.ok : exitStatus.problems;
    case 'retraining.feeds': return record['status'] === 'problems' ? exitStatus.problems : exitStatus.ok;
    case 'signoffs.check': return record['open'] === false ? exitStatus.refused : exitStatus.ok;
    case 'artifacts.validate': return record['valid'] === false ? exitStatus.problems : exitStatus.ok;
    case 'artifacts.verify': return record['status'] === 'problems' ? exitStatus.problems : exitStatus.ok;
    case 'models.champion':
    case 'automode.as_of': return record['proof_holds'] === false ? exitStatus.problems : exitStatus.ok;
    case 'models.diff': return record['failed'] === true ? exitStatus.regression : exitStatus.ok;
    case 'trash.restore': return wordStatus(record['status']);
    case 'plans.undo': return undoStatus(asRecord(record['undo']));
    case 'plans.apply': return wordStatus(asRecord(record['outcome'])['status']);
    default: return exitStatus.ok;
  }
}

export function wordStatus(word: unknown): number {
  switch (word) {
    case 'partial_failure': return exitStatus.partial;
    case 'error':
    case 'reverted': return exitStatus.failed;
    case 'not_found': return exitStatus.notFound;
    case 'cancelled': return exitStatus.cancelled;
    default: return exitStatus.ok;
  }
}

function undoStatus(undo: Readonly<Record<string, unknown>>): number {
  if (undo['failed'] === 0 || undo['failed'] === undefined) return exitStatus.ok;
  return undo['restored'] === 0 ? exitStatus.failed : exitStatus.partial;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {};
}
