import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { nodeFileSystem } from '#engines/storage';
import { list, overview, overviewJson, show } from '#engines/reports';
import { makeTree, names } from './tree.ts';

const deep = `{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;

describe('a damaged summary is one row with its problem named', () => {
  test.each<[string, string | Buffer, string, RegExp]>([
    ['a list', '[1, 2]', 'summary_not_object', /must be a JSON object/u],
    ['a number', '42', 'summary_not_object', /object/u],
    ['null', 'null', 'summary_not_object', /object/u],
    ['empty', '', 'summary_invalid', /line 1, column 1/u],
    ['a byte order mark', Buffer.from('\ufeff{}'), 'summary_invalid', /byte order mark/u],
    ['a missing value', '{\n  "report_date": }', 'summary_invalid', /line 2, column 18/u],
    ['a trailing comma', '{"a": 1,}', 'summary_invalid', /column 9/u],
    ['a line break in a string', '{"a": "line\nbreak"}', 'summary_invalid', /control character/u],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xb3, 0x22, 0x3a, 0x31, 0x7d]), 'summary_not_utf8', /UTF-8/u],
    ['deep nesting', deep, 'summary_too_deep', /200/u],
    ['text after the value', '{} {}', 'summary_invalid', /more text/u],
    ['an unknown escape', String.raw`{"a": "\q"}`, 'summary_invalid', /escape/u],
  ])('%s', (_, content, code, message) => {
    const index = makeTree().put('bad/r/summary.json', content).put('bad/r/x.csv', '1').put('good/r/summary.json', { a: 1 }).index();
    const row = show(index, 'bad/r');
    expect(row).toMatchObject({ summary: null, has_summary: false, summary_status: 'invalid', export_count: 1 });
    expect(row.problems.map((problem) => [problem.code, problem.path])).toEqual([[code, 'bad/r/summary.json']]);
    expect(row.summary_error).toMatch(message);
    expect(list(index, {}, 'b').summary).toMatchObject({ report_count: 2, invalid_summary_count: 1, has_summary: true });
  });

  test('a folder, a pipe and a link to a folder named like a summary', () => {
    const tree = makeTree().folder('bad/folder/summary.json', '2024-02-07T03:00:00').put('bad/folder/note.txt', 'n', '2024-02-07T02:00:00')
      .folder('bad/pipe').link('bad/link/summary.json', '..');
    execFileSync('mkfifo', [tree.at('bad/pipe/summary.json')]);
    const index = tree.index();
    expect(names(index).sort()).toEqual(['bad/folder', 'bad/link', 'bad/pipe']);
    for (const name of names(index)) expect(show(index, name).problems.map((problem) => problem.code)).toEqual(['summary_unreadable']);
    expect(show(index, 'bad/folder').updated_at).toBe('2024-02-07T03:00:00+00:00');
  });

  test('a broken link named like a summary is no summary', () => {
    const row = show(makeTree().link('d/r/summary.json', 'nowhere').put('d/r/x.csv', '1').index(), 'd/r');
    expect([row.summary_status, row.problems[0]?.code]).toEqual(['missing', 'link_broken']);
  });

  test.each<[string, string, string]>([['EACCES', 'summary_unreadable', 'invalid'], ['ENOENT', 'vanished', 'invalid'], ['EIO', 'summary_unreadable', 'invalid']])('%s while it is opened', (system, code, status) => {
    const fs = { ...nodeFileSystem, open: () => { throw Object.assign(new Error('refused'), { code: system }); } };
    const row = show(makeTree().put('d/r/summary.json', {}).index({ fs }), 'd/r');
    expect([row.problems[0]?.code, row.summary_status]).toEqual([code, status]);
  });

  test('a summary past the size limit is not read', () => {
    const stat = (path: string) => ({ ...nodeFileSystem.lstat(path), ...(path.endsWith('summary.json') ? { size: 17 * 1024 * 1024 } : {}) });
    const fs = { ...nodeFileSystem, lstat: stat, open: () => { throw new Error('must not be opened'); } };
    expect(show(makeTree().put('d/r/summary.json', {}).index({ fs }), 'd/r').problems[0]?.code).toBe('summary_too_large');
  });
});

describe('odd but readable summaries', () => {
  test('NaN and Infinity become text and are named; the output is strict JSON', () => {
    const index = makeTree().put('d/nan/summary.json', '{"report_date": "nan", "pnl": NaN, "top": [Infinity, -Infinity], "text": "NaN"}').index();
    const row = show(index, 'd/nan');
    expect(row.summary).toEqual({ report_date: 'nan', pnl: 'NaN', top: ['Infinity', '-Infinity'], text: 'NaN' });
    expect([row.summary_status, row.problems[0]?.code]).toEqual(['valid', 'summary_not_strict_json']);
    expect(JSON.parse([...overviewJson(index, {}, 'b')].join(''))).toEqual(overview(index, {}, 'b'));
  });

  test('numbers beyond a double keep their digits: as text between threads, as themselves in printed JSON', () => {
    const digits = '9'.repeat(300);
    const endless = '8'.repeat(5000);
    const index = makeTree().put('d/big/summary.json', `{"n": 12345678901234567890, "huge": ${digits}, "endless": ${endless}, "over": 1e999, "f": 0.1234567890123456789, "k": 1, "k": 2}`).index();
    expect(show(index, 'd/big').summary).toEqual({ n: '12345678901234567890', huge: digits, endless, over: '1e999', f: 0.12345678901234568, k: 2 });
    expect([...overviewJson(index, {}, 'b', { numbers: 'text' })].join('')).toBe(JSON.stringify(overview(index, {}, 'b')));
    const text = [...overviewJson(index, {}, 'b')].join('');
    expect(text).toContain('"n":12345678901234567890,');
    expect(text).toContain(`"huge":${digits},"endless":"${endless}","over":"1e999"`);
    expect(structuredClone(overview(index, {}, 'b'))).toEqual(overview(index, {}, 'b'));
  });

  test('half characters are replaced and named', () => {
    const row = show(makeTree().put('d/lone/summary.json', '{"report_date": "\\ud83d", "\\udc00k": {"x": "\\ud83d\\ude00"}}').index(), 'd/lone');
    expect(row.summary).toEqual({ report_date: '\ufffd', '\ufffdk': { x: '😀' } });
    expect([row.display_name, row.problems[0]?.code]).toEqual(['\ufffd', 'summary_not_strict_json']);
  });

  test('a long summary is read again when it is shown', () => {
    const summary = { report_date: 'long', notes: 'x'.repeat(5000), equity_curve: [1, 2] };
    const index = makeTree().put('d/long/summary.json', summary).index();
    expect(show(index, 'd/long').summary).toEqual(summary);
  });
});

describe('folders that cannot be read', () => {
  const refusing = (name: string) => ({
    ...nodeFileSystem,
    readdir: (path: string) => {
      if (path.endsWith(name)) throw Object.assign(new Error('refused'), { code: 'EACCES' });
      return nodeFileSystem.readdir(path);
    },
  });

  test('show at the report around them', () => {
    const index = makeTree().put('d/r/summary.json', {}).put('d/r/locked/b.csv', '1').index({ fs: refusing('/locked') });
    expect(show(index, 'd/r').problems).toEqual([{ code: 'unreadable', path: 'd/r/locked', message: 'The folder could not be read (EACCES).' }]);
  });

  test('are rows of their own where no report is around them', () => {
    const index = makeTree().put('private/r/summary.json', {}).put('d/r/summary.json', {}).index({ fs: refusing('/private') });
    expect(names(index).sort()).toEqual(['d/r', 'private']);
    expect(show(index, 'private')).toMatchObject({ summary_status: 'missing', file_count: 0, problems: [{ code: 'unreadable', path: 'private' }] });
  });

  test('stop everything only when it is the base itself', () => {
    const tree = makeTree().put('d/r/summary.json', {});
    expect(() => tree.index({ fs: refusing('/var/reports') })).toThrow(expect.objectContaining({ code: 'IO' }));
  });
});
