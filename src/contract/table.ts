/**
 * The form of an entry in the table of operations.
 *
 * The preload bridge, the IPC and WebSocket handlers, the command line, the test doubles and `docs/operations.md`
 * are all derived from entries of this form; nothing about an operation is written anywhere else.
 */
import type * as z from 'zod';
import type { ErrorCode } from './errors.ts';

/** query: changes nothing. command: changes something at once. plan: a pure read that stores a plan to be applied later. */
export type OperationKind = 'query' | 'command' | 'plan';

/** Roles in rising order; each includes the ones before it. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** How an operation is spelt on the command line: `sterownia <area> <verb> [positional…] [--field-name value]`. */
export interface CliSpelling {
  readonly area: string;
  readonly verb: string;
  /** Input fields given by position, in order; all other fields become options named after the field. */
  readonly positional: readonly string[];
  /** One runnable example on the demo workspace, without the program's name. */
  readonly example: string;
}

export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: OperationKind;
  /** One sentence for help and documentation. */
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  /** What it can fail with, beyond the common codes in {@link commonErrors}. */
  readonly errors: readonly ErrorCode[];
  readonly role: Role;
  /** The licence capability that it needs, or null for the basic set. */
  readonly capability: string | null;
  /** True where it reports progress and can be stopped. */
  readonly long: boolean;
  readonly cli: CliSpelling;
}

/** Codes that any operation can give. */
export const commonErrors: readonly ErrorCode[] = [
  'INPUT_INVALID', 'UNKNOWN_OPERATION', 'FORBIDDEN', 'LICENCE_REQUIRED', 'READ_ONLY', 'BUSY', 'NO_SPACE', 'IO',
  'CANCELLED', 'HOST_GONE', 'INTERNAL',
];

type OperationSpec<I extends z.ZodType, O extends z.ZodType> =
  Pick<Operation<I, O>, 'kind' | 'summary' | 'input' | 'output' | 'cli'> & Partial<Operation<I, O>>;

/** Fills the defaults: no extra errors, the role that the kind implies, no capability, not long. */
export function operation<I extends z.ZodType, O extends z.ZodType>(spec: OperationSpec<I, O>): Operation<I, O> {
  return {
    errors: [],
    role: spec.kind === 'query' ? 'viewer' : 'operator',
    capability: null,
    long: false,
    ...spec,
  };
}

/** Shorthand for a spelling; `cli('reports', 'delete', ['path'], 'reports delete smoke/run_a --dry-run')`. */
export function cli(area: string, verb: string, positional: readonly string[], example: string): CliSpelling {
  return { area, verb, positional, example };
}
