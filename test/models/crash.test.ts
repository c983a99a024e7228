import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unwatched, nodeFileSystem, type EngineContext } from '#engines/storage';
import { applyPlan, createPlan, recoverPlans, showPlan, undoPlan } from '#engines/plans';
import { autoPromote, interruptedModels, isObject, jsonOf, modelHistory, pinModel, recordReport, recoverRegistry, type JsonObject } from '#engines/models';
import { atEveryCall, faultyFileSystem, type Fault, type FaultyFileSystem } from '../support/faultyFileSystem.ts';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { act, asking, entry, putModel, readJsonFile, registryOf, report, testParts, testPlans, versionsOnDisk, witness, type Witness } from './support.ts';

const anna = actorNamed('anna');
const reason = 'Champion degraded on Friday';
let workspace: TestWorkspace;
let seen: Witness;

function fresh(): void {
  workspace = testWorkspace();
  seen = witness();
  putModel(workspace.root, 'alpha', {
    champion: report('v1', 0.61, 15, 0.2), entries: Array.from({ length: 10 }, (_, n) => entry(report(`c${n}`, n === 0 ? 0.7 : 0.4, 15, 0.2))),
  });
}
beforeEach(fresh);
afterEach(() => workspace.remove());

const folder = (): string => join(workspace.root, 'var/models/quality/alpha');
const audits = (): readonly string[] => {
  try {
    return readdirSync(join(workspace.root, 'audit/champion_promotions/alpha'));
  } catch {
    return [];
  }
};

/** All versions that any of the files of the model still hold. */
function everyVersion(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const name of readdirSync(folder())) {
    if (!name.endsWith('.json')) continue;
    for (const match of readFileSync(join(folder(), name), 'utf8').matchAll(/"version": "(\w+)"/gu)) found.add(match[1] ?? '');
  }
  return found;
}

/** What any reader may meet at any moment: whole files, a champion, and no version lost. */
function expectReadable(): void {
  const now = versionsOnDisk(workspace.root, 'alpha');
  expect(['v1', 'c0']).toContain(now.champion);
  const versions = everyVersion();
  for (const version of ['v1', ...Array.from({ length: 10 }, (_, n) => `c${n}`)]) expect(versions, version).toContain(version);
}

/** Old or new, and audit record, journal and decision journal say the same. */
function expectAgreement(changed: boolean): void {
  const now = versionsOnDisk(workspace.root, 'alpha');
  expect(now.champion).toBe(changed ? 'c0' : 'v1');
  expect(now.challengers[0]).toBe(changed ? 'v1' : 'c0');
  expect(now.challengers).toHaveLength(10);
  expect(audits()).toHaveLength(changed ? 1 : 0);
  expect(seen.records.map((each) => each.type)).toEqual(changed ? ['model_change'] : []);
  expect(seen.decisions.map((each) => each['model_version'])).toEqual(changed ? ['c0'] : []);
  expect(readdirSync(folder()).filter((name) => name.startsWith('.champion'))).toEqual([]);
  expectReadable();
}

const quietly = async (work: () => unknown): Promise<void> => {
  try {
    await work();
  } catch {
    // What became of it is what the test looks at.
  }
};

async function hit(fault: Fault, work: (context: EngineContext) => unknown): Promise<FaultyFileSystem> {
  const faulty = faultyFileSystem(nodeFileSystem, fault);
  await quietly(() => work(workspace.over(faulty.fs)));
  faulty.release();
  return faulty;
}

/** Only what happens in the registry and its audit records; plans and their documents have tests of their own. */
const inRegistry = (call: { readonly path: string; readonly mutating: boolean }): boolean =>
  call.mutating && /models\/quality|champion_promotions/u.test(call.path);

const faults: readonly (readonly [string, Partial<Fault>])[] = [
  ['a crash', { kind: 'crash' }], ['a crash just after the call', { kind: 'crash', late: true }], ['EIO', { kind: 'EIO' }], ['a lost answer', { kind: 'EIO', late: true }],
  ['ENOSPC that stays', { kind: 'ENOSPC', sticky: true }], ['a short write', { kind: 'short' }],
];

