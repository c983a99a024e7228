/**
 * Programs that the tests drive for real: a browser, a keyring, archive tools. On Debian with rights they are installed;
 * elsewhere the missing ones are named with the command that brings them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

interface Prerequisite {
  readonly what: string;
  readonly packages: readonly string[];
  readonly present: () => boolean;
}

const onPath = (name: string): boolean => spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0;

export const browserPaths = [
  '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
] as const;

/** Where distributions keep it; the linker's own list knows the others. */
const hasLibsecret = (): boolean => ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'].some((folder) => existsSync(`${folder}/libsecret-1.so.0`))
  || spawnSync('sh', ['-c', 'ldconfig -p | grep -q libsecret-1.so.0'], { stdio: 'ignore' }).status === 0;

const linuxOnly = process.platform === 'linux';

export const prerequisites: readonly Prerequisite[] = [
  { what: 'Chromium, Chrome or Edge', packages: ['chromium', 'fonts-dejavu-core'], present: () => [process.env['STEROWNIA_CHROMIUM'] ?? '', ...browserPaths].some((path) => path !== '' && existsSync(path)) },
  { what: 'a Secret Service (gnome-keyring)', packages: ['gnome-keyring', 'libsecret-1-0'], present: () => !linuxOnly || (onPath('gnome-keyring-daemon') && hasLibsecret()) },
  { what: 'dbus-run-session', packages: ['dbus', 'dbus-daemon'], present: () => !linuxOnly || onPath('dbus-run-session') },
  { what: 'zip and unzip', packages: ['zip', 'unzip'], present: () => onPath('zip') && onPath('unzip') },
  { what: 'python3 with its standard library', packages: ['python3'], present: () => spawnSync('python3', ['-c', 'import datetime, hmac, json, tempfile, zipfile'], { stdio: 'ignore' }).status === 0 },
  { what: 'jq', packages: ['jq'], present: () => onPath('jq') },
  { what: 'Prometheus with promtool', packages: ['prometheus'], present: () => !linuxOnly || (onPath('prometheus') && onPath('promtool')) },
  { what: 'git', packages: ['git'], present: () => onPath('git') },
];

function install(packages: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (args: readonly string[]): boolean => spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  return run(['update', '-q']) && run(['install', '-y', '-q', '--no-install-recommends', ...packages]);
}

/** Installs what it may and returns what is still missing, as sentences. */
export function ensurePrerequisites(say: (text: string) => void): readonly string[] {
  const missing = prerequisites.filter((each) => !each.present());
  if (missing.length === 0) return [];
  const packages = [...new Set(missing.flatMap((each) => each.packages))];
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    say(`Installing from Debian: ${packages.join(' ')}`);
    install(packages);
  }
  return missing.filter((each) => !each.present()).map((each) => `${each.what} is missing. On Debian or Ubuntu: sudo apt-get install ${each.packages.join(' ')}`);
}
