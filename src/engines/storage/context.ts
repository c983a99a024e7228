/** What every engine is given: the outside world as things that a test can replace. */
import type { Progress } from '#contract';
import type { FileSystem } from './fileSystem.ts';

export interface Clock {
  /** Now, in milliseconds since the epoch. */
  now(): number;
}

export interface Ids {
  /** A new id: lower-case letters, digits and hyphens, sortable by time, for example `20261120-094155-k3v9q1`. */
  next(): string;
}

export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** `root` is the real path of the workspace. */
export interface EngineContext {
  readonly root: string;
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Given to long work: it reports and asks whether to go on. */
export interface WorkSignal {
  progress(update: Progress): void;
  /** Throws a ConsoleError CANCELLED when a stop was requested. */
  check(): void;
  readonly cancelled: boolean;
}

/** For work that nobody watches. */
export const unwatched: WorkSignal = { progress: () => undefined, check: () => undefined, cancelled: false };

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** UTC instant of a clock as ISO 8601 text with `Z`. */
export const isoNow = (clock: Clock): string => new Date(clock.now()).toISOString();

export const systemClock: Clock = { now: () => Date.now() };

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

export function systemIds(clock: Clock): Ids {
  return {
    next: () => {
      const stamp = new Date(clock.now()).toISOString().replaceAll(/[-:]/gu, '').replace('T', '-').slice(0, 15);
      const random = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => alphabet[byte & 31]).join('');
      return `${stamp}-${random}`;
    },
  };
}
