import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesIn, inventory, openBench, put, putReport, removeRoot, summary, type Bench } from './support.ts';

let bench: Bench;
beforeEach(() => { bench = openBench(); });
afterEach(() => removeRoot(bench.root));

const report = (path: string): string => join(bench.base, path);

describe('reports.purge', () => {
  it('keeps files of reports that did not match, also inside the folder of one that did', async () => {
    putReport(bench.root, 'daily/old', 40);
    putReport(bench.root, 'daily/old/inner_new', 1);
    putReport(bench.root, 'daily/new', 1);
    const plan = await bench.plan('reports.purge', { until: '2026-11-01' });
    expect(plan.targets.map((target) => target.relative_path)).toEqual(['daily/old']);
    expect(plan.items.filter((item) => item.kind === 'directory').map((item) => item.path)).toEqual([report('daily/old/exports')]);
    const { state } = await bench.apply(plan);
    expect(state.outcome).toMatchObject({ status: 'completed', files: 3, directories: 1 });
    expect(filesIn(bench.base)).toEqual([
      'daily/new/exports/chart.svg', 'daily/new/ledger.csv', 'daily/new/summary.json',
      'daily/old/inner_new/exports/chart.svg', 'daily/old/inner_new/ledger.csv', 'daily/old/inner_new/summary.json',
    ]);
  });

  it('an archive at category level does not take the category along', async () => {
    put(bench.root, 'var/reports/smoke/run_a.zip', 'zip', 40);
    putReport(bench.root, 'smoke/run_c', 1);
    await bench.apply(await bench.plan('reports.purge', { category: ['smoke'], until: '2026-11-01' }));
    expect(filesIn(bench.base)).toEqual(['smoke/run_c/exports/chart.svg', 'smoke/run_c/ledger.csv', 'smoke/run_c/summary.json']);
  });

  it('removes emptied folders of the report, leaves the category, and undo brings back all', async () => {
    putReport(bench.root, 'smoke/run_a', 3);
    putReport(bench.root, 'smoke/run_a/deep/er', 3);
    fs.mkdirSync(report('smoke/run_a/hollow/still'), { recursive: true });
    fs.chmodSync(report('smoke/run_a/hollow'), 0o750);
    putReport(bench.root, 'smoke/run_b', 2);
    const before = inventory(bench.base);
    const plan = await bench.plan('reports.purge', { category: ['smoke'] });
    expect(plan.facts).toMatchObject({ matched_count: 2, planned_count: 2 });
    expect(plan.targets.find((target) => target.relative_path === 'smoke/run_a')?.reasons).toContainEqual({ code: 'nested', value: 'smoke/run_a/deep/er' });
    await bench.apply(plan);
    expect([...inventory(bench.base).keys()]).toEqual(['smoke']);
    await bench.undo(plan);
    expect(inventory(bench.base)).toEqual(before);
  });

  it('files at the top are purged one by one and the reports folder stays', async () => {
    put(bench.root, 'var/reports/single.html', 'x', 5);
    put(bench.root, 'var/reports/other.html', 'y', 1);
    await bench.apply(await bench.plan('reports.purge', { query: 'single' }));
    expect(filesIn(bench.base)).toEqual(['other.html']);
  });

  it('a report with its own exports folder is one target, and its valid summary is no missing one', async () => {
    putReport(bench.root, 'daily/x', 3);
    const plan = await bench.plan('reports.purge', { summary_status: 'missing' });
    expect(plan.targets).toEqual([]);
    expect((await bench.apply(plan)).state.outcome?.status).toBe('empty');
  });

  it('leaves a report out whole when one of its files is protected, and says why', async () => {
    bench = openBench({ root: bench.root, config: { protected_paths: ['var/reports/daily/a/ledger.csv'] } });
    putReport(bench.root, 'daily/a', 3);
    putReport(bench.root, 'daily/b', 3);
    const plan = await bench.plan('reports.purge', { category: ['daily'] });
    expect(plan.targets.map((target) => target.relative_path)).toEqual(['daily/b']);
    expect(plan.protected).toMatchObject([{ path: report('daily/a/ledger.csv'), rule: 'var/reports/daily/a/ledger.csv', notes: [{ code: 'protected_rule', params: { rule: 'var/reports/daily/a/ledger.csv' } }] }]);
    await bench.apply(plan);
    expect(filesIn(bench.base)).toHaveLength(3);
  });

  it('permanent asks for its word and destroys', async () => {
    putReport(bench.root, 'daily/a', 3);
    const plan = await bench.plan('reports.purge', { permanent: true });
    expect(plan.confirmation).toBe('permanent');
    expect((await bench.apply(plan)).state.outcome).toMatchObject({ status: 'completed', trash_id: null });
    expect(filesIn(join(bench.root, 'var/trash'))).toEqual([]);
  });

  it('stops between targets on request; what was moved can be undone', async () => {
    for (const name of ['a', 'b', 'c']) put(bench.root, `var/reports/daily/${name}/ledger.csv`, name, 3);
    const before = inventory(bench.base);
    const plan = await bench.plan('reports.purge', { sort: 'name', sort_direction: 'asc' });
    let asked = 0;
    const signal = { progress: () => undefined, check: () => undefined, get cancelled() { asked += 1; return asked > 1; } };
    const { state, results } = await bench.apply(plan, signal);
    expect(state.status).toBe('cancelled');
    expect(results.map((result) => result.status)).toEqual(['done', 'not_started', 'not_started']);
    await bench.undo(plan);
    expect(inventory(bench.base)).toEqual(before);
  });
});

