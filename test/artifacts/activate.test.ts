import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleConfigSchema, isConsoleError, type Actor } from '#contract';
import { activationEntry, activationProvider, openModelRepository, type ActivationGate } from '#engines/artifacts';
import { openJournal, type Journal } from '#engines/journal';
import { applyPlan, createPlan, recoverPlans, showPlan, undoPlan, type PlanProvider, type PlansEngine } from '#engines/plans';
import { nodeFileSystem, unwatched, type EngineContext } from '#engines/storage';
import { atEveryCall, faultyFileSystem, SimulatedCrash, type Fault } from '../support/faultyFileSystem.ts';
import { actorNamed } from '../support/workspace.ts';
import { artifact, openShelf, type Shelf } from './support.ts';

const anna = actorNamed('anna');
const open: ActivationGate = { open: true, unknown: false, reasons: [] };
const shut: ActivationGate = { open: false, unknown: false, reasons: [{ code: 'sign_offs_missing', message: 'Sign-offs are missing: risk 2.' }] };

let shelf: Shelf;
let gate: ActivationGate;
beforeEach(() => {
  shelf = openShelf();
  gate = open;
  for (const version of ['v1', 'v2', 'v3']) shelf.publish(version);
});
afterEach(() => shelf.remove());

const journalOf = (context: EngineContext): Journal => openJournal(context, { workspaceId: 'ws-test', lock: (work) => work() });

function engineOver(context: EngineContext): PlansEngine {
  const parts = { gate: () => gate, journal: journalOf };
  return {
    context, workspaceId: () => 'ws-test', config: () => consoleConfigSchema.parse({}), record: (record) => journalOf(context).append(record), recorded: (query) => journalOf(context).list(query), changed: () => undefined,
    providers: new Map((['artifacts.activate', 'artifacts.rollback'] as const).map((kind) => [kind, activationProvider(kind, parts) as PlanProvider])),
  };
}

const plan = async (ref: string, kind: 'artifacts.activate' | 'artifacts.rollback' = 'artifacts.activate', force = false, actor: Actor = anna) =>
  createPlan(engineOver(shelf.context), { operation: kind, input: { model: 'decision_engine', ref, reason: 'better on every window', ...(kind === 'artifacts.rollback' ? { force } : {}) }, actor, confined: false, signal: unwatched });
const apply = async (id: string, context = shelf.context, confirmation: string | null = null) => applyPlan(engineOver(context), { id, actor: anna, confirmation, signal: unwatched });
const activate = async (ref: string, kind?: 'artifacts.activate' | 'artifacts.rollback') => {
  shelf.clock.advance(1000);
  const { id } = await plan(ref, kind);
  await apply(id);
  return id;
};
const active = () => shelf.repository.active();
const told = (from = shelf) => journalOf(from.context).list({ type: [activationEntry], limit: 100 }).entries.map((entry) => `${String(entry.data['previous'])}>${String(entry.data['version'])}`).toReversed();

