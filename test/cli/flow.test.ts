/** The command line on a real console and a real workspace: preview, apply, approval, permanence, stop. */
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#contract';
import { openConsole } from '#runtime';
import { runBridge } from '../../src/cli/bridge/main.ts';
import { runSterownia } from '../../src/cli/command.ts';
import { differences, snapshot } from '../fixtures/conformance/compare.ts';
import { buildTree } from '../fixtures/conformance/tree.ts';
import { stage } from './support.ts';

let root = '';
let workspace = '';

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sterownia-flow-')));
  workspace = join(root, 'ws');
  buildTree(workspace, 'plain');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const person = (name: string): Actor => ({ name, os_user: name, host: 'desk', door: 'cli' });

interface Ended {
  readonly status: number;
  readonly value: Record<string, unknown>;
  readonly err: string;
}

interface How {
  readonly program?: typeof runSterownia;
  readonly who?: string;
  readonly signal?: AbortSignal;
}

async function run(line: string, { program = runBridge, who = 'anna', signal }: How = {}): Promise<Ended> {
  const around = stage(line.split(' '), { cwd: workspace, ...(signal === undefined ? {} : { signal }) });
  const status = await program({
    ...around,
    now: () => new Date(),
    open: (options) => openConsole({ ...options, actor: person(who), configDirectory: join(root, who) }),
  });
  return { status, value: around.out.text === '' ? {} : JSON.parse(around.out.text) as Record<string, unknown>, err: around.err.text };
}

const sterownia = (line: string, how: How = {}): Promise<Ended> => run(`${line} --json`, { ...how, program: runSterownia });

function policy(content: unknown): void {
  mkdirSync(join(workspace, 'config'), { recursive: true });
  writeFileSync(join(workspace, 'config', 'console.json'), JSON.stringify(content));
}

const present = (path: string): boolean => existsSync(join(workspace, 'var', 'reports', path));
const reports = (): readonly string[] => [...snapshot(join(workspace, 'var', 'reports')).keys()];

describe('preview, then apply', () => {
  const command = 'purge --category smoke --signal-quality-retention-days 0';

  test('a dry run changes no report, and the same command applies its very plan', async () => {
    const before = reports();
    const preview = await run(`${command} --dry-run`);
    expect(preview).toMatchObject({ status: 0, value: { status: 'preview', dry_run: true } });
    expect(reports()).toEqual(before);
    const done = await run(command);
    expect(done).toMatchObject({ status: 0, value: { status: 'completed', plan_id: preview.value['plan_id'] } });
    const told = (value: Record<string, unknown>): unknown => ['matched_count', 'planned_count', 'removed_files', 'removed_size'].map((key) => value[key]);
    expect(told(done.value)).toEqual(told(preview.value));
    expect(present('smoke')).toBe(false);
  });

  test('both programs share their plans', async () => {
    const preview = await sterownia(`reports ${command} --dry-run`);
    const done = await run(command);
    expect(done.value['plan_id']).toBe(preview.value['id']);
  });

  test('a preview of other content is not applied', async () => {
    const preview = await run(`${command} --dry-run`);
    writeFileSync(join(workspace, 'var', 'reports', 'smoke', 'run_a', 'late.csv'), '1\n');
    const done = await run(command);
    expect(done.status).toBe(0);
    expect(done.value['plan_id']).not.toBe(preview.value['plan_id']);
  });

  test('undo puts back what a purge removed, byte for byte', async () => {
    const before = snapshot(join(workspace, 'var', 'reports'));
    const done = await run(command);
    expect(await sterownia(`plans undo ${String(done.value['plan_id'])}`)).toMatchObject({ status: 0 });
    expect([...snapshot(join(workspace, 'var', 'reports'))].sort()).toEqual([...before].sort());
  });

  test('the written plan is the document that the console keeps', async () => {
    const preview = await sterownia('reports delete smoke/run_c --dry-run');
    const exported = await sterownia(`plans export ${String(preview.value['id'])}`);
    const { plan } = exported.value as { plan: Record<string, unknown> };
    expect(differences({ id: preview.value['id'], digest: preview.value['digest'], content_digest: preview.value['content_digest'] }, plan, workspace)).toEqual([]);
  });
});

