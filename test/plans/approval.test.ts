import { readFileSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlanState } from '#contract';
import { applyPlan, approvePlan, createPlan, rejectPlan, requestApproval, showPlan, undoPlan } from '#engines/plans';
import { unwatched } from '#engines/storage';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { removalProvider, request, testEngine } from './support.ts';

let workspace: TestWorkspace;
let paths: readonly string[];
const anna = actorNamed('anna');
const jan = actorNamed('jan');

beforeEach(() => {
  workspace = testWorkspace();
  paths = ['a.csv', 'b.csv'].map((name) => workspace.put(`var/reports/${name}`, `content of ${name}`));
});
afterEach(() => workspace.remove());

const required = { approval: { 'reports.purge': 'required' as const } };
const act = (id: string) => ({ id, actor: anna, confirmation: null, signal: unwatched });
const approve = (id: string, actor = jan) => ({ id, actor, note: null, digest: null });

function edit(id: string, change: (state: PlanState) => Partial<PlanState>): void {
  const path = join(workspace.root, `var/plans/${id}.state.json`);
  const state = JSON.parse(readFileSync(path, 'utf8')) as PlanState;
  writeFileSync(path, JSON.stringify({ ...state, ...change(state) }));
}

describe('an approval that is written into the state by hand', () => {
  it('is refused, since the journal does not know it', async () => {
    const engine = testEngine(workspace.context, required);
    const plan = await createPlan(engine, request(paths, anna));
    edit(plan.id, ({ header }) => ({ status: 'approved', approval: { actor: jan, at: header.created_at, note: null, digest: header.digest } }));
    await expect(applyPlan(engine, act(plan.id))).rejects.toMatchObject({ code: 'INTEGRITY', details: { id: plan.id } });
    expect(engine.records.map((record) => record.type)).toEqual(['plan_created']);
  });

  it.each([
    ['another approver', (approval: NonNullable<PlanState['approval']>) => ({ ...approval, actor: actorNamed('eve') })],
    ['a later time, which would be valid for longer', (approval: NonNullable<PlanState['approval']>) => ({ ...approval, at: new Date(Date.parse(approval.at) + 3_600_000).toISOString() })],
    ['another note', (approval: NonNullable<PlanState['approval']>) => ({ ...approval, note: 'only the first one' })],
  ])('is refused with %s than the one in the journal', async (_what, forge) => {
    const engine = testEngine(workspace.context, required);
    const plan = await createPlan(engine, request(paths, anna));
    approvePlan(engine, approve(plan.id));
    edit(plan.id, ({ approval }) => ({ approval: approval === null ? null : forge(approval) }));
    await expect(applyPlan(engine, act(plan.id))).rejects.toMatchObject({ code: 'INTEGRITY' });
  });

  it('is no better when it was given for another plan, or refused', async () => {
    const engine = testEngine(workspace.context, required);
    const [first, second] = [await createPlan(engine, request(paths, anna)), await createPlan(engine, request(paths.slice(1), anna))];
    approvePlan(engine, approve(first.id));
    edit(second.id, ({ header }) => ({ status: 'approved', approval: { actor: jan, at: header.created_at, note: null, digest: header.digest } }));
    await expect(applyPlan(engine, act(second.id))).rejects.toMatchObject({ code: 'INTEGRITY' });
    await applyPlan(engine, act(first.id));
  });

  it('of the author counts nothing where a second person is asked for by now', async () => {
    const free = testEngine(workspace.context);
    const plan = await createPlan(free, request(paths, anna));
    approvePlan(free, approve(plan.id, anna));
    const strict = { ...free, config: testEngine(workspace.context, required).config };
    expect(showPlan(strict, plan.id).needs).toContainEqual({ kind: 'approval', met: false, detail: 'anna' });
    await expect(applyPlan(strict, act(plan.id))).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    await applyPlan(free, act(plan.id));
  });

  it('that an earlier version recorded without its text is proven by its intent', async () => {
    const engine = testEngine(workspace.context, required);
    const plan = await createPlan(engine, request(paths, anna));
    approvePlan(engine, approve(plan.id));
    const bare = { ...engine, recorded: (query: Parameters<typeof engine.recorded>[0]) => ({
      entries: engine.recorded(query).entries.map((entry) => ({ ...entry, data: { ...entry.data, approval: undefined } })),
    }) };
    await applyPlan(bare, act(plan.id));
  });
});

