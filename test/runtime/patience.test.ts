/** What does not heed a request to stop is ended as it is, and holds up neither its console nor the next run. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openThreads, type Backend } from '../../src/runtime/threads/pool.ts';
import { openDeviceKeys } from '#engines/keyring';
import { nodeFileSystem, silentLog, systemClock } from '#engines/storage';
import { until } from '../prometheus/support.ts';
import { actorNamed, testWorkspace, type TestWorkspace } from '../support/workspace.ts';

let workspace: TestWorkspace;
let backend: Backend;
let child = 0;
const actor = actorNamed('anna');

beforeEach(() => {
  workspace = testWorkspace();
  backend = openThreads({
    setup: { workspace: workspace.root, watched: false }, log: silentLog, onEvent: () => undefined,
    keys: async () => openDeviceKeys({
      serviceName: 'sterownia-test', fs: nodeFileSystem, clock: systemClock, fallbackDirectory: join(workspace.root, '.person'), loadKeytar: () => Promise.reject(new Error('none')), environment: {},
    }),
  });
});
afterEach(async () => {
  await backend.close(actor);
  if (child > 0) execFileSync('kill', ['-9', '--', `-${child}`]);
  workspace.remove();
});

it('ends a thread whose command heeds no request to stop', { timeout: 60_000 }, async () => {
  workspace.put('config/console.json', JSON.stringify({
    schema: 'sterownia.console/1', retraining: { jobs: [{ name: 'deaf', kind: 'command', argv: ['/bin/sh', '-c', 'trap "" TERM; while :; do sleep 1; done'], timeout_seconds: 600, grace_seconds: 300 }] },
  }));
  const abort = new AbortController();
  const run = backend.run({ name: 'retraining.run', input: { job: 'deaf', force: false }, actor, confined: true, onProgress: () => undefined, signal: abort.signal, patienceMs: 500 });
  const failed = run.catch((error: unknown) => error);
  child = await until('the process of the command', async () => {
    const { run: record } = JSON.parse(readFileSync(join(workspace.root, 'var/console/training/deaf.json'), 'utf8')) as { run: { process: { pid: number } | null } | null };
    return record?.process?.pid ?? null;
  });
  abort.abort();
  expect(await failed).toMatchObject({ code: 'INTERNAL' });
  // The lock went with the thread: the next one is told that the command is still at work, and waits for nothing.
  const again = await backend.run({ name: 'retraining.run', input: { job: 'deaf', force: false }, actor, confined: true, onProgress: () => undefined, signal: null });
  expect(again).toMatchObject({ status: 'running' });
});
