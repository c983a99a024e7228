/** Promise: instants keep their microseconds and survive both ends of the calendar; milliseconds of a Date are too coarse. */
import { instantText, parseIsoTime } from '#engines/reports';
import type { Clock } from '#engines/storage';

/** Microseconds since the epoch. */
export type Micros = bigint;

const million = 1_000_000n;
const earliest = -62_135_596_800n * million;
const latest = 253_402_300_800n * million - 1n;

export const nowMicros = (clock: Clock): Micros => BigInt(Math.floor(clock.now())) * 1000n;

/** Stays within the years 1 to 9999, outside of which no calendar text exists. */
export function addMicros(instant: Micros, span: Micros): Micros {
  const sum = instant + span;
  return sum < earliest ? earliest : sum > latest ? latest : sum;
}

/** Seconds as a double, rounded half to even to whole microseconds, as the bot's own time spans are. */
export function secondsMicros(seconds: number): Micros {
  const whole = Math.trunc(seconds);
  const scaled = (seconds - whole) * 1e6;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  return BigInt(whole) * million + BigInt(rounded);
}

export const secondsOf = (micros: Micros): number => Number(micros) / 1e6;

/** `2026-11-20T09:00:00+00:00`, with six digits of fraction where there are any. */
export function microsText(instant: Micros): string {
  const seconds = instant >= 0n ? instant / million : -((million - 1n - instant) / million);
  return instantText({ seconds: Number(seconds), micros: Number(instant - seconds * million) });
}

/** Any offset, `Z`, none (UTC), a date alone, a space, more than six digits of fraction. Null for what is no instant. */
export function parseInstant(text: string): Micros | null {
  const parsed = parseIsoTime(text.trim().replace(/[.,](?=$|[+\-Z])/u, '').replace(/z$/u, 'Z'));
  return parsed === null ? null : instantMicros(parsed.instant);
}

export const instantMicros = (instant: { readonly seconds: number; readonly micros: number }): Micros =>
  BigInt(instant.seconds) * million + BigInt(instant.micros);

/** Seconds since the epoch as a JSON number. Null outside of the calendar. */
export function parseEpoch(seconds: number): Micros | null {
  if (!Number.isFinite(seconds)) return null;
  const instant = secondsMicros(seconds);
  return instant < earliest || instant > latest ? null : instant;
}