describe('an act on a plan that is refused', () => {
  it('at first sight leaves no intent', async () => {
    const engine = testEngine(workspace.context);
    const plan = await createPlan(engine, request(paths, anna));
    rejectPlan(engine, plan.id, jan, 'needed by the audit');
    const before = engine.records.length;
    expect(() => approvePlan(engine, approve(plan.id))).toThrowError(expect.objectContaining({ code: 'PLAN_STATE' }));
    expect(() => rejectPlan(engine, plan.id, jan, 'once more')).toThrowError(expect.objectContaining({ code: 'PLAN_STATE' }));
    expect(() => requestApproval(engine, plan.id, anna, null)).toThrowError(expect.objectContaining({ code: 'PLAN_STATE' }));
    expect(engine.records).toHaveLength(before);
  });

  it('because somebody was quicker has its outcome', async () => {
    const engine = testEngine(workspace.context);
    const plan = await createPlan(engine, request(paths, anna));
    // The other one acts between the intent and the change.
    const late = { ...engine, record: (record: Parameters<typeof engine.record>[0]) => {
      const entry = engine.record(record);
      if (record.stage === 'intent') edit(plan.id, () => ({ status: 'rejected' }));
      return entry;
    } };
    expect(() => approvePlan(late, approve(plan.id))).toThrowError(expect.objectContaining({ code: 'PLAN_STATE' }));
    expect(engine.records.slice(1).map(({ type, stage, data }) => [type, stage, data['status']])).toEqual([['plan_approved', 'intent', undefined], ['plan_approved', 'outcome', 'refused']]);
  });
});

describe('planning the same again', () => {
  it.each([
    ['damaged', (path: string) => writeFileSync(path, '{')],
    ['altered', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replaceAll('a.csv', 'b.csv'))],
    ['gone', (path: string) => rmSync(path)],
  ])('makes a new plan where the file of the stored one is %s', async (_what, harm) => {
    const engine = testEngine(workspace.context);
    const first = await createPlan(engine, request(paths, anna));
    workspace.clock.advance(1000);
    harm(join(workspace.root, `var/plans/${first.id}.json`));
    const second = await createPlan(engine, request(paths, anna));
    expect(second.id).not.toBe(first.id);
    await applyPlan(engine, act(second.id));
  });
});

describe('an undo', () => {
  const undo = (id: string) => ({ id, actor: anna, signal: unwatched });

  it('of a plan that was not applied says so, also where the plan is permanent', async () => {
    const provider = removalProvider();
    const permanent = { ...provider, draft: (...args: Parameters<typeof provider.draft>) => ({ ...provider.draft(...args), permanent: true }) };
    const engine = testEngine(workspace.context, {}, permanent as typeof provider);
    const plan = await createPlan(engine, request(paths, anna));
    await expect(undoPlan(engine, undo(plan.id))).rejects.toMatchObject({ code: 'PLAN_STATE', remedy: 'It was not applied, so there is nothing to undo.' });
    await applyPlan(engine, act(plan.id));
    await expect(undoPlan(engine, undo(plan.id))).rejects.toMatchObject({ code: 'PLAN_STATE', remedy: 'It was applied permanently.' });
  });

  it('that did not put everything back keeps the first problems', async () => {
    const problems = Array.from({ length: 30 }, (_, n) => `file ${n} is taken`);
    const engine = testEngine(workspace.context, {}, { ...removalProvider(), undo: () => ({ restored: 1, failed: 30, problems }) });
    const plan = await createPlan(engine, request(paths, anna));
    await applyPlan(engine, act(plan.id));
    await undoPlan(engine, undo(plan.id));
    expect(showPlan(engine, plan.id).undo).toMatchObject({ restored: 1, failed: 30, problems: problems.slice(0, 20) });
  });
});
