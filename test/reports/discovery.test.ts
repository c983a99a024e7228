import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { openReportIndex, overview, show } from '#engines/reports';
import { makeTree, names, ordinary, reportOf } from './tree.ts';

describe('what becomes a report', () => {
  test('lists folders with summaries, archives or loose files, and files at the top', () => {
    const index = ordinary(makeTree()).index();
    expect(names(index)).toEqual([
      'daily/2024-05-04/sub/deep', 'daily/2024-05-04', 'daily/2024-05-03', 'daily/2024-05-02', 'daily/2024-04-01',
      'smoke/run_c', 'diagnostics/2024-03-10', 'smoke', 'smoke/run_a', 'standalone.json', 'audit/2024-01-01',
    ]);
  });

  test('leaves out empty folders, pipes and broken links', () => {
    const tree = makeTree().folder('void/deeper').link('links/broken.csv', 'nowhere').link('links/away', '../void');
    execFileSync('mkfifo', [tree.at('void/pipe')]);
    const index = tree.index();
    expect(names(index)).toEqual([]);
    expect(index.strays.map((file) => file.path).sort()).toEqual(['links/away', 'links/broken.csv', 'void/pipe']);
  });

  test('gives links and pipes below a report to it, and leaves reports below it apart', () => {
    const tree = makeTree().put('daily/a/summary.json', {}).link('daily/a/links/dang', '/nowhere').put('daily/a/links/own/data.csv', '1').folder('daily/a/pipes/deep')
      .link('daily/beside/dang', '/nowhere');
    execFileSync('mkfifo', [tree.at('daily/a/pipes/deep/pipe')]);
    const index = tree.index();
    expect(new Set(names(index))).toEqual(new Set(['daily/a', 'daily/a/links/own']));
    const report = reportOf(index, 'daily/a');
    expect(report.files.map((file) => [file.path, file.role])).toEqual([['daily/a/links/dang', 'other'], ['daily/a/pipes/deep/pipe', 'other'], ['daily/a/summary.json', 'summary']]);
    expect(report.folders).toEqual(['daily/a/pipes/deep', 'daily/a/links', 'daily/a/pipes', 'daily/a']);
    expect(report.exports).toEqual([]);
    expect(index.strays.map((file) => file.path)).toEqual(['daily/beside/dang']);
    const top = tree.put('summary.json', {}).index();
    expect(reportOf(top, '.').files.map((file) => file.path)).toEqual(['daily/beside/dang', 'summary.json']);
  });

  test('gives no reports for a base that is missing or is a file', () => {
    const tree = makeTree().put('NOTES', 'n');
    for (const base of ['var/none', 'var/reports/NOTES']) {
      const index = openReportIndex(tree.context(), base);
      index.refresh();
      expect(overview(index, {}, base)).toEqual({
        reports: [], base_directory: base, categories: [],
        summary: {
          report_count: 0, category_count: 0, total_size: 0, export_count: 0, has_summary: false, has_exports: false,
          invalid_summary_count: 0, missing_summary_count: 0, latest_updated_at: null, earliest_updated_at: null,
        },
        filters: {
          since: null, until: null, categories: [], summary_status: 'any', limit: null, offset: null, sort_key: 'updated_at',
          sort_direction: 'desc', query: null, has_exports: 'any',
        },
        pagination: { total_count: 0, returned_count: 0, limit: null, offset: null, has_more: false, has_previous: false },
        dashboards: { equity_curve: [], asset_heatmap: [] },
      });
    }
  });

  test('folds all files of the top into one report when the top has a summary or an archive', () => {
    const tree = makeTree().put('bundle.zip', 'z'.repeat(128)).put('standalone.json', '{}').put('summary.json', { report_date: 'root' })
      .put('daily/one/summary.json', {});
    const index = tree.index();
    expect(new Set(names(index))).toEqual(new Set(['.', 'daily/one']));
    const top = reportOf(index, '.');
    expect(top.category).toBe('.');
    expect(top.files.map((file) => file.path)).toEqual(['bundle.zip', 'standalone.json', 'summary.json']);
    expect(top.folders).toEqual([]);
    expect(show(index, '.').display_name).toBe('root');
  });

  test('takes names ending in .zip for archives, folders too, but not in capitals', () => {
    const index = makeTree().folder('odd/dirzip/packed.zip', '2024-02-10T10:00:00').put('odd/upper/DATA.ZIP', 'PK').put('odd/dotzip/.zip', 'PK').index();
    expect(new Set(names(index))).toEqual(new Set(['odd/dirzip', 'odd/upper', 'odd/dotzip']));
    const folder = show(index, 'odd/dirzip');
    expect([folder.export_count, folder.updated_at, folder.created_at]).toEqual([0, '2024-02-10T10:00:00+00:00', '2024-02-10T10:00:00+00:00']);
    expect(show(index, 'odd/upper').files[0]?.role).toBe('export');
    expect(show(index, 'odd/dotzip').files[0]?.role).toBe('archive');
  });

  test('orders equal times by kind and then by path components in code points', () => {
    const tree = makeTree();
    for (const name of ['z.txt', 'w/📈/summary.json', 'w/｡/summary.json', 'a/summary.json', 'a/b/summary.json', 'p/x.zip', 'p/a/x.zip', 'q/f.txt', 'q/a/f.txt']) tree.put(name, '{}');
    expect(names(tree.index())).toEqual(['a/b', 'a', 'w/｡', 'w/📈', 'p/a', 'p', 'q/a', 'q', 'z.txt']);
  });
});

