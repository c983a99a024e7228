import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { championDiff, snapshot } from '#engines/models';
import { inventory, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { complete, entry, okGuardrail, openGates, putModel, report, testParts, witness } from './support.ts';

let workspace: TestWorkspace;
beforeEach(() => { workspace = testWorkspace(); });
afterEach(() => workspace.remove());

interface Comparison {
  readonly model: string;
  readonly lhs: { readonly exists: boolean };
  readonly rhs: { readonly exists: boolean };
  readonly differences: Readonly<Record<string, unknown>>;
}

const comparisons = (made: { readonly report: Readonly<Record<string, unknown>> }): readonly Comparison[] => made.report['comparisons'] as readonly Comparison[];

describe('a comparison of two registries', () => {
  it('names nested deltas, changed parameters, missing models and regressions, down and up', () => {
    putModel(workspace.root, 'alpha', { champion: report('v1', 0.6, 10, 0.2, 'ok', { parameters: { depth: 3, rate: 0.1, same: true } }) }, 'lhs');
    putModel(workspace.root, 'only_left', { champion: report('v1', 0.6, 10, 0.2) }, 'lhs');
    putModel(workspace.root, 'alpha', { champion: report('v2', 0.55, 12, 0.3, 'ok', { parameters: { depth: 4, same: 1, extra: null } }) });
    putModel(workspace.root, 'damaged', { rawChampion: '{oops' });
    const made = championDiff(workspace.context, { lhs: 'lhs' });
    expect(comparisons(made).map((each) => [each.model, each.lhs.exists, each.rhs.exists])).toEqual([['alpha', true, true], ['damaged', false, false], ['only_left', true, false]]);
    expect(comparisons(made)[0]?.differences).toMatchObject({
      status_change: null, metadata_changed: false,
      parameter_changes: { depth: { from: 3, to: 4 }, rate: { from: 0.1, to: null } },
      metrics_delta: { 'summary.mae': { from: 10, to: 12, delta: 2 } },
    });
    expect(Object.keys(comparisons(made)[0]?.differences['parameter_changes'] as object)).toEqual(['depth', 'rate']);
    expect(comparisons(made)[2]?.differences).toMatchObject({ status_change: { from: 'ok', to: null }, metadata_changed: true });
    expect(made.missing).toEqual({ lhs: ['damaged'], rhs: ['damaged', 'only_left'] });
    expect(made.regressions.map((each) => [each.model, each.metric, each.direction])).toEqual([
      ['alpha', 'summary.directional_accuracy', 'down'], ['alpha', 'summary.mae', 'up'], ['only_left', null, null],
    ]);
    expect(championDiff(workspace.context, { lhs: 'lhs', threshold: 1 }).regressions.map((each) => each.metric)).toEqual(['summary.mae', null]);
  });

  it('takes a champion or a metric of the score that vanished, and a champion that became degraded, for regressions whatever the threshold', () => {
    const left = (name: string, files: Parameters<typeof putModel>[2]): void => putModel(workspace.root, name, files, 'lhs');
    for (const name of ['gone', 'damaged', 'degraded', 'less', 'same']) left(name, { champion: report('v1', 0.6, 10, 0.2) });
    left('was_degraded', { champion: report('v1', 0.6, 10, 0.2, 'degraded') });
    left('new', { entries: [] });
    putModel(workspace.root, 'damaged', { rawChampion: '{oops' });
    putModel(workspace.root, 'degraded', { champion: report('v2', 0.6, 10, 0.2, 'DEGRADED') });
    putModel(workspace.root, 'was_degraded', { champion: report('v2', 0.6, 10, 0.2, 'degraded') });
    putModel(workspace.root, 'less', { champion: { version: 'v2', status: 'ok', metrics: { summary: { directional_accuracy: 0.6, rows: 1 } } } });
    for (const name of ['same', 'new']) putModel(workspace.root, name, { champion: report('v1', 0.6, 10, 0.2) });
    const { regressions, path } = championDiff(workspace.context, { lhs: 'lhs', threshold: 100 });
    expect(regressions.map(({ model, kind, metric }) => [model, kind, metric])).toEqual([
      ['damaged', 'champion_missing', null], ['degraded', 'degraded', null], ['gone', 'champion_missing', null], ['less', 'metric_missing', 'summary.expected_pnl'], ['less', 'metric_missing', 'summary.mae'],
    ]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ regressions: [{ model: 'damaged', kind: 'champion_missing', from: null, to: null, delta: null }, {}, {}, {}, {}] });
  });

  it('is stored under its time and tag, and never over another', () => {
    putModel(workspace.root, 'alpha', { champion: report('v1', 0.6, 10, 0.2) });
    const paths = [{}, {}, { tag: 'piątek' }, { output_dir: 'out/qa' }].map((more) => championDiff(workspace.context, { lhs: 'var/models/quality', ...more }).path.slice(workspace.root.length + 1));
    expect(paths).toEqual(['audit/champion_diffs/champion_diff_20261120T090000.json', 'audit/champion_diffs/champion_diff_20261120T090000_2.json', 'audit/champion_diffs/champion_diff_20261120T090000_piątek.json', 'out/qa/champion_diff_20261120T090000.json']);
    expect([...inventory(join(workspace.root, 'audit')).keys()].filter((name) => name.includes('.tmp'))).toEqual([]);
    expect(readFileSync(join(workspace.root, paths[0] ?? ''), 'utf8')).toContain('"generated_at": "2026-11-20T09:00:00+00:00"');
  });

  it.each([[{ tag: '../x' }, 'PATH_INVALID'], [{ tag: 'a/b' }, 'PATH_INVALID'], [{ output_dir: '../out', confined: true }, 'PATH_OUTSIDE_ROOT'], [{ lhs: '/etc', confined: true }, 'PATH_OUTSIDE_ROOT']])('is refused for %j', (more, code) => {
    expect(() => championDiff(workspace.context, more)).toThrowError(expect.objectContaining({ code }));
    expect(inventory(workspace.root).size).toBe(0);
  });

  it('with figures that are no numbers still is strict JSON', () => {
    putModel(workspace.root, 'alpha', { rawChampion: '{"report":{"metrics":{"mae":NaN,"rmse":1}}}' }, 'lhs');
    putModel(workspace.root, 'alpha', { rawChampion: '{"report":{"metrics":{"mae":1,"rmse":Infinity}}}' });
    const made = championDiff(workspace.context, { lhs: 'lhs' });
    expect(comparisons(made)[0]?.differences['metrics_delta']).toEqual({ mae: { from: null, to: 1 }, rmse: { from: 1, to: null } });
  });
});

describe('a dry snapshot', () => {
  it('recommends the best challenger and names everything that stands against it', () => {
    putModel(workspace.root, 'alpha', { champion: report('v1', 0.6, 10, 0.2), entries: [entry(report('v2', 0.7, 10, 0.2)), entry(report('v3', 0.9, 10, 0.2, 'degraded'))] });
    workspace.put('var/models/quality/alpha/pin.json', '{"version": "v1", "until": null}');
    const gates = { ...openGates, guardrail: () => ({ ...okGuardrail, active: true }), signOffs: () => ({ ...complete, state: 'missing' as const }) };
    const made = snapshot(testParts(workspace.context, witness(), gates), { model: 'alpha', dry_run: true });
    expect(made).toMatchObject({ dry_run: true, generated_at: '2026-11-20T09:00:00+00:00', recommended_promotion: { version: 'v2', blocked_by: ['guardrail_active', 'sign_offs_missing', 'pinned'] } });
    expect(made.recommended_promotion?.score_delta.directional_accuracy).toBeCloseTo(0.1);
    expect(snapshot(testParts(workspace.context), { model: 'alpha' })).not.toHaveProperty('recommended_promotion');
  });
});
