import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFileSystem, silentLog, systemClock } from '#engines/storage';
import { installCrashHandlers } from '../../src/main/crash.ts';
import type { ElectronParts } from '../../src/main/electronParts.ts';
import { openProgramLog } from '../../src/main/log.ts';
import { readWindowState, saveWindowState } from '../../src/main/mainWindow.ts';
import { menuTemplate, trayTemplate } from '../../src/main/menu.ts';
import { openNativeNotifications } from '../../src/main/nativeNotifications.ts';
import { initialShellState, nativeNotification, nextShellState } from '../../src/main/shellState.ts';
import { chooseLanguage, fill, noticeText, shellText } from '../../src/main/shellText.ts';
import { installShutdown } from '../../src/main/shutdown.ts';
import { defaultWindowState, openWindowState, placeWindow } from '../../src/main/windowState.ts';
import { openFirstWorkspace } from '../../src/main/workspaceChoice.ts';

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sterownia-shell-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const settle = () => new Promise((resolve) => setImmediate(resolve));
const area = { x: 0, y: 0, width: 1920, height: 1040 };
const left = { x: -1600, y: 0, width: 1600, height: 900 };

describe('the place of a window', () => {
  it('is kept where a display still shows it', () => {
    const bounds = { x: -1500, y: 100, width: 1200, height: 700 };
    expect(placeWindow(bounds, [area, left], area)).toEqual(bounds);
  });

  it.each([
    ['its display is gone', { x: -1500, y: 100, width: 1200, height: 700 }],
    ['only a sliver is visible', { x: 1900, y: 100, width: 1200, height: 700 }],
    ['the title bar is above the display', { x: 100, y: -300, width: 1200, height: 700 }],
    ['it is below the display', { x: 100, y: 1030, width: 1200, height: 700 }],
  ])('is the middle of the primary display when %s', (_when, bounds) => {
    expect(placeWindow(bounds, [area], area)).toEqual({ x: 360, y: 170, width: 1200, height: 700 });
  });

  it('is never smaller than what the pages need, and never larger than the display at first', () => {
    expect(placeWindow({ x: 0, y: 0, width: 100, height: 100 }, [area], area)).toMatchObject({ width: 1024, height: 640 });
    expect(placeWindow(null, [], { x: 0, y: 0, width: 1280, height: 700 })).toEqual({ x: 0, y: 0, width: 1280, height: 700 });
  });
});

describe('the state of the window', () => {
  const open = () => openWindowState({ fs: nodeFileSystem, clock: systemClock, log: silentLog }, folder);

  it('comes back as it was saved, with keys that another version wrote', () => {
    writeFileSync(join(folder, 'window.json'), JSON.stringify({ ...defaultWindowState, other: 1 }));
    saveWindowState(open(), { maximized: true, workspace: '/data/desk' }, silentLog);
    expect(readWindowState(open(), silentLog)).toMatchObject({ maximized: true, workspace: '/data/desk', other: 1 });
  });

  it.each(['', '{', '[]', '{"schema":"sterownia.window/1","bounds":{"x":"a"},"maximized":false,"workspace":null}'])('starts from nothing when the file holds "%s", and keeps that file aside', (text) => {
    writeFileSync(join(folder, 'window.json'), text);
    expect(readWindowState(open(), silentLog)).toEqual(defaultWindowState);
    saveWindowState(open(), { maximized: true }, silentLog);
    expect(readWindowState(open(), silentLog).maximized).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes('.corrupt-'))).toHaveLength(1);
  });

  it('leaves a newer file alone', () => {
    const newer = JSON.stringify({ schema: 'sterownia.window/2', shape: 'round' });
    writeFileSync(join(folder, 'window.json'), newer);
    saveWindowState(open(), { maximized: true }, silentLog);
    expect(readFileSync(join(folder, 'window.json'), 'utf8')).toBe(newer);
  });
});

describe('the words of the shell', () => {
  it('have the same names to fill in both languages', () => {
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/gu)].map((match) => match[1]).sort();
    for (const [key, english] of Object.entries(shellText.en)) {
      const polish = Object.entries(shellText.pl).find(([name]) => name === key)?.[1] ?? '';
      expect(polish, key).not.toBe('');
      expect(names(polish), key).toEqual(names(english));
    }
  });

  it('follow the preference, then the system, then English', () => {
    expect([chooseLanguage('en', 'pl-PL'), chooseLanguage(null, 'pl-PL'), chooseLanguage(null, 'pl_PL.UTF-8'), chooseLanguage(null, 'de-DE')]).toEqual(['en', 'pl', 'pl', 'en']);
  });

  it('never hide a notification of a kind they do not know', () => {
    expect(noticeText(shellText.en, 'new_kind', { plan: 'p1' })).toBe('new_kind · plan: p1');
    expect(noticeText(shellText.pl, 'journal_broken', { findings: 2 })).toContain('2');
    expect(fill('{a} {b}', { a: 1 })).toBe('1 {b}');
  });
});

