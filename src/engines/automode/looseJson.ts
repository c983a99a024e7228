/** Promise: what another program wrote is read in every dress that means the same, and nothing is guessed from what means nothing. */
import { parseEpoch, parseInstant, type Micros } from '#engines/decisions';

export type LooseObject = Readonly<Record<string, unknown>>;

export const isLooseObject = (value: unknown): value is LooseObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** With or without a byte order mark. Null for what is no JSON object: `NaN` is no JSON. */
export function looseObject(bytes: Buffer): LooseObject | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/u, ''));
    return isLooseObject(value) ? value : null;
  } catch {
    return null;
  }
}

const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u;

/** A finite number, also as text. Null for all else. */
export function looseNumber(value: unknown): number | null {
  const number = typeof value === 'number' ? value : typeof value === 'string' && numeric.test(value.trim()) ? Number(value.trim()) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

/** ISO 8601 with any offset, or seconds since the epoch. */
export function looseInstant(value: unknown): Micros | null {
  if (typeof value === 'string') return parseInstant(value);
  return typeof value === 'number' ? parseEpoch(value) : null;
}
