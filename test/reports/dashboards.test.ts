import { describe, expect, test } from 'vitest';
import { dashboards, overview } from '#engines/reports';
import { makeTree } from './tree.ts';

const curve = (summary: unknown, name = 'd/r') => dashboards(makeTree().put(`${name}/summary.json`, typeof summary === 'string' ? summary : summary as object).index(), {}).equity_curve;
const points = (summary: unknown) => curve(summary).map((point) => [point.timestamp, point.value]);

describe('the equity curve', () => {
  test('reads objects, pairs, numbers, numeric text and booleans; drops what is no value', () => {
    const answer = curve({ equity_curve: [
      { timestamp: '2024-01-01T00:00:00Z', value: 100 }, { timestamp: '2024-01-02T00:00:00+02:00', equity: '110.5', label: ' L ' },
      { time: 1704240000, balance: 120 }, { t: 'not a date', y: 1 }, { value: null }, { value: 'x' }, [1704326400, 130], [1], '150', true, 'NaN',
    ] });
    expect(answer.map((point) => [point.timestamp, point.value, point.label])).toEqual([
      ['2024-01-01T00:00:00+00:00', 100, 'd/r'], ['2024-01-01T22:00:00+00:00', 110.5, 'L'], ['2024-01-03T00:00:00+00:00', 120, 'd/r'],
      ['2024-01-04T00:00:00+00:00', 130, 'd/r'], ['not a date', 1, 'd/r'], [8, 150, 'd/r'], [9, 1, 'd/r'],
    ]);
  });

  test('pairs lists of times and values', () => {
    expect(points({ equityCurve: { timestamps: ['2024-03-01', '2024-03-02'], values: [5, 6, 7] } }))
      .toEqual([['2024-03-01T00:00:00+00:00', 5], ['2024-03-02T00:00:00+00:00', 6], [2, 7]]);
  });

  test.each<[string, object, unknown[]]>([
    ['points before values', { equity_series: { points: [{ date: '2024-03-03', value: 8 }], values: [1] } }, [['2024-03-03T00:00:00+00:00', 8]]],
    ['values alone', { equitySeries: { values: [1, 2.5, '3'] } }, [[0, 1], [1, 2.5], [2, 3]]],
    ['a text is no list', { equity_curve: '123', equitySeries: [1] }, []],
    ['a null that is there ends the search', { equity_curve: null, equityCurve: [1] }, []],
    ['an index is a position, not a time', { equity_curve: [{ index: 5, value: 1 }] }, [[5, 1]]],
  ])('%s', (_, summary, expected) => expect(points(summary)).toEqual(expected));

  test('keeps times and bare positions apart, whatever report they come from', () => {
    const index = makeTree().put('b/r/summary.json', { equity_curve: [1, 2] }).put('a/r/summary.json', { equity_curve: [['1960-01-01', 9], ['2024-01-01', 3]] }).index();
    expect(dashboards(index, {}).equity_curve.map((point) => [point.timestamp, point.source])).toEqual([
      ['1960-01-01T00:00:00+00:00', 'a/r'], ['2024-01-01T00:00:00+00:00', 'a/r'], [0, 'b/r'], [1, 'b/r'],
    ]);
  });

  test('thins long curves out and keeps the last point', () => {
    const answer = curve({ equity_curve: Array.from({ length: 1300 }, (_, at) => [1704067200 + 60 * at, at]) });
    expect(answer).toHaveLength(434);
    expect([answer[0]?.value, answer[1]?.value, answer.at(-1)?.value]).toEqual([0, 3, 1299]);
  });
});

describe('the heat map', () => {
  test('sums assets over reports, largest first, with their sources in base order', () => {
    const index = makeTree()
      .put('d/map/summary.json', { asset_heatmap: { BTC: { value: 0.6, label: 'Bitcoin' }, ETH: 0.4, BAD: 'x', ' SPACED ': 0.1 } }, '2024-02-20T14:00:00')
      .put('d/list/summary.json', { positions: [{ symbol: 'BTC', exposure: -0.25 }, { code: 'SOL', weight: null, pnl: 3 }, '7', { value: 1 }] }, '2024-02-20T15:00:00').index();
    const cells = dashboards(index, {}).asset_heatmap;
    expect(cells.map((cell) => [cell.asset, cell.label, cell.value])).toEqual([['SOL', 'SOL', 3], ['ETH', 'ETH', 0.4], ['BTC', 'Bitcoin', 0.35], ['SPACED', 'SPACED', 0.1]]);
    expect(cells[2]?.sources).toEqual([{ source: 'd/list', category: 'd', value: -0.25 }, { source: 'd/map', category: 'd', value: 0.6 }]);
  });

  test('follows the filters, not the page', () => {
    const index = makeTree().put('a/r/summary.json', { assets: { X: 1 } }).put('b/r/summary.json', { assets: { X: 2 } }).index();
    expect(overview(index, { limit: 1 }, 'b').dashboards.asset_heatmap[0]?.value).toBe(3);
    expect(dashboards(index, { category: ['b'] }).asset_heatmap[0]?.value).toBe(2);
  });
});
