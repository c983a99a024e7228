/**
 * From bytes to a schedule, leniently, field by field: the bot, helpers of the runbook and older versions write this file.
 *
 * Promise: no content whatever makes reading fail; what could not be understood is named instead. Reading never writes.
 */
import { createHash } from 'node:crypto';
import type { ScheduleIssue } from '#contract';
import { isMembers, JsonTextError, orderedJson, readJsonBytes, UnwritableTextError } from '#engines/artifacts';
import { addMicros, microsText, parseEpoch, parseInstant, secondsMicros, type Micros } from '#engines/decisions';
import { cooldownAfter, isAhead, neverRun, shortText, type ScheduleRules, type ScheduleState } from './state.ts';

export const scheduleVersion = 5;

export const scheduleKeys = [
  'version', 'last_run', 'next_run', 'interval', 'updated_at', 'last_failure', 'failure_streak', 'last_failure_reason',
  'cooldown_until', 'paused_until', 'paused_reason',
] as const;
type ScheduleKey = (typeof scheduleKeys)[number];

export type Extra = readonly [key: string, json: string];

export interface ScheduleReading {
  readonly document: 'ok' | 'missing' | 'corrupt' | 'newer' | 'unreadable';
  /** Why the document could not be read, else null. */
  readonly problem: string | null;
  /** The bytes as they were found; null where there is no file or it could not be read. */
  readonly bytes: Buffer | null;
  readonly revision: string | null;
  /** What counts; a schedule that never ran where the document cannot be read. */
  readonly state: ScheduleState;
  /** As it was found; null where there is none to read. */
  readonly version: number | null;
  readonly lastRunDerived: boolean;
  readonly issues: readonly ScheduleIssue[];
  /** Members that are not of the eleven fields, as JSON text: kept to the last digit when the file is written again. */
  readonly extras: readonly Extra[];
}

export const largestSchedule = 1 << 20;
const longestInterval = 36_525 * 86_400;

export const revisionOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function unreadableSchedule(document: 'missing' | 'corrupt' | 'newer' | 'unreadable', problem: string | null, bytes: Buffer | null, rules: ScheduleRules): ScheduleReading {
  return {
    document, problem, bytes, revision: bytes === null ? null : revisionOf(bytes), state: neverRun(rules.defaultInterval), version: document === 'missing' ? scheduleVersion : null, lastRunDerived: false, issues: [], extras: [],
  };
}

/** `NaN` and the infinities, which the bot's JSON library writes and no other one reads, become values that no field accepts. */
const withoutOddNumbers = (text: string): string =>
  text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/gu, (token) => (token.startsWith('"') ? token : token === 'NaN' ? '"NaN"' : token.startsWith('-') ? '-1e999' : '1e999'));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const mended = withoutOddNumbers(text);
    if (mended === text) throw error;
    return JSON.parse(mended);
  }
}

function objectIn(bytes: Buffer): Readonly<Record<string, unknown>> | string {
  if (bytes.length > largestSchedule) return `it has ${bytes.length} bytes, a schedule has less than 2,000`;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value = parseJson(text);
    // What is nested too deeply to be written again is as good as damaged.
    JSON.stringify(value);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : 'it holds no JSON object';
  } catch (error) {
    return error instanceof Error ? error.message : 'it is no JSON';
  }
}

const numberIn = (version: unknown): number | null => {
  if (typeof version === 'number') return Number.isFinite(version) ? version : null;
  return typeof version === 'string' && /^\s*[+-]?\d+(?:\.\d*)?\s*$/u.test(version) ? Number(version) : null;
};

/** Missing, odd or old versions are accepted and named; a greater one is refused, and so is one in a form that no known version has. */
function isNewer(version: unknown): boolean {
  if (typeof version === 'object' && version !== null) return true;
  if (version === Infinity) return true;
  const number = numberIn(version);
  return number !== null && Math.trunc(number) > scheduleVersion;
}

const shownVersion = (version: unknown): string => (typeof version === 'object' ? JSON.stringify(version) : String(version)).slice(0, 60);

export function readScheduleBytes(bytes: Buffer, now: Micros, rules: ScheduleRules): ScheduleReading {
  const found = objectIn(bytes);
  if (typeof found === 'string') return unreadableSchedule('corrupt', found, bytes, rules);
  if (isNewer(found['version'])) return unreadableSchedule('newer', `it has schema version ${shownVersion(found['version'])}, this console knows ${scheduleVersion}`, bytes, rules);
  const fields = new Fields(found);
  const version = fields.version();
  const { state, derived } = stateFrom(fields, now, rules);
  const known: ReadonlySet<string> = new Set(scheduleKeys);
  return {
    document: 'ok', problem: null, bytes, revision: revisionOf(bytes), state, version, lastRunDerived: derived, issues: fields.issues,
    extras: extrasIn(bytes, found).filter(([key]) => !known.has(key)),
  };
}

