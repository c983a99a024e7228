/**
 * Answers one `ui-bridge` command.
 *
 * Promise: one line of strict JSON (of `champion-diff` a path) on standard output or nothing there; errors on standard error only. Everything goes
 * through the operations of the console, so plans, policy, trash, journal and evidence hold here as well.
 */
import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { ConsoleError, errorTable, isConsoleError, type ConsoleErrorBody, type ErrorCode, type OperationOutput, type Result } from '#contract';
import { WorkingDirectoryGone, type CommandConsole, type Surroundings } from '../io.ts';
import { exitStatus } from '../status.ts';
import { runPlan, type PlanAnswer } from '../plans/flow.ts';
import { tellRecovered } from '../recovered.ts';
import { tellArchive, tellDelete, tellPurge, type Deed, type Told } from './answers.ts';
import { tellChampion, tellDiff, tellPromote, tellSnapshot, type Told as ModelsTold } from './models.ts';
import { inputOf, type BridgeValues } from './request.ts';

const modelCommands: Readonly<Record<string, (around: Surroundings, console: CommandConsole, values: BridgeValues) => Promise<ModelsTold>>> = {
  champion: tellChampion, promote: tellPromote, 'champion-diff': tellDiff, snapshot: tellSnapshot,
};

/** Commands that can take long, and must be stopped at any moment. */
const changing: readonly string[] = ['delete', 'purge', 'archive', 'promote'];

const lineOf = (told: Told): ModelsTold => ({ line: JSON.stringify(told.answer), status: told.status });

/** Runs a command whose arguments were read; loaded only then, so that help and usage errors stay quick. */
export async function runBridgeCommand(around: Surroundings, command: string, values: BridgeValues): Promise<number> {
  let console: CommandConsole | null = null;
  try {
    console = await around.open({ workspace: around.cwd, host: 'cli', threads: false, onRecovered: tellRecovered(around.err, false) }, changing.includes(command));
    if (command === 'overview') return await writeOverview(around, console, values);
    const onModels = modelCommands[command];
    const told = onModels === undefined ? lineOf(await answer(around, console, command, values)) : await onModels(around, console, values);
    if (told.line !== '') await around.out.write(`${told.line}\n`);
    return told.status;
  } catch (error) {
    return await refuse(around, command, error);
  } finally {
    await console?.close();
  }
}

async function refuse(around: Surroundings, command: string, error: unknown): Promise<number> {
  if (!isConsoleError(error)) {
    await around.err.write(`ui-bridge ${command}: error: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof WorkingDirectoryGone ? errorTable.PATH_INVALID.exit : errorTable.INTERNAL.exit;
  }
  const drift = Array.isArray(error.details['drift']) ? error.details['drift'].map((one) => `  ${JSON.stringify(one)}\n`).join('') : '';
  await around.err.write(`${drift}ui-bridge ${command}: error: ${oneLine(`${error.message} ${error.remedy}`)}\n`);
  return command === 'promote' && wrongPromotion.includes(error.code) ? exitStatus.usage : errorTable[error.code].exit;
}

/** The earlier command took an unknown model or version, and a list that it could not read, for wrong arguments. */
const wrongPromotion: readonly ErrorCode[] = ['NOT_FOUND', 'DOCUMENT_CORRUPT'];

const oneLine = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim();

const thrown = (error: ConsoleErrorBody): ConsoleError => new ConsoleError(error.code, error.message, { remedy: error.remedy, details: error.details });

async function writeOverview(around: Surroundings, console: CommandConsole, values: BridgeValues): Promise<number> {
  const input = inputOf('overview', values);
  const result = await console.call('reports.overview', input, { door: 'cli', signal: around.signal, printed: true }) as Result<Iterable<string>>;
  if (!result.ok) throw thrown(result.error);
  for (const piece of result.value) if (!await around.out.write(piece)) return exitStatus.ok;
  await around.out.write('\n');
  return exitStatus.ok;
}

async function answer(around: Surroundings, console: CommandConsole, command: string, values: BridgeValues): Promise<Told> {
  const input = inputOf(command, values);
  const dryRun = values.get('dry_run') === true;
  const done = await runPlan(console, { operation: `reports.${command}`, input, dryRun, confirmation: null, signal: around.signal, now: around.now });
  if (!done.ok && command === 'delete' && done.error.code === 'NOT_FOUND') return notFound(around, input, dryRun);
  const deed = await deedOf(console, done, dryRun);
  if (command === 'delete') return tellDelete(deed);
  return command === 'purge' ? tellPurge(deed) : tellArchive(deed, String(values.get('format') ?? 'directory'));
}

async function deedOf(console: CommandConsole, done: PlanAnswer, dryRun: boolean): Promise<Deed> {
  if (!done.ok) throw thrown(done.error);
  const exported = await console.call('plans.export', { id: done.plan.id }, { door: 'cli' }) as Result<OperationOutput<'plans.export'>>;
  if (!exported.ok) throw thrown(exported.error);
  return { plan: exported.value.plan, results: done.applied ? exported.value.results : [], dryRun };
}

/** The earlier command told a missing target as an ordinary result. */
function notFound(around: Surroundings, input: Readonly<Record<string, unknown>>, dryRun: boolean): Told {
  const base = realPath(resolve(around.cwd, typeof input['base_dir'] === 'string' ? input['base_dir'] : 'var/reports'));
  const named = String(input['path']).trim();
  const path = isAbsolute(named) ? resolve(named) : join(base, named);
  return {
    answer: {
      base_directory: base, relative_path: relative(base, path), absolute_path: path,
      removed_files: 0, removed_directories: 0, removed_size: 0, ...(dryRun ? { dry_run: true } : {}), status: 'not_found',
    },
    status: 0,
  };
}

/** The path with the links of its existing part resolved. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), path.slice(parent.length + 1));
  }
}

