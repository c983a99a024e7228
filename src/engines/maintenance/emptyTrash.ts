/** Plan: trash entries removed for good. There is no way back, so it asks for a word of its own. */
import { join } from 'node:path';
import { ConsoleError, failureNote, isConsoleError, note, said, type Note, type OperationParsed, type PlanDocument, type TargetResult, type TrashEntry } from '#contract';
import type { EngineContext } from '#engines/storage';
import { contentOf, destroy, entryDirectory, entryIds, lookAt, listTrash, originOf, readEntry, readItems } from '#engines/trash';
import { placeOf } from '#engines/workspace';
import { untouched, type DraftRequest, type PlanDraft, type PlanProvider, type PlanReport, type PlanWork, type RecoveryReport } from '#engines/plans';
import { ownRule, protectionFor, protectionOfNote, type Protection } from './base.ts';
import { DraftList, itemOfStat, type Counts } from './items.ts';

type EmptyInput = OperationParsed<'trash.empty'>;

export const emptyTrashWord = 'empty';

function chosenEntries(context: EngineContext, input: EmptyInput): readonly TrashEntry[] {
  const entries = listTrash(context);
  for (const id of input.id) {
    if (entries.some((entry) => entry.id === id)) continue;
    throw new ConsoleError('NOT_FOUND', `There is no trash entry "${id}". Nothing was changed.`, { remedy: 'See "sterownia trash list".', details: { field: 'id', id } });
  }
  const now = new Date(context.clock.now()).toISOString();
  return entries
    .filter((entry) => input.id.length === 0 || input.id.includes(entry.id))
    .filter((entry) => !input.expired_only || (entry.keep_until !== null && entry.keep_until < now));
}

/** Content that came from a place which the policy protects stays restorable. */
function protectionOfEntry({ context, config }: DraftRequest, id: string): Protection | null {
  if (config.protected_paths.length === 0) return null;
  const document = readEntry(context, id);
  if (document === null) return null;
  for (const item of readItems(context, id).items) {
    const protection = protectionFor(context, config, originOf(document, item));
    if (protection === null) continue;
    const { rule } = protection;
    return protectionOfNote(rule, rule === ownRule ? note('protected_trash_console') : note('protected_trash_rule', { rule }));
  }
  return null;
}

/** Why an entry cannot be emptied, or null. */
function trouble(context: EngineContext, entry: TrashEntry): { readonly error: string; readonly notes: Note[] } | null {
  if (entry.status === 'unreadable') return { error: entry.problem ?? 'cannot be read', notes: [...entry.problem_notes ?? []] };
  if (entry.status !== 'incomplete') return null;
  // Interrupted while it was destroyed is what emptying completes; interrupted while moving in is for recovery.
  return readEntry(context, entry.id)?.phase === 'destroying' ? null : said(note('trash_moving_in'));
}

/** What is on the disk, not what the document says: there may be more in it than was written down. */
function countOf(context: EngineContext, { id, status, files, bytes }: TrashEntry): Pick<Counts, 'files' | 'bytes'> {
  const document = status === 'unreadable' ? null : readEntry(context, id);
  return document === null ? { files, bytes } : contentOf(context, document);
}

function draftEmpty(input: EmptyInput, request: DraftRequest): PlanDraft {
  const { context } = request;
  const list = new DraftList();
  const kept: PlanDocument['protected'][number][] = [];
  for (const entry of chosenEntries(context, input)) {
    const directory = entryDirectory(context, entry.id);
    const problem = trouble(context, entry);
    const protection = problem === null ? protectionOfEntry(request, entry.id) : null;
    if (protection !== null) {
      kept.push({ path: directory, ...protection });
      continue;
    }
    const counts: Counts = { ...countOf(context, entry), directories: 0 };
    const stat = problem === null ? lookAt(context, join(directory, 'entry.json')) : null;
    list.add({
      kind: 'trash_entry', relative_path: entry.id, absolute_path: directory, category: entry.operation, updated_at: entry.created_at,
      destination: null, status: problem === null ? 'planned' : 'error', ...(problem ?? { error: null }),
      reasons: [input.expired_only ? { code: 'expired', value: entry.keep_until } : { code: input.id.length > 0 ? 'named' : 'all', value: null }],
    }, stat === null ? [] : [itemOfStat(join(directory, 'entry.json'), stat)], counts);
  }
  const planned = list.targets.filter((target) => target.status === 'planned');
  return {
    input: { id: [...input.id].sort(), expired_only: input.expired_only },
    base: placeOf(context, 'trash'),
    targets: list.targets,
    items: list.items,
    protected: kept,
    facts: {},
    confirmation: planned.length > 0 ? emptyTrashWord : null,
    permanent: true,
    reclaimedBytes: planned.reduce((sum, target) => sum + target.bytes, 0),
  };
}

function emptyOne(work: PlanWork, result: TargetResult): TargetResult {
  const { files, bytes, errors, notes } = destroy(work.context, result.relative_path, work.signal);
  return errors.length === 0
    ? { ...result, status: 'done', files, bytes }
    : { ...result, status: 'error', files, bytes, error: `${errors.length} could not be destroyed: ${errors[0] ?? ''}`, notes: [note('not_destroyed', { number: errors.length, ...notes[0] ?? { path: '', system: '' } })] };
}

/** Errors of the disk concern one entry; what is left of it is marked and can be emptied again. */
function emptyQuietly(work: PlanWork, result: TargetResult): TargetResult {
  try {
    return emptyOne(work, result);
  } catch (error) {
    if (!isConsoleError(error) || error.code === 'INTERNAL') throw error;
    return { ...result, status: 'error', error: error.message, notes: [failureNote(error)] };
  }
}

function applyEmpty(work: PlanWork): PlanReport {
  const results: TargetResult[] = [];
  let cancelled = false;
  for (const result of untouched(work.plan, 'not_started')) {
    if (result.status !== 'not_started') {
      results.push(result);
      continue;
    }
    cancelled ||= work.signal.cancelled;
    results.push(cancelled ? result : emptyQuietly(work, result));
  }
  return { results, trashId: null, cancelled, facts: {} };
}

/** Entries that are marked are past the point of no return and are completed; the others stay. */
function recoverEmpty(work: PlanWork): RecoveryReport {
  const present = new Set(entryIds(work.context));
  const planned = new Map(work.plan.targets.map((target) => [target.n, target]));
  const results = untouched(work.plan, 'not_started').map((result): TargetResult => {
    if (result.status !== 'not_started') return result;
    const { files, bytes } = planned.get(result.n) ?? result;
    if (!present.has(result.relative_path)) return { ...result, status: 'done', files, bytes };
    if (phaseOf(work.context, result.relative_path) === 'kept') return { ...result, status: 'error', ...said(note('interrupted_emptying')) };
    const done = emptyOne(work, result);
    return done.status === 'done' ? { ...done, files, bytes } : done;
  });
  const outcome = results.some((result) => result.status === 'done') ? 'completed' : 'reverted';
  return { outcome, results: outcome === 'completed' ? results : untouched(work.plan, 'not_started'), trashId: null, cancelled: false, facts: {} };
}

/** An entry without its document has come to the end of being destroyed. */
const phaseOf = (context: EngineContext, id: string): string => readEntry(context, id)?.phase ?? 'destroying';

export const emptyTrashProvider: PlanProvider<EmptyInput> = {
  operation: 'trash.empty',
  draft: draftEmpty,
  apply: applyEmpty,
  recover: recoverEmpty,
};