const notification = {
  id: 'n1', at: '2026-11-20T10:00:00Z', kind: 'plan_failed', severity: 'blocked' as const, critical: true, params: { operation: 'reports.purge', targets: 3 },
  address: '#/approvals/p1', count: 1, seen: false,
};

describe('native notifications', () => {
  class FakeNotice extends EventEmitter {
    shown = 0;
    readonly body: string;
    constructor(body: string) {
      super();
      this.body = body;
    }

    show(): void { this.shown += 1; }
    close(): void { this.emit('close'); }
  }
  const event = (payload: unknown, name = 'notification.added') => ({ revision: 1, name, payload });

  it('are only for what is critical and not yet seen', () => {
    expect(nativeNotification(event(notification))).toEqual(notification);
    expect(nativeNotification(event({ ...notification, critical: false }))).toBeNull();
    expect(nativeNotification(event({ ...notification, seen: true }))).toBeNull();
    expect(nativeNotification(event({ id: 1 }))).toBeNull();
    expect(nativeNotification(event(notification, 'plans.changed'))).toBeNull();
  });

  it('appear once each and lead to their address', () => {
    const made: FakeNotice[] = [];
    const opened: (string | null)[] = [];
    const native = openNativeNotifications({
      create: (options) => {
        const notice = new FakeNotice(options.body ?? '');
        made.push(notice);
        return notice;
      },
      isSupported: () => true,
      text: () => shellText.en,
      open: (address) => opened.push(address),
    });
    native.show(notification);
    native.show({ ...notification, count: 2 });
    made[0]?.emit('click');
    expect(made.map((notice) => notice.shown)).toEqual([1]);
    expect(made[0]?.body).toContain('reports.purge');
    expect(opened).toEqual(['#/approvals/p1']);
  });
});

describe('the state that menu, tray and theme follow', () => {
  const preferences = { language: 'pl', theme: 'dark', density: 'comfortable', page_size: 50, tables: {}, last_filter: null, last_address: null };

  it('takes new values and keeps the others', () => {
    const first = nextShellState(initialShellState, { preferences, plans_waiting: 3, reports_revision: 4 });
    expect(first).toEqual({ language: 'pl', theme: 'dark', plansWaiting: 3 });
    expect(nextShellState(first, { plans_waiting: 0 })).toEqual({ language: 'pl', theme: 'dark', plansWaiting: 0 });
    expect(nextShellState(first, { plans_waiting: 'many' })).toBe(first);
  });
});

describe('menu and tray', () => {
  const noAction = () => undefined;
  const actions = { go: noAction, openWorkspace: noAction, openLogs: noAction, about: noAction, reload: noAction, quit: noAction };
  const roles = (developerTools: boolean) => JSON.stringify(menuTemplate({ text: shellText.en, platform: 'linux', developerTools, actions }));

  it('offer developer tools only in runs from source', () => {
    expect(roles(true)).toContain('toggleDevTools');
    expect(roles(false)).not.toContain('toggleDevTools');
  });

  it('lead to pages of the console', () => {
    const went: string[] = [];
    const go = (address: string) => went.push(address);
    const view = menuTemplate({ text: shellText.en, platform: 'linux', developerTools: false, actions: { ...actions, go } }).find((item) => item.label === 'View');
    for (const item of Array.isArray(view?.submenu) ? view.submenu : []) (item.id?.startsWith('go-') ? item.click as () => void : noAction)();
    for (const item of trayTemplate(shellText.en, { go, quit: noAction, show: noAction })) (item.id === 'tray-approvals' ? item.click as () => void : noAction)();
    expect(went).toEqual(['/reports', '/approvals', '/trash', '/journal', '/approvals']);
  });
});

