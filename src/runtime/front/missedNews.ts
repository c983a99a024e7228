/**
 * News that came while no console was running, told at the start.
 *
 * Promise: each change of champion is told once, live or afterwards: the mark of what was told moves on only when what lies
 * before it has been told.
 */
import type { Actor } from '#contract';
import type { DecisionEntry } from '#engines/decisions';
import type { EngineContext } from '#engines/storage';
import { markTold } from '../core/news.ts';
import type { Backend } from '../threads/pool.ts';
import { noticeOf } from './loopNotices.ts';
import type { Notice } from './notifications.ts';

export interface MissedNews {
  /** A change that was told as it came in. */
  told(entry: DecisionEntry): void;
  /** To be called once, soon after the start, where the workspace may be written to. */
  tell(): Promise<void>;
}

export interface MissedNewsParts {
  readonly context: EngineContext;
  readonly backend: Pick<Backend, 'task'>;
  readonly actor: Actor;
  readonly raise: (notice: Notice) => void;
}

const fields = ['timestamp', 'model_name', 'strategy', 'model_version', 'promotion_id'] as const;
const keyOf = (entry: DecisionEntry): string => JSON.stringify(fields.map((name) => entry[name] ?? null));

export function missedNews({ context, backend, actor, raise }: MissedNewsParts): MissedNews {
  /** What came in before what was missed had been told; null from then on. */
  let live: Set<string> | null = new Set();
  return {
    told: (entry) => {
      if (live === null) markTold(context, entry['timestamp'] ?? '');
      else live.add(keyOf(entry));
    },
    tell: async () => {
      const { entries, until } = await backend.task('missed', actor);
      for (const entry of entries) {
        const notice = live?.has(keyOf(entry)) === true ? null : noticeOf(entry);
        if (notice !== null) raise(notice);
      }
      live = null;
      markTold(context, until);
    },
  };
}
