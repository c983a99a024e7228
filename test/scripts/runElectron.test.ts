/** What `npm start` makes of an Electron that ends early: by a fault, or because the person wanted it to. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runElectron } from '../../scripts/lib/runElectron.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sterownia-electron-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(body: string): string {
  const path = join(folder, 'electron');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

it.skipIf(process.platform === 'win32')('takes over how it ended, and says why it did not come up', async () => {
  expect(await runElectron(program('exit 0'), [])).toBe(0);
  expect(await runElectron(program('echo "no display found" >&2; exit 1'), [])).toBe('no display found');
  expect(await runElectron(program('exit 7'), [])).toBe('it ended with status 7');
  expect(await runElectron(program('kill -SEGV $$'), [])).toBe('it was ended by SIGSEGV');
  expect(await runElectron(program('exit 7'), [], 0)).toBe(7);
  expect(await runElectron(join(folder, 'missing'), [])).toMatch(/ENOENT/u);
});

it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends with the program when the person stops it by %s, and opens no other door', async (signal) => {
  const library = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'scripts', 'lib', 'runElectron.ts');
  const caller = join(folder, 'caller.mjs');
  writeFileSync(caller, `import { runElectron } from ${JSON.stringify(library)};\nconst outcome = runElectron(${JSON.stringify(program('exec sleep 60'))}, []);\nconsole.log('runs');\nconsole.log('outcome', await outcome);\nprocess.exit();\n`);
  const child = spawn(process.execPath, [caller], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (said === '') child.kill(signal);
    said += chunk.toString();
  });
  await new Promise((resolve) => { child.once('close', resolve); });
  expect(said).toBe(`runs\noutcome ${{ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]}\n`);
});
