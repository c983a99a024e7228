/** The command line as users run it: built once per test file into a folder of its own, started as a process. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { nodeOptions } from '../../scripts/lib/bundles.ts';
import { deriveCliData, packageVersion } from '../../src/cli/index.ts';

export interface Program {
  readonly directory: string;
  /** Folder of the device key that its processes use. */
  readonly keys: string;
  start(workspace: string, parameters: readonly string[]): ChildProcess;
  run(workspace: string, parameters: readonly string[]): Promise<Ended>;
  remove(): void;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function buildProgram(): Promise<Program> {
  const directory = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'sterownia-program-')));
  const repository = fileURLToPath(new URL('../..', import.meta.url));
  const options = nodeOptions(repository, packageVersion());
  await build({
    ...options, outdir: join(directory, 'dist'), entryPoints: ['src/cli/sterownia.ts'],
    define: { ...options.define, STEROWNIA_CLI_DATA: JSON.stringify(JSON.stringify(deriveCliData(packageVersion()))) },
  });
  fs.symlinkSync(join(repository, 'node_modules'), join(directory, 'node_modules'));
  const environment = { ...process.env, STEROWNIA_CONFIG_DIR: join(directory, 'config'), STEROWNIA_KEYRING: 'file' };
  const start = (workspace: string, parameters: readonly string[]): ChildProcess =>
    spawn(process.execPath, [join(directory, 'dist/cli/sterownia.mjs'), ...parameters, '--workspace', workspace, '--json'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    directory,
    keys: join(directory, 'config'),
    start,
    run: (workspace, parameters) => endOf(start(workspace, parameters)),
    remove: () => fs.rmSync(directory, { recursive: true, force: true }),
  };
}

export function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => { stdout += chunk.toString('utf8'); });
  child.stderr?.on('data', (chunk: Buffer) => { stderr += chunk.toString('utf8'); });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
