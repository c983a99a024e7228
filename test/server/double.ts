/**
 * A console for tests of the doors: knows the operations of the table, gives answers of their types, records what it was
 * asked, and can be made to wait.
 */
import { ConsoleError, fail, type EventEnvelope, type OperationName, type OperationOutput, type Result } from '#contract';
import type { CallOptions, Console, PrintedAnswer } from '#runtime';

export interface RecordedCall {
  readonly name: string;
  readonly input: unknown;
  readonly options: CallOptions;
}

export interface ConsoleDouble extends Console {
  readonly calls: readonly RecordedCall[];
  readonly listeners: number;
  /** What the next calls of that name do; `answerOf` makes values that fit. */
  answer<N extends OperationName>(name: N, handler: (call: RecordedCall) => Promise<Result<OperationOutput<N> | PrintedAnswer>>): void;
  emit(event: EventEnvelope): void;
}

export function createConsoleDouble(): ConsoleDouble {
  const calls: RecordedCall[] = [];
  const handlers = new Map<string, (call: RecordedCall) => Promise<Result<unknown>>>();
  const listeners = new Set<(event: EventEnvelope) => void>();
  const call = (name: string, input: unknown, options: CallOptions): Promise<Result<unknown>> => {
    const recorded = { name, input, options };
    calls.push(recorded);
    const handler = handlers.get(name);
    return handler ? handler(recorded) : Promise.resolve(fail(new ConsoleError('UNKNOWN_OPERATION', `There is no operation ${name}.`).toBody()));
  };
  return {
    workspacePath: '/somewhere/workspace',
    calls,
    get listeners() {
      return listeners.size;
    },
    call,
    invoke: () => Promise.reject(new Error('the doors call by name')),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', body: 'sterownia_up 1\n' }),
    close: () => Promise.resolve(),
    answer: (name, handler) => void handlers.set(name, handler),
    emit: (event) => listeners.forEach((listener) => listener(event)),
  };
}
