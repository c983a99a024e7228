/** Opening the app window: with a program in the browser's place that tells what it was given. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWindow } from '../../src/server/openWindow.ts';

let folder: string;
let cache: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sterownia-window-'));
  cache = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
});
afterEach(() => {
  if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cache;
  rmSync(folder, { recursive: true, force: true });
});

interface Told {
  readonly args: readonly string[];
  readonly door: string;
  readonly mode: number;
  readonly folderMode: number;
}

function browser(body: string): string {
  const path = join(folder, 'browser');
  writeFileSync(path, `#!${process.execPath}\n${body}`);
  chmodSync(path, 0o755);
  return path;
}

const teller = (report: string): string => `
const fs = require('fs'), path = require('path'), { fileURLToPath } = require('url');
const door = fileURLToPath(process.argv.find((argument) => argument.startsWith('--app=')).slice(6));
fs.writeFileSync(${JSON.stringify(report)}, JSON.stringify({ args: process.argv.slice(2), door: fs.readFileSync(door, 'utf8'), mode: fs.statSync(door).mode & 0o777, folderMode: fs.statSync(path.dirname(door)).mode & 0o777 }));
`;

const link = 'http://127.0.0.1:4000/open/SECRETSECRET';

describe.runIf(process.platform !== 'win32')('the app window', () => {
  it('gets the link through a file that only its owner may read, never as an argument', async () => {
    const report = join(folder, 'report.json');
    const opened = await openWindow({ name: 'Teller', path: browser(teller(report)), snap: false }, link);
    await opened.closed;
    const told = JSON.parse(readFileSync(report, 'utf8')) as Told;
    expect([told.args.join(' ').includes('SECRET'), told.door.includes(`url=${link}`), told.mode, told.folderMode]).toEqual([false, true, 0o600, 0o700]);
    const door = new URL(told.args.find((argument) => argument.startsWith('--app='))?.slice(6) ?? '');
    expect(existsSync(door)).toBe(false);
  });

  it('tells when it was closed, and can be ended', async () => {
    const opened = await openWindow({ name: 'Sleeper', path: browser('setInterval(() => undefined, 1000);'), snap: false }, link);
    opened.end();
    expect((await opened.closed).afterMs).toBeGreaterThanOrEqual(0);
  });

  it('fails in words when the browser cannot be started, and leaves no file with the link', async () => {
    await expect(openWindow({ name: 'Nobody', path: join(folder, 'missing'), snap: false }, link)).rejects.toThrow('ENOENT');
  });
});
