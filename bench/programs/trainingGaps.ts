/**
 * How long a window waits for an answer while a job trains in the same console. Asks every 5 ms, through the door of a window: what the host
 * itself answers (`front`), what the thread of queries answers (`query`), and how late a timer of the host comes (`timer`). First
 * without any training (`idle`), for as long as the training took, then the training, until it has ended. Prints one line of JSON in seconds.
 *
 *   node trainingGaps.ts WORKSPACE JOB
 */
import type { OperationOutput } from '#contract';
import { openConsole } from '#runtime';
import { pauseTraining } from '../lib/paused.ts';

const [workspace = '.', job = ''] = process.argv.slice(2);
const everyMs = 5;
await pauseTraining(workspace);
const console = await openConsole({ workspace, host: 'headless', threads: true, loopEveryMs: 3_600_000 });

const asked = async (name: string, input: unknown): Promise<number> => {
  const started = performance.now();
  const result = await console.call(name, input, { door: 'window' });
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
  return (performance.now() - started) / 1000;
};

interface Gaps {
  readonly front: number[];
  readonly query: number[];
  readonly timer: number[];
}

/** Asks on and on until the work is done. */
async function during<T>(work: Promise<T>): Promise<{ readonly gaps: Gaps; readonly value: T; readonly seconds: number }> {
  const gaps: Gaps = { front: [], query: [], timer: [] };
  const started = performance.now();
  const state = { ended: false };
  const end = work.finally(() => { state.ended = true; });
  const loop = async (into: number[], once: () => Promise<number>): Promise<void> => {
    while (!state.ended) {
      into.push(await once());
      await new Promise<void>((resolve) => { setTimeout(resolve, everyMs); });
    }
  };
  const late = async (): Promise<number> => {
    const from = performance.now();
    await new Promise<void>((resolve) => { setTimeout(resolve, everyMs); });
    return Math.max(0, performance.now() - from - everyMs) / 1000;
  };
  const [value] = await Promise.all([end, loop(gaps.front, () => asked('console.notifications', {})), loop(gaps.query, () => asked('retraining.jobs', {})), loop(gaps.timer, late)]);
  return { gaps, value, seconds: (performance.now() - started) / 1000 };
}

for (let warm = 0; warm < 200; warm += 1) {
  await asked('console.notifications', {});
  await asked('retraining.jobs', {});
}

let progress = 0;
const train = async (): Promise<OperationOutput<'retraining.run'>> => {
  const result = await console.invoke('retraining.run', { job, force: true }, { door: 'window', onProgress: () => { progress += 1; } });
  if (!result.ok) throw new Error(result.error.message);
  if (result.value.status !== 'success') throw new Error(`the training ended as ${result.value.status}: ${String(result.value.reason)}`);
  return result.value;
};
const training = await during(train());
const idle = await during(new Promise<void>((resolve) => { setTimeout(resolve, Math.min(10_000, training.seconds * 1000)); }));
await console.close();
process.stdout.write(`${JSON.stringify({ idle: idle.gaps, training: training.gaps, rows: training.value.dataset_rows, seconds: training.seconds, progress })}\n`, () => process.exit(0));