/** Text that cannot be read without loss (half characters, very deep nesting) is kept as far as the platform's JSON can. */
function extrasIn(bytes: Buffer, found: Readonly<Record<string, unknown>>): readonly Extra[] {
  try {
    const exact = readJsonBytes(bytes);
    if (isMembers(exact)) return [...exact].map(([key, value]): Extra => [key, orderedJson(value)]);
  } catch (error) {
    if (!(error instanceof JsonTextError || error instanceof UnwritableTextError)) throw error;
  }
  return Object.entries(found).map(([key, value]): Extra => [key, JSON.stringify(value, null, 2)]);
}

/** Reads fields one by one and remembers what it could not make sense of. */
class Fields {
  readonly issues: ScheduleIssue[] = [];
  private readonly found: Readonly<Record<string, unknown>>;

  constructor(found: Readonly<Record<string, unknown>>) {
    this.found = found;
  }

  has(key: ScheduleKey): boolean {
    return Object.hasOwn(this.found, key);
  }

  note(code: ScheduleIssue['code'], field: ScheduleKey, severity: ScheduleIssue['severity'], message: string): void {
    this.issues.push({ code, field, severity, message });
  }

  private invalid(key: ScheduleKey, value: unknown, instead: string): null {
    this.note('field_invalid', key, 'warning', `"${key}" holds ${shown(value)}; ${instead}.`);
    return null;
  }

  instant(key: ScheduleKey): Micros | null {
    const value = this.found[key];
    if (value === null || value === undefined) return null;
    const read = typeof value === 'string' ? parseInstant(value) : typeof value === 'number' ? parseEpoch(value) : null;
    return read ?? this.invalid(key, value, 'that is no instant and counts as none');
  }

  interval(): Micros | null {
    const value = this.found['interval'];
    if (value === null || value === undefined) return null;
    const seconds = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
    const micros = seconds > 0 && seconds <= longestInterval ? secondsMicros(seconds) : 0n;
    return micros > 0n ? micros : this.invalid('interval', value, 'that is no number of seconds above 0 and up to a century, the configured interval counts');
  }

  streak(): number {
    const value = this.found['failure_streak'];
    if (value === null || value === undefined) return 0;
    const number = typeof value === 'boolean' ? Number(value) : typeof value === 'string' && /^\s*[+-]?\d{1,15}\s*$/u.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Math.trunc(number) >= 0 && number <= Number.MAX_SAFE_INTEGER) return Math.abs(Math.trunc(number));
    this.invalid('failure_streak', value, 'that is no count and counts as 0');
    return 0;
  }

  version(): number | null {
    const value = this.found['version'];
    const number = numberIn(value);
    if (value === undefined) this.note('old_version', 'version', 'info', `The file names no version; the next change writes it as version ${scheduleVersion}.`);
    else if (typeof value !== 'number' || !Number.isInteger(value)) {
      this.note('field_invalid', 'version', 'warning', `"version" holds ${shown(value)}; that is no whole number, the file is read as version ${scheduleVersion}.`);
    } else if (value < scheduleVersion) {
      this.note('old_version', 'version', 'info', `The file has version ${value}; the next change writes it as version ${scheduleVersion}.`);
    }
    return number;
  }

  text(key: 'last_failure_reason' | 'paused_reason'): string | null {
    const value = this.found[key];
    if (value === null || value === undefined) return null;
    return shortText(typeof value === 'string' ? value : JSON.stringify(value));
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

/**
 * A `last_run` whose key is absent is worked out as `next_run - interval`, at most now. An explicit null says that there
 * was none, and stays.
 */
function lastRunFrom(fields: Fields, interval: Micros, now: Micros): { readonly at: Micros | null; readonly derived: boolean } {
  if (fields.has('last_run')) return { at: fields.instant('last_run'), derived: false };
  const next = fields.instant('next_run');
  if (next === null) return { at: null, derived: false };
  const worked = addMicros(next, -interval);
  const at = worked > now ? now : worked;
  fields.note('last_run_derived', 'last_run', 'warning', `"last_run" is not in the file; next_run - interval gives ${microsText(at)}.`);
  return { at, derived: true };
}

function stateFrom(fields: Fields, now: Micros, rules: ScheduleRules): { readonly state: ScheduleState; readonly derived: boolean } {
  const interval = fields.interval() ?? rules.defaultInterval;
  const { at: lastRun, derived } = lastRunFrom(fields, interval, now);
  const updated = fields.instant('updated_at');
  const updatedAt = lastRun !== null && (updated === null || updated < lastRun) ? lastRun : updated;
  const lastFailure = fields.instant('last_failure');
  const failureStreak = fields.streak();
  const pausedUntil = fields.instant('paused_until');
  const believedRun = isAhead(lastRun, now, rules) ? null : lastRun;
  const cooldownUntil = fields.instant('cooldown_until')
    ?? (failureStreak <= 0 || lastFailure === null ? null : cooldownAfter({ at: lastFailure, streak: failureStreak, previous: null, lastRun: believedRun, interval }, rules));
  return {
    state: {
      lastRun, interval, updatedAt, lastFailure, failureStreak, lastFailureReason: fields.text('last_failure_reason'),
      cooldownUntil, pausedUntil, pausedReason: fields.text('paused_reason'),
    },
    derived,
  };
}
