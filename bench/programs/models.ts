/**
 * Champions, status and "as of", asked of a running console as a window asks (worker threads, answers checked against their
 * schemas), and in turns the bare reading and `JSON.parse` of the same files. Prints one line of JSON with the times in seconds.
 *
 *   node models.ts WORKSPACE RUNS [SECONDS]     SECONDS: how long the console has run when it is asked first
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openConsole } from '#runtime';
import { pauseTraining } from '../lib/paused.ts';

const [workspace = '.', runs = '5', settled = '0'] = process.argv.slice(2);

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const quality = join(workspace, 'var', 'models', 'quality');
function readModels(): number {
  let found = 0;
  for (const name of readdirSync(quality)) {
    for (const file of ['champion.json', 'challengers.json']) {
      if (JSON.parse(readFileSync(join(quality, name, file), 'utf8')) !== null) found += 1;
    }
  }
  return found;
}

const segments = join(workspace, 'audit', 'journal');
const wanted = ['model_change', 'model_observed', 'model_pinned', 'model_unpinned'].map((type) => `,"type":"${type}","workspace_id":`);
/** Only the lines that speak of models are parsed. */
function readJournal(): number {
  let found = 0;
  for (const name of readdirSync(segments).filter((each) => /^\d+\.jsonl$/u.test(each))) {
    for (const line of readFileSync(join(segments, name), 'utf8').split('\n')) {
      if (wanted.some((needle) => line.includes(needle)) && JSON.parse(line) !== null) found += 1;
    }
  }
  return found;
}

await pauseTraining(workspace);
const console = await openConsole({ workspace, host: 'headless', threads: true, loopEveryMs: 3_600_000 });
const ask = async <T>(name: string, input: unknown): Promise<T> => {
  const result = await console.call(name, input, { door: 'window' });
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
  return result.value as T;
};
// The thread that answers has started; nothing of models has been read.
await ask('trash.list', { limit: 1, offset: 0 });

interface Models {
  readonly models: readonly unknown[];
}

async function asOf(instant: string): Promise<void> {
  const { models } = await ask<Models>('models.champion', { as_of: instant });
  if (models.length < 100) throw new Error(`only ${models.length} models are known at ${instant}`);
}
async function all(name: 'models.champion' | 'models.list'): Promise<void> {
  const { models } = await ask<Models>(name, {});
  if (models.length !== 500) throw new Error(`${name} knows ${models.length} models`);
}

await new Promise((resolve) => setTimeout(resolve, Number(settled) * 1000));
const instants = ['2025-11-20T10:00Z', '2025-11-20T12:30:00Z', '2025-11-20T11:15:00.123456+00:00', '2026-10-01T12:00Z'];
const first = {
  list: [await timed(() => all('models.list'))], champion: [await timed(() => all('models.champion'))], status: [await timed(() => ask('retraining.status', {}))],
  as_of: [await timed(() => asOf('2026-10-01T12:00Z'))],
};
const times: Record<'list' | 'champion' | 'status' | 'one' | 'asOf' | 'files' | 'journal', number[]> = { list: [], champion: [], status: [], one: [], asOf: [], files: [], journal: [] };
for (let run = 0; run < Number(runs); run += 1) {
  times.list.push(await timed(() => all('models.list')));
  times.champion.push(await timed(() => all('models.champion')));
  times.status.push(await timed(() => ask('retraining.status', {})));
  times.one.push(await timed(() => ask('models.champion', { model: ['model-123'] })));
  times.files.push(await timed(readModels));
  times.asOf.push(await timed(() => asOf(instants[run % instants.length] ?? '')));
  times.journal.push(await timed(readJournal));
}
await console.close();
process.stdout.write(`${JSON.stringify({ first, ...times })}\n`, () => process.exit(0));
