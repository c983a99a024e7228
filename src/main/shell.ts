/** The desktop shell: joins window, console, menu, tray and notifications once Electron is ready. */
import { stat } from 'node:fs/promises';
import type { MessageBoxOptions } from 'electron';
import { ConsoleError, fail, type ConsoleErrorBody, type EventEnvelope, type Result } from '#contract';
import { nodeFileSystem, systemClock, type JsonDocument } from '#engines/storage';
import type { Console, HostAbilities, OpenOptions } from '#runtime';
import { Destination } from './destination.ts';
import { openDoor, type Door } from './door.ts';
import type { ElectronParts, ShellTray, ShellWindow } from './electronParts.ts';
import type { ProgramLog } from './log.ts';
import { openMainWindow, readWindowState, saveWindowState } from './mainWindow.ts';
import { menuTemplate, trayTemplate } from './menu.ts';
import { openNativeNotifications, type NativeNotifications } from './nativeNotifications.ts';
import { initialShellState, nativeNotification, nextShellState } from './shellState.ts';
import { chooseLanguage, fill, shellText, type ShellText } from './shellText.ts';
import { installShutdown, type Shutdown } from './shutdown.ts';
import type { StartArguments } from './startArguments.ts';
import { describeOpenFailure, openFirstWorkspace } from './workspaceChoice.ts';
import { openWindowState, type Bounds, type WindowState } from './windowState.ts';

export interface ShellPaths {
  readonly preload: string;
  readonly icon: string;
  readonly trayIcon: string;
}

export interface ShellOptions {
  readonly electron: ElectronParts;
  readonly openConsole: (options: OpenOptions) => Promise<Console>;
  readonly paths: ShellPaths;
  readonly log: ProgramLog;
  readonly platform: NodeJS.Platform;
  readonly versions: Readonly<Record<string, string | undefined>>;
}

const noConsole = (): Result<never> => fail(new ConsoleError('HOST_GONE', 'No workspace is open yet; nothing was done.').toBody());

/** One shell per process; `start` opens the first workspace and the window. */
export class Shell {
  private readonly door: Door;
  private readonly notifications: NativeNotifications;
  private readonly shutdown: Shutdown;
  private readonly windowState: JsonDocument<WindowState>;
  private readonly options: ShellOptions;
  private state = initialShellState;
  private console: Console | null = null;
  private window: ShellWindow | null = null;
  private destination: Destination | null = null;
  private tray: ShellTray | null = null;
  private pendingAddress: string | null = null;

  constructor(options: ShellOptions) {
    const { electron, log } = options;
    this.options = options;
    this.windowState = openWindowState({ fs: nodeFileSystem, clock: systemClock, log }, electron.app.getPath('userData'));
    this.door = openDoor({
      ipcMain: electron.ipcMain,
      call: (name, input, callOptions) => this.console?.call(name, input, callOptions) ?? Promise.resolve(noConsole()),
      log,
    });
    this.notifications = openNativeNotifications({
      create: (notice) => new electron.Notification({ ...notice, icon: options.paths.icon }),
      isSupported: () => electron.Notification.isSupported(),
      text: this.text,
      open: (address) => this.showWindow(address),
    });
    this.shutdown = installShutdown({
      app: electron.app,
      actsUnderWay: () => this.door.actsUnderWay(),
      ask: (question) => this.ask(question),
      text: this.text,
      close: async () => {
        await this.door.end();
        await this.console?.close();
      },
      log,
    });
  }

  readonly text = (): ShellText => shellText[chooseLanguage(this.state.language, this.options.electron.app.getLocale())];

  /** False when no workspace could be opened and the person gave up. */
  async start(asked: StartArguments): Promise<boolean> {
    this.pendingAddress = asked.address;
    const opened = await openFirstWorkspace({
      asked: asked.workspace,
      remembered: readWindowState(this.windowState, this.options.log).workspace,
      chooseFolder: () => this.chooseFolder(),
      open: (workspace) => this.open(workspace),
      showError: (title, body) => this.options.electron.dialog.showErrorBox(title, body),
      text: this.text,
    });
    if (!opened) return false;
    this.installTray();
    this.showWindow(this.pendingAddress);
    return true;
  }

  /** A second start: the window comes forward, on what that start asked for. */
  async startedAgain(asked: StartArguments): Promise<void> {
    if (asked.workspace !== null && asked.workspace !== this.console?.workspacePath) await this.switchWorkspace(asked.workspace);
    this.showWindow(asked.address);
  }

  showWindow(address: string | null): void {
    const { window } = this;
    if (this.console === null) {
      this.pendingAddress = address;
    } else if (window === null || window.isDestroyed()) {
      this.window = this.createWindow(address);
    } else {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      if (address !== null) this.go(address);
    }
  }

  private createWindow(address: string | null): ShellWindow {
    const { electron, paths, log } = this.options;
    const window = openMainWindow({
      create: (windowOptions) => {
        const created = new electron.BrowserWindow(windowOptions);
        this.door.attach(created.webContents);
        return created;
      },
      state: this.windowState,
      workAreas: () => this.workAreas(),
      preload: paths.preload,
      icon: paths.icon,
      dark: electron.nativeTheme.shouldUseDarkColors,
      developerTools: !electron.app.isPackaged,
      address,
      text: this.text,
      ask: (question) => this.ask(question),
      log,
      mayClose: () => this.options.platform === 'darwin' || this.shutdown.mayQuit(),
      onHeldUp: () => this.shutdown.requestQuit(),
      onArrived: () => destination.arrived(),
    });
    const destination = new Destination({ load: (url) => window.loadURL(url), isGone: () => window.isDestroyed(), log });
    this.destination = destination;
    window.on('closed', () => {
      this.window = null;
    });
    return window;
  }

