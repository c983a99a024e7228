/**
 * What the shell uses of Electron, member by member, under Electron's own declarations. `index.ts` gives it the real
 * module; the end-to-end tests give it a stand-in of exactly this shape.
 */
import type * as Electron from 'electron';

type Members<T, K extends keyof T> = Pick<T, K>;

export type ShellContents = Members<Electron.WebContents,
  'id' | 'on' | 'send' | 'isDestroyed' | 'reload' | 'forcefullyCrashRenderer' | 'getURL' | 'setWindowOpenHandler'>;

export type ShellWindow = Members<Electron.BrowserWindow,
  | 'on' | 'once' | 'isDestroyed' | 'isMinimized' | 'isMaximized' | 'maximize' | 'restore' | 'show' | 'focus' | 'close'
  | 'getNormalBounds' | 'loadURL'> & { readonly webContents: ShellContents };

export type ShellSession = Members<Electron.Session,
  | 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'setDisplayMediaRequestHandler'
  | 'setBluetoothPairingHandler' | 'setSpellCheckerEnabled' | 'on'> & {
  readonly webRequest: Members<Electron.WebRequest, 'onBeforeRequest'>;
  readonly protocol: Members<Electron.Protocol, 'handle'>;
};

export type ShellTray = Members<Electron.Tray, 'on' | 'setToolTip' | 'setContextMenu' | 'isDestroyed'>;
export type ShellNotice = Members<Electron.Notification, 'on' | 'show' | 'close'>;

export type ShellApp = Members<Electron.App,
  | 'on' | 'quit' | 'exit' | 'getPath' | 'setPath' | 'setName' | 'setAppUserModelId' | 'getLocale' | 'getVersion' | 'isPackaged' | 'enableSandbox'
  | 'requestSingleInstanceLock' | 'whenReady'>;

export type ShellDialog = {
  showErrorBox(title: string, content: string): void;
  showMessageBox(options: Electron.MessageBoxOptions): Promise<Electron.MessageBoxReturnValue>;
  showOpenDialog(options: Electron.OpenDialogOptions): Promise<Electron.OpenDialogReturnValue>;
};

export interface ElectronParts {
  readonly app: ShellApp;
  readonly BrowserWindow: new (options: Electron.BrowserWindowConstructorOptions) => ShellWindow;
  readonly crashReporter: Members<Electron.CrashReporter, 'start'>;
  readonly dialog: ShellDialog;
  readonly ipcMain: Members<Electron.IpcMain, 'on'>;
  readonly Menu: Members<typeof Electron.Menu, 'buildFromTemplate' | 'setApplicationMenu'>;
  readonly nativeImage: Members<typeof Electron.nativeImage, 'createFromPath'>;
  readonly nativeTheme: Members<Electron.NativeTheme, 'themeSource' | 'shouldUseDarkColors'>;
  readonly Notification: (new (options: Electron.NotificationConstructorOptions) => ShellNotice) & Members<typeof Electron.Notification, 'isSupported'>;
  readonly protocol: Members<Electron.Protocol, 'registerSchemesAsPrivileged'>;
  readonly screen: Members<Electron.Screen, 'getAllDisplays' | 'getPrimaryDisplay'>;
  readonly session: { readonly defaultSession: ShellSession };
  readonly shell: Members<Electron.Shell, 'openPath' | 'showItemInFolder'>;
  readonly Tray: new (image: Electron.NativeImage) => ShellTray;
}
