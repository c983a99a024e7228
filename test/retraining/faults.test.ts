/** Killed or refused at every single call: the schedule is old or new, and both journals tell the same story. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { nowMicros } from '#engines/decisions';
import { markExecuted, markFailure, pauseRetraining, recordSuccess, recoverSchedule, resetFailures, unfinishedActs } from '#engines/retraining';
import { quickDisk } from '../faults/support.ts';
import { atEveryCall, faultyFileSystem, type Fault } from '../support/faultyFileSystem.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { actsOf, decisionsOf, fileOf, openBench, person, scheduleText, type Bench } from './support.ts';

const start = Date.parse('2026-11-20T09:00:00Z');
const artifact = Buffer.from('{"model": 1}\n');
const sha256 = createHash('sha256').update(artifact).digest('hex');

const before = `${JSON.stringify({
  version: 5, last_run: '2026-11-20T06:00:00+00:00', next_run: '2026-11-20T10:00:00+00:00', interval: 1800, updated_at: '2026-11-20T08:50:00+00:00',
  last_failure: '2026-11-20T08:50:00+00:00', failure_streak: 1, last_failure_reason: 'E: x', cooldown_until: null, paused_until: null, paused_reason: null,
}, null, 2)}\n`;

const at = (bench: Bench) => ({ job: 'btc', at: nowMicros(bench.context.clock) });

interface Act {
  readonly name: string;
  readonly event: string | null;
  readonly run: (bench: Bench) => unknown;
}

const acts: readonly Act[] = [
  { name: 'mark executed', event: 'ai_retraining', run: ({ engine }) => markExecuted(engine, { actor: person, job: 'btc' }) },
  { name: 'record a success', event: 'ai_retraining', run: (bench) => recordSuccess(bench.engine, { actor: person, run: at(bench), artifact: { path: 'models/a.json', sha256 }, validate: () => [] }) },
  { name: 'mark a failure', event: 'ai_retraining_failed', run: (bench) => markFailure(bench.engine, { actor: person, run: at(bench), errorType: 'E', errorMessage: 'again' }) },
  { name: 'pause', event: null, run: ({ engine }) => pauseRetraining(engine, { actor: person, duration: '2h', reason: 'window' }) },
  { name: 'reset failures', event: null, run: ({ engine }) => resetFailures(engine, { actor: person, reason: 'driver was replaced' }) },
];

describe('an act on the schedule', () => {
  const made: TestWorkspace[] = [];
  afterEach(() => {
    for (const workspace of made.splice(0)) workspace.remove();
  });

  function ground(text: string | null): TestWorkspace {
    const workspace = testWorkspace();
    made.push(workspace);
    workspace.put('models/a.json', artifact.toString());
    if (text !== null) {
      mkdirSync(dirname(fileOf(workspace.root)), { recursive: true });
      writeFileSync(fileOf(workspace.root), text);
    }
    return workspace;
  }

  /** Returns false when the fault was not met. */
  function tryOnce(act: Act, text: string | null, fault: Fault): boolean {
    const { root } = ground(text);
    const clock = { at: start + 3_600_000 };
    const faulty = faultyFileSystem(quickDisk, fault);
    let error: unknown = null;
    try {
      act.run(openBench({ root, clock, fs: faulty.fs }));
    } catch (thrown) {
      error = thrown;
    }
    faulty.release();
    clock.at += 60_000;
    const bench = openBench({ root, clock });
    recoverSchedule(bench.engine, person);
    const where = `${act.name}, ${fault.kind}${fault.late === true ? ' late' : ''}${fault.sticky === true ? ' from then on' : ''} at call ${fault.at}`;

    const entries = actsOf(bench.journal);
    const intents = entries.filter(({ stage }) => stage === 'intent');
    const outcomes = entries.filter(({ stage }) => stage === 'outcome');
    expect(outcomes.map(({ subject }) => subject), where).toEqual(intents.map(({ subject }) => subject));
    const completed = outcomes.some(({ data }) => data['status'] === 'completed');
    const isNew = scheduleText(root) !== text;
    expect(completed, `${where}: the journal and the file agree`).toBe(isNew);
    if (!fault.late) expect(faulty.fired && fault.kind === 'crash' ? error !== null : true, where).toBe(true);
    if (error === null) expect(isNew, `${where}: what succeeded is there`).toBe(true);

    const decisions = decisionsOf(root);
    expect(decisions.map(({ event }) => event), `${where}: the decision journal agrees`).toEqual(isNew && act.event !== null ? [act.event] : []);
    mkdirSync(join(root, 'audit'), { recursive: true });
    const left = readdirSync(join(root, 'audit'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tmp'));
    expect(intents.length === 0 ? [] : left, `${where}: nothing lies about, last ${faulty.counted.at(fault.at - 1)?.name ?? ''} ${String(error)}`).toEqual([]);
    expect(unfinishedActs(bench.engine), where).toEqual([]);
    expect(recoverSchedule(bench.engine, person), where).toEqual([]);
    return faulty.fired;
  }

  for (const act of acts) {
    it(`"${act.name}" survives being killed at every call${act.event === null ? '' : ', before and after it'}`, async () => {
      const calls = await atEveryCall((n) => ({ at: n, kind: 'crash' }), (fault) => tryOnce(act, before, fault));
      expect(calls).toBeGreaterThan(8);
      if (act.event !== null) await atEveryCall((n) => ({ at: n, kind: 'crash', late: true }), (fault) => tryOnce(act, before, fault));
    });
  }

  it('survives being killed at every call when there was no schedule yet', async () => {
    const [act] = acts;
    if (act === undefined) throw new Error('no act');
    await atEveryCall((n) => ({ at: n, kind: 'crash' }), (fault) => tryOnce(act, null, fault));
  });

  it('survives being killed at every call while it sets a damaged schedule right', async () => {
    const act = acts.find(({ name }) => name === 'pause');
    if (act === undefined) throw new Error('no act');
    await atEveryCall((n) => ({ at: n, kind: 'crash' }), (fault) => tryOnce(act, '{"version": 5, ', fault));
  });

  it('is settled by the next act too, before the file changes again', async () => {
    const [act] = acts;
    if (act === undefined) throw new Error('no act');
    await atEveryCall((n) => ({ at: n, kind: 'crash' }), (fault) => {
      const { root } = ground(before);
      const clock = { at: start };
      const faulty = faultyFileSystem(quickDisk, fault);
      try {
        act.run(openBench({ root, clock, fs: faulty.fs }));
      } catch {
        clock.at += 60_000;
      }
      faulty.release();
      const bench = openBench({ root, clock });
      pauseRetraining(bench.engine, { actor: person, duration: '2h' });
      expect(unfinishedActs(bench.engine)).toEqual([]);
      const ran = JSON.parse(scheduleText(root) ?? '') as { last_run: string; paused_until: string };
      const marked = ran.last_run === '2026-11-20T09:00:00+00:00';
      const outcomes = actsOf(bench.journal).filter(({ stage, data }) => stage === 'outcome' && data['act'] === 'mark_executed').map(({ data }) => data['status']);
      expect(outcomes.includes('completed'), `call ${fault.at}`).toBe(marked);
      expect(decisionsOf(root), `call ${fault.at}`).toHaveLength(marked ? 1 : 0);
      expect(ran.paused_until).not.toBeNull();
      return faulty.fired;
    });
  });

  for (const kind of ['EIO', 'ENOSPC'] as const) {
    it(`is taken back or completed when a call fails with ${kind}, once or from then on`, async () => {
      const [act] = acts;
      if (act === undefined) throw new Error('no act');
      await atEveryCall((n) => ({ at: n, kind }), (fault) => tryOnce(act, before, fault));
      await atEveryCall((n) => ({ at: n, kind, sticky: true }), (fault) => tryOnce(act, before, fault));
    });
  }
});
