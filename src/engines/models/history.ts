/**
 * Promise: no champion and no challenger is ever lost. Who leaves the two files of the registry, for whatever reason, is
 * kept whole in `history.json` beside them.
 */
import { join } from 'node:path';
import { compareText } from '#engines/reports';
import { asConsoleError, isMissing, type EngineContext } from '#engines/storage';
import { isArray, isObject, jsonObject, printJson, type JsonObject, type JsonValue } from './pythonJson.ts';
import { fileNames } from './places.ts';
import { readState, reportOf, type FileState } from './registry.ts';
import { textOf, versionOf } from './values.ts';

export const historyKind = 'sterownia.model-history/1';

export const readHistory = (context: EngineContext, folder: string): FileState => readState(context, join(folder, fileNames.history));

const listIn = (state: FileState, key: string): readonly JsonObject[] => {
  const list = state.kind === 'value' ? state.value.get(key) : undefined;
  return isArray(list) ? list.filter(isObject) : [];
};

export interface Leaving {
  readonly at: string;
  readonly by: string;
  /** The champion's document as it stood; null where there was none. */
  readonly champion: JsonObject | null;
  readonly replacedBy: JsonValue;
  /** `evicted`: past the tenth place. `dropped`: not in the form of an entry. */
  readonly retired: readonly { readonly why: 'evicted' | 'dropped'; readonly entry: JsonValue }[];
}

/** The text of the history with those who leave now at its head; null where nobody leaves. */
export function historyWith(state: FileState, model: string, leaving: Leaving): string | null {
  if (leaving.champion === null && leaving.retired.length === 0) return null;
  const reign = leaving.champion === null ? [] : [jsonObject({
    version: reportOf(leaving.champion)?.get('version') ?? null, replaced_at: leaving.at, replaced_by: leaving.replacedBy, document: leaving.champion,
  })];
  const retired = leaving.retired.map(({ why, entry }) => jsonObject({ retired_at: leaving.at, why, entry }));
  const others = state.kind === 'value' ? [...state.value] : [];
  return printJson(new Map<string, JsonValue>([
    ...others,
    ['schema', historyKind], ['model_name', model], ['updated_at', leaving.at],
    ['champions', [...reign, ...listIn(state, 'champions')]],
    ['retired', [...retired, ...listIn(state, 'retired')]],
  ]));
}

export interface Reign {
  readonly version: string;
  readonly report: JsonObject;
  readonly decided_at: string | null;
  readonly reason: string | null;
  /** When it was replaced, or promoted where only that is known. */
  readonly at: string | null;
  readonly source: 'history' | 'audit';
}

const reignOf = (report: JsonObject | null, rest: Omit<Reign, 'version' | 'report'>): readonly Reign[] => {
  const version = versionOf(report);
  return report === null || version === null ? [] : [{ version, report, ...rest }];
};

function fromHistory(state: FileState): readonly Reign[] {
  return listIn(state, 'champions').flatMap((entry) => {
    const document = entry.get('document');
    if (!isObject(document)) return [];
    return reignOf(reportOf(document), {
      decided_at: textOf(document.get('decided_at')), reason: textOf(document.get('reason')), at: textOf(entry.get('replaced_at')), source: 'history',
    });
  });
}

/** The audit records of a model, newest first by name. Records that cannot be read are left out. */
export function auditRecords(context: EngineContext, auditModelFolder: string): readonly { readonly name: string; readonly summary: JsonObject }[] {
  try {
    return context.fs.readdir(auditModelFolder).map((entry) => entry.name).sort((a, b) => compareText(b, a)).flatMap((name) => {
      const state = readState(context, join(auditModelFolder, name, 'summary.json'));
      return state.kind === 'value' ? [{ name, summary: state.value }] : [];
    });
  } catch (error) {
    if (isMissing(error)) return [];
    throw asConsoleError(error, 'read', auditModelFolder);
  }
}

/** The file by which another program overtook the change, so that its candidate never became champion; null where it did. */
export const overtakenBy = (summary: JsonObject): string | null =>
  (textOf(summary.get('status')) === 'superseded' ? textOf(summary.get('changed_by_another_program')) ?? fileNames.champion : null);

export const tookPlace = (summary: JsonObject): boolean => overtakenBy(summary) === null;

function fromAudit(context: EngineContext, auditModelFolder: string): readonly Reign[] {
  return auditRecords(context, auditModelFolder).flatMap(({ summary }) => {
    const at = textOf(summary.get('decided_at'));
    const reason = textOf(summary.get('reason'));
    const [previous, candidate] = [summary.get('previous_champion'), summary.get('candidate')];
    return [
      ...reignOf(isObject(candidate) && tookPlace(summary) ? candidate : null, { decided_at: at, reason, at, source: 'audit' }),
      ...reignOf(isObject(previous) ? previous : null, { decided_at: null, reason: null, at, source: 'audit' }),
    ];
  });
}

/** Versions that were champion once, the most recent first, each once. The present champion may be among them. */
export function earlierChampions(context: EngineContext, folder: string, auditModelFolder: string): readonly Reign[] {
  const found = new Map<string, Reign>();
  for (const reign of [...fromHistory(readHistory(context, folder)), ...fromAudit(context, auditModelFolder)]) {
    if (!found.has(reign.version)) found.set(reign.version, reign);
  }
  return [...found.values()];
}

/** Entries that left the list of challengers, the most recent first. */
export const retiredEntries = (state: FileState): readonly JsonObject[] => listIn(state, 'retired');
export const reignEntries = (state: FileState): readonly JsonObject[] => listIn(state, 'champions');
