/** The one way to an engine: known name, parsed input, role, licence, read-only state; then the work; then parsed output. */
import {
  ConsoleError, fail, isOperationName, noteText, operationEntry, roles, succeed,
  type Actor, type Note, type Operation, type OperationName, type Result, type Role,
} from '#contract';
import type * as z from 'zod';
import { issueText } from './issueText.ts';
import { errorBody } from '../core/openCore.ts';
import { PrintedAnswer } from '../printed.ts';

export interface Standing {
  readonly actor: Actor;
  readonly role: Role;
  /** Capabilities of the licence; entries that name none are in the basic set. */
  readonly capabilities: ReadonlySet<string>;
  readonly readOnly: Note | null;
}

function describe(issue: z.core.$ZodIssue | undefined): { readonly field: string; readonly message: string } {
  const field = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.join('.') ?? '');
  return { field: field === '' ? 'input' : field, message: issue === undefined ? 'does not fit' : issueText(issue) };
}

function parseInput(entry: Operation, name: string, input: unknown): unknown {
  const parsed = entry.input.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const { field, message } = describe(parsed.error.issues[0]);
  throw new ConsoleError('INPUT_INVALID', `"${field}" of ${name}: ${message}. Nothing was changed.`, {
    remedy: `Correct "${field}"; "sterownia ${entry.cli.area} ${entry.cli.verb} --help" lists the fields.`,
    details: { field, issues: parsed.error.issues.slice(0, 10).map(describe) },
  });
}

function authorise(entry: Operation, name: string, standing: Standing): void {
  if (roles.indexOf(standing.role) < roles.indexOf(entry.role)) {
    throw new ConsoleError('FORBIDDEN', `${name} needs the role ${entry.role}; ${standing.actor.name} is ${standing.role}. Nothing was changed.`, {
      remedy: 'Ask an admin; roles are set in config/console.json.', details: { needed: entry.role, role: standing.role },
    });
  }
  if (entry.capability !== null && !standing.capabilities.has(entry.capability)) {
    throw new ConsoleError('LICENCE_REQUIRED', `${name} needs the capability ${entry.capability} of the licence. Nothing was changed.`, {
      remedy: 'Ask for a licence that includes it.', details: { capability: entry.capability },
    });
  }
  const personal = name === 'console.save_preferences' || name === 'console.mark_seen' || name === 'console.open_workspace';
  // The check then only looks.
  if (standing.readOnly !== null && entry.kind !== 'query' && !personal && name !== 'workspace.check') {
    throw new ConsoleError('READ_ONLY', `The workspace is open for reading only: ${noteText(standing.readOnly)}. Nothing was changed.`, {
      remedy: 'Check the rights of the folder.', details: { ...standing.readOnly.params },
    });
  }
}

function checkOutput(entry: Operation, name: string, output: unknown): unknown {
  const parsed = entry.output.safeParse(output);
  if (parsed.success) return parsed.data;
  const { field, message } = describe(parsed.error.issues[0]);
  throw new ConsoleError('INTERNAL', `The answer of ${name} does not fit its schema: "${field}" ${message}.`, { remedy: 'Report it with the log file.', details: { field } });
}

export interface DispatchRequest {
  readonly name: string;
  readonly input: unknown;
  readonly standing: Standing;
  /** False where the caller runs in this process with the types of the table: nothing crosses a border then. */
  readonly checkOutput: boolean;
  readonly run: (name: OperationName, input: unknown) => Promise<unknown>;
  /** The table, unless a test has an entry of its own. */
  readonly entryOf?: (name: OperationName) => Operation;
  readonly onDefect: (name: string, error: unknown) => void;
}

export async function dispatch(request: DispatchRequest): Promise<Result<unknown>> {
  const { name } = request;
  try {
    if (!isOperationName(name)) {
      throw new ConsoleError('UNKNOWN_OPERATION', `There is no operation ${JSON.stringify(name.slice(0, 100))}.`, { remedy: 'See docs/operations.md.' });
    }
    const entry = (request.entryOf ?? operationEntry)(name);
    const input = parseInput(entry, name, request.input);
    authorise(entry, name, request.standing);
    const output = await request.run(name, input);
    return succeed(request.checkOutput && !(output instanceof PrintedAnswer) ? checkOutput(entry, name, output) : output);
  } catch (error) {
    const body = errorBody(error);
    if (body.code === 'INTERNAL') request.onDefect(name, error);
    return fail(body);
  }
}
