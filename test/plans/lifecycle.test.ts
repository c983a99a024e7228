import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  applyPlan, approvePlan, checkPlan, createPlan, interruptedPlans, listPlans, recoverPlans, rejectPlan, requestApproval, showPlan, undoPlan,
} from '#engines/plans';
import { nodeFileSystem, unwatched } from '#engines/storage';
import { faultyFileSystem } from '../support/faultyFileSystem.ts';
import { actorNamed, inventory, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { removalProvider, request, testEngine } from './support.ts';

let workspace: TestWorkspace;
let paths: readonly string[];
const anna = actorNamed('anna');
const jan = actorNamed('jan');

beforeEach(() => {
  workspace = testWorkspace();
  paths = ['a.csv', 'b.csv', 'c.csv'].map((name) => workspace.put(`var/reports/${name}`, `content of ${name}`));
});
afterEach(() => workspace.remove());

const required = { approval: { 'reports.purge': 'required' as const } };
const act = (id: string, confirmation: string | null = null, actor = anna) => ({ id, actor, confirmation, signal: unwatched });
const reports = () => readdirSync(join(workspace.root, 'var/reports')).sort();

describe('a plan', () => {
  it('changes nothing until it is applied, and is applied once', async () => {
    const engine = testEngine(workspace.context);
    const plan = await createPlan(engine, request(paths, anna));
    expect(reports()).toEqual(['a.csv', 'b.csv', 'c.csv']);
    await applyPlan(engine, act(plan.id));
    expect(reports()).toEqual([]);
    expect(showPlan(engine, plan.id)).toMatchObject({ status: 'applied', outcome: { status: 'completed', done: 3, files: 3 } });
    await expect(applyPlan(engine, act(plan.id))).rejects.toMatchObject({ code: 'PLAN_STATE' });
  });

  it('comes back whole by undo, once', async () => {
    const engine = testEngine(workspace.context);
    const before = inventory(join(workspace.root, 'var/reports'));
    const plan = await createPlan(engine, request(paths, anna));
    await applyPlan(engine, act(plan.id));
    await undoPlan(engine, { id: plan.id, actor: anna, signal: unwatched });
    expect(inventory(join(workspace.root, 'var/reports'))).toEqual(before);
    expect(readdirSync(join(workspace.root, 'var/trash'))).toEqual([]);
    await expect(undoPlan(engine, { id: plan.id, actor: anna, signal: unwatched })).rejects.toMatchObject({ code: 'PLAN_STATE' });
  });

  it.each([
    ['written to', () => writeFileSync(paths[1] ?? '', 'other content of b'), 'changed'],
    ['gone', () => rmSync(paths[1] ?? ''), 'gone'],
    ['replaced by an equal file', () => {
      const text = readFileSync(paths[1] ?? '');
      rmSync(paths[1] ?? '');
      writeFileSync(`${paths[1]}.new`, 'keeps the number of the old file busy');
      writeFileSync(paths[1] ?? '', text);
    }, 'changed'],
  ])('is refused whole when one item is %s, and names it', async (_what, change, kind) => {
    const engine = testEngine(workspace.context);
    const plan = await createPlan(engine, request(paths, anna));
    change();
    const before = inventory(join(workspace.root, 'var/reports'));
    await expect(applyPlan(engine, act(plan.id))).rejects.toMatchObject({
      code: 'PLAN_STALE', details: { drift_count: 1, drift: [{ path: paths[1], change: kind, target: 1 }] },
    });
    expect(checkPlan(engine, plan.id, anna)).toMatchObject({ fresh: false, drift_count: 1 });
    expect(inventory(join(workspace.root, 'var/reports'))).toEqual(before);
    expect(showPlan(engine, plan.id).status).toBe('pending');
  });

  it('expires unapproved after minutes, approved after hours', async () => {
    const engine = testEngine(workspace.context);
    const first = await createPlan(engine, request(paths, anna));
    const second = await createPlan(engine, request(paths.slice(1), anna));
    approvePlan(engine, { id: second.id, actor: jan, note: null, digest: second.digest });
    workspace.clock.advance(11 * 60_000);
    expect(showPlan(engine, first.id).status).toBe('expired');
    await expect(applyPlan(engine, act(first.id))).rejects.toMatchObject({ code: 'PLAN_EXPIRED' });
    workspace.clock.advance(23 * 3_600_000);
    expect(showPlan(engine, second.id).status).toBe('approved');
    workspace.clock.advance(3_600_000);
    expect(showPlan(engine, second.id).status).toBe('expired');
  });

  it('can never be applied once its file was edited', async () => {
    const engine = testEngine(workspace.context);
    const plan = await createPlan(engine, request(paths.slice(0, 1), anna));
    const file = join(workspace.root, `var/plans/${plan.id}.json`);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('a.csv', 'b.csv'));
    await expect(applyPlan(engine, act(plan.id))).rejects.toMatchObject({ code: 'PLAN_ALTERED' });
    expect(reports()).toEqual(['a.csv', 'b.csv', 'c.csv']);
  });

  it('asks for its word where it has one', async () => {
    const engine = testEngine(workspace.context);
    const plan = await createPlan(engine, request(paths, anna, 'permanent'));
    await expect(applyPlan(engine, act(plan.id))).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' });
    await expect(applyPlan(engine, act(plan.id, 'yes'))).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' });
    await applyPlan(engine, act(plan.id, 'permanent'));
    expect(reports()).toEqual([]);
  });

  it('refuses what became protected meanwhile', async () => {
    const plan = await createPlan(testEngine(workspace.context), request(paths, anna));
    const engine = testEngine(workspace.context, { protected_paths: ['var/reports/b.csv'] });
    await expect(applyPlan(engine, act(plan.id))).rejects.toMatchObject({ code: 'PLAN_STALE', details: { drift: [{ change: 'now_protected' }] } });
  });

  it('is made once for the same work of the same person while it is young, and made anew later', async () => {
    const engine = testEngine(workspace.context);
    const first = await createPlan(engine, request(paths, anna));
    expect((await createPlan(engine, request(paths, anna))).id).toBe(first.id);
    workspace.clock.advance(6 * 60_000);
    expect((await createPlan(engine, request(paths, anna))).id).not.toBe(first.id);
    approvePlan(engine, { id: first.id, actor: jan, note: null, digest: null });
    expect((await createPlan(engine, request(paths, jan))).id).toBe(first.id);
    expect((await createPlan(testEngine(workspace.context, required), request(paths, anna))).id).not.toBe(first.id);
  });

  it('has equal content digests for equal work, and different ids', async () => {
    const engine = testEngine(workspace.context);
    const [one, two] = [await createPlan(engine, request(paths, anna)), await createPlan(engine, request(paths, jan))];
    expect(one.content_digest).toBe(two.content_digest);
    expect(one.digest).not.toBe(two.digest);
    expect(one.id).not.toBe(two.id);
  });
});

