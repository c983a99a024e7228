/**
 * Secrets as files of this user (folder 0700, files 0600): for hosts without a keyring.
 *
 * A secret appears whole or not at all, and of two processes that make the same one, one wins and both use it.
 */
import { isMissing, makeDirectories, readFully, replaceFile, syncDirectory, systemCode, writeFully, type FileSystem } from '#engines/storage';
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SecretStore } from './types.ts';

/** Names of accounts may hold anything; names of files are made of their digest where they are not plain. */
export function secretFileName(account: string): string {
  const plain = /^[a-z0-9-]{1,64}$/u.test(account);
  return `${plain ? account : `${account.split(':')[0]?.replaceAll(/[^a-z0-9-]/gu, '') ?? ''}-${createHash('sha256').update(account).digest('hex').slice(0, 24)}`}.secret`;
}

function makePrivate(fs: FileSystem, path: string, mode: number): void {
  if (process.platform !== 'win32' && (fs.lstat(path).mode & 0o077) !== 0) fs.chmod(path, mode);
}

/** Puts a new file under its name unless there is one; never replaces. */
function placeNew(fs: FileSystem, directory: string, path: string, bytes: Uint8Array): void {
  const temporary = join(directory, `.${randomUUID()}.tmp`);
  const fd = fs.open(temporary, 'wx', 0o600);
  try {
    try {
      writeFully(fs, fd, bytes);
      fs.fsync(fd);
    } finally {
      fs.close(fd);
    }
    try {
      fs.link(temporary, path);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  } finally {
    fs.unlink(temporary);
  }
  syncDirectory(fs, directory);
}

export function fileStore(fs: FileSystem, directory: string): SecretStore {
  const pathOf = (account: string): string => join(directory, secretFileName(account));
  const read = (account: string): string | null => {
    try {
      makePrivate(fs, pathOf(account), 0o600);
      return readFully(fs, pathOf(account)).toString('utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
  const prepare = (): void => {
    makeDirectories(fs, directory, 0o700);
    makePrivate(fs, directory, 0o700);
  };
  return {
    kind: 'file',
    get: async (account) => read(account),
    set: async (account, value) => {
      prepare();
      replaceFile(fs, pathOf(account), Buffer.from(value, 'utf8'), 0o600);
    },
    create: async (account, value) => {
      prepare();
      placeNew(fs, directory, pathOf(account), Buffer.from(value, 'utf8'));
      const kept = read(account);
      if (kept === null) throw new Error(`the file ${pathOf(account)} vanished while it was made`);
      return kept;
    },
  };
}
