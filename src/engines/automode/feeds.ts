/** Promise: the state of the feeds as `retraining feeds` tells it, without reading a feed again that nobody has written since. */
import type { FeedStatus, RetrainingConfig } from '#contract';
import { nowMicros, parseInstant, secondsMicros } from '#engines/decisions';
import { feedStatus } from '#engines/retraining';
import { resolveInside, type EngineContext } from '#engines/storage';

interface Known {
  readonly trace: string;
  readonly status: FeedStatus;
}

/** One per feed of a workspace and thread. */
const known = new WeakMap<EngineContext, Map<string, Known>>();

function traceOf(context: EngineContext, path: string, settings: string): string | null {
  try {
    const { size, mtimeNs, ino } = context.fs.stat(resolveInside(context.fs, context.root, path, 'retraining.feeds.path'));
    return `${size} ${mtimeNs} ${ino} ${settings}`;
  } catch {
    // Why it cannot be looked at is for `feedStatus` to say.
    return null;
  }
}

export function feedsNow(context: EngineContext, config: RetrainingConfig): readonly FeedStatus[] {
  const cache = known.get(context) ?? new Map<string, Known>();
  known.set(context, cache);
  const now = nowMicros(context.clock);
  return config.feeds.map((feed) => {
    const trace = traceOf(context, feed.path, JSON.stringify(feed));
    const last = cache.get(feed.name);
    const until = last?.status.last_timestamp === undefined || last.status.last_timestamp === null ? null : parseInstant(last.status.last_timestamp);
    // Good rows grow too old by themselves, and rows ahead of the clock come true; anything else stays as it was read.
    const still = last?.status.status === 'ok' && until !== null && now - until <= secondsMicros(feed.max_age_seconds);
    if (trace !== null && last?.trace === trace && (still || last.status.status === 'missing' || last.status.status === 'incomplete')) return last.status;
    const status = feedStatus(context, feed, config, now);
    if (trace !== null) cache.set(feed.name, { trace, status });
    return status;
  });
}
