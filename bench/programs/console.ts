/**
 * A running console as the hosts with windows hold it (worker threads, watcher, warm index), asked again and again.
 * Prints one line of JSON with the times in seconds.
 *
 *   node console.ts WORKSPACE RUNS
 */
import { isDeepStrictEqual } from 'node:util';
import type { Result } from '#contract';
import { openConsole, PrintedAnswer } from '#runtime';

const [workspace = '.', runs = '5'] = process.argv.slice(2);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const opened = performance.now();
const console = await openConsole({ workspace, host: 'headless', threads: true });
const ask = async (name: string, input: unknown, door: 'window' | 'cli', printed = false): Promise<unknown> => {
  const result: Result<unknown> = await console.call(name, input, { door, printed });
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
  return result.value;
};
await ask('reports.list', { limit: 50 }, 'window');
const firstList = (performance.now() - opened) / 1000;
// The second look completes what the first one saved; from there on the index is warm.
await ask('reports.list', { limit: 50 }, 'window');

const times: Record<'list' | 'filtered' | 'overview' | 'printed' | 'page' | 'stringify', number[]> =
  { list: [], filtered: [], overview: [], printed: [], page: [], stringify: [] };
let whole: unknown = null;
let text = Buffer.alloc(0);
for (let run = 0; run < Number(runs); run += 1) {
  times.list.push(await timed(() => ask('reports.list', { limit: 50 }, 'window')));
  times.filtered.push(await timed(() => ask('reports.list', { limit: 50, query: `carry`, sort: 'size', sort_direction: run % 2 === 0 ? 'asc' : 'desc' }, 'window')));
  times.overview.push(await timed(async () => { whole = await ask('reports.overview', {}, 'window'); }));
  times.printed.push(await timed(async () => {
    const pieces = await ask('reports.overview', {}, 'window', true);
    if (!(pieces instanceof PrintedAnswer)) throw new Error('the answer was not printed');
    text = Buffer.concat([...pieces].map((piece) => Buffer.from(piece as Uint8Array)));
  }));
  times.page.push(await timed(() => ask('reports.overview', { limit: 50 }, 'window')));
  times.stringify.push(await timed(async () => { JSON.stringify(whole); }));
}
if (!isDeepStrictEqual(JSON.parse(text.toString()), whole)) throw new Error('the printed answer is not the value');
await console.close();
process.stdout.write(`${JSON.stringify({ first_list: firstList, ...times })}\n`, () => process.exit(0));
