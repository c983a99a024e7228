/** Promise: automation changes a champion by the same audited way as a person, and never against a pin or a shut gate. */
import { join } from 'node:path';
import { ConsoleError, type Actor } from '#contract';
import { isMissing, type EngineContext } from '#engines/storage';
import { approvalFor, readPolicy } from '#engines/workspace';
import { asideOf, challengersText, listLength, placeText, promotionChange, subjectKey } from './change.ts';
import { commitChange, settleFolder, type Change, type FileStep } from './commit.ts';
import { readGates, type GateReading } from './gates.ts';
import { auditRecords, historyWith, readHistory } from './history.ts';
import { underLock, type ModelsParts } from './parts.ts';
import { pinOf } from './pins.ts';
import { checkModelName, defaults, fileNames, folderOf, modelFolder, shownName, versionInName } from './places.ts';
import { isArray, jsonObject, plainObject, printJson, type JsonObject } from './pythonJson.ts';
import { challengersOf, championReport, digestOf, digestOfText, openRegistry, readState, reportOf, type ModelState } from './registry.ts';
import { autoDecision, failedCondition, reportDecision, type CycleFacts, type Hold, type ReportDecision } from './selection.ts';
import { microsOfText, microsOfValue, nowText, stampOf, textOfMicros } from './times.ts';
import { versionOf } from './values.ts';

export interface RegistryPlaces {
  readonly base_dir?: string | undefined;
  readonly audit_dir?: string | undefined;
}

const qualityOf = (parts: ModelsParts, places: RegistryPlaces): string => folderOf(parts.context, places.base_dir, defaults.quality, 'base_dir');
const auditOf = (parts: ModelsParts, places: RegistryPlaces): string => folderOf(parts.context, places.audit_dir, defaults.audit, 'audit_dir');

export interface ModelDecision {
  readonly model: string;
  readonly decision: string;
  readonly version: string | null;
  readonly previous_version: string | null;
  readonly reason: string | null;
  readonly blocked_by: readonly string[];
  readonly audit_directory: string | null;
}

export interface AutoPromotionSummary {
  readonly status: 'executed' | 'skipped';
  readonly reason: string | null;
  readonly details: {
    readonly status: string;
    readonly alerts: readonly string[];
    readonly errors: readonly string[];
    readonly fallback_count?: number;
    readonly failed_condition?: string;
  };
  readonly models_considered: readonly string[];
  readonly decisions: readonly ModelDecision[];
  readonly timestamp: string;
  readonly quality_dir: string;
}

export interface AutoPromotionRequest extends RegistryPlaces {
  readonly cycle: CycleFacts;
  /** Only these; default: every model of the registry. */
  readonly models?: readonly string[] | undefined;
  readonly actor: Actor;
  readonly retrainingId?: string | null | undefined;
}

/** Whether the policy asks for a second person before every promotion: then none happens by itself. */
export const approvalRequired = (context: EngineContext): boolean => approvalFor(readPolicy(context).config, 'models.promote') === 'required';

/** The step after a retraining cycle. One bad model never blocks another. */
export function autoPromote(parts: ModelsParts, request: AutoPromotionRequest): AutoPromotionSummary {
  const quality = qualityOf(parts, request);
  const failed = failedCondition(request.cycle) ?? (approvalRequired(parts.context) ? 'approval_required' : null);
  const names = failed === null ? modelsFor(parts, quality, request.models) : null;
  const skip = failed ?? (names === null ? 'quality_dir_missing' : names.length === 0 ? 'no_models' : null);
  const considered = skip === null ? names ?? [] : [];
  const { status, alerts, errors, fallback_count: fallbacks } = request.cycle;
  return {
    status: skip === null ? 'executed' : 'skipped', reason: skip,
    details: { status, alerts, errors, ...(fallbacks === undefined ? {} : { fallback_count: fallbacks }), ...(failed === null ? {} : { failed_condition: failed }) },
    models_considered: considered,
    decisions: considered.map((model) => decideQuietly(parts, request, quality, model)),
    timestamp: nowText(parts.context.clock), quality_dir: placeText(parts.context, quality),
  };
}

