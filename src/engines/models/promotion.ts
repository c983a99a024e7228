/**
 * Plans `models.promote` and `models.rollback`: one safe way to another champion. Applying writes the audit record first and
 * swaps the files under the registry's lock; undoing promotes the previous champion back, with a record of its own.
 */
import { join } from 'node:path';
import { ConsoleError, type Drift, type PlanDocument, type PlanTarget, type TargetResult } from '#contract';
import { requireOpenGates, untouched, type DraftRequest, type PlanDraft, type PlanProvider, type PlanReport, type PlanWork, type RecoveryReport, type UndoReport } from '#engines/plans';
import { challengerOf, promotionChange, type Candidate, type PromotionOrder } from './change.ts';
import { commitChange, loggedOf, settleFolder, type Settled } from './commit.ts';
import { blockerText, readGates, type GateReading } from './gates.ts';
import { auditRecords, earlierChampions, overtakenBy } from './history.ts';
import { underLock, type ModelsParts } from './parts.ts';
import { factsOf } from './planFacts.ts';
import { checkModelName, checkVersion, defaults, folderOf, modelFolder, shownName } from './places.ts';
import { isObject, type JsonObject } from './pythonJson.ts';
import { championReport, digestOf, openRegistry, reportOf, type ModelState } from './registry.ts';
import { microsOfText, nowText, textOfMicros } from './times.ts';
import { hasVersion, textOf, versionOf } from './values.ts';

export interface PromoteInput {
  readonly model: string;
  readonly version: string;
  readonly reason?: string | undefined;
  /** For the earlier command only: without a reason the challenger's own is stored. */
  readonly reason_from_challenger?: boolean | undefined;
  readonly pin?: boolean | undefined;
  readonly pin_until?: string | undefined;
  readonly force?: boolean | undefined;
  readonly base_dir?: string | undefined;
  readonly audit_dir?: string | undefined;
}

export interface RollbackInput extends Omit<PromoteInput, 'version' | 'reason_from_challenger'> {
  /** Default: the champion before the present one. */
  readonly version?: string | undefined;
}

const invalid = (field: string, message: string, remedy: string): ConsoleError =>
  new ConsoleError('INPUT_INVALID', `${message} Nothing was changed.`, { remedy, details: { field } });

export function requireReason(reason: string | undefined): string {
  const text = (reason ?? '').trim().toWellFormed();
  if (text.length >= 10 && text.length <= 1024) return text;
  throw invalid('reason', 'A reason of 10 to 1,024 characters is needed.', 'Say why in "reason".');
}

/** The end of a pin as text of ours; it must lie ahead. Null: until somebody ends it. */
export function pinEnd(until: string | undefined, at: string): string | null {
  if (until === undefined) return null;
  const micros = microsOfText(until);
  if (micros === null) throw invalid('pin_until', `"${until}" is no time.`, 'Give an ISO 8601 instant, for example 2026-12-01T00:00Z.');
  if (micros <= (microsOfText(at) ?? 0)) throw invalid('pin_until', `"${until}" has passed already.`, 'Give an instant ahead of now.');
  return textOfMicros(micros);
}

const noVersion = (model: string, version: string, known: readonly string[], what: string): ConsoleError =>
  new ConsoleError('NOT_FOUND', `"${version}" is no ${what} of ${model}. Nothing was changed.`, {
    remedy: known.length === 0 ? `There is no ${what} to choose.` : `Choose one of: ${known.slice(0, 10).map(shownName).join(', ')}.`, details: { field: 'version', model, version },
  });

interface Places {
  readonly quality: string;
  readonly audit: string;
}

type Mode = 'manual' | 'rollback';

function requireModel(state: ModelState): void {
  if (state.champion.kind === 'missing' && state.challengers.kind === 'missing') {
    throw new ConsoleError('NOT_FOUND', `There is no model "${state.name}" in the registry. Nothing was changed.`, { remedy: 'See "sterownia models list".', details: { field: 'model', model: state.name } });
  }
  if (state.challengers.kind === 'unreadable') {
    throw new ConsoleError('DOCUMENT_CORRUPT', `The challengers of ${state.name} cannot be read: ${state.challengers.problem}. Nothing was changed.`, {
      remedy: 'Repair challengers.json by hand, or move it away.', details: { model: state.name, path: join(state.directory, 'challengers.json') },
    });
  }
}

function promoteCandidate(state: ModelState, given: string): Candidate {
  if (given.trim() === '') throw invalid('version', 'The version is blank.', 'Name a challenger as shown by "sterownia models champion".');
  const version = checkVersion(given);
  const found = challengerOf(state, version);
  if (found !== null) return found;
  const entries = state.challengers.kind === 'value' ? state.challengers.value.get('entries') : undefined;
  const known = Array.isArray(entries) ? entries.map((entry) => versionOf(reportOf(entry))).filter((each) => each !== null) : [];
  throw noVersion(state.name, version, known, 'challenger');
}

