/**
 * `npm test`: types, lint, unit and integration tests, then the end-to-end tests in a real browser. Nothing is skipped
 * in silence; the last line counts everything.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePrerequisites } from './lib/prerequisites.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outcomes = join(root, 'test-results');
const bin = (name: string): string => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The pinned Node comes first on the path, so that every tool runs on it. */
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
  NO_COLOR: '1',
  NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
};

function run(command: string, args: readonly string[], extra: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...environment, ...extra }, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
    child.on('error', (error) => {
      say(String(error));
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function single(name: string, command: string, args: readonly string[]): Promise<Count> {
  say(`\n== ${name}`);
  const ok = (await run(command, args)) === 0;
  say(`${name}: ${ok ? 'passed' : 'FAILED'}`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

function readJson(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

const numberAt = (source: unknown, key: string): number => {
  const value = typeof source === 'object' && source !== null ? (source as Readonly<Record<string, unknown>>)[key] : 0;
  return typeof value === 'number' ? value : 0;
};

/** A runner that ends badly without a failed test (a crash, a file that does not load) counts as one failure. */
const withCrash = (count: Count, code: number): Count => (code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count);

async function unit(): Promise<Count> {
  say('\n== unit and integration tests');
  const report = join(outcomes, 'vitest.json');
  const code = await run(bin('vitest'), ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)]);
  const found = readJson(report);
  return withCrash({ passed: numberAt(found, 'numPassedTests'), failed: numberAt(found, 'numFailedTests'), skipped: numberAt(found, 'numPendingTests') + numberAt(found, 'numTodoTests') }, code);
}

async function endToEnd(): Promise<Count> {
  say('\n== end-to-end tests in a real browser');
  const report = join(outcomes, 'playwright.json');
  const code = await run(bin('playwright'), ['test', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: report });
  const found = readJson(report);
  const stats = typeof found === 'object' && found !== null ? (found as Readonly<Record<string, unknown>>).stats : null;
  const flaky = numberAt(stats, 'flaky');
  if (flaky > 0) say(`${flaky} end-to-end test${flaky === 1 ? '' : 's'} passed on the second try only; the list above names them.`);
  return withCrash({ passed: numberAt(stats, 'expected') + flaky, failed: numberAt(stats, 'unexpected'), skipped: numberAt(stats, 'skipped') }, code);
}

const add = (a: Count, b: Count): Count => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped });

async function main(): Promise<void> {
  rmSync(outcomes, { recursive: true, force: true });
  mkdirSync(outcomes, { recursive: true });
  const missing = ensurePrerequisites(say);
  let total: Count = { passed: 0, failed: missing.length, skipped: 0 };
  for (const sentence of missing) say(`FAILED: ${sentence}`);
  if (missing.length === 0) {
    total = add(total, await single('types', bin('tsc'), ['-p', '.']));
    total = add(total, await single('lint', bin('oxlint'), ['--deny-warnings', '--format=unix', 'src', 'scripts', 'test', 'e2e', 'bench', 'installer', 'bin']));
    total = add(total, await unit());
    total = add(total, await endToEnd());
  }
  say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

await main();
