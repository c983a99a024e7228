import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { silentLog } from '#engines/storage';
import { guardContents, mayNavigate, type GuardedContents } from '../../src/main/contentsGuard.ts';
import { guardSession, mayDownload, mayRequest, mayUsePermission, type GuardedSession } from '../../src/main/sessionGuard.ts';
import { windowWebPreferences } from '../../src/main/webPreferences.ts';

const page = 'app://sterownia/index.html';

describe('permissions', () => {
  it.each([
    'ar', 'background-fetch', 'background-sync', 'clipboard-read', 'deprecated-sync-clipboard-read', 'display-capture', 'fileSystem', 'fullscreen',
    'geolocation', 'hid', 'idle-detection', 'keyboardLock', 'local-fonts', 'local-network-access', 'media', 'mediaKeySystem', 'midi', 'midiSysex',
    'notifications', 'openExternal', 'payment-handler', 'persistent-storage', 'pointerLock', 'screen-wake-lock', 'sensors', 'serial', 'speaker-selection',
    'storage-access', 'top-level-storage-access', 'usb', 'vr', 'web-app-installation', 'window-management', 'unknown', '',
  ])('denies %s even to the own page', (permission) => expect(mayUsePermission(permission, page)).toBe(false));

  it('lets only the own page write to the clipboard', () => {
    expect(mayUsePermission('clipboard-sanitized-write', page)).toBe(true);
    for (const url of ['https://example.com/', 'about:blank', '', 'app://other/']) expect(mayUsePermission('clipboard-sanitized-write', url)).toBe(false);
  });
});

describe('requests', () => {
  it.each([page, 'app://sterownia/assets/a.js', 'blob:app://sterownia/1', 'data:image/png;base64,AA=='])('lets %s through', (url) => expect(mayRequest(url, false)).toBe(true));

  it.each([
    'https://example.com/', 'http://127.0.0.1:9222/', 'http://localhost/', 'ws://example.com/', 'wss://example.com/', 'file:///etc/passwd', 'ftp://example.com/',
    'chrome://settings/', 'chrome-extension://x/', 'devtools://devtools/', 'blob:https://example.com/1', 'app://other/x', 'filesystem:app://sterownia/temporary/x', '',
  ])('cancels %s', (url) => expect(mayRequest(url, false)).toBe(false));

  it('knows developer tools only where they exist', () => {
    expect(mayRequest('devtools://devtools/bundled/a.js', true)).toBe(true);
    expect(mayRequest('https://example.com/', true)).toBe(false);
  });

  it('saves only what the person asked the page to export', () => {
    expect(mayDownload('blob:app://sterownia/1', true)).toBe(true);
    expect(mayDownload('blob:app://sterownia/1', false)).toBe(false);
    for (const url of ['https://example.com/a.exe', 'data:text/plain,x', page]) expect(mayDownload(url, true)).toBe(false);
  });
});

type Registered = (...values: unknown[]) => unknown;

class FakeSession extends EventEmitter {
  readonly handlers = new Map<string, Registered>();
  readonly webRequest = { onBeforeRequest: (listener: Registered) => void this.handlers.set('request', listener) };
  spelling: boolean | null = null;
  setPermissionRequestHandler(handler: Registered): void { this.handlers.set('permission', handler); }
  setPermissionCheckHandler(handler: Registered): void { this.handlers.set('check', handler); }
  setDevicePermissionHandler(handler: Registered): void { this.handlers.set('device', handler); }
  setDisplayMediaRequestHandler(handler: Registered): void { this.handlers.set('display', handler); }
  setBluetoothPairingHandler(handler: Registered): void { this.handlers.set('bluetooth', handler); }
  setSpellCheckerEnabled(enabled: boolean): void { this.spelling = enabled; }

  ask(name: string, ...values: unknown[]): unknown {
    let answer: unknown = null;
    const result = this.handlers.get(name)?.(...values, (given: unknown) => { answer = given; });
    return answer ?? result;
  }
}

