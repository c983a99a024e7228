/** The window: comes back where it was, shows only our page, and says so when the page dies or hangs. */
import type { BrowserWindowConstructorOptions, MessageBoxOptions } from 'electron';
import type { JsonDocument, Log } from '#engines/storage';
import { addressUrl } from './addresses.ts';
import type { ShellWindow } from './electronParts.ts';
import { fill, type ShellText } from './shellText.ts';
import { defaultWindowState, placeWindow, smallestSize, type Bounds, type WindowState } from './windowState.ts';
import { windowWebPreferences } from './webPreferences.ts';

export interface MainWindowOptions {
  readonly create: (options: BrowserWindowConstructorOptions) => ShellWindow;
  readonly state: JsonDocument<WindowState>;
  readonly workAreas: () => { readonly all: readonly Bounds[]; readonly primary: Bounds };
  readonly preload: string;
  readonly icon: string;
  readonly dark: boolean;
  readonly developerTools: boolean;
  readonly address: string | null;
  readonly text: () => ShellText;
  readonly ask: (options: MessageBoxOptions) => Promise<number>;
  readonly log: Log;
  /** Asked before the window closes; it stays open unless true. */
  readonly mayClose: () => boolean;
  /** Called when a close was held up; closes the window later if the person agrees. */
  readonly onHeldUp: () => void;
  /** Called once the page has come, or could not be loaded. */
  readonly onArrived: () => void;
}

/** The remembered state; an unreadable one is logged and counts as none. */
export function readWindowState(document: JsonDocument<WindowState>, log: Log): WindowState {
  try {
    return document.read() ?? defaultWindowState;
  } catch (error) {
    log.warn('the window state could not be read', { error: String(error) });
    return defaultWindowState;
  }
}

export function saveWindowState(document: JsonDocument<WindowState>, change: Partial<WindowState>, log: Log): void {
  try {
    document.update((current) => ({ ...(current ?? defaultWindowState), ...change }));
  } catch (error) {
    log.warn('the window state could not be saved', { error: String(error) });
  }
}

function offerReload(window: ShellWindow, options: MainWindowOptions): void {
  const offer = async (reason: string): Promise<void> => {
    const text = options.text();
    const answer = await options.ask({
      type: 'error', title: text.pageGoneTitle, message: text.pageGoneTitle,
      detail: fill(text.pageGoneBody, { reason }), buttons: [text.reloadNow, text.close], defaultId: 0, cancelId: 1, noLink: true,
    });
    if (window.isDestroyed()) return;
    if (answer === 0) window.webContents.reload();
    else window.close();
  };
  window.webContents.on('render-process-gone', (_event, details) => {
    options.log.error('the page ended', { reason: details.reason, exit_code: details.exitCode });
    if (details.reason !== 'clean-exit') void offer(details.reason);
  });
  const offerToEnd = async (): Promise<void> => {
    const text = options.text();
    const answer = await options.ask({
      type: 'warning', title: text.pageStuckTitle, message: text.pageStuckTitle, detail: text.pageStuckBody,
      buttons: [text.wait, text.reloadNow], defaultId: 0, cancelId: 0, noLink: true,
    });
    // Ending the page brings the offer to reload.
    if (answer === 1 && !window.isDestroyed()) window.webContents.forcefullyCrashRenderer();
  };
  window.on('unresponsive', () => {
    options.log.warn('the page does not answer');
    void offerToEnd();
  });
}

/** Saves a second after the last change, so that a killed process forgets at most the last move. */
function rememberBounds(window: ShellWindow, options: MainWindowOptions): void {
  let timer: NodeJS.Timeout | null = null;
  const save = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (window.isDestroyed() || window.isMinimized()) return;
    const { x, y, width, height } = window.getNormalBounds();
    saveWindowState(options.state, { bounds: { x, y, width, height }, maximized: window.isMaximized() }, options.log);
  };
  const later = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(save, 1000);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', (event) => {
    save();
    if (options.mayClose()) return;
    event.preventDefault();
    options.onHeldUp();
  });
  window.on('closed', () => {
    if (timer !== null) clearTimeout(timer);
  });
}

export function openMainWindow(options: MainWindowOptions): ShellWindow {
  const remembered = readWindowState(options.state, options.log);
  const areas = options.workAreas();
  const window = options.create({
    ...placeWindow(remembered.bounds, areas.all, areas.primary),
    minWidth: smallestSize.width,
    minHeight: smallestSize.height,
    show: false,
    title: 'Sterownia',
    icon: options.icon,
    backgroundColor: options.dark ? '#12161c' : '#f6f7f9',
    webPreferences: windowWebPreferences(options.preload, options.developerTools),
  });
  window.once('ready-to-show', () => {
    if (remembered.maximized) window.maximize();
    window.show();
  });
  rememberBounds(window, options);
  offerReload(window, options);
  window.webContents.on('preload-error', (_event, path, error) => options.log.error('the preload script failed', { path, error: error.message }));
  window.loadURL(addressUrl(options.address)).catch((error: unknown) => {
    options.log.error('the page could not be loaded', { error: String(error) });
  }).finally(options.onArrived);
  return window;
}
