/** Restoring: never through a link, never onto something else, never without a word where nothing is meant. */
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nativePath, nodeFileSystem, textFromBytes, unwatched } from '#engines/storage';
import { restore, type RestoreRequest } from '#engines/trash';
import { actor, filesIn, inventory, openBench, put, putReport, removeRoot, type Bench } from './support.ts';

let bench: Bench;
beforeEach(() => {
  bench = openBench();
  putReport(bench.root, 'daily/a');
  putReport(bench.root, 'daily/b');
});
afterEach(() => removeRoot(bench.root));

const at = (path: string): string => join(bench.base, path);
const mine = ['daily/a/exports/chart.svg', 'daily/a/ledger.csv', 'daily/a/summary.json'];

async function remove(path: string): Promise<string> {
  const plan = await bench.plan('reports.delete', { path });
  await bench.apply(plan);
  return plan.id;
}

const back = (id: string, onConflict: RestoreRequest['onConflict'], paths: readonly string[] = []) =>
  restore(bench.context, { id, paths, onConflict, actor, workspaceId: 'ws' }, unwatched);

const conflict = (path: string) => expect.objectContaining({ code: 'CONFLICT', details: expect.objectContaining({ conflicts: [at(path)], count: 1 }) });

describe('a link that stands where a folder was', () => {
  let outside: string;
  let id: string;
  beforeEach(async () => {
    id = await remove('daily');
    outside = join(bench.root, 'outside');
    put(bench.root, 'outside/a/kept.txt', 'kept');
    fs.chmodSync(outside, 0o700);
    fs.chmodSync(join(outside, 'a'), 0o700);
    fs.symlinkSync(outside, at('daily'));
  });
  const unchanged = (): void => {
    expect(filesIn(outside)).toEqual(['a/kept.txt']);
    for (const folder of [outside, join(outside, 'a')]) expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
  };

  it('is a conflict', () => {
    expect(() => back(id, 'ask')).toThrowError(conflict('daily'));
    unchanged();
  });

  it('keeps things in the trash where those are to be skipped', () => {
    expect(back(id, 'skip')).toMatchObject({ restored: 0, skipped: 6 });
    unchanged();
    expect(fs.readlinkSync(at('daily'))).toBe(outside);
  });

  it('stays where both are kept: things come back beside it', () => {
    expect(back(id, 'keep_both')).toMatchObject({ restored: 6, failed: 0 });
    unchanged();
    expect(filesIn(at('daily (restored)'))).toContain('a/summary.json');
    expect(fs.readdirSync(bench.base).sort()).toEqual(['daily', 'daily (restored)']);
  });

  it('goes to the trash itself where it is replaced', () => {
    const { replacedTrashId } = back(id, 'replace');
    unchanged();
    expect(filesIn(at('daily/a'))).toEqual(mine.map((path) => path.slice('daily/a/'.length)));
    expect(fs.readlinkSync(join(bench.root, 'var/trash', replacedTrashId ?? '', 'content/0/daily'))).toBe(outside);
  });

  it('is a conflict for an undo too', async () => {
    fs.unlinkSync(at('daily'));
    back(id, 'ask');
    const plan = await bench.plan('reports.delete', { path: 'daily/a' });
    await bench.apply(plan);
    fs.symlinkSync(join(outside, 'a'), at('daily/a'));
    await expect(bench.undo(plan)).rejects.toMatchObject({ code: 'CONFLICT' });
    unchanged();
  });

  it('is seen when it comes between the look and the act', () => {
    fs.unlinkSync(at('daily'));
    const racing = { ...bench.context, fs: { ...nodeFileSystem, mkdir: (path: string, mode?: number) => {
      if (path === at('daily') && !fs.existsSync(path)) fs.symlinkSync(outside, path);
      nodeFileSystem.mkdir(path, mode);
    } } };
    restore(racing, { id, paths: ['daily/a/ledger.csv'], onConflict: 'keep_both', actor, workspaceId: 'ws' }, unwatched);
    unchanged();
  });
});

it('refuses where the folder of reports itself is reached through a link by now', async () => {
  const id = await remove('daily/a');
  fs.renameSync(bench.base, join(bench.root, 'elsewhere'));
  fs.symlinkSync(join(bench.root, 'elsewhere'), bench.base);
  expect(() => back(id, 'keep_both')).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
  expect(filesIn(join(bench.root, 'elsewhere/daily'))).not.toContain('a/summary.json');
});

