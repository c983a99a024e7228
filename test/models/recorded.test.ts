import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyPlan, createPlan, exportPlan } from '#engines/plans';
import {
  championAnswer, championDiff, jsonOf, openRegistry, printJson, promoteAnswer, recordReport, snapshot, snapshotRequest, isObject, type JsonObject,
} from '#engines/models';
import type { EngineContext } from '#engines/storage';
import { differences } from '../fixtures/conformance/compare.ts';
import { actorNamed, inventory, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { act, asking, openGates, putRecordedModels, testParts, testPlans, witness } from './support.ts';

interface Command {
  readonly program: string;
  readonly argv?: readonly string[];
  readonly clock: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly exit_code?: number;
  readonly crashed?: string;
  readonly stdout?: unknown;
  readonly printed_path?: string;
  readonly model?: string;
  readonly report?: unknown;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly files_after: Readonly<Record<'added' | 'changed', Readonly<Record<string, { readonly json?: unknown }>> | undefined>>;
}

interface Case {
  readonly id: string;
  readonly title: string;
  readonly files: Readonly<Record<string, unknown>>;
  readonly commands: readonly Command[];
}

const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/ai/champion.json'), 'utf8')) as { readonly cases: readonly Case[] };
const recorded = (id: string): { readonly stdout: unknown } =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../fixtures/conformance/expected/${id}.json`), 'utf8')) as { readonly stdout: unknown };

const anna = actorNamed('anna');
let workspace: TestWorkspace;
beforeEach(() => { workspace = testWorkspace(); });
afterEach(() => workspace.remove());

function place(files: Case['files']): void {
  for (const [path, content] of Object.entries(files)) {
    const full = join(workspace.root, path);
    mkdirSync(dirname(full), { recursive: true });
    const raw = typeof content === 'object' && content !== null && '$text' in content ? String(content.$text) : printJson(jsonOf(content));
    writeFileSync(full, raw);
  }
}

const at = (clock: string): EngineContext => ({ ...workspace.context, clock: { now: () => Date.parse(clock) } });

function option(argv: readonly string[], name: string): readonly string[] {
  return argv.flatMap((word, n) => (word === name ? [argv[n + 1] ?? ''] : [])).map((word) => word.replaceAll('{{WS}}', workspace.root));
}

/** The answer of a query, or of the write that the command asks for. */
function answerOf(command: Command): unknown {
  const context = at(command.clock);
  const argv = command.argv ?? [];
  const parts = testParts(context);
  if (command.program === 'champion-diff') {
    const made = championDiff(context, { lhs: option(argv, '--lhs')[0], model: option(argv, '--model') });
    expect(made.path).toBe(join(workspace.root, command.printed_path ?? ''));
    return made.report;
  }
  if (command.program === 'runtime-bridge') {
    const env = Object.fromEntries(Object.entries(command.env ?? {}).map(([key, value]) => [key, value.replaceAll('{{WS}}', workspace.root)]));
    return snapshot(parts, snapshotRequest({ model: option(argv, '--model')[0], repository: option(argv, '--repository')[0], quality_dir: option(argv, '--quality-dir')[0] }, env));
  }
  const base = option(argv, '--base-dir')[0] ?? 'var/models/quality';
  return championAnswer(openRegistry(context, base.startsWith('/') ? base : join(workspace.root, base)), base, option(argv, '--model'));
}

const versionIn = (body: unknown): unknown => (typeof body === 'object' && body !== null && 'version' in body ? body.version : null);

function recordOf(command: Command): unknown {
  const body = jsonOf(command.report);
  if (!isObject(body)) throw new Error('the case has no report');
  const made = recordReport(testParts(at(command.clock), witness(), openGates), { model: command.model ?? '', report: body as JsonObject, actor: anna });
  return { ...made, champion: versionIn(made.champion), previous_champion: versionIn(made.previous_champion), challengers: made.challengers.map(versionIn) };
}

describe('recorded answers of the earlier commands', () => {
  const comparable = cases.filter((each) => !['C027'].includes(each.id));
  it.each(comparable.map((each) => [each.id, each.title, each] as const))('%s (%s) agree key by key', (_id, _title, one) => {
    place(one.files);
    for (const command of one.commands) {
      if (command.crashed !== undefined) {
        expect(() => answerOf(command)).toThrowError(expect.objectContaining({ code: 'PATH_INVALID' }));
        continue;
      }
      if (command.exit_code === 2) continue;
      const answer = command.program === 'record' ? recordOf(command) : answerOf(command);
      const expected = command.program === 'record' ? command.result : command.stdout;
      if (command.program !== 'champion-diff') expect(differences(expected, answer, workspace.root)).toEqual([]);
      if (command.program === 'runtime-bridge') continue;
      for (const [path, file] of [...Object.entries(command.files_after.added ?? {}), ...Object.entries(command.files_after.changed ?? {})]) {
        if (file.json === undefined) continue;
        expect(differences(file.json, JSON.parse(readFileSync(join(workspace.root, path), 'utf8')), workspace.root), path).toEqual([]);
      }
    }
  });

  it('a snapshot makes no folder, also where the earlier one did', () => {
    const before = inventory(workspace.root);
    snapshot(testParts(workspace.context), { model: 'alpha', repository: 'x/models/y', dry_run: true });
    expect(inventory(workspace.root)).toEqual(before);
  });

  it.each([['127', []], ['128', ['decision_engine', 'ghost', ' decision_engine ', 'no_files']]] as const)('champion %s agrees key by key', (id, models) => {
    putRecordedModels(workspace.root);
    const answer = championAnswer(openRegistry(workspace.context, join(workspace.root, 'var/models/quality')), 'var/models/quality', models);
    expect(differences(recorded(id).stdout, answer, workspace.root)).toEqual([]);
  });

  it('champion 129 of a folder that is not there is an empty list', () => {
    expect(championAnswer(openRegistry(workspace.context, join(workspace.root, 'var/none')), 'var/none')).toEqual(recorded('129').stdout);
  });

  it('promote 130 (runbook 6.4) agrees key by key', async () => {
    putRecordedModels(workspace.root);
    const context = at('2024-07-01T12:00:00Z');
    const engine = testPlans(testParts(context));
    const plan = await createPlan(engine, asking('models.promote', { model: 'decision_engine', version: 'v2', reason: 'Manual override' }, anna));
    await applyPlan(engine, act(plan.id, anna));
    expect(exportPlan(engine, plan.id).state.status).toBe('applied');
    const quality = join(workspace.root, 'var/models/quality');
    const answer = promoteAnswer(context, { quality, audit: join(workspace.root, 'audit/champion_promotions'), promotion: 'decision_engine/20240701T120000_v2' });
    expect(differences(recorded('130').stdout, answer, workspace.root)).toEqual([]);
    expect(readFileSync(join(quality, 'decision_engine/champion.json'), 'utf8').endsWith('  }\n}\n')).toBe(true);
  });

  it.each([
    ['unknown version', { model: 'decision_engine', version: 'v9' }, 'NOT_FOUND'],
    ['unknown model', { model: 'ghost', version: 'v1' }, 'NOT_FOUND'],
    ['blank model', { model: '  ', version: 'v1' }, 'PATH_INVALID'],
    ['blank version', { model: 'decision_engine', version: ' ' }, 'INPUT_INVALID'],
    ['damaged challengers', { model: 'corrupt_challengers', version: 'v1' }, 'DOCUMENT_CORRUPT'],
    ['a way out of the folder', { model: '../quality/decision_engine', version: 'v2' }, 'PATH_INVALID'],
    ['a short reason', { model: 'decision_engine', version: 'v2', reason: 'ok' }, 'INPUT_INVALID'],
  ])('promote is refused for %s and changes nothing', async (_what, input, code) => {
    putRecordedModels(workspace.root);
    const before = inventory(workspace.root);
    await expect(createPlan(testPlans(testParts(workspace.context)), asking('models.promote', { reason: 'a reason of some length', ...input }, anna))).rejects.toMatchObject({ code });
    expect(inventory(workspace.root)).toEqual(before);
  });
});