describe('signal quality files in a purge', () => {
  const folder = 'reports/exchanges/signal_quality';

  it('old ones are targets of the plan, listed like everything else, and come back', async () => {
    put(bench.root, `${folder}/old.json`, '{}', 31);
    put(bench.root, `${folder}/new.json`, '{}', 29);
    put(bench.root, `${folder}/old.csv`, 'x', 31);
    put(bench.root, `${folder}/sub/old.json`, '{}', 31);
    const plan = await bench.plan('reports.purge');
    expect(plan.targets).toMatchObject([{ kind: 'signal_quality', relative_path: 'old.json' }]);
    expect(plan.facts['signal_quality_cleanup']).toMatchObject({ retention_days: 30, matched: 1, status: 'preview' });
    await bench.apply(plan);
    expect(filesIn(join(bench.root, folder))).toEqual(['new.json', 'old.csv', 'sub/old.json']);
    await bench.undo(plan);
    expect(filesIn(join(bench.root, folder))).toContain('old.json');
  });

  it('the older of the keeping time and until counts', async () => {
    put(bench.root, `${folder}/a.json`, '{}', 31);
    put(bench.root, `${folder}/b.json`, '{}', 61);
    const plan = await bench.plan('reports.purge', { until: '2026-09-30' });
    expect(plan.targets.map((target) => target.relative_path)).toEqual(['b.json']);
  });

  it.each([[0, 'skipped'], [-5, 'skipped'], [30, 'missing']])('with %i days of keeping the status is %s when there is no folder', async (days, status) => {
    const plan = await bench.plan('reports.purge', { signal_quality_retention_days: days });
    expect(plan.facts['signal_quality_cleanup']).toMatchObject({ status });
  });

  it('days of zero turn it off even with until', async () => {
    put(bench.root, `${folder}/a.json`, '{}', 400);
    const plan = await bench.plan('reports.purge', { signal_quality_retention_days: 0, until: '2026-11-01' });
    expect(plan.targets).toEqual([]);
  });

  it('an endless keeping time is no crash', async () => {
    put(bench.root, `${folder}/a.json`, summary('x'), 400);
    const plan = await bench.plan('reports.purge', { signal_quality_retention_days: 999_999_999 });
    expect(plan.facts['signal_quality_cleanup']).toMatchObject({ status: 'empty' });
  });
});
