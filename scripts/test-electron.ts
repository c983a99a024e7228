/**
 * `npm run test:electron`: the end-to-end specs on the real Electron. Where its runtime or a display is missing, that
 * is said and nothing is claimed.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronObstacle, findElectron } from './lib/electron.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Why the specs cannot run on Electron here, or null. */
function obstacle(): string | null {
  const { env, platform } = process;
  const uid = process.getuid?.() ?? null;
  if (findElectron({ root, platform, env, uid, exists: existsSync }) === null) return 'Electron runtime not present';
  const display = platform !== 'linux' || [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((value) => value !== undefined && value !== '');
  return electronObstacle({ platform, uid }, display);
}

function run(): void {
  const cli = join(root, 'node_modules', 'playwright', 'cli.js');
  const child = spawn(process.execPath, [cli, 'test', ...process.argv.slice(2)], {
    cwd: root, env: { ...process.env, STEROWNIA_E2E_ELECTRON: '1' }, stdio: 'inherit',
  });
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
}

const reason = obstacle();
if (reason === null) run();
else process.stdout.write(`not run: ${reason}. The same specs run on the stand-in in \`npm test\`.\n`);
