/**
 * Answers of operations for tests of the doors, derived from the table: what a test names stands as it is, the rest is
 * made up from the schema, and the whole must fit it. An entry that changes therefore changes every double of it.
 */
import fc from 'fast-check';
import * as z from 'zod';
import { operationEntry, type OperationName, type OperationOutput } from '#contract';

interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

const seed = { seed: 1, numRuns: 1 } as const;

function text(schema: JsonSchema): string {
  if (schema.pattern !== undefined) return fc.sample(fc.stringMatching(new RegExp(schema.pattern, 'u')), seed)[0] ?? '';
  if (schema.format === 'date-time') return '2026-11-20T12:00:00.000Z';
  return 'x'.repeat(schema.minLength ?? 0);
}

/** The smallest value that fits: no optional member, empty lists, the first of several forms. */
function smallest(schema: JsonSchema, root: JsonSchema): unknown {
  if (schema.$ref !== undefined) return smallest(root.$defs?.[schema.$ref.replace(/^#\/\$defs\//u, '')] ?? {}, root);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return variants.some(({ type }) => type === 'null') ? null : smallest(variants[0] ?? {}, root);
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map((part) => smallest(part, root)));
  switch (schema.type) {
    case 'string': return text(schema);
    case 'integer':
    case 'number': return Math.max(0, schema.minimum ?? 0, (schema.exclusiveMinimum ?? -1) + 1);
    case 'boolean': return false;
    case 'null': return null;
    case 'array': return schema.prefixItems?.map((item) => smallest(item, root)) ?? Array.from({ length: schema.minItems ?? 0 }, () => smallest(schema.items ?? {}, root));
    case 'object': return Object.fromEntries((schema.required ?? []).map((name) => [name, smallest(schema.properties?.[name] ?? {}, root)]));
    default: return null;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** The form of several that a named value means. */
function meant(schema: JsonSchema, root: JsonSchema, named: unknown): JsonSchema {
  if (schema.$ref !== undefined) return meant(root.$defs?.[schema.$ref.replace(/^#\/\$defs\//u, '')] ?? {}, root, named);
  const variants = schema.anyOf ?? schema.oneOf;
  return variants === undefined ? schema : meant(variants.find(({ type }) => type === undefined || type === kindOf(named)) ?? {}, root, named);
}

/** What is named goes before what is made up, at every depth. */
function complete(schema: JsonSchema, root: JsonSchema, named: unknown): unknown {
  if (named === undefined) return smallest(schema, root);
  const form = meant(schema, root, named);
  if (Array.isArray(named)) return named.map((item) => complete(form.items ?? {}, root, item));
  if (!isObject(named) || form.properties === undefined) return named;
  const missing = (form.required ?? []).filter((name) => !Object.hasOwn(named, name));
  return Object.fromEntries([
    ...missing.map((name) => [name, smallest(form.properties?.[name] ?? {}, root)] as const),
    ...Object.entries(named).map(([name, value]) => [name, complete(form.properties?.[name] ?? {}, root, value)] as const),
  ]);
}

type Partially<T> = T extends readonly (infer E)[] ? readonly Partially<E>[] : T extends object ? { readonly [K in keyof T]?: Partially<T[K]> } : T;

const schemas = new Map<OperationName, JsonSchema>();

function schemaOf(name: OperationName): JsonSchema {
  const known = schemas.get(name) ?? (z.toJSONSchema(operationEntry(name).output, { io: 'output', unrepresentable: 'any' }) as JsonSchema);
  schemas.set(name, known);
  return known;
}

/** @throws if the whole does not fit the output schema of the operation */
export function answerOf<N extends OperationName>(name: N, named: Partially<OperationOutput<N>>): OperationOutput<N> {
  const schema = schemaOf(name);
  return operationEntry(name).output.parse(complete(schema, schema, named)) as OperationOutput<N>;
}
