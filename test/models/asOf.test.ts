import fc from 'fast-check';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '#contract';
import { openJournal, type Journal } from '#engines/journal';
import { applyPlan, createPlan } from '#engines/plans';
import { addEntries, asOf, championsAsOf, modelEntryTypes, observeModels, openAsOf, openModelsThen, pinModel, unpinModel, wholeStateFacet, type Facet, type ModelsParts, type ModelsThen } from '#engines/models';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { modelOperations } from '#contract';
import { act, asking, entry, putModel, registryOf, report, testParts, testPlans } from './support.ts';

const anna = actorNamed('anna');
const reason = 'Champion degraded on Friday';

const line = (seq: number, at: string, type: string, data: Record<string, unknown>): JournalEntry => ({
  schema: 'sterownia.journal/1', seq, at, workspace_id: 'ws', actor: anna, type, stage: 'note', operation: null, subject: null, data, prev: '', hash: `h${seq}`,
});

describe('as of', () => {
  let workspace: TestWorkspace;
  let journal: Journal;
  let parts: ModelsParts;
  beforeEach(() => {
    workspace = testWorkspace();
    mkdirSync(join(workspace.root, 'audit/journal'), { recursive: true });
    journal = openJournal(workspace.context, { workspaceId: 'ws-test', lock: (work) => work() });
    parts = { ...testParts(workspace.context), journal: { record: (each) => void journal.append(each), recorded: (subject) => journal.entriesOf(subject).length > 0 } };
    putModel(workspace.root, 'alpha', { champion: report('v1', 0.6, 1, 0), entries: [entry(report('v2', 0.5, 1, 0))] });
  });
  afterEach(() => workspace.remove());

  const then = (): ModelsThen => {
    const index = openModelsThen();
    addEntries(index, journal.list({ limit: 1_000_000, type: [...modelEntryTypes] }).entries);
    return index;
  };
  const ask = (instant: string) => championsAsOf(parts, then(), registryOf(workspace.context), 'var/models/quality', instant);

  it('tells champion and pin at any instant, with entries that the journal can show', async () => {
    expect(observeModels(parts, then, registryOf(workspace.context), anna)).toBe(1);
    workspace.clock.advance(60_000);
    const engine = testPlans(parts);
    const plan = await createPlan(engine, asking('models.promote', { model: 'alpha', version: 'v2', reason, pin_until: '2026-11-20T10:00Z' }, anna));
    await applyPlan(engine, act(plan.id, anna));
    workspace.clock.advance(60_000);
    unpinModel(parts, { model: 'alpha', reason, actor: anna });
    workspace.clock.advance(60_000);
    pinModel(parts, { model: 'alpha', reason, until: '2026-11-20T09:05:00Z', actor: anna });

    expect(ask('2024-04-30').unknown_models).toEqual(['alpha']);
    expect(ask('2026-11-20T09:00:30Z').models).toMatchObject([{ version: 'v1', basis: 'observed', since: '2024-05-01T00:00:00+00:00', until: '2026-11-20T09:01:00+00:00', pin: null, proof: [{ seq: 1, type: 'model_observed' }] }]);
    expect(ask('2026-11-20T09:01:00Z').models).toMatchObject([{ version: 'v2', basis: 'recorded', champion: { version: 'v2', status: 'ok' }, pin: { version: 'v2', until: '2026-11-20T10:00:00+00:00' }, proof: [{ seq: 2 }], pin_proof: [{ seq: 2 }] }]);
    expect(ask('2026-11-20T10:02:30+01:00').models).toMatchObject([{ version: 'v2', pin: null, pin_proof: [{ type: 'model_unpinned' }] }]);
    expect(ask('2026-11-20 09:04').models).toMatchObject([{ pin: { until: '2026-11-20T09:05:00+00:00' } }]);
    expect(ask('2026-11-20T09:05:00Z').models).toMatchObject([{ pin: null }]);
    const answer = ask('2026-11-20T09:01:00Z');
    for (const proof of answer.models[0]?.proof ?? []) expect(journal.show(proof.seq).entry.hash).toBe(proof.hash);
    expect(modelOperations['models.champion'].output.parse(answer).models).toEqual(answer.models);
  });

  const observe = (): number => observeModels(parts, then, registryOf(workspace.context), anna);
  const putChampion = (version: unknown, decided: string): void => putModel(workspace.root, 'alpha', { rawChampion: JSON.stringify({ decided_at: decided, report: { version } }) });

  it('notes what another program did once, and again when it does more', () => {
    expect([observe(), observe()]).toEqual([1, 0]);
    workspace.clock.advance(60_000);
    putChampion(9, '2026-11-20T09:00:30.000001+00:00');
    expect([observe(), observe()]).toEqual([1, 0]);
    expect(ask('2026-11-20T09:00:30.000001Z').models).toMatchObject([{ version: '9' }]);
    expect(ask('2026-11-20T09:00:30.000000Z').models).toMatchObject([{ version: 'v1' }]);
    rmSync(join(workspace.root, 'var/models/quality/alpha'), { recursive: true });
    workspace.clock.advance(60_000);
    expect([observe(), observe()]).toEqual([1, 0]);
    expect(ask('2026-11-20T09:02:00Z').models).toMatchObject([{ version: null, since: '2026-11-20T09:02:00+00:00' }]);
  });

  it('counts an older champion that was put back from when it was found, however old its own date is, and notes it once', async () => {
    const older = readFileSync(join(workspace.root, 'var/models/quality/alpha/champion.json'));
    const engine = testPlans(parts);
    const plan = await createPlan(engine, asking('models.promote', { model: 'alpha', version: 'v2', reason }, anna));
    await applyPlan(engine, act(plan.id, anna));
    workspace.clock.advance(60_000);
    writeFileSync(join(workspace.root, 'var/models/quality/alpha/champion.json'), older);
    expect([observe(), observe(), observe()]).toEqual([1, 0, 0]);
    const versionAt = (instant: string): unknown => ask(instant).models[0]?.version;
    expect(['2026-11-20T08:59:59Z', '2026-11-20T09:00:00Z', '2026-11-20T09:00:59Z', '2026-11-20T09:01:00Z', '2027-01-01'].map(versionAt)).toEqual(['v1', 'v2', 'v2', 'v1', 'v1']);
  });

  it('knows who stood before the first promotion by a console, with the entry of that promotion as proof', async () => {
    const engine = testPlans(parts);
    const plan = await createPlan(engine, asking('models.promote', { model: 'alpha', version: 'v2', reason }, anna));
    await applyPlan(engine, act(plan.id, anna));
    expect(ask('2025-01-01').models).toMatchObject([{ version: 'v1', basis: 'observed', since: '2024-05-01T00:00:00+00:00', champion_metadata: { reason: 'seed' }, proof: [{ seq: 1, type: 'model_change' }] }]);
    expect(ask('2024-04-30').models).toEqual([]);
  });

  it('tells of a pin that another program set, changed or took away, once each', () => {
    const pin = join(workspace.root, 'var/models/quality/alpha/pin.json');
    pinModel(parts, { model: 'alpha', reason, actor: anna });
    expect(observe()).toBe(1);
    expect(observe()).toBe(0);
    rmSync(pin);
    workspace.clock.advance(60_000);
    expect([observe(), observe()]).toEqual([1, 0]);
    writeFileSync(pin, JSON.stringify({ version: 'v1', pinned_at: '2026-11-20T09:01:30+00:00', pinned_by: 'jan', until: null }));
    workspace.clock.advance(60_000);
    expect([observe(), observe()]).toEqual([1, 0]);
    writeFileSync(pin, '{oops');
    expect(observe()).toBe(0);
    const pinnedBy = (instant: string): unknown => ask(instant).models[0]?.pin?.pinned_by ?? null;
    expect(['2026-11-20T09:00:30Z', '2026-11-20T09:01:00Z', '2026-11-20T09:01:30Z'].map(pinnedBy)).toEqual(['anna', null, 'jan']);
  });

  it('says of an entry that was changed that it proves nothing', () => {
    observe();
    const file = join(workspace.root, 'audit/journal/000001.jsonl');
    expect(ask('2026-11-20T09:00:00Z')).toMatchObject({ proof_holds: true, models: [{ proof: [{ seq: 1, holds: true }] }] });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"version":"v1"', '"version":"v9"'));
    const answer = ask('2026-11-20T09:00:00Z');
    expect(answer).toMatchObject({ proof_holds: false, models: [{ version: 'v9', proof: [{ seq: 1, holds: false }] }] });
    expect(modelOperations['models.champion'].output.parse(answer)).toEqual(answer);
  });

  it('is refused for what is no time', () => {
    expect(() => ask('last week')).toThrowError(expect.objectContaining({ code: 'INPUT_INVALID', details: { field: 'as_of' } }));
  });
});

