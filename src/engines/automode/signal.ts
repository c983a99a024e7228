/** Promise: a cycle that nobody asked for ends soon after the kill switch is engaged, also by another process. */
import { ConsoleError } from '#contract';
import type { WorkSignal } from '#engines/storage';
import { readAutomode } from './document.ts';
import type { RecordedParts } from './recorded.ts';

const lookEveryMs = 250;

export const isKilled = (parts: RecordedParts): boolean => {
  const { document } = readAutomode(parts);
  return document !== null && document.kill_switch !== null;
};

/** The same signal, which also stops the work once the kill switch is engaged. */
export function untilKilled(parts: RecordedParts, signal: WorkSignal): WorkSignal {
  let looked = Number.NEGATIVE_INFINITY;
  let killed = false;
  const look = (): boolean => {
    const now = parts.context.clock.now();
    if (!killed && (now - looked >= lookEveryMs || now < looked)) {
      looked = now;
      killed = isKilled(parts);
    }
    return killed;
  };
  return {
    get cancelled() {
      return signal.cancelled || look();
    },
    progress: (update) => signal.progress(update),
    check: () => {
      signal.check();
      if (look()) throw new ConsoleError('CANCELLED', 'The kill switch of AutoMode was engaged.', { remedy: 'Release it once its cause is removed.' });
    },
  };
}
