/** What the program asked of the desktop, kept for the tests to look at, and the answers that they prepared. */
import type { MenuItemConstructorOptions, MessageBoxOptions, NotificationConstructorOptions, OpenDialogOptions } from 'electron';

export interface MenuEntry {
  readonly id: string | null;
  readonly label: string | null;
  readonly role: string | null;
  readonly accelerator: string | null;
  readonly submenu: readonly MenuEntry[];
}

export interface RecordedDialog {
  readonly kind: 'message' | 'open' | 'error';
  readonly title: string;
  readonly message: string;
  readonly buttons: readonly string[];
}

export interface DesktopState {
  readonly menu: readonly MenuEntry[];
  readonly tray: { readonly toolTip: string; readonly menu: readonly MenuEntry[] } | null;
  readonly dialogs: readonly RecordedDialog[];
  readonly notifications: readonly { readonly title: string; readonly body: string; readonly closed: boolean }[];
  readonly opened: readonly string[];
  readonly theme: string;
  readonly requests: readonly { readonly url: string; readonly cancelled: boolean }[];
  readonly navigations: readonly { readonly url: string; readonly prevented: boolean }[];
  readonly windowsAsked: readonly { readonly url: string; readonly action: string }[];
  readonly permissions: readonly { readonly permission: string; readonly granted: boolean }[];
  readonly downloads: readonly { readonly url: string; readonly refused: boolean; readonly savedAs: string | null }[];
  readonly windows: readonly { readonly url: string; readonly visible: boolean; readonly maximized: boolean; readonly focused: number }[];
  readonly privileges: unknown;
  readonly webPreferences: unknown;
  readonly sandboxed: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** One per process, as the desktop is. */
export const desktop: Mutable<DesktopState> = {
  menu: [], tray: null, dialogs: [], notifications: [], opened: [], theme: 'system', requests: [], navigations: [], windowsAsked: [],
  permissions: [], downloads: [], windows: [], privileges: null, webPreferences: null, sandboxed: false,
};

/** Answers in the order of the questions; without one, the choice that a person makes by pressing Escape. */
export const answers: { readonly message: number[]; readonly open: (string | null)[] } = { message: [], open: [] };

export function describeMenu(template: readonly MenuItemConstructorOptions[]): MenuEntry[] {
  return template.map((item) => ({
    id: item.id ?? null,
    label: item.label ?? null,
    role: item.role ?? null,
    accelerator: typeof item.accelerator === 'string' ? item.accelerator : null,
    submenu: Array.isArray(item.submenu) ? describeMenu(item.submenu) : [],
  }));
}

export function findMenuItem(template: readonly MenuItemConstructorOptions[], id: string): MenuItemConstructorOptions | null {
  for (const item of template) {
    if (item.id === id) return item;
    const inside = Array.isArray(item.submenu) ? findMenuItem(item.submenu, id) : null;
    if (inside !== null) return inside;
  }
  return null;
}

export const recordMessage = (options: MessageBoxOptions): void => {
  desktop.dialogs.push({ kind: 'message', title: options.title ?? '', message: [options.message, options.detail ?? ''].join('\n').trim(), buttons: options.buttons ?? [] });
};
export const recordOpen = (options: OpenDialogOptions): void => {
  desktop.dialogs.push({ kind: 'open', title: options.title ?? '', message: '', buttons: [] });
};
export const recordNotification = (options: NotificationConstructorOptions): number =>
  desktop.notifications.push({ title: options.title ?? '', body: options.body ?? '', closed: false }) - 1;
