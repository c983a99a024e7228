/** The desktop around the window: menus, tray, dialogs, notifications. Only the stand-in has one that a test can drive. */
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, test } from './fixtures.ts';
import { startDesktop, type Desktop } from './launch.ts';
import { makeWorkspace } from './workspace.ts';
import { removeFolder } from './files.ts';

const desktopOf = (opened: { readonly desktop: Desktop | null }): Desktop => {
  if (opened.desktop === null) throw new Error('this host has no desktop to drive');
  return opened.desktop;
};

/** Calls an operation as the page does, without its interface. */
const callFromPage = (page: Page, operation: string, input: unknown): Promise<unknown> => page.evaluate(async ([name, value]) => {
  const bridge = (window as unknown as { sterownia: { send(message: unknown): void; onMessage(listener: (message: { type: string; id: number; result: unknown }) => void): () => void } }).sterownia;
  const id = 900_000 + Math.floor(Math.random() * 90_000);
  return new Promise((resolve) => {
    const stop = bridge.onMessage((message) => {
      if (message.type !== 'result' || message.id !== id) return;
      stop();
      resolve(message.result);
    });
    bridge.send({ type: 'call', id, operation: name, input: value });
  });
}, [operation, input] as const);

const logOf = (home: string): string => readFileSync(join(home, 'config', 'sterownia', 'desktop', 'logs', 'console.log'), 'utf8');

test('starts sandboxed, isolated, on its own scheme', async ({ opened }) => {
  await expect.poll(async () => (await desktopOf(opened).state()).windows).toMatchObject([{ visible: true }]);
  const state = await desktopOf(opened).state();
  expect(state.sandboxed).toBe(true);
  expect(state.privileges).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, codeCache: true } }]);
  expect(state.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true });
  expect(state.requests.filter((request) => request.cancelled)).toEqual([]);
});

test('answers operations through the built preload script and door', async ({ opened, workspace }) => {
  expect(await callFromPage(opened.page, 'workspace.info', {})).toMatchObject({ ok: true, value: { workspace: { path: workspace.path, demo: false } } });
  expect(await callFromPage(opened.page, 'reports.list', {})).toMatchObject({ ok: true, value: { pagination: { total_count: 8 } } });
});

test('a window may not name a folder outside the workspace', async ({ opened }) => {
  expect(await callFromPage(opened.page, 'reports.list', { base_dir: '/etc' })).toMatchObject({ ok: false, error: { code: 'PATH_OUTSIDE_ROOT' } });
  expect(await callFromPage(opened.page, 'reports.delete', { path: '../../../etc' })).toMatchObject({ ok: false });
});

test('menu and tray speak the language of the window and follow it', async ({ opened }) => {
  const desktop = desktopOf(opened);
  expect((await desktop.state()).menu.map((item) => item.label)).toContain('File');
  await callFromPage(opened.page, 'console.save_preferences', { language: 'pl', theme: 'dark' });
  await expect.poll(async () => (await desktop.state()).menu.map((item) => item.label)).toContain('Plik');
  const state = await desktop.state();
  expect(state.theme).toBe('dark');
  expect(state.tray?.menu.map((item) => item.label)).toContain('Zatwierdzenia');
});

test('the menu leads to the pages of the console', async ({ opened }) => {
  for (const [id, address] of [['go-trash', '#/trash'], ['go-journal', '#/journal'], ['go-approvals', '#/approvals']] as const) {
    await desktopOf(opened).send({ do: 'menu', id });
    await expect.poll(() => opened.page.url()).toContain(address);
  }
});

test('the window comes back where it was, on the workspace that was open last', async ({ launch, workspace }) => {
  const home = mkdtempSync(join(tmpdir(), 'sterownia-home-'));
  try {
    const first = await launch({ home });
    await desktopOf(first).send({ do: 'bounds', x: 40, y: 30, width: 1200, height: 800 });
    await desktopOf(first).send({ do: 'maximize' });
    await desktopOf(first).send({ do: 'close_window' });
    expect(await desktopOf(first).exited).toBe(0);
    const second = await launch({ home, workspace: null });
    await expect.poll(async () => (await desktopOf(second).state()).windows).toMatchObject([{ maximized: true }]);
    expect(await callFromPage(second.page, 'workspace.info', {})).toMatchObject({ value: { workspace: { path: workspace.path } } });
    const saved: unknown = JSON.parse(readFileSync(join(home, 'config', 'sterownia', 'desktop', 'window.json'), 'utf8'));
    expect(saved).toMatchObject({ bounds: { x: 40, y: 30, width: 1200, height: 800 }, maximized: true });
  } finally {
    removeFolder(home);
  }
});

test('a second start brings the first window forward on what it asked for, and ends', async ({ opened, workspace }) => {
  const before = (await desktopOf(opened).state()).windows[0]?.focused ?? 0;
  const second = startDesktop({ host: 'standin', workspace: workspace.path, args: ['--address', '/trash'] }, opened.home);
  expect(await second.exited).toBe(0);
  await expect.poll(() => opened.page.url()).toContain('#/trash');
  const state = await desktopOf(opened).state();
  expect(state.windows).toHaveLength(1);
  expect(state.windows[0]?.focused).toBeGreaterThan(before);
});

