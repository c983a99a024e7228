import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventEnvelope, Progress } from '#contract';
import { openConsole, openSwitchingConsole, PrintedAnswer, type Console } from '#runtime';
import { until as eventually } from '../prometheus/support.ts';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';

let workspace: TestWorkspace;
let console_: Console;
let seen: EventEnvelope[];
const window = { door: 'window' } as const;

const report = (name: string): void => {
  workspace.put(`var/reports/${name}/summary.json`, '{"report_date": "2026-11-01"}');
  workspace.put(`var/reports/${name}/ledger.csv`, 'a,b\n1,2\n');
};

const options = (root: string) => ({
  workspace: root, host: 'headless' as const, threads: true, actor: actorNamed('anna'), configDirectory: join(workspace.root, '.person'),
});

beforeEach(async () => {
  workspace = testWorkspace();
  for (let n = 0; n < 20; n += 1) report(`smoke/run_${n}`);
  seen = [];
  console_ = await openConsole(options(workspace.root));
  console_.subscribe((event) => void seen.push(event));
});
afterEach(async () => {
  await console_.close();
  workspace.remove();
});

const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<true> => eventually(what, async () => ((await holds()) ? true : null));

const count = async (): Promise<number> => {
  const result = await console_.invoke('reports.list', {}, window);
  return result.ok ? result.value.pagination.total_count : -1;
};

describe('a console with threads', () => {
  it('sees what other programs write, change and remove', async () => {
    expect(await count()).toBe(20);
    await until('watching', () => true);
    report('daily/2026-11-02');
    await until('the new report', async () => (await count()) === 21);
    appendFileSync(join(workspace.root, 'var/reports/daily/2026-11-02/ledger.csv'), '3,4\n');
    await until('an event', () => seen.some((event) => event.name === 'reports.changed'));
    rmSync(join(workspace.root, 'var/reports/daily'), { recursive: true });
    await until('its end', async () => (await count()) === 20);
  });

  it('prints a large answer where it is asked to, equal to the value, and refuses as always', async () => {
    workspace.put('var/reports/smoke/big/summary.json', '{"n": 12345678901234567890, "word": "zażółć"}');
    await until('the new report', async () => (await count()) === 21);
    const value = await console_.call('reports.overview', {}, window);
    const printed = await console_.call('reports.overview', {}, { ...window, printed: true });
    if (!value.ok || !printed.ok || !(printed.value instanceof PrintedAnswer)) throw new Error('not printed');
    const text = Buffer.concat([...printed.value].map((piece) => Buffer.from(piece))).toString();
    expect(JSON.parse(text)).toEqual(value.value);
    expect(text).toContain('"12345678901234567890"');
    expect(await console_.call('reports.overview', { limit: 0 }, { ...window, printed: true })).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    expect(await console_.call('reports.list', { limit: 1 }, { ...window, printed: true })).toMatchObject({ ok: true, value: { pagination: { total_count: 21 } } });
  });

  it('takes up a reports folder that appears later', async () => {
    rmSync(join(workspace.root, 'var'), { recursive: true });
    const other = await openConsole(options(workspace.root));
    const total = async (): Promise<number> => {
      const result = await other.invoke('reports.list', {}, window);
      return result.ok ? result.value.pagination.total_count : -1;
    };
    expect(await total()).toBe(0);
    mkdirSync(join(workspace.root, 'var/reports/late/one'), { recursive: true });
    writeFileSync(join(workspace.root, 'var/reports/late/one/x.csv'), '1');
    await until('the late report', async () => (await total()) === 1);
    await other.close();
  });

  it('numbers its events without a gap', async () => {
    await console_.invoke('console.save_preferences', { theme: 'dark' }, window);
    await console_.invoke('console.save_preferences', { theme: 'light' }, window);
    await console_.invoke('reports.purge', { category: ['smoke'] }, window);
    await until('events', () => seen.length >= 3);
    expect(seen.map((event) => event.revision)).toEqual(seen.map((_event, n) => (seen[0]?.revision ?? 0) + n));
  });

  it('plans, applies with progress in a thread of its own, tells, and undoes', async () => {
    const plan = await console_.invoke('reports.purge', { category: ['smoke'] }, window);
    if (!plan.ok) throw new Error(plan.error.message);
    const progress: Progress[] = [];
    const applied = await console_.invoke('plans.apply', { id: plan.value.id }, { ...window, onProgress: (update) => void progress.push(update) });
    expect(applied).toMatchObject({ ok: true, value: { status: 'applied', outcome: { done: 20 } } });
    expect(progress.length).toBeGreaterThan(0);
    await until('an empty list', async () => (await count()) === 0);
    await until('the trash in the snapshot', () => seen.some((event) => event.name === 'console.delta' && JSON.stringify(event.payload).includes('"trash":{"entries":1')));
    await until('a notification', () => seen.some((event) => event.name === 'notification.added'));
    expect(await console_.invoke('plans.undo', { id: plan.value.id }, window)).toMatchObject({ ok: true, value: { status: 'undone' } });
    await until('the reports back', async () => (await count()) === 20);
  });

  it('stops on request and says what was done', async () => {
    const stop = new AbortController();
    stop.abort();
    const result = await console_.invoke('reports.purge', { category: ['smoke'] }, { ...window, signal: stop.signal });
    expect(result).toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
  });

  it('tells about plans that another process made', async () => {
    const other = await openConsole({ ...options(workspace.root), host: 'cli', threads: false, actor: actorNamed('jan') });
    const plan = await other.invoke('reports.delete', { path: 'smoke/run_1' }, { door: 'cli' });
    await other.close();
    const id = plan.ok ? plan.value.id : '';
    await until('the plan of the other', () => seen.some((event) => event.name === 'plans.changed' && (event.payload as { id: string }).id === id));
  });

  it('opens another workspace in its place, and stays on the old one when that fails', async () => {
    const second = testWorkspace();
    second.put('var/reports/other/a.csv', 'x');
    const switching = await openSwitchingConsole(options(workspace.root));
    const events: EventEnvelope[] = [];
    switching.subscribe((event) => void events.push(event));
    expect(await switching.invoke('console.open_workspace', { path: join(workspace.root, 'nowhere') }, window)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    for (const path of ['/', dirname(import.meta.filename)]) {
      expect(await switching.invoke('console.open_workspace', { path }, window), path).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID', details: { field: 'path' } } });
    }
    expect(switching.workspacePath).toBe(workspace.root);
    expect((await switching.invoke('console.open_workspace', { path: second.root }, window)).ok).toBe(true);
    expect(switching.workspacePath).toBe(second.root);
    expect(events.map((event) => event.name)).toContain('console.workspace_opened');
    const list = await switching.invoke('reports.list', {}, window);
    expect(list.ok ? list.value.rows.map((row) => row.relative_path) : []).toEqual(['other']);
    await switching.close();
    second.remove();
  });
});
