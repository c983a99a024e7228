/**
 * Holds the one console that is open, and replaces it when another workspace is opened: the new one first, so that a
 * folder that cannot be opened leaves everything as it was.
 */
import type { EventEnvelope, Result } from '#contract';
import type { CallOptions, Console } from '#runtime';

export interface ConsoleHolder {
  /** Null until the first workspace is open. */
  readonly current: () => Console | null;
  call(name: string, input: unknown, options: CallOptions): Promise<Result<unknown>>;
  /** Opens a workspace in place of the present one; rejects with the reason when it cannot be opened. */
  open(workspace: string): Promise<void>;
  close(): Promise<void>;
}

export interface ConsoleHolderOptions {
  readonly openConsole: (workspace: string) => Promise<Console>;
  readonly onEvent: (event: EventEnvelope) => void;
  /** Called when a console has taken the place of another, or is the first. */
  readonly onOpened: (console: Console) => void;
  readonly whenNone: () => Result<never>;
}

export function holdConsole(options: ConsoleHolderOptions): ConsoleHolder {
  let held: { readonly console: Console; readonly unsubscribe: () => void } | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  /** One after the other: opening and closing never overlap. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = queue.then(work);
    queue = next.catch(() => undefined);
    return next;
  };
  const release = async (): Promise<void> => {
    const previous = held;
    held = null;
    if (previous === null) return;
    previous.unsubscribe();
    await previous.console.close();
  };

  return {
    current: () => held?.console ?? null,
    call: (name, input, callOptions) => (held === null ? Promise.resolve(options.whenNone()) : held.console.call(name, input, callOptions)),
    open: (workspace) => inTurn(async () => {
      const console = await options.openConsole(workspace);
      const previous = held;
      held = { console, unsubscribe: console.subscribe(options.onEvent) };
      options.onOpened(console);
      previous?.unsubscribe();
      await previous?.console.close();
    }),
    close: () => inTurn(release),
  };
}
