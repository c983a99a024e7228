/** Promise: times are written as the other programs write them, and read in every form they may use, with microseconds. */
import { instantText, parseIsoTime, type Instant } from '#engines/reports';
import type { Clock } from '#engines/storage';
import { JsonNumber, type JsonValue } from './pythonJson.ts';

export function nowOf(clock: Clock): Instant {
  const milliseconds = Math.floor(clock.now());
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, micros: (milliseconds - seconds * 1000) * 1000 };
}

export const nowText = (clock: Clock): string => instantText(nowOf(clock));

/** `YYYYMMDDTHHMMSS`, for names. */
export const stampOf = (text: string): string => text.slice(0, 19).replaceAll(/[-:]/gu, '');

/** The usual form on the days that every month has; read without the calendar. */
const usual = /^((?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,6}))?(?:Z|\+00:00)$/u;

/** Microseconds since the epoch; null for what is no time. Naive text is UTC. */
export function microsOfText(text: string): number | null {
  const match = usual.exec(text);
  if (match !== null) return Date.parse(`${match[1] ?? ''}Z`) * 1000 + Number((match[2] ?? '').padEnd(6, '0'));
  const parsed = parseIsoTime(text.trim());
  return parsed === null ? null : parsed.instant.seconds * 1e6 + parsed.instant.micros;
}

/** The same for a value in a file, where a number is seconds since the epoch. */
export function microsOfValue(value: JsonValue | undefined): number | null {
  if (typeof value === 'string') return microsOfText(value);
  if (!(value instanceof JsonNumber) || !Number.isFinite(value.value)) return null;
  return Math.round(value.value * 1e6);
}

export function textOfMicros(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  return instantText({ seconds, micros: Math.round(micros - seconds * 1e6) });
}
