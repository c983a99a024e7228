/**
 * `npm run bench -- reports|models [--only NAME]… [--runs N] [--large] [--json FILE] [--list]`: measures every promise of an
 * area beside its raw limit or peer. Ends with status 1 when a bound is missed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { thisMachine } from '../bench/lib/machine.ts';
import { tableHead, tableLine } from '../bench/lib/table.ts';
import { verdictOf, type Benchmark, type Line } from '../bench/lib/types.ts';
import { modelBenchmarks } from '../bench/models/index.ts';
import { reportBenchmarks } from '../bench/reports/index.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const areas: Readonly<Record<string, readonly Benchmark[]>> = { reports: reportBenchmarks, models: modelBenchmarks };

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Wrong arguments: one sentence, no stack. */
class BenchStop extends Error {}

interface Options {
  readonly benchmarks: readonly Benchmark[];
  readonly runs: number;
  readonly large: boolean;
  readonly json: string | null;
  readonly list: boolean;
}

function choose(area: string, only: readonly string[]): readonly Benchmark[] {
  const all = Object.hasOwn(areas, area) ? areas[area] ?? [] : [];
  if (all.length === 0) throw new BenchStop(`There is no area "${area}"; known: ${Object.keys(areas).join(', ')}.`);
  const unknown = only.filter((name) => !all.some((each) => each.name === name));
  if (unknown.length > 0) throw new BenchStop(`There is no benchmark "${unknown.join('", "')}"; known: ${all.map((each) => each.name).join(', ')}.`);
  return only.length === 0 ? all : all.filter((each) => only.includes(each.name));
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true, default: [] }, runs: { type: 'string', default: '5' }, large: { type: 'boolean', default: false },
      json: { type: 'string' }, list: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new BenchStop(`--runs needs a whole number from 1 on, not "${values.runs}".`);
  if (positionals.length > 1) throw new BenchStop('Name one area.');
  return { benchmarks: choose(positionals[0] ?? 'reports', values.only), runs, large: values.large, json: values.json ?? null, list: values.list };
}

async function runAll({ benchmarks, runs, large }: Options): Promise<{ readonly lines: readonly Line[]; readonly failed: readonly string[] }> {
  const lines: Line[] = [];
  const failed: string[] = [];
  const cache = join(root, '.cache', 'bench');
  mkdirSync(cache, { recursive: true });
  for (const benchmark of benchmarks) {
    try {
      const measured = await benchmark.run({ root, cache, runs, large, say });
      lines.push(...measured);
      for (const line of measured) say(tableLine(line));
    } catch (error) {
      failed.push(benchmark.name);
      say(`${benchmark.name}: not measured: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { lines, failed };
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.list) {
    for (const each of options.benchmarks) say(`${each.name.padEnd(18)}${each.promise}`);
    return 0;
  }
  const machine = thisMachine();
  say(`${machine.cpus} cpus (${machine.cpu}), ${machine.memory_gb} GB, ${machine.system}, Node ${machine.node}, load ${machine.load}; median of ${options.runs} runs\n`);
  say(tableHead());
  const { lines, failed } = await runAll(options);
  if (options.json !== null) {
    writeFileSync(options.json, `${JSON.stringify({ machine, runs: options.runs, at: new Date().toISOString(), failed, lines: lines.map((line) => ({ ...line, verdict: verdictOf(line) })) }, null, 2)}\n`);
  }
  const missed = lines.filter((line) => verdictOf(line) === 'missed');
  const met = lines.filter((line) => verdictOf(line) === 'met');
  say(`\n${met.length} met, ${missed.length} missed, ${failed.length} not measured`);
  for (const line of missed) say(`missed: ${line.name}: ${line.ran}`);
  return missed.length + failed.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof BenchStop || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  if (!usage) throw error;
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
