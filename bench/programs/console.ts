/**
 * A running console as the hosts with windows hold it (worker threads, watcher, warm index), asked again and again.
 * Prints one line of JSON with the times in seconds.
 *
 *   node console.ts WORKSPACE RUNS
 */
import type { Result } from '#contract';
import { openConsole } from '#runtime';

const [workspace = '.', runs = '5'] = process.argv.slice(2);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const opened = performance.now();
const console = await openConsole({ workspace, host: 'headless', threads: true });
const ask = async (name: string, input: unknown, door: 'window' | 'cli'): Promise<unknown> => {
  const result: Result<unknown> = await console.call(name, input, { door });
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
  return result.value;
};
await ask('reports.list', { limit: 50 }, 'window');
const firstList = (performance.now() - opened) / 1000;
// The second look completes what the first one saved; from there on the index is warm.
await ask('reports.list', { limit: 50 }, 'window');

const times: Record<'list' | 'filtered' | 'overview' | 'page' | 'stringify', number[]> = { list: [], filtered: [], overview: [], page: [], stringify: [] };
let whole: unknown = null;
for (let run = 0; run < Number(runs); run += 1) {
  times.list.push(await timed(() => ask('reports.list', { limit: 50 }, 'window')));
  times.filtered.push(await timed(() => ask('reports.list', { limit: 50, query: `carry`, sort: 'size', sort_direction: run % 2 === 0 ? 'asc' : 'desc' }, 'window')));
  times.overview.push(await timed(async () => { whole = await ask('reports.overview', {}, 'window'); }));
  times.page.push(await timed(() => ask('reports.overview', { limit: 50 }, 'window')));
  times.stringify.push(await timed(async () => { JSON.stringify(whole); }));
}
await console.close();
process.stdout.write(`${JSON.stringify({ first_list: firstList, ...times })}\n`, () => process.exit(0));
