/**
 * Tells plans and their results in the keys of the earlier command.
 *
 * Promise: keys, their order and the status words are those that operators' scripts read; counts of what was done come
 * from what was seen to happen, not from the plan.
 */
import { errorTable, resultExit, type PlanDocument, type PlanTarget, type TargetResult } from '#contract';
import { readFacts } from './facts.ts';

export interface Told {
  readonly answer: Readonly<Record<string, unknown>>;
  readonly status: number;
}

/** One target with its result; without a result it was only planned. */
interface Row {
  readonly target: PlanTarget;
  readonly result: TargetResult | null;
}

export interface Deed {
  readonly plan: PlanDocument;
  readonly results: readonly TargetResult[];
  readonly dryRun: boolean;
}

function rowsOf(deed: Deed, kind: (target: PlanTarget) => boolean): readonly Row[] {
  const results = new Map(deed.results.map((result) => [result.n, result]));
  return deed.plan.targets.filter(kind).map((target) => ({ target, result: results.get(target.n) ?? null }));
}

/** `word` is "deleted" or "copied": what a done target is called. */
function statusOf(row: Row, dryRun: boolean, word: string): string {
  if (dryRun || row.result === null) return row.target.status === 'planned' ? 'preview' : row.target.status;
  return row.result.status === 'done' ? word : row.result.status;
}

const errorOf = (row: Row): string | null => row.result?.error ?? row.target.error;

interface Counts {
  readonly files: number;
  readonly directories: number;
  readonly bytes: number;
}

const countsOf = (row: Row): Counts => row.result ?? row.target;

function total(rows: readonly Row[]): Counts {
  const sum = (key: keyof Counts): number => rows.reduce((result, row) => result + countsOf(row)[key], 0);
  return { files: sum('files'), directories: sum('directories'), bytes: sum('bytes') };
}

const removed = (counts: Counts): Record<string, number> =>
  ({ removed_files: counts.files, removed_directories: counts.directories, removed_size: counts.bytes });

const copied = (counts: Counts): Record<string, number> =>
  ({ copied_files: counts.files, copied_directories: counts.directories, copied_size: counts.bytes });

const withError = (row: Row): Record<string, string> => {
  const error = errorOf(row);
  return error === null ? {} : { error };
};

/** Overall word: failures and targets that were left alone count against success, done ones for it. */
function overall(words: readonly string[], word: string, dryRun: boolean, bad: readonly string[]): string {
  if (words.length === 0) return 'empty';
  if (dryRun) return 'preview';
  if (words.includes('not_started')) return 'cancelled';
  if (!words.some((one) => bad.includes(one))) return 'completed';
  return words.includes(word) ? 'partial_failure' : 'error';
}

function exitOf(words: readonly string[]): number {
  const telling = words.filter((word) => !['empty', 'skipped', 'missing', 'preview'].includes(word));
  if (telling.includes('cancelled')) return errorTable.CANCELLED.exit;
  const failed = telling.filter((word) => word === 'error').length;
  if (failed > 0 && failed === telling.length) return resultExit.failed;
  return failed > 0 || telling.includes('partial_failure') ? resultExit.partial : resultExit.ok;
}

const errorsOf = (rows: readonly Row[], words: readonly string[], bad: readonly string[]): readonly string[] =>
  rows.flatMap((row, index) => bad.includes(words[index] ?? '') ? [`${row.target.relative_path}: ${errorOf(row) ?? words[index] ?? ''}`] : []);

export function tellDelete(deed: Deed): Told {
  const row = rowsOf(deed, () => true)[0];
  if (row === undefined) throw new Error('a plan to delete has one target');
  const status = statusOf(row, deed.dryRun, 'deleted');
  const counts = status === 'not_found' ? { files: 0, directories: 0, bytes: 0 } : countsOf(row);
  return {
    answer: {
      base_directory: deed.plan.base,
      relative_path: row.target.relative_path,
      absolute_path: row.target.absolute_path,
      ...removed(counts),
      ...(deed.dryRun ? { dry_run: true } : {}),
      status,
      ...(status === 'deleted' ? { result: 'deleted' } : {}),
      ...(status === 'error' ? withError(row) : {}),
      plan_id: deed.plan.id,
    },
    // The earlier command ended with 1 here, and scripts may test for it.
    status: status === 'error' ? errorTable.INTERNAL.exit : status === 'not_started' ? errorTable.CANCELLED.exit : resultExit.ok,
  };
}

