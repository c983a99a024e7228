/**
 * Queries that stay current: old data stays while new data loads, an answer that was overtaken is thrown away, and the
 * events that concern the query read it again. A burst of events leads to one more reading, not to one per event.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ConsoleErrorBody, EventName, OperationInput, OperationName, OperationOutput, Progress } from '#contract';
import { takeAhead } from './askAhead.ts';
import { keepEqualParts } from './model.ts';
import { useStore, useTransport } from './store.ts';

export interface Query<T> {
  readonly data: T | null;
  readonly error: ConsoleErrorBody | null;
  readonly loading: boolean;
  /** When `data` arrived, in milliseconds since the epoch. */
  readonly at: number | null;
  readonly progress: Progress | null;
  readonly reload: () => void;
}

interface Held<T> {
  readonly data: T | null;
  readonly error: ConsoleErrorBody | null;
  readonly loading: boolean;
  readonly at: number | null;
  readonly progress: Progress | null;
}

const noDelay = (): number => 0;
/** Most answers come sooner; drawing "loading" for them would only delay them. */
const quickAnswer = 80;

/** `delay` says how many milliseconds a reading that an event caused should still wait. */
export function useOperation<N extends OperationName>(
  name: N,
  input: OperationInput<N> | null,
  events: readonly EventName[] = [],
  delay: () => number = noDelay,
): Query<OperationOutput<N>> {
  const transport = useTransport();
  const epoch = useStore((state) => state.epoch);
  const tick = useStore((state) => events.reduce((sum, event) => sum + (state.model?.ticks[event] ?? 0), 0));
  const [held, setHeld] = useState<Held<OperationOutput<N>>>({ data: null, error: null, loading: input !== null, at: null, progress: null });
  const again = useRef<() => void>(() => undefined);
  // A new epoch is a new question, even with equal input.
  const key = input === null ? null : JSON.stringify([epoch, input]);

  useEffect(() => {
    if (key === null) return undefined;
    const [, parsed] = JSON.parse(key) as [number, OperationInput<N>];
    const ahead = takeAhead(name, parsed);
    let first = ahead?.answer ?? null;
    const controller = ahead?.controller ?? new AbortController();
    let running = false;
    let dirty = ahead?.overtaken ?? false;
    const run = async (): Promise<void> => {
      if (running) {
        dirty = true;
        return;
      }
      running = true;
      const showLoading = setTimeout(() => setHeld((old) => (old.loading ? old : { ...old, loading: true })), quickAnswer);
      const given = first;
      first = null;
      const result = await (given ?? transport.call(name, parsed, {
        signal: controller.signal,
        onProgress: (progress) => {
          if (!controller.signal.aborted) setHeld((old) => ({ ...old, progress }));
        },
      }));
      clearTimeout(showLoading);
      running = false;
      if (controller.signal.aborted) return;
      if (result.ok) setHeld((old) => ({ data: keepEqualParts(old.data, result.value), error: null, loading: false, at: Date.now(), progress: null }));
      else setHeld((old) => ({ ...old, error: result.error, loading: false, progress: null }));
      if (dirty) {
        dirty = false;
        void run();
      }
    };
    again.current = () => void run();
    void run();
    return () => controller.abort();
  }, [transport, name, key]);

  const lastTick = useRef(tick);
  useEffect(() => {
    if (lastTick.current === tick) return undefined;
    lastTick.current = tick;
    const wait = delay();
    if (wait <= 0) {
      again.current();
      return undefined;
    }
    const timer = setTimeout(() => again.current(), wait);
    return () => clearTimeout(timer);
  }, [tick, delay]);

  const reload = useCallback(() => again.current(), []);
  return { ...held, reload };
}

/** True once `value` has been true for `delay` milliseconds: quick answers must not make the screen flicker. */
export function useLasting(value: boolean, delay = 250): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!value) return undefined;
    const timer = setTimeout(() => setLasting(true), delay);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [value, delay]);
  return value && lasting;
}

/** The present instant, renewed every `every` milliseconds while the component is shown. */
export function useNow(every = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
