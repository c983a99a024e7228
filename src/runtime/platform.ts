/** Facts of this host and this person: who works here, and where their own documents lie. */
import { hostname, homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '#contract';

/** The account of the operating system; containers may run under a number that has no name. */
export function osActor(door: Actor['door']): Actor {
  let user: string;
  try {
    user = userInfo().username;
  } catch {
    user = `uid-${process.getuid?.() ?? 'unknown'}`;
  }
  return { name: user, os_user: user, host: hostname(), door };
}

/** Per-user folder: `%APPDATA%\Sterownia`, `~/Library/Application Support/Sterownia` or `$XDG_CONFIG_HOME/sterownia`. */
export function defaultConfigDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.STEROWNIA_CONFIG_DIR) return environment.STEROWNIA_CONFIG_DIR;
  if (process.platform === 'win32') return join(environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Sterownia');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Sterownia');
  return join(environment.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'sterownia');
}