test('another workspace opens in the same window', async ({ opened }) => {
  const other = makeWorkspace('other');
  try {
    other.report('daily/2026-11-01');
    await desktopOf(opened).send({ do: 'answer_open', path: other.path });
    await desktopOf(opened).send({ do: 'menu', id: 'open-workspace' });
    await expect.poll(() => callFromPage(opened.page, 'workspace.info', {})).toMatchObject({ value: { workspace: { path: other.path } } });
  } finally {
    other.remove();
  }
});

test('a workspace that cannot be opened is told and leaves the present one open', async ({ opened, workspace }) => {
  await desktopOf(opened).send({ do: 'answer_open', path: join(workspace.path, 'nowhere') });
  await desktopOf(opened).send({ do: 'menu', id: 'open-workspace' });
  await expect.poll(async () => (await desktopOf(opened).state()).dialogs.map((dialog) => dialog.kind)).toEqual(['open', 'message']);
  expect(await callFromPage(opened.page, 'workspace.info', {})).toMatchObject({ value: { workspace: { path: workspace.path } } });
});

test('without any workspace it tells why, asks for one, and ends with status 1 when there is none', async ({ workspace }) => {
  const home = mkdtempSync(join(tmpdir(), 'sterownia-home-'));
  try {
    const desktop = startDesktop({ host: 'standin', workspace: join(workspace.path, 'nowhere') }, home);
    expect(await desktop.exited).toBe(1);
    expect(existsSync(join(home, 'config', 'sterownia', 'desktop', 'chromium'))).toBe(false);
  } finally {
    removeFolder(home);
  }
});

test('a page that dies is reported, and the window shows the console again on request', async ({ opened }) => {
  const desktop = desktopOf(opened);
  await desktop.send({ do: 'answer_message', choice: 0 });
  await desktop.send({ do: 'crash_page' });
  const dialogs = async () => (await desktop.state()).dialogs;
  await expect.poll(dialogs).toMatchObject([{ kind: 'message', title: 'The window stopped working', buttons: ['Reload', 'Close'] }]);
  const page = await desktop.page();
  await expect(page).toHaveTitle(/Sterownia/u);
  expect(await callFromPage(page, 'workspace.info', {})).toMatchObject({ ok: true });
});

test('an uncaught fault is logged, told, and ends the program with status 1', async ({ opened }) => {
  await desktopOf(opened).send({ do: 'throw', how: 'exception' });
  expect(await desktopOf(opened).exited).toBe(1);
  expect(logOf(opened.home)).toContain('a fault made by a test');
});

test('a fault in the background is logged and told, and the console goes on', async ({ opened }) => {
  await desktopOf(opened).send({ do: 'throw', how: 'rejection' });
  await expect.poll(async () => (await desktopOf(opened).state()).dialogs).toMatchObject([{ kind: 'error', title: 'Something went wrong in the background' }]);
  expect(await callFromPage(opened.page, 'workspace.info', {})).toMatchObject({ ok: true });
});

test('a broken journal raises one native notification that leads to the journal', async ({ opened, workspace }) => {
  const desktop = desktopOf(opened);
  const planned = await callFromPage(opened.page, 'reports.delete', { path: 'smoke/run_a' }) as { readonly value: { readonly id: string } };
  expect(await callFromPage(opened.page, 'plans.apply', { id: planned.value.id })).toMatchObject({ ok: true });
  const folder = join(workspace.path, 'audit', 'journal');
  const name = readdirSync(folder).find((each) => each.endsWith('.jsonl')) ?? '';
  workspace.write(join('audit', 'journal', name), readFileSync(join(folder, name), 'utf8').replace('smoke/run_a', 'smoke/run_x').replace('"intent"', '"note"'));
  expect(await callFromPage(opened.page, 'journal.verify', {})).toMatchObject({ ok: true, value: { status: 'broken' } });
  await expect.poll(async () => (await desktop.state()).notifications).toHaveLength(1);
  await desktop.send({ do: 'notification', index: 0 });
  await expect.poll(() => opened.page.url()).toContain('#/journal');
});

test('quitting closes the console, whose last checkpoint verifies', async ({ opened, workspace, launch }) => {
  const planned = await callFromPage(opened.page, 'reports.delete', { path: 'smoke/run_a' }) as { readonly value: { readonly id: string } };
  await callFromPage(opened.page, 'plans.apply', { id: planned.value.id });
  await desktopOf(opened).send({ do: 'menu', id: 'quit' });
  expect(await desktopOf(opened).exited).toBe(0);
  const again = await launch({ workspace: workspace.path, home: opened.home });
  expect(await callFromPage(again.page, 'journal.verify', {})).toMatchObject({ ok: true, value: { status: 'verified' } });
});
