/**
 * Tells what other programs change in a workspace. Native events where the system gives them; where it does not (no
 * inotify watches left, a network share), the folders are looked at every few seconds and that is said.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AsyncSubscription } from '@parcel/watcher';
import { note, type Note } from '#contract';
import type { Log } from '#engines/storage';
import { layout, type LayoutName } from '#engines/workspace';

/** Places of the decision loop that belong to no one area. */
const loopPlaces = {
  quality: 'var/models/quality', models: 'models', decisions: 'logs/decision_journal', console: 'var/console', runtime: 'var/runtime',
} as const;

export interface WatchedPlace {
  readonly name: LayoutName | keyof typeof loopPlaces | 'config';
  readonly path: string;
  /** Folders below it that change all the time and tell nobody anything. */
  readonly ignore?: readonly string[];
}

export interface WatcherOptions {
  readonly root: string;
  readonly log: Log;
  /** Paths are absolute; null means that anything below the place may have changed. */
  readonly onChange: (place: WatchedPlace['name'], paths: readonly string[] | null) => void;
  readonly onState: (polling: Note | null) => void;
}

export interface Watcher {
  close(): Promise<void>;
}

const settleMs = 120;
const lookMs = 1_000;
const pollMs = 4_000;

interface State {
  readonly place: WatchedPlace;
  subscription: AsyncSubscription | null;
  polled: boolean;
  pending: Set<string>;
  timer: NodeJS.Timeout | null;
}

export function watchWorkspace(options: WatcherOptions): Watcher {
  const places: readonly WatchedPlace[] = [
    ...(['reports', 'plans', 'trash', 'journal', 'aiDecision', 'signalQuality'] as const).map((name) => ({ name, path: join(options.root, layout[name]) })),
    ...(['quality', 'models', 'decisions', 'runtime'] as const).map((name) => ({ name, path: join(options.root, loopPlaces[name]) })),
    { name: 'console', path: join(options.root, loopPlaces.console), ignore: [join(options.root, layout.locks)] },
    { name: 'config', path: join(options.root, 'config') },
  ];
  const states: readonly State[] = places.map((place) => ({ place, subscription: null, polled: false, pending: new Set(), timer: null }));
  let closed = false;
  let lookTimer: NodeJS.Timeout | null = null;
  let pollTimer: NodeJS.Timeout | null = null;

  const flush = (state: State): void => {
    state.timer = null;
    const paths = [...state.pending];
    state.pending = new Set();
    if (!closed && paths.length > 0) options.onChange(state.place.name, paths);
  };

  const subscribe = async (state: State): Promise<void> => {
    const { subscribe: watch } = await import('@parcel/watcher');
    try {
      state.subscription = await watch(state.place.path, (error, events) => {
        if (error) {
          options.log.warn('watcher failed', { path: state.place.path, error: String(error) });
          void release(state);
          options.onChange(state.place.name, null);
          return;
        }
        for (const event of events) state.pending.add(event.path);
        state.timer ??= setTimeout(() => flush(state), settleMs);
      }, state.place.ignore === undefined ? {} : { ignore: [...state.place.ignore] });
      options.onChange(state.place.name, null);
    } catch (error) {
      state.polled = true;
      options.log.warn('watching by looking every few seconds', { path: state.place.path, error: String(error) });
      options.onState(note('watching_by_looking', { system: error instanceof Error ? error.message : String(error) }));
    }
  };

  const release = async (state: State): Promise<void> => {
    const { subscription } = state;
    state.subscription = null;
    await subscription?.unsubscribe().catch((error: unknown) => options.log.warn('watcher did not end well', { error: String(error) }));
  };

  /** Folders that do not exist yet are taken up when they appear; ones that went are given up. */
  const look = async (): Promise<void> => {
    for (const state of states) {
      const exists = existsSync(state.place.path);
      if (exists && !state.subscription && !state.polled) await subscribe(state);
      if (!exists && state.subscription) {
        await release(state);
        options.onChange(state.place.name, null);
      }
    }
    if (!closed) lookTimer = setTimeout(() => void look(), lookMs).unref();
  };

  const poll = (): void => {
    for (const state of states) if (state.polled) options.onChange(state.place.name, null);
    if (!closed) pollTimer = setTimeout(poll, pollMs).unref();
  };

  void look();
  pollTimer = setTimeout(poll, pollMs).unref();

  return {
    close: async () => {
      closed = true;
      if (lookTimer) clearTimeout(lookTimer);
      if (pollTimer) clearTimeout(pollTimer);
      for (const state of states) if (state.timer) clearTimeout(state.timer);
      await Promise.all(states.map(release));
    },
  };
}