describe('which files belong to it', () => {
  test('makes a report with an exports folder one report', () => {
    const tree = makeTree().put('d/r/summary.json', {}, '2024-05-01T00:00:00').put('d/r/exports/a.csv', '123', '2024-05-03T00:00:00')
      .put('d/r/exports/deep/b.csv', '12345', '2024-05-02T00:00:00');
    const index = tree.index();
    expect(names(index)).toEqual(['d/r']);
    const report = show(index, 'd/r');
    expect(report).toMatchObject({ export_count: 2, total_size: 8, has_exports: true, updated_at: '2024-05-03T00:00:00+00:00', file_count: 3 });
    expect(report.exports.map((file) => file.relative_path)).toEqual(['d/r/exports/a.csv', 'd/r/exports/deep/b.csv']);
    expect(reportOf(index, 'd/r').folders).toEqual(['d/r/exports/deep', 'd/r/exports', 'd/r']);
  });

  test('leaves exports alone that lie in a category, at the top, or have a summary of their own', () => {
    const tree = makeTree().put('weekly/exports/loose.csv', '1').put('weekly/r/summary.json', {}).put('exports/top.csv', '1')
      .put('smoke/a.zip', 'z').put('smoke/exports/x.csv', '1').put('d/r/summary.json', {}).put('d/r/exports/own/summary.json', {});
    expect(new Set(names(tree.index()))).toEqual(new Set(['weekly/exports', 'weekly/r', 'exports', 'smoke', 'smoke/exports', 'd/r', 'd/r/exports/own']));
  });

  test('gives a category with archives only its direct files', () => {
    const index = ordinary(makeTree()).index();
    expect(reportOf(index, 'smoke').files.map((file) => file.path)).toEqual(['smoke/run_a.zip']);
    expect(reportOf(index, 'smoke').folders).toEqual(['smoke']);
  });

  test('counts folders that hold no report of their own to the report above', () => {
    const index = ordinary(makeTree()).folder('daily/2024-05-04/hollow').index();
    expect(reportOf(index, 'daily/2024-05-04').folders).toEqual(['daily/2024-05-04/hollow', 'daily/2024-05-04/sub', 'daily/2024-05-04']);
  });

  test('owns links as links and lists what a link to a file holds', () => {
    const tree = makeTree().put('../../outside/secret.txt', 'outside secret').put('a/r/data.csv', '1,2,3\n')
      .link('a/r/in.csv', 'data.csv').link('a/r/out.csv', '../../../../outside/secret.txt').link('a/r/broken.csv', 'nowhere').link('a/r/dir', '../../a');
    const report = show(tree.index(), 'a/r');
    expect(report.files.map(({ path, kind, role }) => [path, kind, role])).toEqual([
      ['a/r/broken.csv', 'link', 'other'], ['a/r/data.csv', 'file', 'export'], ['a/r/dir', 'link', 'other'],
      ['a/r/in.csv', 'link', 'export'], ['a/r/out.csv', 'link', 'export'],
    ]);
    expect(report.exports.map((file) => file.size)).toEqual([6, 6, 14]);
    expect(report.files.find((file) => file.path === 'a/r/out.csv')?.size).toBe('../../../../outside/secret.txt'.length);
    expect(report.problems.map((problem) => [problem.code, problem.path])).toEqual([['link_broken', 'a/r/broken.csv']]);
  });

  test('keeps the listing when an archive is a broken link', () => {
    const index = ordinary(makeTree()).link('daily/2024-04-01/gone.zip', 'nowhere.zip').index();
    expect(show(index, 'daily/2024-04-01').problems[0]).toMatchObject({ code: 'link_broken', path: 'daily/2024-04-01/gone.zip' });
    expect(names(index)).toHaveLength(11);
  });
});

