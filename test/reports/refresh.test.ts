import fs from 'node:fs';
import { ConsoleError } from '#contract';
import { describe, expect, test } from 'vitest';
import { list, openReportIndex, show } from '#engines/reports';
import { nodeFileSystem } from '#engines/storage';
import { makeTree, names, ordinary, watching } from './tree.ts';

/** An hour ahead, so that nothing in the tree looks as if it had just been written. */
const later = { now: () => Date.now() + 3_600_000 };

describe('refreshing', () => {
  test('leaves revision and objects alone when nothing changed', () => {
    const index = ordinary(makeTree()).index();
    const before = index.reports;
    expect(index.revision).toBe(1);
    expect(index.refresh()).toEqual({ changed: false, revision: 1, paths: [] });
    expect(index.reports).toBe(before);
  });

  test('reads again only the folders and summaries that changed', () => {
    const calls = { open: [] as string[], readdir: [] as string[] };
    const tree = ordinary(makeTree());
    const index = tree.index({ fs: watching(calls), clock: later });
    index.refresh();
    calls.open.length = 0;
    calls.readdir.length = 0;
    index.refresh();
    expect(calls).toEqual({ open: [], readdir: [] });
    tree.put('audit/2024-01-01/summary.json', { report_date: 'changed' }, '2024-01-01T12:00:01');
    tree.put('smoke/run_c/new.csv', '1', '2024-03-12T06:00:00');
    const result = index.refresh();
    expect(calls.open).toEqual([tree.at('audit/2024-01-01/summary.json')]);
    expect(calls.readdir).toEqual([tree.at('smoke/run_c')]);
    expect([...result.paths].sort()).toEqual(['audit/2024-01-01', 'smoke/run_c']);
    expect(show(index, 'audit/2024-01-01').display_name).toBe('changed');
  });

  test('notices a change that left size and time of a young summary alike', () => {
    const tree = makeTree();
    const now = BigInt(Date.now()) * 1_000_000n;
    const index = tree.put('d/r/summary.json', { report_date: 'aaa' }, now).index();
    tree.put('d/r/summary.json', { report_date: 'bbb' }, now);
    expect(index.refresh().changed).toBe(true);
    expect(show(index, 'd/r').display_name).toBe('bbb');
    expect(index.refresh().changed).toBe(false);
  });

  test('follows files and folders that come and go', () => {
    const tree = ordinary(makeTree());
    const index = tree.index();
    fs.rmSync(tree.at('smoke'), { recursive: true });
    tree.put('fresh/r/exports/x.csv', '1').put('fresh/r/summary.json', {});
    const { paths, changed } = index.refresh();
    expect(changed).toBe(true);
    expect([...paths].sort()).toEqual(['fresh/r', 'smoke', 'smoke/run_a', 'smoke/run_c']);
    expect(names(index)).toEqual(names(tree.index()));
    expect(list(index, { category: ['smoke'] }, 'b').rows).toEqual([]);
  });

  test('sees a new size through a link', () => {
    const tree = makeTree().put('../target.csv', '1').link('d/r/x.csv', '../../../target.csv');
    const index = tree.index({ clock: later });
    tree.put('../target.csv', '12345', '2024-06-01T00:00:00');
    expect(index.refresh().changed).toBe(true);
    expect(show(index, 'd/r').total_size).toBe(5);
  });

  test('refuses a base that no folder can have, by the name of its field', () => {
    const context = makeTree().context();
    for (const base of ['', '  ', 'a\0b']) {
      expect(() => openReportIndex(context, base)).toThrow(expect.objectContaining({ code: 'PATH_INVALID', details: { field: 'base_dir' } }));
    }
    expect(() => openReportIndex(context, 'x'.repeat(5000))).toThrow(expect.objectContaining({ code: 'IO' }));
  });

  test('finds a base that appears later', () => {
    const tree = makeTree();
    fs.rmSync(tree.base, { recursive: true });
    const index = tree.index();
    expect(index.reports).toEqual([]);
    tree.put('d/r/summary.json', {});
    index.refresh();
    expect(names(index)).toEqual(['d/r']);
  });

  test('stops when asked to and can be asked again', () => {
    const tree = makeTree();
    for (let at = 0; at < 600; at += 1) tree.folder(`d/${at}`);
    const index = tree.put('d/1/summary.json', {}).index({ fs: nodeFileSystem });
    const stopped = { progress: () => undefined, check: () => { throw new ConsoleError('CANCELLED', 'stopped'); }, cancelled: true };
    expect(() => index.refresh(stopped)).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
    expect(index.refresh().changed).toBe(false);
    for (let at = 0; at < 600; at += 1) tree.put(`d/${at}/new.csv`, '1');
    expect(() => index.refresh(stopped)).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
    expect(index.refresh()).toMatchObject({ changed: true, revision: 2 });
    expect(names(index)).toHaveLength(600);
    expect(index.refresh().changed).toBe(false);
  });
});

describe('hints of a watcher', () => {
  test('update the folders of the named paths and nothing else', () => {
    const calls = { open: [] as string[], readdir: [] as string[] };
    const tree = ordinary(makeTree());
    const index = tree.index({ fs: watching(calls) });
    tree.put('smoke/run_c/summary.json', { report_date: 'late' }, '2024-03-12T07:00:00').put('audit/2024-01-01/unseen.csv', '1');
    calls.readdir.length = 0;
    expect(index.refreshPaths([tree.at('smoke/run_c/summary.json')])).toEqual({ changed: true, revision: 2, paths: ['smoke/run_c'] });
    expect(calls.readdir).toEqual([tree.at('smoke/run_c')]);
    expect(show(index, 'smoke/run_c').display_name).toBe('late');
  });

  test('find new folders, and folders that are gone', () => {
    const tree = ordinary(makeTree());
    const index = tree.index();
    tree.put('new/deep/down/summary.json', {});
    index.refreshPaths([tree.at('new/deep/down/summary.json')]);
    expect(names(index)).toContain('new/deep/down');
    fs.rmSync(tree.at('smoke'), { recursive: true });
    index.refreshPaths([tree.at('smoke/run_a'), tree.at('smoke/run_a.zip')]);
    expect(names(index)).toEqual(names(tree.index()));
    expect(index.refreshPaths([tree.root, '../elsewhere']).changed).toBe(false);
  });
});
