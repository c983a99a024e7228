/** Several consoles on one workspace: acts in a row, one cycle of a job at a time, and a kill switch that stops the other's cycle. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { automationOf, automodeFile, cycleEntryType, listCycles, runCycle, stateEntryType } from '#engines/automode';
import { nodeFileSystem } from '#engines/storage';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { entriesOf, loop, openBench, person, putPolicy, type Bench } from './support.ts';

const program = fileURLToPath(new URL('./killerProcess.ts', import.meta.url));
const clock = { get at(): number { return Date.now(); } };
let workspace: TestWorkspace;
beforeEach(() => {
  workspace = testWorkspace();
});
afterEach(() => workspace.remove());

function run(act: string, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, workspace.root, act, name], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (bytes: Buffer) => { out += bytes.toString(); });
    child.stderr.on('data', (bytes: Buffer) => { out += bytes.toString(); });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(out))));
  });
}

const open = (): Bench => openBench({ root: workspace.root, clock, fs: nodeFileSystem });
const sleeping = (seconds: number): void => putPolicy(workspace.root, { retraining: { jobs: [{ name: 'slow', kind: 'command', argv: ['/bin/sleep', String(seconds)] }] } });

it('two processes that act at the same time lose nothing, and the journal tells one story', async () => {
  await Promise.all([run('8', 'anna'), run('8', 'jan')]);
  const entries = entriesOf(open().journal, stateEntryType);
  expect(entries).toHaveLength(32);
  // Each act is ended before the next begins.
  expect(entries.map(({ stage }) => stage)).toEqual(Array.from({ length: 32 }, (_, place) => (place % 2 === 0 ? 'intent' : 'outcome')));
  expect(entries.at(-1)?.data['after']).toEqual(JSON.parse(readFileSync(join(workspace.root, automodeFile), 'utf8')));
}, 60_000);

it.skipIf(process.platform === 'win32')('the kill switch of another process stops a cycle of the loop, not one of a person', async () => {
  sleeping(20);
  const bench = open();
  const cycle = runCycle(bench.parts, 'slow', { actor: loop, onlyIfDue: true });
  await run('kill', 'anna');
  const done = await cycle;
  expect(done).toMatchObject({ run: { status: 'cancelled', exit_code: 130 }, cycle: { status: 'cancelled', evaluation: null, promotion: null } });
  expect(done.run.duration_seconds).toBeLessThan(15);
  expect(automationOf(bench.parts)).toMatchObject({ state: 'killed', kill_switch: { by: 'anna' } });
  sleeping(1);
  expect((await runCycle(bench.parts, 'slow', { actor: person })).run.status).toBe('failed');
}, 60_000);

it.skipIf(process.platform === 'win32')('a job is in one cycle at a time, and whoever comes second leaves no trace', async () => {
  sleeping(2);
  const [first, second] = await Promise.all([runCycle(open().parts, 'slow', { actor: loop, onlyIfDue: true }), runCycle(open().parts, 'slow', { actor: loop, onlyIfDue: true })]);
  expect([first.run.status, second.run.status].toSorted()).toEqual(['failed', 'running']);
  expect(entriesOf(open().journal, cycleEntryType).map(({ stage }) => stage)).toEqual(['intent', 'outcome']);
  expect(listCycles(open().parts, 5)).toHaveLength(1);
}, 60_000);
