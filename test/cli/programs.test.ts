/** The real programs as processes: pipes, signals, and what they load. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildTree } from '../fixtures/conformance/tree.ts';

let root = '';
let workspace = '';

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sterownia-programs-')));
  workspace = join(root, 'ws');
  buildTree(workspace, 'main');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const source = (name: string): string => fileURLToPath(new URL(`../../src/cli/${name}`, import.meta.url));

function start(script: string, args: readonly string[], nodeOptions: readonly string[] = [], cwd: string = workspace) {
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...inherited } = process.env;
  return spawn(process.execPath, [...nodeOptions, script, ...args], {
    cwd, env: { ...inherited, HOME: join(root, 'home'), XDG_CONFIG_HOME: join(root, 'home', '.config') },
  });
}

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function ended(child: ReturnType<typeof start>): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text; });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, out, err })));
}

describe('pipes', () => {
  test('a reader that goes away ends the program quietly', async () => {
    const child = start(source('ui-bridge.ts'), ['overview']);
    child.stdout.destroy();
    const end = await ended(child);
    expect(end.err).toBe('');
    expect(end.status).toBe(0);
  });

  test('a slow reader gets every byte, and the text is one line of JSON with raw letters', async () => {
    const child = start(source('ui-bridge.ts'), ['overview']);
    const ending = ended(child);
    child.stdout.pause();
    setTimeout(() => child.stdout.resume(), 1000);
    const end = await ending;
    expect(end.status).toBe(0);
    expect(end.out.endsWith('}\n')).toBe(true);
    expect(end.out.indexOf('\n')).toBe(end.out.length - 1);
    const value = JSON.parse(end.out) as { reports: unknown[]; summary: { report_count: number } };
    expect(value.reports).toHaveLength(value.summary.report_count);
    expect(end.out).toContain('Łódź');
    expect(end.out).toContain('📈');
  });

  test('no colour reaches a pipe', async () => {
    const end = await ended(start(source('sterownia.ts'), ['reports', 'list', '--category', 'bad']));
    expect(end.status).toBe(0);
    expect(end.out).toContain('invalid');
    expect(end.out).not.toContain('\u001b');
  });
});

describe('an answer that cannot be written', () => {
  test.runIf(existsSync('/dev/full'))('whole ends with 6 and one sentence, whatever the answer was', () => {
    for (const [program, ...words] of [['sterownia.ts', 'reports', 'list'], ['ui-bridge.ts', 'overview']] as const) {
      const full = openSync('/dev/full', 'w');
      const { status, stderr } = spawnSync(process.execPath, [source(program), ...words], { cwd: workspace, stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
      closeSync(full);
      expect([status, stderr.trim().split('\n').length]).toEqual([6, 1]);
      expect(stderr).toContain('the answer could not be written');
    }
  });

  test.skipIf(process.platform === 'win32')('from a folder that is gone: help works, the rest says so with status 2', () => {
    const gone = mkdtempSync(join(root, 'gone-'));
    const run = (...words: readonly string[]) => spawnSync('sh', ['-c', 'cd "$1" && rmdir "$1" && shift && exec "$@"', 'sh', mkdtempSync(join(gone, 'x-')), process.execPath, ...words], { encoding: 'utf8' });
    expect(run(source('sterownia.ts'), '--help').status).toBe(0);
    for (const words of [[source('sterownia.ts'), 'reports', 'list'], [source('ui-bridge.ts'), 'overview']] as const) {
      const { status, stderr } = run(...words);
      expect([status, stderr.includes('no longer there'), /^\s+at .+:\d+/mu.test(stderr)]).toEqual([2, true, false]);
    }
    expect(run(source('sterownia.ts'), '--workspace', root, 'reports', 'list').status).toBe(0);
  });
});

describe('signals', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s stops the work, which says so and ends with 130', async (signal) => {
    const child = start(fileURLToPath(new URL('../fixtures/cli/waits.ts', import.meta.url)), []);
    const end = ended(child);
    child.stdout.once('data', () => child.kill(signal));
    expect(await end).toEqual({ status: 130, out: 'started\n', err: 'stopped\n' });
  });

  test('a second one ends the program at once', async () => {
    const child = start(fileURLToPath(new URL('../fixtures/cli/waits.ts', import.meta.url)), ['--deaf']);
    const end = ended(child);
    child.stdout.once('data', () => child.kill('SIGINT'));
    child.stderr.once('data', () => child.kill('SIGINT'));
    expect((await end).status).toBe(130);
  });
});

describe('stopping long work', () => {
  test('Ctrl+C in the middle of a purge stops it, and the answer tells what was done until then', async () => {
    const many = join(root, 'many');
    const count = 4000;
    for (let index = 0; index < count; index += 1) {
      const folder = join(many, 'var', 'reports', `c${index % 20}`, String(index));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'summary.json'), '{}');
    }
    const child = start(source('ui-bridge.ts'), ['purge'], [], many);
    const end = ended(child);
    while (!existsSync(join(many, 'var', 'trash')) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGINT');
    const { status, out } = await end;
    const value = JSON.parse(out) as { status: string; deleted_count: number; targets: { status: string }[] };
    const left = readdirSync(join(many, 'var', 'reports'), { recursive: true }).filter((path) => String(path).endsWith('summary.json')).length;
    expect(status).toBe(130);
    expect(value.status).toBe('cancelled');
    expect(left).toBeGreaterThan(0);
    expect(left + value.deleted_count).toBe(count);
    expect(value.targets.filter((target) => target.status === 'not_started')).toHaveLength(left);
  });
});

describe('start-up', () => {
  test.each([['--version'], ['--help'], ['help', 'reports', 'purge'], ['reports', 'purge', '--help']])(
    '%j loads neither engines nor the runtime', async (...words) => {
      const hook = fileURLToPath(new URL('../fixtures/cli/refuseEngines.mjs', import.meta.url));
      const end = await ended(start(source('sterownia.ts'), words.filter((word): word is string => typeof word === 'string'), ['--import', hook]));
      expect(end.err).toBe('');
      expect(end.status).toBe(0);
      expect(end.out).not.toBe('');
    });

  test('the hook used above does refuse them', async () => {
    const hook = fileURLToPath(new URL('../fixtures/cli/refuseEngines.mjs', import.meta.url));
    const end = await ended(start(source('sterownia.ts'), ['workspace', 'info'], ['--import', hook]));
    expect(end.status).toBe(1);
    expect(end.err).toContain('must not be loaded');
  });
});
