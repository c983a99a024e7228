/**
 * Promise: an artifact is judged as it lies on disk, before any loader could repair it, and every fault is named at once.
 *
 * Formats are asserted, and a number must be finite: NaN and infinities are no JSON, but the bot reads and writes them.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { parseIsoTime } from '#engines/reports';
import { isMembers, JsonFloat, JsonInteger, JsonTextError, memberOf, numberOf, readJsonBytes, textOf, type JsonMembers, type JsonValue } from './losslessJson.ts';
import { modelArtifactSchema } from './schema.ts';

export type PathStep = string | number;

export interface ArtifactFault {
  /** JSONPath, for example `$.metrics.train.mae`. */
  readonly path: string;
  readonly steps: readonly PathStep[];
  /** Keyword of the schema that is broken, or `encoding`, `json`, `not-json-number`, `integrity`. */
  readonly keyword: string;
  /** The property that is missing or too many; null otherwise. */
  readonly property: string | null;
  readonly message: string;
}

export interface ArtifactWarning {
  readonly path: string;
  readonly message: string;
}

export interface ArtifactVerdict {
  readonly valid: boolean;
  readonly errors: readonly ArtifactFault[];
  /** What the schema allows and is worth a look all the same. */
  readonly warnings: readonly ArtifactWarning[];
  /** The parsed artifact; null where the text is no JSON object. */
  readonly artifact: JsonMembers | null;
}

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/u;