  private go(address: string): void {
    const { window } = this;
    if (window === null || window.isDestroyed()) return this.showWindow(address);
    return this.destination?.go(address);
  }

  private async open(workspace: string): Promise<void> {
    const { openConsole, log } = this.options;
    this.console = await openConsole({ workspace, host: 'electron', threads: true, abilities: this.abilities(), log });
    this.console.subscribe((event) => this.onEvent(event));
    this.onWorkspace(this.console.workspacePath);
  }

  private onWorkspace(path: string): void {
    saveWindowState(this.windowState, { workspace: path }, this.options.log);
    void this.readSnapshot();
  }

  private async readSnapshot(): Promise<void> {
    const result = await this.console?.invoke('console.snapshot', {}, { door: 'window' });
    if (result?.ok === true) this.update(result.value);
  }

  private onEvent(event: EventEnvelope): void {
    this.door.broadcast(event);
    if (event.name === 'console.delta') this.update(event.payload);
    if (event.name === 'console.workspace_opened' && this.console !== null) this.onWorkspace(this.console.workspacePath);
    const notification = nativeNotification(event);
    if (notification !== null) this.notifications.show(notification);
  }

  /** Without a path the person chooses in the system's dialog; a path comes from the arguments of a second start. */
  private async switchWorkspace(path: string | null): Promise<void> {
    const result = await this.console?.call('console.open_workspace', path === null ? {} : { path }, { door: path === null ? 'window' : 'cli' });
    if (result === undefined || result.ok) return;
    this.options.log.error('a workspace could not be opened', { path: path ?? 'chosen', code: result.error.code });
    await this.tell(result.error);
  }

  private async tell(error: ConsoleErrorBody): Promise<void> {
    const text = this.text();
    await this.ask({ type: 'error', title: text.name, message: describeOpenFailure(error, text), buttons: [text.close], noLink: true });
  }

  private update(values: unknown): void {
    this.state = nextShellState(this.state, values);
    this.refresh();
  }

  /** Menu, tray and theme follow the state. */
  private refresh(): void {
    const { electron, platform } = this.options;
    const text = this.text();
    electron.nativeTheme.themeSource = this.state.theme;
    electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(menuTemplate({
      text,
      platform,
      developerTools: !electron.app.isPackaged,
      actions: {
        go: (address) => this.showWindow(address),
        openWorkspace: () => void this.switchWorkspace(null),
        openLogs: () => void electron.shell.openPath(this.options.log.folder),
        about: () => void this.showAbout(),
        reload: () => this.window?.webContents.reload(),
        quit: () => this.shutdown.requestQuit(),
      },
    })));
    if (this.tray === null || this.tray.isDestroyed()) return;
    const { plansWaiting } = this.state;
    this.tray.setToolTip(plansWaiting === 0 ? text.trayCalm : fill(text.trayWaiting, { count: plansWaiting }));
    this.tray.setContextMenu(electron.Menu.buildFromTemplate(trayTemplate(text, {
      show: () => this.showWindow(null),
      go: (address) => this.showWindow(address),
      quit: () => this.shutdown.requestQuit(),
    })));
  }

  private installTray(): void {
    const { electron, paths, log } = this.options;
    try {
      this.tray = new electron.Tray(electron.nativeImage.createFromPath(paths.trayIcon));
      this.tray.on('click', () => this.showWindow(null));
    } catch (error) {
      // Some desktops have no tray; the window has everything that it offers.
      log.warn('there is no tray on this desktop', { error: String(error) });
    }
    this.refresh();
  }

  private async showAbout(): Promise<void> {
    const { electron, versions } = this.options;
    const lines = ['electron', 'chrome', 'node'].map((name) => `${name} ${versions[name] ?? '?'}`);
    await this.ask({
      type: 'info', title: this.text().about, message: `${this.text().name} ${electron.app.getVersion()}`, detail: lines.join('\n'),
      buttons: [this.text().close], noLink: true,
    });
  }

  private abilities(): HostAbilities {
    const { shell } = this.options.electron;
    return {
      chooseFolder: () => this.chooseFolder(),
      // Only folders: opening a file would run whatever program claims it. On macOS a folder can be a program as well,
      // so there it is shown in the one above it.
      openFolder: async (path) => {
        if (!(await stat(path)).isDirectory()) return false;
        if (this.options.platform !== 'darwin') return (await shell.openPath(path)) === '';
        shell.showItemInFolder(path);
        return true;
      },
    };
  }

  private async chooseFolder(): Promise<string | null> {
    const { dialog } = this.options.electron;
    const question = { title: this.text().chooseWorkspace, properties: ['openDirectory' as const, 'createDirectory' as const] };
    const answer = await dialog.showOpenDialog(question);
    return answer.canceled ? null : answer.filePaths[0] ?? null;
  }

  private async ask(question: MessageBoxOptions): Promise<number> {
    return (await this.options.electron.dialog.showMessageBox(question)).response;
  }

  private workAreas(): { readonly all: readonly Bounds[]; readonly primary: Bounds } {
    const { screen } = this.options.electron;
    return { all: screen.getAllDisplays().map((display) => display.workArea), primary: screen.getPrimaryDisplay().workArea };
  }
}
