/**
 * The plain facts of a summary, flattened to names and values. Long or deep content is cut off and says so, because
 * a summary may hold anything.
 */
import type { Format } from '../../format/index.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

const mostFacts = 60;
const deepest = 3;
const longest = 300;

function textOf(value: unknown, format: Format): string {
  if (typeof value === 'number') return Number.isInteger(value) ? format.number(value) : format.number(value, 6);
  if (typeof value === 'string') return value.length > longest ? `${value.slice(0, longest)}…` : value;
  if (Array.isArray(value)) return `[${format.number(value.length)}]`;
  if (typeof value === 'object' && value !== null) return '{…}';
  return String(value);
}

export function summaryFacts(summary: Readonly<Record<string, unknown>>, format: Format): Fact[] {
  const facts: Fact[] = [];
  const visit = (prefix: string, value: unknown, depth: number): void => {
    if (facts.length >= mostFacts) return;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < deepest) {
      for (const [key, inner] of Object.entries(value)) visit(prefix === '' ? key : `${prefix}.${key}`, inner, depth + 1);
      return;
    }
    facts.push({ name: prefix, value: textOf(value, format) });
  };
  visit('', summary, 0);
  if (facts.length >= mostFacts) facts.push({ name: '…', value: '' });
  return facts;
}
