/** The contents of a window: one page of Chromium, its frames' messages, navigations and downloads led to the program. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { IpcMainEvent, WebFrameMain, WebPreferences } from 'electron';
import type { Frame, Page, Route } from 'playwright';
import type { ShellContents } from '../../src/main/electronParts.ts';
import { toOwn, toShown } from './origin.ts';
import { bindingName, deliverName, permissionBindingName, preloadPageScript } from './preloadScript.ts';
import { desktop } from './record.ts';
import { defaultSession } from './session.ts';

/** Everything that pages send; `ipcMain` is its public face. */
export const messages = new EventEmitter();
export const ipcMain = messages;

let lastId = 0;

/** The way of Electron: a frame is looked at by its URL and its parent. */
function describeFrame(frame: Frame): WebFrameMain {
  const parent = frame.parentFrame();
  const described = { url: toOwn(frame.url()), parent: parent === null ? null : describeFrame(parent) };
  return described as unknown as WebFrameMain;
}

interface Prevention {
  readonly event: { preventDefault(): void; readonly defaultPrevented: boolean };
  readonly prevented: () => boolean;
}

export function preventable(extra: object = {}): Prevention {
  let prevented = false;
  const event = {
    ...extra,
    preventDefault: () => { prevented = true; },
    get defaultPrevented() { return prevented; },
  };
  return { event, prevented: () => prevented };
}

type OpenHandler = Parameters<ShellContents['setWindowOpenHandler']>[0];

export class StandInContents extends EventEmitter {
  readonly id: number;
  private readonly preferences: WebPreferences;
  private readonly newPage: () => Promise<Page>;
  private readonly downloads: string;
  private page: Promise<Page> | null = null;
  private openHandler: OpenHandler | null = null;
  private programmatic = false;
  private destroyed = false;
  private shownUrl = '';

  constructor(preferences: WebPreferences, newPage: () => Promise<Page>, downloads: string) {
    super();
    lastId += 1;
    this.id = lastId;
    this.preferences = preferences;
    this.newPage = newPage;
    this.downloads = downloads;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  getURL(): string {
    return this.shownUrl;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  /** Messages are copied by the structured clone algorithm of V8; what cannot be cloned throws here, as it does there. */
  send(channel: string, ...values: unknown[]): void {
    const copy: unknown = deserialize(serialize(values));
    if (this.destroyed || this.page === null) return;
    void this.deliver(channel, copy);
  }

  private async deliver(channel: string, values: unknown): Promise<void> {
    try {
      const page = await this.page;
      await page?.evaluate(({ name, to, copy }) => {
        const receive = (window as unknown as Record<string, ((channel: string, values: unknown) => void) | undefined>)[name];
        receive?.(to, copy);
      }, { name: deliverName, to: channel, copy: values });
    } catch (error) {
      // A page that navigates or closes meanwhile loses the message, as a real one does.
      if (!(error instanceof Error)) throw error;
    }
  }

  async loadURL(url: string): Promise<void> {
    this.page ??= this.create();
    const page = await this.page;
    await this.asProgram(() => page.goto(toShown(url), { waitUntil: 'domcontentloaded' }));
  }

  reload(): void {
    void this.reloadPage();
  }

  private async reloadPage(): Promise<void> {
    const page = await this.page;
    if (page === null || page.isClosed()) return;
    const fresh = page.url() === 'about:blank';
    await this.asProgram(() => (fresh ? page.goto(toShown(this.shownUrl), { waitUntil: 'domcontentloaded' }) : page.reload({ waitUntil: 'domcontentloaded' })));
  }

  forcefullyCrashRenderer(): void {
    void this.crash();
  }

  /** A page that crashed is replaced by a fresh one when the program loads it again. */
  async crash(): Promise<void> {
    const page = await this.page;
    if (page === null) return;
    this.page = null;
    await page.close();
    this.page = this.create();
    await this.page;
    this.emit('render-process-gone', preventable().event, { reason: 'crashed', exitCode: 139 });
  }

  async close(): Promise<void> {
    const page = await this.page;
    this.destroyed = true;
    this.emit('destroyed');
    await page?.close();
  }

  /** The page itself, for the size of the window. */
  async resize(width: number, height: number): Promise<void> {
    await (await this.page)?.setViewportSize({ width, height });
  }

  private async asProgram<T>(work: () => Promise<T>): Promise<T> {
    this.programmatic = true;
    try {
      return await work();
    } finally {
      this.programmatic = false;
    }
  }

  private async create(): Promise<Page> {
    const page = await this.newPage();
    await page.exposeBinding(bindingName, ({ frame }, channel: string, values: unknown[]) => this.receive(frame, channel, values));
    await page.exposeBinding(permissionBindingName, ({ frame }, permission: string, main: boolean) =>
      defaultSession.asks(this as unknown as ShellContents, permission, toOwn(frame.url()), main));
    const { preload } = this.preferences;
    if (preload !== undefined) await page.addInitScript({ content: preloadPageScript(readFileSync(preload, 'utf8')) });
    await page.route('**/*', (route) => this.answer(page, route));
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame() && frame.url() !== 'about:blank') this.shownUrl = toOwn(frame.url());
    });
    page.on('popup', (popup) => void this.refuseWindow(popup));
    page.on('download', (download) => void this.download(page, download));
    return page;
  }

  private async download(page: Page, download: Parameters<typeof defaultSession.download>[0]): Promise<void> {
    const gesture = await page.evaluate(() => navigator.userActivation.hasBeenActive);
    await defaultSession.download(download, this as unknown as ShellContents, gesture, this.downloads);
  }

  private receive(frame: Frame, channel: string, values: unknown[]): void {
    const event = { sender: this, senderFrame: describeFrame(frame), reply: () => undefined };
    messages.emit(channel, event as unknown as IpcMainEvent, ...values);
  }

  private async refuseWindow(popup: Page): Promise<void> {
    const url = toOwn(popup.url());
    const answer = this.openHandler?.({ url, frameName: '', features: '', disposition: 'new-window', referrer: { url: '', policy: 'no-referrer' } });
    desktop.windowsAsked.push({ url, action: answer?.action ?? 'allow' });
    if (answer?.action === 'deny') await popup.close();
  }

  /** A navigation that the page began is asked about first; then the request runs into the session's guards. */
  private async answer(page: Page, route: Route): Promise<void> {
    const request = route.request();
    const main = request.isNavigationRequest() && request.frame() === page.mainFrame();
    if (request.isNavigationRequest() && !(main && this.programmatic)) {
      const url = toOwn(request.url());
      const { event, prevented } = preventable({ url, isMainFrame: main, isSameDocument: false, frame: null, initiator: null });
      this.emit('will-frame-navigate', event);
      desktop.navigations.push({ url, prevented: prevented() });
      if (prevented()) return route.abort('aborted');
    }
    if (main) this.emit('did-start-navigation', { url: toOwn(request.url()), isMainFrame: true, isSameDocument: false });
    if (await defaultSession.cancels(request)) return route.abort('blockedbyclient');
    const response = await defaultSession.answer(request);
    if (response === null) return route.abort('failed');
    return route.fulfill({
      status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()),
    });
  }
}
