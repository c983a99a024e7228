/** Derives the verbs of the command line from the table of operations; the only place that reads schemas for it. */
import * as z from 'zod';
import {
  commonErrors, errorTable, operationEntry, operationNames, resultExit, type Operation, type OperationName,
} from '#contract';
import { problemOperations } from '../status.ts';
import { exitMeanings } from './exits.ts';
import { kebab, type CliData, type FieldSpec, type ValueKind, type VerbSpec } from './spec.ts';

/** The part of JSON Schema that zod writes for the inputs of the table. */
interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  /** Set by `meta`: a field for programs that call the operation; no option of the command line. */
  readonly hidden?: boolean;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

export function deriveCliData(version: string): CliData {
  return {
    version,
    verbs: operationNames.map((name) => deriveVerb(name, operationEntry(name))),
    errorExits: Object.fromEntries(Object.entries(errorTable).map(([code, entry]) => [code, entry.exit])),
    exits: exitMeanings(),
  };
}

export function deriveVerb(name: OperationName | string, entry: Operation): VerbSpec {
  const schema = z.toJSONSchema(entry.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).filter(([, property]) => property.hidden !== true).map(([field, property]) => describeField(field, property, required.has(field)));
  const byName = new Map(fields.map((field) => [field.field, field]));
  const positional = entry.cli.positional.map((field) => {
    const spec = byName.get(field);
    if (spec === undefined) throw new Error(`${name}: the positional "${field}" is no field of its input`);
    return spec;
  });
  return {
    operation: name,
    kind: entry.kind,
    area: entry.cli.area,
    verb: entry.cli.verb,
    summary: entry.summary,
    role: entry.role,
    long: entry.long,
    positional,
    options: fields.filter((field) => !entry.cli.positional.includes(field.field)),
    extras: extrasOf(name, entry),
    example: entry.cli.example,
    exits: exitsOf(name, entry),
  };
}

function describeField(field: string, property: JsonSchema, required: boolean): FieldSpec {
  const { core, nullable } = withoutNull(property);
  const repeatable = core.type === 'array';
  const value = repeatable ? core.items ?? {} : core;
  const choices = choicesOf(value);
  const description = property.description ?? value.description ?? core.description ?? '';
  // What is on unless somebody says no is spelt as that no.
  const negated = kindOf(value) === 'flag' && property.default === true;
  return {
    field,
    option: negated ? `no-${kebab(field)}` : kebab(field),
    kind: kindOf(value),
    description: negated ? `do not ${description}` : description,
    required,
    repeatable,
    nullable,
    choices: nullable && choices.length > 0 ? [...choices, 'none'] : choices,
    fallback: negated ? null : fallbackText(property.default),
  };
}

function withoutNull(property: JsonSchema): { readonly core: JsonSchema; readonly nullable: boolean } {
  const variants = property.anyOf;
  if (variants === undefined) return { core: property, nullable: false };
  const others = variants.filter((variant) => variant.type !== 'null');
  const nullable = others.length < variants.length;
  const only = others.length === 1 ? others[0] : undefined;
  return { core: only ?? { ...property, anyOf: others }, nullable };
}

/** Variants that are all constants, for example the page sizes 25, 50 and 100, are choices as well. */
function choicesOf(value: JsonSchema): readonly string[] {
  if (value.enum !== undefined) return value.enum.map(String);
  const variants = value.anyOf ?? [];
  return variants.every((variant) => variant.const !== undefined) ? variants.map((variant) => String(variant.const)) : [];
}

function kindOf(value: JsonSchema): ValueKind {
  const type = value.type ?? (value.anyOf?.every((variant) => variant.type === 'number') === true ? 'number' : undefined);
  switch (type) {
    case 'boolean': return 'flag';
    case 'integer': return 'integer';
    case 'number': return 'number';
    case 'string': return 'text';
    default: return 'json';
  }
}

function fallbackText(value: unknown): string | null {
  if (value === undefined || value === null || value === false) return null;
  if (typeof value === 'object') return null;
  return String(value);
}

/** Answers that people keep as files. */
const documents: readonly string[] = ['plans.export', 'models.snapshot'];

function extrasOf(name: string, entry: Operation): readonly FieldSpec[] {
  const extra = (option: string, kind: ValueKind, description: string): FieldSpec => ({
    field: option.replaceAll('-', '_'), option, kind, description,
    required: false, repeatable: false, nullable: false, choices: [], fallback: null,
  });
  if (entry.kind === 'plan') {
    return [
      extra('dry-run', 'flag', 'show and store the plan, change nothing'),
      extra('confirmation', 'text', 'the word that the preview names; needed where the plan cannot be undone'),
    ];
  }
  return documents.includes(name) ? [extra('output', 'text', 'file to write (default: standard output)')] : [];
}

function exitsOf(name: string, entry: Operation): readonly number[] {
  const statuses = new Set<number>([resultExit.ok, ...[...commonErrors, ...entry.errors].map((code) => errorTable[code].exit)]);
  if (entry.kind === 'plan') statuses.add(resultExit.partial).add(errorTable.APPROVAL_REQUIRED.exit);
  if (entry.long && entry.kind === 'command') statuses.add(resultExit.partial);
  if (problemOperations.includes(name)) statuses.add(resultExit.problems);
  return [...statuses].sort((a, b) => a - b);
}
