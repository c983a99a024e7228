/** Numbers, sizes, times and durations as people of the chosen language write them. Every number has its unit. */

export type Language = 'en' | 'pl';

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', pl: 'pl-PL' };
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export interface Format {
  readonly language: Language;
  number(value: number, digits?: number): string;
  bytes(value: number): string;
  speed(bytesPerSecond: number): string;
  /** Local date and time with the zone. */
  instant(value: string | number): string;
  /** The same instant in UTC, for evidence and for titles. */
  utc(value: string | number): string;
  date(value: string | number): string;
  clock(value: number): string;
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
    if (Math.abs(difference) >= length || unit === 'second') return formatter.format(Math.round(difference / length), unit);
  }
  return '';
}

/** "41 s", "3 min 05 s", "2 h 10 min": the two largest units are enough to decide whether to wait. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) return `${String(seconds)} s`;
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))} min ${two(seconds % 60)} s`;
  if (seconds < 86_400) return `${String(Math.floor(seconds / 3600))} h ${two(Math.floor((seconds % 3600) / 60))} min`;
  return `${String(Math.floor(seconds / 86_400))} d ${two(Math.floor((seconds % 86_400) / 3600))} h`;
}

export function createFormat(language: Language, zone?: string): Format {
  const locale = locales[language];
  const timeZone = zone === undefined ? {} : { timeZone: zone };
  const instantFormat = new Intl.DateTimeFormat(locale, {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', timeZoneName: 'short', ...timeZone,
  });
  const dateFormat = new Intl.DateTimeFormat(locale, { year: 'numeric', month: '2-digit', day: '2-digit', ...timeZone });
  const clockFormat = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
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
    return `${number(shown, unit === 0 || shown >= 100 ? 0 : 1)} ${units[unit] ?? 'B'}`;
  };
  return {
    language,
    number,
    bytes,
    speed: (value) => `${bytes(value)}/s`,
    instant: (value) => withDate(value, (date) => instantFormat.format(date)),
    utc: utcText,
    date: (value) => withDate(value, (date) => dateFormat.format(date)),
    clock: (value) => clockFormat.format(value),
    ago: (value, now) => withDate(value, (date) => relative(relativeFormat, date.getTime() - now)),
    duration: durationText,
    list: (parts) => listFormat.format(parts),
  };
}
