/** Promise: instants of the console's own documents end in `Z`; they have three digits of fraction, or six where there is more to keep. */
import { microsText, nowMicros, secondsOf, type Micros } from '#engines/decisions';
import type { Clock } from '#engines/storage';

export const zoned = (at: Micros): string => microsText(at).replace(/(\.\d{3})000(?=\+)/u, '$1').replace(/\+00:00$/u, 'Z');

export const zonedNow = (clock: Clock): string => zoned(nowMicros(clock));

export const ageSeconds = (at: Micros, now: Micros): number => secondsOf(now - at);
