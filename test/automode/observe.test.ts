/** Guardrails over time: one entry for each that comes into force, latches that hold, and nothing written while nothing changes. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { automodeFile, guardrailEntryType, guardrailReading, observeGuardrails, type Observed } from '#engines/automode';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { calm, decisionsOf, entriesOf, loop, openBench, put, putPolicy, putQuality, putSignals, start, type Bench } from './support.ts';

describe('observing guardrails', () => {
  let workspace: TestWorkspace;
  let bench: Bench;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
    bench = openBench({ root: workspace.root, clock });
    putPolicy(workspace.root, { automode: { guardrails: {} } });
    feed();
  });
  afterEach(() => workspace.remove());

  const feed = (score = 0.1, signals: Readonly<Record<string, unknown>> = {}): void => {
    putSignals(workspace.root, clock.at, signals);
    putQuality(workspace.root, clock.at, score);
  };
  const observe = (): Observed => observeGuardrails(bench.parts, loop);
  const started = (seen: Observed): readonly string[] => seen.started.map(({ name }) => name);
  const guardrailsInJournal = (): readonly Readonly<Record<string, string>>[] => decisionsOf(workspace.root).filter(({ event }) => event === 'decision_guardrail');

  it('in a workspace without guardrails writes nothing', () => {
    putPolicy(workspace.root, {});
    expect(observe()).toMatchObject({ reading: { state: 'off' }, started: [], ended: [] });
    expect(entriesOf(bench.journal, guardrailEntryType)).toEqual([]);
    expect(bench.told()).toBe(0);
  });

  it('tells once of each that comes into force, and once of its end', () => {
    expect(started(observe())).toEqual([]);
    expect(bench.told()).toBe(1);
    clock.at += 5000;
    feed(0.1, { effective_risk: 0.8, regime: { ...calm.regime, stress_index: 0.7 } });
    expect(started(observe())).toEqual(['effective_risk', 'stress_index']);
    const [mtime, told] = [statSync(join(workspace.root, automodeFile)).mtimeMs, bench.told()];
    clock.at += 5000;
    feed(0.1, { effective_risk: 0.9, regime: { ...calm.regime, stress_index: 0.7 } });
    expect(observe()).toMatchObject({ started: [], ended: [], reading: { state: 'active' } });
    expect([statSync(join(workspace.root, automodeFile)).mtimeMs, bench.told()]).toEqual([mtime, told]);
    feed(0.1, { effective_risk: 0.9 });
    expect(observe()).toMatchObject({ started: [], ended: ['stress_index'] });
    feed();
    expect(observe()).toMatchObject({ started: [], ended: ['effective_risk'], reading: { state: 'ok' } });
    expect(guardrailsInJournal().map((entry) => [entry['guardrail'], entry['comparator'], entry['threshold'], entry['value'], entry['timestamp'], entry['kill_switch']])).toEqual([
      ['effective_risk', '>=', '0.75', '0.8', '2026-11-20T09:00:05+00:00', 'false'], ['stress_index', '>=', '0.65', '0.7', '2026-11-20T09:00:05+00:00', 'false'],
    ]);
    expect(entriesOf(bench.journal, guardrailEntryType).filter(({ stage }) => stage === 'outcome').map(({ data }) => [data['previous_state'], data['state'], data['ended']])).toEqual([
      ['off', 'ok', []], ['ok', 'active', []], ['active', 'active', ['stress_index']], ['active', 'ok', ['effective_risk']],
    ]);
  });

  it('keeps the exchanges in force until their release, also for a console that is started anew', () => {
    feed(0.6);
    expect(started(observe())).toEqual(['exchange_degradation']);
    feed(0.31);
    const anew = openBench({ root: workspace.root, clock });
    expect(observeGuardrails(anew.parts, loop)).toMatchObject({ reading: { state: 'active', exchange: { latched: true, leverage_cap: 0.35 } }, started: [], ended: [] });
    feed(0.3);
    expect(observe()).toMatchObject({ reading: { state: 'ok' }, ended: ['exchange_degradation'] });
    feed(0.59);
    expect(guardrailReading(bench.parts).state).toBe('ok');
    expect(guardrailsInJournal()).toHaveLength(1);
  });

  it('tells of the kill switch of the exchanges', () => {
    feed(0.9);
    observe();
    expect(guardrailsInJournal()).toMatchObject([{ guardrail: 'exchange_degradation', kill_switch: 'true', leverage_cap: '0', value: '0.9' }]);
  });

  it('notes that providers fell silent; what was in force is neither ended nor started anew by that', () => {
    feed(0.1, { effective_risk: 0.8 });
    observe();
    clock.at += 61_000;
    expect(observe()).toMatchObject({ reading: { state: 'unknown', active: null }, started: [], ended: [] });
    clock.at += 5000;
    expect(observe()).toMatchObject({ started: [], ended: [] });
    feed(0.1, { effective_risk: 0.8 });
    expect(observe()).toMatchObject({ reading: { state: 'active' }, started: [], ended: [] });
    expect(guardrailsInJournal()).toHaveLength(1);
    expect(entriesOf(bench.journal, guardrailEntryType).filter(({ stage }) => stage === 'outcome').map(({ data }) => data['state'])).toEqual(['active', 'unknown', 'active']);
  });

  it('leaves a damaged state document alone', () => {
    put(workspace.root, automodeFile, '{');
    feed(0.9);
    expect(observe()).toMatchObject({ reading: { state: 'active' }, started: [] });
    expect(readFileSync(join(workspace.root, automodeFile), 'utf8')).toBe('{\n'.trimEnd());
    expect(entriesOf(bench.journal, guardrailEntryType)).toEqual([]);
  });
});
