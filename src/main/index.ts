/** The program that Electron starts. */
import { join } from 'node:path';
import {
  app, BrowserWindow, crashReporter, dialog, ipcMain, Menu, nativeImage, nativeTheme, Notification, protocol, screen, session, shell, Tray,
} from 'electron';
import { defaultConfigDirectory, openSwitchingConsole } from '#runtime';
import { launch } from './launch.ts';

const root = join(import.meta.dirname, '..', '..');
const icons = join(root, 'resources', 'icons');

// Not awaited: Electron becomes ready only after this module has been evaluated.
void launch({
  electron: { app, BrowserWindow, crashReporter, dialog, ipcMain, Menu, nativeImage, nativeTheme, Notification, protocol, screen, session, shell, Tray },
  openConsole: openSwitchingConsole,
  process,
  profile: join(defaultConfigDirectory(), 'desktop'),
  rendererRoot: join(root, 'dist', 'renderer'),
  paths: {
    preload: join(root, 'dist', 'preload', 'index.cjs'),
    icon: join(icons, 'sterownia-512.png'),
    trayIcon: join(icons, 'tray-32.png'),
  },
});
