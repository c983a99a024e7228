/** Where an entry's content lies: its own, also after the workspace was moved or copied, and on the volume that it came from. */
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFileSystem, unwatched, type FileStat, type FileSystem } from '#engines/storage';
import { listTrash, readEntry, restore } from '#engines/trash';
import { check } from '../faults/support.ts';
import { actor, filesIn, newRoot, openBench, putReport, removeRoot, type Bench } from './support.ts';

let home: string;
let bench: Bench;
beforeEach(() => {
  home = newRoot();
  fs.mkdirSync(join(home, 'one'));
  bench = openBench({ root: join(home, 'one') });
  putReport(bench.root, 'daily/a');
  putReport(bench.root, 'daily/b');
});
afterEach(() => removeRoot(home));

const original = ['daily/a/exports/chart.svg', 'daily/a/ledger.csv', 'daily/a/summary.json', 'daily/b/exports/chart.svg', 'daily/b/ledger.csv', 'daily/b/summary.json'];
const removed = original.filter((path) => path.startsWith('daily/a'));

async function remove(of: Bench, path = 'daily/a'): Promise<string> {
  const plan = await of.plan('reports.delete', { path });
  await of.apply(plan);
  return plan.id;
}

const putBack = (of: Bench, id: string) => restore(of.context, { id, paths: [], onConflict: 'ask', actor, workspaceId: 'ws' }, unwatched);

/** As documents were written before places were relative to the workspace. */
function makeAbsolute(of: Bench, id: string): void {
  const path = join(of.root, 'var/trash', id, 'entry.json');
  const document = JSON.parse(fs.readFileSync(path, 'utf8')) as { roots: { path: string; content: string }[] };
  fs.writeFileSync(path, JSON.stringify({
    ...document, schema: 'sterownia.trash/1', roots: document.roots.map((root) => ({ path: join(of.root, root.path), content: join(of.root, root.content) })),
  }));
}

describe.each([['relative', () => undefined], ['absolute', makeAbsolute]] as const)('a workspace with a trash entry whose places are %s', (_form, prepare) => {
  it('is moved, and everything comes back in its new place', async () => {
    const id = await remove(bench);
    prepare(bench, id);
    fs.renameSync(bench.root, join(home, 'two'));
    const moved = openBench({ root: join(home, 'two') });
    expect(putBack(moved, id)).toMatchObject({ restored: 3, failed: 0 });
    expect(filesIn(moved.base)).toEqual(original);
    expect(fs.readdirSync(home)).toEqual(['two']);
  });

  it('is moved, and the removal is undone there', async () => {
    const plan = await bench.plan('reports.delete', { path: 'daily/a' });
    await bench.apply(plan);
    prepare(bench, plan.id);
    fs.renameSync(bench.root, join(home, 'two'));
    const moved = openBench({ root: join(home, 'two') });
    expect(await moved.undo(plan)).toMatchObject({ status: 'undone', undo: { restored: 3 } });
    expect(filesIn(moved.base)).toEqual(original);
  });

  it('is copied, and neither touches what is the other one\'s', async () => {
    const id = await remove(bench);
    prepare(bench, id);
    fs.cpSync(bench.root, join(home, 'two'), { recursive: true });
    const copy = openBench({ root: join(home, 'two') });
    expect(putBack(copy, id)).toMatchObject({ restored: 3 });
    expect(filesIn(join(bench.root, 'var/trash', id, 'content/0'))).toEqual(removed);
    expect(putBack(bench, id)).toMatchObject({ restored: 3 });
    expect([filesIn(bench.base), filesIn(copy.base)]).toEqual([original, original]);
  });

  it('is copied, and emptying the copy\'s trash leaves the original\'s', async () => {
    const id = await remove(bench);
    prepare(bench, id);
    fs.cpSync(bench.root, join(home, 'two'), { recursive: true });
    const copy = openBench({ root: join(home, 'two') });
    await copy.apply(await copy.plan('trash.empty'));
    expect(fs.existsSync(join(copy.root, 'var/trash', id))).toBe(false);
    expect(putBack(bench, id)).toMatchObject({ restored: 3 });
  });
});

