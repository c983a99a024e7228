/** What stood at an instant: automation, schedule and sign-offs, from the journal and with its proof. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperationOutput } from '#contract';
import { addAsOfEntries, asOfEntryTypes, automodeAsOf, killAutomode, openAutomodeAsOf, pauseAutomode, releaseAutomode, resumeAutomode } from '#engines/automode';
import { changeInterval, pauseRetraining } from '#engines/retraining';
import { sign } from '#engines/signoffs';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { openBench, person, put, start, type Bench } from './support.ts';

const reason = 'Exchange maintenance tonight';
const minute = 60_000;

describe('as of an instant', () => {
  let workspace: TestWorkspace;
  let bench: Bench;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
    bench = openBench({ root: workspace.root, clock });
  });
  afterEach(() => workspace.remove());

  const then = (at: number, model: readonly string[] = []): OperationOutput<'automode.as_of'> => {
    const indexes = openAutomodeAsOf();
    addAsOfEntries(indexes, bench.journal.list({ limit: 1_000_000, type: asOfEntryTypes }).entries);
    return automodeAsOf(indexes, new Date(at).toISOString(), model);
  };

  it('before the first entry nothing is known', () => {
    pauseAutomode(bench.parts, { actor: person, reason });
    expect(then(start - 1)).toMatchObject({ models: [], schedule: { state: null, proof: [] }, automation: { state: null, since: null, until: '2026-11-20T09:00:00Z', proof: [] }, sign_offs: [] });
  });

  it('automation is what the acts made of it, and a pause that had ended was over', () => {
    pauseAutomode(bench.parts, { actor: person, duration: '30m', reason });
    clock.at += 10 * minute;
    killAutomode(bench.parts, { actor: person, reason: 'Champion trades against itself' });
    clock.at += 50 * minute;
    releaseAutomode(bench.parts, { actor: person, reason: 'Signals were repaired' });
    clock.at += minute;
    pauseAutomode(bench.parts, { actor: person, reason });
    clock.at += minute;
    resumeAutomode(bench.parts, { actor: person });
    const automation = (at: number) => then(at).automation.state;
    const pause = { until: '2026-11-20T09:30:00Z', reason, by: 'Anna' };
    expect(automation(start)).toEqual({ pause, kill_switch: null });
    expect(automation(start + 10 * minute)).toEqual({ pause, kill_switch: { reason: 'Champion trades against itself', by: 'Anna' } });
    expect(automation(start + 30 * minute - 1)?.pause).toEqual(pause);
    expect(automation(start + 30 * minute)).toMatchObject({ pause: null, kill_switch: { by: 'Anna' } });
    expect(automation(start + 60 * minute)).toEqual({ pause: null, kill_switch: null });
    expect(automation(start + 61 * minute)).toEqual({ pause: { until: null, reason, by: 'Anna' }, kill_switch: null });
    expect(automation(start + 99 * minute)).toEqual({ pause: null, kill_switch: null });
    const { since, until, proof } = then(start + 10 * minute).automation;
    expect([since, until]).toEqual(['2026-11-20T09:10:00Z', '2026-11-20T10:00:00Z']);
    expect(proof).toHaveLength(1);
    expect(bench.journal.show(proof[0]?.seq ?? 0).entry).toMatchObject({ hash: proof[0]?.hash, type: 'automode_state', stage: 'outcome' });
  });

  it('the schedule is what its file said', () => {
    changeInterval(bench.parts.training, { actor: person, interval: '45m' });
    clock.at += minute;
    pauseRetraining(bench.parts.training, { actor: person, duration: '10m', reason: 'maintenance window' });
    expect(then(start).schedule.state).toMatchObject({ interval: 2700, paused_until: null });
    expect(then(start + minute).schedule.state).toMatchObject({ interval: 2700, paused_until: '2026-11-20T09:11:00+00:00', paused_reason: 'maintenance window' });
    expect(then(start + 11 * minute).schedule.state).toMatchObject({ paused_until: null, paused_reason: null });
  });

  it('sign-offs are who signed what, per report and role, and a waiver that had ended did not count', () => {
    const path = 'audit/ai_decision/drift/20261120T080000Z_x.json';
    put(workspace.root, path, { model_name: 'm', drift_score: 9, threshold: 3, timestamp: '2026-11-20T08:00:00+00:00', sign_off: {} });
    const request = { actor: person, config: bench.parts.policy().config, journal: bench.journal };
    sign(bench.context, { report: path, role: 'risk', status: 'approved', notes: 'looked at it twice' }, request);
    clock.at += minute;
    sign(bench.context, { report: path, role: 'compliance', status: 'waived', notes: 'not relevant for paper', expires_at: '2026-11-20T09:10:00Z' }, { ...request, actor: { ...person, name: 'Bob', os_user: 'bob' } });
    const of = (at: number) => then(at).sign_offs.map(({ role, state }) => [role, state?.status, state?.signed_by]);
    expect(of(start)).toEqual([['risk', 'approved', 'anna']]);
    expect(of(start + minute)).toEqual([['compliance', 'waived', 'bob'], ['risk', 'approved', 'anna']]);
    expect(of(start + 10 * minute)).toEqual([['compliance', 'expired', 'bob'], ['risk', 'approved', 'anna']]);
    expect(then(start).sign_offs[0]).toMatchObject({ report: path, since: '2026-11-20T09:00:00Z', state: { notes: 'looked at it twice', expires_at: null } });
  });

  it('refuses what is no instant', () => {
    expect(() => automodeAsOf(openAutomodeAsOf(), 'yesterday', [])).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('names models that are asked for although nothing is known of them', () => {
    expect(then(start, ['ghost', ' ghost ']).models).toEqual([{ model_name: 'ghost', champion: { state: null, since: null, until: null, proof: [] }, pin: { state: null, since: null, until: null, proof: [] } }]);
  });
});
