/**
 * Numbers, sizes, times and durations as people of the chosen language write them. Every number has its unit, and no line
 * ends between the two.
 */

export type Language = 'en' | 'pl';

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', pl: 'pl-PL' };
/** Keeps a number and its unit on one line. */
export const noBreak = '\u00a0';
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export interface Format {
  readonly language: Language;
  number(value: number, digits?: number): string;
  /** Of a share between 0 and 1. */
  percent(share: number, digits?: number): string;
  bytes(value: number): string;
  speed(bytesPerSecond: number): string;
  /** Local date and time with the zone. */
  instant(value: string | number): string;
  /** The same instant in UTC, for evidence and for titles. */
  utc(value: string | number): string;
  date(value: string | number): string;
  /** Hours and minutes in UTC. */
  clock(value: number): string;
  /** Hours and minutes in the zone of this computer. */
  time(value: number): string;
  /** Day and month in the zone of this computer. */
  day(value: number): string;
  /** The zone of this computer at that instant, for a place where it is named once for many times. */
  zone(value: string | number): string;
  /** "5 minutes ago", "in 2 hours". */
  ago(value: string | number, now: number): string;
  duration(milliseconds: number): string;
  list(parts: readonly string[]): string;
}

function toDate(value: string | number): Date | null {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Where the value is no instant, it is shown as it is: a damaged date is still a fact. */
function withDate(value: string | number, show: (date: Date) => string): string {
  const date = toDate(value);
  return date === null ? String(value) : show(date);
}

export function utcText(value: string | number): string {
  return withDate(value, (date) => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`);
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600_000], ['month', 2_629_800_000], ['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000],
];

function relative(formatter: Intl.RelativeTimeFormat, difference: number): string {
  for (const [unit, length] of steps) {
    if (Math.abs(difference) >= length || unit === 'second') return formatter.format(Math.round(difference / length), unit).replace(/(?<=\d) /u, noBreak);
  }
  return '';
}

/** Two units side by side; the smaller one only where it says something. */
function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const first = `${String(large)}${noBreak}${largeUnit}`;
  return small === 0 ? first : `${first}${noBreak}${String(small).padStart(2, '0')}${noBreak}${smallUnit}`;
}

/** "41 s", "3 min 05 s", "2 h 10 min", "6 h": the two largest units are enough to decide whether to wait. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${String(seconds)}${noBreak}s`;
  if (seconds < 3600) return twoUnits(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  if (seconds < 86_400) return twoUnits(Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60), 'min');
  return twoUnits(Math.floor(seconds / 86_400), 'd', Math.floor((seconds % 86_400) / 3600), 'h');
}

/** A month as a word cannot be taken for a day; Polish readers know in which order their numbers stand. */
const dateForms: Readonly<Record<Language, Intl.DateTimeFormatOptions>> = {
  en: { year: 'numeric', month: 'short', day: 'numeric' }, pl: { year: 'numeric', month: '2-digit', day: '2-digit' },
};
const dayForms: Readonly<Record<Language, Intl.DateTimeFormatOptions>> = { en: { month: 'short', day: 'numeric' }, pl: { month: '2-digit', day: '2-digit' } };
const clockForm: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

/** Date, clock and zone stay whole each; between date and clock a line may end. */
const whole = (text: string): string => text.replaceAll(/(?<!,) /gu, noBreak);

export function createFormat(language: Language, zone?: string): Format {
  const locale = locales[language];
  const timeZone = zone === undefined ? {} : { timeZone: zone };
  const instantFormat = new Intl.DateTimeFormat(locale, { ...dateForms[language], ...clockForm, timeZoneName: 'short', ...timeZone });
  const dateFormat = new Intl.DateTimeFormat(locale, { ...dateForms[language], ...timeZone });
  const dayFormat = new Intl.DateTimeFormat(locale, { ...dayForms[language], ...timeZone });
  const timeFormat = new Intl.DateTimeFormat(locale, { ...clockForm, ...timeZone });
  const zoneFormat = new Intl.DateTimeFormat(locale, { timeZoneName: 'short', ...timeZone });
  const clockFormat = new Intl.DateTimeFormat(locale, { ...clockForm, timeZone: 'UTC' });
  const relativeFormat = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const listFormat = new Intl.ListFormat(locale, { type: 'conjunction' });
  // Making a formatter costs far more than using it, and a table asks for one in every cell.
  const numberFormats = new Map<number, Intl.NumberFormat>();
  const number = (value: number, digits = 0): string => {
    let formatter = numberFormats.get(digits);
    if (formatter === undefined) {
      formatter = new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: 0 });
      numberFormats.set(digits, formatter);
    }
    return formatter.format(value);
  };
  const bytes = (value: number): string => {
    let unit = 0;
    let shown = value;
    while (Math.abs(shown) >= 1024 && unit < units.length - 1) {
      shown /= 1024;
      unit += 1;
    }
    return `${number(shown, unit === 0 || shown >= 100 ? 0 : 1)}${noBreak}${units[unit] ?? 'B'}`;
  };
  return {
    language,
    number,
    percent: (share, digits = 1) => `${number(share * 100, digits)}${noBreak}%`,
    bytes,
    speed: (value) => `${bytes(value)}/s`,
    instant: (value) => withDate(value, (date) => whole(instantFormat.format(date))),
    utc: utcText,
    date: (value) => withDate(value, (date) => whole(dateFormat.format(date))),
    clock: (value) => clockFormat.format(value),
    time: (value) => timeFormat.format(value),
    day: (value) => whole(dayFormat.format(value)),
    zone: (value) => zoneFormat.formatToParts(new Date(value)).find(({ type }) => type === 'timeZoneName')?.value ?? '',
    ago: (value, now) => withDate(value, (date) => relative(relativeFormat, date.getTime() - now)),
    duration: durationText,
    list: (parts) => listFormat.format(parts),
  };
}
