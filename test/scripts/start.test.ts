/** `npm start` with mistakes on its command line: a sentence and a status, nothing made, no stack trace. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const script = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'scripts', 'start.ts');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sterownia-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (...args: readonly string[]): { readonly status: number | null; readonly said: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', INIT_CWD: folder, CI: '1' }, encoding: 'utf8' });
  return { status, said: stdout + stderr };
};

const cases: readonly (readonly [name: string, args: readonly string[], says: string])[] = [
  ['a workspace that is not there', ['--workspace', 'missing'], 'There is no folder'],
  ['a workspace that is a file', ['--workspace', 'file'], 'is no folder'],
  ['a blank workspace', ['--workspace', ''], '--workspace is blank'],
  ['a port that is none, before anything is made', ['--port', 'abc'], 'The port "abc" is not usable'],
  ['an unknown option', ['--worksapce', '.'], '--worksapce'],
  ['an option without its value', ['--workspace'], 'Usage: npm start'],
  ['a stray word', ['demo'], 'Usage: npm start'],
];
for (const [name, args, says] of cases) {
  it(`refuses ${name}`, () => {
    writeFileSync(join(folder, 'file'), '');
    const { status, said } = start(...args);
    expect(status).toBe(2);
    expect(said).toContain(says);
    expect(said).not.toMatch(/^\s+at .+:\d+:\d+/mu);
    expect(readdirSync(folder)).toEqual(['file']);
  });
}

it('takes a relative workspace from where the person typed it', () => {
  expect(start('--workspace', 'missing').said).toContain(join(folder, 'missing'));
});