/** Null where there is no registry at all. */
function modelsFor(parts: ModelsParts, quality: string, wanted: readonly string[] | undefined): readonly string[] | null {
  try {
    parts.context.fs.readdir(quality);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const filter = [...new Set((wanted ?? []).map((name) => name.trim()).filter((name) => name !== ''))];
  return filter.length > 0 ? filter : openRegistry(parts.context, quality).names();
}

const plainDecision = (model: string, decision: string, rest: Partial<ModelDecision> = {}): ModelDecision =>
  ({ model, decision, version: null, previous_version: null, reason: null, blocked_by: [], audit_directory: null, ...rest });

function decideQuietly(parts: ModelsParts, request: AutoPromotionRequest, quality: string, model: string): ModelDecision {
  try {
    return decideOne(parts, request, quality, checkModelName(model));
  } catch (error) {
    parts.context.log.error('automatic promotion failed', { model, error: error instanceof Error ? error.message : String(error) });
    return plainDecision(model, 'error', { reason: error instanceof Error ? error.message : String(error) });
  }
}

function decideOne(parts: ModelsParts, request: AutoPromotionRequest, quality: string, model: string): ModelDecision {
  const folder = modelFolder(parts.context, quality, model);
  return underLock(parts.context, `automatic promotion of ${model}`, () => {
    settleFolder(parts, folder);
    const state = openRegistry(parts.context, quality).model(model);
    const at = nowText(parts.context.clock);
    let reading: GateReading | null = null;
    const gates = (): GateReading => (reading ??= readGates(parts.gates, model));
    const outcome = autoDecision(state, pinOf(state.pin, microsOfText(at) ?? 0), gates);
    const previous = versionOf(championReport(state));
    if (outcome.decision !== 'champion') {
      return plainDecision(model, outcome.decision, {
        version: outcome.candidate?.version ?? null, previous_version: previous, blocked_by: outcome.decision === 'blocked' ? outcome.blocked_by : [],
      });
    }
    const { candidate } = outcome;
    const reason = `Automatic promotion: version ${candidate.version} is better in ${outcome.better_in}.`;
    const settled = commitChange(parts, folder, promotionChange(parts.context, quality, {
      state, candidate: { report: candidate.report, version: candidate.version, entry: candidate.entry }, mode: 'auto', operation: null, planId: null,
      retrainingId: request.retrainingId ?? null, actor: request.actor, at, reason, requestedVersion: candidate.version, requestedReason: '',
      audit: auditOf(parts, request), gates: gates(), forced: false, pin: 'keep',
    }));
    return plainDecision(model, settled.foreign === null ? 'champion' : 'superseded', { version: candidate.version, previous_version: previous, reason, audit_directory: settled.change.audit?.directory ?? null });
  });
}

export interface RecordRequest extends RegistryPlaces {
  readonly model: string;
  readonly report: JsonObject;
  readonly actor: Actor;
  readonly retrainingId?: string | null | undefined;
  /** For callers that decide on promotions in a step of their own. */
  readonly hold?: Hold | undefined;
}

export interface ChampionDecision {
  readonly model_name: string;
  readonly decision: 'champion' | 'challenger';
  readonly why: ReportDecision['why'];
  readonly reason: string;
  readonly decided_at: string;
  readonly champion_changed: boolean;
  readonly report_path: string;
  readonly candidate: Readonly<Record<string, unknown>>;
  readonly champion: Readonly<Record<string, unknown>> | null;
  readonly previous_champion: Readonly<Record<string, unknown>> | null;
  readonly challengers: readonly Readonly<Record<string, unknown>>[];
  readonly audit_directory: string | null;
}

const aheadIn = ({ better_in: part }: ReportDecision): string => (part === null || part === undefined ? 'the first' : `better in ${part}`);

function reasonText(outcome: ReportDecision, version: string): string {
  switch (outcome.why) {
    case 'first': return `Version ${version} is the first champion.`;
    case 'better': return `Version ${version} is better in ${outcome.better_in ?? 'score'}.`;
    case 'degraded': return `Version ${version} is degraded.`;
    case 'champion_unreadable': return 'The champion cannot be read; a person must decide.';
    case 'champion_missing': return `There is no champion, but version ${version} is not the first of this model; a person must decide.`;
    case 'approval_required': return `Version ${version} is ${aheadIn(outcome)}; the policy asks for an approval, so a person promotes it.`;
    case 'bad_version': return `"${shownName(version)}" cannot be the version of a champion.`;
    case 'pinned': return `Version ${version} is better, but the champion is pinned.`;
    case 'blocked': return `Version ${version} is better, but a gate is shut.`;
    case 'held': return `Version ${version} is ${aheadIn(outcome)}; the step after decides on its promotion.`;
    case 'no_version': return 'The report names no version.';
    default: return `Version ${version} is not better than the champion.`;
  }
}

/** `<version>-<evaluated at>.json`; another report of the same version and second gets a number. */
function reportName(parts: ModelsParts, folder: string, report: JsonObject, text: string, at: string): string {
  const evaluated = microsOfValue(report.get('evaluated_at'));
  const base = `${versionInName(versionOf(report) ?? 'unversioned')}-${stampOf(evaluated === null ? at : textOfMicros(evaluated))}`;
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? `${base}.json` : `${base}_${n}.json`;
    const found = readState(parts.context, join(folder, name));
    if (found.kind === 'missing' || digestOf(found) === digestOfText(text)) return name;
  }
}

