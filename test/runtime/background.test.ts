/** A running console trains, tells and follows by itself: over real threads, real jobs, and other consoles on the same workspace. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventEnvelope, Notification, OperationName, OperationInput, OperationOutput, Snapshot } from '#contract';
import { openConsole, type Console } from '#runtime';
import { entry as challenger, putModel, report } from '../models/support.ts';
import { until } from '../prometheus/support.ts';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { marketCsv } from '../training/support.ts';

let workspace: TestWorkspace;
let opened: Console[];
let seen: EventEnvelope[];
const window = { door: 'window' } as const;

async function open(threads: boolean): Promise<Console> {
  const made = await openConsole({
    workspace: workspace.root, host: threads ? 'headless' : 'cli', threads, actor: actorNamed('anna'), configDirectory: join(workspace.root, '.person'), loopEveryMs: 200, metricsPort: null,
  });
  opened.push(made);
  made.subscribe((event) => void seen.push(event));
  return made;
}

async function ask<N extends OperationName>(from: Console, name: N, input: OperationInput<N>): Promise<OperationOutput<N>> {
  const result = await from.invoke(name, input, window);
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
  return result.value;
}

const configure = (jobs: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): void => {
  workspace.put('config/console.json', JSON.stringify({
    schema: 'sterownia.console/1', sign_offs: { required: false }, retraining: { jobs, feeds: [{ name: 'btc', path: 'data/btc.csv', timeframe_seconds: 60 }] }, ...more,
  }));
};
/** Random rows always drift a little; here that is not the matter. */
const good = { name: 'good', kind: 'embedded', feed: 'btc', model: 'decision_engine', drift: { psi_threshold: 50, ks_threshold: 1 }, quality: { sigma: 100 } } as const;
const bad = { name: 'bad', kind: 'command', argv: ['/bin/sh', '-c', 'exit 7'] } as const;
const hanging = { name: 'hanging', kind: 'command', argv: ['/bin/sleep', '600'], timeout_seconds: 900 } as const;

const decisions = (event: string): readonly Record<string, string>[] => {
  const folder = join(workspace.root, 'logs/decision_journal');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.jsonl')).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter((line) => line !== ''))
    .map((line) => JSON.parse(line) as Record<string, string>).filter((entry) => entry['event'] === event);
};
const happened = (name: string, from = 0): Promise<true> => until(name, async () => (seen.slice(from).some((event) => event.name === name) ? true : null));
const notifications = async (from: Console): Promise<readonly Notification[]> => (await ask(from, 'console.notifications', {})).notifications;
const loopNamed = async (from: Console, name: string): Promise<Snapshot['loops'][number] | null> => (await ask(from, 'console.snapshot', {})).loops.find((each) => each.name === name) ?? null;

beforeEach(() => {
  workspace = testWorkspace();
  [opened, seen] = [[], []];
  workspace.put('data/btc.csv', marketCsv({ rows: 600, signal: 0.5, end: Date.now() }));
});
afterEach(async () => {
  await Promise.all(opened.map((each) => each.close()));
  workspace.remove();
});

