/** The whole at a glance: alerts with their runbook pages, events of both journals, jobs that are under way. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { automodeAlertCodes, automodeStatusSchema, operations, type AutomodeAlert } from '#contract';
import { automodeEvents, automodeStatus, killAutomode, nextJobs, pauseAutomode } from '#engines/automode';
import { acquireLock } from '#engines/storage';
import { jobLock } from '#engines/training';
import { placeOf } from '#engines/workspace';
import { inventory, testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { openBench, person, put, putPolicy, putQuality, putSignals, start, type Bench, type Config } from './support.ts';

const reason = 'Exchange maintenance tonight';
const config: Config = {
  retraining: { feeds: [{ name: 'btc', path: 'data/btc.csv' }], jobs: [{ name: 'btc-retrain', kind: 'embedded', feed: 'btc', model: 'decision_engine' }] },
};

describe('the status of AutoMode', () => {
  let workspace: TestWorkspace;
  let bench: Bench;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
    bench = openBench({ root: workspace.root, clock });
  });
  afterEach(() => workspace.remove());
  const alerts = async (): Promise<readonly AutomodeAlert[]> => (await automodeStatus(bench.parts)).alerts;
  const codes = async (): Promise<readonly string[]> => (await alerts()).map(({ code }) => code);
  const champion = (status: string): unknown => ({ decided_at: '2026-11-01T00:00:00+00:00', reason: 'seed', report: { version: 'v1', status, metrics: {} } });

  it('of a fresh workspace is calm, and asking writes nothing', async () => {
    const status = await automodeStatus(bench.parts);
    expect(automodeStatusSchema.parse(status)).toEqual(status);
    expect(status).toMatchObject({ automation: { state: 'on' }, guardrail: { state: 'off' }, running: [], next: [], alerts: [], last_cycle: null });
    expect(inventory(workspace.root).size).toBe(0);
  });

  it('names everything that needs a person, what stops something first, each with a page of the runbooks', async () => {
    putPolicy(workspace.root, { ...config, automode: { guardrails: {} } });
    pauseAutomode(bench.parts, { actor: person, reason });
    killAutomode(bench.parts, { actor: person, reason });
    put(workspace.root, 'var/runtime/overrides/multi_strategy_disable.json', '{');
    put(workspace.root, 'var/runtime/overrides/decision_orchestrator_disable.json', { schema: 'runtime.decision_orchestrator.override', reason: 'INC-7' });
    putSignals(workspace.root, start, { effective_risk: 0.9 });
    put(workspace.root, 'audit/ai_decision/scheduler.json', { version: 5, last_run: null, interval: 1800, failure_streak: 2, last_failure: '2026-11-20T08:59:00Z', cooldown_until: '2026-11-20T09:20:00Z', last_failure_reason: 'X: y' });
    put(workspace.root, 'var/models/quality/worn/champion.json', champion('degraded'));
    put(workspace.root, 'var/models/quality/broken/champion.json', '{oops');
    put(workspace.root, 'var/models/quality/young/challengers.json', { entries: [{ report: { version: 'v1' } }] });
    put(workspace.root, 'logs/decision_journal/decisions-20261120.jsonl', `${JSON.stringify({ event: 'model_change', timestamp: '2026-11-20T08:59:00Z', guardrail_active: 'true' })}\n`);
    const found = await alerts();
    const severities = found.map(({ severity }) => severity);
    expect(severities).toEqual(severities.toSorted((a, b) => ['blocked', 'unknown', 'attention'].indexOf(a) - ['blocked', 'unknown', 'attention'].indexOf(b)));
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set([
      'kill_switch', 'override_active', 'override_unreadable', 'guardrail_active', 'guardrail_unknown', 'model_change_share', 'failure_streak', 'cooldown', 'champion_degraded',
      'champion_unreadable', 'no_champion', 'paused', 'feed_problem',
    ]));
    for (const alert of found) {
      expect(alert.runbook.document, alert.code).toMatch(/^[a-z_]+\.md$/u);
      expect(alert.runbook.section, alert.code).not.toBe('');
      const [area = '', verb = ''] = alert.command?.split(' ') ?? [];
      if (alert.command !== null) expect(Object.values(operations).some(({ cli }) => cli.area === area && cli.verb === verb), alert.command).toBe(true);
    }
    expect(found.find(({ code }) => code === 'guardrail_active')).toMatchObject({ params: { name: 'effective_risk', threshold: 0.75, value: 0.9, comparator: '>=' }, runbook: { document: 'report_maintenance.md' } });
    expect(found.find(({ code }) => code === 'model_change_share')).toMatchObject({ severity: 'blocked', params: { share: 1, limit: 0.3, level: 'red' }, runbook: { document: 'report_maintenance.md', section: '9.3' } });
    expect(found.find(({ code }) => code === 'failure_streak')).toMatchObject({ params: { count: 2 }, runbook: { document: 'ai_decision_loop.md' } });
  });

  it('tells a damaged policy, a damaged schedule, and sign-offs that are missing or unknown', async () => {
    put(workspace.root, 'config/console.json', '{');
    expect(await codes()).toContain('policy_problem');
    putPolicy(workspace.root, config);
    put(workspace.root, 'audit/ai_decision/scheduler.json', '[]');
    put(workspace.root, 'var/console/automode.json', '[]');
    expect(await codes()).toEqual(expect.arrayContaining(['schedule_document', 'policy_problem']));
    const lacking = openBench({ root: workspace.root, clock, signOffs: { state: 'missing', missing: [{ role: 'risk', report: 'r' }], detail: null } });
    expect((await automodeStatus(lacking.parts)).alerts).toContainEqual(expect.objectContaining({ code: 'sign_offs_missing', severity: 'blocked', params: { count: 1, roles: 'risk' } }));
    const unknown = openBench({ root: workspace.root, clock, signOffs: { state: 'unknown', missing: [], detail: 'gone' } });
    expect((await automodeStatus(unknown.parts)).alerts.map(({ code }) => code)).toContain('sign_offs_unknown');
  });

  it('knows no other alerts than those of the contract', () => {
    expect(automodeAlertCodes).toHaveLength(new Set(automodeAlertCodes).size);
  });

  it('sees a feed that is written anew, and one that grows too old by itself', async () => {
    putPolicy(workspace.root, { retraining: { feeds: [{ name: 'btc', path: 'data/btc.csv', max_age_seconds: 600 }] } });
    expect(await codes()).toEqual(['feed_problem']);
    put(workspace.root, 'data/btc.csv', 'timestamp,open,high,low,close,volume\n2026-11-20T08:55:00Z,1,1,1,1,1\n');
    expect(await codes()).toEqual([]);
    clock.at += 300_000;
    expect(await codes()).toEqual([]);
    clock.at += 1;
    expect(await codes()).toEqual(['feed_problem']);
  });

  it('lists a job as running only while somebody holds its lock', async () => {
    putPolicy(workspace.root, config);
    put(workspace.root, 'var/console/training/btc-retrain.json', {
      schema: 'sterownia.training-job/1', job: 'btc-retrain', last_success: null, last_failure: null, failure_streak: 0, cooldown_until: null,
      run: { id: 'run-1', started_at: '2026-11-20T08:59:00+00:00', actor: person, operation: null, process: null, reports: [], saving: null, failing: null, cancelled: false },
    });
    expect((await nextJobs(bench.parts)).running).toEqual([]);
    const lock = acquireLock(placeOf(bench.context, 'locks'), jobLock('btc-retrain'), { purpose: 'test' });
    try {
      const { running, next, due } = await nextJobs(bench.parts);
      expect(running).toEqual([{ job: 'btc-retrain', since: '2026-11-20T08:59:00+00:00', run_id: 'run-1', by: 'Anna' }]);
      expect([next, due]).toEqual([[{ job: 'btc-retrain', at: null, block: 'running' }], []]);
    } finally {
      lock.release();
    }
    expect((await nextJobs(bench.parts)).due).toEqual(['btc-retrain']);
  });

  it('tells events of any program, newest first, and counts lines that are none', () => {
    const entry = (event: string, timestamp: string, more: Readonly<Record<string, unknown>>): string => JSON.stringify({ event, timestamp, ...more });
    put(workspace.root, 'logs/decision_journal/decisions-20261119.jsonl', [
      entry('model_change', '2026-11-19T10:00:00Z', { strategy: 'm', model_name: 'm', model_version: 'v2', model_previous_version: 'v1', model_source: 'champion', promotion_mode: 'auto', promoted_by: 'loop', reason: 'better', guardrail_active: 'true', kill_switch: 'false', promotion_id: 'm/x' }),
      entry('ai_retraining_failed', '2026-11-19T09:00:00Z', { schedule: 'j', error_type: 'ValueError', error_message: 'no rows', record_id: 'r1' }),
    ].join('\n'));
    put(workspace.root, 'logs/decision_journal/decisions-20261120.jsonl', `\ufeff${entry('ai_retraining', '2026-11-20T08:00:00Z', { schedule: 'j', guardrail_active: false })}\n{torn`);
    expect(automodeEvents(bench.parts, 10)).toEqual({
      model_events: [{
        at: '2026-11-19T10:00:00Z', model: 'm', version: 'v2', previous_version: 'v1', source: 'champion', mode: 'auto', by: 'loop', reason: 'better', guardrail_active: true,
        kill_switch: false, audit_directory: 'audit/champion_promotions/m/x',
      }],
      retraining_events: [
        { at: '2026-11-20T08:00:00Z', job: 'j', status: 'success', reason: null, guardrail_active: false, kill_switch: null, record_id: null },
        { at: '2026-11-19T09:00:00Z', job: 'j', status: 'failure', reason: 'ValueError: no rows', guardrail_active: null, kill_switch: null, record_id: 'r1' },
      ],
      cycles: [], bad_lines: 1,
    });
    expect(automodeEvents(bench.parts, 1).retraining_events).toHaveLength(1);
  });

  it('names the folder of the record that an entry names, and the usual one for entries that name none', () => {
    const entry = (more: Readonly<Record<string, unknown>>): string => JSON.stringify({ event: 'model_change', timestamp: '2026-11-20T08:00:00Z', model_name: 'm', promotion_id: 'm/x', ...more });
    put(workspace.root, 'logs/decision_journal/decisions-20261120.jsonl', [entry({}), entry({ audit_directory: 'records/m/x' }), entry({ promotion_id: '' })].join('\n'));
    expect(automodeEvents(bench.parts, 10).model_events.map(({ audit_directory: directory }) => directory).toSorted()).toEqual(['audit/champion_promotions/m/x', null, 'records/m/x']);
  });

  it('tells a share above its line although no guardrail is set up here', async () => {
    put(workspace.root, 'logs/decision_journal/decisions-20261120.jsonl', [
      JSON.stringify({ event: 'model_change', timestamp: '2026-11-20T08:59:00Z', guardrail_active: 'true' }), JSON.stringify({ event: 'ai_retraining', timestamp: '2026-11-20T08:59:00Z', kill_switch: 'true' }),
    ].join('\n'));
    const found = await alerts();
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([['model_change_share', 'blocked'], ['retraining_share', 'blocked']]);
  });

  it('says when jobs go on after a pause and overrides that end', async () => {
    putPolicy(workspace.root, config);
    putQuality(workspace.root, start, 0);
    put(workspace.root, 'var/runtime/overrides/multi_strategy_disable.json', { schema: 'stage6.scheduler.override', expires_at: '2026-11-20T12:00:00Z' });
    pauseAutomode(bench.parts, { actor: person, duration: '1h', reason });
    expect((await nextJobs(bench.parts)).next).toMatchObject([{ at: '2026-11-20T12:00:00Z', block: 'automation_overridden' }]);
    put(workspace.root, 'var/runtime/overrides/other.json', '{');
    expect((await nextJobs(bench.parts)).next).toMatchObject([{ at: null }]);
  });
});