function challengerChange(parts: ModelsParts, quality: string, state: ModelState, request: RecordRequest, at: string, reason: string): Change {
  const raw = state.challengers.kind === 'value' ? state.challengers.value.get('entries') : undefined;
  const all = [jsonObject({ decided_at: at, reason, report: request.report }), ...(isArray(raw) ? raw : [])];
  const history = readHistory(parts.context, state.directory);
  const historyText = historyWith(history, state.name, {
    at, by: request.actor.name, champion: null, replacedBy: null, retired: all.slice(listLength).map((entry) => ({ why: 'evicted', entry })),
  });
  const version = versionOf(request.report);
  return {
    id: `${state.name}/${stampOf(at)}_${versionInName(version ?? 'unversioned')}`, plan_id: null, model: state.name, operation: null, actor: request.actor, audit: null,
    steps: [
      ...(historyText === null ? [] : [{ name: fileNames.history, text: historyText, aside: asideOf(history, fileNames.history, at) }]),
      { name: fileNames.challengers, text: challengersText(state, at, all.slice(0, listLength)), aside: asideOf(state.challengers, fileNames.challengers, at) },
    ],
    before: { [fileNames.challengers]: digestOf(state.challengers) },
    journal: { type: 'model_challenger', data: { model_name: state.name, key: subjectKey(parts.context, quality, state.name), version, reason, decided_at: at } },
    decision: null, event: null,
  };
}

/**
 * Of a model without a champion: nobody was there before, neither in the list nor in the history, and no pin and no audit
 * record speaks of one. A champion's file that went missing does not make its model a new one.
 */
function isNew(context: EngineContext, state: ModelState, audit: string): boolean {
  const raw = state.challengers.kind === 'value' ? state.challengers.value.get('entries') : undefined;
  return state.pin.kind === 'missing' && state.challengers.kind !== 'unreadable' && (!isArray(raw) || raw.length === 0)
    && readHistory(context, state.directory).kind === 'missing' && auditRecords(context, join(audit, state.name)).length === 0;
}

/** Takes in a new quality report: keeps it, makes it the latest, and decides whether it is champion or challenger. */
export function recordReport(parts: ModelsParts, request: RecordRequest): ChampionDecision {
  const quality = qualityOf(parts, request);
  const model = checkModelName(request.model);
  const folder = modelFolder(parts.context, quality, model);
  const version = versionOf(request.report);
  if (version === null) throw new ConsoleError('INPUT_INVALID', 'The report names no version. Nothing was changed.', { remedy: 'Give "version" in the report.', details: { field: 'report.version' } });
  return underLock(parts.context, `record a report of ${model}`, () => {
    settleFolder(parts, folder);
    const state = openRegistry(parts.context, quality).model(model);
    const at = nowText(parts.context.clock);
    let reading: GateReading | null = null;
    const gates = (): GateReading => (reading ??= readGates(parts.gates, model));
    const outcome = reportDecision(state, request.report, {
      pin: pinOf(state.pin, microsOfText(at) ?? 0), gates, isNew: () => isNew(parts.context, state, auditOf(parts, request)), approvalRequired: () => approvalRequired(parts.context),
    }, request.hold);
    const reason = reasonText(outcome, version);
    const change = outcome.decision === 'challenger' ? challengerChange(parts, quality, state, request, at, reason) : promotionChange(parts.context, quality, {
      state, candidate: { report: request.report, version, entry: null }, mode: 'auto', operation: null, planId: null, retrainingId: request.retrainingId ?? null,
      actor: request.actor, at, reason, requestedVersion: version, requestedReason: '', audit: auditOf(parts, request), gates: gates(), forced: false, pin: 'keep',
    });
    const text = printJson(request.report);
    const name = reportName(parts, folder, request.report, text, at);
    const kept: readonly FileStep[] = [{ name, text, aside: null }, { name: fileNames.latest, text, aside: null }];
    const settled = commitChange(parts, folder, { ...change, steps: [...kept, ...change.steps] });
    return decisionOf(parts, quality, state, outcome, {
      changed: outcome.decision === 'champion' && settled.foreign === null,
      at, reason, path: placeText(parts.context, join(folder, name)), report: request.report, audit: change.audit?.directory ?? null,
    });
  });
}

interface Made {
  readonly changed: boolean;
  readonly at: string;
  readonly reason: string;
  readonly path: string;
  readonly report: JsonObject;
  readonly audit: string | null;
}

function decisionOf(parts: ModelsParts, quality: string, before: ModelState, outcome: ReportDecision, made: Made): ChampionDecision {
  const now = openRegistry(parts.context, quality).model(before.name);
  const plain = (report: JsonObject | null): Record<string, unknown> | null => (report === null ? null : plainObject(report));
  return {
    model_name: before.name, decision: outcome.decision, why: outcome.why, reason: made.reason, decided_at: made.at, champion_changed: made.changed,
    report_path: made.path, candidate: plainObject(made.report), champion: plain(championReport(now)), previous_champion: plain(championReport(before)),
    challengers: challengersOf(now).map(reportOf).filter((report) => report !== null).map(plainObject), audit_directory: made.audit,
  };
}
