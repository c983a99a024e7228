/**
 * Plans: another version made the active one. Activating and going back ask the gate when planned and again when applied. A shut
 * gate can be the very reason to go back: then the plan has to say so with `force`, asks for a word, and is recorded as forced.
 *
 * The manifest is replaced in one step, so a crash leaves the old or the new version active, and recovery only has to look.
 */
import { join } from 'node:path';
import { ConsoleError, isConsoleError, type ConsoleConfig, type Drift, type JournalEntry, type PlanDocument, type PlanItem, type TargetResult } from '#contract';
import type { Journal } from '#engines/journal';
import { untouched, type DraftRequest, type PlanDraft, type PlanProvider, type PlanReport, type PlanWork, type RecoveryReport, type UndoReport } from '#engines/plans';
import { isMissing, type EngineContext } from '#engines/storage';
import { manifestName } from './manifest.ts';
import { faultOf } from './proof.ts';
import { openModelRepository, type LoadedArtifact } from './repository.ts';

export interface ActivateInput {
  readonly model: string;
  readonly ref: string;
  readonly reason: string;
  /** For going back only: also past a shut gate of sign-offs. */
  readonly force?: boolean | undefined;
}

/** What the gate of sign-offs answers, as far as activation needs it. */
export interface ActivationGate {
  readonly open: boolean;
  readonly unknown: boolean;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

export interface ActivationParts {
  readonly gate: (context: EngineContext, config: ConsoleConfig) => ActivationGate;
  readonly journal: (context: EngineContext) => Pick<Journal, 'append' | 'entriesOf' | 'list'>;
}

/** Entry of the journal for every change of an active version: `{model, version, previous, reason}`. */
export const activationEntry = 'model_activation';

type Kind = 'artifacts.activate' | 'artifacts.rollback';

interface Facts {
  readonly model: string;
  readonly version: string;
  readonly previous: string | null;
  readonly reason: string;
  readonly sha256: string;
  /** Planned by a person who knew that the gate is shut. */
  readonly forced: boolean;
}

function factsOf(plan: PlanDocument): Facts {
  const { model, version, previous, reason, sha256 } = plan.facts;
  if (typeof model !== 'string' || typeof version !== 'string' || typeof reason !== 'string' || typeof sha256 !== 'string' || (previous !== null && typeof previous !== 'string')) {
    throw new ConsoleError('INTERNAL', `Plan ${plan.id} lacks its facts. Nothing was changed.`);
  }
  return { model, version, previous, reason, sha256, forced: plan.facts['forced'] === true };
}

export interface Activation {
  readonly version: string | null;
  readonly previous: string | null;
  readonly at: string;
  /** False where it went back to what was active before. */
  readonly forward: boolean;
}

/** Changes of the active version of a model, in the order of `entries`. */
export function activations(entries: readonly JournalEntry[], model: string): readonly Activation[] {
  return entries.filter((entry) => entry.type === activationEntry && entry.stage === 'outcome' && entry.data['model'] === model).map((entry) => {
    const text = (key: string): string | null => (typeof entry.data[key] === 'string' ? entry.data[key] : null);
    return { version: text('version'), previous: text('previous'), at: entry.at, forward: (entry.operation === 'artifacts.rollback') === (entry.data['source'] === 'undo') };
  });
}

/** What lies below the active version: going back twice goes back two versions, and never forward again. */
function stackOf(history: readonly Activation[], active: string | null): readonly (string | null)[] {
  const stack: (string | null)[] = [];
  for (const { version, previous, forward } of history.toReversed()) {
    if (stack.length === 0) stack.push(previous);
    const at = stack.lastIndexOf(version);
    if (forward || at < 0) stack.push(version);
    else stack.length = at + 1;
  }
  return stack.at(-1) === active ? stack.slice(0, -1) : stack;
}

function rollbackTarget(parts: ActivationParts, context: EngineContext, input: ActivateInput, active: string | null): string {
  const history = activations(parts.journal(context).list({ type: [activationEntry], limit: 1000 }).entries, input.model);
  const below = stackOf(history, active);
  const before = new Set(history.flatMap(({ version, previous }) => [version, previous]));
  const target = input.ref === '@previous' ? below.findLast((version) => version !== active) ?? null : openModelRepository(context, input.model).resolve(input.ref).version;
  if (target !== null && target !== active && before.has(target)) return target;
  throw new ConsoleError('NOT_FOUND', `The journal knows of no version of ${input.model} that was active before${input.ref === '@previous' ? '' : ` under "${input.ref}"`}. Nothing was planned.`, {
    remedy: 'Activate a version by name; that goes through the sign-off gate.', details: { field: 'ref' },
  });
}

function itemOf(context: EngineContext, path: string): PlanItem | null {
  try {
    const stat = context.fs.lstat(path);
    return { target: 0, path, kind: stat.kind, size: stat.size, mtime_ns: String(stat.mtimeNs), ino: String(stat.ino), dev: String(stat.dev), mode: stat.mode, digest: null };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** What shuts the gate now; empty where it is open. */
const shut = (gate: ActivationGate): readonly string[] => (gate.open ? [] : [`the sign-off gate is shut: ${gate.reasons.map((reason) => reason.message).join(' ')}`]);

/** Why it cannot be done with this artifact, or null. */
const fault = (parts: ActivationParts, { context, config }: Pick<DraftRequest, 'context' | 'config'>, model: string, loaded: LoadedArtifact): string | null =>
  faultOf({ context, config, journal: parts.journal(context) }, model, loaded);

function draft(parts: ActivationParts, kind: Kind, input: ActivateInput, request: DraftRequest): PlanDraft {
  const { context } = request;
  const repository = openModelRepository(context, input.model);
  const previous = repository.active();
  const ref = kind === 'artifacts.rollback' ? rollbackTarget(parts, context, input, previous) : input.ref;
  const loaded = repository.load(ref);
  if (loaded.version === null) {
    throw new ConsoleError('NOT_FOUND', `"${input.ref}" is no version of ${input.model}. Nothing was planned.`, { remedy: 'Publish the artifact first.', details: { field: 'ref' } });
  }
  const same = loaded.version === previous;
  const error = same ? null : fault(parts, request, input.model, loaded);
  const gate = parts.gate(context, request.config);
  const forced = kind === 'artifacts.rollback' && input.force === true && !gate.open;
  const items = same || error !== null ? [] : [join(repository.base, manifestName), loaded.path].flatMap((path) => itemOf(context, path) ?? []);
  return {
    input: { model: input.model, ref: loaded.version, reason: input.reason, ...(input.force === true ? { force: true } : {}) },
    base: repository.base,
    targets: [{
      n: 0, kind: 'path', relative_path: loaded.version, absolute_path: loaded.path, category: input.model, updated_at: null, files: items.length, directories: 0,
      bytes: 0, destination: null, status: same ? 'skipped_existing' : error === null ? 'planned' : 'error', error: same ? 'it is the active version already' : error,
      reasons: [{ code: kind === 'artifacts.rollback' ? 'rollback' : 'activate', value: previous }],
    }],
    items, protected: [],
    facts: { model: input.model, version: loaded.version, previous, reason: input.reason, sha256: loaded.sha256, gate, forced, needs: [needOf(gate, forced)] },
    confirmation: forced ? 'override' : null, permanent: false, reclaimedBytes: 0,
  };
}

/** The line of the dialog that says whether the gate lets it pass. */
function needOf(gate: ActivationGate, forced: boolean): { readonly kind: 'sign_off'; readonly met: boolean; readonly detail: string | null } {
  const [detail = null] = shut(gate);
  return { kind: 'sign_off', met: detail === null || forced, detail: detail !== null && forced ? `${detail} (overridden)` : detail };
}

function drift(parts: ActivationParts, work: PlanWork): readonly Drift[] {
  const facts = factsOf(work.plan);
  if (work.plan.targets[0]?.status !== 'planned') return [];
  const repository = openModelRepository(work.context, facts.model);
  const differs = (detail: string): Drift => ({ path: repository.base, target: 0, change: 'changed', detail });
  try {
    if (repository.active() !== facts.previous) return [differs(`${repository.active() ?? 'no version'} is active by now`)];
    const loaded = repository.load(facts.version);
    if (loaded.sha256 !== facts.sha256) return [differs('the artifact is another one by now')];
    const why = fault(parts, work, facts.model, loaded);
    return why === null ? [] : [differs(why)];
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    return [differs(error.message)];
  }
}

const results = (plan: PlanDocument, status: TargetResult['status']): readonly TargetResult[] => untouched(plan, status);

function record(parts: ActivationParts, work: PlanWork, version: string | null, previous: string | null, source: 'apply' | 'undo' | 'recovery'): void {
  const { model, reason, sha256, forced } = factsOf(work.plan);
  parts.journal(work.context).append({
    actor: work.actor, type: activationEntry, stage: 'outcome', operation: work.plan.operation, subject: work.plan.id, data: { model, version, previous, reason, sha256, source, ...(forced ? { forced: true } : {}) },
  });
}

function apply(parts: ActivationParts, work: PlanWork): PlanReport {
  const { model, version, previous } = factsOf(work.plan);
  const planned = work.plan.targets[0]?.status === 'planned';
  if (planned) {
    openModelRepository(work.context, model).setActive(version, previous);
    record(parts, work, version, previous, 'apply');
  }
  return { results: results(work.plan, planned ? 'done' : 'not_started'), trashId: null, cancelled: false, facts: { model, version, previous } };
}

/** What keeps the version from being active again: it was changed meanwhile, or taking a step back back goes past a shut gate. */
function undoProblem(parts: ActivationParts, work: PlanWork, version: string | null): string | null {
  if (version === null) return null;
  try {
    const why = fault(parts, work, factsOf(work.plan).model, openModelRepository(work.context, factsOf(work.plan).model).load(version));
    return why ?? (work.plan.operation === 'artifacts.rollback' ? shut(parts.gate(work.context, work.config))[0] ?? null : null);
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    return error.message;
  }
}

/** Repeatable: a crash in between leaves the plan applied, and undo is asked again. */
function undo(parts: ActivationParts, work: PlanWork): UndoReport {
  const { model, version, previous } = factsOf(work.plan);
  const repository = openModelRepository(work.context, model);
  const told = parts.journal(work.context).entriesOf(work.plan.id).some((entry) => entry.type === activationEntry && entry.data['source'] === 'undo');
  const problem = told ? null : undoProblem(parts, work, previous);
  if (problem !== null) return { restored: 0, failed: 1, problems: [`${previous ?? ''} is not made active again: ${problem}`] };
  try {
    if (told || repository.active() !== previous) repository.setActive(previous, version);
  } catch (error) {
    if (!isConsoleError(error) || (error.code !== 'REVISION_CONFLICT' && error.code !== 'NOT_FOUND')) throw error;
    return { restored: 0, failed: 1, problems: [error.message] };
  }
  if (!told) record(parts, work, previous, version, 'undo');
  return { restored: 1, failed: 0, problems: [] };
}

function recover(parts: ActivationParts, work: PlanWork): RecoveryReport {
  const { model, version, previous } = factsOf(work.plan);
  const done = work.plan.targets[0]?.status === 'planned' && openModelRepository(work.context, model).active() === version;
  const told = parts.journal(work.context).entriesOf(work.plan.id).some((entry) => entry.type === activationEntry && entry.data['version'] === version);
  if (done && !told) record(parts, work, version, previous, 'recovery');
  return { outcome: done ? 'completed' : 'reverted', results: results(work.plan, done ? 'done' : 'not_started'), trashId: null, cancelled: false, facts: { model, version, previous } };
}

export const activationProvider = (kind: Kind, parts: ActivationParts): PlanProvider<ActivateInput> => ({
  operation: kind,
  draft: (input, request) => draft(parts, kind, input, request),
  drift: (work) => drift(parts, work),
  shut: (work) => (work.plan.targets[0]?.status === 'planned' && !factsOf(work.plan).forced ? shut(parts.gate(work.context, work.config)) : []),
  apply: (work) => apply(parts, work),
  undo: (work) => undo(parts, work),
  recover: (work) => recover(parts, work),
});
