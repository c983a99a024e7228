/** The default session: keeps the handlers that the program registers and lets the pages run into them. */
import { EventEmitter } from 'node:events';
import type { DownloadItem, OnBeforeRequestListenerDetails, WebContents } from 'electron';
import type { Download, Request } from 'playwright';
import type { ShellContents, ShellSession } from '../../src/main/electronParts.ts';
import { toOwn } from './origin.ts';
import { desktop } from './record.ts';

type Handler<K extends keyof ShellSession> = ShellSession[K] extends (handler: infer H, ...rest: never[]) => unknown ? H | null : never;
type Files = (request: globalThis.Request) => Response | Promise<Response>;

const kinds: Readonly<Record<string, OnBeforeRequestListenerDetails['resourceType']>> = {
  document: 'mainFrame', stylesheet: 'stylesheet', script: 'script', image: 'image', font: 'font', fetch: 'xhr', xhr: 'xhr', ping: 'ping', media: 'media', websocket: 'webSocket',
};

class StandInSession extends EventEmitter {
  readonly schemes = new Map<string, Files>();
  permissionRequest: Handler<'setPermissionRequestHandler'> = null;
  permissionCheck: Handler<'setPermissionCheckHandler'> = null;
  beforeRequest: Parameters<ShellSession['webRequest']['onBeforeRequest']>[0] | null = null;

  readonly webRequest = {
    onBeforeRequest: (listener: unknown): void => {
      this.beforeRequest = listener as typeof this.beforeRequest;
    },
  };
  readonly protocol = {
    handle: (scheme: string, files: Files): void => {
      if (this.schemes.has(scheme)) throw new Error(`the scheme ${scheme} is handled already`);
      this.schemes.set(scheme, files);
    },
  };

  setPermissionRequestHandler(handler: Handler<'setPermissionRequestHandler'>): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: Handler<'setPermissionCheckHandler'>): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(): void { /* Chromium without a head has no devices to offer. */ }
  setDisplayMediaRequestHandler(): void { /* nor a screen. */ }
  setBluetoothPairingHandler(): void { /* nor radios. */ }
  setSpellCheckerEnabled(enable: boolean): void {
    if (enable) throw new Error('the spell checker would use the network');
  }

  /** True when the program cancels the request. */
  cancels(request: Request): Promise<boolean> {
    const url = toOwn(request.url());
    const subFrame = request.resourceType() === 'document' && request.frame().parentFrame() !== null;
    const details = { id: 0, url, method: request.method(), resourceType: subFrame ? 'subFrame' : kinds[request.resourceType()] ?? 'other', referrer: '', timestamp: Date.now(), uploadData: [] };
    return new Promise((resolve) => {
      const decide = (cancelled: boolean): void => {
        desktop.requests.push({ url, cancelled });
        resolve(cancelled);
      };
      const listener = this.beforeRequest as ((details: OnBeforeRequestListenerDetails, done: (answer: { cancel?: boolean }) => void) => void) | null;
      if (listener === null) decide(false);
      else listener(details as OnBeforeRequestListenerDetails, (answer) => decide(answer.cancel === true));
    });
  }

  /** What the program's own files answer, or null when the address is not of a handled scheme. */
  async answer(request: Request): Promise<Response | null> {
    const url = toOwn(request.url());
    const files = this.schemes.get(new URL(url).protocol.slice(0, -1));
    return files === undefined ? null : files(new globalThis.Request(url, { method: request.method() }));
  }

  /** Runs both handlers as Chromium does: the check first, then the request. */
  asks(contents: ShellContents, permission: string, url: string, isMainFrame: boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const decide = (granted: boolean): void => {
        desktop.permissions.push({ permission, granted });
        resolve(granted);
      };
      const check = this.permissionCheck as ((contents: WebContents, permission: string, origin: string, details: object) => boolean) | null;
      const request = this.permissionRequest as ((contents: WebContents, permission: string, done: (granted: boolean) => void, details: object) => void) | null;
      const asked = contents as WebContents;
      if (check !== null && check(asked, permission, new URL(url).origin, { isMainFrame, requestingUrl: url })) decide(true);
      else if (request === null) decide(true);
      else request(asked, permission, decide, { isMainFrame, requestingUrl: url });
    });
  }

  async download(download: Download, contents: ShellContents, gesture: boolean, folder: string): Promise<void> {
    const url = toOwn(download.url());
    let refused = false;
    const event = { preventDefault: () => { refused = true; }, defaultPrevented: false };
    const item = { getURL: () => url, hasUserGesture: () => gesture, getFilename: () => download.suggestedFilename() };
    this.emit('will-download', event, item as unknown as DownloadItem, contents);
    if (refused) await download.cancel();
    const savedAs = refused ? null : `${folder}/${download.suggestedFilename()}`;
    if (savedAs !== null) await download.saveAs(savedAs);
    desktop.downloads.push({ url, refused, savedAs });
  }
}

export const defaultSession = new StandInSession();
export const session: { readonly defaultSession: ShellSession } = { defaultSession: defaultSession as unknown as ShellSession };
