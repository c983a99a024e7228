/**
 * Runs one `sterownia` command line.
 *
 * Promise: results go to standard output, everything else to standard error; with `--json` standard output holds one
 * line of JSON or nothing, and an error is one line of JSON on standard error. The exit status is the documented one.
 */
import { isAbsolute, resolve } from 'node:path';
import type { ConsoleErrorBody, PlanView, Progress } from '#contract';
import { WorkingDirectoryGone, type CommandConsole, type Surroundings } from './io.ts';
import { tellRecovered } from './recovered.ts';
import { errorStatus, exitStatus, resultStatus, wordStatus } from './status.ts';
import { loadCliData } from './verbs/load.ts';
import { parseArguments, type Globals, type Parsed } from './verbs/program.ts';
import type { CliData } from './verbs/spec.ts';

type Run = Extract<Parsed, { kind: 'run' }>;

export async function runSterownia(around: Surroundings): Promise<number> {
  const data = await loadCliData();
  const parsed = parseArguments(around.argv, data);
  switch (parsed.kind) {
    case 'print':
      await around.out.write(parsed.text);
      return exitStatus.ok;
    case 'usage':
      return refuse(around, data, usageError(parsed), asksForJson(around.argv));
    case 'serve':
      try {
        return await around.serve(parsed.argv, workspaceOf(parsed.globals, around));
      } catch (error) {
        return refuse(around, data, await bodyOf(error), parsed.globals.json);
      }
    case 'run':
      return runVerb(around, data, parsed);
  }
}

function usageError(parsed: Extract<Parsed, { kind: 'usage' }>): ConsoleErrorBody {
  return {
    code: parsed.code,
    message: parsed.message,
    remedy: 'See "sterownia --help", or "--help" after the command.',
    details: parsed.field === null ? {} : { field: parsed.field },
  };
}

const asksForJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json');
};

function workspaceOf(globals: Globals, around: Surroundings): string {
  const named = globals.workspace ?? (around.env['STEROWNIA_WORKSPACE'] || null);
  return named === null ? around.cwd : fromHere(around, named);
}

const fromHere = (around: Surroundings, path: string): string => (isAbsolute(path) ? resolve(path) : resolve(around.cwd, path));

/** Paths that a person means from where they stand, not from the workspace. */
const fromWorkingDirectory: Readonly<Record<string, string>> = { 'reports.archive': 'destination', 'console.open_workspace': 'path' };

function inputOf(run: Run, around: Surroundings): Readonly<Record<string, unknown>> {
  const field = fromWorkingDirectory[run.verb.operation];
  const path = field === undefined ? undefined : run.input[field];
  return field === undefined || typeof path !== 'string' || path.trim() === '' ? run.input : { ...run.input, [field]: fromHere(around, path) };
}

async function runVerb(around: Surroundings, data: CliData, run: Run): Promise<number> {
  let console: CommandConsole;
  try {
    const onRecovered = tellRecovered(around.err, run.globals.json);
    console = await around.open({ workspace: workspaceOf(run.globals, around), host: 'cli', threads: false, onRecovered }, run.verb.long);
  } catch (error) {
    return refuse(around, data, await bodyOf(error), run.globals.json);
  }
  const progress = await watchProgress(around, run.globals);
  try {
    const answer = await ask(around, run, console, progress.update);
    await progress.clear();
    if (!answer.ok) return await refuse(around, data, answer.error, run.globals.json);
    await show(around, run, console, answer.value);
    return answer.status;
  } catch (error) {
    await progress.clear();
    return await refuse(around, data, await bodyOf(error), run.globals.json);
  } finally {
    await console.close();
  }
}

type Answer =
  | { readonly ok: true; readonly value: unknown; readonly status: number }
  | { readonly ok: false; readonly error: ConsoleErrorBody };

