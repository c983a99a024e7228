/**
 * Promise: a change of several files happens whole or not at all. What will be done is written down first (the intent),
 * then the audit record, then each file is swapped atomically, then both journals are told, then the intent is removed.
 *
 * The audit record is the point of no return: a change found without it is taken back, one found with it is completed.
 * Changes without an audit record pass that point with their first file.
 */
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { actorSchema, ConsoleError, type Actor } from '#contract';
import { writeLogLine } from '#engines/plans';
import { asConsoleError, displayName, isMissing, makeDirectories, readFully, replaceFile, syncDirectory, systemCode } from '#engines/storage';
import type { DecisionFields, ModelChanged, ModelsParts } from './parts.ts';
import { fileNames } from './places.ts';
import { isObject, printJson, readJson, type JsonValue } from './pythonJson.ts';
import { digestOf, digestOfText, readState } from './registry.ts';
import { microsOfText, nowText, stampOf } from './times.ts';

export interface FileStep {
  /** Name inside the model's folder. */
  readonly name: string;
  readonly text: string;
  /** Name under which what stands there is kept before; null where nothing of worth does. */
  readonly aside: string | null;
}

export interface Change {
  /** `<model>/<stamp>_<version>`; the subject of the journal entries. */
  readonly id: string;
  readonly plan_id: string | null;
  readonly model: string;
  readonly operation: string | null;
  readonly actor: Actor;
  /** `directory` is relative to the workspace where it lies inside. */
  readonly audit: { readonly directory: string; readonly text: string } | null;
  /** In this order; one name may come twice. */
  readonly steps: readonly FileStep[];
  /** Digests of the files that the change was computed from; null: not there. */
  readonly before: Readonly<Record<string, string | null>>;
  readonly journal: { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
  readonly decision: DecisionFields | null;
  readonly event: ModelChanged | null;
}

const eventSchema = z.object({
  model_name: z.string(), version: z.string(), previous_version: z.string().nullable(), source: z.literal('champion'),
  mode: z.enum(['manual', 'auto', 'rollback', 'undo']), reason: z.string(), decided_at: z.string(), audit_directory: z.string(),
});

const changeSchema = z.object({
  id: z.string(), plan_id: z.string().nullable(), model: z.string(), operation: z.string().nullable(), actor: actorSchema,
  audit: z.object({ directory: z.string(), text: z.string() }).nullable(),
  steps: z.array(z.object({ name: z.string(), text: z.string(), aside: z.string().nullable() })),
  before: z.record(z.string(), z.string().nullable()),
  journal: z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) }),
  decision: z.record(z.string(), z.string()).nullable(),
  event: eventSchema.nullable(),
});

export interface Settled {
  readonly outcome: 'completed' | 'reverted';
  readonly change: Change;
  /** The file that another program had changed meanwhile: it and what would have followed were left alone. */
  readonly foreign: string | null;
}

const intentPath = (folder: string): string => join(folder, fileNames.intent);
const auditPath = (parts: ModelsParts, change: Change): string | null => (change.audit === null ? null : resolve(parts.context.root, change.audit.directory));

