/** Train, evaluate, promote: what each prerequisite stops, and what a cycle leaves behind. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { automodeStatus, cycleEntryType, killAutomode, listCycles, nextJobs, pauseAutomode, runCycle, type CycleDone } from '#engines/automode';
import { pauseRetraining } from '#engines/retraining';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { marketCsv } from '../training/support.ts';
import { decisionsOf, entriesOf, loop, openBench, person, put, putPolicy, putQuality, putSignals, start, type Bench, type Config } from './support.ts';

const job = 'btc-retrain';
const configWith = (more: Readonly<Record<string, unknown>>): Config => ({
  retraining: { feeds: [{ name: 'btc', path: 'data/btc.csv', timeframe_seconds: 60 }], jobs: [{ name: job, kind: 'embedded', feed: 'btc', model: 'decision_engine', ...more }] },
});
/** So few rows differ by chance alone; only the test of drift wants to hear of it. */
const config = configWith({ drift: { psi_threshold: 1000, ks_threshold: 1 } });
const reason = 'Exchange maintenance tonight';

const report = (version: string, accuracy: number): unknown => ({
  model_name: 'decision_engine', version, evaluated_at: '2026-11-01T00:00:00+00:00', metrics: { summary: { directional_accuracy: accuracy, mae: 1000 } }, status: 'ok',
});

