/** What a window sees of its host, whichever door it came through. */
import type { EventEnvelope, Progress, Result } from './envelope.ts';
import type { OperationInput, OperationName, OperationOutput } from './operations.ts';

export interface CallOptions {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface ConsoleTransport {
  readonly kind: 'electron' | 'headless';
  call<N extends OperationName>(name: N, input: OperationInput<N>, options?: CallOptions): Promise<Result<OperationOutput<N>>>;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: EventEnvelope) => void): () => void;
  /** Called with true when the connection is lost and with false when it is back. */
  onConnection(listener: (lost: boolean) => void): () => void;
}

/** The object that the preload script puts at `window.sterownia`; messages are those of `envelope.ts`. */
export interface PreloadBridge {
  readonly operations: readonly string[];
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): () => void;
}
