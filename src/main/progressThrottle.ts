/** Lets progress through at a pace that a person can read; the last update is never lost. */
import type { Progress } from '#contract';

export interface ProgressThrottle {
  update(progress: Progress): void;
  /** Sends what was held back; called before the result goes out. */
  flush(): void;
}

export function throttleProgress(send: (progress: Progress) => void, now: () => number, intervalMs = 100): ProgressThrottle {
  let sentAt = Number.NEGATIVE_INFINITY;
  let held: Progress | null = null;
  return {
    update: (progress) => {
      if (now() - sentAt < intervalMs) {
        held = progress;
        return;
      }
      held = null;
      sentAt = now();
      send(progress);
    },
    flush: () => {
      if (held !== null) send(held);
      held = null;
    },
  };
}