describe('approval', () => {
  beforeEach(() => policy({ approval: { 'reports.purge': 'required' }, admins: ['anna', 'boss'] }));

  test('nothing happens before another person has approved, then the same command goes through', async () => {
    const before = reports();
    const preview = await run('purge --category smoke --dry-run');
    const refused = await run('purge --category smoke');
    expect(refused).toMatchObject({ status: 3, value: {} });
    expect(refused.err).toContain(String(preview.value['plan_id']));
    expect(reports()).toEqual(before);
    const approve = `plans approve ${String(preview.value['plan_id'])}`;
    expect(await sterownia(approve)).toMatchObject({ status: 3, err: expect.stringContaining('APPROVER_IS_AUTHOR') });
    expect(await sterownia(approve, { who: 'boss' })).toMatchObject({ status: 0, value: { status: 'approved' } });
    expect(await run('purge --category smoke')).toMatchObject({ status: 0, value: { status: 'completed', plan_id: preview.value['plan_id'] } });
    expect(present('smoke')).toBe(false);
  });

  test('an approved plan is applied once; the next run plans anew and is refused again', async () => {
    const preview = await run('purge --category smoke --dry-run');
    await sterownia(`plans approve ${String(preview.value['plan_id'])}`, { who: 'boss' });
    await run('purge --category smoke');
    writeFileSync(join(workspace, 'var', 'reports', 'standalone.json'), '{}');
    expect((await run('purge --category standalone.json')).status).toBe(3);
    expect(present('standalone.json')).toBe(true);
  });
});

describe('what cannot be undone', () => {
  test('--permanent does nothing without the word of its plan', async () => {
    const before = reports();
    const refused = await sterownia('reports delete smoke/run_a --permanent');
    expect(refused.status).toBe(3);
    const { error } = JSON.parse(refused.err) as { error: { code: string; details: { confirmation: string } } };
    expect(error.code).toBe('CONFIRMATION_REQUIRED');
    expect((await sterownia('reports delete smoke/run_a --permanent --confirmation wrong')).status).toBe(3);
    expect(reports()).toEqual(before);
    const done = await sterownia(`reports delete smoke/run_a --permanent --confirmation ${error.details.confirmation}`);
    expect(done).toMatchObject({ status: 0, value: { outcome: { status: 'completed' }, can_undo: false } });
    expect(present('smoke/run_a')).toBe(false);
    expect((await sterownia('trash list')).value).toMatchObject({ totals: { entries: 0 } });
  });
});

describe('stopping', () => {
  test('a stop before the work ends with 130 and changes nothing', async () => {
    const before = reports();
    const stopped = await run('purge', { signal: AbortSignal.abort() });
    expect(stopped.status).toBe(130);
    expect(stopped.err).toMatch(/^ui-bridge purge: error: /);
    expect(reports()).toEqual(before);
  });
});

describe('where the console corrects the earlier command', () => {
  test('a purge takes no files of reports that did not match', async () => {
    const done = await run('purge --category smoke --summary-status missing --signal-quality-retention-days 0');
    expect(done.status).toBe(0);
    expect(present('smoke/run_a/summary.json')).toBe(true);
    expect(present('smoke/run_b/summary.json')).toBe(true);
  });

  test('a date given to --until includes that day, and the filters show the instant used', async () => {
    const told = await run('overview --category daily --until 2024-05-03');
    expect((told.value['reports'] as { relative_path: string }[]).map((report) => report.relative_path)).toContain('daily/2024-05-03');
    expect(told.value['filters']).toMatchObject({ until: expect.stringMatching(/^2024-05-03T23:59:59\.9+\+00:00$/) });
  });

  test('days of 0 or less leave signal quality files alone, also with --until', async () => {
    await run('purge --until 2024-12-31 --signal-quality-retention-days 0');
    expect(existsSync(join(workspace, 'reports', 'exchanges', 'signal_quality', 'binance.json'))).toBe(true);
  });

  test('a second archive of the same reports is told as error and ends with 6, an --overwrite succeeds', async () => {
    const command = 'archive --category audit --format zip --destination out';
    expect(await run(command)).toMatchObject({ status: 0, value: { status: 'completed' } });
    expect(await run(command)).toMatchObject({ status: 6, value: { status: 'error', targets: [{ status: 'skipped_existing' }] } });
    expect(await run(`${command} --overwrite`)).toMatchObject({ status: 0, value: { status: 'completed' } });
  });

  test('a destination may name an archive file when one report matches', async () => {
    expect(await run('archive --category audit --format zip --destination out/one.zip')).toMatchObject({ status: 0, value: { status: 'completed' } });
    expect(existsSync(join(workspace, 'out', 'one.zip'))).toBe(true);
  });
});
