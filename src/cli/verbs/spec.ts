/**
 * What the command line knows about its verbs, as plain data.
 *
 * Promise: everything that parsing and help need is in {@link CliData}, so neither has to load a schema, an engine or
 * the runtime. The data is derived from the table of operations by `derive.ts` and by nothing else.
 */
export type ValueKind = 'text' | 'integer' | 'number' | 'flag' | 'json';

export interface FieldSpec {
  /** Name of the input field, or of the option for options that are no fields. */
  readonly field: string;
  /** The long option without dashes; equals the positional's name when it is given by position. */
  readonly option: string;
  readonly kind: ValueKind;
  readonly description: string;
  readonly required: boolean;
  readonly repeatable: boolean;
  readonly nullable: boolean;
  readonly choices: readonly string[];
  /** Text of the default for help, or null when there is none worth telling. */
  readonly fallback: string | null;
}

export interface VerbSpec {
  readonly operation: string;
  readonly kind: 'query' | 'command' | 'plan';
  readonly area: string;
  readonly verb: string;
  readonly summary: string;
  readonly role: string;
  readonly long: boolean;
  readonly positional: readonly FieldSpec[];
  readonly options: readonly FieldSpec[];
  /** Options of the command line itself, for example `--dry-run`; they never reach the operation. */
  readonly extras: readonly FieldSpec[];
  readonly example: string;
  readonly exits: readonly number[];
}

export interface ExitSpec {
  readonly status: number;
  readonly meaning: string;
}

export interface CliData {
  readonly version: string;
  readonly verbs: readonly VerbSpec[];
  /** Exit status of every error code. */
  readonly errorExits: Readonly<Record<string, number>>;
  readonly exits: readonly ExitSpec[];
}

/** Names of the options that every verb takes; no field may be called so. */
export const globalOptions = ['workspace', 'json', 'quiet', 'color', 'no-color', 'help', 'version'] as const;

export const kebab = (name: string): string => name.replaceAll('_', '-');