describe.each(faults)('at every file operation, %s', (_name, kind) => {
  const make = (at: number): Fault => ({ kind: 'crash', ...kind, at, ...(kind.kind === 'short' ? {} : { counts: inRegistry }) });

  it('leaves a planned promotion old or new after recovery, with journals that agree', async () => {
    const calls = await atEveryCall(make, async (fault) => {
      workspace.remove();
      fresh();
      const plan = await createPlan(testPlans(testParts(workspace.context, seen)), asking('models.promote', { model: 'alpha', version: 'c0', reason }, anna));
      const faulty = await hit(fault, (context) => applyPlan(testPlans(testParts(context, seen)), act(plan.id, anna)));
      expectReadable();
      const engine = testPlans(testParts(workspace.context, seen));
      await recoverPlans(engine, anna);
      const { status } = showPlan(engine, plan.id);
      expect(['applied', 'reverted', 'pending']).toContain(status);
      expectAgreement(status === 'applied');
      return faulty.fired;
    });
    expect(calls).toBeGreaterThan(kind.kind === 'short' ? 5 : 25);
  });

  it('leaves an automatic promotion old or new after recovery', async () => {
    await atEveryCall(make, async (fault) => {
      workspace.remove();
      fresh();
      const cycle = { status: 'completed', errors: [], alerts: [] };
      const faulty = await hit(fault, (context) => autoPromote(testParts(context, seen), { cycle, actor: anna }));
      expectReadable();
      recoverRegistry(testParts(workspace.context, seen), registryOf(workspace.context));
      expect(interruptedModels(registryOf(workspace.context))).toEqual([]);
      expectAgreement(versionsOnDisk(workspace.root, 'alpha').champion === 'c0');
      return faulty.fired;
    });
  });

  it('loses neither a new report nor anybody who was there', async () => {
    const body = jsonOf(report('new', 0.9, 15, 0.2)) as JsonObject;
    expect(isObject(body)).toBe(true);
    await atEveryCall(make, async (fault) => {
      workspace.remove();
      fresh();
      const faulty = await hit(fault, (context) => recordReport(testParts(context, seen), { model: 'alpha', report: body, actor: anna }));
      recoverRegistry(testParts(workspace.context, seen), registryOf(workspace.context));
      const now = versionsOnDisk(workspace.root, 'alpha');
      expect(now.champion).toBe(audits().length === 1 ? 'new' : 'v1');
      expect(seen.records).toHaveLength(audits().length);
      expect(everyVersion().size).toBe(now.champion === 'new' ? 12 : 11);
      return faulty.fired;
    });
  });

  it('leaves a pin set or not set, as the journal says', async () => {
    await atEveryCall(make, async (fault) => {
      workspace.remove();
      fresh();
      const faulty = await hit(fault, (context) => pinModel(testParts(context, seen), { model: 'alpha', reason, actor: anna }));
      recoverRegistry(testParts(workspace.context, seen), registryOf(workspace.context));
      expect(readdirSync(folder()).includes('pin.json')).toBe(seen.records.length === 1);
      return faulty.fired;
    });
  });

  it('leaves an undo done or not done', async () => {
    await atEveryCall(make, async (fault) => {
      workspace.remove();
      fresh();
      const engine = testPlans(testParts(workspace.context, seen));
      const plan = await createPlan(engine, asking('models.promote', { model: 'alpha', version: 'c0', reason }, anna));
      await applyPlan(engine, act(plan.id, anna));
      const faulty = await hit(fault, (context) => undoPlan(testPlans(testParts(context, seen)), { id: plan.id, actor: anna, signal: unwatched }));
      expectReadable();
      recoverRegistry(testParts(workspace.context, seen), registryOf(workspace.context));
      const undone = versionsOnDisk(workspace.root, 'alpha').champion === 'v1';
      expect(audits()).toHaveLength(undone ? 2 : 1);
      expect(seen.decisions.map((each) => each['promotion_mode'])).toEqual(undone ? ['manual', 'undo'] : ['manual']);
      return faulty.fired;
    });
  });
});

