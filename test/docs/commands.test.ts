/** Runs every command line of the README and of the pages beside it, in their order, on a demo workspace. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDemoWorkspace } from '#demo';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Pages with a test of their own are left to it. */
const pages = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && !['runbook-map.md', 'operations.md'].includes(name)).map((name) => `docs/${name}`)];

interface Line {
  readonly page: string;
  readonly text: string;
  readonly exit: number;
}

const blocksOf = (page: string): readonly (readonly [string, string])[] =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gmu)].map((match) => [match[1] ?? '', match[2] ?? ''] as const);

const linesOf = (page: string): readonly Line[] => blocksOf(page)
  .filter(([info]) => info === 'sh run')
  .flatMap(([, body]) => body.trim().split('\n').map((line) => ({ page, text: line.replace(/\s*# exit \d+$/u, ''), exit: Number(/# exit (\d+)$/u.exec(line)?.[1] ?? 0) })));

let scratch = '';
let workspace = '';

beforeAll(async () => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'sterownia-docs-')));
  workspace = join(scratch, 'demo');
  mkdirSync(join(scratch, 'bin'));
  await createDemoWorkspace(workspace, { seed: 'docs', now: Date.now() });
  for (const program of ['sterownia', 'ui-bridge']) {
    writeFileSync(join(scratch, 'bin', program), `#!/bin/sh\nexec "${process.execPath}" "${join(root, `src/cli/${program}.ts`)}" "$@"\n`);
    chmodSync(join(scratch, 'bin', program), 0o755);
  }
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function shell(line: string, variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...inherited } = process.env;
  const env = { ...inherited, ...variables, PATH: `${join(scratch, 'bin')}${delimiter}${inherited['PATH'] ?? ''}`, STEROWNIA_CONFIG_DIR: join(scratch, 'person'), STEROWNIA_KEYRING: 'file' };
  return new Promise((resolve) => {
    execFile('sh', ['-c', line], { cwd: workspace, env, maxBuffer: 1 << 26 }, (error, out, err) =>
      resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err }));
  });
}

describe('the command lines of the documentation', () => {
  test.each(pages.flatMap(linesOf).map((line) => [line.page, line.text, line] as const))('%s: %s', async (_page, text, line) => {
    const listed = text.includes('$ENTRY') ? JSON.parse((await shell('sterownia trash list --json')).out) as { entries: readonly { id: string }[] } : { entries: [] };
    const ended = await shell(text, { ENTRY: listed.entries[0]?.id ?? '' });
    expect(ended.status, `${ended.err}\n${ended.out.slice(0, 2000)}`).toBe(line.exit);
  });

  test('stand in blocks that are run, or are npm commands that exist', () => {
    const scripts: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;
    for (const page of pages) {
      for (const [info, body] of blocksOf(page)) {
        if (info === 'sh run' || info === '' || info === 'json') continue;
        expect(info, page).toBe('sh');
        for (const line of body.trim().split('\n')) {
          const name = /^npm (?:run )?(?<name>[\w:]+)/u.exec(line)?.groups?.['name'] ?? line;
          expect(scripts, `${page}: ${line}`).toHaveProperty([name]);
        }
      }
    }
  });

  test('name only npm scripts, pages and pictures that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Readonly<Record<string, string>> };
    for (const page of [...pages, 'docs/runbook-map.md', 'docs/operations.md']) {
      const text = readFileSync(join(root, page), 'utf8');
      for (const found of text.matchAll(/npm run (?<name>[\w:]+)/gu)) expect(scripts, page).toHaveProperty([found.groups?.['name'] ?? '']);
      for (const found of text.matchAll(/\]\((?<path>[^)#:]+)(?:#[^)]*)?\)/gu)) {
        const path = join(root, dirname(page), found.groups?.['path'] ?? '');
        expect(existsSync(path), `${page} links to ${found.groups?.['path']}`).toBe(true);
      }
    }
  });
});
