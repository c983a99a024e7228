/** An error for people: what happened, which field or path, what to do. */
import type { ConsoleErrorBody } from '#contract';
import { clean } from './format.ts';

/** At most this many list entries of a detail are printed; `--json` gives them all. */
const listShown = 20;

/** Notes repeat in codes what message and remedy say, so only `--json` gives them. */
export function errorText(error: ConsoleErrorBody): string {
  const details = Object.entries(error.details).flatMap(([name, value]) => (name === 'notes' ? [] : detailLines(name, value)));
  return [
    `error: ${clean(error.message)} [${error.code}]`,
    ...details,
    ...(error.remedy === '' ? [] : [`  ${clean(error.remedy)}`]),
  ].join('\n');
}

function detailLines(name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [`  ${name}: ${plain(value)}`];
  const rest = value.length - listShown;
  return [`  ${name}:`, ...value.slice(0, listShown).map((entry) => `    ${plain(entry)}`), ...(rest > 0 ? [`    and ${rest} more`] : [])];
}

const plain = (value: unknown): string => clean(typeof value === 'string' ? value : JSON.stringify(value) ?? 'undefined');