describe('quitting', () => {
  class FakeApp extends EventEmitter {
    readonly ended: number[] = [];
    quit(): void {
      let stopped = false;
      const event = { preventDefault: () => { stopped = true; } };
      this.emit('before-quit', event);
      if (!stopped) this.emit('will-quit', event);
    }

    exit(code: number): void { this.ended.push(code); }
  }
  function harness(answer: number) {
    const app = new FakeApp();
    const facts = { underWay: 1, asked: 0, closed: 0 };
    const shutdown = installShutdown({
      app: app as unknown as ElectronParts['app'],
      actsUnderWay: () => facts.underWay,
      ask: async () => { facts.asked += 1; return answer; },
      text: () => shellText.en,
      close: async () => { facts.closed += 1; },
      log: silentLog,
    });
    return { app, facts, shutdown };
  }

  it('closes the console once and then ends', async () => {
    const { app, facts } = harness(0);
    facts.underWay = 0;
    app.quit();
    app.quit();
    await settle();
    expect([facts.closed, facts.asked, app.ended[0]]).toEqual([1, 0, 0]);
  });

  it('asks while files are being changed, once, and stays when told so', async () => {
    const { app, facts } = harness(0);
    app.quit();
    app.quit();
    await settle();
    expect([facts.asked, facts.closed, app.ended]).toEqual([1, 0, []]);
  });

  it('goes when the person insists', async () => {
    const { app, facts } = harness(1);
    app.quit();
    await settle();
    expect([facts.closed, app.ended]).toEqual([1, [0]]);
  });

  it('ends even when the console does not close', async () => {
    const app = new FakeApp();
    installShutdown({
      app: app as unknown as ElectronParts['app'], actsUnderWay: () => 0, ask: async () => 0, text: () => shellText.en,
      close: () => Promise.reject(new Error('stuck')), log: silentLog,
    });
    app.quit();
    await settle();
    expect(app.ended).toEqual([0]);
  });
});

describe('faults that nobody caught', () => {
  function harness() {
    const target = new EventEmitter();
    const told: string[] = [];
    const ended: number[] = [];
    const log = openProgramLog(folder);
    installCrashHandlers({ process: target as unknown as Pick<NodeJS.Process, 'on'>, log, text: () => shellText.en, showError: (title, body) => told.push(`${title}\n${body}`), exit: (code) => ended.push(code) });
    return { target, told, ended, lines: () => readFileSync(log.path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { readonly msg: string; readonly error: string }) };
  }

  it('are logged and told once, and end the program', () => {
    const { target, told, ended, lines } = harness();
    target.emit('uncaughtException', new Error('first'));
    target.emit('uncaughtException', new Error('second'));
    expect(lines().map((line) => [line.msg, line.error])).toEqual([['uncaught exception', 'first'], ['uncaught exception', 'second']]);
    expect(ended).toEqual([1]);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(folder);
  });

  it('do not end it when a background task rejected', () => {
    const { target, told, ended, lines } = harness();
    target.emit('unhandledRejection', 'why');
    target.emit('unhandledRejection', new Error('again'));
    expect(lines()).toHaveLength(2);
    expect([told.length, ended]).toEqual([1, []]);
  });

  it('fill no disk: a large log is put aside at the start', () => {
    const path = join(folder, 'console.log');
    writeFileSync(path, 'old');
    truncateSync(path, 11 * 1024 * 1024);
    openProgramLog(folder).info('new');
    expect(statSync(`${path}.1`).size).toBe(11 * 1024 * 1024);
    expect(readFileSync(path, 'utf8')).toContain('"msg":"new"');
  });
});

describe('the first workspace', () => {
  function attempt(asked: string | null, remembered: string | null, chosen: (string | null)[], openable: readonly string[]) {
    const tried: string[] = [];
    const told: string[] = [];
    const opened = openFirstWorkspace({
      asked, remembered, chooseFolder: async () => chosen.shift() ?? null, text: () => shellText.en, showError: (_title, body) => told.push(body),
      open: async (workspace) => {
        tried.push(workspace);
        if (!openable.includes(workspace)) throw new Error(`no ${workspace}`);
      },
    });
    return { tried, told, opened };
  }

  it('is the one asked for before the one remembered', async () => {
    const { tried, opened } = attempt('/a', '/b', [], ['/a', '/b']);
    expect([await opened, tried]).toEqual([true, ['/a']]);
  });

  it('is asked for again after telling why it could not be opened', async () => {
    const { tried, told, opened } = attempt(null, '/gone', ['/c'], ['/c']);
    expect([await opened, tried]).toEqual([true, ['/gone', '/c']]);
    expect(told[0]).toContain('no /gone');
  });

  it('is none when the person gives up', async () => {
    expect(await attempt(null, null, [], []).opened).toBe(false);
  });
});
