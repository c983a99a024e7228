import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { compareText, foldCase, list, overview, overviewJson, parseIsoTime, readFilter, instantText, type FilterInput } from '#engines/reports';
import { searchableText } from '../../src/engines/reports/searchText.ts';
import { makeTree, ordinary, type Tree } from './tree.ts';

const rows = (tree: Tree, filter: FilterInput) => list(tree.index(), filter, 'b').rows.map((row) => row.relative_path);

describe('dates', () => {
  test.each([
    ['2024-05-01', '2024-05-01T00:00:00+00:00'], ['20240501', '2024-05-01T00:00:00+00:00'], ['2024-W18-1', '2024-04-29T00:00:00+00:00'],
    ['2024-W18', '2024-04-29T00:00:00+00:00'], ['2024W183', '2024-05-01T00:00:00+00:00'], ['2024-05-01T10', '2024-05-01T10:00:00+00:00'],
    ['2024-05-01T10:30', '2024-05-01T10:30:00+00:00'], ['2024-05-01 10:00:00.5', '2024-05-01T10:00:00.500000+00:00'],
    ['2024-05-01T10:00:00,1234567', '2024-05-01T10:00:00.123456+00:00'], ['20240501T101112Z', '2024-05-01T10:11:12+00:00'],
    ['2024-05-01T10:00+02:00', '2024-05-01T08:00:00+00:00'], ['2024-05-01T10:00:00-0230', '2024-05-01T12:30:00+00:00'],
    ['2020-W53-7', '2021-01-03T00:00:00+00:00'], ['0001-01-01', '0001-01-01T00:00:00+00:00'], ['2024-02-29', '2024-02-29T00:00:00+00:00'],
  ])('reads %s', (text, shown) => {
    const parsed = parseIsoTime(text);
    expect(parsed && instantText(parsed.instant)).toBe(shown);
  });

  test.each(['', ' 2024-05-01', '2024-05-01 ', '2024-05', '2024-122', '2024-05-01T24:00', '2024-05-01Z', 'yesterday', '2024-13-01', '2023-02-29',
    '2024-W54', '2021-W53', '2024-05-01T10:60', '2024-05-01T', '0000-01-01', '0001-01-01T00:00+01:00', '9999-12-31T23:59-01:00', '2024-05-01T10:0000'])('refuses %j by the name of its field', (text) => {
    for (const field of ['since', 'until']) {
      expect(() => readFilter({ [field]: text })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', details: { field } }));
    }
  });

  test('until a bare day takes the whole day in UTC and shows the instant used', () => {
    const tree = makeTree().put('a/x/summary.json', {}, '2024-04-01T23:59:59').put('a/y/summary.json', {}, '2024-04-02T00:00:00');
    expect(rows(tree, { until: '2024-04-01' })).toEqual(['a/x']);
    expect(rows(tree, { until: '2024-04-01T00:00' })).toEqual([]);
    expect(readFilter({ until: '2024-04-01' }).echo.until).toBe('2024-04-01T23:59:59.999999+00:00');
    expect(rows(tree, { since: '2024-04-01T23:59:59', until: '2024-04-01' })).toEqual(['a/x']);
  });

  test('both ends are included', () => {
    const tree = makeTree().put('a/x/summary.json', {}, '2024-05-02T00:00:00');
    expect(rows(tree, { since: '2024-05-02T00:00:00', until: '2024-05-02T02:00:00+02:00' })).toEqual(['a/x']);
  });

  test('since after until is refused', () => {
    expect(() => readFilter({ since: '2024-06-01', until: '2024-05-01' })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', details: { field: 'since' } }));
  });

  test('limits below one and offsets below zero are refused by name', () => {
    expect(() => readFilter({ limit: 0 })).toThrow(expect.objectContaining({ details: { field: 'limit' } }));
    expect(() => readFilter({ offset: -1 })).toThrow(expect.objectContaining({ details: { field: 'offset' } }));
  });
});

describe('filters', () => {
  test('categories match regardless of case and are echoed trimmed, once, in the given order', () => {
    const tree = makeTree().put('straße/r/summary.json', {}).put('b/r/summary.json', {});
    const answer = list(tree.index(), { category: [' STRASSE ', 'x', '', 'x'] }, 'b');
    expect(answer.rows.map((row) => row.relative_path)).toEqual(['straße/r']);
    expect(answer.filters.categories).toEqual(['STRASSE', 'x']);
  });

  test('the category of a file at the top is its name', () => {
    expect(rows(ordinary(makeTree()), { category: ['standalone.json'] })).toEqual(['standalone.json']);
  });

  test('the state of the summary and exports narrow the list', () => {
    const tree = ordinary(makeTree()).put('bad/r/summary.json', '[]');
    expect(rows(tree, { summary_status: 'invalid' })).toEqual(['bad/r']);
    expect(rows(tree, { summary_status: 'missing', category: ['smoke'] })).toEqual(['smoke/run_c', 'smoke']);
    expect(rows(tree, { summary_status: 'valid', has_exports: 'no' })).toEqual([]);
    expect(rows(tree, { has_exports: 'no' })).toEqual(['bad/r']);
    expect(rows(tree, { summary_status: 'valid', category: ['daily'], has_exports: 'yes' })).toContain('daily/2024-05-03');
  });

  test('the query searches identifier, category, date and the values of the metadata, regardless of case', () => {
    const tree = ordinary(makeTree()).put('e/r/summary.json', { report_date: 'INCIDENT', severity: 'High', owner: { team: 'Łódź', tags: ['alpha', 7] } })
      .put('e/long/summary.json', { notes: 'x'.repeat(3000), marker: 'needle' });
    for (const query of ['incident', ' HIGH ', 'severity=HIGH', 'team=łó', 'tags=7', 'łódź', 'alpha', 'e/r e incident']) expect(rows(tree, { query })).toEqual(['e/r']);
    for (const query of ['severity', 'team', 'verity=High', 'severity=ow', 'severity=', 'report_date']) expect(rows(tree, { query })).toEqual(query === 'severity=' ? ['e/r'] : []);
    expect(rows(tree, { query: 'NEEDLE' })).toEqual(['e/long']);
    expect(rows(tree, { query: 'marker=needle' })).toEqual(['e/long']);
    expect(rows(tree, { query: 'binance_PAPER' })).toEqual(['smoke/run_a']);
    expect(rows(tree, { query: 'paper_binance' })).toEqual([]);
    expect(list(tree.index(), { query: '  ' }, 'b').filters.query).toBeNull();
  });

  test.each<[string, object]>([
    ['a long text', { notes: 'n'.repeat(20_000), incident: 'INC-4711' }],
    ['many members', { ...Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`metric_${at}`, at / 7])), incident: 'INC-4711' }],
    ['a series of points', { equity_curve: Array.from({ length: 3000 }, (_, at) => ({ time: `2024-01-01T${at}`, value: at })), more: { deep: { incident: 'INC-4711' } } }],
    ['long texts in a long list', { log: Array.from({ length: 300 }, (_, at) => `${at} ${'l'.repeat(300)}`), incident: 'INC-4711' }],
  ])('a value after %s is found', (_what, content) => {
    const tree = makeTree().put('e/r/summary.json', content);
    expect(rows(tree, { query: 'inc-4711' })).toEqual(['e/r']);
    expect(rows(tree, { query: 'incident=INC-4711' })).toEqual(['e/r']);
    expect(searchableText(content).length).toBeLessThan(75_000);
  });

  test('typing on past the equals sign finds what the name alone did not', () => {
    const index = makeTree().put('e/r/summary.json', { severity: 'high' }).put('e/s/summary.json', { note: 'severity=high' }).index();
    const found = (query: string) => list(index, { query }, 'b').rows.map((row) => row.relative_path).sort();
    expect(['sev', 'severity', 'severity=', 'severity=h', 'erity=h', 'severity=hi'].map((query) => found(query))).toEqual([['e/s'], ['e/s'], ['e/r', 'e/s'], ['e/r', 'e/s'], ['e/s'], ['e/r', 'e/s']]);
  });

  test('a long series does not push the metadata out of the search', () => {
    const tree = makeTree().put('e/r/summary.json', { equity_curve: Array.from({ length: 5000 }, (_, at) => [at, at]), marker: 'needle' });
    expect(rows(tree, { query: 'needle' })).toEqual(['e/r']);
  });
});

