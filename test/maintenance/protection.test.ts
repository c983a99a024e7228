/** What the policy and the console protect stays protected, by whichever name it is reached and written. */
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleConfigSchema } from '#contract';
import { protectionOf, readPolicy } from '#engines/workspace';
import { filesIn, newRoot, openBench, put, putReport, removeRoot } from './support.ts';

let home: string;
let root: string;
beforeEach(() => {
  home = newRoot();
  root = join(home, 'ws');
  putReport(root, 'daily/a');
  putReport(root, 'daily/b');
});
afterEach(() => removeRoot(home));

function policy(...rules: string[]) {
  put(root, 'config/console.json', JSON.stringify({ approval: { 'reports.delete': 'off' }, admins: ['anna'], protected_paths: rules }));
  return readPolicy(openBench({ root }).context);
}

describe.each([
  ['var', 'var', ''],
  ['var/reports', 'var/reports', ''],
])('where %s is a link', (_name, linked) => {
  beforeEach(() => {
    fs.renameSync(join(root, linked), join(home, 'data'));
    fs.symlinkSync(join(home, 'data'), join(root, linked));
  });

  it.each(['var/reports/daily/a', 'var/reports/*/a/**', './var//reports/daily/./a/'])('the rule %s protects what it says', async (rule) => {
    const bench = openBench({ root, config: { protected_paths: [rule] } });
    await expect(bench.plan('reports.delete', { path: 'daily/a' })).rejects.toMatchObject({ code: 'PROTECTED' });
    const plan = await bench.plan('reports.purge');
    expect(plan.targets.map((target) => target.relative_path)).toEqual(['daily/b']);
  });

  it('a rule that comes later stops a plan', async () => {
    const plan = await openBench({ root }).plan('reports.delete', { path: 'daily/a' });
    const bench = openBench({ root, config: { protected_paths: ['var/reports/daily/a/summary.json'] } });
    await expect(bench.apply(plan)).rejects.toMatchObject({ code: 'PLAN_STALE' });
  });

  it('a rule by the real place protects too', async () => {
    const real = fs.realpathSync(join(root, 'var/reports/daily/a'));
    expect(policy(`${real}/**`)).toMatchObject({ damaged: false });
    await expect(openBench({ root, config: { protected_paths: [`${real}/**`] } }).plan('reports.delete', { path: 'daily/a' })).rejects.toMatchObject({ code: 'PROTECTED' });
  });
});

it('the console\'s own places stay where var is a link', async () => {
  fs.renameSync(join(root, 'var'), join(home, 'data'));
  fs.symlinkSync(join(home, 'data'), join(root, 'var'));
  const bench = openBench({ root });
  await bench.apply(await bench.plan('reports.delete', { path: 'daily/a' }));
  const kept = filesIn(join(home, 'data/plans'));
  for (const base of ['var', join(home, 'data')]) {
    await expect(bench.plan('reports.delete', { base_dir: base, path: 'plans' })).rejects.toMatchObject({ code: 'PATH_INVALID' });
    await expect(bench.plan('reports.purge', { base_dir: base })).rejects.toMatchObject({ code: 'PATH_INVALID' });
  }
  await expect(bench.plan('reports.delete', { base_dir: join(home, 'data/plans'), path: kept[0] ?? '' })).rejects.toMatchObject({ code: 'PROTECTED' });
  await expect(bench.plan('reports.delete', { base_dir: home, path: 'data' })).rejects.toMatchObject({ code: expect.stringMatching(/PROTECTED|PATH_INVALID/u) });
});

describe('a rule', () => {
  const { context } = openBench({ root: newRoot() });
  const isProtected = (rule: string, path: string): boolean =>
    protectionOf({ ...context, root: '/ws' }, consoleConfigSchema.parse({ protected_paths: [rule] }), join('/ws', path)) !== null;

  it.each([
    ['var/reports/audit', 'var/reports/audit/x'], ['/ws/var/reports/audit', 'var/reports/audit/x'], ['./var/reports/audit/**', 'var/reports/audit/x'],
    ['var/reports/*.csv', 'var/reports/.hidden.csv'], ['var/../var/reports/audit/', 'var/reports/audit'], ['var/reports/{audit,paper}', 'var/reports/paper/x'],
    ['/ws', 'var/reports/x'], ['.', 'x'], ['var/reports/run(1)', 'var/reports/run(1)/x'], ['var/reports/day[1]', 'var/reports/day[1]/x'],
  ])('%s covers %s', (rule, path) => expect(isProtected(rule, path)).toBe(true));

  it.each([['var/reports/audit', 'var/reports/auditing/x'], ['var/reports/*.csv', 'var/reports/a.txt']])('%s does not cover %s', (rule, path) => {
    expect(isProtected(rule, path)).toBe(false);
  });

  it.each(['var/reports/[audit', 'var/reports/{audit', 'var/+(audit', '!var/reports/audit', 'var/[]', 'var/*/../x', 'var/reports\\'])('%s cannot be read: that is told and shuts', (rule) => {
    const { config, problems, notes, damaged } = policy(rule, 'var/reports/daily/b');
    expect(notes).toEqual([{ code: 'policy_rule_unreadable', params: { rule } }]);
    expect(problems[0]).toContain(rule);
    expect(damaged).toBe(true);
    expect(config).toMatchObject({ approval: { 'reports.delete': 'required', 'reports.purge': 'required', 'trash.empty': 'required' }, admins: ['anna'] });
    expect(protectionOf(openBench({ root }).context, config, join(root, 'var/reports/daily/b/x'))).toBe('var/reports/daily/b');
  });

  it.each(['/etc/**', '../elsewhere', '..'])('%s lies outside of the workspace: that is told and shuts', (rule) => {
    expect(policy(rule)).toMatchObject({ damaged: true, notes: [{ code: 'policy_rule_outside', params: { rule } }], config: { approval: { 'reports.delete': 'required' } } });
  });

  it('that is in order shuts nothing', () => {
    expect(policy('var/reports/daily/a', join(root, 'var/reports/daily/b'))).toMatchObject({ damaged: false, problems: [], config: { approval: { 'reports.delete': 'off' } } });
  });
});