/** Any version that the history or an audit record proves to have been champion; without one named, the last. */
function rollbackCandidate(parts: ModelsParts, state: ModelState, audit: string, version: string | undefined): Candidate {
  const present = versionOf(championReport(state));
  const earlier = earlierChampions(parts.context, state.directory, join(audit, state.name)).filter((reign) => reign.version !== present);
  const wanted = version === undefined ? null : checkVersion(version);
  const reign = wanted === null ? earlier[0] : earlier.find((each) => each.version === wanted) ?? earlier.find((each) => hasVersion(each.report, wanted));
  if (reign === undefined) throw noVersion(state.name, wanted ?? 'the previous champion', earlier.map((each) => each.version), 'earlier champion');
  checkVersion(reign.version);
  const listed = challengerOf(state, reign.version);
  return { report: reign.report, version: reign.version, entry: listed?.entry ?? null };
}

function reasonFor(input: PromoteInput, candidate: Candidate): string {
  const given = (input.reason ?? '').trim();
  if (given !== '' || input.reason_from_challenger !== true) return requireReason(input.reason);
  const own = textOf(candidate.entry?.get('reason'))?.trim().toWellFormed() ?? '';
  return own === '' || own === 'None' ? `Manual promotion of version ${candidate.version}.` : own;
}

function placesOf(input: Pick<PromoteInput, 'base_dir' | 'audit_dir'>, request: Pick<DraftRequest, 'context' | 'confined'>): Places {
  return {
    quality: folderOf(request.context, input.base_dir, defaults.quality, 'base_dir', request.confined),
    audit: folderOf(request.context, input.audit_dir, defaults.audit, 'audit_dir', request.confined),
  };
}

function candidateFor(parts: ModelsParts, mode: Mode, state: ModelState, audit: string, version: string | undefined): Candidate {
  return mode === 'manual' ? promoteCandidate(state, version ?? '') : rollbackCandidate(parts, state, audit, version);
}

function draftChange(parts: ModelsParts, mode: Mode, input: PromoteInput | RollbackInput, request: DraftRequest): PlanDraft {
  const { context } = request;
  const { quality, audit } = placesOf(input, request);
  const model = checkModelName(input.model);
  modelFolder(context, quality, model);
  const state = openRegistry(context, quality).model(model);
  requireModel(state);
  const candidate = candidateFor(parts, mode, state, audit, input.version);
  const at = nowText(context.clock);
  const reason = mode === 'manual' ? reasonFor({ ...input, version: candidate.version }, candidate) : requireReason(input.reason);
  const until = pinEnd(input.pin_until, at);
  const gates = readGates(parts.gates, model);
  const pin = (input.pin ?? true) ? { until } : null;
  const force = input.force ?? false;
  const facts = factsOf(context, { state, candidate, mode, reason, gates, force, pin, audit, at });
  return {
    input: {
      model, version: candidate.version, reason, requested_reason: (input.reason ?? '').trim(), pin: pin !== null, pin_until: until, force, base_dir: quality, audit_dir: audit,
    },
    base: quality, targets: [targetOf(state, candidate, gates, facts)], items: [], protected: [], facts,
    confirmation: force && gates.blocked_by.length > 0 ? 'override' : null, permanent: false, reclaimedBytes: 0,
  };
}

function targetOf(state: ModelState, candidate: Candidate, gates: GateReading, facts: Record<string, unknown>): PlanTarget {
  const champion = championReport(state);
  return {
    n: 0, kind: 'path', relative_path: state.name, absolute_path: state.directory, category: state.name, updated_at: null,
    files: Array.isArray(facts['writes']) ? facts['writes'].length : 0, directories: 0, bytes: 0, destination: null, status: 'planned', error: null,
    // Digests and gates stand here so that a plan for another state of the registry is another plan.
    reasons: [
      { code: 'candidate', value: candidate.version }, { code: 'champion', value: versionOf(champion) },
      { code: 'champion_digest', value: digestOf(state.champion) }, { code: 'challengers_digest', value: digestOf(state.challengers) },
      { code: 'guardrail', value: gates.guardrail.state }, { code: 'sign_offs', value: gates.sign_offs.state },
    ],
  };
}

interface Stored {
  readonly model: string;
  readonly version: string;
  readonly reason: string;
  readonly requestedReason: string;
  readonly pin: { readonly until: string | null } | null;
  readonly force: boolean;
  readonly quality: string;
  readonly audit: string;
  readonly folder: string;
}

