/** One numbered sequence of events for all windows of a console. A listener that throws is dropped, never the event. */
import { events, type EventEnvelope, type EventName, type EventPayload } from '#contract';
import type { Log } from '#engines/storage';

export interface EventHub {
  readonly revision: number;
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void;
  subscribe(listener: (event: EventEnvelope) => void): () => void;
}

export function createEventHub(log: Log): EventHub {
  const listeners = new Set<(event: EventEnvelope) => void>();
  let revision = 0;
  return {
    get revision() {
      return revision;
    },
    emit: (name, payload) => {
      const checked = events[name].payload.safeParse(payload);
      if (!checked.success) {
        log.error('an event does not fit its schema', { name, issues: checked.error.issues.slice(0, 3) });
        return;
      }
      revision += 1;
      const envelope: EventEnvelope = { revision, name, payload: checked.data };
      for (const listener of listeners) {
        try {
          listener(envelope);
        } catch (error) {
          log.error('a listener failed and was dropped', { name, error: String(error) });
          listeners.delete(listener);
        }
      }
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
