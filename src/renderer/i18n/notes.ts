/** Sentences of results in the language of the window, made from their codes; where there is no code, the English stays apart. */
import * as z from 'zod';
import { isErrorCode, noteSchema, type Note } from '#contract';
import { shownName } from '../format/names.ts';
import { factWords } from './facts.ts';
import { hasText, type Text } from './index.ts';

/** Facts of a note that are words of their own. */
const kinds: ReadonlySet<string> = new Set(['was', 'is']);

/** Why a job or the whole loop waits: a code, or a sentence of a console that has more to say. */
const reasons: Readonly<Record<string, string>> = { loop_job_held_up: 'automode.block.', loop_held_up: 'automode.block.automation_' };

function params(t: Text, { code, params: given }: Note): Record<string, string | number> {
  return Object.fromEntries(Object.entries(factWords(t, given)).map(([name, value]) => {
    const reason = `${reasons[code] ?? ''}${String(value)}`;
    if (name === 'reason' && code in reasons && hasText(reason)) return [name, t(reason)];
    const key = `words.item_kind.${String(value)}`;
    return [name, kinds.has(name) && typeof value === 'string' && hasText(key) ? t(key) : value];
  }));
}

/** Facts of an error that say where and why; the rest of its details is for programs. */
export const shownFacts = [
  'field', 'path', 'entry', 'rule', 'system', 'owner', 'status', 'needed', 'role', 'author', 'word', 'port', 'seq', 'segment', 'model', 'version',
  'needed_bytes', 'free_bytes', 'count', 'drift_count',
] as const;

/** Facts whose values are words of a closed set. */
const sets: Readonly<Record<string, string>> = { status: 'plan_status', needed: 'role', role: 'role', field: 'field' };

/** Name and value of every fact that people can use, in a fixed order. */
export function factsOf(t: Text, details: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return shownFacts.flatMap((name) => {
    const value = details[name];
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    const word = `words.${sets[name] ?? ''}.${value}`;
    return [[t(`errors.fact.${name}`), hasText(word) ? t(word) : shownName(String(value))] as const];
  });
}

/** One note as a sentence; null for a code that this window does not know, which a newer console may send. */
export function noteLine(t: Text, said: Note): string | null {
  const { code, params: given } = said;
  if (code === 'failure') {
    const error = given['error'];
    if (!isErrorCode(error)) return null;
    return [t(`errors.${error}.title`), ...factsOf(t, given).map(([name, value]) => `${name}: ${value}`)].join(' · ');
  }
  const key = `notes.${code}`;
  return hasText(key) ? t(key, params(t, said)) : null;
}

const notes = z.array(noteSchema);

/** The notes that an error carries in its details. */
export function notesOf(details: Readonly<Record<string, unknown>>): readonly Note[] {
  const parsed = notes.safeParse(details['notes']);
  return parsed.success ? parsed.data : [];
}

/** All notes as one text, or null where one of them cannot be said or there are none. */
export function notesLine(t: Text, notes: readonly Note[] | undefined): string | null {
  if (notes === undefined || notes.length === 0) return null;
  const lines = notes.map((each) => noteLine(t, each));
  return lines.every((line) => line !== null) ? lines.join('; ') : null;
}