describe('times and sizes', () => {
  test('lets the newest file count for the last change and the oldest for the first', () => {
    const report = show(ordinary(makeTree()).index(), 'daily/2024-04-01');
    expect([report.updated_at, report.created_at, report.total_size]).toEqual(['2024-04-01T10:00:00+00:00', '2024-04-01T08:00:00+00:00', 308]);
  });

  test.each([
    [0n, '1970-01-01T00:00:00+00:00'],
    [-86_400_500_000_000n, '1969-12-30T23:59:59.500000+00:00'],
    [1_700_000_000_123_456_789n, '2023-11-14T22:13:20.123457+00:00'],
    [1_700_000_001_999_999_600n, '2023-11-14T22:13:22+00:00'],
    [1_700_000_002_000_000_500n, '2023-11-14T22:13:22+00:00'],
  ])('shows a file time of %d ns', async (ns, text) => {
    const { fileTimeText } = await import('#engines/reports');
    expect(fileTimeText(ns)).toBe(text);
  });
});

describe('names', () => {
  test('lists files whose names are no UTF-8 and names them', () => {
    const raw = '\uf7b3\uf7f3d\uf7bc';
    const index = makeTree().put(`diag/day/${raw}.csv`, '1').put(`odd/${raw}/summary.json`, {}).index();
    expect(show(index, 'diag/day').problems.map((problem) => [problem.code, problem.message])).toEqual([['name_not_utf8', 'The name is not UTF-8: \\xb3\\xf3d\\xbc.csv.']]);
    const report = show(index, `odd/${raw}`);
    expect([report.display_name, report.summary_status, report.problems[0]?.code]).toEqual(['odd/\\xb3\\xf3d\\xbc', 'valid', 'name_not_utf8']);
    expect(() => JSON.stringify(overview(index, {}, 'b'))).not.toThrow();
  });

  test.each([
    ['a text', '"2024"', '2024'], ['a whole number', '20240601', '20240601'], ['a fraction', '1.5', '1.5'], ['a whole float', '1.0', '1.0'],
    ['a large float', '1e16', '1e+16'], ['a small float', '0.00001', '1e-05'], ['true', 'true', 'True'], ['blank', '""', ''],
    ['a list', '["a", 1, null]', "['a', 1, None]"], ['an object', '{"k": "it\'s"}', '{\'k\': "it\'s"}'],
    ['null', 'null', 'd/r'], ['a number beyond a double', '12345678901234567890', '12345678901234567890'],
  ])('shows a report date that is %s', (_, json, shown) => {
    const index = makeTree().put('d/r/summary.json', `{"report_date": ${json}, "inner": {"report_date": 7}}`).index();
    expect(show(index, 'd/r').display_name).toBe(shown);
  });
});