describe('a running console', { timeout: 240_000 }, () => {
  it('trains what is due once, though two consoles run, promotes it, and tells with the reason', async () => {
    configure([good, bad]);
    const [first] = [await open(true), await open(true)];
    const promoted = await until('the promotion', async () => decisions('model_change')[0] ?? null);
    await until('the failure of the other job', async () => (decisions('ai_retraining_failed').length > 0 ? true : null));
    const told = await until('the news', async () => {
      const all = await notifications(first);
      return all.some(({ kind }) => kind === 'model_promoted_auto') && all.some(({ kind }) => kind === 'training_failed') ? all : null;
    });
    expect(told.find(({ kind }) => kind === 'model_promoted_auto')).toMatchObject({
      params: { model: 'decision_engine', version: promoted['model_version'], reason: promoted['reason'] }, address: '#/models?model=decision_engine', count: 1,
    });
    expect(told.find(({ kind }) => kind === 'training_failed')?.params).toMatchObject({ job: 'bad' });
    const loop = await until('the next start', async () => {
      const found = await loopNamed(first, 'retraining');
      return found !== null && found.next_at !== null ? found : null;
    });
    expect(Date.parse(loop.next_at ?? '')).toBeGreaterThan(Date.now());
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(decisions('ai_retraining').length).toBe(1);
    expect(decisions('ai_retraining_failed').length).toBe(1);
    expect(seen.map(({ name }) => name)).toEqual(expect.arrayContaining(['automode.progress', 'automode.changed', 'retraining.changed', 'models.changed']));
    const { cycles } = await ask(first, 'automode.events', { limit: 10 });
    expect(cycles.map(({ job, status, door }) => [job, status, door]).toSorted()).toEqual([['bad', 'failed', 'loop'], ['good', 'completed', 'loop']]);
  });

  it('is not held up by a job that hangs, and the kill switch of another console stops it', async () => {
    configure([hanging, good]);
    const console_ = await open(true);
    await until('the good one', async () => (decisions('ai_retraining').length === 1 ? true : null));
    // The cycle of the good one goes on for a moment after its entry.
    await until('the end of its cycle', async () => ((await ask(console_, 'automode.status', {})).running.map(({ job }) => job).join() === 'hanging' ? true : null));
    const other = await open(false);
    await ask(other, 'automode.kill', { reason: 'The champion trades against itself' });
    await until('the stop', async () => {
      const { running, last_cycle } = await ask(console_, 'automode.status', {});
      return running.length === 0 && last_cycle?.job === 'hanging' && last_cycle.status === 'cancelled' ? true : null;
    });
    const told = await until('the news', async () => (await notifications(console_)).find(({ kind }) => kind === 'kill_switch') ?? null);
    expect(told).toMatchObject({ critical: true, severity: 'blocked', params: { reason: 'The champion trades against itself' } });
    expect(await until('the loop', async () => {
      const found = await loopNamed(console_, 'retraining');
      return found?.severity === 'blocked' ? found : null;
    })).toMatchObject({ next_at: null });
    expect(decisions('ai_retraining_failed')).toEqual([]);
  });

  it('stops its jobs when it is closed, and their outcome is recorded', async () => {
    configure([hanging]);
    const console_ = await open(true);
    await until('the start', async () => ((await ask(console_, 'automode.status', {})).running.length === 1 ? true : null));
    await console_.close();
    opened = [];
    const after = await open(false);
    const { running, last_cycle } = await ask(after, 'automode.status', {});
    expect(running).toEqual([]);
    expect(last_cycle).toMatchObject({ job: 'hanging', status: 'cancelled' });
    expect(JSON.parse(readFileSync(join(workspace.root, 'var/console/training/hanging.json'), 'utf8'))).toMatchObject({ run: null, failure_streak: 0 });
  });

  it('keeps the reason of a promotion by a person as the last notification', async () => {
    configure([], { automode: { enabled: false } });
    putModel(workspace.root, 'decision_engine', { champion: report('v1', 0.61, 15, 0.2), entries: [challenger(report('v2', 0.66, 14, 0.4))] });
    const console_ = await open(true);
    const plan = await ask(console_, 'models.promote', { model: 'decision_engine', version: 'v2', reason: 'Degradation of the champion' });
    await ask(console_, 'plans.apply', { id: plan.id });
    await until('the promotion', async () => ((await notifications(console_)).some(({ kind }) => kind === 'model_promoted') ? true : null));
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const [last] = (await notifications(console_)).filter(({ kind }) => kind.startsWith('model_') || kind.startsWith('plan_'));
    expect(last).toMatchObject({ kind: 'model_promoted', count: 1, params: { version: 'v2', previous: 'v1', reason: 'Degradation of the champion', by: 'anna' } });
    expect(seen.filter(({ name }) => name === 'models.changed').length).toBe(1);
  });

  it('tells at its start which champions were changed while none was running, once, and nothing of the time before it was first opened', async () => {
    configure([], { automode: { enabled: false } });
    putModel(workspace.root, 'decision_engine', { champion: report('v1', 0.61, 15, 0.2), entries: ['v2', 'v3', 'v4'].map((version) => challenger(report(version, 0.66, 14, 0.4))) });
    const promote = async (version: string): Promise<void> => {
      const cli = await open(false);
      const plan = await ask(cli, 'models.promote', { model: 'decision_engine', version, reason: `Version ${version} while nobody looked` });
      await ask(cli, 'plans.apply', { id: plan.id });
      await cli.close();
      opened = opened.filter((each) => each !== cli);
    };
    const started = async (): Promise<readonly Notification[]> => {
      const console_ = await open(true);
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      const told = (await notifications(console_)).filter(({ kind }) => kind === 'model_promoted');
      await console_.close();
      opened = opened.filter((each) => each !== console_);
      return told;
    };
    await promote('v2');
    expect(await started()).toEqual([]);
    await promote('v3');
    await promote('v4');
    const told = await started();
    expect(told.map(({ params, count }) => [params['version'], params['reason'], count])).toEqual([['v4', 'Version v4 while nobody looked', 1], ['v3', 'Version v3 while nobody looked', 1]]);
    expect((await started()).map(({ count }) => count)).toEqual([1, 1]);
  });

  it('notes for "as of" what other programs do to schedule, sign-offs, pins and overrides while it runs', async () => {
    configure([], { automode: { enabled: false } });
    putModel(workspace.root, 'decision_engine', { champion: report('v1', 0.61, 15, 0.2) });
    for (const folder of ['audit/ai_decision/drift', 'var/runtime/overrides']) mkdirSync(join(workspace.root, folder), { recursive: true });
    const console_ = await open(true);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const now = new Date().toISOString();
    workspace.put('audit/ai_decision/scheduler.json', JSON.stringify({ version: 5, interval: 1234, last_run: now, next_run: now, updated_at: now }));
    workspace.put('audit/ai_decision/drift/20261120T090000Z.json', JSON.stringify({ drift_score: 9, threshold: 3, sign_off: { risk: { status: 'approved', signed_by: 'jan', timestamp: now, notes: '' } } }));
    workspace.put('var/models/quality/decision_engine/pin.json', JSON.stringify({ version: 'v1', pinned_at: now, pinned_by: 'jan', until: null }));
    workspace.put('var/runtime/overrides/multi_strategy_disable.json', JSON.stringify({ schema: 'stage6.scheduler.override', reason: 'INC-1', expires_at: new Date(Date.now() + 3_000).toISOString() }));
    const then = (): Promise<OperationOutput<'automode.as_of'>> => ask(console_, 'automode.as_of', { at: new Date(Date.now() + 1_000).toISOString(), model: [] });
    await until('everything', async () => {
      const { schedule, sign_offs, models, proof_holds } = await then();
      return proof_holds && schedule.state?.['interval'] === 1234 && sign_offs[0]?.state?.signed_by === 'jan' && models[0]?.pin.state?.pinned_by === 'jan' ? true : null;
    });
    await until('the end of the override', async () => (decisions('component_restored')[0]?.['status'] === 'expired' ? true : null));
    expect(decisions('component_disabled')).toHaveLength(1);
    expect((await then()).overrides).toMatchObject([{ file: 'var/runtime/overrides/multi_strategy_disable.json', state: null }]);
  });

  it('starts nothing where AutoMode is switched off', async () => {
    configure([good], { automode: { enabled: false } });
    const console_ = await open(true);
    expect(await until('the loop', async () => loopNamed(console_, 'retraining'))).toMatchObject({ severity: 'attention', next_at: null });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(decisions('ai_retraining')).toEqual([]);
  });

  it('tells its windows what other programs change', async () => {
    configure([], { automode: { enabled: false } });
    putModel(workspace.root, 'decision_engine', { champion: report('v1', 0.61, 15, 0.2) });
    for (const folder of ['audit/ai_decision', 'var/console', 'var/runtime/overrides', 'logs/decision_journal', 'models/decision_engine']) mkdirSync(join(workspace.root, folder), { recursive: true });
    const console_ = await open(true);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const now = new Date().toISOString();
    const changes: readonly (readonly [string, () => void])[] = [
      ['retraining.changed', () => void workspace.put('audit/ai_decision/scheduler.json', JSON.stringify({ version: 5, interval: 1800, last_run: now, next_run: now }))],
      ['signoffs.changed', () => void workspace.put('audit/ai_decision/drift/20261120T090000Z.json', '{"drift_score": 0.9, "threshold": 0.2}')],
      ['automode.changed', () => void workspace.put('var/runtime/overrides/decision_orchestrator_disable.json', JSON.stringify({ schema: 'runtime.decision_orchestrator.override', reason: 'incident', requested_by: 'l2' }))],
      ['models.touched', () => putModel(workspace.root, 'risk_model', { champion: report('v9', 0.5, 10, 0.1) })],
      ['models.touched', () => writeFileSync(join(workspace.root, 'models/decision_engine/note.json'), '{}')],
      ['models.changed', () => appendFileSync(join(workspace.root, `logs/decision_journal/decisions-${now.slice(0, 10).replaceAll('-', '')}.jsonl`), `${JSON.stringify({
        event: 'model_change', timestamp: now, environment: 'paper', portfolio: 'p', risk_profile: 'r', model_name: 'decision_engine', model_version: 'v2', reason: 'Done by the bot at night', promotion_mode: 'manual', promoted_by: 'bot',
      })}\n`)],
    ];
    for (const [name, change] of changes) {
      const from = seen.length;
      change();
      await happened(name, from);
    }
    const told = await until('the reason', async () => (await notifications(console_)).find(({ kind }) => kind === 'model_promoted') ?? null);
    expect(told.params).toMatchObject({ model: 'decision_engine', version: 'v2', reason: 'Done by the bot at night', by: 'bot' });
    const override = await until('the override', async () => (await notifications(console_)).find(({ kind }) => kind === 'override_active') ?? null);
    expect(override.params).toMatchObject({ component: 'decision_orchestrator' });
    await until('a champion that another program made in the journal', async () => {
      const { models } = await ask(console_, 'automode.as_of', { at: new Date(Date.now() + 1_000).toISOString(), model: ['risk_model'] });
      return models[0]?.champion.state?.version === 'v9' ? true : null;
    });
  });

  it('does not tell again after a restart what lasts', async () => {
    configure([], { automode: { enabled: false } });
    const other = await open(false);
    await ask(other, 'automode.kill', { reason: 'Engaged before anybody looked' });
    const first = await open(true);
    await until('the news', async () => ((await notifications(first)).some(({ kind }) => kind === 'kill_switch') ? true : null));
    await first.close();
    const second = await open(true);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect((await notifications(second)).filter(({ kind }) => kind === 'kill_switch').map(({ count }) => count)).toEqual([1]);
    opened = opened.filter((each) => each !== first);
  });
});
