/** Lets progress through at a pace that a person can read: the first at once, then the newest, and never without the last. */
import type { Progress } from '#contract';

export interface PacedProgress {
  update(progress: Progress): void;
  /** Sends what is held back and sends no more; called before the result goes out. */
  stop(): void;
}

export function paceProgress(send: (progress: Progress) => void, intervalMs = 100): PacedProgress {
  let held: Progress | null = null;
  let timer: NodeJS.Timeout | null = null;
  const release = (): void => {
    timer = null;
    if (held === null) return;
    const progress = held;
    held = null;
    send(progress);
    timer = setTimeout(release, intervalMs);
  };
  return {
    update: (progress) => {
      held = progress;
      if (timer === null) release();
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (held !== null) send(held);
      held = null;
    },
  };
}