describe('an approval', () => {
  it('is needed where the policy asks for one, from somebody else', async () => {
    const engine = testEngine(workspace.context, required);
    const plan = await createPlan(engine, request(paths, anna));
    await expect(applyPlan(engine, act(plan.id))).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    expect(() => approvePlan(engine, { id: plan.id, actor: anna, note: null, digest: null })).toThrowError(expect.objectContaining({ code: 'APPROVER_IS_AUTHOR' }));
    const renamed = { ...anna, name: 'somebody else' };
    expect(() => approvePlan(engine, { id: plan.id, actor: renamed, note: null, digest: null })).toThrowError(expect.objectContaining({ code: 'APPROVER_IS_AUTHOR' }));
    approvePlan(engine, { id: plan.id, actor: jan, note: 'fine', digest: plan.digest });
    await applyPlan(engine, act(plan.id));
    expect(reports()).toEqual([]);
  });

  it('counts the stricter of the policy then and now', async () => {
    const plan = await createPlan(testEngine(workspace.context), request(paths, anna));
    await expect(applyPlan(testEngine(workspace.context, required), act(plan.id))).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
    const strict = await createPlan(testEngine(workspace.context, required), request(paths, anna));
    await expect(applyPlan(testEngine(workspace.context), act(strict.id))).rejects.toMatchObject({ code: 'APPROVAL_REQUIRED' });
  });

  it('is refused for a plan with another digest than the one looked at', async () => {
    const engine = testEngine(workspace.context, required);
    const plan = await createPlan(engine, request(paths, anna));
    expect(() => approvePlan(engine, { id: plan.id, actor: jan, note: null, digest: '0'.repeat(64) })).toThrowError(expect.objectContaining({ code: 'INTEGRITY' }));
  });

  it('can be asked for and refused with a reason, and a refused plan is dead', async () => {
    const engine = testEngine(workspace.context, required);
    const plan = await createPlan(engine, request(paths, anna));
    requestApproval(engine, plan.id, anna, 'monthly clean-up');
    expect(listPlans(engine, { limit: 10, offset: 0, status: ['pending'] }).plans[0]?.requested?.note).toBe('monthly clean-up');
    rejectPlan(engine, plan.id, jan, 'needed by the audit');
    await expect(applyPlan(engine, act(plan.id))).rejects.toMatchObject({ code: 'PLAN_STATE' });
    expect(() => approvePlan(engine, { id: plan.id, actor: jan, note: null, digest: null })).toThrowError(expect.objectContaining({ code: 'PLAN_STATE' }));
  });
});

