/** Promise: from what the registry holds and who shall be champion follows, without touching the disk, every byte that is written. */
import { join } from 'node:path';
import { ConsoleError, type Actor } from '#contract';
import { isInside, isMissing, relativeTo, type EngineContext } from '#engines/storage';
import type { Change, FileStep } from './commit.ts';
import { modelChangeEntry } from './decision.ts';
import type { GateReading } from './gates.ts';
import { historyWith, readHistory } from './history.ts';
import type { ChangeMode } from './parts.ts';
import { pinText, releasedText } from './pins.ts';
import { defaults, fileNames, versionInName } from './places.ts';
import { isArray, jsonObject, jsonOf, printJson, type JsonObject, type JsonValue } from './pythonJson.ts';
import { challengersOf, championOf, championReport, decidedText, digestOf, reportOf, type ModelState } from './registry.ts';
import { stampOf } from './times.ts';
import { hasVersion, textOf, versionOf } from './values.ts';

/** As many challengers as the programs that share the list keep. */
export const listLength = 10;

export interface Candidate {
  readonly report: JsonObject;
  readonly version: string;
  /** The challenger's entry; null for one that is not in the list. */
  readonly entry: JsonObject | null;
}

export interface PromotionOrder {
  readonly state: ModelState;
  readonly candidate: Candidate;
  readonly mode: ChangeMode;
  readonly operation: string | null;
  readonly planId: string | null;
  readonly retrainingId: string | null;
  readonly actor: Actor;
  readonly at: string;
  readonly reason: string;
  readonly requestedVersion: string;
  readonly requestedReason: string;
  readonly audit: string;
  readonly gates: GateReading;
  readonly forced: boolean;
  /** `keep`: whatever pin there is stays. `release`: an existing one ends. Else: the new champion is pinned until then. */
  readonly pin: 'keep' | 'release' | { readonly until: string | null };
}

export interface Lists {
  readonly entries: readonly JsonValue[];
  /** What every reader may see between the two swaps: all of the old list and the old champion. */
  readonly between: readonly JsonValue[] | null;
  readonly retired: readonly { readonly why: 'evicted' | 'dropped'; readonly entry: JsonValue }[];
}

const rawEntries = (state: ModelState): readonly JsonValue[] => {
  const entries = state.challengers.kind === 'value' ? state.challengers.value.get('entries') : undefined;
  return isArray(entries) ? entries : [];
};

export const replacedText = (version: string): string => `Replaced by version ${version}.`;

/** The list of challengers after the promotion: the old champion first, then the others as they stood, ten in all. */
export function listsAfter(state: ModelState, candidate: Candidate, at: string): Lists {
  const old = championReport(state);
  const raw = rawEntries(state);
  const head = old === null ? [] : [jsonObject({ decided_at: at, reason: replacedText(candidate.version), report: old })];
  const rest = raw.filter((entry) => entry !== candidate.entry);
  const kept = rest.filter((entry) => reportOf(entry) !== null);
  const all = [...head, ...kept];
  return {
    entries: all.slice(0, listLength),
    between: head.length === 0 ? null : [...head, ...raw],
    retired: [
      ...all.slice(listLength).map((entry) => ({ why: 'evicted' as const, entry })),
      ...rest.filter((entry) => reportOf(entry) === null).map((entry) => ({ why: 'dropped' as const, entry })),
    ],
  };
}

/** Members of other programs beside the three that are ours stay as they are. */
export function challengersText(state: Pick<ModelState, 'name' | 'challengers'>, at: string, entries: readonly JsonValue[]): string {
  const before = state.challengers.kind === 'value' ? state.challengers.value : [];
  return printJson(new Map<string, JsonValue>([...before, ['model_name', state.name], ['updated_at', at], ['entries', entries]]));
}

export const championText = (model: string, at: string, reason: string, report: JsonObject): string =>
  printJson(jsonObject({ model_name: model, decided_at: at, reason, report }));

/** A name for the audit folder that is free; the second of one second gets a number. */
function freeName(context: EngineContext, folder: string, wanted: string): string {
  for (let n = 1; n < 10_000; n += 1) {
    const name = n === 1 ? wanted : `${wanted}_${n}`;
    try {
      context.fs.lstat(join(folder, name));
    } catch (error) {
      if (isMissing(error)) return name;
      throw error;
    }
  }
  throw new ConsoleError('CONFLICT', `There is no free name for an audit record in ${folder}. Nothing was changed.`, { remedy: 'Move old records away.', details: { path: folder } });
}

function pinStep(order: PromotionOrder): FileStep | null {
  const { state, pin, candidate } = order;
  if (pin === 'keep') return null;
  if (pin !== 'release') {
    const text = pinText({
      model: state.name, version: candidate.report.get('version') ?? candidate.version, at: order.at, by: order.actor.name, until: pin.until, reason: order.reason,
    });
    return { name: fileNames.pin, text, aside: asideOf(state.pin, fileNames.pin, order.at) };
  }
  if (state.pin.kind !== 'value' || state.pin.value.has('released_at')) return null;
  return { name: fileNames.pin, text: releasedText(state.pin.value, order.at, order.actor.name, order.reason), aside: null };
}