export const pathText = (steps: readonly PathStep[]): string =>
  `$${steps.map((step) => (typeof step === 'number' ? `[${step}]` : plainName.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`)).join('')}`;

const fault = (steps: readonly PathStep[], keyword: string, message: string, property: string | null = null): ArtifactFault =>
  ({ path: pathText(steps), steps, keyword, property, message });

type DateTimeCheck = (text: string) => boolean;

/** RFC 3339 as the library reads it, less what the bot could not read back: a space for the `T`, and leap seconds. */
function dateTime(): DateTimeCheck {
  const { 'date-time': format } = fullFormats;
  const check = typeof format === 'object' && 'validate' in format && typeof format.validate === 'function' ? format.validate as DateTimeCheck : null;
  if (check === null) throw new Error('the library of formats has no date-time');
  return (text) => /^\d{4}-\d\d-\d\d[Tt]/u.test(text) && check(text) && parseIsoTime(text.toUpperCase()) !== null;
}

let compiled: ValidateFunction | null = null;

/** Compiled at first use: most commands validate nothing. */
function validator(): ValidateFunction {
  if (compiled !== null) return compiled;
  // Not-finite numbers are found on the way in and named once, so the types let them pass here.
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictNumbers: false, validateFormats: true });
  ajv.addFormat('date-time', dateTime());
  compiled = ajv.compile(modelArtifactSchema);
  return compiled;
}

/** Plain values for the schema. Objects have no prototype, so that no key is special. */
function plain(value: JsonValue, steps: readonly PathStep[], faults: ArtifactFault[]): unknown {
  if (value instanceof JsonFloat || value instanceof JsonInteger) {
    const double = Number(value.value);
    if (Number.isFinite(double)) return double;
    faults.push(fault(steps, 'not-json-number', value instanceof JsonInteger ? 'is larger than any number that a program can use' : `is ${String(double)}, which is no JSON number`));
    return Number.NaN;
  }
  if (Array.isArray(value)) return value.map((item, at) => plain(item, [...steps, at], faults));
  if (!isMembers(value)) return value;
  const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of value) object[key] = plain(item, [...steps, key], faults);
  return object;
}

const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** Steps of a JSON pointer; a number only where the value there is a list. */
function stepsOf(pointer: string, artifact: JsonValue): readonly PathStep[] {
  const steps: PathStep[] = [];
  let here: JsonValue | undefined = artifact;
  for (const part of pointer.split('/').slice(1).map(unescapePointer)) {
    const step: PathStep = Array.isArray(here) ? Number(part) : part;
    steps.push(step);
    here = typeof step === 'number' ? (here as JsonValue[])[step] : memberOf(here, step);
  }
  return steps;
}

function propertyOf(error: ErrorObject): string | null {
  const params = error.params as Readonly<Record<string, unknown>>;
  const name = params['missingProperty'] ?? params['additionalProperty'];
  return typeof name === 'string' ? name : null;
}

function messageOf(error: ErrorObject, property: string | null): string {
  if (error.keyword === 'required') return `lacks "${property ?? ''}"`;
  if (error.keyword === 'additionalProperties') return `has "${property ?? ''}", which does not belong there`;
  if (error.keyword === 'format') return 'is no date and time with a zone, such as 2026-11-20T09:00:00+00:00';
  return error.message ?? `breaks "${error.keyword}"`;
}

const byPath = (a: ArtifactFault, b: ArtifactFault): number => {
  const [left, right] = [`${a.path}\0${a.property ?? ''}\0${a.keyword}`, `${b.path}\0${b.property ?? ''}\0${b.keyword}`];
  return left < right ? -1 : left > right ? 1 : 0;
};

function warningsOf(artifact: JsonMembers): readonly ArtifactWarning[] {
  const warnings: ArtifactWarning[] = [];
  const names = artifact.get('feature_names');
  const known = new Set(Array.isArray(names) ? names : []);
  if (Array.isArray(names) && known.size < names.length) warnings.push({ path: '$.feature_names', message: 'names a feature twice' });
  const scalers = artifact.get('feature_scalers');
  for (const name of isMembers(scalers) ? scalers.keys() : []) {
    if (!known.has(name)) warnings.push({ path: pathText(['feature_scalers', name]), message: 'scales a feature that the model does not have' });
  }
  for (const key of ['training_rows', 'validation_rows', 'test_rows']) {
    if (numberOf(artifact.get(key)) === 0) warnings.push({ path: pathText([key]), message: 'is zero: nothing stands behind these metrics' });
  }
  const version = memberOf(artifact.get('metadata'), 'model_version');
  if (textOf(version) === null) warnings.push({ path: '$.metadata.model_version', message: 'is missing: the artifact does not say which version it is' });
  return warnings;
}

export function validateArtifact(value: JsonValue): ArtifactVerdict {
  const errors: ArtifactFault[] = [];
  const data = plain(value, [], errors);
  const notFinite = new Set(errors.map((error) => error.path));
  const check = validator();
  check(data);
  for (const error of check.errors ?? []) {
    const property = propertyOf(error);
    const found = fault(stepsOf(error.instancePath, value), error.keyword, messageOf(error, property), property);
    // What is no number is neither too small nor too large.
    if (error.keyword !== 'minimum' || !notFinite.has(found.path)) errors.push(found);
  }
  errors.sort(byPath);
  const artifact = isMembers(value) ? value : null;
  return { valid: errors.length === 0, errors, warnings: artifact === null ? [] : warningsOf(artifact), artifact };
}

export function validateArtifactBytes(bytes: Buffer): ArtifactVerdict {
  try {
    return validateArtifact(readJsonBytes(bytes));
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return { valid: false, errors: [fault([], 'json', error.message)], warnings: [], artifact: null };
  }
}

/** Keyword of the fault of {@link notAsPublished}. */
export const integrityKeyword = 'integrity';

/** The verdict on a file that is not the one that was published: whatever else it is, it must not be used. */
export const notAsPublished = (verdict: ArtifactVerdict, sha256: string): ArtifactVerdict => ({
  ...verdict, valid: false, errors: [fault([], integrityKeyword, `is not what was published under this version (its SHA-256 is ${sha256})`), ...verdict.errors],
});

export const validateArtifactText = (text: string): ArtifactVerdict => validateArtifactBytes(Buffer.from(text, 'utf8'));