/** What the plan says; it was proven by its digest to be what was stored. */
function storedOf(parts: ModelsParts, plan: PlanDocument): Stored {
  const { input } = plan;
  const text = (key: string): string => (typeof input[key] === 'string' ? input[key] : '');
  const quality = text('base_dir');
  return {
    model: text('model'), version: text('version'), reason: text('reason'), requestedReason: text('requested_reason'),
    pin: input['pin'] === true ? { until: input['pin_until'] === null ? null : text('pin_until') } : null,
    force: input['force'] === true, quality, audit: text('audit_dir'), folder: modelFolder(parts.context, quality, text('model')),
  };
}

function driftOfState(stored: Stored, plan: PlanDocument, state: ModelState): readonly Drift[] {
  const reasons = new Map(plan.targets[0]?.reasons.map((reason) => [reason.code, reason.value]));
  const compare = (name: string, then: string | null, now: string | null): readonly Drift[] => {
    if (then === now) return [];
    const change = then === null ? 'appeared' : now === null ? 'gone' : 'changed';
    return [{ path: join(stored.folder, name), target: 0, change, detail: change === 'appeared' ? 'was not there when the plan was made' : change === 'gone' ? 'is no longer there' : 'has other content since' }];
  };
  return [
    ...compare('champion.json', reasons.get('champion_digest') ?? null, digestOf(state.champion)),
    ...compare('challengers.json', reasons.get('challengers_digest') ?? null, digestOf(state.challengers)),
  ];
}

const shutBy = (stored: Stored, gates: GateReading): readonly string[] =>
  (stored.force ? [] : gates.blocked_by.map((blocker) => blockerText(blocker, gates)));

function driftOfPlan(parts: ModelsParts, plan: PlanDocument): readonly Drift[] {
  const stored = storedOf(parts, plan);
  const state = openRegistry(parts.context, stored.quality).model(stored.model);
  return driftOfState(stored, plan, state);
}

function shutOfPlan(parts: ModelsParts, plan: PlanDocument): readonly string[] {
  const stored = storedOf(parts, plan);
  return shutBy(stored, readGates(parts.gates, stored.model));
}

function orderOf(parts: ModelsParts, mode: Mode, work: PlanWork, stored: Stored, state: ModelState): PromotionOrder {
  const gates = readGates(parts.gates, stored.model);
  const drift = driftOfState(stored, work.plan, state);
  if (drift[0] !== undefined) {
    throw new ConsoleError('PLAN_STALE', `Plan ${work.plan.id} no longer holds: ${drift.map((each) => each.detail).join('; ')}. Nothing was changed.`, { remedy: 'Plan again.', details: { drift } });
  }
  requireOpenGates(work.plan.id, shutBy(stored, gates));
  return {
    state, candidate: candidateFor(parts, mode, state, stored.audit, stored.version), mode, operation: work.plan.operation, planId: work.plan.id, retrainingId: null,
    actor: work.actor, at: nowText(parts.context.clock), reason: stored.reason, requestedVersion: stored.version, requestedReason: stored.requestedReason,
    audit: stored.audit, gates, forced: stored.force && gates.blocked_by.length > 0, pin: stored.pin ?? 'release',
  };
}

function resultsOf(plan: PlanDocument, settled: Settled | null, error: string | null): readonly TargetResult[] {
  return untouched(plan, error === null ? 'done' : 'error', error).map((result) => ({
    ...result, destination: settled?.change.audit?.directory ?? result.destination, files: error === null ? (plan.targets[0]?.files ?? 0) : 0,
  }));
}

const overtakenText = (file: string): string => `another program changed ${file} meanwhile; its content was left alone`;
const foreignText = (settled: Settled | null): string | null => (settled?.foreign === undefined || settled.foreign === null ? null : overtakenText(settled.foreign));

const logOf = (settled: Settled | null): Pick<PlanReport, 'logged'> =>
  (settled === null || settled.change.event === null || settled.foreign !== null ? {} : { logged: loggedOf(settled.change.event) });

function reportOfSettled(plan: PlanDocument, settled: Settled): PlanReport {
  return {
    results: resultsOf(plan, settled, foreignText(settled)), trashId: null, cancelled: false, ...logOf(settled),
    facts: { promotion: settled.change.id, audit_directory: settled.change.audit?.directory ?? null, superseded: settled.foreign },
  };
}

function applyChange(parts: ModelsParts, mode: Mode, work: PlanWork): PlanReport {
  const stored = storedOf(parts, work.plan);
  return underLock(parts.context, `apply plan ${work.plan.id}`, () => {
    settleFolder(parts, stored.folder);
    const state = openRegistry(parts.context, stored.quality).model(stored.model);
    requireModel(state);
    const change = promotionChange(parts.context, stored.quality, orderOf(parts, mode, work, stored, state));
    return reportOfSettled(work.plan, commitChange(parts, stored.folder, change));
  });
}