describe('order and pages', () => {
  const tree = () => makeTree().put('a/1/summary.json', { report_date: 'B' }, '2024-01-03T00:00:00').put('a/2/summary.json', { report_date: 'a' }, '2024-01-02T00:00:00')
    .put('a/3/summary.json', { report_date: 'ß' }, '2024-01-02T00:00:00').put('a/3/x.csv', '12345', '2024-01-01T00:00:00').put('a/4/y.csv', '1', '2024-01-02T00:00:00');

  test.each<[FilterInput, string[]]>([
    [{}, ['a/1', 'a/2', 'a/3', 'a/4']],
    [{ sort_direction: 'asc' }, ['a/2', 'a/3', 'a/4', 'a/1']],
    [{ sort: 'created_at' }, ['a/1', 'a/2', 'a/4', 'a/3']],
    [{ sort: 'size' }, ['a/3', 'a/4', 'a/1', 'a/2']],
    [{ sort: 'size', sort_direction: 'asc' }, ['a/1', 'a/2', 'a/4', 'a/3']],
    [{ sort: 'name', sort_direction: 'asc' }, ['a/2', 'a/4', 'a/1', 'a/3']],
    [{ limit: 2, offset: 1 }, ['a/2', 'a/3']],
    [{ offset: 9 }, []],
  ])('%j', (filter, expected) => {
    expect(rows(tree(), filter)).toEqual(expected);
  });

  test('totals and categories cover all matches, not the page', () => {
    const answer = list(tree().put('z/1/summary.json', '[]', '2023-01-01T00:00:00').index(), { limit: 1, offset: 1 }, 'b');
    expect(answer.pagination).toEqual({ total_count: 5, returned_count: 1, limit: 1, offset: 1, has_more: true, has_previous: true });
    expect(answer.summary).toMatchObject({ report_count: 5, category_count: 2, total_size: 6, export_count: 2, invalid_summary_count: 1, missing_summary_count: 1, earliest_updated_at: '2023-01-01T00:00:00+00:00', latest_updated_at: '2024-01-03T00:00:00+00:00' });
    expect(answer.categories.map((category) => [category.id, category.count, category.has_summary])).toEqual([['a', 4, true], ['z', 1, false]]);
  });

  test('a page past the end has earlier pages and none after it', () => {
    expect(list(tree().index(), { offset: 40 }, 'b').pagination).toMatchObject({ returned_count: 0, has_more: false, has_previous: true });
  });

  test('the streamed JSON equals the overview', () => {
    const index = ordinary(makeTree()).index();
    for (const filter of [{}, { limit: 2 }, { category: ['none'] }]) {
      const text = [...overviewJson(index, filter, 'var/reports')].join('');
      expect(text).not.toContain('\n');
        expect(text).toBe(JSON.stringify(overview(index, filter, 'var/reports')));
      expect(Object.keys(JSON.parse(text))).toEqual(['reports', 'base_directory', 'categories', 'summary', 'filters', 'pagination', 'dashboards']);
    }
  });
});

