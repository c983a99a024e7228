import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesIn, inventory, openBench, put, putReport, removeRoot, type Bench } from './support.ts';

let bench: Bench;
beforeEach(() => { bench = openBench(); });
afterEach(() => removeRoot(bench.root));

const report = (path: string): string => join(bench.base, path);

describe('reports.delete', () => {
  it('moves the whole thing into the trash and undo brings it back byte for byte with times and modes', async () => {
    putReport(bench.root, 'smoke/run_a');
    putReport(bench.root, 'smoke/run_b');
    fs.chmodSync(report('smoke/run_a/ledger.csv'), 0o640);
    fs.mkdirSync(report('smoke/run_a/empty'));
    const before = inventory(bench.base);
    const folderTime = fs.statSync(report('smoke/run_a')).mtimeMs;
    const plan = await bench.plan('reports.delete', { path: 'smoke/run_a' });
    expect(plan.totals).toMatchObject({ targets: 1, files: 3, directories: 3, reclaimed_bytes: 0 });
    const { state, results, trashId } = await bench.apply(plan);
    expect(state.outcome).toMatchObject({ status: 'completed', done: 1, files: 3, directories: 3, trash_id: plan.id });
    expect(results[0]).toMatchObject({ status: 'done', files: 3, directories: 3, bytes: plan.totals.bytes });
    expect(trashId).toBe(plan.id);
    expect(filesIn(bench.base)).toEqual(filesIn(bench.base).filter((path) => path.startsWith('smoke/run_b')));
    expect((await bench.undo(plan)).status).toBe('undone');
    expect(inventory(bench.base)).toEqual(before);
    expect(fs.statSync(report('smoke/run_a')).mtimeMs).toBe(folderTime);
    expect(fs.readdirSync(join(bench.root, 'var/trash'))).toEqual([]);
  });

  it('removes a link itself and leaves what it leads to', async () => {
    putReport(bench.root, 'smoke/run_a');
    put(bench.root, 'outside/precious.txt', 'precious');
    fs.symlinkSync(join(bench.root, 'outside'), report('smoke/link'));
    fs.symlinkSync('nowhere', report('smoke/run_a/dangling'));
    await bench.apply(await bench.plan('reports.delete', { path: 'smoke/link' }));
    await bench.apply(await bench.plan('reports.delete', { path: 'smoke/run_a/dangling' }));
    expect(fs.existsSync(join(bench.root, 'outside/precious.txt'))).toBe(true);
    expect(fs.readdirSync(report('smoke')).sort()).toEqual(['run_a']);
    expect(fs.existsSync(report('smoke/run_a/ledger.csv'))).toBe(true);
  });

  it.each([
    ['../outside', 'PATH_OUTSIDE_ROOT'],
    ['/etc', 'PATH_OUTSIDE_ROOT'],
    ['smoke/link/precious.txt', 'PATH_OUTSIDE_ROOT'],
    ['.', 'PATH_INVALID'],
    ['smoke/..', 'PATH_INVALID'],
    ['  ', 'PATH_INVALID'],
    ['a\0b', 'PATH_INVALID'],
    [`${'x'.repeat(300)}/y`, 'PATH_INVALID'],
  ])('refuses the path %j', async (path, code) => {
    putReport(bench.root, 'smoke/run_a');
    put(bench.root, 'outside/precious.txt', 'precious');
    fs.symlinkSync(join(bench.root, 'outside'), report('smoke/link'));
    await expect(bench.plan('reports.delete', { path })).rejects.toMatchObject({ code, details: { field: 'path' } });
  });

  it('a missing path is a plan that removes nothing and says so', async () => {
    const plan = await bench.plan('reports.delete', { path: 'smoke/none', permanent: true });
    expect(plan.targets).toMatchObject([{ status: 'not_found', files: 0 }]);
    expect(plan.confirmation).toBeNull();
    const { results } = await bench.apply(plan);
    expect(results[0]?.status).toBe('not_found');
  });

  it('permanent frees the space at once and asks for its word', async () => {
    putReport(bench.root, 'smoke/run_a');
    const plan = await bench.plan('reports.delete', { path: 'smoke/run_a', permanent: true });
    expect(plan).toMatchObject({ confirmation: 'delete', permanent: true, trash_until: null });
    expect(plan.totals.reclaimed_bytes).toBe(plan.totals.bytes);
    const { state } = await bench.apply(plan);
    expect(state.outcome).toMatchObject({ status: 'completed', trash_id: null, files: 3 });
    expect(filesIn(join(bench.root, 'var/trash'))).toEqual([]);
    expect(filesIn(bench.base)).toEqual([]);
    await expect(bench.undo(plan)).rejects.toMatchObject({ code: 'PLAN_STATE' });
  });

  it('refuses what holds a protected file, dot files included, and names the rule', async () => {
    bench = openBench({ root: bench.root, config: { protected_paths: ['var/reports/smoke/*/keep/**'] } });
    putReport(bench.root, 'smoke/run_a');
    put(bench.root, 'var/reports/smoke/run_a/keep/.hidden', 'x');
    await expect(bench.plan('reports.delete', { path: 'smoke' })).rejects.toMatchObject({ code: 'PROTECTED', details: { rule: 'var/reports/smoke/*/keep/**' } });
  });

  it('refuses what the console itself needs', async () => {
    put(bench.root, 'var/plans/x.json', '{}');
    await expect(bench.plan('reports.delete', { base_dir: bench.root, path: 'var' })).rejects.toMatchObject({ code: 'PROTECTED' });
    await expect(bench.plan('reports.delete', { base_dir: bench.root, path: 'var/plans/x.json' })).rejects.toMatchObject({ code: 'PROTECTED' });
  });

  it('a window cannot name a folder outside of the workspace', async () => {
    await expect(bench.plan('reports.delete', { base_dir: '/tmp', path: 'x' }, { confined: true })).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOT' });
  });

  it('undo refuses where a place is taken again, and nothing moves', async () => {
    putReport(bench.root, 'smoke/run_a');
    const plan = await bench.plan('reports.delete', { path: 'smoke/run_a' });
    await bench.apply(plan);
    put(bench.root, 'var/reports/smoke/run_a/ledger.csv', 'new');
    await expect(bench.undo(plan)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(filesIn(join(bench.root, 'var/trash', plan.id, 'content'))).toHaveLength(3);
    expect(fs.readFileSync(report('smoke/run_a/ledger.csv'), 'utf8')).toBe('new');
  });

  it('refuses a plan whose folder got a new file, and names it', async () => {
    putReport(bench.root, 'smoke/run_a');
    const plan = await bench.plan('reports.delete', { path: 'smoke/run_a' });
    put(bench.root, 'var/reports/smoke/run_a/exports/late.csv', 'late');
    await expect(bench.apply(plan)).rejects.toMatchObject({
      code: 'PLAN_STALE', details: { drift: [{ change: 'appeared', path: report('smoke/run_a/exports/late.csv') }] },
    });
  });

  it('a file that hides behind a folder time that was set back is never destroyed, and comes back with an undo', async () => {
    const old = new Date('2026-01-01T00:00:00Z');
    const hide = (): void => {
      put(bench.root, 'var/reports/smoke/run_a/late.csv', 'late');
      fs.utimesSync(report('smoke/run_a'), old, old);
    };
    putReport(bench.root, 'smoke/run_a');
    fs.utimesSync(report('smoke/run_a'), old, old);
    const permanent = await bench.plan('reports.delete', { path: 'smoke/run_a', permanent: true });
    const plan = await bench.plan('reports.delete', { path: 'smoke/run_a' });
    hide();
    await expect(bench.apply(permanent)).rejects.toMatchObject({ code: 'PLAN_STALE', details: { drift: [{ change: 'appeared' }] } });
    await bench.apply(plan);
    await bench.undo(plan);
    expect(fs.readFileSync(report('smoke/run_a/late.csv'), 'utf8')).toBe('late');
  });
});
