/** Folders and keyrings of a test's own. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openDeviceKeys, type DeviceKeys, type DeviceKeysOptions, type Keytar } from '#engines/keyring';
import { nodeFileSystem, systemClock } from '#engines/storage';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

export function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'keyring-')));
  folders.push(folder);
  return folder;
}

/** A keyring in memory, slow enough for two users to get in each other's way. */
export function memoryKeyring(secrets = new Map<string, string>(), pauseMs = 5): Keytar {
  const pause = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, pauseMs); });
  return {
    getPassword: async (_service, account) => {
      await pause();
      return secrets.get(account) ?? null;
    },
    setPassword: async (_service, account, password) => {
      await pause();
      secrets.set(account, password);
    },
  };
}

export const openKeys = (folder: string, more: Partial<DeviceKeysOptions> = {}): DeviceKeys => openDeviceKeys({
  serviceName: 'sterownia-test', fs: nodeFileSystem, clock: systemClock, fallbackDirectory: join(folder, 'config'),
  loadKeytar: () => Promise.reject(new Error('libsecret-1.so.0: cannot open shared object file')), environment: {}, ...more,
});
