/** What the shell uses of Electron, as one value, so that the shell can be run on anything of the same shape. */
import type * as Electron from 'electron';

export type ElectronParts = Pick<typeof Electron,
  | 'app' | 'BrowserWindow' | 'crashReporter' | 'dialog' | 'ipcMain' | 'Menu' | 'nativeImage' | 'nativeTheme' | 'Notification'
  | 'protocol' | 'screen' | 'session' | 'shell' | 'Tray'>;
