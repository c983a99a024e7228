/**
 * Plans the purge of every report, applies the stored plan, and undoes it again so that the next run finds the same tree.
 * Prints one line of JSON with the times in seconds.
 *
 *   node purge.ts WORKSPACE COUNT
 */
import type { OperationInput, OperationName, OperationOutput } from '#contract';
import { openConsole } from '#runtime';

const [workspace = '.', count = '0'] = process.argv.slice(2);
const console = await openConsole({ workspace, host: 'cli', threads: false });

async function timed<N extends OperationName>(name: N, input: OperationInput<N>): Promise<{ readonly seconds: number; readonly value: OperationOutput<N> }> {
  const started = performance.now();
  const result = await console.invoke(name, input, { door: 'cli' });
  const seconds = (performance.now() - started) / 1000;
  if (!result.ok) throw new Error(`${name}: ${result.error.code} ${result.error.message}`);
  return { seconds, value: result.value };
}

const plan = await timed('reports.purge', { signal_quality_retention_days: 0 });
const { id, confirmation } = plan.value;
const applied = await timed('plans.apply', confirmation === null ? { id } : { id, confirmation });
const { outcome } = applied.value;
if (outcome?.status !== 'completed' || outcome.done !== Number(count)) throw new Error(`the purge ended as ${String(outcome?.status)} with ${String(outcome?.done)} of ${count}`);
const undone = await timed('plans.undo', { id });
if (undone.value.undo?.failed !== 0) throw new Error('not everything came back');
await console.close();
process.stdout.write(`${JSON.stringify({ plan: plan.seconds, apply: applied.seconds, undo: undone.seconds })}\n`, () => process.exit(0));
