import { expect, test } from 'vitest';
import { selectReports, show, type Selection } from '#engines/reports';
import { makeTree, ordinary } from './tree.ts';

const shape = (list: Selection['matched']) => list.map(({ report, nested }) => [report.relativePath, ...nested.map((inner) => inner.relativePath)]);

test('folds matches inside a match into it and counts the outermost only', () => {
  const tree = makeTree().put('t/a/summary.json', {}, '2024-01-10T00:00:00').put('t/a/b/c/summary.json', {}, '2024-01-11T00:00:00')
    .put('t/a/b/c/d/e.csv', '1', '2024-01-12T00:00:00').put('t/ab/summary.json', {}, '2024-01-09T00:00:00');
  const { matched, planned, echo } = selectReports(tree.index(), { limit: 1 });
  expect(shape(matched)).toEqual([['t/a', 't/a/b/c/d', 't/a/b/c'], ['t/ab']]);
  expect(shape(planned)).toEqual([['t/a', 't/a/b/c/d', 't/a/b/c']]);
  expect(echo.limit).toBe(1);
});

test('does not take along what did not match', () => {
  const tree = makeTree().put('ops/summary.json', {}, '2024-01-01T00:00:00').put('ops/fresh/summary.json', {}, '2024-06-20T00:00:00').put('ops/fresh/x.csv', '1', '2024-06-20T00:00:00');
  const { matched } = selectReports(tree.index(), { until: '2024-02-01' });
  expect(shape(matched)).toEqual([['ops']]);
  expect(matched[0]?.report.files.map((file) => file.path)).toEqual(['ops/summary.json']);
});

test('the top of the base is no ancestor', () => {
  const { matched } = selectReports(makeTree().put('summary.json', {}).put('a/r/summary.json', {}).index(), {});
  expect(shape(matched).map(([name]) => name).sort()).toEqual(['.', 'a/r']);
});

test('limits after sorting, newest first unless asked otherwise', () => {
  const index = ordinary(makeTree()).index();
  expect(shape(selectReports(index, { category: ['daily'], limit: 1 }).planned)[0]?.[0]).toBe('daily/2024-05-04');
  expect(shape(selectReports(index, { category: ['daily'], limit: 1, sort_direction: 'asc' }).planned)[0]?.[0]).toBe('daily/2024-04-01');
});

test('shows a report by identifier or absolute path and names what is wrong with others', () => {
  const tree = ordinary(makeTree());
  const index = tree.index();
  expect(show(index, 'audit/2024-01-01/')).toMatchObject({ relative_path: 'audit/2024-01-01', directory: tree.at('audit/2024-01-01') });
  expect(show(index, tree.at('audit/2024-01-01')).files).toHaveLength(2);
  expect(() => show(index, 'audit')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  expect(() => show(index, '../models')).toThrow(expect.objectContaining({ code: 'PATH_OUTSIDE_ROOT' }));
  expect(() => show(index, '/etc')).toThrow(expect.objectContaining({ code: 'PATH_OUTSIDE_ROOT' }));
  expect(() => show(index, ' ')).toThrow(expect.objectContaining({ code: 'PATH_INVALID' }));
});
