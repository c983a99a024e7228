import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelOperations } from '#contract';
import {
  autoPromote, betterIn, championAnswer, championDiff, championLine, championsAsOf, compareModels, failedCondition, jsonOf, modelHistory, modelRows, openModelsThen, openRegistry, promoteAnswer,
  recordReport, runtimeChoice, scoreOf, snapshot, snapshotLine, type JsonObject,
} from '#engines/models';
import { actorNamed, inventory, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { entry, putModel, putRecordedModels, qualityOf, registryOf, report, testParts, versionsOnDisk, witness, type Witness } from './support.ts';

const anna = actorNamed('anna');
let workspace: TestWorkspace;
let seen: Witness;
beforeEach(() => {
  workspace = testWorkspace();
  seen = witness();
});
afterEach(() => workspace.remove());

const object = (value: unknown): JsonObject => jsonOf(value) as JsonObject;
const parts = () => testParts(workspace.context, seen);
const completed = { status: 'completed', errors: [], alerts: [], fallback_count: 0 };
const auto = (cycle = completed, models?: readonly string[]) => autoPromote(parts(), { cycle, models, actor: anna });
const record = (body: unknown) => recordReport(parts(), { model: 'alpha', report: object(body), actor: anna });

describe('the score', () => {
  it.each([
    ['accuracy decides first', { directional_accuracy: 0.6 }, { directional_accuracy: 0.5, mae: 0.1, expected_pnl: 9 }, 'directional_accuracy'],
    ['then the lower error', { directional_accuracy: 0.5, mae: 1 }, { directional_accuracy: 0.5, mae: 2, expected_pnl: 9 }, 'mae'],
    ['then the profit', { mae: 1, expected_pnl: 2 }, { mae: 1, expected_pnl: 1 }, 'expected_pnl'],
    ['a missing error is worst', { mae: 1e9 }, {}, 'mae'],
    ['the best of the splits counts', { test_directional_accuracy: 0.9 }, { directional_accuracy: 0.8 }, 'directional_accuracy'],
    ['equal is not better', { mae: 1 }, { mae: 1 }, null],
    ['numbers count in any dress', { directional_accuracy: '0.7' }, { directional_accuracy: 0.6 }, 'directional_accuracy'],
  ])('%s', (_what, one, other, better) => {
    expect(betterIn(scoreOf(object({ metrics: { summary: one } })), scoreOf(object({ metrics: other })))).toBe(better);
  });
});

describe('a new report', () => {
  it('finds its place as strength, not age, decides', () => {
    expect(record(report('v1', 0.6, 15, 0.2))).toMatchObject({ decision: 'champion', why: 'first' });
    expect(record(report('v2', 0.5, 15, 0.2))).toMatchObject({ decision: 'challenger', why: 'not_better' });
    expect(record(report('v3', 0.7, 15, 0.2))).toMatchObject({ decision: 'champion', why: 'better', previous_champion: { version: 'v1' } });
    expect(versionsOnDisk(workspace.root, 'alpha')).toEqual({ champion: 'v3', challengers: ['v1', 'v2'] });
    expect(seen.decisions.map((each) => each['model_version'])).toEqual(['v1', 'v3']);
  });

  it('never becomes champion over one that cannot be read, and nobody is lost', () => {
    putModel(workspace.root, 'alpha', { rawChampion: '{"report": {"version": "precious"', entries: [] });
    expect(record(report('v9', 0.99, 1, 9))).toMatchObject({ decision: 'challenger', why: 'champion_unreadable' });
    expect(readFileSync(join(qualityOf(workspace.context), 'alpha/champion.json'), 'utf8')).toContain('precious');
  });

  it('that is degraded stays visible as a challenger without a champion', () => {
    expect(record(report('v1', 0.9, 1, 1, 'degraded'))).toMatchObject({ decision: 'challenger', why: 'degraded', champion: null });
    expect(modelRows(registryOf(workspace.context))).toMatchObject([{ model: 'alpha', health: 'no_champion', challenger_count: 1, best_challenger: null }]);
  });

  it.each([
    ['whose champion was taken away', () => rmSync(join(qualityOf(workspace.context), 'alpha/champion.json'))],
    ['of which only audit records are left', () => rmSync(join(qualityOf(workspace.context), 'alpha'), { recursive: true })],
    ['of which only the history is left', () => {
      for (const name of ['alpha/champion.json', 'alpha/challengers.json']) rmSync(join(qualityOf(workspace.context), name));
      rmSync(join(workspace.root, 'audit'), { recursive: true });
    }],
  ])('is never the first of a model %s; a person decides', (_what, takeAway) => {
    record(report('v1', 0.6, 15, 0.2));
    record(report('v2', 0.7, 15, 0.2));
    takeAway();
    expect(record(report('v3', 0.9, 15, 0.2))).toMatchObject({ decision: 'challenger', why: 'champion_missing', champion_changed: false, reason: expect.stringContaining('a person must decide') as string });
    expect(auto(completed, ['alpha']).decisions).toMatchObject([{ decision: 'missing_overview' }]);
    expect(seen.decisions.map((each) => each['model_version'])).toEqual(['v1', 'v2']);
  });

  it('of a model with nothing but a challenger is no first one either', () => {
    record(report('v1', 0.9, 1, 1, 'degraded'));
    expect(record(report('v2', 0.6, 15, 0.2))).toMatchObject({ decision: 'challenger', why: 'champion_missing' });
  });

  it('stays a challenger where promotions need an approval, also as the first of its model, and nothing is promoted after it', () => {
    workspace.put('config/console.json', JSON.stringify({ approval: { 'models.promote': 'required' } }));
    expect(record(report('v1', 0.6, 15, 0.2))).toMatchObject({ decision: 'challenger', why: 'approval_required', reason: expect.stringContaining('a person promotes it') as string });
    putModel(workspace.root, 'alpha', { champion: report('v0', 0.5, 15, 0.2) });
    expect(record(report('v2', 0.7, 15, 0.2))).toMatchObject({ decision: 'challenger', why: 'approval_required' });
    expect(auto(completed, ['alpha'])).toMatchObject({ status: 'skipped', reason: 'approval_required', details: { failed_condition: 'approval_required' }, decisions: [] });
    expect(versionsOnDisk(workspace.root, 'alpha').champion).toBe('v0');
    workspace.put('config/console.json', '{');
    expect(auto(completed, ['alpha'])).toMatchObject({ status: 'skipped', reason: 'approval_required' });
  });

  it.each(['v9/../../x', 'a\\b', 'v\u202e1', '..', 'a..b'])('of a version named %j is listed and never promoted', (version) => {
    putModel(workspace.root, 'alpha', { champion: report('v0', 0.5, 15, 0.2) });
    expect(record(report(version, 0.9, 1, 1))).toMatchObject({ decision: 'challenger', why: 'bad_version' });
    expect(auto(completed, ['alpha']).decisions).toMatchObject([{ decision: 'invalid_candidate', version }]);
    expect(championAnswer(registryOf(workspace.context), 'x').models).toMatchObject([{ champion: { version: 'v0' }, challengers: [{ report: { version } }] }]);
  });

  it('of the same version and second is kept beside the other', () => {
    const first = record(report('v1', 0.6, 15, 0.2)).report_path;
    const second = record(report('v1', 0.5, 15, 0.2)).report_path;
    expect([first, second]).toEqual(['var/models/quality/alpha/v1-20240501T000000.json', 'var/models/quality/alpha/v1-20240501T000000_2.json']);
  });

  it.each(['../x', 'a/b', '.hidden', '', 'x\u0000y', 'a\u202eb', 'a..b'])('of a model named %j is refused', (model) => {
    expect(() => recordReport(parts(), { model, report: object(report('v1', 1, 1, 1)), actor: anna })).toThrowError(expect.objectContaining({ code: 'PATH_INVALID' }));
    expect(inventory(workspace.root).size).toBe(0);
  });
});

describe('after a retraining cycle', () => {
  it.each([
    [{ ...completed, status: 'failed', errors: ['x'] }, 'status'], [{ ...completed, errors: ['x'], alerts: ['y'] }, 'errors'], [{ ...completed, alerts: ['drift'] }, 'alerts'], [{ ...completed, fallback_count: 1 }, 'fallback'],
  ])('a cycle like %j is skipped at its first failed condition', (cycle, condition) => {
    putRecordedModels(workspace.root);
    expect(failedCondition(cycle)).toBe(condition);
    expect(auto(cycle as typeof completed)).toMatchObject({ status: 'skipped', reason: condition, details: { failed_condition: condition }, decisions: [] });
  });

  it('says why there is nothing to do', () => {
    expect(auto()).toMatchObject({ status: 'skipped', reason: 'quality_dir_missing' });
    workspace.put('var/models/quality/stray.txt', 'x');
    expect(auto()).toMatchObject({ status: 'skipped', reason: 'no_models' });
  });

  it('decides each model by itself, and one that fails blocks no other', () => {
    putRecordedModels(workspace.root);
    putModel(workspace.root, 'beaten', { champion: report('b1', 0.5, 1, 0), entries: [entry(report('b2', 0.99, 1, 0, 'degraded')), entry(report('b3', 0.6, 1, 0))] });
    putModel(workspace.root, 'same', { champion: report('s1', 0.5, 1, 0), entries: [entry(report('s1', 0.9, 1, 0))] });
    const { decisions } = auto(completed, ['beaten', 'same', 'fresh', 'corrupt_champion', 'decision_engine', '../out']);
    expect(decisions.map((each) => [each.model, each.decision, each.version])).toEqual([
      ['beaten', 'champion', 'b3'], ['same', 'invalid_candidate', 's1'], ['fresh', 'missing_overview', null], ['corrupt_champion', 'unreadable', null],
      ['decision_engine', 'noop', 'v2'], ['../out', 'error', null],
    ]);
    expect(versionsOnDisk(workspace.root, 'beaten')).toEqual({ champion: 'b3', challengers: ['b1', 'b2'] });
    expect(promoteAnswer(workspace.context, { quality: qualityOf(workspace.context), audit: join(workspace.root, 'audit/champion_promotions'), promotion: 'beaten/20261120T090000_b3' }))
      .toMatchObject({ model: 'beaten', audit_entry: { summary: { status: 'promoted', mode: 'auto' } } });
  });
});

describe('which version trades', () => {
  it.each([
    ['the champion', report('v1', 0.6, 1, 0), [entry(report('v2', 0.5, 1, 0))], { version: 'v1', fallback: false }],
    ['a better challenger', report('v1', 0.6, 1, 0), [entry(report('v2', 0.7, 1, 0))], { version: 'v2', fallback_reason: 'challenger_outperformed' }],
    ['a challenger for a degraded champion', report('v1', 0.6, 1, 0, 'degraded'), [entry(report('v2', 0.5, 1, 0))], { version: 'v2', fallback_reason: 'champion_degraded' }],
    ['never a degraded challenger', report('v1', 0.6, 1, 0), [entry(report('v2', 0.9, 1, 0, 'degraded'))], { version: 'v1', fallback: false }],
  ])('is %s', (_what, champion, entries, expected) => {
    putModel(workspace.root, 'alpha', { champion, entries });
    expect(runtimeChoice(registryOf(workspace.context).model('alpha'), null)).toMatchObject(expected);
  });
});

describe('the registry', () => {
  it('answers in the form of its contract, whatever lies in it', () => {
    putRecordedModels(workspace.root);
    const registry = registryOf(workspace.context);
    expect(modelOperations['models.list'].output.parse({ base_directory: 'x', models: modelRows(registry) }).models.map((row) => [row.model, row.health])).toEqual([
      ['bare_report', 'no_champion'], ['corrupt_challengers', 'unreadable'], ['corrupt_champion', 'unreadable'], ['decision_engine', 'ok'], ['fresh', 'no_champion'], ['full', 'ok'],
      ['list_champion', 'unreadable'], ['no_files', 'no_champion'], ['risk_model', 'ok'],
    ]);
    expect(modelOperations['models.champion'].output.parse(championAnswer(registry, 'x'))).toEqual(championAnswer(registry, 'x'));
    const audit = join(workspace.root, 'audit/champion_promotions');
    expect(modelOperations['models.compare'].output.parse(compareModels(parts(), registry, audit, { model: 'decision_engine', version: 'v2' }))).toMatchObject({ champion_version: 'v1', candidate_version: 'v2' });
    expect(modelOperations['models.history'].output.parse(modelHistory(parts(), registry, audit, 'decision_engine'))).toMatchObject({ model: 'decision_engine', promotions: [] });
  });

  it('is read once per state of its files, and anew when another program writes', () => {
    putModel(workspace.root, 'alpha', { champion: report('v1', 0.6, 1, 0) });
    const registry = registryOf(workspace.context);
    const first = registry.model('alpha');
    expect(registry.model('alpha')).toBe(first);
    writeFileSync(join(qualityOf(workspace.context), 'alpha/champion.json'), JSON.stringify({ report: { version: 'other' } }));
    expect(championAnswer(registry, 'x').models).toMatchObject([{ champion: { version: 'other' } }]);
  });

  it('prints every number as it stands in the file, and nothing that is no JSON or turns a line around', () => {
    putModel(workspace.root, 'alpha', { rawChampion: '{"report": {"version": 1.0, "metrics": {"mae": 15.0, "rows": 12345678901234567890, "pnl": NaN}}, "reason": "żółw \u202e"}' });
    expect(championLine(registryOf(workspace.context), 'x', ['alpha', 'ghost'])).toBe(
      '{"status": "ok", "base_directory": "x", "models": [{"model_name": "alpha", "champion": {"version": 1.0, "metrics": {"mae": 15.0, "rows": 12345678901234567890, "pnl": "NaN"}}, '
      + '"champion_metadata": {"decided_at": null, "reason": "żółw \\u202e"}, "challengers": [], "updated_at": null, "base_directory": "x"}], "missing_models": ["ghost"]}',
    );
  });

  it('says the same as text and as a value, of snapshots too', () => {
    putRecordedModels(workspace.root);
    const registry = registryOf(workspace.context);
    expect(JSON.parse(championLine(registry, 'x'))).toEqual(championAnswer(registry, 'x'));
    const request = { model: 'decision_engine', dry_run: true };
    expect(JSON.parse(snapshotLine(parts(), request))).toEqual(snapshot(parts(), request));
  });

  it.each([['../x'], ['a/b'], ['a\u202eb'], ['..']])('refuses to ask for a model named %j', (model) => {
    const refused = expect.objectContaining({ code: 'PATH_INVALID', message: expect.not.stringMatching(/\u202e/u) as string }) as Error;
    expect(() => championAnswer(registryOf(workspace.context), 'x', [model])).toThrowError(refused);
    expect(() => championDiff(workspace.context, { model: [model] })).toThrowError(refused);
    expect(() => championsAsOf(parts(), openModelsThen(), registryOf(workspace.context), 'x', '2026-01-01', [model])).toThrowError(refused);
  });

  it('lists a folder with an odd name as what it holds', () => {
    putModel(workspace.root, 'odd..name', { champion: report('v1', 0.5, 1, 0) });
    expect(modelRows(registryOf(workspace.context))).toMatchObject([{ model: 'odd..name', health: 'ok', version: 'v1' }]);
  });

  it('reads files that begin with a byte order mark', () => {
    putModel(workspace.root, 'alpha', { rawChampion: '\ufeff{"report": {"version": "v1"}}' });
    expect(championAnswer(openRegistry(workspace.context, qualityOf(workspace.context)), 'x').models).toMatchObject([{ champion: { version: 'v1' } }]);
  });
});
