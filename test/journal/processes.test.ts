import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { newRoot, openBench } from './support.ts';

const writer = fileURLToPath(new URL('./writerProcess.ts', import.meta.url));

function runWriter(root: string, name: string, count: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, root, name, String(count)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (bytes: Buffer) => { out += bytes.toString(); });
    child.stderr.on('data', (bytes: Buffer) => { out += bytes.toString(); });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(out))));
  });
}

it('keeps one chain when two processes append at the same time, and loses nothing of either', async () => {
  const root = newRoot();
  const acknowledged = (await Promise.all(['one', 'two'].map((name) => runWriter(root, name, 150))))
    .flatMap((out) => out.trim().split('\n').map((line) => JSON.parse(line) as { readonly seq: number; readonly hash: string }));
  const bench = openBench({}, root, join(newRoot(), 'keys'));
  const { entries } = bench.journal.list({ limit: 1000 });
  expect(entries.map(({ seq, hash }) => ({ seq, hash }))).toEqual(acknowledged.toSorted((left, right) => right.seq - left.seq));
  expect(await bench.verify()).toMatchObject({ status: 'verified', entries: 300 });
  for (const name of ['one', 'two']) {
    expect(entries.filter(({ subject }) => subject === name).map(({ data }) => data['number'])).toEqual(Array.from({ length: 150 }, (_unused, index) => 150 - index));
  }
});
