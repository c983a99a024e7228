/**
 * Stands in for the `electron` module in Node: everything that the main program imports, of the shape that it uses,
 * under Electron's own declarations. A member that the program begins to use and that is missing here does not compile.
 */
import { EventEmitter } from 'node:events';
import type { Menu as ElectronMenu, MenuItemConstructorOptions, MessageBoxOptions, NativeImage, NotificationConstructorOptions, OpenDialogOptions } from 'electron';
import type { ElectronParts } from '../../src/main/electronParts.ts';
import { app } from './app.ts';
import { ipcMain as messages } from './contents.ts';
import { answers, describeMenu, desktop, recordMessage, recordNotification, recordOpen } from './record.ts';
import { session } from './session.ts';
import { BrowserWindow } from './window.ts';

export { app, BrowserWindow, session };

/** Templates of the menus that are installed, for clicks. */
export const installed: { menu: readonly MenuItemConstructorOptions[]; tray: readonly MenuItemConstructorOptions[] } = { menu: [], tray: [] };
export const notices: EventEmitter[] = [];

const templates = new WeakMap<object, readonly MenuItemConstructorOptions[]>();
const templateOf = (menu: object | null): readonly MenuItemConstructorOptions[] => (menu === null ? [] : templates.get(menu) ?? []);

export const Menu: ElectronParts['Menu'] = {
  buildFromTemplate: (template) => {
    const menu = {};
    templates.set(menu, template as MenuItemConstructorOptions[]);
    return menu as ElectronMenu;
  },
  setApplicationMenu: (menu) => {
    installed.menu = templateOf(menu);
    desktop.menu = describeMenu(installed.menu);
  },
};

class StandInTray extends EventEmitter {
  constructor(image: NativeImage) {
    super();
    if (image.isEmpty()) throw new Error('the tray icon is empty');
    desktop.tray = { toolTip: '', menu: [] };
  }

  setToolTip(toolTip: string): void { desktop.tray = { toolTip, menu: desktop.tray?.menu ?? [] }; }
  isDestroyed(): boolean { return false; }

  setContextMenu(menu: ElectronMenu | null): void {
    installed.tray = templateOf(menu);
    desktop.tray = { toolTip: desktop.tray?.toolTip ?? '', menu: describeMenu(installed.tray) };
  }
}
export const Tray = StandInTray as unknown as ElectronParts['Tray'];

class StandInNotification extends EventEmitter {
  private readonly options: NotificationConstructorOptions;
  static isSupported(): boolean { return true; }

  constructor(options: NotificationConstructorOptions) {
    super();
    this.options = options;
  }

  show(): void {
    recordNotification(this.options);
    notices.push(this);
  }

  close(): void { this.emit('close'); }
}
export const Notification = StandInNotification as unknown as ElectronParts['Notification'];

export const dialog: ElectronParts['dialog'] = {
  showErrorBox: (title, message) => void desktop.dialogs.push({ kind: 'error', title, message, buttons: [] }),
  showMessageBox: async (options: MessageBoxOptions) => {
    recordMessage(options);
    return { response: answers.message.shift() ?? options.cancelId ?? 0, checkboxChecked: false };
  },
  showOpenDialog: async (options: OpenDialogOptions) => {
    recordOpen(options);
    const path = answers.open.shift() ?? null;
    return { canceled: path === null, filePaths: path === null ? [] : [path] };
  },
};

export const shell: ElectronParts['shell'] = {
  openPath: async (path) => {
    desktop.opened.push(path);
    return '';
  },
  showItemInFolder: (path) => void desktop.opened.push(path),
};

export const nativeTheme: ElectronParts['nativeTheme'] = {
  get themeSource() { return desktop.theme as 'system' | 'light' | 'dark'; },
  set themeSource(theme) { desktop.theme = theme; },
  get shouldUseDarkColors() { return desktop.theme === 'dark'; },
};

const display = { workArea: { x: 0, y: 0, width: 1600, height: 1000 } };
type Display = ReturnType<ElectronParts['screen']['getPrimaryDisplay']>;

export const screen: ElectronParts['screen'] = {
  getAllDisplays: () => [display as Display],
  getPrimaryDisplay: () => display as Display,
};

export const nativeImage: ElectronParts['nativeImage'] = {
  createFromPath: (path) => ({ isEmpty: () => !path.endsWith('.png') }) as NativeImage,
};

export const ipcMain = messages as unknown as ElectronParts['ipcMain'];
export const crashReporter: ElectronParts['crashReporter'] = { start: () => undefined };
export const protocol: ElectronParts['protocol'] = {
  registerSchemesAsPrivileged: (schemes) => {
    desktop.privileges = schemes;
  },
};

/** Compiles only while every part that the program asks for is here, in the shape that it uses. */
export const everyPart: ElectronParts = {
  app, BrowserWindow, crashReporter, dialog, ipcMain, Menu, nativeImage, nativeTheme, Notification, protocol, screen, session, shell, Tray,
};
