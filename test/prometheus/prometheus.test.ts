/** A real Prometheus reads a running console, and its shares are those that the console counts. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConsole, type Console } from '#runtime';
import { entry as challenger, putModel, report } from '../models/support.ts';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { asked, queriesOf, rulesFile, stage7, stage8 } from './dashboards.ts';
import { freePort, startPrometheus, until, valueOf, type Prometheus } from './support.ts';

let workspace: TestWorkspace;
let console_: Console;
let prometheus: Prometheus | null = null;
const window = { door: 'window' } as const;

/** As another program writes them: appended, without any lock. */
function note(event: string, fields: Readonly<Record<string, string>>, hoursAgo = 0): void {
  const now = new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
  const path = join(workspace.root, `logs/decision_journal/decisions-${now.slice(0, 10).replaceAll('-', '')}.jsonl`);
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify({ event, timestamp: now.replace('Z', '000+00:00'), environment: 'paper', portfolio: 'bot "one"', risk_profile: 'balanced', ...fields })}\n`);
}

const text = async (port: number): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();

const promtool = (args: readonly string[], input?: string) => spawnSync('promtool', args, { encoding: 'utf8', ...(input === undefined ? {} : { input }) });

beforeEach(() => {
  workspace = testWorkspace();
  putModel(workspace.root, 'decision_engine', { champion: report('v1', 0.61, 15, 0.2), entries: [challenger(report('v2', 0.66, 14, 0.4))] });
  workspace.put('config/console.json', JSON.stringify({
    schema: 'sterownia.console/1',
    retraining: { jobs: [{ name: 'btc-retrain', kind: 'command', argv: ['false'], model: 'decision_engine' }] }, automode: { enabled: false }, sign_offs: { required: false },
  }));
});
afterEach(async () => {
  await prometheus?.stop();
  prometheus = null;
  await console_.close();
  workspace.remove();
});

describe('Prometheus', () => {
  it('works out the same shares as the console counts, over acts of the console and of other programs', { timeout: 600_000 }, async () => {
    const port = await freePort();
    // Of long ago: they are in no window any more, but their series are known, and begin at 0.
    note('model_change', { model_name: 'decision_engine', model_version: 'v0', guardrail_active: 'true' }, 5);
    note('ai_retraining', { schedule: 'btc-retrain', guardrail_active: 'true' }, 5);
    console_ = await openConsole({ workspace: workspace.root, host: 'headless', threads: true, actor: actorNamed('anna'), configDirectory: join(workspace.root, '.person'), metricsPort: port });
    await until('the series of the journal', async () => ((await text(port)).includes('auto_trader_retraining_cycles_total{environment="paper"') ? true : null));
    prometheus = await startPrometheus(join(workspace.root, '.prometheus'), port);
    const server = prometheus;
    await until('the first scrape', () => valueOf(server, 'sum(auto_trader_model_changes_total)'));
    expect(await valueOf(server, 'sum(auto_trader_model_changes_total) + sum(auto_trader_retraining_cycles_total)')).toBe(0);

    const plan = await console_.invoke('models.promote', { model: 'decision_engine', version: 'v2', reason: 'Better in every window of May' }, window);
    if (!plan.ok) throw new Error(plan.error.message);
    expect(await console_.invoke('plans.apply', { id: plan.value.id }, window)).toMatchObject({ ok: true, value: { status: 'applied' } });
    note('model_change', { model_name: 'decision_engine', model_version: 'v3', guardrail_active: 'true', kill_switch: 'false' });
    note('model_change', { model_name: 'decision_engine', model_version: 'v4', guardrail_active: 'false', kill_switch: 'false' });
    for (const [guardrail, kill, event] of [['true', 'true', 'ai_retraining'], ['true', 'false', 'ai_retraining_failed'], ['false', 'false', 'ai_retraining'], ['false', 'false', 'ai_retraining'], ['unknown', 'unknown', 'ai_retraining']] as const) {
      note(event, { schedule: 'btc-retrain', strategy: 'btc-retrain', guardrail_active: guardrail, kill_switch: kill, duration_seconds: '42' });
    }
    note('decision_guardrail', { guardrail: 'effective_risk' });

    const shares = await console_.invoke('automode.shares', { hours: 1, points: 2 }, window);
    if (!shares.ok) throw new Error(shares.error.message);
    expect(shares.value.model_change).toMatchObject({ n: 3, n_guardrail: 1 });
    expect(shares.value.retraining).toMatchObject({ n: 5, n_guardrail: 2 });

    await until('every step of the counters', async () => {
      const sums = await Promise.all(['model_changes', 'model_change_guardrail_blocks', 'retraining_cycles', 'retraining_guardrail_blocks', 'guardrail_blocks'].map((name) => valueOf(server, `sum(auto_trader_${name}_total)`)));
      return JSON.stringify(sums) === '[3,1,5,2,1]' ? true : null;
    });
    for (const [dashboard, counted] of [[stage7, shares.value.model_change], [stage8, shares.value.retraining]] as const) {
      const [byPrometheus = '', exact = ''] = queriesOf(dashboard);
      expect(await valueOf(server, asked(byPrometheus)), byPrometheus).toBeCloseTo(counted.share, 9);
      expect(await valueOf(server, exact), exact).toBeCloseTo(counted.share, 12);
      for (const query of queriesOf(dashboard)) await server.query(asked(query));
    }
    // A series that begins late is estimated over a shorter span by Prometheus; not one of its steps is lost.
    note('model_change', { model_name: 'a model that nobody knew', model_version: '1', guardrail_active: 'false', kill_switch: 'false' });
    const late = 'auto_trader_model_changes_total{model="a model that nobody knew"}';
    await until('the step of a series that is new', async () => ((await valueOf(server, late)) === 1 ? true : null));
    await until('its increase', async () => (((await valueOf(server, `increase(${late}[1h])`)) ?? 0) > 0.99 ? true : null));
    expect(await valueOf(server, String(queriesOf(stage7)[1]))).toBeCloseTo(1 / 4, 12);

    const states = await server.query('sum by (state) (auto_trader_retraining_guardrail_blocks_total)');
    expect([...states].toSorted()).toEqual([['{"state":"guardrail"}', 1], ['{"state":"kill_switch"}', 1]]);
    const statuses = await server.query('sum by (model, status) (auto_trader_retraining_cycles_total)');
    expect(statuses.get('{"model":"decision_engine","status":"failure"}')).toBe(1);
    const changed = await valueOf(server, 'max(auto_trader_model_change_timestamp_seconds)');
    expect(Math.abs((changed ?? 0) - Date.now() / 1000)).toBeLessThan(600);
    expect([...(await server.query('auto_trader_guardrail_blocks_total == 1')).keys()].map((labels) => (JSON.parse(labels) as Record<string, string>)['portfolio'])).toEqual(['bot "one"']);

    const checked = promtool(['check', 'metrics'], await text(port));
    expect([checked.status, checked.stderr, checked.stdout]).toEqual([0, '', '']);
  });

  it('finds the rules sound, and they say what they should', () => {
    // Nothing to close or to remove but the workspace.
    console_ = { close: async () => undefined } as Console;
    const checked = promtool(['check', 'rules', rulesFile]);
    expect(checked.status, checked.stderr).toBe(0);
    const cases = join(workspace.root, 'rules.test.yml');
    writeFileSync(cases, readFileSync(join(import.meta.dirname, 'rules.test.yml'), 'utf8').replace('RULES', rulesFile));
    const tested = promtool(['test', 'rules', cases]);
    expect(tested.status, `${tested.stdout}${tested.stderr}`).toBe(0);
  });
});
