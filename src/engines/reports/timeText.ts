/** Promise: an instant is shown exactly as the earlier tools showed it: UTC, microseconds rounded half to even, `+00:00`. */

/** Whole seconds since the epoch (rounded down) and the microseconds after them. */
export interface Instant {
  readonly seconds: number;
  readonly micros: number;
}

const daySeconds = 86_400;
/** First second of year 1 and last second of year 9999: outside of these no calendar text exists. */
export const earliestSecond = -62_135_596_800;
export const latestSecond = 253_402_300_799;

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * A file's time. The earlier tools went through a double of seconds before they rounded; the same detour is taken so
 * that times compare equal to theirs to the last digit.
 */
export function instantFromNs(ns: bigint): Instant {
  let whole = ns / 1_000_000_000n;
  let rest = ns % 1_000_000_000n;
  if (rest < 0n) {
    rest += 1_000_000_000n;
    whole -= 1n;
  }
  return instantFromSeconds(Number(whole) + 1e-9 * Number(rest));
}

/** Seconds since the epoch as a double, rounded to microseconds. */
export function instantFromSeconds(value: number): Instant {
  const truncated = Math.trunc(value);
  let seconds = truncated;
  let micros = roundHalfEven((value - truncated) * 1e6);
  if (micros >= 1_000_000) {
    micros -= 1_000_000;
    seconds += 1;
  } else if (micros < 0) {
    micros += 1_000_000;
    seconds -= 1;
  }
  return { seconds, micros };
}

/** For comparisons: microseconds since the epoch, exact until the year 2255. */
export const microsOf = (instant: Instant): number => instant.seconds * 1_000_000 + instant.micros;

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

let cachedDay = Number.NaN;
let cachedDate = '';

/** Days since the epoch to `YYYY-MM-DD`; the last answer is kept because neighbours in a list share their day. */
function dateText(day: number): string {
  if (day !== cachedDay) {
    const date = new Date(day * daySeconds * 1000);
    cachedDate = `${String(date.getUTCFullYear()).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
    cachedDay = day;
  }
  return cachedDate;
}

/** `2024-05-01T10:00:00+00:00`, with six digits of fraction where there are any. Times past the calendar show its end. */
export function instantText(instant: Instant): string {
  if (instant.seconds > latestSecond) return '9999-12-31T23:59:59.999999+00:00';
  if (instant.seconds < earliestSecond) return '0001-01-01T00:00:00+00:00';
  const day = Math.floor(instant.seconds / daySeconds);
  const second = instant.seconds - day * daySeconds;
  const clock = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
  const fraction = instant.micros === 0 ? '' : `.${String(instant.micros).padStart(6, '0')}`;
  return `${dateText(day)}T${clock}${fraction}+00:00`;
}

/** Text of a file's time. */
export const fileTimeText = (ns: bigint): string => instantText(instantFromNs(ns));