describe('an entry', () => {
  it('whose content is said to be elsewhere is refused, and nothing is destroyed', async () => {
    const id = await remove(bench);
    const path = join(bench.root, 'var/trash', id, 'entry.json');
    fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace(`var/trash/${id}/content/0`, 'var/reports/daily/b'));
    expect(() => putBack(bench, id)).toThrowError(expect.objectContaining({ code: 'INTEGRITY' }));
    expect(listTrash(bench.context)).toMatchObject([{ id, status: 'unreadable' }]);
    const emptied = await bench.apply(await bench.plan('trash.empty'));
    expect(emptied.results).toMatchObject([{ status: 'error' }]);
    expect(filesIn(bench.base)).toEqual(original.filter((file) => file.startsWith('daily/b')));
    expect(filesIn(join(bench.root, 'var/trash', id, 'content/0'))).toEqual(removed);
  });

  it('in a folder of another name is refused', async () => {
    const [first, second] = [await remove(bench), await remove(bench, 'daily/b')];
    fs.copyFileSync(join(bench.root, 'var/trash', first, 'entry.json'), join(bench.root, 'var/trash', second, 'entry.json'));
    expect(() => putBack(bench, second)).toThrowError(expect.objectContaining({ code: 'INTEGRITY' }));
    expect(putBack(bench, first)).toMatchObject({ restored: 3 });
  });

  it('whose content is not there tells it, and stays as the record of it', async () => {
    const id = await remove(bench);
    fs.rmSync(join(bench.root, 'var/trash', id, 'content'), { recursive: true });
    expect(putBack(bench, id)).toMatchObject({ restored: 0, failed: 3, conflicts: [{ notes: [{ code: 'trash_content_missing' }] }, {}, {}] });
    expect(readEntry(bench.context, id)).toMatchObject({ files: 3 });
    expect((await check(bench)).findings.map((each) => each.kind)).toEqual(['lost_file', 'lost_file', 'lost_file']);
  });

  it('that lost one file gives back the others and says which', async () => {
    const id = await remove(bench);
    fs.rmSync(join(bench.root, 'var/trash', id, 'content/0/daily/a/ledger.csv'));
    fs.mkdirSync(join(bench.base, 'daily/a'));
    expect(putBack(bench, id)).toMatchObject({ restored: 2, failed: 1, conflicts: [{ path: join(bench.base, 'daily/a/ledger.csv') }] });
    expect(readEntry(bench.context, id)).not.toBe(null);
  });

  it('of which a part was restored, and has gone on since, is not said to have lost it', async () => {
    const id = await remove(bench);
    const part = { id, paths: ['daily/a/ledger.csv'], onConflict: 'ask', actor, workspaceId: 'ws' } as const;
    expect(restore(bench.context, part, unwatched)).toMatchObject({ restored: 1 });
    fs.rmSync(join(bench.base, 'daily/a/ledger.csv'));
    expect(restore(bench.context, part, unwatched)).toMatchObject({ restored: 0, failed: 1 });
    expect(putBack(bench, id)).toMatchObject({ restored: 2, failed: 0 });
    expect(readEntry(bench.context, id)).toBe(null);
  });
});

const dev = 77n;

/** A disk on which another volume begins at a folder: other numbers, and no rename across. */
function withVolume(at: string, { numbers }: { readonly numbers: boolean }): FileSystem {
  const isThere = (path: string): boolean => path === at || path.startsWith(`${at}/`);
  const onVolume = (path: string, stat: FileStat): FileStat => (numbers && isThere(path) ? { ...stat, dev } : stat);
  const refusing = (act: (from: string, to: string) => void) => (from: string, to: string): void => {
    if (isThere(from) !== isThere(to) || from === at) throw Object.assign(new Error('EXDEV: cross-device link not permitted'), { code: 'EXDEV' });
    act(from, to);
  };
  return {
    ...nodeFileSystem, survey: () => null,
    lstat: (path) => onVolume(path, nodeFileSystem.lstat(path)), stat: (path) => onVolume(path, nodeFileSystem.stat(path)),
    rename: refusing(nodeFileSystem.rename), link: refusing(nodeFileSystem.link),
  };
}

