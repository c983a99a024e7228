/** Every operation of the area through a console: answers that fit the contract, refusals with their codes, one story as of later. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operationNames, type OperationOutput } from '#contract';
import { openConsole, type Console } from '#runtime';
import { renderText } from '../../src/cli/text/render.ts';
import { penOf } from '../../src/cli/text/pen.ts';
import { resultStatus } from '../../src/cli/status.ts';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { marketCsv } from '../training/support.ts';
import { put, putPolicy } from './support.ts';

describe('the operations of AutoMode', () => {
  let workspace: TestWorkspace;
  let console_: Console;
  const open = (name: string): Promise<Console> => openConsole({
    workspace: workspace.root, host: 'cli', threads: false, actor: actorNamed(name), configDirectory: join(workspace.root, '.person'),
  });
  beforeEach(async () => {
    workspace = testWorkspace();
    putPolicy(workspace.root, {
      admins: ['anna'],
      retraining: { feeds: [{ name: 'btc', path: 'data/btc.csv' }], jobs: [{ name: 'btc-retrain', kind: 'embedded', feed: 'btc', model: 'decision_engine', drift: { psi_threshold: 1000, ks_threshold: 1 } }] },
      sign_offs: { required: false },
    });
    put(workspace.root, 'data/btc.csv', marketCsv({ rows: 300, seed: 5, signal: 0.6, end: Date.now() }));
    console_ = await open('anna');
  });
  afterEach(async () => {
    await console_.close();
    workspace.remove();
  });

  const seen = new Set<string>();
  async function ask<N extends Parameters<Console['call']>[0]>(name: N, input: unknown, from = console_): Promise<unknown> {
    seen.add(name);
    const result = await from.call(name, input, { door: 'cli' });
    if (!result.ok) return result.error.code;
    expect(renderText(name, result.value, penOf(false)), name).not.toBe('');
    return result.value;
  }
  const reason = 'Exchange maintenance tonight';

  it('answer, are told as of later, and end with the statuses that scripts expect', async () => {
    expect(await ask('automode.status', {})).toMatchObject({ automation: { state: 'on' }, guardrail: { state: 'off' }, next: [{ job: 'btc-retrain', block: null }] });
    const cycle = await ask('automode.cycle', { job: 'btc-retrain' }) as OperationOutput<'automode.cycle'>;
    expect(cycle).toMatchObject({ run: { status: 'success' }, cycle: { status: 'completed', evaluation: { decision: 'champion' }, promotion: { status: 'executed' } } });
    expect(resultStatus('automode.cycle', cycle)).toBe(0);
    expect(await ask('automode.pause', { duration: '2h', reason })).toMatchObject({ changed: true, automation: { state: 'paused' } });
    expect(await ask('automode.resume', {})).toMatchObject({ changed: true, automation: { state: 'on' } });
    expect(await ask('automode.kill', { reason })).toMatchObject({ changed: true, automation: { state: 'killed' } });
    expect(await ask('automode.events', {})).toMatchObject({ model_events: [{ model: 'decision_engine', version: cycle.run.version, kill_switch: false }], retraining_events: [{ job: 'btc-retrain', status: 'success' }], cycles: [{ id: cycle.cycle.id }] });
    expect(await ask('automode.shares', { hours: 1, points: 2 })).toMatchObject({ model_change: { n: 1, n_guardrail: 0, unmarked: 0 }, retraining: { n: 1, unmarked: 0 }, points: [{}, { model_changes: 1, retrainings: 1 }] });
    const then = await ask('automode.as_of', { at: new Date(Date.now() + 1000).toISOString(), model: [] }) as OperationOutput<'automode.as_of'>;
    expect(then).toMatchObject({ models: [{ model_name: 'decision_engine', champion: { state: { version: cycle.run.version, mode: 'auto' } } }], automation: { state: { pause: null, kill_switch: { by: 'anna', reason } } }, schedule: { state: { failure_streak: 0 } } });
    expect(renderText('automode.as_of', { ...then, overrides: [{ file: 'o.json', state: { component: 'multi_strategy', reason: 'INC-1' }, since: null, until: null, proof: [] }], proof_holds: false, schedule: { ...then.schedule, proof: then.schedule.proof.map((each) => ({ ...each, holds: false })) } }, penOf(false)))
      .toMatch(/o\.json +multi_strategy +INC-1[^]*no proof: entries \d+\./u);
    expect(await ask('automode.release', { reason })).toMatchObject({ changed: true, automation: { state: 'on' } });
    expect(await ask('automode.as_of', { at: new Date(Date.now() + 1000).toISOString(), model: [] })).toMatchObject({ automation: { state: { kill_switch: null } } });
    put(workspace.root, 'data/btc.csv', 'timestamp\n');
    const failed = await ask('automode.cycle', { job: 'btc-retrain' });
    expect(failed).toMatchObject({ run: { status: 'failed' }, cycle: { status: 'failed' } });
    expect(resultStatus('automode.cycle', failed)).toBe(1);
    const held = await ask('automode.cycle', { job: 'btc-retrain' });
    expect([held, resultStatus('automode.cycle', held)]).toMatchObject([{ run: { status: 'blocked', reason_code: 'cooldown' } }, 3]);
    expect([...seen].toSorted()).toEqual(operationNames.filter((name) => name.startsWith('automode.')).toSorted());
  }, 60_000);

  it('refuse a release by an operator, reasons that are too short, and unknown jobs', async () => {
    const other = await open('jan');
    try {
      expect(await ask('automode.kill', { reason }, other)).toMatchObject({ changed: true });
      expect(await ask('automode.release', { reason }, other)).toBe('FORBIDDEN');
    } finally {
      await other.close();
    }
    expect(await ask('automode.pause', { reason: 'short' })).toBe('INPUT_INVALID');
    expect(await ask('automode.kill', { reason: '          x' })).toBe('INPUT_INVALID');
    expect(await ask('automode.cycle', { job: 'nope' })).toBe('INPUT_INVALID');
    expect(await ask('automode.as_of', { at: 'yesterday', model: [] })).toBe('INPUT_INVALID');
    expect(await ask('automode.status', {})).toMatchObject({ automation: { state: 'killed' }, alerts: expect.arrayContaining([expect.objectContaining({ code: 'kill_switch' })]) });
  }, 60_000);
});