/** The intent of a folder, or null. One that cannot be read is moved aside: it can never have been begun. */
function readIntent(parts: ModelsParts, folder: string): Change | null {
  const { fs, log, clock } = parts.context;
  let text: string;
  try {
    text = readFully(fs, intentPath(folder)).toString('utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw asConsoleError(error, 'read', intentPath(folder));
  }
  try {
    return changeSchema.parse(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    const aside = `${intentPath(folder)}.corrupt-${stampOf(nowText(clock))}`;
    fs.rename(intentPath(folder), aside);
    log.warn('quarantined an unreadable intent', { path: intentPath(folder), aside });
    return null;
  }
}

function removeIntent(parts: ModelsParts, folder: string): void {
  parts.context.fs.unlink(intentPath(folder));
  syncDirectory(parts.context.fs, folder);
}

/** The record of a change that another program overtook: it says so, and by which file. */
function supersededText(text: string, foreign: string): string {
  const read = readJson(Buffer.from(text));
  const record = 'value' in read && isObject(read.value) ? read.value : new Map<string, JsonValue>();
  return printJson(new Map<string, JsonValue>([...record, ['status', 'superseded'], ['changed_by_another_program', foreign]]));
}

type AuditFound = { readonly kind: 'missing' | 'planned' } | { readonly kind: 'superseded'; readonly foreign: string };

function auditFound(parts: ModelsParts, change: Change): AuditFound {
  const directory = auditPath(parts, change);
  if (directory === null || change.audit === null) return { kind: 'missing' };
  const { text } = change.audit;
  const found = digestOf(readState(parts.context, join(directory, 'summary.json')));
  if (found === digestOfText(text)) return { kind: 'planned' };
  const foreign = change.steps.map(({ name }) => name).find((name) => found === digestOfText(supersededText(text, name)));
  return foreign === undefined ? { kind: 'missing' } : { kind: 'superseded', foreign };
}

function putRecord(parts: ModelsParts, change: Change, directory: string, text: string): void {
  const { fs } = parts.context;
  const record = join(directory, 'summary.json');
  replaceFile(fs, record, Buffer.from(text));
  // Lists show the file's time: it is the time of the decision, also where the record was written after a crash.
  const decided = change.event === null ? null : microsOfText(change.event.decided_at);
  if (decided !== null) fs.setTimes(record, BigInt(decided) * 1000n);
}

function writeAudit(parts: ModelsParts, change: Change): void {
  const directory = auditPath(parts, change);
  if (directory === null || change.audit === null || auditFound(parts, change).kind !== 'missing') return;
  const { fs } = parts.context;
  makeDirectories(fs, dirname(directory));
  try {
    fs.mkdir(directory);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    throw new ConsoleError('CONFLICT', `The audit record ${displayName(directory)} exists already. Nothing was changed.`, {
      remedy: 'Try again: the next one gets another name.', details: { path: displayName(directory) }, cause: error,
    });
  }
  putRecord(parts, change, directory, change.audit.text);
  syncDirectory(fs, dirname(directory));
}

function keepAside(parts: ModelsParts, folder: string, step: FileStep): void {
  if (step.aside === null) return;
  try {
    parts.context.fs.link(join(folder, step.name), join(folder, step.aside));
  } catch (error) {
    if (!isMissing(error) && systemCode(error) !== 'EEXIST') throw error;
  }
}

const lastOf = (change: Change, name: string): FileStep | undefined => change.steps.findLast((step) => step.name === name);

/** True once the champion on disk is the one that the change puts there: from then on the change has happened. */
function isInPlace(parts: ModelsParts, folder: string, change: Change): boolean {
  const champion = lastOf(change, fileNames.champion);
  return champion !== undefined && digestOf(readState(parts.context, join(folder, champion.name))) === digestOfText(champion.text);
}

/**
 * Swaps the files. A file that holds neither what was there before nor what the change puts there is another program's and
 * stays: it stops the change, except where the champion is in place already. Returns what stopped it.
 */
function swapFiles(parts: ModelsParts, folder: string, change: Change, steps: readonly FileStep[]): string | null {
  for (const step of steps) {
    const path = join(folder, step.name);
    const found = digestOf(readState(parts.context, path));
    const planned = change.steps.filter((other) => other.name === step.name).map((other) => digestOfText(other.text));
    if (found === digestOfText(step.text)) continue;
    if (step.name in change.before && found !== change.before[step.name] && !planned.includes(found ?? '')) {
      if (isInPlace(parts, folder, change)) continue;
      return step.name;
    }
    keepAside(parts, folder, step);
    replaceFile(parts.context.fs, path, Buffer.from(step.text));
  }
  return null;
}

/** A last step of the same name that is on disk already must not be undone by an earlier one. */
function remaining(parts: ModelsParts, folder: string, change: Change): readonly FileStep[] {
  const last = new Map(change.steps.map((step) => [step.name, step.text]));
  const done = new Set([...last].filter(([name, text]) => digestOf(readState(parts.context, join(folder, name))) === digestOfText(text)).map(([name]) => name));
  return change.steps.filter((step) => !done.has(step.name));
}

/** Null where the change has happened; else the file by which another program overtook it, which the record says too. */
function settleFiles(parts: ModelsParts, folder: string, change: Change, resumed: boolean): string | null {
  const audit = auditFound(parts, change);
  if (audit.kind === 'superseded') return audit.foreign;
  const foreign = swapFiles(parts, folder, change, resumed ? remaining(parts, folder, change) : change.steps);
  const directory = auditPath(parts, change);
  if (foreign !== null && directory !== null && change.audit !== null) putRecord(parts, change, directory, supersededText(change.audit.text, foreign));
  return foreign;
}

function tellJournals(parts: ModelsParts, change: Change, foreign: string | null, resumed: boolean): void {
  const { journal, decision } = change;
  if (!resumed || !parts.journal.recorded(change.id)) {
    parts.journal.record({
      actor: resumed ? { ...change.actor, door: 'recovery' } : change.actor, stage: 'outcome', operation: change.operation, subject: change.id,
      ...(foreign === null ? journal : { type: 'model_change_superseded', data: { ...journal.data, changed_by_another_program: foreign } }),
    });
  }
  if (decision !== null && foreign === null) parts.writeDecision(decision);
}

/** The log of ReportCenter says why, whoever promoted. It is for people: a change does not fail for it. */
function tellLog(parts: ModelsParts, { event, actor, plan_id: plan }: Change): void {
  if (event === null) return;
  try {
    writeLogLine(parts.context, { level: 'info', message: `model_change ${event.mode}`, details: { ...loggedOf(event), audit_directory: event.audit_directory, plan_id: plan, actor: actor.name } });
  } catch (error) {
    parts.context.log.warn('a change of champion could not be written to the log', { model: event.model_name, error: error instanceof Error ? error.message : String(error) });
  }
}

/** What every line of the log says of a change of champion. */
export const loggedOf = ({ model_name: model, version, previous_version: previous, reason, mode }: ModelChanged): Readonly<Record<string, unknown>> =>
  ({ model, version, previous_version: previous, reason, mode });

function carryOut(parts: ModelsParts, folder: string, change: Change, resumed: boolean): Settled {
  writeAudit(parts, change);
  const foreign = settleFiles(parts, folder, change, resumed);
  tellJournals(parts, change, foreign, resumed);
  if (foreign === null) tellLog(parts, change);
  removeIntent(parts, folder);
  if (foreign === null && change.event !== null) parts.changed?.(change.event);
  return { outcome: 'completed', change, foreign };
}

/** Ends a change that was begun and not ended, one way or the other. Repeatable. The caller holds the lock. */
export function settleFolder(parts: ModelsParts, folder: string): Settled | null {
  const change = readIntent(parts, folder);
  if (change === null) return null;
  const passed = change.audit === null
    ? change.steps.some((step) => digestOf(readState(parts.context, join(folder, step.name))) === digestOfText(step.text))
    : auditFound(parts, change).kind !== 'missing';
  if (passed) return carryOut(parts, folder, change, true);
  const directory = auditPath(parts, change);
  if (directory !== null) removeEmpty(parts, directory);
  removeIntent(parts, folder);
  return { outcome: 'reverted', change, foreign: null };
}

/** Only what the interrupted change itself made: its folder, and in it at most its unfinished temporary file. */
function removeEmpty(parts: ModelsParts, directory: string): void {
  const { fs } = parts.context;
  try {
    for (const entry of fs.readdir(directory)) if (/^\.sterownia-.*\.tmp$/u.test(entry.name)) fs.unlink(join(directory, entry.name));
    fs.rmdir(directory);
  } catch (error) {
    if (!isMissing(error) && !['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  }
}

/**
 * Makes the change. The caller holds the lock and computed the change under it. Where it fails midway it is settled at
 * once; only a change that was taken back throws.
 */
export function commitChange(parts: ModelsParts, folder: string, change: Change): Settled {
  try {
    makeDirectories(parts.context.fs, folder);
    replaceFile(parts.context.fs, intentPath(folder), Buffer.from(`${JSON.stringify(change)}\n`));
    return carryOut(parts, folder, change, false);
  } catch (error) {
    const settled = settleQuietly(parts, folder);
    if (settled?.outcome === 'completed' && settled.change.id === change.id) return settled;
    throw asConsoleError(error, 'change the registry in', folder);
  }
}

function settleQuietly(parts: ModelsParts, folder: string): Settled | null {
  try {
    return settleFolder(parts, folder);
  } catch (error) {
    // The intent stays; the next change of this model, or the next start, settles it.
    parts.context.log.error('a change of the registry waits for recovery', { folder, error: error instanceof Error ? error.message : String(error) });
    return null;
  }
}
