/**
 * The command that does what a dialog does, derived from the table of operations: fields named in `cli.positional` by
 * position, every other field as an option of its name, booleans as bare flags, lists as repeated options. Fields that
 * hold their default are left out.
 */
import * as z from 'zod';
import { operationEntry, type OperationName } from '#contract';
import { escapedQuote } from './names.ts';

const plain = /^[A-Za-z0-9_@%+=:,./-]+$/u;

/** Quoted for a POSIX shell where that is needed. */
export function quote(text: string): string {
  return plain.test(text) ? text : escapedQuote(text) ?? `'${text.replaceAll("'", "'\\''")}'`;
}

function shapeOf(name: OperationName): Readonly<Record<string, z.ZodType>> {
  const { input } = operationEntry(name);
  return input instanceof z.ZodObject ? (input.shape as Readonly<Record<string, z.ZodType>>) : {};
}

function isDefault(schema: z.ZodType | undefined, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  const parsed = schema?.safeParse(undefined);
  return parsed?.success === true && JSON.stringify(parsed.data) === JSON.stringify(value);
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : JSON.stringify(value);

function option(name: string, value: unknown): string[] {
  const flag = `--${name.replaceAll('_', '-')}`;
  if (Array.isArray(value)) return value.flatMap((one: unknown) => option(name, one));
  if (value === true) return [flag];
  // Fields that hold their default are left out before, so this one is on unless somebody says no.
  if (value === false) return [`--no-${name.replaceAll('_', '-')}`];
  const text = textOf(value);
  return text.startsWith('-') ? [`${flag}=${quote(text)}`] : [flag, quote(text)];
}

export interface CliLineOptions {
  readonly workspace?: string;
  readonly dryRun?: boolean;
}

export function cliLine(name: OperationName, input: Readonly<Record<string, unknown>>, options: CliLineOptions = {}): string {
  const { cli } = operationEntry(name);
  const shape = shapeOf(name);
  const positional = cli.positional.flatMap((field) => {
    const value = input[field];
    return value === undefined || value === null ? [] : [textOf(value)];
  });
  const named = Object.entries(input)
    .filter(([field, value]) => !cli.positional.includes(field) && Object.hasOwn(shape, field) && !isDefault(shape[field], value))
    .flatMap(([field, value]) => option(field, value));
  const tail = [
    ...(options.dryRun === true ? ['--dry-run'] : []),
    ...(options.workspace === undefined ? [] : ['--workspace', quote(options.workspace)]),
  ];
  const dashed = positional.some((text) => text.startsWith('-'));
  const words = positional.map(quote);
  const middle = dashed ? [...named, ...tail, '--', ...words] : [...words, ...named, ...tail];
  return ['sterownia', cli.area, cli.verb, ...middle].join(' ');
}