describe('a guarded session', () => {
  const session = new FakeSession();
  guardSession(session as unknown as GuardedSession, { log: silentLog, developerTools: false, platform: 'linux' });

  it('grants devices, screens and radios to nobody', () => {
    expect(session.ask('device', {})).toBe(false);
    expect(session.ask('display', {})).toEqual({});
    expect(session.ask('bluetooth', {})).toEqual({ confirmed: false });
    expect(session.spelling).toBe(false);
  });

  it('grants frames inside the page nothing', () => {
    const handler = session.handlers.get('permission');
    const asked = (isMainFrame: boolean): unknown => {
      let answer: unknown = null;
      handler?.({}, 'clipboard-sanitized-write', (given: unknown) => { answer = given; }, { isMainFrame, requestingUrl: page });
      return answer;
    };
    expect([asked(true), asked(false)]).toEqual([true, false]);
  });

  it('checks by the page that the contents show, and denies requests without contents', () => {
    expect(session.ask('check', { getURL: () => page }, 'clipboard-sanitized-write')).toBe(true);
    expect(session.ask('check', { getURL: () => 'https://example.com/' }, 'clipboard-sanitized-write')).toBe(false);
    expect(session.ask('check', null, 'clipboard-sanitized-write')).toBe(false);
  });

  it('cancels requests to the network', () => {
    expect(session.ask('request', { url: 'https://example.com/', resourceType: 'image' })).toEqual({ cancel: true });
    expect(session.ask('request', { url: page, resourceType: 'mainFrame' })).toEqual({ cancel: false });
  });

  it('stops a download that nobody asked for', () => {
    const prevented = (url: string, gesture: boolean): boolean => {
      let stopped = false;
      session.emit('will-download', { preventDefault: () => { stopped = true; } }, { getURL: () => url, hasUserGesture: () => gesture });
      return stopped;
    };
    expect([prevented('https://example.com/x', true), prevented('blob:app://sterownia/1', false), prevented('blob:app://sterownia/1', true)]).toEqual([true, true, false]);
  });
});

describe('guarded contents', () => {
  class FakeContents extends EventEmitter {
    open: ((details: { url: string }) => { action: string }) | null = null;
    setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void { this.open = handler; }
  }
  const contents = new FakeContents();
  guardContents(contents as unknown as GuardedContents, silentLog);
  const prevented = (event: string, details: object): boolean => {
    let stopped = false;
    contents.emit(event, { ...details, preventDefault: () => { stopped = true; } });
    return stopped;
  };

  it.each([['https://example.com/', true], ['javascript:alert(1)', true], ['about:blank', true], ['file:///', true], [page, false]])('does not go to %s', (url, isMainFrame) => {
    expect(mayNavigate(url, isMainFrame)).toBe(false);
    expect(prevented('will-frame-navigate', { url, isMainFrame })).toBe(true);
    expect(prevented('will-redirect', { url, isMainFrame })).toBe(true);
  });

  it('may load its own page again', () => expect(prevented('will-frame-navigate', { url: page, isMainFrame: true })).toBe(false));
  it('embeds no view', () => expect(prevented('will-attach-webview', {})).toBe(true));
  it('opens no window, not even for its own page', () => {
    for (const url of [page, 'https://example.com/', 'about:blank', '']) expect(contents.open?.({ url })).toEqual({ action: 'deny' });
  });
});

describe('rights of a page', () => {
  it('states every right and grants none', () => {
    const { preload, devTools, ...rights } = windowWebPreferences('/p/index.cjs', false);
    expect({ preload, devTools }).toEqual({ preload: '/p/index.cjs', devTools: false });
    expect(rights).toEqual({
      sandbox: true, contextIsolation: true, webSecurity: true, safeDialogs: true,
      nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false, allowRunningInsecureContent: false, experimentalFeatures: false,
      webviewTag: false, plugins: false, navigateOnDragDrop: false, enableWebSQL: false, spellcheck: false,
    });
  });
});
