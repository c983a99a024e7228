/**
 * One entry and its line.
 *
 * A line is the canonical JSON (RFC 8785) of the entry. The hash covers the same text without the member `hash`, so
 * that text is composed here once, with the place known where the hash goes in.
 */
import { actorSchema, ConsoleError, journalEntrySchema, type JournalEntry } from '#contract';
import canonicalize from 'canonicalize';
import { hash as digest } from 'node:crypto';
import * as z from 'zod';
import type { EntryInput } from './types.ts';

export const noHash = '0'.repeat(64);
export const entrySchemaName = 'sterownia.journal/1';

/** A line must fit in memory several times over while the journal is verified. */
export const maxLineBytes = 16 * 1024 * 1024;

export const sha256 = (bytes: string | Uint8Array): string => digest('sha256', bytes, 'hex');

export function canonicalText(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new ConsoleError('INTERNAL', 'A value that is no JSON cannot be written to the journal.');
  return text;
}

/**
 * What a caller hands over as plain JSON data. Evidence must not fail on an odd value: text that is no valid Unicode
 * becomes well-formed, numbers that JSON lacks become their names, what is undefined is left out.
 */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => plain(item) ?? null);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value !== 'object') return undefined;
  return plainRecord(value);
}

function plainRecord(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value)
    .map(([key, item]) => [key.toWellFormed(), plain(item)] as const)
    .filter(([, item]) => item !== undefined));
}

export interface Place {
  readonly seq: number;
  readonly prev: string;
  readonly at: string;
  readonly workspaceId: string;
}

export interface Encoded {
  readonly entry: JournalEntry;
  /** The line with its line feed. */
  readonly text: string;
}

export function encodeEntry(input: EntryInput, place: Place): Encoded {
  const { seq, prev, at } = place;
  const data = plainRecord(input.data);
  const { name, os_user, host, door } = input.actor;
  const actor = { name: name.toWellFormed(), os_user: os_user.toWellFormed(), host: host.toWellFormed(), door };
  const subject = input.subject?.toWellFormed() ?? null;
  const type = input.type.toWellFormed();
  const before = `{"actor":${canonicalText(actor)},"at":${canonicalText(at)},"data":${canonicalText(data)}`;
  const after = `,"operation":${canonicalText(input.operation)},"prev":"${prev}","schema":"${entrySchemaName}","seq":${seq},`
    + `"stage":"${input.stage}","subject":${canonicalText(subject)},"type":${canonicalText(type)},"workspace_id":${canonicalText(place.workspaceId)}}`;
  const hash = sha256(before + after);
  return {
    entry: {
      schema: entrySchemaName, seq, at, workspace_id: place.workspaceId, actor, type, stage: input.stage,
      operation: input.operation, subject, data, prev, hash,
    },
    text: `${before},"hash":"${hash}"${after}\n`,
  };
}

const strictEntry = z.strictObject({ ...journalEntrySchema.shape, actor: journalEntrySchema.shape.actor.strict() });

const members: readonly (keyof JournalEntry)[] = ['actor', 'at', 'data', 'hash', 'operation', 'prev', 'schema', 'seq', 'stage', 'subject', 'type', 'workspace_id'];
const actorMembers: readonly (keyof JournalEntry['actor'])[] = ['door', 'host', 'name', 'os_user'];
const doors: ReadonlySet<unknown> = new Set(actorSchema.shape.door.options);
const stages: ReadonlySet<unknown> = new Set(journalEntrySchema.shape.stage.options);

type Unchecked<T> = { readonly [K in keyof T]: unknown };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members in the order of the journal's own lines, and no others. */
const hasMembers = <T>(value: object, names: readonly (keyof T & string)[]): value is Unchecked<T> => {
  let index = 0;
  for (const name in value) {
    if (name !== names[index]) return false;
    index += 1;
  }
  return index === names.length;
};

const isFilled = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';

/** A yes means that the schema would say yes as well, in a fiftieth of its time; a no leaves the answer to it. */
function isOrdinary(value: unknown): value is JournalEntry {
  if (!isRecord(value) || !hasMembers<JournalEntry>(value, members)) return false;
  const { actor, data } = value;
  return isRecord(actor) && hasMembers<JournalEntry['actor']>(actor, actorMembers) && isRecord(data) && value.schema === entrySchemaName
    && Number.isSafeInteger(value.seq) && isFilled(value.at) && stages.has(value.stage) && doors.has(actor.door) && isFilled(actor.name)
    && typeof actor.os_user === 'string' && typeof actor.host === 'string' && typeof value.workspace_id === 'string' && typeof value.type === 'string'
    && isTextOrNull(value.operation) && isTextOrNull(value.subject) && typeof value.prev === 'string' && typeof value.hash === 'string';
}

/** What a line turned out to be. `newer` is an entry of a later version of this program. */
export type Decoded =
  | { readonly kind: 'entry'; readonly entry: JournalEntry; readonly value: unknown }
  | { readonly kind: 'newer'; readonly schema: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

export function decodeLine(text: string): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', reason: 'it is no JSON' };
  }
  if (isOrdinary(value)) return { kind: 'entry', entry: value, value };
  const parsed = strictEntry.safeParse(value);
  if (parsed.success) return { kind: 'entry', entry: parsed.data, value };
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : null;
  if (typeof schema === 'string' && schema !== entrySchemaName && schema.startsWith('sterownia.journal/')) return { kind: 'newer', schema };
  return { kind: 'unreadable', reason: `it is no entry (${parsed.error.issues[0]?.path.join('.') || 'shape'})` };
}

/** The hash that an entry should have. */
export function hashOf(value: unknown): string {
  const { hash: _hash, ...rest } = value as Readonly<Record<string, unknown>>;
  return sha256(canonicalText(rest));
}
