/** Plans on disk: `<id>.json` never changes, `<id>.state.json` says what became of it, `<id>.results.json` what was done. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import * as z from 'zod';
import {
  ConsoleError, planDocumentSchema, planStateSchema, targetResultSchema,
  type PlanDocument, type PlanState, type TargetResult,
} from '#contract';
import { asConsoleError, isMissing, openDocument, readFully, replaceFile, type EngineContext, type JsonDocument } from '#engines/storage';
import { locked, placeOf } from '#engines/workspace';

function collectKeys(value: unknown, keys: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const each of value) collectKeys(each, keys);
    return;
  }
  for (const [key, each] of Object.entries(value)) {
    keys.add(key);
    if (typeof each === 'object') collectKeys(each, keys);
  }
}

/**
 * Canonical JSON (RFC 8785) of a JSON value. `JSON.stringify` writes numbers and texts as the RFC asks, and given a list
 * of keys it writes members in the order of that list: several times faster, on plans of thousands of files, than
 * putting each object in order.
 */
export function canonicalText(value: unknown): string {
  const keys = new Set<string>();
  collectKeys(value, keys);
  // Listed keys are looked up in every object, and this one is found in all of them.
  if (keys.has('__proto__')) return canonicalize(value) ?? 'null';
  return JSON.stringify(value, [...keys].sort()) ?? 'null';
}

/** SHA-256, as hex, over the canonical JSON (RFC 8785) of a value. */
export const digestOf = (value: unknown): string => createHash('sha256').update(canonicalText(value)).digest('hex');

const planPath = (context: EngineContext, id: string): string => join(placeOf(context, 'plans'), `${id}.json`);
const statePath = (context: EngineContext, id: string): string => join(placeOf(context, 'plans'), `${id}.state.json`);
const resultsPath = (context: EngineContext, id: string): string => join(placeOf(context, 'plans'), `${id}.results.json`);

export function digestOfPlan(plan: PlanDocument): string {
  const { digest: _digest, ...rest } = plan;
  return digestOf(rest);
}

function missing(id: string): ConsoleError {
  return new ConsoleError('NOT_FOUND', `There is no plan "${id}".`, { remedy: 'See "sterownia plans list".', details: { field: 'id', id } });
}

/** Parsed plans by path and digest of their bytes: large plans are asked for page by page. */
const recent = new Map<string, { readonly stamp: string; readonly plan: PlanDocument }>();
const recentLimit = 4;

function stampOf(context: EngineContext, path: string): string {
  const stat = context.fs.stat(path);
  return `${stat.mtimeNs} ${stat.size} ${stat.ino}`;
}

function remember(path: string, stamp: string, plan: PlanDocument): void {
  recent.delete(path);
  recent.set(path, { stamp, plan });
  for (const oldest of recent.keys()) {
    if (recent.size <= recentLimit) break;
    recent.delete(oldest);
  }
}

/** Reads a plan and proves that it is what was stored. */
export function readPlan(context: EngineContext, id: string): PlanDocument {
  const path = planPath(context, id);
  let stamp: string;
  try {
    stamp = stampOf(context, path);
  } catch (error) {
    if (isMissing(error)) throw missing(id);
    throw asConsoleError(error, 'read', path);
  }
  const known = recent.get(path);
  if (known?.stamp === stamp) return known.plan;
  const plan = parsePlan(context, id, path);
  remember(path, stamp, plan);
  return plan;
}

function parsePlan(context: EngineContext, id: string, path: string): PlanDocument {
  let plan: PlanDocument;
  try {
    plan = planDocumentSchema.parse(JSON.parse(readFully(context.fs, path).toString('utf8')));
  } catch (error) {
    if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) throw asConsoleError(error, 'read', path);
    throw new ConsoleError('PLAN_ALTERED', `Plan ${id} cannot be read: ${error.message}`, {
      remedy: 'Plan again; this one can never be applied.', details: { id, path }, cause: error,
    });
  }
  if (plan.id === id && digestOfPlan(plan) === plan.digest) return plan;
  throw new ConsoleError('PLAN_ALTERED', `Plan ${id} does not match its own digest.`, {
    remedy: 'Somebody edited the file. Plan again; this one can never be applied.', details: { id, path },
  });
}

export function writePlan(context: EngineContext, plan: PlanDocument): void {
  const path = planPath(context, plan.id);
  try {
    replaceFile(context.fs, path, Buffer.from(`${JSON.stringify(plan)}\n`));
    remember(path, stampOf(context, path), plan);
  } catch (error) {
    throw asConsoleError(error, 'store the plan', path);
  }
}

export function stateDocument(context: EngineContext, id: string): JsonDocument<PlanState> {
  return openDocument(context, {
    path: statePath(context, id),
    schema: planStateSchema,
    kind: 'sterownia.plan-state/1',
    lock: (work) => locked(context, 'documents', { purpose: 'write the state of a plan' }, work),
  });
}

export function readState(context: EngineContext, id: string): PlanState {
  const state = stateDocument(context, id).read();
  if (state === null) throw missing(id);
  return state;
}

/** Changes the state under the lock; `change` sees what is on disk at that moment and may refuse. */
export function changeState(context: EngineContext, id: string, change: (current: PlanState) => Partial<PlanState>): PlanState {
  return stateDocument(context, id).update((current) => {
    if (current === null) throw missing(id);
    return { ...current, ...change(current), revision: current.revision + 1 };
  });
}

const resultsSchema = z.object({ schema: z.literal('sterownia.plan-results/1'), id: z.string(), trash_id: z.string().nullable(), results: z.array(targetResultSchema) });

/** `results` is the JSON of the list of {@link TargetResult}: it is written twice, and long. */
export function writeResults(context: EngineContext, id: string, trashId: string | null, results: string): void {
  const path = resultsPath(context, id);
  try {
    replaceFile(context.fs, path, Buffer.from(`{"schema":"sterownia.plan-results/1","id":${JSON.stringify(id)},"trash_id":${JSON.stringify(trashId)},"results":${results}}\n`));
  } catch (error) {
    throw asConsoleError(error, 'store the results', path);
  }
}

export function readResults(context: EngineContext, id: string): { readonly trashId: string | null; readonly results: readonly TargetResult[] } {
  try {
    const parsed = resultsSchema.parse(JSON.parse(readFully(context.fs, resultsPath(context, id)).toString('utf8')));
    return { trashId: parsed.trash_id, results: parsed.results };
  } catch (error) {
    if (isMissing(error)) return { trashId: null, results: [] };
    throw asConsoleError(error, 'read', resultsPath(context, id));
  }
}

/** Ids of all stored plans, newest first. */
export function planIds(context: EngineContext): readonly string[] {
  const directory = placeOf(context, 'plans');
  try {
    return context.fs.readdir(directory)
      .filter((entry) => entry.name.endsWith('.state.json'))
      .map((entry) => entry.name.slice(0, -'.state.json'.length))
      .sort().reverse();
  } catch (error) {
    if (isMissing(error)) return [];
    throw asConsoleError(error, 'read', directory);
  }
}