describe('activating a version', () => {
  it('changes nothing until it is applied, tells the journal, and can be undone', async () => {
    const { id, facts } = await plan('latest');
    expect([active(), facts]).toEqual([null, expect.objectContaining({ model: 'decision_engine', version: 'v3', previous: null, gate: open })]);
    await apply(id);
    expect([active(), told()]).toEqual(['v3', ['null>v3']]);
    expect(showPlan(engineOver(shelf.context), id)).toMatchObject({ status: 'applied', outcome: { done: 1 } });
    await undoPlan(engineOver(shelf.context), { id, actor: anna, signal: unwatched });
    expect([active(), told()]).toEqual([null, ['null>v3', 'v3>null']]);
  });

  it('is not possible while the gate is shut, and says why', async () => {
    gate = shut;
    const made = await plan('v1');
    expect(showPlan(engineOver(shelf.context), made.id).needs).toContainEqual({ kind: 'sign_off', met: false, detail: 'the sign-off gate is shut: Sign-offs are missing: risk 2.' });
    await expect(apply(made.id)).rejects.toMatchObject({ code: 'GATE_SHUT' });
    expect([active(), told()]).toEqual([null, []]);
  });

  it('asks the gate again when it is applied', async () => {
    const { id } = await plan('v1');
    gate = shut;
    await expect(apply(id)).rejects.toMatchObject({ code: 'GATE_SHUT', details: { reasons: [expect.stringMatching(/risk 2/u) as string] } });
    expect(active()).toBe(null);
  });

  it('is refused when artifact or manifest changed after the plan', async () => {
    const { id } = await plan('v1');
    writeFileSync(join(shelf.repository.base, 'model-v1.json'), JSON.stringify(artifact(9)));
    await expect(apply(id)).rejects.toMatchObject({ code: 'PLAN_STALE' });
    const second = await plan('v2');
    shelf.repository.setActive('v3', null);
    await expect(apply(second.id)).rejects.toMatchObject({ code: 'PLAN_STALE' });
    expect(active()).toBe('v3');
  });

  it('is not possible for an artifact that breaks the schema, or what is no version', async () => {
    writeFileSync(join(shelf.repository.base, 'manifest.json'), shelf.manifestText().replaceAll(/,\n +"sha256": "[0-9a-f]+"/gu, ''));
    writeFileSync(join(shelf.repository.base, 'model-v1.json'), '{"feature_names":["a"]}');
    writeFileSync(join(shelf.repository.base, 'loose.json'), JSON.stringify(artifact()));
    expect((await plan('v1')).targets[0]).toMatchObject({ status: 'error', error: expect.stringMatching(/breaks the schema/u) as string });
    await expect(plan('loose.json')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(plan('v9')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of the active version does nothing', async () => {
    await activate('v1');
    expect((await plan('v1')).targets[0]?.status).toBe('skipped_existing');
  });
});

describe('going back', () => {
  it('goes to what was active before, step by step and never forward', async () => {
    for (const version of ['v1', 'v2', 'v3']) await activate(version);
    await activate('@previous', 'artifacts.rollback');
    expect(active()).toBe('v2');
    await activate('@previous', 'artifacts.rollback');
    expect(active()).toBe('v1');
    await expect(plan('@previous', 'artifacts.rollback')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is not possible while the gate is shut, unless a person says so, types the word and is recorded', async () => {
    await activate('v1');
    await activate('v2');
    gate = shut;
    await expect(activate('@previous', 'artifacts.rollback')).rejects.toMatchObject({ code: 'GATE_SHUT' });
    const { id, facts, confirmation } = await plan('@previous', 'artifacts.rollback', true);
    expect([facts['forced'], confirmation]).toEqual([true, 'override']);
    expect(showPlan(engineOver(shelf.context), id).needs).toContainEqual({ kind: 'sign_off', met: true, detail: 'the sign-off gate is shut: Sign-offs are missing: risk 2. (overridden)' });
    await expect(apply(id)).rejects.toMatchObject({ code: 'CONFIRMATION_REQUIRED' });
    await apply(id, shelf.context, 'override');
    expect(active()).toBe('v1');
    expect(journalOf(shelf.context).list({ type: [activationEntry], limit: 1 }).entries[0]?.data).toMatchObject({ version: 'v1', forced: true });
    // To take the step back back would be going forward past the gate.
    await undoPlan(engineOver(shelf.context), { id, actor: anna, signal: unwatched });
    expect(showPlan(engineOver(shelf.context), id)).toMatchObject({ undo: { restored: 0, failed: 1 } });
    expect(active()).toBe('v1');
  });

  it('with force asks for no word while the gate is open, and then does not pass one that was shut since', async () => {
    await activate('v1');
    await activate('v2');
    const { id, confirmation } = await plan('@previous', 'artifacts.rollback', true);
    expect(confirmation).toBe(null);
    gate = shut;
    await expect(apply(id)).rejects.toMatchObject({ code: 'GATE_SHUT' });
    expect(active()).toBe('v2');
  });

  it('after an undo does not lead to what was undone', async () => {
    await activate('v1');
    await activate('v2');
    const id = await activate('v3');
    await undoPlan(engineOver(shelf.context), { id, actor: anna, signal: unwatched });
    await activate('@previous', 'artifacts.rollback');
    expect(active()).toBe('v1');
  });

  it('leads only to versions that were active before', async () => {
    await activate('v1');
    await activate('v2');
    await expect(plan('v3', 'artifacts.rollback')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await activate('v1', 'artifacts.rollback');
    expect(active()).toBe('v1');
  });

  it('from a version that another program activated leads to the last one of the journal', async () => {
    await activate('v1');
    shelf.repository.setActive('v3', 'v1');
    await activate('@previous', 'artifacts.rollback');
    expect(active()).toBe('v1');
  });
});

/** The plan's own documents have tests of their own; here it is the model and the journal that count. */
const counts: Fault['counts'] = (call) => call.mutating && /[\\/](?:models|journal)(?:[\\/]|$)/u.test(call.path);

const faults: ReadonlyArray<readonly [string, Omit<Fault, 'at'>]> = [
  ['a crash before it', { kind: 'crash' }], ['a crash after it', { kind: 'crash', late: true }], ['EIO', { kind: 'EIO' }], ['ENOSPC from then on', { kind: 'ENOSPC', sticky: true }],
];

describe('activation and rollback with a fault at any file operation', () => {
  it.each(faults)('leave the old or the new version active, and the journal says which (%s)', async (_name, fault) => {
    for (const kind of ['artifacts.activate', 'artifacts.rollback'] as const) {
      const hits = await atEveryCall((at) => ({ at, counts, ...fault }), async (one) => {
        shelf.remove();
        shelf = openShelf();
        for (const version of ['v1', 'v2']) shelf.publish(version);
        await activate('v1');
        if (kind === 'artifacts.rollback') await activate('v2');
        const before = shelf.manifestText();
        const count = told().length;
        shelf.clock.advance(1000);
        const { id } = await plan(kind === 'artifacts.rollback' ? '@previous' : 'v2', kind);
        const faulty = faultyFileSystem(nodeFileSystem, one);
        try {
          await apply(id, shelf.over(faulty.fs));
        } catch (error) {
          expect(error instanceof SimulatedCrash || isConsoleError(error)).toBe(true);
        }
        faulty.release();
        await recoverPlans(engineOver(shelf.context), anna);
        const target = kind === 'artifacts.rollback' ? 'v1' : 'v2';
        const done = active() === target;
        if (!done) expect(readFileSync(join(shelf.repository.base, 'manifest.json'), 'utf8')).toBe(before);
        expect(told().slice(count)).toEqual(done ? [kind === 'artifacts.rollback' ? 'v2>v1' : 'v1>v2'] : []);
        const { status } = showPlan(engineOver(shelf.context), id);
        expect(done ? ['applied'] : ['pending', 'reverted', 'failed']).toContain(status);
        expect(openModelRepository(shelf.context, 'decision_engine').view().problem).toBe(null);
        return faulty.fired;
      });
      expect(hits).toBeGreaterThan(10);
    }
  });
});
