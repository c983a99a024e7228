import { spawn } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { newFolder } from './support.ts';

const user = fileURLToPath(new URL('./keyringUser.ts', import.meta.url));

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function requirePrograms(): void {
  const missing = ['dbus-run-session', 'dbus-send', 'gnome-keyring-daemon'].filter((program) => !isInstalled(program));
  if (missing.length > 0) throw new Error(`${missing.join(' and ')} not found. On Debian: apt-get install dbus gnome-keyring libsecret-1-0`);
}

interface Seen {
  readonly key_id: string;
  readonly status: { readonly storage: string; readonly key_id: string | null; readonly warning: string | null };
  readonly pin: { readonly seq: number } | null;
}

/** A session bus of its own, and in it, unless told otherwise, a real keyring that is unlocked; all of it ends with the script. */
function inSession(folder: string, script: string): Promise<readonly Seen[]> {
  const whole = `trap 'kill $(jobs -p) 2>/dev/null; kill "$daemon" 2>/dev/null' EXIT\n${script}`;
  return new Promise((resolve, reject) => {
    const environment = { ...process.env, HOME: folder, XDG_DATA_HOME: join(folder, 'data'), XDG_RUNTIME_DIR: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder };
    const { DBUS_SESSION_BUS_ADDRESS: _address, DISPLAY: _display, STEROWNIA_KEYRING: _mode, ...clean } = environment as Record<string, string | undefined>;
    const child = spawn('dbus-run-session', ['--', 'bash', '-c', whole], { env: { ...clean, NODE: process.execPath, KEYRING_USER: user, FOLDER: folder }, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let problems = '';
    child.stdout.on('data', (bytes: Buffer) => { out += bytes.toString(); });
    child.stderr.on('data', (bytes: Buffer) => { problems += bytes.toString(); });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(out.trim().split('\n').filter((line) => line.startsWith('{"key_id"')).map((line) => JSON.parse(line) as Seen));
      else reject(new Error(`exit ${String(code)}: ${problems}`));
    });
  });
}

const unlock = `
exec 3< <(exec gnome-keyring-daemon --foreground --unlock --components=secrets < <(printf pw) 2>&1)
daemon=$!
for attempt in $(seq 1200); do
  dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q 'boolean true' && break
  sleep 0.05
done
`;

describe('a real Secret Service', () => {
  it('keeps one key and the pin for all processes, and nothing in files', async () => {
    requirePrograms();
    const folder = newFolder();
    const seen = await inSession(folder, `${unlock}
      "$NODE" "$KEYRING_USER" "$FOLDER" 3 & first=$!
      "$NODE" "$KEYRING_USER" "$FOLDER" 3 & second=$!
      wait $first && wait $second && "$NODE" "$KEYRING_USER" "$FOLDER" 4`);
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ key_id }) => key_id)).size).toBe(1);
    for (const { status, key_id } of seen) expect(status).toEqual({ storage: 'keyring', key_id, warning: null });
    expect(seen[2]?.pin).toMatchObject({ seq: 4 });
    expect(readdirSync(join(folder, 'config'))).toEqual([]);
  });

  it('that is not there leaves the key in a file, with a warning', async () => {
    requirePrograms();
    const folder = newFolder();
    const seen = await inSession(folder, 'daemon=; unset DBUS_SESSION_BUS_ADDRESS; "$NODE" "$KEYRING_USER" "$FOLDER" 3; "$NODE" "$KEYRING_USER" "$FOLDER" 4');
    expect(seen).toHaveLength(2);
    expect(seen[0]?.status).toMatchObject({ storage: 'file', key_id: seen[1]?.key_id });
    expect(seen[0]?.status.warning).toMatch(/^The keyring of the operating system is not in use: .+/u);
    expect(seen[1]?.pin).toMatchObject({ seq: 4 });
  });
});