export function tellPurge(deed: Deed): Told {
  const facts = readFacts(deed.plan);
  const rows = rowsOf(deed, (target) => target.kind !== 'signal_quality');
  const words = rows.map((row) => statusOf(row, deed.dryRun, 'deleted'));
  const counted = rows.filter((_row, index) => words[index] === 'deleted' || words[index] === 'preview');
  const status = overall(words, 'deleted', deed.dryRun, ['error']);
  const quality = tellQuality(deed);
  return {
    answer: {
      base_directory: deed.plan.base,
      filters: facts.filters,
      matched_count: facts.matchedCount,
      planned_count: rows.length,
      ...removed(total(counted)),
      targets: rows.map((row, index) => ({
        relative_path: row.target.relative_path, absolute_path: row.target.absolute_path, ...removed(countsOf(row)), status: words[index], ...withError(row),
      })),
      ...(deed.dryRun ? { dry_run: true } : {}),
      ...(status === 'empty' ? {} : { deleted_count: words.filter((word) => word === 'deleted').length }),
      status,
      ...(isFailure(status) ? { errors: errorsOf(rows, words, ['error']) } : {}),
      signal_quality_cleanup: quality.answer,
      ...shielded(deed),
      plan_id: deed.plan.id,
    },
    status: exitOf([status, quality.word]),
  };
}

/** What matched and stays, and why; without it a purge of nothing but protected reports would look like one of nothing. */
const shielded = ({ plan }: Deed): Readonly<Record<string, unknown>> => ({ protected: plan.protected.map(({ path, rule, reason }) => ({ path, rule, reason })) });

/** Pipes, sockets and devices, which no copy can hold. */
const leftOut = ({ plan }: Deed): readonly string[] => plan.items.filter((item) => item.kind === 'other').map((item) => item.path);

const isFailure = (status: string): boolean => status === 'error' || status === 'partial_failure';

function tellQuality(deed: Deed): { readonly answer: Readonly<Record<string, unknown>>; readonly word: string } {
  const facts = readFacts(deed.plan).quality;
  const rows = rowsOf(deed, (target) => target.kind === 'signal_quality');
  const words = rows.map((row) => statusOf(row, deed.dryRun, 'deleted'));
  const gone = rows.filter((_row, index) => words[index] === 'deleted' || words[index] === 'preview');
  const targets = rows.map((row, index) => ({
    path: row.target.absolute_path, size: row.target.bytes, modified_at: row.target.updated_at, status: words[index], ...withError(row),
  }));
  const word = facts.state ?? overall(words, 'deleted', deed.dryRun, ['error']);
  return {
    word,
    answer: {
      directory: facts.directory,
      retention_days: facts.retentionDays,
      cutoff: facts.cutoff,
      matched: rows.length,
      removed: gone.length,
      removed_size: gone.reduce((sum, row) => sum + row.target.bytes, 0),
      targets,
      status: word,
      ...(facts.reason === null ? {} : { reason: facts.reason }),
      ...(deed.dryRun && word === 'preview' ? { dry_run: true } : {}),
      ...(isFailure(word) ? { errors: targets.filter((target) => target.status === 'error') } : {}),
    },
  };
}

export function tellArchive(deed: Deed, format: string): Told {
  const facts = readFacts(deed.plan);
  const rows = rowsOf(deed, () => true);
  const words = rows.map((row) => statusOf(row, deed.dryRun, 'copied'));
  const counted = rows.filter((_row, index) => words[index] === 'copied' || words[index] === 'preview');
  const bad = ['error', 'skipped_existing'];
  const status = overall(words, 'copied', deed.dryRun, bad);
  return {
    answer: {
      base_directory: deed.plan.base,
      destination_directory: facts.destination,
      format,
      filters: facts.filters,
      matched_count: facts.matchedCount,
      planned_count: rows.length,
      ...copied(total(counted)),
      copied_count: words.filter((word) => word === 'copied').length,
      targets: rows.map((row, index) => ({
        relative_path: row.target.relative_path, absolute_path: row.target.absolute_path, destination_path: row.target.destination,
        ...copied(countsOf(row)), status: words[index], ...withError(row),
      })),
      ...(deed.dryRun ? { dry_run: true } : {}),
      status,
      ...(isFailure(status) ? { errors: errorsOf(rows, words, bad) } : {}),
      ...shielded(deed),
      left_out: leftOut(deed),
      plan_id: deed.plan.id,
    },
    status: exitOf([status]),
  };
}
