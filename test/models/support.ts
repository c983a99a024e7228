/** A registry in a throw-away workspace, with journals that can be read back and gates that a test can shut. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { consoleConfigSchema, type Actor, type ConsoleConfig } from '#contract';
import {
  openRegistry, promoteProvider, rollbackProvider, type DecisionFields, type Gates, type GuardrailState, type ModelChanged, type ModelRecord, type ModelsParts, type Registry, type SignOffState,
} from '#engines/models';
import type { JournalRecord, PlanProvider, PlansEngine } from '#engines/plans';
import { unwatched, type EngineContext } from '#engines/storage';
import { recording } from '../support/recording.ts';

export const okGuardrail: GuardrailState = { state: 'ok', active: false, kill_switch: false, share: 0.1, limit: 0.3, detail: null };
export const complete: SignOffState = { state: 'complete', missing: [], detail: null };
export const openGates: Gates = { guardrail: () => okGuardrail, signOffs: () => complete };

/** What outlives a crash: the journals, as if they were on disk. */
export interface Witness {
  readonly records: ModelRecord[];
  readonly decisions: DecisionFields[];
  readonly events: ModelChanged[];
}

export const witness = (): Witness => ({ records: [], decisions: [], events: [] });

export function testParts(context: EngineContext, seen: Witness = witness(), gates: Gates = openGates): ModelsParts {
  return {
    context, gates,
    journal: {
      record: (entry) => void seen.records.push(entry),
      recorded: (subject) => seen.records.some((entry) => entry.subject === subject),
    },
    writeDecision: (entry) => {
      if (!seen.decisions.some((known) => JSON.stringify(known) === JSON.stringify(entry))) seen.decisions.push(entry);
    },
    changed: (event) => void seen.events.push(event),
  };
}

export function testPlans(parts: ModelsParts, config: Partial<ConsoleConfig> = {}): PlansEngine & { readonly planRecords: readonly JournalRecord[] } {
  const journal = recording(parts.context.clock);
  return {
    context: parts.context,
    providers: new Map([promoteProvider(parts) as PlanProvider, rollbackProvider(parts) as PlanProvider].map((provider) => [provider.operation, provider])),
    workspaceId: () => 'ws-test',
    config: () => consoleConfigSchema.parse(config),
    record: journal.record,
    recorded: journal.recorded,
    changed: () => undefined,
    planRecords: journal.records,
  };
}

export const act = (id: string, actor: Actor, confirmation: string | null = null) => ({ id, actor, confirmation, signal: unwatched });
export const asking = (operation: string, input: unknown, actor: Actor) => ({ operation, input, actor, confined: false, signal: unwatched });

export const report = (version: unknown, accuracy: number, mae: number, pnl: number, status = 'ok', more: Record<string, unknown> = {}) => ({
  model_name: 'decision_engine', version, evaluated_at: '2024-05-01T00:00:00+00:00',
  metrics: { summary: { directional_accuracy: accuracy, mae, expected_pnl: pnl } }, status, delta: {}, ...more,
});

export const entry = (body: unknown, reason = 'weaker than the champion', more: Record<string, unknown> = {}) =>
  ({ decided_at: '2024-05-02T00:00:00+00:00', reason, report: body, ...more });

export interface ModelFiles {
  readonly champion?: unknown;
  readonly entries?: readonly unknown[];
  readonly rawChampion?: string;
  readonly rawChallengers?: string;
}

export function putModel(root: string, name: string, files: ModelFiles, base = 'var/models/quality'): void {
  const write = (file: string, text: string): void => {
    const path = join(root, base, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const document = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  if (files.champion !== undefined) write('champion.json', document({ model_name: name, decided_at: '2024-05-01T00:00:00+00:00', reason: 'seed', report: files.champion }));
  if (files.entries !== undefined) write('challengers.json', document({ model_name: name, updated_at: '2024-05-02T00:00:00+00:00', entries: files.entries }));
  if (files.rawChampion !== undefined) write('champion.json', files.rawChampion);
  if (files.rawChallengers !== undefined) write('challengers.json', files.rawChallengers);
}

/** The models of the recorded answers. */
export function putRecordedModels(root: string): void {
  putModel(root, 'decision_engine', {
    champion: report('v1', 0.61, 15, 0.2),
    entries: [
      entry(report('v2', 0.6, 14.5, 0.3), 'gorszy od championa', { note: 'kept' }), entry(report('v3', 0.58, 14.9, 0.1), 'gorszy od championa'),
      entry(report('v2', 0.55, 19, 0), 'duplicate'), 'junk', { reason: 'no report' },
    ],
  });
  putModel(root, 'risk_model', { champion: report('r1', 0.7, 3, 0.5), entries: [entry(report(7, 0.69, 3.1, 0.4), '')] });
  putModel(root, 'fresh', { entries: [entry(report('f1', 0.5, 1, 0.1), 'gorszy od championa')] });
  putModel(root, 'full', {
    champion: report('x0', 0.5, 1, 0.1), entries: Array.from({ length: 11 }, (_, n) => entry(report(`x${n + 1}`, 0.4, 1, 0.1), 'gorszy od championa')),
  });
  putModel(root, 'corrupt_champion', { entries: [entry(report('c1', 0.5, 1, 0.1))], rawChampion: '{oops' });
  putModel(root, 'corrupt_challengers', { champion: report('k0', 0.5, 1, 0.1), rawChallengers: '{oops' });
  putModel(root, 'list_champion', { entries: [], rawChampion: '[]' });
  putModel(root, 'bare_report', { rawChampion: '{"decided_at": null, "report": 3}' });
  mkdirSync(join(root, 'var/models/quality/no_files'), { recursive: true });
  writeFileSync(join(root, 'var/models/quality/stray.txt'), 'x');
}

export const qualityOf = (context: EngineContext): string => join(context.root, 'var/models/quality');
export const registryOf = (context: EngineContext): Registry => openRegistry(context, qualityOf(context));

export const readJsonFile = (root: string, path: string): Record<string, unknown> => JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, unknown>;

interface FileEntry {
  readonly report?: { readonly version?: unknown };
}

/** Versions in the two files of a model, as any program sees them. */
export function versionsOnDisk(root: string, model: string): { readonly champion: unknown; readonly challengers: readonly unknown[] } {
  const champion = readJsonFile(root, `var/models/quality/${model}/champion.json`) as FileEntry;
  const list = readJsonFile(root, `var/models/quality/${model}/challengers.json`) as { readonly entries: readonly FileEntry[] };
  return { champion: champion.report?.version, challengers: list.entries.map((each) => each.report?.version) };
}
