/**
 * Answers the commands on models in the keys of the earlier commands.
 *
 * Promise: what the registry or an audit record holds is told as it stands there; a preview has the keys of the answer that
 * it announces, and says what stands against it.
 */
import { basename, join, resolve } from 'node:path';
import { ConsoleError, resultExit, type ConsoleErrorBody, type OperationOutput, type PlanView, type Result } from '#contract';
import type { CommandConsole, Surroundings } from '../io.ts';
import { runPlan } from '../plans/flow.ts';
import { exitStatus, wordStatus } from '../status.ts';
import { inputOf, type BridgeValues } from './request.ts';

export interface Told {
  /** One line of JSON, or a line of text. */
  readonly line: string;
  readonly status: number;
}

type Printed = 'models.champion' | 'models.snapshot' | 'models.promotion';

const thrown = (error: ConsoleErrorBody): ConsoleError => new ConsoleError(error.code, error.message, { remedy: error.remedy, details: error.details });

/** The answer as the engine prints it: numbers of the files keep their own digits, which no value of JavaScript does. */
async function printed(console: CommandConsole, name: Printed, input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<string> {
  const result = await console.call(name, input, { door: 'cli', signal, printed: true }) as Result<Iterable<string>>;
  if (result.ok) return [...result.value].join('');
  throw thrown(result.error);
}

const done = (line: string): Told => ({ line, status: exitStatus.ok });

export async function tellChampion(around: Surroundings, console: CommandConsole, values: BridgeValues): Promise<Told> {
  return done(await printed(console, 'models.champion', inputOf('champion', values), around.signal));
}

export async function tellSnapshot(around: Surroundings, console: CommandConsole, values: BridgeValues): Promise<Told> {
  const { output, ...input } = inputOf('snapshot', values);
  const answer = await printed(console, 'models.snapshot', { ...input, dry_run: values.get('dry_run') === true }, around.signal);
  if (typeof output === 'string') {
    const [{ writeDocument }, { indentJson }] = await Promise.all([import('../output.ts'), import('../text/indent.ts')]);
    writeDocument(resolve(around.cwd, output), `${indentJson(answer)}\n`, console.workspacePath);
  }
  return done(answer);
}

/** The earlier command printed where the report lies, below the folder as it was named. */
export async function tellDiff(around: Surroundings, console: CommandConsole, values: BridgeValues): Promise<Told> {
  const input = inputOf('champion-diff', values);
  const result = await console.call('models.diff', input, { door: 'cli', signal: around.signal }) as Result<OperationOutput<'models.diff'>>;
  if (!result.ok) throw thrown(result.error);
  const answer = result.value;
  const folder = typeof input['output_dir'] === 'string' ? input['output_dir'] : 'audit/champion_diffs';
  return { line: join(folder, basename(answer.path)), status: answer.failed ? exitStatus.regression : exitStatus.ok };
}

export async function tellPromote(around: Surroundings, console: CommandConsole, values: BridgeValues): Promise<Told> {
  const { quality_dir: quality, reason, confirmation, ...rest } = inputOf('promote', values);
  const input = {
    ...rest, ...(quality === undefined ? {} : { base_dir: quality }),
    ...(typeof reason === 'string' && reason.trim() !== '' ? { reason } : {}), reason_from_challenger: true,
  };
  const dryRun = values.get('dry_run') === true;
  const made = await runPlan(console, {
    operation: 'models.promote', input, dryRun, confirmation: typeof confirmation === 'string' ? confirmation : null, signal: around.signal, now: around.now,
  });
  if (!made.ok) throw thrown(made.error);
  if (!made.applied) return done(JSON.stringify(preview(made.plan)));
  const { outcome } = made.plan;
  if (outcome?.status !== 'completed') {
    await around.err.write(`ui-bridge promote: error: ${outcome?.error ?? 'another program changed the registry meanwhile; see "sterownia models history"'}\n`);
    return { line: '', status: wordStatus(outcome?.status) || resultExit.failed };
  }
  const answer = await printed(console, 'models.promotion', { id: made.plan.id }, around.signal);
  return done(`${answer.slice(0, -1)}, "plan_id": ${JSON.stringify(made.plan.id)}}`);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The answer of the promotion, were it made now. */
function preview(plan: PlanView): Readonly<Record<string, unknown>> {
  const { facts, input } = plan;
  const folder = join(text(input['base_dir']), text(input['model']));
  const part = (key: string): unknown => facts[key] ?? null;
  const gates = asRecord(facts['gates']);
  const after = asRecord(facts['after']);
  return {
    status: 'preview', model: input['model'], version: input['version'], reason: input['reason'],
    champion_path: join(folder, 'champion.json'), challengers_path: join(folder, 'challengers.json'),
    audit_directory: join(text(input['audit_dir']), text(input['model'])), audit_entry: null,
    dry_run: true, previous_version: part('previous_version'),
    planned: { champion: after['champion'] ?? null, challengers: after['challengers'] ?? [], retired: after['retired'] ?? [] },
    comparison: part('comparison'), parameters: part('parameters'), score_delta: part('score_delta'), warnings: part('warnings'),
    guardrail: gates['guardrail'] ?? null, sign_offs: gates['sign_offs'] ?? null, blocked_by: part('blocked_by'), forced: part('forced'),
    pin: part('pin'), writes: part('writes'), plan_id: plan.id,
  };
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {});