describe('the index', () => {
  const facet = wholeStateFacet<number>('x', ['set'], ({ data }) => ({ key: String(data['key']), state: Number(data['value']) }));

  it('gives at every instant what replaying the entries up to it gives, in whatever order and pieces they came', () => {
    const moment = fc.record({ key: fc.constantFrom('a', 'b'), value: fc.nat(9), second: fc.nat(40) });
    fc.assert(fc.property(fc.array(moment, { maxLength: 40 }), fc.nat(60), fc.nat(100), (moments, second, cut) => {
      const entries = moments.map((each, n) => line(n + 1, new Date(each.second * 1000).toISOString(), 'set', { key: each.key, value: each.value }));
      const index = openAsOf(facet);
      const at = Math.min(cut, entries.length);
      index.add(entries.slice(at).toReversed());
      index.at('a', 0);
      index.add(entries);
      for (const key of ['a', 'b']) {
        const past = entries.filter((each) => each.data['key'] === key && Date.parse(each.at) <= second * 1000).sort((one, other) => Date.parse(one.at) - Date.parse(other.at) || one.seq - other.seq);
        const found = index.at(key, second * 1e6);
        expect(found.state).toBe(past.at(-1)?.data['value'] ?? null);
        expect(found.proof.map((each) => each.seq)).toEqual(past.slice(-1).map((each) => each.seq));
        expect(asOf(facet, entries, key, second * 1e6)).toEqual(found);
      }
    }));
  });

  it('proves a state that was built step by step with every step since the last whole one', () => {
    const counter: Facet<number> = {
      name: 'count', types: ['reset', 'step'],
      changes: ({ type }) => [type === 'reset' ? { key: 'k', absolute: true, next: () => 0 } : { key: 'k', absolute: false, next: (previous) => (previous ?? 0) + 1 }],
    };
    const entries = ['step', 'reset', 'step', 'other', 'step'].map((type, n) => line(n + 1, new Date(n * 1000).toISOString(), type, {}));
    expect(asOf(counter, entries, 'k', 10e6)).toMatchObject({ state: 2, since: 4e6, until: null, proof: [{ seq: 2 }, { seq: 3 }, { seq: 5 }] });
    expect(asOf(counter, entries, 'k', 0)).toMatchObject({ state: 1, until: 1e6, proof: [{ seq: 1 }] });
  });

  it('does not believe a time later than the entry that tells it', () => {
    const late = wholeStateFacet<string>('late', ['set'], () => ({ key: 'k', state: 's', from: 99e6 }));
    expect(asOf(late, [line(1, '1970-01-01T00:00:05Z', 'set', {})], 'k', 5e6)).toMatchObject({ state: 's', since: 5e6 });
  });
});
