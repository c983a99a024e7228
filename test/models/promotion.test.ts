import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planViewSchema } from '#contract';
import { applyPlan, approvePlan, checkPlan, createPlan, showPlan, undoPlan } from '#engines/plans';
import { autoPromote, modelRows, pinModel, promoteAnswer, promoteLine, unpinModel, type Gates } from '#engines/models';
import { actorNamed, inventory, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { act, asking, complete, entry, okGuardrail, openGates, putModel, readJsonFile, registryOf, report, testParts, testPlans, versionsOnDisk, witness, type Witness } from './support.ts';

const anna = actorNamed('anna');
const jan = actorNamed('jan');
const reason = 'Champion degraded on Friday';
const quality = 'var/models/quality';
let workspace: TestWorkspace;
let seen: Witness;

beforeEach(() => {
  workspace = testWorkspace();
  seen = witness();
  putModel(workspace.root, 'alpha', { champion: report('v1', 0.61, 15, 0.2), entries: [entry(report('v2', 0.6, 14.5, 0.3), 'weaker'), entry(report('v3', 0.58, 16, 0.1), 'older')] });
});
afterEach(() => workspace.remove());

const engineWith = (gates: Gates = openGates, config = {}) => testPlans(testParts(workspace.context, seen, gates), config);
const promote = async (version: string, more: Record<string, unknown> = {}, gates: Gates = openGates): Promise<string> => {
  const engine = engineWith(gates);
  const plan = await createPlan(engine, asking('models.promote', { model: 'alpha', version, reason, ...more }, anna));
  await applyPlan(engine, act(plan.id, anna, plan.confirmation));
  return plan.id;
};
const audits = (): readonly string[] => readdirSync(join(workspace.root, 'audit/champion_promotions/alpha')).sort();
const guardrail = (change: Partial<typeof okGuardrail>): Gates => ({ ...openGates, guardrail: () => ({ ...okGuardrail, ...change }) });
const completed = { status: 'completed', errors: [], alerts: [], fallback_count: 0 };
const auto = (gates: Gates = openGates) => autoPromote(testParts(workspace.context, seen, gates), { cycle: completed, actor: { ...anna, door: 'loop' } });

describe('a promotion', () => {
  it('shows every metric, the gates and what would be written, and writes nothing to the registry', async () => {
    const before = inventory(join(workspace.root, 'var/models'));
    const plan = await createPlan(engineWith(), asking('models.promote', { model: 'alpha', version: 'v2', reason }, anna));
    expect(plan.facts).toMatchObject({
      model: 'alpha', version: 'v2', previous_version: 'v1', blocked_by: [], forced: false, warnings: ['metrics_worse'],
      comparison: [
        { metric: 'summary.directional_accuracy', champion: 0.61, candidate: 0.6, better: 'champion' },
        { metric: 'summary.expected_pnl', champion: 0.2, candidate: 0.3, better: 'candidate' },
        { metric: 'summary.mae', champion: 15, candidate: 14.5, delta: -0.5, better: 'candidate' },
      ],
      gates: { guardrail: { share: 0.1, limit: 0.3 }, sign_offs: { state: 'complete' } },
      needs: [{ kind: 'guardrail', met: true }, { kind: 'sign_off', met: true }],
      after: { champion: 'v2', challengers: ['v1', 'v3'] },
    });
    expect(plan.facts['writes']).toContain(`${quality}/alpha/champion.json`);
    expect(inventory(join(workspace.root, 'var/models'))).toEqual(before);
    expect(planViewSchema.safeParse(showPlan(engineWith(), plan.id)).success).toBe(true);
  });

  it('swaps both files, leaves one audit record, one decision, one journal entry and one event', async () => {
    const id = await promote('v2');
    expect(versionsOnDisk(workspace.root, 'alpha')).toEqual({ champion: 'v2', challengers: ['v1', 'v3'] });
    expect(audits()).toEqual(['20261120T090000_v2']);
    expect(readJsonFile(workspace.root, 'audit/champion_promotions/alpha/20261120T090000_v2/summary.json')).toMatchObject({
      status: 'promoted', mode: 'manual', operator: 'anna', plan_id: id, reason, requested_version: 'v2', requested_reason: reason, version: 'v2',
      previous_champion: { version: 'v1' }, candidate: { version: 'v2' }, challengers: [{ version: 'v1' }, { version: 'v3' }],
    });
    expect(seen.decisions).toEqual([expect.objectContaining({
      event: 'model_change', timestamp: '2026-11-20T09:00:00+00:00', strategy: 'alpha', model_name: 'alpha', model_version: 'v2', model_previous_version: 'v1', model_source: 'champion', model_fallback: 'false',
      metric_mae_current: '14.5', metric_mae_previous: '15', metric_mae_delta: '-0.5', metric_directional_accuracy_delta: '-0.01', guardrail_active: 'false', kill_switch: 'false',
      metrics_previous_json: '{"directional_accuracy":0.61,"expected_pnl":0.2,"mae":15}', audit_directory: 'audit/champion_promotions/alpha/20261120T090000_v2',
    })]);
    expect(seen.records.map((each) => [each.type, each.subject])).toEqual([['model_change', 'alpha/20261120T090000_v2']]);
    expect(seen.events).toEqual([expect.objectContaining({ model_name: 'alpha', version: 'v2', previous_version: 'v1', reason })]);
    expect(readdirSync(join(workspace.root, quality, 'alpha')).sort()).toEqual(['challengers.json', 'champion.json', 'history.json', 'pin.json']);
  });

  it('keeps the digits of every number as they were written', async () => {
    const text = '{"entries":[{"report":{"version":"v2","metrics":{"a":1.0,"b":1e-07,"c":12345678901234567890,"d":NaN},"trainer":"Żółw"}}]}';
    writeFileSync(join(workspace.root, quality, 'alpha/challengers.json'), text);
    await promote('v2');
    expect(readFileSync(join(workspace.root, quality, 'alpha/champion.json'), 'utf8')).toBe([
      '{', '  "decided_at": "2026-11-20T09:00:00+00:00",', '  "model_name": "alpha",', `  "reason": "${reason}",`, '  "report": {', '    "metrics": {',
      '      "a": 1.0,', '      "b": 1e-07,', '      "c": 12345678901234567890,', '      "d": NaN', '    },', '    "trainer": "Żółw",', '    "version": "v2"', '  }', '}', '',
    ].join('\n'));
  });

  it('never overwrites an audit record of the same second and version', async () => {
    await promote('v2');
    await promote('v1');
    await promote('v2');
    expect(audits()).toEqual(['20261120T090000_v1', '20261120T090000_v2', '20261120T090000_v2_2']);
  });

  it('keeps who leaves the list of ten in the history', async () => {
    putModel(workspace.root, 'alpha', { entries: ['junk', ...Array.from({ length: 12 }, (_, n) => entry(report(`c${n}`, 0.4, 1, 0.1)))] });
    await promote('c0');
    expect(versionsOnDisk(workspace.root, 'alpha').challengers).toEqual(['v1', ...Array.from({ length: 9 }, (_, n) => `c${n + 1}`)]);
    const history = readJsonFile(workspace.root, `${quality}/alpha/history.json`) as { readonly retired: readonly { readonly why: string; readonly entry: unknown }[] };
    expect(history.retired.map((each) => [each.why, typeof each.entry === 'string' ? each.entry : JSON.stringify(each.entry).match(/"version":"(\w+)"/u)?.[1]]))
      .toEqual([['evicted', 'c10'], ['evicted', 'c11'], ['dropped', 'junk']]);
  });

  it.each([['unreadable', '{oops'], ['no object', '[]']])('keeps a champion file that is %s aside before it puts another there', async (_what, text) => {
    writeFileSync(join(workspace.root, quality, 'alpha/champion.json'), text);
    await promote('v2');
    expect(versionsOnDisk(workspace.root, 'alpha').champion).toBe('v2');
    expect(readFileSync(join(workspace.root, quality, 'alpha/champion.json.corrupt-20261120T090000'), 'utf8')).toBe(text);
  });

  it('needs a reason, except as the earlier command, which stores the challenger\'s own and never "None"', async () => {
    await expect(createPlan(engineWith(), asking('models.promote', { model: 'alpha', version: 'v2' }, anna))).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'reason' } });
    await promote('v2', { reason: undefined, reason_from_challenger: true });
    expect(readJsonFile(workspace.root, `${quality}/alpha/champion.json`)['reason']).toBe('weaker');
    putModel(workspace.root, 'alpha', { entries: [entry(report('v9', 0.6, 14, 0.3), 'None')] });
    await promote('v9', { reason: undefined, reason_from_challenger: true });
    expect(readJsonFile(workspace.root, `${quality}/alpha/champion.json`)['reason']).toBe('Manual promotion of version v9.');
  });

  it('is refused when the registry changed after it was planned, and names the file', async () => {
    const engine = engineWith();
    const plan = await createPlan(engine, asking('models.promote', { model: 'alpha', version: 'v2', reason }, anna));
    putModel(workspace.root, 'alpha', { champion: report('v7', 0.7, 15, 0.2) });
    expect(checkPlan(engine, plan.id, anna)).toMatchObject({ fresh: false, drift: [{ change: 'changed', path: join(workspace.root, quality, 'alpha/champion.json') }] });
    await expect(applyPlan(engine, act(plan.id, anna))).rejects.toMatchObject({ code: 'PLAN_STALE' });
    expect(versionsOnDisk(workspace.root, 'alpha').champion).toBe('v7');
  });

  it('follows the policy for a second person', async () => {
    const engine = engineWith(openGates, { approval: { 'models.promote': 'required' } });
    const plan = await createPlan(engine, asking('models.promote', { model: 'alpha', version: 'v2', reason }, anna));
    await expect(applyPlan(engine, act(plan.id, anna))).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    approvePlan(engine, { id: plan.id, actor: jan, note: null, digest: plan.digest });
    await applyPlan(engine, act(plan.id, anna));
    expect(versionsOnDisk(workspace.root, 'alpha').champion).toBe('v2');
  });

  it('comes back by undo with a record of its own, once, and only while nobody else promoted', async () => {
    const id = await promote('v2');
    workspace.clock.advance(60_000);
    await undoPlan(engineWith(), { id, actor: anna, signal: act(id, anna).signal });
    expect(versionsOnDisk(workspace.root, 'alpha')).toEqual({ champion: 'v1', challengers: ['v2', 'v3'] });
    expect(audits()).toEqual(['20261120T090000_v2', '20261120T090100_v1']);
    expect(modelRows(registryOf(workspace.context))).toMatchObject([{ model: 'alpha', pinned: false, pin: { status: 'released' } }]);
    const second = await promote('v2');
    await promote('v3');
    await expect(undoPlan(engineWith(), { id: second, actor: anna, signal: act(id, anna).signal })).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('a gate', () => {
  it.each<[string, Gates, string]>([
    ['a share above the limit', guardrail({ state: 'review', share: 0.4 }), 'guardrail_share'],
    ['a guardrail in force', guardrail({ active: true }), 'guardrail_active'],
    ['the kill switch', guardrail({ kill_switch: true }), 'kill_switch'],
    ['figures that nobody knows', guardrail({ state: 'unknown', active: null, share: null }), 'guardrail_unknown'],
    ['a provider that fails', { ...openGates, guardrail: () => { throw new Error('provider down'); } }, 'guardrail_unknown'],
    ['a missing sign-off', { ...openGates, signOffs: () => ({ ...complete, state: 'missing', missing: [{ role: 'risk', report: 'r.json' }] }) }, 'sign_offs_missing'],
    ['sign-offs that cannot be read', { ...openGates, signOffs: () => { throw new Error('unreadable'); } }, 'sign_offs_unknown'],
  ])('is shut by %s: the preview says so and nothing is applied', async (_what, gates, blocker) => {
    const engine = engineWith(gates);
    const plan = await createPlan(engine, asking('models.promote', { model: 'alpha', version: 'v2', reason }, anna));
    expect(plan.facts).toMatchObject({ blocked_by: [blocker] });
    await expect(applyPlan(engine, act(plan.id, anna))).rejects.toMatchObject({ code: 'GATE_SHUT', message: expect.stringContaining('Nothing was changed.') as string });
    expect(versionsOnDisk(workspace.root, 'alpha').champion).toBe('v1');
    putModel(workspace.root, 'alpha', { entries: [entry(report('v8', 0.9, 1, 1))] });
    expect(auto(gates).decisions).toMatchObject([{ model: 'alpha', decision: 'blocked', blocked_by: [blocker] }]);
    expect(seen.decisions).toEqual([]);
  });

  it('shuts between preview and apply too', async () => {
    let share = 0.1;
    const engine = engineWith({ ...openGates, guardrail: () => ({ ...okGuardrail, state: share > 0.3 ? 'review' : 'ok', share }) });
    const plan = await createPlan(engine, asking('models.promote', { model: 'alpha', version: 'v2', reason }, anna));
    share = 0.5;
    await expect(applyPlan(engine, act(plan.id, anna))).rejects.toMatchObject({ code: 'GATE_SHUT' });
  });

  it('is overridden by force with a word, and the record says so', async () => {
    const gates = guardrail({ active: true });
    const engine = engineWith(gates);
    const plan = await createPlan(engine, asking('models.promote', { model: 'alpha', version: 'v2', reason, force: true }, anna));
    await expect(applyPlan(engine, act(plan.id, anna))).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' });
    await applyPlan(engine, act(plan.id, anna, 'override'));
    expect(readJsonFile(workspace.root, 'audit/champion_promotions/alpha/20261120T090000_v2/summary.json')).toMatchObject({ forced: true, gates: { blocked_by: ['guardrail_active'] } });
    expect(seen.decisions[0]).toMatchObject({ guardrail_active: 'true' });
  });
});

describe('a pin', () => {
  it('keeps a manual promotion against automation until it ends', async () => {
    await promote('v2', { pin_until: '2026-11-20T10:00:00Z' });
    expect(auto().decisions).toMatchObject([{ decision: 'pinned', version: 'v1' }]);
    expect(modelRows(registryOf(workspace.context))).toMatchObject([{ pinned: true, runtime: { version: 'v2', fallback: false } }]);
    workspace.clock.advance(3_600_000);
    expect(auto().decisions).toMatchObject([{ decision: 'champion', version: 'v1', previous_version: 'v2' }]);
    expect(versionsOnDisk(workspace.root, 'alpha').champion).toBe('v1');
    expect(audits()).toEqual(['20261120T090000_v2', '20261120T100000_v1']);
    expect(seen.decisions.map((each) => each['promotion_mode'])).toEqual(['manual', 'auto']);
  });

  it('is set and ended by a person with a reason, and holds while it cannot be read', () => {
    const parts = testParts(workspace.context, seen);
    putModel(workspace.root, 'alpha', { entries: [entry(report('v8', 0.9, 1, 1))] });
    expect(pinModel(parts, { model: 'alpha', reason: 'observed until the audit', actor: anna })).toMatchObject({ pin: { status: 'active', version: 'v1', until: null } });
    expect(auto().decisions).toMatchObject([{ decision: 'pinned' }]);
    expect(() => pinModel(parts, { model: 'alpha', reason: 'short', actor: anna })).toThrowError(expect.objectContaining({ code: 'INPUT_INVALID' }));
    expect(unpinModel(parts, { model: 'alpha', reason: 'the audit has ended', actor: jan })).toMatchObject({ pin: { status: 'released' } });
    expect(() => unpinModel(parts, { model: 'alpha', reason: 'the audit has ended', actor: jan })).toThrowError(expect.objectContaining({ code: 'NOT_FOUND' }));
    writeFileSync(join(workspace.root, quality, 'alpha/pin.json'), '{oops');
    expect(auto().decisions).toMatchObject([{ decision: 'pinned' }]);
    expect(seen.records.map((each) => each.type)).toEqual(['model_pinned', 'model_unpinned']);
    unpinModel(parts, { model: 'alpha', reason: 'the pin was damaged', actor: jan });
    expect(existsSync(join(workspace.root, quality, 'alpha/pin.json.corrupt-20261120T090000'))).toBe(true);
    expect(auto().decisions).toMatchObject([{ decision: 'champion' }]);
  });
});

describe('what stands in the files', () => {
  it('is matched by value where a version is a number, and kept in its own form', async () => {
    putModel(workspace.root, 'alpha', { rawChallengers: '{"entries": [{"report": {"version": "1", "metrics": {}}}, {"report": {"version": 1.0, "metrics": {"mae": 2.0}}}]}' });
    await promote('1.0');
    expect(readFileSync(join(workspace.root, quality, 'alpha/champion.json'), 'utf8')).toContain('"version": 1.0');
    putModel(workspace.root, 'alpha', { rawChallengers: '{"entries": [{"report": {"version": 2.50}}]}' });
    await promote('2.5');
    expect(audits()).toEqual(['20261120T090000_1.0', '20261120T090000_2.5']);
    const place = { quality: join(workspace.root, quality), audit: join(workspace.root, 'audit/champion_promotions'), promotion: 'alpha/20261120T090000_1.0' };
    expect(promoteAnswer(workspace.context, place)).toMatchObject({ version: 1 });
    expect(promoteLine(workspace.context, place)).toMatch(/"version": 1\.0, .*"summary": \{.*"candidate": \{"metrics": \{"mae": 2\.0\}, "version": 1\.0\}/u);
  });

  it.each(['{"1": {"report": {"version": "v2"}}}', '"v2"', '7'])('is never overwritten: a list of challengers that is %s counts as damaged', async (entries) => {
    const text = `{"model_name": "alpha", "entries": ${entries}}`;
    await promote('v2');
    writeFileSync(join(workspace.root, quality, 'alpha/challengers.json'), text);
    const damaged = expect.objectContaining({ code: 'DOCUMENT_CORRUPT' }) as Error;
    await expect(createPlan(engineWith(), asking('models.promote', { model: 'alpha', version: 'v1', reason }, anna))).rejects.toEqual(damaged);
    await expect(createPlan(engineWith(), asking('models.rollback', { model: 'alpha', reason }, anna))).rejects.toEqual(damaged);
    expect(auto().decisions).toMatchObject([{ decision: 'unreadable' }]);
    expect(modelRows(registryOf(workspace.context))).toMatchObject([{ health: 'unreadable' }]);
    expect(readFileSync(join(workspace.root, quality, 'alpha/challengers.json'), 'utf8')).toBe(text);
  });

  it('beside what is ours stays in the list of challengers', async () => {
    writeFileSync(join(workspace.root, quality, 'alpha/challengers.json'), JSON.stringify({ owner: { team: 'quant' }, entries: [entry(report('v2', 0.7, 1, 0))], retention: 10 }));
    await promote('v2');
    expect(readJsonFile(workspace.root, `${quality}/alpha/challengers.json`)).toMatchObject({ owner: { team: 'quant' }, retention: 10, model_name: 'alpha', entries: [{ report: { version: 'v1' } }] });
  });

  it.each(['v9/../../..', 'v\u202e9', '..'])('is not promoted under the version %j', async (version) => {
    putModel(workspace.root, 'alpha', { entries: [entry(report(version, 0.9, 1, 1))] });
    await expect(createPlan(engineWith(), asking('models.promote', { model: 'alpha', version, reason }, anna))).rejects.toMatchObject({
      code: 'INPUT_INVALID', details: { field: 'version' }, message: expect.not.stringMatching(/\u202e/u) as string,
    });
  });
});

describe('the log of ReportCenter', () => {
  const lines = (): readonly { readonly message: string; readonly details: Record<string, unknown> }[] =>
    readFileSync(join(workspace.root, 'logs/report_center.log'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { message: string; details: Record<string, unknown> });

  it('ends with model, versions, reason and mode, whoever promoted', async () => {
    await promote('v2', { pin: false });
    expect(lines().at(-1)).toMatchObject({ message: 'models.promote completed', details: { model: 'alpha', version: 'v2', previous_version: 'v1', reason, mode: 'manual' } });
    auto();
    expect(lines().at(-1)).toMatchObject({
      message: 'model_change auto', details: { model: 'alpha', version: 'v1', previous_version: 'v2', reason: expect.stringContaining('Automatic promotion') as string, mode: 'auto', actor: 'anna', audit_directory: 'audit/champion_promotions/alpha/20261120T090000_v1' },
    });
    expect(lines().filter(({ message }) => message.startsWith('model_change')).map(({ details }) => details['mode'])).toEqual(['manual', 'auto']);
  });

  it('does not keep a promotion from taking place where it cannot be written', async () => {
    workspace.put('logs', 'a file where the folder should be');
    expect(auto().decisions).toMatchObject([{ decision: 'noop' }]);
    putModel(workspace.root, 'alpha', { entries: [entry(report('v8', 0.9, 1, 1))] });
    expect(auto().decisions).toMatchObject([{ decision: 'champion', version: 'v8' }]);
  });
});

describe('a rollback', () => {
  it('returns to the champion before, or to any earlier one that is named', async () => {
    await promote('v2');
    workspace.clock.advance(1000);
    await promote('v3');
    const engine = engineWith();
    const back = await createPlan(engine, asking('models.rollback', { model: 'alpha', reason: 'losses since the promotion' }, anna));
    expect(back.facts).toMatchObject({ version: 'v2', previous_version: 'v3', mode: 'rollback' });
    const first = await createPlan(engine, asking('models.rollback', { model: 'alpha', version: 'v1', reason: 'losses since the promotion' }, anna));
    await applyPlan(engine, act(first.id, anna));
    expect(versionsOnDisk(workspace.root, 'alpha')).toEqual({ champion: 'v1', challengers: ['v3', 'v2'] });
    expect(seen.decisions.at(-1)).toMatchObject({ promotion_mode: 'rollback', model_version: 'v1' });
  });

  it('finds an earlier champion that is in no list any more', async () => {
    await promote('v2');
    putModel(workspace.root, 'alpha', { entries: [] });
    const engine = engineWith();
    const plan = await createPlan(engine, asking('models.rollback', { model: 'alpha', version: 'v1', reason: 'losses since the promotion' }, anna));
    await applyPlan(engine, act(plan.id, anna));
    expect(versionsOnDisk(workspace.root, 'alpha')).toEqual({ champion: 'v1', challengers: ['v2'] });
  });

  it('is refused for a version that never was champion', async () => {
    await expect(createPlan(engineWith(), asking('models.rollback', { model: 'alpha', version: 'v3', reason: 'losses since the promotion' }, anna))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