describe.each([['with a number of its own', true], ['with the same number', false]] as const)('a reports folder that is a mount point, %s', (_name, numbers) => {
  it('keeps what is removed in a hidden folder of its own, which is no report and in no plan', async () => {
    const there = openBench({ root: bench.root, fs: withVolume(bench.base, { numbers }) });
    const id = await remove(there);
    expect(filesIn(join(bench.base, '.sterownia-trash', id, '0'))).toEqual(removed);
    const purge = await there.plan('reports.purge');
    expect(purge.targets.map((target) => target.relative_path)).toEqual(['daily/b']);
    await expect(there.plan('reports.delete', { path: '.sterownia-trash' })).rejects.toMatchObject({ code: 'PROTECTED' });
    expect((await check(there)).status).toBe('clean');
    expect(putBack(there, id)).toMatchObject({ restored: 3 });
    expect(filesIn(bench.base)).toEqual(original);
    expect(fs.readdirSync(bench.base)).toEqual(['daily']);
  });

  it('has its trash emptied there', async () => {
    const there = openBench({ root: bench.root, fs: withVolume(bench.base, { numbers }) });
    await remove(there);
    const empty = await there.plan('trash.empty');
    expect(empty.totals).toMatchObject({ files: 3 });
    expect((await there.apply(empty)).state).toMatchObject({ status: 'applied' });
    expect(fs.readdirSync(bench.base)).toEqual(['daily']);
  });
});

describe('a volume that begins below the reports folder', () => {
  it('is refused in the plan with the way that does; the others go', async () => {
    const there = openBench({ root: bench.root, fs: withVolume(join(bench.base, 'daily/b'), { numbers: true }) });
    const plan = await there.plan('reports.purge');
    expect(plan.targets.map(({ relative_path: path, status, notes }) => [path, status, notes?.[0]?.code])).toEqual([['daily/b', 'error', 'other_volume'], ['daily/a', 'planned', undefined]]
      .toSorted(([a], [b]) => plan.targets.findIndex((target) => target.relative_path === a) - plan.targets.findIndex((target) => target.relative_path === b)));
    expect((await there.plan('reports.delete', { path: 'daily/b' })).targets).toMatchObject([{ status: 'error', notes: [{ code: 'other_volume' }] }]);
    await there.apply(plan);
    expect(filesIn(bench.base)).toEqual(original.filter((path) => path.startsWith('daily/b')));
  });

  it('can be given as the folder of reports itself', async () => {
    const there = openBench({ root: bench.root, fs: withVolume(join(bench.base, 'daily/b'), { numbers: true }) });
    const plan = await there.plan('reports.delete', { base_dir: 'var/reports/daily/b', path: 'ledger.csv' });
    expect((await there.apply(plan)).state).toMatchObject({ status: 'applied' });
    expect(filesIn(join(bench.base, 'daily/b'))).toContain(`.sterownia-trash/${plan.id}/0/ledger.csv`);
    await expect(there.plan('reports.delete', { path: 'daily' })).rejects.toMatchObject({ code: 'PROTECTED' });
    await there.undo(plan);
    expect(filesIn(bench.base)).toEqual(original);
  });

  it('does not take files for another volume that are only numbered otherwise than their folders', async () => {
    const disk: FileSystem = { ...nodeFileSystem, survey: () => null, lstat: (path) => {
      const stat = nodeFileSystem.lstat(path);
      return stat.kind === 'directory' ? stat : { ...stat, dev };
    } };
    const there = openBench({ root: bench.root, fs: disk });
    expect((await there.apply(await there.plan('reports.purge'))).state.outcome).toMatchObject({ status: 'completed', done: 2 });
  });
});
