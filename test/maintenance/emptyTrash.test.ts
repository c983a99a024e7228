import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restore } from '#engines/trash';
import { unwatched } from '#engines/storage';
import { actor, day, filesIn, openBench, putReport, removeRoot, type Bench } from './support.ts';

let bench: Bench;
beforeEach(() => { bench = openBench(); });
afterEach(() => removeRoot(bench.root));

const trash = (): string => join(bench.root, 'var/trash');

describe('trash.empty', () => {
  it('destroys what the plan lists, asks for its word and cannot be undone', async () => {
    putReport(bench.root, 'daily/a', 3);
    await bench.apply(await bench.plan('reports.delete', { path: 'daily/a' }));
    const plan = await bench.plan('trash.empty');
    expect(plan).toMatchObject({ confirmation: 'empty', permanent: true, totals: { targets: 1, files: 3 } });
    expect(plan.totals.reclaimed_bytes).toBe(plan.totals.bytes);
    const { state } = await bench.apply(plan);
    expect(state.outcome).toMatchObject({ status: 'completed', files: 3, done: 1 });
    expect(fs.readdirSync(trash())).toEqual([]);
    await expect(bench.undo(plan)).rejects.toMatchObject({ code: 'PLAN_STATE' });
  });

  it.each([
    ['emptying the trash', async () => {
      await bench.apply(await bench.plan('reports.delete', { path: 'daily/a' }));
      await bench.apply(await bench.plan('trash.empty'));
    }],
    ['a permanent deletion', async () => bench.apply(await bench.plan('reports.delete', { path: 'daily/a', permanent: true }))],
    ['a permanent purge', async () => bench.apply(await bench.plan('reports.purge', { permanent: true }))],
  ] as const)('%s removes links themselves and never what they lead to', async (_name, act) => {
    putReport(bench.root, 'daily/a', 3);
    const outside = join(bench.root, 'outside');
    fs.mkdirSync(join(outside, 'deep'), { recursive: true });
    fs.writeFileSync(join(outside, 'deep/kept.txt'), 'kept');
    fs.symlinkSync(outside, join(bench.base, 'daily/a/folder-link'));
    fs.symlinkSync(join(outside, 'deep/kept.txt'), join(bench.base, 'daily/a/file-link'));
    await act();
    expect(filesIn(bench.base)).toEqual([]);
    expect(filesIn(outside)).toEqual(['deep/kept.txt']);
  });

  it('takes only what is past its keeping time when asked to', async () => {
    putReport(bench.root, 'daily/a', 3);
    putReport(bench.root, 'daily/b', 3);
    const first = await bench.plan('reports.delete', { path: 'daily/a' });
    await bench.apply(first);
    bench.clock.at += 31 * day;
    const second = await bench.plan('reports.delete', { path: 'daily/b' });
    await bench.apply(second);
    const plan = await bench.plan('trash.empty', { expired_only: true });
    expect(plan.targets.map((target) => target.relative_path)).toEqual([first.id]);
    await bench.apply(plan);
    expect(fs.readdirSync(trash())).toEqual([second.id]);
  });

  it('is stale once somebody restored from the entry', async () => {
    putReport(bench.root, 'daily/a', 3);
    const removal = await bench.plan('reports.delete', { path: 'daily/a' });
    await bench.apply(removal);
    const plan = await bench.plan('trash.empty');
    restore(bench.context, { id: removal.id, paths: [join(bench.base, 'daily/a/ledger.csv')], onConflict: 'ask', actor, workspaceId: 'ws-test' }, unwatched);
    await expect(bench.apply(plan)).rejects.toMatchObject({ code: 'PLAN_STALE' });
    expect(filesIn(bench.base)).toEqual(['daily/a/ledger.csv']);
  });

  it('an unknown entry is refused by name, an unreadable one is an error that stays', async () => {
    await expect(bench.plan('trash.empty', { id: ['20260101-000000-none'] })).rejects.toMatchObject({ code: 'NOT_FOUND', details: { field: 'id' } });
    fs.mkdirSync(join(trash(), 'stray-entry/content/0'), { recursive: true });
    fs.writeFileSync(join(trash(), 'stray-entry/content/0/x'), 'x');
    const plan = await bench.plan('trash.empty');
    expect(plan.targets).toMatchObject([{ status: 'error' }]);
    await bench.apply(plan);
    expect(fs.existsSync(join(trash(), 'stray-entry/content/0/x'))).toBe(true);
  });

  it('leaves an entry whose content came from a place that the policy protects by now', async () => {
    putReport(bench.root, 'daily/a', 3);
    await bench.apply(await bench.plan('reports.delete', { path: 'daily/a' }));
    const strict = openBench({ root: bench.root, config: { protected_paths: ['var/reports/daily'] } });
    const plan = await strict.plan('trash.empty');
    expect(plan.targets).toEqual([]);
    expect(plan.protected).toMatchObject([{ rule: 'var/reports/daily' }]);
  });
});
