/** Dates and instants of a query. A date alone is a whole day, UTC. */
import { ConsoleError } from '#contract';

const dateOnly = /^\d{4}-\d{2}-\d{2}$/u;
const withTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/u;
const dayMs = 24 * 60 * 60 * 1000;

function parse(text: string, field: string): number {
  const known = dateOnly.test(text) || withTime.test(text);
  const zoned = dateOnly.test(text) || /(Z|[+-]\d{2}:?\d{2})$/u.test(text) ? text : `${text}Z`;
  const value = known ? Date.parse(zoned.replace(' ', 'T')) : Number.NaN;
  const rolledOver = !Number.isNaN(value) && dateOnly.test(text) && new Date(value).toISOString().slice(0, 10) !== text;
  if (Number.isNaN(value) || rolledOver) {
    throw new ConsoleError('INPUT_INVALID', `"${text}" in ${field} is no date or instant.`, {
      remedy: 'Write it as 2026-11-20 or 2026-11-20T09:41:00Z.', details: { field },
    });
  }
  return value;
}

export const parseSince = (text: string): number => parse(text, 'since');

export const parseUntil = (text: string): number => parse(text, 'until') + (dateOnly.test(text) ? dayMs - 1 : 0);
