/** Promise: instants of the console's own documents end in `Z` and keep their microseconds. */
import { microsText, nowMicros, secondsOf, type Micros } from '#engines/decisions';
import type { Clock } from '#engines/storage';

export const zoned = (at: Micros): string => microsText(at).replace(/\+00:00$/u, 'Z');

export const zonedNow = (clock: Clock): string => zoned(nowMicros(clock));

export const ageSeconds = (at: Micros, now: Micros): number => secondsOf(now - at);
