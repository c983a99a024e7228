/** External commands as jobs: what they are given, how they end, and who may start them. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RetrainingConfig } from '#contract';
import { readRecord, runJob, tailLog, type RunResult } from '#engines/training';
import { unwatched } from '#engines/storage';
import { runCommand } from '../../src/engines/training/command.ts';
import { pauseRetraining, retrainingStatus } from '#engines/retraining';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { decisionsOf, openBench, person, runsOf, start, type Bench } from './support.ts';

const program = join(import.meta.dirname, '../fixtures/training/command.mjs');
const runner = join(import.meta.dirname, '../fixtures/training/runner.ts');

const commandConfig = (args: readonly string[], more: Readonly<Record<string, unknown>> = {}) => ({
  jobs: [{ name: 'btc', kind: 'command' as const, argv: [process.execPath, program, ...args], ...more }],
}) satisfies Partial<Record<keyof RetrainingConfig, unknown>>;

const until = async (happened: () => boolean): Promise<void> => {
  while (!happened()) await new Promise((done) => void setTimeout(done, 20));
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return false;
  }
}

describe('a command as a job', () => {
  let workspace: TestWorkspace;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
  });
  const gates: number[] = [];
  afterEach(() => {
    for (const pid of gates.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    workspace.remove();
  });

  const bench = (args: readonly string[], more: Readonly<Record<string, unknown>> = {}): Bench =>
    openBench({ root: workspace.root, clock, config: commandConfig(args, more), environment: { SHOWN: 'yes', SECRET: 'no' } });
  const run = (args: readonly string[], more: Readonly<Record<string, unknown>> = {}): Promise<RunResult> => runJob(bench(args, more).engine, 'btc', { actor: person });
  const logOf = (result: RunResult): string => readFileSync(join(workspace.root, result.log ?? ''), 'utf8');

  it('runs without a shell, with only the variables that it lists, and its artifact is published', async () => {
    const result = await run(['train', '', '$HOME; `true` && "x"'].filter((each) => each !== ''), { env: ['SHOWN', 'MISSING'], artifact: '$HOME; `true` && "x"' });
    expect(result).toMatchObject({ status: 'success', model: 'btc', version: '20261120T090000Z', dataset_rows: 100 });
    const log = logOf(result);
    expect(log).toContain('argument ["$HOME; `true` && \\"x\\""]');
    expect(log).toContain('environment SHOWN,STEROWNIA_ARTIFACT,STEROWNIA_JOB,STEROWNIA_RUN_ID\n');
    expect(log).toMatch(/\| epoch 1\n.*\| epoch 2 red\n/u);
    const saved = JSON.parse(readFileSync(join(workspace.root, result.artifact?.path ?? ''), 'utf8')) as { metadata: unknown };
    expect(saved.metadata).toEqual({ job: 'btc', model_version: '20261120T090000Z', run_id: result.run_id, symbol: 'BTC' });
    expect(decisionsOf(workspace.root)).toMatchObject([{ event: 'ai_retraining', metric_mae: '1.5000000000', dataset_rows: '100' }]);
  });

  it('leaves nothing behind where it wrote to the place that it was given', async () => {
    const result = await run(['train']);
    expect(result.status).toBe('success');
    expect(existsSync(join(workspace.root, `var/console/training/btc-${result.run_id}.artifact.json`))).toBe(false);
  });

  it('is recorded where it lies when it is not to be published', async () => {
    workspace.put('models/out/old.json', '{}');
    const result = await run(['train', 'models/out/new.json'], { artifact: 'models/out', publish: false });
    expect(result).toMatchObject({ status: 'success', version: null, artifact: { path: 'models/out/new.json' } });
    expect(existsSync(join(workspace.root, 'models/btc/manifest.json'))).toBe(false);
  });

  for (const [name, args, more, type, message] of [
    ['ends with another status', ['exit', '3'], {}, 'ExitStatus', 'status 3'],
    ['leaves no artifact', ['exit', '0'], {}, 'ArtifactMissing', 'no new artifact'],
    ['leaves an artifact that breaks the schema', ['broken'], {}, 'SchemaError', '$.trained_at'],
    ['leaves only what was there before', ['exit', '0'], { artifact: 'stale.json' }, 'ArtifactMissing', 'no new artifact'],
    ['cannot be started', [], { argv: ['/nowhere/at/all'] }, 'SpawnError', 'could not be started'],
    ['has no working directory', ['train'], { cwd: 'nowhere' }, 'SpawnError', 'nowhere'],
  ] as const) {
    it(`fails when the command ${name}; no success is recorded`, async () => {
      workspace.put('stale.json', '{}');
      const result = await run(args, more);
      expect(result).toMatchObject({ status: 'failed', exit_code: 1, reason_code: type, artifact: null });
      expect(result.reason).toContain(message);
      expect(decisionsOf(workspace.root)).toMatchObject([{ event: 'ai_retraining_failed', error_type: type }]);
      const { context, config } = bench(args, more);
      expect(retrainingStatus(context, config)).toMatchObject({ schedule: { last_run: null, failure_streak: 1 } });
      expect(readRecord(context, 'btc')).toMatchObject({ run: null, last_success: null, failure_streak: 1 });
    });
  }

  it('that takes too long is asked to end, then killed with all its children', async () => {
    const pids = join(workspace.root, 'pids');
    const result = await run(['hang', pids], { timeout_seconds: 10, grace_seconds: 0.2 });
    expect(result).toMatchObject({ status: 'failed', reason_code: 'TimeoutError' });
    expect(logOf(result)).toContain('asked to end');
    const left = JSON.parse(readFileSync(pids, 'utf8')) as number[];
    await until(() => left.every((pid) => !isAlive(pid)));
  });

  it('that is stopped takes those with it that do not heed the request', async () => {
    const pids = join(workspace.root, 'pids');
    const signal = { check: () => undefined, progress: () => undefined, get cancelled() { return existsSync(pids); } };
    const { engine } = bench(['orphan', pids], { grace_seconds: 0.3 });
    expect(await runJob(engine, 'btc', { actor: person }, signal)).toMatchObject({ status: 'cancelled' });
    const left = JSON.parse(readFileSync(pids, 'utf8')) as number[];
    await until(() => left.every((pid) => !isAlive(pid)));
  });

  it('that is stopped leaves what it started the same grace to finish', async () => {
    const [pids, done] = [join(workspace.root, 'pids'), join(workspace.root, 'done')];
    const signal = { check: () => undefined, progress: () => undefined, get cancelled() { return existsSync(pids); } };
    const { engine } = bench(['tidy', pids, done], { grace_seconds: 60 });
    expect(await runJob(engine, 'btc', { actor: person }, signal)).toMatchObject({ status: 'cancelled' });
    expect(existsSync(done)).toBe(true);
  });

  it('leaves no artifact of its own behind when it fails, nor when it is cut off', async () => {
    const result = await run(['broken']);
    expect(result.status).toBe('failed');
    expect(readdirSync(join(workspace.root, 'var/console/training'))).toEqual(['btc.json']);
  });

  it('is in the record before anything else can happen', async () => {
    const seen: unknown[] = [];
    const { context } = bench([]);
    const line = { started: (pid: number) => void seen.push(pid), line: () => undefined };
    const end = runCommand({ argv: [process.execPath, '-e', ''], cwd: context.root, env: {}, timeoutSeconds: 60, graceSeconds: 1 }, line, unwatched);
    expect(seen).toHaveLength(1);
    await end;
  });

  it('can be stopped, which is no failure', async () => {
    const pids = join(workspace.root, 'pids');
    const signal = { check: () => undefined, progress: () => undefined, get cancelled() { return existsSync(pids); } };
    const { engine, context, config } = bench(['hang', pids], { grace_seconds: 0.1 });
    const result = await runJob(engine, 'btc', { actor: person }, signal);
    expect(result).toMatchObject({ status: 'cancelled', exit_code: 130 });
    expect(retrainingStatus(context, config).document).toBe('missing');
    expect(readRecord(context, 'btc').run).toBeNull();
    expect(runsOf(bench([])).map(({ data }) => data['status'])).toEqual([undefined, 'cancelled']);
  });

  it('is held up by a pause unless it is forced, and then the pause stays', async () => {
    const { engine, context, config } = bench(['train']);
    pauseRetraining(engine, { actor: person, duration: '2h', reason: 'maintenance window' });
    expect(await runJob(engine, 'btc', { actor: person })).toMatchObject({ status: 'blocked', exit_code: 3, reason_code: 'paused', run_id: null });
    expect(runsOf(bench([]))).toEqual([]);
    expect(await runJob(engine, 'btc', { actor: person, force: true })).toMatchObject({ status: 'success', exit_code: 0 });
    expect(retrainingStatus(context, config)).toMatchObject({ paused: true, schedule: { last_run: '2026-11-20T09:00:00+00:00' } });
  });

  it('runs once at a time in one process, and its log can be followed', async () => {
    const [at, go] = [join(workspace.root, 'at'), join(workspace.root, 'go')];
    const { engine, context } = bench(['gate', at, go]);
    const first = runJob(engine, 'btc', { actor: person });
    await until(() => existsSync(at));
    expect(await runJob(engine, 'btc', { actor: person, force: true })).toMatchObject({ status: 'running', exit_code: 4 });
    const seen = tailLog(context, ['btc'], { job: 'btc', lines: 100 });
    expect(seen.lines.join('\n')).toContain('was started by Anna');
    expect(tailLog(context, ['btc'], { job: 'btc', lines: 100, file: seen.path ?? '', offset: seen.next_offset }).lines).toEqual([]);
    writeFileSync(go, '');
    expect(await first).toMatchObject({ status: 'success' });
    const rest = tailLog(context, ['btc'], { job: 'btc', lines: 1, file: seen.path ?? '', offset: seen.next_offset });
    expect(rest.lines.at(-1)).toContain('Trained: models/btc/');
    expect(tailLog(context, ['btc'], { job: 'btc', lines: 1 }).lines).toHaveLength(1);
  });

  const otherConsole = (config: object, due = ''): Promise<RunResult> => new Promise((done, failed) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', runner, workspace.root, JSON.stringify(config), due], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => void (text += chunk.toString('utf8')));
    child.once('error', failed);
    child.once('close', () => done(JSON.parse(text) as RunResult));
  });

  it('two consoles never train it at the same time, nor one after the other in the same interval', async () => {
    const config = commandConfig(['train']);
    const results = await Promise.all([otherConsole(config, 'due'), otherConsole(config, 'due'), otherConsole(config, 'due')]);
    expect(results.filter(({ status }) => status === 'success')).toHaveLength(1);
    for (const { status, reason_code: code } of results.filter((each) => each.status !== 'success')) expect([status, code].join(' ')).toMatch(/^(?:running running|blocked not_due)$/u);
    expect(decisionsOf(workspace.root)).toHaveLength(1);
  });

  it('whose console was killed keeps others away while it still works; afterwards its run counts as failed', async () => {
    const [at, go] = [join(workspace.root, 'at'), join(workspace.root, 'go')];
    const config = commandConfig(['gate', at, go]);
    const console_ = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', runner, workspace.root, JSON.stringify(config)], { stdio: 'ignore' });
    const gone = new Promise((done) => void console_.once('close', done));
    await until(() => existsSync(at) && (readRecord(bench([]).context, 'btc').run?.process ?? null) !== null);
    const pid = Number(readFileSync(at, 'utf8'));
    gates.push(pid);
    console_.kill('SIGKILL');
    await gone;
    clock.at = Date.now();
    const { engine, context } = bench(['train']);
    expect(await runJob(engine, 'btc', { actor: person, force: true })).toMatchObject({ status: 'running', exit_code: 4 });
    writeFileSync(go, '');
    await until(() => !isAlive(pid));
    expect(await runJob(engine, 'btc', { actor: person, force: true })).toMatchObject({ status: 'success' });
    expect(decisionsOf(workspace.root).map(({ event, error_type: type }) => [event, type])).toEqual([['ai_retraining_failed', 'Interrupted'], ['ai_retraining', undefined]]);
    expect(readRecord(context, 'btc').run).toBeNull();
  });
});