describe('a cycle', () => {
  let workspace: TestWorkspace;
  let bench: Bench;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
    bench = openBench({ root: workspace.root, clock });
    putPolicy(workspace.root, config);
    put(workspace.root, 'data/btc.csv', marketCsv({ rows: 600, seed: 5, signal: 0.6 }));
  });
  afterEach(() => workspace.remove());

  const championOf = (): string | null => {
    const path = join(workspace.root, 'var/models/quality/decision_engine/champion.json');
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { report: { version: string } }).report.version : null;
  };
  const putChampion = (accuracy: number): void => put(workspace.root, 'var/models/quality/decision_engine/champion.json', {
    model_name: 'decision_engine', decided_at: '2026-11-01T00:00:00+00:00', reason: 'seed', report: report('v0', accuracy),
  });
  const run = (actor = person, more = {}): Promise<CycleDone> => runCycle(bench.parts, job, { actor, ...more });

  it('promotes a better version once, with audit record and a model_change that names the guardrails', async () => {
    putChampion(0.1);
    const { cycle, run: training } = await run();
    expect(cycle).toMatchObject({
      job, model: 'decision_engine', status: 'completed', door: 'cli', started_by: 'Anna', alerts: [], errors: [], guardrail_active: false, kill_switch: false,
      training: { status: 'success', version: training.version }, evaluation: { decision: 'challenger', why: 'held' },
      promotion: { status: 'executed', skip_reason: null, decisions: [{ decision: 'champion', version: training.version, previous_version: 'v0' }] },
    });
    expect(championOf()).toBe(training.version);
    const audit = join(workspace.root, cycle.promotion?.decisions[0]?.audit_directory ?? 'none', 'summary.json');
    expect(JSON.parse(readFileSync(audit, 'utf8'))).toMatchObject({ status: 'promoted', version: training.version, mode: 'auto' });
    const changes = decisionsOf(workspace.root).filter(({ event }) => event === 'model_change');
    expect(changes).toMatchObject([{ model_version: training.version, promotion_mode: 'auto', guardrail_active: 'false', kill_switch: 'false', retraining_id: training.run_id }]);
    expect(decisionsOf(workspace.root).filter(({ event }) => event === 'ai_retraining')).toMatchObject([{ guardrail_active: 'false', kill_switch: 'false' }]);
    const entries = entriesOf(bench.journal, cycleEntryType);
    expect(entries.map(({ stage }) => stage)).toEqual(['intent', 'note', 'note', 'outcome']);
    expect(entries.at(-1)?.data['cycle']).toEqual(cycle);
    expect(listCycles(bench.parts, 5)).toEqual([cycle]);
  });

  it('makes the first version champion in the evaluation, and then has nothing to promote', async () => {
    const { cycle, run: training } = await run();
    expect(cycle).toMatchObject({ evaluation: { decision: 'champion', why: 'first' }, promotion: { status: 'executed', decisions: [{ decision: 'noop' }] } });
    expect(championOf()).toBe(training.version);
    expect(decisionsOf(workspace.root).filter(({ event }) => event === 'model_change')).toHaveLength(1);
  });

  it('with a drift alert promotes nothing', async () => {
    putChampion(0.1);
    putPolicy(workspace.root, configWith({}));
    put(workspace.root, 'data/btc.csv', marketCsv({ rows: 600, seed: 5, signal: 0.6, shift: { from: 500, times: 8 } }));
    const { cycle } = await run();
    expect(cycle.alerts).toContain('drift');
    expect(cycle).toMatchObject({ status: 'completed', evaluation: { decision: 'challenger', why: 'held' }, promotion: { status: 'skipped', skip_reason: 'alerts', decisions: [] } });
    expect(championOf()).toBe('v0');
  });

  it('without automatic promotion leaves a challenger, also for the first version', async () => {
    putPolicy(workspace.root, { ...config, automode: { auto_promote: false } });
    const { cycle } = await run();
    expect(cycle).toMatchObject({ evaluation: { decision: 'challenger', why: 'held' }, promotion: { status: 'skipped', skip_reason: 'auto_promote_off' } });
    expect(championOf()).toBeNull();
  });

  it('leaves every promotion to a person where the policy asks for a second one, also of the first version, and says so', async () => {
    putPolicy(workspace.root, { ...config, approval: { 'models.promote': 'required' } });
    const { cycle } = await run();
    expect(cycle).toMatchObject({ status: 'completed', evaluation: { decision: 'challenger', why: 'approval_required' }, promotion: { status: 'skipped', skip_reason: 'approval_required', decisions: [] } });
    expect(championOf()).toBeNull();
    putChampion(0.1);
    expect((await run(person, { force: true })).cycle).toMatchObject({ evaluation: { decision: 'challenger', why: 'approval_required' }, promotion: { skip_reason: 'approval_required' } });
    expect(championOf()).toBe('v0');
    expect(decisionsOf(workspace.root).filter(({ event }) => event === 'model_change')).toEqual([]);
    const { alerts, last_cycle: last } = await automodeStatus(bench.parts);
    expect(last?.promotion?.skip_reason).toBe('approval_required');
    expect(alerts.find(({ code }) => code === 'promotion_waits')).toMatchObject({ severity: 'attention', params: { model: 'decision_engine', count: 1 }, command: expect.stringMatching(/^models promote decision_engine \S+ --reason TEXT$/u) as string });
  });

  it('does not make the next version the first champion after somebody took the champion away', async () => {
    await run();
    rmSync(join(workspace.root, 'var/models/quality/decision_engine/champion.json'));
    clock.at += 3_600_000;
    const { cycle } = await run(person, { force: true });
    expect(cycle).toMatchObject({ evaluation: { decision: 'challenger', why: 'champion_missing' }, promotion: { status: 'executed', decisions: [{ decision: 'missing_overview' }] } });
    expect(championOf()).toBeNull();
  });

  it('promotes nothing while too many of the last changes were made under a guardrail, also where none is set up here', async () => {
    putChampion(0.1);
    put(workspace.root, 'logs/decision_journal/decisions-20261120.jsonl', `${JSON.stringify({ event: 'model_change', timestamp: '2026-11-20T08:59:00Z', guardrail_active: 'true' })}\n`);
    expect((await run()).cycle).toMatchObject({ promotion: { status: 'executed', decisions: [{ decision: 'blocked', blocked_by: ['guardrail_share'] }] } });
    expect(championOf()).toBe('v0');
  });

  it.each([
    ['killed', 'automation', () => killAutomode(bench.parts, { actor: person, reason })],
    ['overridden', 'automation', () => put(workspace.root, 'var/runtime/overrides/decision_orchestrator_disable.json', '{')],
    ['switched off', 'automation', () => putPolicy(workspace.root, { ...config, automode: { enabled: false } })],
    ['in an unknown state', 'automation', () => put(workspace.root, 'var/console/automode.json', '{')],
  ])('of a person trains while automation is %s, and does not promote', async (_name, skip, prepare) => {
    putChampion(0.1);
    prepare();
    const { cycle } = await run();
    expect(cycle).toMatchObject({ status: 'completed', training: { status: 'success' }, promotion: { status: 'skipped', skip_reason: skip } });
    expect(championOf()).toBe('v0');
  });

  it('of a person promotes during a pause; that of the loop does not begin and leaves no trace', async () => {
    putChampion(0.1);
    pauseAutomode(bench.parts, { actor: person, duration: '2h', reason });
    const before = bench.journal.head();
    const refused = await run(loop, { onlyIfDue: true });
    expect(refused).toMatchObject({ run: { status: 'blocked', reason_code: 'automation', run_id: null }, cycle: { status: 'blocked' } });
    expect(bench.journal.head()).toEqual(before);
    expect((await run()).cycle.promotion?.status).toBe('executed');
  });

  it('of the loop that finds nothing due leaves no trace', async () => {
    await run(loop, { onlyIfDue: true });
    clock.at += 60_000;
    const [head, decisions] = [bench.journal.head(), decisionsOf(workspace.root).length];
    expect((await run(loop, { onlyIfDue: true })).run).toMatchObject({ status: 'blocked', reason_code: 'not_due' });
    expect(bench.journal.head()).toEqual(head);
    expect(decisionsOf(workspace.root)).toHaveLength(decisions);
  });

  it('is held up by the schedule unless forced, with the exit codes of a training', async () => {
    pauseRetraining(bench.parts.training, { actor: person, duration: '1h' });
    expect((await run()).run).toMatchObject({ status: 'blocked', exit_code: 3 });
    expect((await run(person, { force: true })).run).toMatchObject({ status: 'success', exit_code: 0 });
  });

  it('that fails says so, records no version and promotes nothing', async () => {
    put(workspace.root, 'data/btc.csv', 'timestamp,open\n');
    const { cycle } = await run();
    expect(cycle).toMatchObject({ status: 'failed', training: { status: 'failed' }, evaluation: null, promotion: { status: 'skipped', skip_reason: 'status' } });
    expect(cycle.errors).toHaveLength(1);
    expect(decisionsOf(workspace.root).filter(({ event }) => event === 'ai_retraining_failed')).toMatchObject([{ guardrail_active: 'false', kill_switch: 'false' }]);
  });

  it('promotes nothing while a guardrail is in force or unknown', async () => {
    putChampion(0.1);
    putPolicy(workspace.root, { ...config, automode: { guardrails: {} } });
    putQuality(workspace.root, start, 0.1);
    putSignals(workspace.root, start, { effective_risk: 0.75 });
    expect((await run()).cycle).toMatchObject({ alerts: ['guardrail_active'], guardrail_active: true, promotion: { skip_reason: 'alerts' } });
    expect(decisionsOf(workspace.root).find(({ event }) => event === 'ai_retraining')).toMatchObject({ guardrail_active: 'true', kill_switch: 'false' });
    clock.at += 61_000;
    expect((await run(person, { force: true })).cycle).toMatchObject({ alerts: ['guardrail_unknown'], guardrail_active: null, promotion: { skip_reason: 'alerts' } });
    expect(championOf()).toBe('v0');
  });

  it('refuses a job that is not set up', async () => {
    await expect(runCycle(bench.parts, 'nope', { actor: person })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('is announced: due jobs, when next, and what holds it up', async () => {
    expect(await nextJobs(bench.parts)).toEqual({ due: [job], next: [{ job, at: '2026-11-20T09:00:00Z', block: null }], running: [] });
    pauseAutomode(bench.parts, { actor: person, duration: '2h', reason });
    expect(await nextJobs(bench.parts)).toMatchObject({ due: [], next: [{ job, at: '2026-11-20T11:00:00Z', block: 'automation_paused' }] });
    killAutomode(bench.parts, { actor: person, reason });
    expect(await nextJobs(bench.parts)).toMatchObject({ due: [], next: [{ job, at: null, block: 'automation_killed' }] });
  });
});