describe('properties', () => {
  const choice = fc.record({
    since: fc.constantFrom('2024-01-01', '2024-03-10T06:03'), until: fc.constantFrom('2024-05-02', '2024-12-31'), category: fc.subarray(['daily', 'SMOKE', 'audit']),
    summary_status: fc.constantFrom('any' as const, 'valid' as const, 'missing' as const), has_exports: fc.constantFrom('any' as const, 'yes' as const, 'no' as const),
    query: fc.constantFrom('', 'a', '2024', 'binance'), sort: fc.constantFrom('name' as const, 'size' as const, 'created_at' as const, 'updated_at' as const),
    sort_direction: fc.constantFrom('asc' as const, 'desc' as const),
  }, { requiredKeys: [] });

  test('filtering twice is filtering once, and pages put together are the list', () => {
    const index = ordinary(makeTree()).index();
    fc.assert(fc.property(choice, fc.integer({ min: 1, max: 5 }), (filter, limit) => {
      const all = list(index, filter, 'b').rows;
      expect(list(index, filter, 'b').rows).toEqual(all);
      const { since, until, ...rest } = filter;
      const echo = list(index, filter, 'b').filters;
      const again = { ...rest, ...(since === undefined ? {} : { since: echo.since ?? '' }), ...(until === undefined ? {} : { until: echo.until ?? '' }) };
      expect(list(index, again, 'b').rows).toEqual(all);
      const pages = Array.from({ length: Math.ceil(all.length / limit) }, (_, at) => list(index, { ...filter, limit, offset: at * limit }, 'b').rows).flat();
      expect(pages).toEqual(all);
    }));
  });

  test('what was asked before changes no answer, also after a change on disk', () => {
    const tree = ordinary(makeTree());
    const index = tree.index();
    let touched = 0;
    const typed = fc.constantFrom('', 's', 'sm', 'smo', 'm', '2', '20', '2024', 'binance', 'bin', 'nothing at all');
    fc.assert(fc.property(fc.array(fc.tuple(choice, typed), { minLength: 2, maxLength: 6 }), fc.boolean(), (asked, touch) => {
      for (const [filter, query] of asked) {
        const input = { ...filter, query };
        expect(list(index, input, 'b')).toEqual({ ...list(tree.index(), input, 'b'), revision: index.revision });
      }
      if (!touch) return;
      touched += 1;
      tree.put(`smoke/touched_${touched}/summary.json`, { n: touched });
      index.refresh();
    }), { numRuns: 40 });
  });

  test('text orders by code point', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }));
  });

  test.each([['STRASSE', 'straße'], ['ẞ', 'ss'], ['ΣΑΣ', 'σας'], ['ŁÓDŹ', 'łódź'], ['ﬃ', 'FFI'], ['K', 'k'], ['ŉ', 'ʼN'], ['İ', 'i̇'], ['ᾳ', 'ΑΙ']])('%s and %s are the same but for case', (a, b) => {
    expect(foldCase(a)).toBe(foldCase(b));
  });

  test('the dotless i stays apart', () => expect(foldCase('ı')).not.toBe(foldCase('i')));
});
