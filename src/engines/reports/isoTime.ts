/** Promise: dates and instants are read as the operators' runbook writes them, ISO 8601 with days, weeks and zones. */
import { earliestSecond, latestSecond, type Instant } from './timeText.ts';

export interface ParsedInstant {
  readonly instant: Instant;
  /** True for a bare date: it names a day, not a moment. */
  readonly wholeDay: boolean;
}

const datePart = String.raw`(\d{4})(?:-(\d{2})-(\d{2})|(\d{2})(\d{2})|-W(\d{2})(?:-(\d))?|W(\d{2})(\d)?)`;
const timePart = String.raw`(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d+))?)?|(\d{2})(?:(\d{2})(?:[.,](\d+))?)?)?`;
const zonePart = String.raw`(Z|[+-]\d{2}(?::\d{2}(?::\d{2})?|\d{2}(?:\d{2})?)?)?`;
const pattern = new RegExp(`^${datePart}(?:[^0-9+\\-WZ]${timePart}${zonePart})?$`, 'u');

const digits = (text: string | undefined): number => (text === undefined ? 0 : Number(text));

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

/** Seconds at 00:00 UTC of a date; `Date.UTC` alone takes years below 100 for 19xx. */
function secondsOfDate(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / 1000;
}

function weekSeconds(year: number, week: number, weekday: number): number | null {
  const fourth = secondsOfDate(year, 1, 4);
  const shift = (new Date(fourth * 1000).getUTCDay() + 6) % 7;
  const first = fourth - shift * 86_400;
  const nextFourth = secondsOfDate(year + 1, 1, 4);
  const nextFirst = nextFourth - ((new Date(nextFourth * 1000).getUTCDay() + 6) % 7) * 86_400;
  const weeks = (nextFirst - first) / (7 * 86_400);
  if (week < 1 || week > weeks || weekday < 1 || weekday > 7) return null;
  return first + ((week - 1) * 7 + weekday - 1) * 86_400;
}

function dateSeconds(match: RegExpExecArray): number | null {
  const year = digits(match[1]);
  if (year < 1) return null;
  const week = match[6] ?? match[8];
  if (week !== undefined) return weekSeconds(year, digits(week), digits(match[7] ?? match[9] ?? '1'));
  const month = digits(match[2] ?? match[4]);
  const day = digits(match[3] ?? match[5]);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return secondsOfDate(year, month, day);
}

function clockSeconds(match: RegExpExecArray): number | null {
  const hour = digits(match[10]);
  const minute = digits(match[11] ?? match[14]);
  const second = digits(match[12] ?? match[15]);
  return hour > 23 || minute > 59 || second > 59 ? null : hour * 3600 + minute * 60 + second;
}

function zoneSeconds(zone: string | undefined): number | null {
  if (zone === undefined || zone === 'Z') return 0;
  const plain = zone.slice(1).replaceAll(':', '');
  const hour = digits(plain.slice(0, 2));
  const minute = digits(plain.slice(2, 4) || undefined);
  const second = digits(plain.slice(4, 6) || undefined);
  if (hour > 23 || minute > 59 || second > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hour * 3600 + minute * 60 + second);
}

/** Null for text that is no date, and for instants outside of the years 1 to 9999 once they are in UTC. */
export function parseIsoTime(text: string): ParsedInstant | null {
  const match = pattern.exec(text);
  if (!match) return null;
  const date = dateSeconds(match);
  const clock = clockSeconds(match);
  const zone = zoneSeconds(match[17]);
  if (date === null || clock === null || zone === null) return null;
  const seconds = date + clock - zone;
  if (seconds < earliestSecond || seconds > latestSecond) return null;
  const micros = Number((match[13] ?? match[16] ?? '').slice(0, 6).padEnd(6, '0'));
  return { instant: { seconds, micros }, wholeDay: match[10] === undefined };
}

/** The last microsecond of the day that starts at `start`. */
export const endOfDay = (start: Instant): Instant => ({ seconds: start.seconds + 86_399, micros: 999_999 });
