/** Promise: a span of time is read as operators write it (`2h`, `45m`, `1d`, `90s`, `1h30m`), and never guessed. */
import { ConsoleError } from '#contract';
import type { Micros } from '#engines/decisions';

const unitSeconds: Readonly<Record<string, bigint>> = { w: 604_800n, d: 86_400n, h: 3600n, m: 60n, s: 1n };
const part = /(\d{1,12})(?:\.(\d{1,6}))?([wdhms])/gu;
const whole = /^(?:\d{1,12}(?:\.\d{1,6})?[wdhms])+$/u;
const limit = 36_525n * 86_400_000_000n;

export function parseDuration(text: string, field: string): Micros {
  const plain = text.trim().toLowerCase().replaceAll(/\s+/gu, '');
  if (!whole.test(plain)) {
    throw invalid(text, field, 'is no span of time');
  }
  let total = 0n;
  const seen = new Set<string>();
  for (const [, units = '0', fraction = '', unit = 's'] of plain.matchAll(part)) {
    if (seen.has(unit)) throw invalid(text, field, `names "${unit}" twice`);
    seen.add(unit);
    total += BigInt(units + fraction.padEnd(6, '0')) * (unitSeconds[unit] ?? 0n);
  }
  if (total <= 0n) throw invalid(text, field, 'is not longer than nothing');
  if (total > limit) throw invalid(text, field, 'is longer than a hundred years');
  return total;
}

function invalid(text: string, field: string, why: string): ConsoleError {
  return new ConsoleError('INPUT_INVALID', `"${text}" in "${field}" ${why}. Nothing was changed.`, {
    remedy: 'Write a number with w, d, h, m or s, for example 2h, 45m, 1d, 90s or 1h30m.', details: { field },
  });
}
