/** The command line beside the window, also under another account of the operating system. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lchownSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { environment } from './launch.ts';

const root = process.env['STEROWNIA_E2E_ROOT'] ?? resolve(import.meta.dirname, '..');
const node = Number.parseInt(process.versions.node, 10) >= 24 ? process.execPath : join(root, 'node_modules', 'node', 'bin', 'node');

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** A second account that every Unix has. Only root can act as it. */
export const nobody: Account = { uid: 65534, gid: 65534 };
export const canActAsOther = process.platform !== 'win32' && process.getuid?.() === 0 && existsSync('/etc/passwd');

/** Gives the workspace to both accounts, as a shared group folder would be. */
export function shareWith(path: string, account: Account): void {
  chmodSync(dirname(path), 0o755);
  for (const entry of ['', ...readdirSync(path, { recursive: true }).map(String)]) {
    lchownSync(join(path, entry), account.uid, account.gid);
  }
}

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runCli(args: readonly string[], home: string, account: Account | null = null): CliResult {
  if (account !== null) {
    mkdirSync(home, { recursive: true });
    chownSync(home, account.uid, account.gid);
  }
  const { status, stdout, stderr } = spawnSync(node, [join(root, 'bin', 'sterownia.mjs'), ...args], {
    env: environment(home), encoding: 'utf8', timeout: 60_000, ...account,
  });
  return { status, stdout, stderr };
}