/** The audit record that this plan left, which proves that it was carried out. */
function recordOf(parts: ModelsParts, stored: Stored, planId: string): { readonly name: string; readonly summary: JsonObject } | null {
  return auditRecords(parts.context, join(stored.audit, stored.model)).find(({ summary }) => summary.get('plan_id') === planId && summary.get('mode') !== 'undo') ?? null;
}

function recoverChange(parts: ModelsParts, work: PlanWork): RecoveryReport {
  const stored = storedOf(parts, work.plan);
  return underLock(parts.context, `recover plan ${work.plan.id}`, () => {
    const settled = settleFolder(parts, stored.folder);
    const mine = settled !== null && settled.change.plan_id === work.plan.id ? settled : null;
    const record = recordOf(parts, stored, work.plan.id);
    if (record === null) return { outcome: 'reverted' as const, results: untouched(work.plan, 'not_started'), trashId: null, cancelled: false, facts: {} };
    const overtaken = overtakenBy(record.summary);
    return {
      outcome: 'completed' as const, results: resultsOf(work.plan, mine, overtaken === null ? null : overtakenText(overtaken)), trashId: null, cancelled: false, ...logOf(mine),
      facts: { promotion: `${stored.model}/${record.name}`, superseded: overtaken },
    };
  });
}

function pinBefore(plan: PlanDocument): { readonly until: string | null } | 'release' {
  const pin = plan.facts['pin'];
  if (typeof pin !== 'object' || pin === null || !('held_before' in pin) || pin.held_before !== true || !('before' in pin)) return 'release';
  const { before } = pin;
  return { until: typeof before === 'object' && before !== null && 'until' in before && typeof before.until === 'string' ? before.until : null };
}

function undoChange(parts: ModelsParts, work: PlanWork): UndoReport {
  const stored = storedOf(parts, work.plan);
  return underLock(parts.context, `undo plan ${work.plan.id}`, () => {
    settleFolder(parts, stored.folder);
    const record = recordOf(parts, stored, work.plan.id);
    const state = openRegistry(parts.context, stored.quality).model(stored.model);
    const now = state.champion.kind === 'value' ? state.champion.value : null;
    if (record === null || overtakenBy(record.summary) !== null || now === null || textOf(now.get('decided_at')) !== textOf(record.summary.get('decided_at')) || versionOf(reportOf(now)) !== stored.version) {
      throw new ConsoleError('CONFLICT', `${stored.model} has another champion by now. Nothing was changed.`, { remedy: 'Plan a rollback to the version that you want.', details: { model: stored.model } });
    }
    const previous = record.summary.get('previous_champion');
    const version = isObject(previous) ? versionOf(previous) : null;
    if (!isObject(previous) || version === null) return { restored: 0, failed: 1, problems: [`${stored.model} had no champion before this one`] };
    const gates = readGates(parts.gates, stored.model);
    const reason = `Undo of plan ${work.plan.id}: version ${version} is champion again.`;
    const settled = commitChange(parts, stored.folder, promotionChange(parts.context, stored.quality, {
      state, candidate: { report: previous, version, entry: challengerOf(state, version)?.entry ?? null }, mode: 'undo', operation: work.plan.operation, planId: work.plan.id,
      retrainingId: null, actor: work.actor, at: nowText(parts.context.clock), reason, requestedVersion: version, requestedReason: '',
      audit: stored.audit, gates, forced: gates.blocked_by.length > 0, pin: pinBefore(work.plan),
    }));
    const foreign = foreignText(settled);
    return { restored: foreign === null ? 1 : 0, failed: foreign === null ? 0 : 1, problems: foreign === null ? [] : [foreign] };
  });
}

const providerFor = <I extends PromoteInput | RollbackInput>(parts: ModelsParts, operation: string, mode: Mode): PlanProvider<I> => ({
  operation,
  draft: (input, request) => draftChange(parts, mode, input, request),
  drift: (work) => driftOfPlan(parts, work.plan),
  shut: (work) => shutOfPlan(parts, work.plan),
  apply: (work) => applyChange(parts, mode, work),
  undo: (work) => undoChange(parts, work),
  recover: (work) => recoverChange(parts, work),
});

export const promoteProvider = (parts: ModelsParts): PlanProvider<PromoteInput> => providerFor(parts, 'models.promote', 'manual');
export const rollbackProvider = (parts: ModelsParts): PlanProvider<RollbackInput> => providerFor(parts, 'models.rollback', 'rollback');