describe('another program between a crash and the recovery', () => {
  it('keeps its champion: the promotion is noted as superseded, and nobody is lost', async () => {
    const plan = await createPlan(testPlans(testParts(workspace.context, seen)), asking('models.promote', { model: 'alpha', version: 'c0', reason }, anna));
    const atChampion = (call: { readonly name: string; readonly path: string }): boolean => call.name === 'rename' && call.path.includes('models/quality');
    // The intent and the longer list are in place; the champion is not.
    await hit({ at: 3, kind: 'crash', counts: atChampion }, (context) => applyPlan(testPlans(testParts(context, seen)), act(plan.id, anna)));
    putModel(workspace.root, 'alpha', { champion: report('theirs', 0.8, 15, 0.2) });
    const engine = testPlans(testParts(workspace.context, seen));
    await recoverPlans(engine, anna);
    expect(versionsOnDisk(workspace.root, 'alpha').champion).toBe('theirs');
    expect(showPlan(engine, plan.id)).toMatchObject({ status: 'failed', outcome: { failed: 1 } });
    expect(seen.records.map((each) => each.type)).toEqual(['model_change_superseded']);
    expect(seen.decisions).toEqual([]);
    expect(everyVersion()).toContain('v1');
    expect(readJsonFile(workspace.root, 'var/models/quality/alpha/challengers.json')['entries']).toHaveLength(11);
  });

  it('leaves no promotion that did not take place in record, history, log and list of roll-backs, whenever the recovery itself is cut off', async () => {
    const afterRecord = { at: 1, kind: 'crash' as const, late: true, counts: (call: { readonly name: string; readonly path: string }) => call.name === 'rename' && call.path.includes('champion_promotions') };
    const calls = await atEveryCall((at) => ({ at, kind: 'crash', counts: inRegistry }), async (fault) => {
      workspace.remove();
      fresh();
      await hit(afterRecord, (context) => autoPromote(testParts(context, seen), { cycle: { status: 'completed', errors: [], alerts: [] }, actor: anna }));
      expect(audits()).toHaveLength(1);
      putModel(workspace.root, 'alpha', { entries: [entry(report('theirs', 0.65, 15, 0.2))] });
      const faulty = await hit(fault, (context) => recoverRegistry(testParts(context, seen), registryOf(workspace.context)));
      recoverRegistry(testParts(workspace.context, seen), registryOf(workspace.context));
      expect(readJsonFile(workspace.root, `audit/champion_promotions/alpha/${audits()[0] ?? ''}/summary.json`)).toMatchObject({ status: 'superseded', changed_by_another_program: 'challengers.json', candidate: { version: 'c0' } });
      expect(versionsOnDisk(workspace.root, 'alpha')).toEqual({ champion: 'v1', challengers: ['theirs'] });
      expect(readdirSync(folder()).filter((name) => name === 'history.json' || name.startsWith('.champion'))).toEqual([]);
      expect(seen.records.map((each) => each.type)).toEqual(['model_change_superseded']);
      expect(existsSync(join(workspace.root, 'logs/report_center.log'))).toBe(false);
      const { promotions, earlier_champions: earlier } = modelHistory(testParts(workspace.context), registryOf(workspace.context), join(workspace.root, 'audit/champion_promotions'), 'alpha');
      expect([promotions, earlier]).toEqual([[], []]);
      return faulty.fired;
    });
    expect(calls).toBeGreaterThan(2);
  });

  it('of the list alone, once the champion is in place, does not undo the promotion: their list stays, and the pin is set', async () => {
    const plan = await createPlan(testPlans(testParts(workspace.context, seen)), asking('models.promote', { model: 'alpha', version: 'c0', reason }, anna));
    await hit({ at: 3, kind: 'crash', late: true, counts: (call) => call.name === 'rename' && call.path.includes('models/quality') }, (context) => applyPlan(testPlans(testParts(context, seen)), act(plan.id, anna)));
    expect(versionsOnDisk(workspace.root, 'alpha').champion).toBe('c0');
    putModel(workspace.root, 'alpha', { entries: [entry(report('theirs', 0.65, 15, 0.2))] });
    const engine = testPlans(testParts(workspace.context, seen));
    await recoverPlans(engine, anna);
    expect(showPlan(engine, plan.id)).toMatchObject({ status: 'applied' });
    expect(versionsOnDisk(workspace.root, 'alpha')).toEqual({ champion: 'c0', challengers: ['theirs'] });
    expect(readJsonFile(workspace.root, 'var/models/quality/alpha/pin.json')).toMatchObject({ version: 'c0' });
    expect(everyVersion()).toContain('v1');
  });

  it('is waited for by the next change of the model too', async () => {
    await hit({ at: 3, kind: 'crash', counts: (call) => call.name === 'rename' && call.path.includes('models/quality') }, (context) =>
      autoPromote(testParts(context, seen), { cycle: { status: 'completed', errors: [], alerts: [] }, actor: anna }));
    expect(interruptedModels(registryOf(workspace.context))).toEqual(['alpha']);
    pinModel(testParts(workspace.context, seen), { model: 'alpha', reason, actor: anna });
    expect(versionsOnDisk(workspace.root, 'alpha').champion).toBe('c0');
    expect(seen.records.map((each) => each.type)).toEqual(['model_change', 'model_pinned']);
  });
});
