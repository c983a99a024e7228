/** Runs every command line of docs/runbook-map.md with the programs as they are built, on a prepared workspace. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeOptions } from '../../scripts/lib/bundles.ts';
import { deriveCliData, packageVersion } from '../../src/cli/index.ts';
import { artifact } from '../artifacts/support.ts';
import { buildTree } from '../fixtures/conformance/tree.ts';
import { marketCsv } from '../training/support.ts';

const page = readFileSync(new URL('../../docs/runbook-map.md', import.meta.url), 'utf8');

interface Line {
  readonly text: string;
  readonly exit: number;
  /** What the block asks of the policy: a second person, or a training job. */
  readonly block: Block;
}

type Block = 'plain' | 'approval' | 'loop';

function linesOf(text: string): readonly Line[] {
  return [...text.matchAll(/^```sh run(?: (approval|loop))?\n([\s\S]*?)^```$/gm)].flatMap((block) =>
    (block[2] ?? '').trim().split('\n').map((line) => ({
      text: line.replace(/\s*# exit \d+$/, ''),
      exit: Number(/# exit (\d+)$/.exec(line)?.[1] ?? 0),
      block: block[1] === 'approval' || block[1] === 'loop' ? block[1] : 'plain',
    })));
}

let root = '';
let workspace = '';

function put(path: string, content: unknown): void {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), typeof content === 'string' ? content : JSON.stringify(content));
}

const loopPolicy = {
  retraining: {
    feeds: [{ name: 'btc', path: 'data/btc.csv', timeframe_seconds: 60 }],
    jobs: [{ name: 'btc-retrain', kind: 'embedded', feed: 'btc', model: 'decision_engine' }],
  },
  sign_offs: { four_eyes: false },
};

const openReport = 'audit/ai_decision/data_quality/20261120T080000Z_completeness.json';

/** A schedule of the bot in trouble, a feed, an artifact, and reports of audit of which one needs signatures; once. */
function putLoop(): void {
  if (existsSync(join(workspace, 'audit/ai_decision'))) return;
  const text = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString().replace('Z', '+00:00');
  put('audit/ai_decision/scheduler.json', {
    version: 5, next_run: text(-30), interval: 1800, updated_at: text(-10), last_failure: text(-10), failure_streak: 2, last_failure_reason: 'OSError: disk',
    cooldown_until: text(50), paused_until: null, paused_reason: null,
  });
  put(openReport, { category: 'completeness', status: 'alert', timestamp: '2026-11-20T08:00:00+00:00', missing_features: ['vol'], policy: { enforce: true } });
  put('audit/ai_decision/drift/20261120T080000Z_drift.json', { model_name: 'm', drift_score: 0.1, threshold: 3, timestamp: '2026-11-20T08:00:00+00:00' });
  put('data/artifacts/btc.json', artifact());
  put('data/btc.csv', marketCsv({ rows: 1500, signal: 0.5, end: Date.now() }));
}

const programs = ['sterownia', 'ui-bridge'] as const;

/** The build of the command line alone, into a folder of its own, with the same settings. */
async function buildPrograms(outdir: string): Promise<void> {
  const repository = fileURLToPath(new URL('../..', import.meta.url));
  const options = nodeOptions(repository, packageVersion());
  await build({
    ...options, outdir, entryPoints: programs.map((program) => `src/cli/${program}.ts`),
    define: { ...options.define, STEROWNIA_CLI_DATA: JSON.stringify(JSON.stringify(deriveCliData(packageVersion()))) },
  });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
}

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sterownia-runbook-')));
  workspace = join(root, 'ws');
  mkdirSync(join(root, 'bin'));
  buildTree(workspace, 'plain');
  put('deploy/packaging/samples/var/models/quality/decision_engine/champion.json', {
    decided_at: '2024-01-01T00:00:00+00:00', reason: 'sample', report: { version: 'v0', status: 'ok', metrics: { summary: { directional_accuracy: 0.9 } } },
  });
  await buildPrograms(join(root, 'dist'));
  for (const program of programs) {
    writeFileSync(join(root, 'bin', program), `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'dist', 'cli', `${program}.mjs`)}" "$@"\n`);
    chmodSync(join(root, 'bin', program), 0o755);
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The newest id in one of the console's folders; ids sort by time. */
function newest(folder: string, ending: string): string {
  const names = readdirSync(join(workspace, folder), { withFileTypes: true }).map((entry) => entry.name).filter((name) => name.endsWith(ending));
  return (names.sort().at(-1) ?? '').slice(0, ending.length === 0 ? undefined : -ending.length);
}

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function shell(line: string, variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...inherited } = process.env;
  const env = {
    ...inherited, ...variables,
    PATH: `${join(root, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    NODE_COMPILE_CACHE: join(root, 'cache'), HOME: join(root, 'home'), XDG_CONFIG_HOME: join(root, 'home', '.config'), DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
  };
  return new Promise((resolve) => {
    execFile('sh', ['-c', line], { cwd: workspace, env, maxBuffer: 1 << 26 }, (error, out, err) => {
      resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
    });
  });
}

async function variablesFor(line: string): Promise<Readonly<Record<string, string>>> {
  if (line.includes('$ENTRY')) {
    const listed = JSON.parse((await shell('sterownia trash list --json')).out) as { entries: readonly { id: string }[] };
    return { ENTRY: listed.entries[0]?.id ?? '' };
  }
  if (line.includes('$REPORT')) return { REPORT: openReport };
  return line.includes('$PLAN') ? { PLAN: planId } : {};
}

let planId = '';

describe('docs/runbook-map.md', () => {
  const lines = linesOf(page);

  test('has command lines for each section of both runbooks', () => {
    const sections = page.split(/^## /m).slice(1);
    expect(sections.map((section) => section.split(/[.\n]/)[0])).toEqual(['1', '2', '3', '4', '5', '6', '7', '9', 'AI decision loop']);
    for (const section of sections) expect(linesOf(section).length, section.slice(0, 30)).toBeGreaterThan(0);
    for (const part of page.split(/^### /m).slice(1)) expect(linesOf(part.split(/^## /m)[0] ?? '').length, part.slice(0, 30)).toBeGreaterThan(0);
  });

  test('keeps no command line outside of the blocks that are run', () => {
    expect([...page.matchAll(/^```(.*)$/gm)].map((match) => match[1]).filter((info) => info !== '' && !/^sh run( approval| loop)?$/.test(info ?? ''))).toEqual([]);
  });

  test.each(lines.map((line, index) => [index, line.text, line] as const))('%i: %s', async (_index, text, line) => {
    if (line.block === 'loop') putLoop();
    put('config/console.json', { approval: { 'reports.purge': line.block === 'approval' ? 'required' : 'off' }, ...(line.block === 'loop' ? loopPolicy : {}) });
    const ended = await shell(text, await variablesFor(text));
    expect(ended.status, `${ended.err}\n${ended.out.slice(0, 2000)}`).toBe(line.exit);
    if (text.startsWith('ui-bridge')) {
      if (text.startsWith('ui-bridge champion_diff')) expect(existsSync(join(workspace, ended.out.trim()))).toBe(true);
      // A result that tells of failures is a result all the same; a refusal prints none.
      else if (line.exit === 0 || line.exit === 5 || line.exit === 6) expect(() => JSON.parse(ended.out)).not.toThrow();
      else expect(ended.out).toBe('');
    }
    if (text.includes('--dry-run')) planId = newest(join('var', 'plans'), '.state.json');
  });
});
