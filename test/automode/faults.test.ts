/** Killed or refused at every single call: state document, both journals and the registry tell the same story. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  automationOf, automodeFile, cycleEntryType, guardrailEntryType, killAutomode, listCycles, observeGuardrails, pauseAutomode, recoverAutomode, recoverCycles, runCycle,
  stateEntryType,
} from '#engines/automode';
import { recoverRegistry } from '#engines/models';
import { recoverSchedule } from '#engines/retraining';
import { recoverRuns } from '#engines/training';
import { quickDisk } from '../faults/support.ts';
import { atEveryCall, faultyFileSystem, type Call, type Fault } from '../support/faultyFileSystem.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { marketCsv } from '../training/support.ts';
import { decisionsOf, entriesOf, loop, openBench, person, put, putPolicy, putQuality, putSignals, start, type Bench } from './support.ts';

const because = 'Champion trades against its own signals';
const job = 'btc-retrain';

const kinds: readonly (readonly [string, (at: number) => Fault])[] = [
  ['killed at', (at) => ({ at, kind: 'crash' })], ['killed just after', (at) => ({ at, kind: 'crash', late: true })],
  ['refused once at', (at) => ({ at, kind: 'EIO' })], ['with a disk that is full from', (at) => ({ at, kind: 'ENOSPC', sticky: true })],
];

describe.each(kinds)('%s every single call', (kind, fault) => {
  const made: TestWorkspace[] = [];
  afterEach(() => {
    for (const workspace of made.splice(0)) workspace.remove();
  });

  const fresh = (): TestWorkspace => {
    const workspace = testWorkspace();
    made.push(workspace);
    return workspace;
  };

  const whereOf = (fault: Fault, counted: readonly { readonly name: string; readonly path?: string }[]): string =>
    `${fault.kind}${fault.late === true ? ' late' : ''}${fault.sticky === true ? ' from then on' : ''} at call ${fault.at} (${counted.at(fault.at - 1)?.name ?? ''} ${counted.at(fault.at - 1)?.path ?? ''})`;

  const stateOnDisk = (root: string): Readonly<Record<string, unknown>> | null =>
    (existsSync(join(root, automodeFile)) ? JSON.parse(readFileSync(join(root, automodeFile), 'utf8')) as Readonly<Record<string, unknown>> : null);

  /** Every intent has one outcome, and the last completed one says what the file says. */
  function expectAgreement(bench: Bench, root: string, where: string): void {
    const entries = entriesOf(bench.journal, stateEntryType, guardrailEntryType);
    const outcomes = entries.filter(({ stage }) => stage === 'outcome');
    expect(outcomes.map(({ subject }) => subject), where).toEqual(entries.filter(({ stage }) => stage === 'intent').map(({ subject }) => subject));
    const last = outcomes.filter(({ data }) => data['status'] === 'completed').at(-1);
    if (last !== undefined) expect(last.data['after'], where).toEqual(stateOnDisk(root));
  }

  async function tryState(prepare: (root: string) => void, act: (bench: Bench) => unknown, check: (bench: Bench, where: string, failed: boolean) => void, fault: Fault): Promise<boolean> {
    const { root } = fresh();
    const clock = { at: start };
    prepare(root);
    const faulty = faultyFileSystem(quickDisk, fault);
    let failed = false;
    try {
      act(openBench({ root, clock, fs: faulty.fs }));
    } catch {
      failed = true;
    }
    faulty.release();
    clock.at += 10_000;
    const where = whereOf(fault, faulty.counted);
    const bench = openBench({ root, clock });
    recoverAutomode(bench.parts, person);
    expectAgreement(bench, root, where);
    check(bench, where, failed);
    await Promise.resolve();
    return faulty.fired;
  }

  it('a pause is there or not', async () => {
    await atEveryCall(fault, (each) => tryState(() => undefined, ({ parts }) => pauseAutomode(parts, { actor: person, duration: '1h', reason: because }), (bench, where, failed) => {
      const { state, pause } = automationOf(bench.parts);
      expect(['on', 'paused'], where).toContain(state);
      expect(entriesOf(bench.journal, stateEntryType).some(({ data }) => data['status'] === 'completed'), where).toBe(state === 'paused');
      if (!failed) expect(pause?.reason, where).toBe(because);
    }, each));
  }, 120_000);

  it('a kill switch over a damaged document is there or the document is still damaged, and never lost', async () => {
    await atEveryCall(fault, (each) => tryState((root) => put(root, automodeFile, '{"schema"'), ({ parts }) => killAutomode(parts, { actor: person, reason: because }), (bench, where, failed) => {
      const { state } = automationOf(bench.parts);
      expect(['killed', 'unknown'], where).toContain(state);
      if (!failed) expect(state, where).toBe('killed');
      if (!failed) expect(readdirSync(join(bench.context.root, 'var/console')).some((name) => name.startsWith('automode.json.corrupt-')), where).toBe(true);
    }, each));
  }, 120_000);

  it('a guardrail that comes into force is in the decision journal exactly once, after the next look', async () => {
    await atEveryCall(fault, (each) => tryState((root) => {
      putPolicy(root, { automode: { guardrails: { signals_max_age_seconds: 600, signal_quality_max_age_seconds: 600 } } });
      putSignals(root, start, { effective_risk: 0.8 });
      putQuality(root, start, 0.7);
    }, ({ parts }) => observeGuardrails(parts, loop), (bench, where) => {
      observeGuardrails(bench.parts, loop);
      const names = decisionsOf(bench.context.root).filter(({ event }) => event === 'decision_guardrail').map(({ guardrail }) => guardrail);
      expect(names, where).toEqual(['exchange_degradation', 'effective_risk']);
      expectAgreement(bench, bench.context.root, where);
    }, each));
  }, 120_000);

  const report = (version: string, accuracy: number): unknown => ({
    model_name: 'decision_engine', version, evaluated_at: '2026-11-01T00:00:00+00:00', metrics: { summary: { directional_accuracy: accuracy, mae: 1000 } }, status: 'ok',
  });

  /** What comes before is for the tests of trainings; of what follows every call is met that decides about registry and journals. */
  const counts = ({ mutating, path }: Call): boolean => mutating && /var\/models|champion_promotions|decision_journal|audit\/journal/u.test(path);

  // To be killed just after a call is to be killed at the next one; refusals are tried by the tests of trainings and of the registry.
  if (kind === 'killed at') it('a cycle leaves the old champion or the new one, with audit record, journals and an outcome that agree', async () => {
    const csv = marketCsv({ rows: 120, seed: 5, signal: 0.6 });
    let calls = 0;
    await atEveryCall(fault, async (each) => {
      calls += 1;
      const { root } = fresh();
      const clock = { at: start };
      putPolicy(root, {
        retraining: { feeds: [{ name: 'btc', path: 'data/btc.csv', timeframe_seconds: 60 }], jobs: [{ name: job, kind: 'embedded', feed: 'btc', model: 'decision_engine', drift: { psi_threshold: 1000, ks_threshold: 1 } }] },
      });
      put(root, 'data/btc.csv', csv);
      put(root, 'var/models/quality/decision_engine/champion.json', { model_name: 'decision_engine', decided_at: '2026-11-01T00:00:00+00:00', reason: 'seed', report: report('v0', 0.1) });
      const faulty = faultyFileSystem(quickDisk, { ...each, counts });
      try {
        await runCycle(openBench({ root, clock, fs: faulty.fs }).parts, job, { actor: person });
      } catch {
        clock.at += 1000;
      }
      faulty.release();
      clock.at += 60_000;
      const where = whereOf(each, faulty.counted);
      const bench = openBench({ root, clock });
      recoverSchedule(bench.parts.training, person);
      recoverRuns(bench.parts.training, person);
      recoverRegistry(bench.parts.models, bench.parts.registry());
      await recoverCycles(bench.parts, person);
      const entries = entriesOf(bench.journal, cycleEntryType);
      const begun = entries.filter(({ stage }) => stage === 'intent').map(({ subject }) => subject);
      expect(entries.filter(({ stage }) => stage === 'outcome').map(({ subject }) => subject), where).toEqual(begun);
      const [cycle] = listCycles(bench.parts, 1);
      if (begun.length > 0) expect(['completed', 'failed', 'interrupted'], where).toContain(cycle?.status);

      const champion = (JSON.parse(readFileSync(join(root, 'var/models/quality/decision_engine/champion.json'), 'utf8')) as { report: { version: string } }).report.version;
      const audits = join(root, 'audit/champion_promotions/decision_engine');
      const audited = existsSync(audits) ? readdirSync(audits).filter((name) => existsSync(join(audits, name, 'summary.json'))) : [];
      const changes = decisionsOf(root).filter(({ event }) => event === 'model_change');
      expect(changes.map((entry) => entry['model_version']), where).toEqual(champion === 'v0' ? [] : [champion]);
      expect(audited.length, where).toBe(champion === 'v0' ? 0 : 1);
      if (cycle?.status === 'completed' && cycle.promotion?.decisions.some(({ decision }) => decision === 'champion') === true) expect(champion, where).toBe(cycle.training?.version);
      return faulty.fired;
    });
    expect(calls).toBeGreaterThan(40);
  }, 600_000);
});