describe('the record of a plan', () => {
  it('has the intent before the first change and the observed outcome after it', async () => {
    let intentSeen = false;
    const provider = removalProvider(() => {
      intentSeen = engine.records.some((record) => record.type === 'plan_apply' && record.stage === 'intent');
    });
    const engine = testEngine(workspace.context, {}, provider);
    const plan = await createPlan(engine, request(paths, anna));
    await applyPlan(engine, act(plan.id));
    expect(intentSeen).toBe(true);
    expect(engine.records.map((record) => `${record.type} ${record.stage}`)).toEqual(['plan_created note', 'plan_apply intent', 'plan_apply outcome']);
    const evidence = readdirSync(join(workspace.root, 'audit/maintenance_logs'));
    expect(evidence.map((name) => name.replace(/^.*_(preview|result)\.json$/u, '$1')).sort()).toEqual(['preview', 'result']);
    const lines = readFileSync(join(workspace.root, 'logs/report_center.log'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).message)).toEqual(['reports.purge preview', 'reports.purge completed']);
  });
});

describe('an interrupted apply', () => {
  it('is reverted at once when the work throws', async () => {
    const engine = testEngine(workspace.context, {}, removalProvider(() => {
      throw new Error('something broke midway');
    }));
    const plan = await createPlan(engine, request(paths, anna));
    await expect(applyPlan(engine, act(plan.id))).rejects.toThrowError('something broke midway');
    expect(reports()).toEqual(['a.csv', 'b.csv', 'c.csv']);
    expect(showPlan(engine, plan.id)).toMatchObject({ status: 'reverted', outcome: { status: 'reverted', error: 'something broke midway' } });
  });

  it('is brought to an end after a crash at any call, and nothing is lost', async () => {
    const before = inventory(join(workspace.root, 'var/reports'));
    for (let at = 1, fired = true; fired; at += 1) {
      const faulty = faultyFileSystem(nodeFileSystem, { at, kind: 'crash' });
      const plan = await createPlan(testEngine(workspace.context), request(paths, anna));
      await applyPlan(testEngine(workspace.over(faulty.fs)), act(plan.id)).catch(() => undefined);
      faulty.release();
      fired = faulty.fired;
      const engine = testEngine(workspace.context);
      await recoverPlans(engine, anna);
      expect(interruptedPlans(engine)).toEqual([]);
      const { status } = showPlan(engine, plan.id);
      if (status === 'applied') await undoPlan(engine, { id: plan.id, actor: anna, signal: unwatched });
      else expect(['pending', 'reverted']).toContain(status);
      expect(inventory(join(workspace.root, 'var/reports'))).toEqual(before);
    }
  });
});
