/** Windows: bounds and states kept in memory, contents in a page of Chromium. */
import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import type { ShellContents, ShellWindow } from '../../src/main/electronParts.ts';
import { app, profile } from './app.ts';
import { startSharedBrowser, type SharedBrowser } from './chromium.ts';
import { preventable, StandInContents } from './contents.ts';
import { desktop } from './record.ts';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';

let browser: Promise<SharedBrowser> | null = null;
const windows = new Set<StandInWindow>();

/** Pages that no window owns reach nothing. */
async function startQuietBrowser(): Promise<SharedBrowser> {
  const shared = await startSharedBrowser(join(profile(), 'chromium'));
  await shared.context.route('**/*', (route) => {
    // An empty page for a window that somebody opened, so that its opening is seen; nothing for what that page asks for.
    return route.request().isNavigationRequest() ? route.fulfill({ status: 200, contentType: 'text/html', body: '' }) : route.abort('aborted');
  });
  return shared;
}

/** Started with the first window; one for the process. */
function sharedBrowser(): Promise<SharedBrowser> {
  browser ??= startQuietBrowser();
  return browser;
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.context.close();
}

/** Where the tests connect to see the window. */
export const browserEndpoint = async (): Promise<string> => (await sharedBrowser()).endpoint;

class StandInWindow extends EventEmitter {
  readonly webContents: ShellContents;
  private readonly contents: StandInContents;
  private bounds: Rectangle;
  private maximized = false;
  private minimized = false;
  private visible = false;
  private destroyed = false;
  private focused = 0;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    const downloads = join(profile(), 'downloads');
    mkdirSync(downloads, { recursive: true });
    this.bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.visible = options.show !== false;
    desktop.webPreferences = options.webPreferences ?? null;
    this.contents = new StandInContents(options.webPreferences ?? {}, () => this.newPage(), downloads);
    this.webContents = this.contents as unknown as ShellContents;
    windows.add(this);
    app.emit('web-contents-created', preventable().event, this.webContents);
  }

  private async newPage(): Promise<Awaited<ReturnType<SharedBrowser['context']['newPage']>>> {
    const { context } = await sharedBrowser();
    const page = context.pages().find((each) => each.url() === 'about:blank') ?? await context.newPage();
    await page.setViewportSize({ width: this.bounds.width, height: this.bounds.height });
    return page;
  }

  async loadURL(url: string): Promise<void> {
    const first = this.contents.getURL() === '';
    await this.contents.loadURL(url);
    if (first) this.emit('ready-to-show');
  }

  isDestroyed(): boolean { return this.destroyed; }
  isMinimized(): boolean { return this.minimized; }
  isMaximized(): boolean { return this.maximized; }
  getNormalBounds(): Rectangle { return { ...this.bounds }; }
  maximize(): void { this.maximized = true; this.emit('maximize'); }
  restore(): void { this.minimized = false; }
  minimize(): void { this.minimized = true; }
  show(): void { this.visible = true; }
  focus(): void { this.focused += 1; }

  setBounds(bounds: Rectangle): void {
    this.bounds = bounds;
    void this.contents.resize(bounds.width, bounds.height);
    this.emit('resize');
    this.emit('move');
  }

  close(): void {
    const { event, prevented } = preventable();
    this.emit('close', event);
    if (!prevented()) this.destroy();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    windows.delete(this);
    void this.contents.close();
    this.emit('closed');
    if (windows.size === 0) app.emit('window-all-closed');
  }

  crash(): Promise<void> {
    return this.contents.crash();
  }

  describe(): (typeof desktop.windows)[number] {
    return { url: this.contents.getURL(), visible: this.visible, maximized: this.maximized, focused: this.focused };
  }
}

export const openWindows = (): readonly StandInWindow[] => [...windows];
export const BrowserWindow: new (options: BrowserWindowConstructorOptions) => ShellWindow = StandInWindow as unknown as new (options: BrowserWindowConstructorOptions) => ShellWindow;