export const asideOf = (file: { readonly kind: string }, name: string, at: string): string | null =>
  (file.kind === 'unreadable' ? `${name}.corrupt-${stampOf(at)}` : null);

function filesOf(context: EngineContext, order: PromotionOrder, lists: Lists): readonly FileStep[] {
  const { state, at, candidate } = order;
  const history = readHistory(context, state.directory);
  const historyText = historyWith(history, state.name, {
    at, by: order.actor.name, champion: championOf(state), replacedBy: candidate.report.get('version') ?? candidate.version, retired: lists.retired,
  });
  const pin = pinStep(order);
  const list = (entries: readonly JsonValue[]): FileStep => ({ name: fileNames.challengers, text: challengersText(state, at, entries), aside: asideOf(state.challengers, fileNames.challengers, at) });
  // The history tells of the change only once the champion is in place; until then the longer list holds everybody.
  return [
    ...(lists.between === null ? [] : [list(lists.between)]),
    { name: fileNames.champion, text: championText(state.name, at, order.reason, candidate.report), aside: asideOf(state.champion, fileNames.champion, at) },
    ...(historyText === null ? [] : [{ name: fileNames.history, text: historyText, aside: asideOf(history, fileNames.history, at) }]),
    list(lists.entries),
    ...(pin === null ? [] : [pin]),
  ];
}

function auditText(order: PromotionOrder, lists: Lists): string {
  const { candidate, state } = order;
  return printJson(jsonObject({
    status: 'promoted', model_name: state.name, version: candidate.report.get('version') ?? candidate.version,
    decided_at: order.at, audit_generated_at: order.at, reason: order.reason,
    requested_version: order.requestedVersion, requested_reason: order.requestedReason,
    previous_champion: championReport(state), candidate: candidate.report,
    challengers: lists.entries.map((entry) => reportOf(entry) ?? null),
    mode: order.mode, operator: order.actor.name, plan_id: order.planId, forced: order.forced, gates: jsonOf(order.gates),
    pinned_until: order.pin === 'keep' || order.pin === 'release' ? null : order.pin.until,
    pinned: typeof order.pin === 'object',
  }));
}

/** Where a folder lies inside the workspace its relative path, so that records survive a move. */
export const placeText = (context: EngineContext, path: string): string => (isInside(context.root, path) ? relativeTo(context.root, path) : path);

/** What identifies a model in the journal: its name, with the registry's folder where that is not the usual one. */
export function subjectKey(context: EngineContext, quality: string, model: string): string {
  const place = placeText(context, quality);
  return place === defaults.quality ? model : `${place}/${model}`;
}

export function promotionChange(context: EngineContext, quality: string, order: PromotionOrder): Change {
  const { state, candidate, at, reason } = order;
  const lists = listsAfter(state, candidate, at);
  const folder = join(order.audit, state.name);
  const name = freeName(context, folder, `${stampOf(at)}_${versionInName(candidate.version)}`);
  const directory = placeText(context, join(folder, name));
  const steps = filesOf(context, order, lists);
  const previous = championReport(state);
  const old = championOf(state);
  const previousVersion = versionOf(previous);
  const id = `${state.name}/${name}`;
  const event = { model_name: state.name, version: candidate.version, previous_version: previousVersion, source: 'champion' as const, mode: order.mode, reason, decided_at: at, audit_directory: directory };
  const pinned = typeof order.pin === 'object' ? { version: candidate.version, pinned_at: at, pinned_by: order.actor.name, until: order.pin.until, reason } : order.pin === 'release' ? null : undefined;
  return {
    id, plan_id: order.planId, model: state.name, operation: order.operation, actor: order.actor,
    audit: { directory, text: auditText(order, lists) },
    steps,
    before: { [fileNames.champion]: digestOf(state.champion), [fileNames.challengers]: digestOf(state.challengers) },
    journal: {
      type: 'model_change',
      data: {
        ...event, previous_decided_at: decidedText(old), previous_reason: textOf(old?.get('reason')), key: subjectKey(context, quality, state.name), plan_id: order.planId, forced: order.forced,
        guardrail_active: order.gates.guardrail.active, kill_switch: order.gates.guardrail.kill_switch, blocked_by: [...order.gates.blocked_by],
        ...(pinned === undefined ? {} : { pin: pinned }),
      },
    },
    decision: modelChangeEntry({
      id, model: state.name, version: candidate.version, previousVersion, at, reason, mode: order.mode, by: order.actor.name,
      candidate: candidate.report, previous, gates: order.gates, planId: order.planId, retrainingId: order.retrainingId, auditDirectory: directory,
    }),
    event,
  };
}

/** The first challenger of that version, in the order of the list; one that is named letter for letter goes first. */
export function challengerOf(state: ModelState, version: string): Candidate | null {
  const wanted = version.trim();
  const all = challengersOf(state);
  const entry = all.find((each) => versionOf(reportOf(each)) === wanted) ?? all.find((each) => hasVersion(reportOf(each), wanted));
  const report = reportOf(entry);
  const own = versionOf(report);
  return wanted === '' || entry === undefined || report === null || own === null ? null : { report, version: own, entry };
}
