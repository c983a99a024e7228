/** Turns the text of an argument into the value of an input field; what cannot be read is named, never guessed. */
import type { FieldSpec } from './spec.ts';

/** Thrown with the sentence that follows the option's name in the message. */
export class ValueProblem extends Error {}

export function readValue(spec: FieldSpec, text: string): unknown {
  if (spec.nullable && text === 'none') return null;
  if (spec.choices.length > 0 && !spec.choices.includes(text)) {
    throw new ValueProblem(`"${text}" is none of: ${spec.choices.join(', ')}`);
  }
  switch (spec.kind) {
    case 'integer': return readInteger(text);
    case 'number': return readNumber(text);
    case 'json': return readJson(text);
    default: return text;
  }
}

function readInteger(text: string): number {
  const value = Number(text.trim());
  if (!/^\s*[+-]?\d+\s*$/.test(text) || !Number.isSafeInteger(value)) throw new ValueProblem(`"${text}" is no whole number`);
  return value;
}

function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new ValueProblem(`"${text}" is no number`);
  return value;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ValueProblem('the value is no JSON');
  }
}