async function ask(around: Surroundings, run: Run, console: CommandConsole, onProgress: ((progress: Progress) => void) | undefined): Promise<Answer> {
  if (run.verb.kind === 'plan') {
    const { idleWord, runPlan } = await import('./plans/flow.ts');
    const answer = await runPlan(console, {
      operation: run.verb.operation, input: inputOf(run, around), dryRun: run.extras.dryRun, confirmation: run.extras.confirmation,
      signal: around.signal, now: around.now, ...(onProgress === undefined ? {} : { onProgress }),
    });
    if (!answer.ok) return answer;
    const idle = !answer.applied && !run.extras.dryRun;
    return { ok: true, value: answer.plan, status: wordStatus(idle ? await idleWord(console, answer.plan) : answer.plan.outcome?.status) };
  }
  const result = await console.call(run.verb.operation, inputOf(run, around), { door: 'cli', signal: around.signal, ...(onProgress === undefined ? {} : { onProgress }) });
  if (!result.ok) return result;
  return { ok: true, value: result.value, status: resultStatus(run.verb.operation, result.value) };
}

async function show(around: Surroundings, run: Run, console: CommandConsole, value: unknown): Promise<void> {
  if (run.extras.output !== null) {
    const { writeDocument } = await import('./output.ts');
    const path = fromHere(around, run.extras.output);
    writeDocument(path, `${JSON.stringify(value, null, 2)}\n`);
    if (!run.globals.quiet) await around.err.write(`Written: ${path}\n`);
    return;
  }
  // An exported plan is a document for programs whichever way it is asked for.
  if (run.globals.json || run.verb.operation === 'plans.export') {
    await around.out.write(`${JSON.stringify(value)}\n`);
    return;
  }
  await around.out.write(`${await textOf(around, run, console, value)}\n`);
  if (run.extras.dryRun && !run.globals.quiet && (value as PlanView).planned_count > 0) await around.err.write('Nothing was changed. The same command without --dry-run applies this plan.\n');
}

/** Rows of a plan that are printed with it; the others can be paged through. */
const targetsShown = 50;

async function textOf(around: Surroundings, run: Run, console: CommandConsole, value: unknown): Promise<string> {
  const [{ renderText, renderPlan }, { penOf, wantsColor }] = await Promise.all([import('./text/render.ts'), import('./text/pen.ts')]);
  const pen = penOf(wantsColor(around.out, around.env, run.globals.color));
  if (run.verb.kind !== 'plan') return renderText(run.verb.operation, value, pen);
  const plan = value as PlanView;
  const shown = await console.call('plans.targets', { id: plan.id, limit: targetsShown, problems_only: plan.outcome !== null }, { door: 'cli' });
  return shown.ok ? renderPlan(plan, shown.value, pen) : renderText(run.verb.operation, value, pen);
}

interface Watch {
  readonly update: ((progress: Progress) => void) | undefined;
  readonly clear: () => Promise<void>;
}

async function watchProgress(around: Surroundings, globals: Globals): Promise<Watch> {
  if (!around.err.isTerminal || globals.quiet) return { update: undefined, clear: () => Promise.resolve() };
  const { progressLine } = await import('./text/progress.ts');
  return progressLine(around.err, around.now);
}

async function refuse(around: Surroundings, data: CliData, error: ConsoleErrorBody, json: boolean): Promise<number> {
  if (json) {
    await around.err.write(`${JSON.stringify({ error })}\n`);
  } else {
    const { errorText } = await import('./text/error.ts');
    await around.err.write(`${errorText(error)}\n`);
  }
  return errorStatus(error.code, data);
}

/** Anything that is no typed error is a defect and is told as one, without a stack trace. */
async function bodyOf(error: unknown): Promise<ConsoleErrorBody> {
  if (error instanceof WorkingDirectoryGone) return { code: 'PATH_INVALID', message: error.message, remedy: 'Change to a folder that exists, or name the workspace with --workspace and an absolute path.', details: {} };
  const { isConsoleError } = await import('#contract');
  if (isConsoleError(error)) return { code: error.code, message: error.message, remedy: error.remedy, details: error.details };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), remedy: 'Report it with the log.', details: {} };
}
