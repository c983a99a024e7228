/** `sterownia serve`: what it says, and that it leaves nothing open however it ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '#engines/storage';
import type { OpenOptions } from '#runtime';
import { writeRendererManifest } from '../../scripts/lib/rendererManifest.ts';
import { runServe, type ServeSurroundings } from '../../src/server/index.ts';
import { parseServeArguments } from '../../src/server/serveArguments.ts';
import { createConsoleDouble } from './double.ts';

let renderer: string;
beforeEach(() => {
  renderer = mkdtempSync(join(tmpdir(), 'sterownia-serve-'));
  writeFileSync(join(renderer, 'index.html'), '<p>');
  writeRendererManifest(renderer);
});
afterEach(() => rmSync(renderer, { recursive: true, force: true }));

interface Scene extends ServeSurroundings {
  readonly lines: string[];
  readonly opened: OpenOptions[];
  readonly closed: () => number;
  readonly stop: (why: string) => void;
  readonly pressEnter: () => void;
  readonly announced: Promise<void>;
}

function scene(rendererDirectory = renderer): Scene {
  const lines: string[] = [];
  const opened: OpenOptions[] = [];
  let closed = 0;
  let stop: (why: string) => void = () => undefined;
  let announce: () => void = () => undefined;
  let pressEnter: () => void = () => undefined;
  const stopRequested = new Promise<string>((resolve) => {
    stop = resolve;
  });
  const announced = new Promise<void>((resolve) => {
    announce = resolve;
  });
  return {
    lines,
    opened,
    closed: () => closed,
    stop: (why) => stop(why),
    pressEnter: () => pressEnter(),
    announced,
    say: (line) => {
      lines.push(line);
      if (line.includes('Ctrl+C')) announce();
    },
    open: (options) => {
      opened.push(options);
      return Promise.resolve({ ...createConsoleDouble(), close: () => Promise.resolve(void (closed += 1)) });
    },
    rendererDirectory,
    log: silentLog,
    stopRequested,
    wish: 'Enter makes a new link',
    onNewLink: (listener) => {
      pressEnter = listener;
    },
  };
}

const linkIn = (line: string | undefined): string => /http:\S+?(?=,|$)/u.exec(line ?? '')?.[0] ?? '';

it('opens the workspace, says the link and the tunnel, and ends with 0 when it is stopped', async () => {
  const stage = scene();
  const ended = runServe([], '/w', stage);
  await stage.announced;
  const link = linkIn(stage.lines.find((line) => line.startsWith('Open once')));
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
  expect(stage.lines.join('\n')).toContain(`ssh -L ${new URL(link).port}:127.0.0.1:${new URL(link).port}`);
  stage.stop('SIGTERM');
  expect([await ended, stage.closed(), stage.lines.at(-1)]).toEqual([0, 1, 'Stopped: SIGTERM.']);
  expect(stage.opened).toMatchObject([{ workspace: '/w', host: 'headless', threads: true }]);
  await expect(fetch(link)).rejects.toThrow();
});

it('makes a new link when Enter is pressed', async () => {
  const stage = scene();
  const ended = runServe([], '/w', stage);
  await stage.announced;
  await new Promise(setImmediate);
  stage.pressEnter();
  const link = linkIn(stage.lines.find((line) => line.startsWith('A new link')));
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
  stage.stop('SIGINT');
  await ended;
});

it('tells programs its links, each as a line of JSON and nothing else', async () => {
  const stage = scene();
  const ended = runServe(['--json'], '/w', stage);
  while (stage.lines.length === 0) await new Promise(setImmediate);
  stage.pressEnter();
  const [first, second] = stage.lines.map((line) => JSON.parse(line) as { url: string; one_time_url: string; port: number; workspace: string });
  expect(first).toMatchObject({ workspace: '/somewhere/workspace', url: expect.stringContaining(`:${first?.port}`) });
  expect(first?.one_time_url).not.toBe(second?.one_time_url);
  expect((await fetch(second?.one_time_url ?? '', { redirect: 'manual' })).status).toBe(303);
  stage.stop('SIGTERM');
  expect([await ended, stage.lines.length]).toEqual([0, 2]);
});

it('names the way to a new link that there is, and none where there is none', async () => {
  const stage = { ...scene(), wish: null };
  const ended = runServe([], '/w', stage);
  await stage.announced;
  expect(stage.lines.at(-1)).toBe('Ctrl+C stops.');
  stage.stop('SIGTERM');
  await ended;
});

it('closes the console again when the port is taken, and names the port', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const stage = scene();
  await expect(runServe(['--port', String(port)], '/w', stage)).rejects.toMatchObject({ code: 'CONFLICT', details: { field: 'port', port } });
  expect(stage.closed()).toBe(1);
  other.close();
});

it('closes the console again when the window was never built', async () => {
  const stage = scene('/nowhere');
  await expect(runServe([], '/w', stage)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(stage.closed()).toBe(1);
});

it('takes its options strictly and names the field that is wrong', () => {
  expect(parseServeArguments([])).toEqual({ port: 0, open: false, withWindow: false, json: false });
  expect(parseServeArguments(['--port', '8700', '--open'])).toEqual({ port: 8700, open: true, withWindow: false, json: false });
  expect(parseServeArguments(['--open', '--no-open']).open).toBe(false);
  for (const port of ['80', '65536', '-1', '8e3', '0x50', '', '１２３４']) {
    expect(() => parseServeArguments([`--port=${port}`]), port).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', details: { field: 'port' } }));
  }
  expect(() => parseServeArguments(['--host', '0.0.0.0'])).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
});
