import { expect, test } from 'vitest';
import { operations } from '#contract';
import { dashboards, list, overview, show } from '#engines/reports';
import { makeTree, names, ordinary } from './tree.ts';

test('every answer fits the contract and crosses threads, damaged reports included', () => {
  const tree = ordinary(makeTree()).put('bad/a/summary.json', '[1').put('bad/b/summary.json', '{"x": NaN, "__proto__": {"y": 1e999}}').put('bad/c/summary.json', Buffer.from([0xff]))
    .put('odd/\uf7b3/summary.json', '{"n": 12345678901234567890}').link('links/r/x.csv', 'nowhere').put('links/r/y.csv', '1').folder('odd/z/q.zip');
  const index = tree.index();
  const answers = [
    operations['reports.overview'].output.safeParse(overview(index, {}, 'var/reports')),
    operations['reports.list'].output.safeParse(list(index, {}, 'var/reports')),
    operations['reports.dashboards'].output.safeParse(dashboards(index, {})),
    ...names(index).map((name) => operations['reports.show'].output.safeParse(show(index, name))),
  ];
  for (const answer of answers) expect(answer.error).toBeUndefined();
  expect(structuredClone(overview(index, {}, 'b'))).toEqual(JSON.parse(JSON.stringify(overview(index, {}, 'b'))));
});
