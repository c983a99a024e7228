/** What an entry of the decision journal says about guardrails, in one word that is the same wherever it is counted. */
import type { DecisionEntry } from './entry.ts';

/** unmarked: the entry says nothing about guardrails, or that nobody knew. */
export type GuardrailMark = 'kill_switch' | 'guardrail' | 'none' | 'unmarked';

function truthOf(text: string | undefined): boolean | null {
  const word = text?.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : null;
}

/** Exactly one mark per entry: the kill switch goes before any other guardrail. */
export function guardrailMark(entry: DecisionEntry): GuardrailMark {
  if (truthOf(entry['kill_switch']) === true) return 'kill_switch';
  const active = truthOf(entry['guardrail_active']);
  return active === true ? 'guardrail' : active === false ? 'none' : 'unmarked';
}

const nameIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  const name = typeof value === 'object' && value !== null && 'name' in value ? value.name : null;
  return typeof name === 'string' ? [name] : [];
};

function listed(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.flatMap(nameIn) : nameIn(value);
  } catch {
    return text.split(',');
  }
}

/**
 * The distinct guardrails of a `decision_guardrail` entry. Programs name them in one field or as a list, in plain text or
 * as JSON, where a trigger is an object with a `name`.
 */
export function guardrailNames(entry: DecisionEntry): readonly string[] {
  const fields = ['guardrails', 'guardrail_triggers', 'triggers', 'guardrail', 'guardrail_name'];
  const names = fields.flatMap((field) => (entry[field] === undefined ? [] : listed(entry[field])));
  const distinct = [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
  if (distinct.length > 0) return distinct;
  return [guardrailMark(entry) === 'kill_switch' ? 'kill_switch' : 'unnamed'];
}
