/** What other programs do to schedule, sign-offs and overrides is in the journal once, and "as of" knows of it. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperationOutput } from '#contract';
import {
  addAsOfEntries, asOfEntryTypes, automodeAsOf, observeOverrides, observeSchedule, observeSignOffs, openAutomodeAsOf, overrideFolder, recoverOverrides, type AsOfIndexes,
} from '#engines/automode';
import { changeInterval, pauseRetraining, scheduleFile } from '#engines/retraining';
import { sign } from '#engines/signoffs';
import { automodeOperations } from '#contract';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { decisionsOf, entriesOf, loop, openBench, person, put, start, type Bench } from './support.ts';

const minute = 60_000;
const at = (time: number): string => new Date(time).toISOString();

describe('what another program does', () => {
  let workspace: TestWorkspace;
  let bench: Bench;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
    bench = openBench({ root: workspace.root, clock });
  });
  afterEach(() => workspace.remove());

  const indexes = (): AsOfIndexes => {
    const made = openAutomodeAsOf();
    addAsOfEntries(made, bench.journal.list({ limit: 1_000_000, type: asOfEntryTypes }).entries);
    return made;
  };
  const then = (time: number): OperationOutput<'automode.as_of'> => automodeAsOf(indexes(), at(time), []);

  describe('to the schedule', () => {
    const look = (): number => observeSchedule(bench.parts, indexes, loop);
    const putSchedule = (more: Readonly<Record<string, unknown>>): void => put(workspace.root, scheduleFile, {
      version: 5, last_run: '2026-11-20T08:00:00+00:00', next_run: '2026-11-20T08:30:00+00:00', interval: 1800.0, updated_at: '2026-11-20T08:00:00+00:00', last_failure: null, failure_streak: 0,
      last_failure_reason: null, cooldown_until: null, paused_until: null, paused_reason: null, ...more,
    });

    it('is noted once per change, and stood since the file says so', () => {
      expect(look()).toBe(0);
      putSchedule({});
      expect([look(), look()]).toEqual([1, 0]);
      clock.at += minute;
      putSchedule({ interval: 900.0, updated_at: '2026-11-20T09:00:30+00:00' });
      clock.at += minute;
      expect([look(), look()]).toEqual([1, 0]);
      clock.at += minute;
      rmSync(join(workspace.root, scheduleFile));
      expect([look(), look()]).toEqual([1, 0]);
      expect([start - 2 * 3_600_000, start, start + 30_000, start + 3 * minute].map((time) => then(time).schedule.state?.['interval'] ?? null)).toEqual([null, 1800, 900, null]);
      expect(then(start).schedule).toMatchObject({ since: '2026-11-20T08:00:00Z', until: '2026-11-20T09:00:30Z', proof: [{ type: 'schedule_observed', holds: true }] });
      expect(then(start + 3 * minute).schedule).toMatchObject({ state: null, since: '2026-11-20T09:03:00Z', proof: [{ seq: 3 }] });
    });

    it('is no news where only the same content was written anew, a pause has ended, or the console did it itself', () => {
      changeInterval(bench.parts.training, { actor: person, interval: '45m' });
      pauseRetraining(bench.parts.training, { actor: person, duration: '2m', reason: 'maintenance window' });
      expect(look()).toBe(0);
      const text = readFileSync(join(workspace.root, scheduleFile), 'utf8');
      put(workspace.root, scheduleFile, text.replace(/"updated_at": "[^"]*"/u, '"updated_at": "2026-11-20T09:00:59+00:00"').replace(/"next_run": "[^"]*"/u, '"next_run": "2026-11-21T09:00:00+00:00"'));
      expect(look()).toBe(0);
      clock.at += 3 * minute;
      expect(look()).toBe(0);
    });

    it('is not noted while the file cannot be read', () => {
      putSchedule({});
      look();
      put(workspace.root, scheduleFile, '{"version": 5,');
      expect(look()).toBe(0);
    });
  });

  describe('to sign-offs', () => {
    const path = 'audit/ai_decision/drift/20261120T080000Z_x.json';
    const report = { model_name: 'm', drift_score: 9, threshold: 3, timestamp: '2026-11-20T08:00:00+00:00' };
    const look = (): number => observeSignOffs(bench.parts, indexes, loop);
    const block = (status: string, by: string, time: string): Record<string, unknown> => ({ status, signed_by: by, timestamp: time, notes: 'by another tool' });

    it('is noted once per change, with who signed and since when', () => {
      put(workspace.root, path, { ...report, sign_off: {} });
      expect(look()).toBe(0);
      clock.at += minute;
      put(workspace.root, path, { ...report, sign_off: { risk: block('approved', 'jan', '2026-11-20T09:00:30+00:00') } });
      expect([look(), look()]).toEqual([1, 0]);
      clock.at += minute;
      put(workspace.root, path, { ...report, sign_off: { risk: block('rejected', 'jan', '2026-11-20T09:01:30+00:00') } });
      expect([look(), look()]).toEqual([1, 0]);
      clock.at += minute;
      put(workspace.root, path, { ...report, sign_off: {} });
      expect([look(), look()]).toEqual([1, 0]);
      const status = (time: number): unknown => then(time).sign_offs.map((each) => [each.role, each.state?.status ?? null, each.state?.signed_by ?? null]);
      expect(status(start)).toEqual([]);
      expect(status(start + 30_000)).toEqual([['risk', 'approved', 'jan']]);
      expect(status(start + 90_000)).toEqual([['risk', 'rejected', 'jan']]);
      expect(status(start + 3 * minute)).toEqual([['risk', null, null]]);
      expect(then(start + minute).sign_offs[0]).toMatchObject({ report: path, since: '2026-11-20T09:00:30Z', proof: [{ type: 'sign_off_observed' }], state: { notes: 'by another tool' } });
    });

    it('is told apart from what the console signed, which is not noted again, also where the report does not show it yet', () => {
      put(workspace.root, path, { ...report, sign_off: {} });
      const request = { actor: person, config: bench.parts.policy().config, journal: bench.journal };
      sign(bench.context, { report: path, role: 'risk', status: 'approved', notes: 'looked at it twice' }, request);
      expect(look()).toBe(0);
      put(workspace.root, path, { ...report, sign_off: {} });
      expect(look()).toBe(0);
      clock.at += minute;
      put(workspace.root, path, { ...report, sign_off: { risk: block('rejected', 'jan', '2026-11-20T09:00:30+00:00') } });
      expect([look(), look()]).toEqual([1, 0]);
      expect(then(start + minute).sign_offs).toMatchObject([{ state: { status: 'rejected', signed_by: 'jan' } }]);
    });
  });

  describe('to overrides', () => {
    const file = `${overrideFolder}/decision_orchestrator_disable.json`;
    const override = (more: Readonly<Record<string, unknown>> = {}): void => put(workspace.root, file, {
      schema: 'runtime.decision_orchestrator.override', schema_version: '1.0', timestamp: '2026-11-20T08:50:00Z', action: 'disable_decision_orchestrator', reason: 'INC-7', ticket: 'T-1', ...more,
    });
    const look = (): number => observeOverrides(bench.parts, indexes, loop);
    const events = (): readonly unknown[] => decisionsOf(workspace.root).map(({ event, status, component, timestamp }) => [event, status, component, timestamp]);

    it('is in both journals once when it begins, changes and ends, by its time or because somebody took the file away', () => {
      override({ expires_at: '2026-11-20T09:05:00Z' });
      expect([look(), look()]).toEqual([1, 0]);
      clock.at += 5 * minute + 2_000;
      expect([look(), look()]).toEqual([1, 0]);
      override({ reason: 'INC-8' });
      expect([look(), look()]).toEqual([1, 0]);
      put(workspace.root, file, '{');
      clock.at += minute;
      expect([look(), look()]).toEqual([1, 0]);
      rmSync(join(workspace.root, overrideFolder), { recursive: true });
      clock.at += minute;
      expect([look(), look()]).toEqual([1, 0]);
      expect(entriesOf(bench.journal, 'component_disabled', 'component_restored').map(({ type, data }) => [type, data['status'], data['why'] ?? null])).toEqual([
        ['component_disabled', 'active', null], ['component_restored', 'active', 'expired'], ['component_disabled', 'active', null], ['component_disabled', 'unreadable', null],
        ['component_restored', 'unreadable', 'removed'],
      ]);
      expect(events()).toEqual([
        ['component_disabled', 'disabled', 'decision_orchestrator', '2026-11-20T09:00:00+00:00'], ['component_restored', 'expired', 'decision_orchestrator', '2026-11-20T09:05:02+00:00'],
        ['component_disabled', 'disabled', 'decision_orchestrator', '2026-11-20T09:05:02+00:00'], ['component_disabled', 'unreadable', 'decision_orchestrator', '2026-11-20T09:06:02+00:00'],
        ['component_restored', 'removed', 'decision_orchestrator', '2026-11-20T09:07:02+00:00'],
      ]);
      const inForce = (time: number): unknown => then(time).overrides.map(({ state }) => state?.reason ?? null);
      expect(inForce(start - 11 * minute)).toEqual([]);
      expect(inForce(start - 10 * minute)).toEqual(['INC-7']);
      expect(inForce(start + 5 * minute)).toEqual([null]);
      expect(inForce(start + 6 * minute)).toEqual(['INC-8']);
      expect(inForce(start + 8 * minute)).toEqual([null]);
      const answer = then(start);
      expect(automodeOperations['automode.as_of'].output.parse(answer)).toEqual(answer);
      expect(answer).toMatchObject({ proof_holds: true, overrides: [{ file, state: { component: 'decision_orchestrator', ticket: 'T-1', readable: true }, since: '2026-11-20T08:50:00Z' }] });
    });

    it('does not end because its folder cannot be listed', () => {
      override();
      look();
      rmSync(join(workspace.root, overrideFolder), { recursive: true });
      put(workspace.root, overrideFolder, 'no folder');
      look();
      expect(entriesOf(bench.journal, 'component_restored')).toEqual([]);
    });

    it('is made good in the decision journal after a crash between the two', () => {
      override();
      look();
      rmSync(join(workspace.root, 'logs'), { recursive: true });
      expect([recoverOverrides(bench.parts, indexes), recoverOverrides(bench.parts, indexes)]).toEqual([1, 0]);
      expect(events()).toEqual([['component_disabled', 'disabled', 'decision_orchestrator', '2026-11-20T09:00:00+00:00']]);
    });
  });

  it('is not believed once its entry was changed', () => {
    put(workspace.root, `${overrideFolder}/multi_strategy_disable.json`, { schema: 'stage6.scheduler.override', reason: 'INC-9' });
    observeOverrides(bench.parts, indexes, loop);
    const file = join(workspace.root, 'audit/journal/000001.jsonl');
    put(workspace.root, 'audit/journal/000001.jsonl', readFileSync(file, 'utf8').replaceAll('INC-9', 'INC-0'));
    expect(then(start)).toMatchObject({ proof_holds: false, overrides: [{ state: { reason: 'INC-0' }, proof: [{ holds: false }] }] });
  });
});
