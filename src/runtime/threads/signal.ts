/** A work signal over shared memory, with progress thinned out to what a person can see. */
import { ConsoleError, type Progress } from '#contract';
import type { WorkSignal } from '#engines/storage';

const progressEveryMs = 80;

export function cancelled(): ConsoleError {
  return new ConsoleError('CANCELLED', 'Stopped on request.', { remedy: 'What was done until then is in the result.' });
}

export function sharedSignal(flag: Int32Array, report: (progress: Progress) => void, now: () => number = () => performance.now()): WorkSignal {
  let last = Number.NEGATIVE_INFINITY;
  return {
    get cancelled() {
      return Atomics.load(flag, 0) === 1;
    },
    check() {
      if (Atomics.load(flag, 0) === 1) throw cancelled();
    },
    progress(update) {
      const at = now();
      if (at - last < progressEveryMs && update.done !== update.total) return;
      last = at;
      report(update);
    },
  };
}