describe('a file that stands where the folder of reports was', () => {
  let id: string;
  beforeEach(async () => {
    id = await remove('daily/a');
    fs.renameSync(bench.base, join(bench.root, 'elsewhere'));
    put(bench.root, 'var/reports', 'precious');
  });

  it('is a conflict', () => {
    expect(() => back(id, 'ask')).toThrowError(expect.objectContaining({ code: 'CONFLICT', details: { conflicts: [bench.base], count: 1 } }));
    expect(fs.readFileSync(bench.base, 'utf8')).toBe('precious');
  });

  it('is kept beside what comes back', () => {
    expect(back(id, 'keep_both')).toMatchObject({ restored: 3, failed: 0 });
    expect(filesIn(`${bench.base} (restored)`)).toEqual(mine);
    expect(fs.readFileSync(bench.base, 'utf8')).toBe('precious');
  });

  it('is moved to the trash where it is replaced, and can be taken back from there', () => {
    const { replacedTrashId, restored } = back(id, 'replace');
    expect(restored).toBe(3);
    expect(filesIn(bench.base)).toEqual(mine);
    fs.renameSync(bench.base, join(bench.root, 'restored'));
    expect(back(replacedTrashId ?? '', 'ask')).toMatchObject({ restored: 1 });
    expect(fs.readFileSync(bench.base, 'utf8')).toBe('precious');
  });
});

describe('a file that stands where a folder was', () => {
  let id: string;
  beforeEach(async () => {
    id = await remove('daily/a');
    put(bench.root, 'var/reports/daily/a', 'precious', 100);
    fs.chmodSync(at('daily/a'), 0o600);
  });
  const untouchedFile = () => expect(inventory(at('daily')).get('a')).toMatchObject({ kind: 'file', mode: 0o100600, mtimeMs: fs.statSync(at('daily/a')).mtimeMs });

  it('is a conflict, and is left as it is', () => {
    const before = fs.statSync(at('daily/a')).mtimeMs;
    expect(() => back(id, 'ask')).toThrowError(conflict('daily/a'));
    expect(back(id, 'skip')).toMatchObject({ restored: 0, skipped: 3 });
    untouchedFile();
    expect(fs.statSync(at('daily/a')).mtimeMs).toBe(before);
  });

  it('is kept beside what comes back', () => {
    expect(back(id, 'keep_both')).toMatchObject({ restored: 3, failed: 0 });
    untouchedFile();
    expect(filesIn(at('daily/a (restored)'))).toEqual(['exports/chart.svg', 'ledger.csv', 'summary.json']);
  });

  it('is moved to the trash where it is replaced', () => {
    const { replacedTrashId } = back(id, 'replace');
    expect(filesIn(bench.base)).toEqual(expect.arrayContaining(mine));
    expect(fs.readFileSync(join(bench.root, 'var/trash', replacedTrashId ?? '', 'content/0/daily/a'), 'utf8')).toBe('precious');
  });
});

it('a folder that is replaced goes to the trash with all that is in it, counted', async () => {
  const id = await remove('daily/a/summary.json');
  put(bench.root, 'var/reports/daily/a/summary.json/deep/real.txt', 'real');
  const { replacedTrashId } = back(id, 'replace');
  expect(fs.statSync(at('daily/a/summary.json')).isFile()).toBe(true);
  const empty = await bench.plan('trash.empty', { id: [replacedTrashId ?? ''] });
  expect(empty.totals).toMatchObject({ files: 1, bytes: 4 });
  expect(back(replacedTrashId ?? '', 'keep_both')).toMatchObject({ restored: 1 });
  expect(fs.readFileSync(at('daily/a/summary.json (restored)/deep/real.txt'), 'utf8')).toBe('real');
});

it('emptying counts what is on the disk, not what was written down', async () => {
  const id = await remove('daily/a');
  put(bench.root, `var/trash/${id}/content/0/daily/a/more.txt`, '12345');
  expect((await bench.plan('trash.empty')).totals.files).toBe(4);
});

describe('a part of an entry', () => {
  it.each([
    ['absolute', () => at('daily/a/ledger.csv')],
    ['relative to the folder of reports', () => 'daily/a/ledger.csv'],
    ['relative to the workspace, with a step too many', () => './var/reports/daily/../daily/a/ledger.csv'],
    ['with a slash at its end', () => 'daily/a/ledger.csv/'],
  ])('is found by a path that is %s', async (_name, given) => {
    const id = await remove('daily/a');
    expect(back(id, 'ask', [given()])).toMatchObject({ restored: 1, failed: 0 });
    expect(filesIn(at('daily/a'))).toEqual(['ledger.csv']);
  });

  it('is found by a folder, and by the shown form of a name that is no UTF-8', async () => {
    const odd = textFromBytes(Buffer.from([0x6f, 0xff]));
    fs.writeFileSync(nativePath(at(`daily/a/${odd}`)), 'odd');
    const id = await remove('daily/a');
    expect(back(id, 'ask', ['daily/a/o\\xff'])).toMatchObject({ restored: 1 });
    expect(fs.existsSync(nativePath(at(`daily/a/${odd}`)))).toBe(true);
    expect(back(id, 'ask', ['daily/a/exports/'])).toMatchObject({ restored: 1 });
  });

  it('that is not in it is named, and nothing moves', async () => {
    const id = await remove('daily/a');
    expect(() => back(id, 'ask', ['daily/a/ledger.csv', 'daily/b'])).toThrowError(expect.objectContaining({
      code: 'NOT_FOUND', details: { field: 'path', path: 'daily/b' },
    }));
    expect(fs.existsSync(at('daily/a'))).toBe(false);
  });
});
