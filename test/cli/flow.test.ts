/** The command line on a real console and a real workspace: preview, apply, approval, permanence, stop. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

  test.each([
    ['repaired', () => writeFileSync(join(workspace, 'config', 'console.json'), '{bad')],
    ['relaxed', () => policy({ approval: { 'reports.purge': 'required' } })],
  ])('a plan that waits under an earlier policy holds nothing up once that is %s', async (_what, strict) => {
    strict();
    expect((await run('purge --category smoke')).status).toBe(3);
    policy({});
    expect(await run('purge --category smoke')).toMatchObject({ status: 0, value: { status: 'completed' } });
    expect(present('smoke')).toBe(false);
  });

  const stored = (id: unknown, ending = '.json'): string => join(workspace, 'var', 'plans', `${String(id)}${ending}`);

  test('an approval that somebody wrote into the state is not used, and nothing happens without a real one', async () => {
    const preview = await run('purge --category smoke --dry-run');
    const path = stored(preview.value['plan_id'], '.state.json');
    const state = JSON.parse(readFileSync(path, 'utf8')) as { header: { created_at: string; digest: string } };
    const approval = { actor: person('boss'), at: state.header.created_at, note: null, digest: state.header.digest };
    writeFileSync(path, JSON.stringify({ ...state, status: 'approved', approval }));
    expect(await sterownia(`plans apply ${String(preview.value['plan_id'])}`)).toMatchObject({ status: 8, err: expect.stringContaining('INTEGRITY') });
    expect(await run('purge --category smoke')).toMatchObject({ status: 3, err: expect.stringContaining('waits for an approval') });
    expect(present('smoke')).toBe(true);
    const checked = await sterownia('workspace check');
    expect(checked).toMatchObject({ status: 8, value: { findings: [{ kind: 'journal_disagrees', severity: 'problem', plan_id: preview.value['plan_id'] }] } });
  });

  test('a plan whose file is damaged holds nothing up', async () => {
    policy({});
    const preview = await run('purge --category smoke --dry-run', { who: 'boss' });
    writeFileSync(stored(preview.value['plan_id']), '{');
    const done = await run('purge --category smoke');
    expect(done).toMatchObject({ status: 0, value: { status: 'completed' } });
    expect(done.value['plan_id']).not.toBe(preview.value['plan_id']);
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

describe('what a purge or an archive leaves alone is told', () => {
  test('protected reports, with rule and reason', async () => {
    policy({ protected_paths: ['var/reports/smoke/**'] });
    const shielded = { path: expect.stringContaining('/var/reports/smoke/'), rule: 'var/reports/smoke/**', reason: expect.stringContaining('protected') };
    const preview = await run('purge --category smoke --dry-run');
    expect(preview).toMatchObject({ status: 0, value: { planned_count: 0, status: 'empty', protected: expect.arrayContaining([shielded]) } });
    expect((await run('purge --category emergency --dry-run')).value['protected']).toEqual([]);
    const archive = 'archive --category emergency --destination out --format zip';
    expect((await run(archive)).value['copied_count']).toBe(1);
    policy({ protected_paths: ['out/**'] });
    expect((await run(`${archive} --overwrite`)).value['protected']).toMatchObject([{ rule: 'out/**' }, { rule: 'out/**' }]);
  });

  test('links without a file beside them are archived and purged, a pipe is named', async () => {
    const report = join(workspace, 'var', 'reports', 'smoke', 'run_c');
    mkdirSync(join(report, 'links'));
    symlinkSync('/nowhere', join(report, 'links', 'dang'));
    execFileSync('mkfifo', [join(report, 'links', 'pipe')]);
    const archived = await run('archive --query run_c --destination out');
    expect(archived).toMatchObject({ status: 0, value: { status: 'completed', left_out: [join(report, 'links', 'pipe')] } });
    expect(readlinkSync(join(workspace, 'out', 'smoke', 'run_c', 'links', 'dang'))).toBe('/nowhere');
    expect(await run('purge --query run_c')).toMatchObject({ status: 0, value: { status: 'completed' } });
    expect(existsSync(report)).toBe(false);
  });
});

describe('folders that cannot be meant', () => {
  const folder = 'f'.repeat(300);

  test.each([
    ['overview --base-dir loop', 'base_dir'], [`overview --base-dir ${folder}`, 'base_dir'], ['purge --base-dir loop --dry-run', 'base_dir'],
    [`archive --base-dir ${folder} --dry-run`, 'base_dir'], ['delete x --base-dir loop', 'base_dir'], [`delete ${folder}`, 'path'], [`delete smoke/${folder}`, 'path'],
    ['archive --destination loop', 'destination'],
  ])('%s is refused by name', async (line, field) => {
    symlinkSync('loop', join(workspace, 'loop'));
    expect(await run(line)).toMatchObject({ status: 2, value: {}, err: expect.stringContaining(`"${field}"`) });
  });

  test('a path too long for any file system is refused by the other program too', async () => {
    const refused = await sterownia(`reports delete ${folder} --dry-run`);
    expect(refused.status).toBe(2);
    expect(JSON.parse(refused.err)).toMatchObject({ error: { code: 'PATH_INVALID', details: { field: 'path' } } });
  });

  test.each([
    ['purge --dry-run --base-dir=', 'base_dir'], ['archive --dry-run --base-dir=', 'base_dir'], ['delete smoke --root=', 'base_dir'],
    ['archive --destination=', 'destination'], ['purge --signal-quality-dir=', 'signal_quality_dir'],
  ])('%s: a blank folder is a mistake', async (line, field) => {
    const before = reports();
    expect(await run(line)).toMatchObject({ status: 2, value: {}, err: expect.stringContaining(`"${field}" is blank`) });
    expect(reports()).toEqual(before);
  });

  test('a blank folder still means the working directory where nothing changes', async () => {
    expect(await run('overview --base-dir=')).toMatchObject({ status: 0, value: { base_directory: '.' } });
  });

  test.each(['.', 'var', 'models', '..'])('%s holds more than reports, so nothing in it is put up for removal', async (base) => {
    mkdirSync(join(workspace, 'models', 'm'), { recursive: true });
    writeFileSync(join(workspace, 'models', 'm', 'manifest.json'), '{}');
    for (const line of [`purge --dry-run --base-dir ${base}`, `delete models --base-dir ${base}`]) {
      expect(await run(line)).toMatchObject({ status: 2, value: {}, err: expect.stringContaining('for example var/reports') });
    }
  });

  test('a working directory that is nothing but reports may be purged, twice', async () => {
    rmSync(workspace, { recursive: true });
    for (const name of ['a', 'b']) {
      mkdirSync(join(workspace, 'daily', name), { recursive: true });
      writeFileSync(join(workspace, 'daily', name, 'summary.json'), '{}');
    }
    expect(await run('purge --base-dir . --query daily/a')).toMatchObject({ status: 0, value: { status: 'completed', deleted_count: 1 } });
    expect(await run('purge --base-dir . --query daily/b')).toMatchObject({ status: 0, value: { status: 'completed', deleted_count: 1 } });
  });
});
