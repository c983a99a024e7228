/**
 * Calls over any link: each call gets exactly one result, also when it is stopped or the connection is lost.
 *
 * A lost connection answers every open call with HOST_GONE; calls made before the first connection wait for it.
 */
import type {
  CallOptions, ConsoleTransport, EventEnvelope, Message, OperationInput, OperationName, OperationOutput, Progress, Request, Result,
} from '#contract';
import { parseMessage } from './messages.ts';

/** One way to a host: something that takes requests and gives messages. */
export interface Link {
  readonly kind: ConsoleTransport['kind'];
  send(request: Request): void;
  /** `onState` is called with true when the link is up and false when it was lost. */
  start(onMessage: (message: unknown) => void, onState: (up: boolean) => void): void;
}

interface Pending {
  readonly resolve: (result: Result<unknown>) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

const gone: Result<never> = {
  ok: false,
  error: { code: 'HOST_GONE', message: 'The connection to the console was lost.', remedy: 'Wait until it is back and look at the present state before trying again.', details: {} },
};
const stopped: Result<never> = {
  ok: false,
  error: { code: 'CANCELLED', message: 'Stopped before it began.', remedy: '', details: {} },
};

class Client {
  readonly #link: Link;
  readonly #pending = new Map<number, Pending>();
  readonly #eventListeners = new Set<(event: EventEnvelope) => void>();
  readonly #connectionListeners = new Set<(lost: boolean) => void>();
  #waiting: Request[] = [];
  #state: 'starting' | 'up' | 'lost' = 'starting';
  #nextId = 1;

  constructor(link: Link) {
    this.#link = link;
    link.start((message) => this.#receive(message), (up) => this.#setState(up));
  }

  call(operation: string, input: unknown, options: CallOptions = {}): Promise<Result<unknown>> {
    if (options.signal?.aborted === true) return Promise.resolve(stopped);
    if (this.#state === 'lost') return Promise.resolve(gone);
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      const onAbort = (): void => this.#abort(id);
      options.signal?.addEventListener('abort', onAbort, { once: true });
      this.#pending.set(id, {
        resolve: (result) => {
          options.signal?.removeEventListener('abort', onAbort);
          resolve(result);
        },
        onProgress: options.onProgress,
      });
      this.#send({ type: 'call', id, operation, input });
    });
  }

  listen(listener: (event: EventEnvelope) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  onConnection(listener: (lost: boolean) => void): () => void {
    this.#connectionListeners.add(listener);
    return () => this.#connectionListeners.delete(listener);
  }

  #send(request: Request): void {
    if (this.#state === 'up') this.#link.send(request);
    else this.#waiting.push(request);
  }

  /** The host is asked to stop; the call ends with what the host says, since some of the work may be done. */
  #abort(id: number): void {
    if (!this.#pending.has(id)) return;
    const queued = this.#waiting.findIndex((request) => request.type === 'call' && request.id === id);
    if (queued < 0) {
      this.#send({ type: 'cancel', id });
      return;
    }
    this.#waiting.splice(queued, 1);
    this.#settle(id, stopped);
  }

  #settle(id: number, result: Result<unknown>): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.resolve(result);
  }

  #receive(raw: unknown): void {
    const message: Message | null = parseMessage(raw);
    if (message === null) return;
    if (message.type === 'event') for (const listener of this.#eventListeners) listener(message.event);
    else if (message.type === 'progress') this.#pending.get(message.id)?.onProgress?.(message.progress);
    else this.#settle(message.id, message.result);
  }

  #setState(up: boolean): void {
    const before = this.#state;
    this.#state = up ? 'up' : 'lost';
    if (up) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const request of waiting) this.#link.send(request);
    } else {
      this.#waiting = [];
      for (const id of this.#pending.keys()) this.#settle(id, gone);
    }
    if (up ? before === 'lost' : before !== 'lost') for (const listener of this.#connectionListeners) listener(!up);
  }
}

export function createTransport(link: Link): ConsoleTransport {
  const client = new Client(link);
  return {
    kind: link.kind,
    // The host has checked the output against the same table that this type comes from.
    call: <N extends OperationName>(name: N, input: OperationInput<N>, options?: CallOptions) =>
      client.call(name, input, options) as Promise<Result<OperationOutput<N>>>,
    subscribe: (listener) => client.listen(listener),
    onConnection: (listener) => client.onConnection(listener),
  };
}
