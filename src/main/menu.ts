/** The native menu: the same places as the rail, and what a window must offer; rebuilt when the language changes. */
import type { MenuItemConstructorOptions } from 'electron';
import type { ShellText } from './shellText.ts';

export interface MenuActions {
  readonly go: (address: string) => void;
  readonly openWorkspace: () => void;
  readonly openLogs: () => void;
  readonly about: () => void;
  readonly reload: () => void;
  readonly quit: () => void;
}

export interface MenuOptions {
  readonly text: ShellText;
  readonly platform: NodeJS.Platform;
  readonly developerTools: boolean;
  readonly actions: MenuActions;
}

const separator: MenuItemConstructorOptions = { type: 'separator' };

function viewMenu({ text, actions, developerTools }: MenuOptions): MenuItemConstructorOptions {
  return {
    label: text.view,
    submenu: [
      { id: 'go-reports', label: text.reports, accelerator: 'CmdOrCtrl+1', click: () => actions.go('/reports') },
      { id: 'go-approvals', label: text.approvals, accelerator: 'CmdOrCtrl+2', click: () => actions.go('/approvals') },
      { id: 'go-trash', label: text.trash, accelerator: 'CmdOrCtrl+3', click: () => actions.go('/trash') },
      { id: 'go-journal', label: text.journal, accelerator: 'CmdOrCtrl+4', click: () => actions.go('/journal') },
      separator,
      { id: 'reload', label: text.reload, accelerator: 'CmdOrCtrl+R', click: () => actions.reload() },
      { role: 'zoomIn', label: text.zoomIn },
      { role: 'zoomOut', label: text.zoomOut },
      { role: 'resetZoom', label: text.zoomReset },
      { role: 'togglefullscreen', label: text.fullScreen },
      ...(developerTools ? [separator, { role: 'toggleDevTools', label: text.developerTools } as const] : []),
    ],
  };
}

function editMenu({ text }: MenuOptions): MenuItemConstructorOptions {
  return {
    label: text.edit,
    submenu: [
      { role: 'undo', label: text.undo },
      { role: 'redo', label: text.redo },
      separator,
      { role: 'cut', label: text.cut },
      { role: 'copy', label: text.copy },
      { role: 'paste', label: text.paste },
      { role: 'selectAll', label: text.selectAll },
    ],
  };
}

export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const { text, actions, platform } = options;
  return [
    ...(platform === 'darwin' ? [{ role: 'appMenu', label: text.name } as const] : []),
    {
      label: text.file,
      submenu: [
        { id: 'open-workspace', label: text.openWorkspace, accelerator: 'CmdOrCtrl+O', click: () => actions.openWorkspace() },
        separator,
        { id: 'quit', label: text.quit, accelerator: 'CmdOrCtrl+Q', click: () => actions.quit() },
      ],
    },
    editMenu(options),
    viewMenu(options),
    { label: text.window, role: 'windowMenu', submenu: [{ role: 'minimize', label: text.minimize }, { role: 'close', label: text.close }] },
    {
      label: text.help,
      role: 'help',
      submenu: [
        { id: 'about', label: text.about, click: () => actions.about() },
        { id: 'open-logs', label: text.openLogs, click: () => actions.openLogs() },
      ],
    },
  ];
}

/** The menu of the tray icon. */
export function trayTemplate(text: ShellText, actions: Pick<MenuActions, 'go' | 'quit'> & { readonly show: () => void }): MenuItemConstructorOptions[] {
  return [
    { id: 'show', label: text.show, click: () => actions.show() },
    { id: 'tray-approvals', label: text.approvals, click: () => actions.go('/approvals') },
    separator,
    { id: 'tray-quit', label: text.quit, click: () => actions.quit() },
  ];
}
