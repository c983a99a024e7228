/**
 * A console in a thread of its own.
 *
 * Promise: while it works, however long without a pause, this thread stays free to hear Ctrl+C, to pass the stop on and
 * to draw progress.
 */
import { Worker } from 'node:worker_threads';
import { ConsoleError, fail, type Progress, type Result } from '#contract';
import type { OpenOptions } from '#runtime';
import type { CommandConsole } from '../io.ts';
import type { FromThread, ThreadSetup, ToThread } from './messages.ts';

interface Pending {
  readonly resolve: (result: Result<unknown>) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** `entry` is the program itself: started in a thread, it serves the console instead of reading arguments. */
export async function openInThread(entry: URL, options: OpenOptions): Promise<CommandConsole> {
  const worker = new Worker(entry, { workerData: { workspace: options.workspace } satisfies ThreadSetup, resourceLimits: { maxYoungGenerationSizeMb: 24 } });
  const thread = new ConsoleThread(worker, options.onRecovered);
  return { workspacePath: await thread.opened, call: thread.call, close: thread.close };
}

class ConsoleThread {
  readonly opened: Promise<string>;
  readonly #worker: Worker;
  readonly #onRecovered: OpenOptions['onRecovered'];
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #settleOpened: { resolve: (path: string) => void; reject: (error: Error) => void } | null = null;
  #next = 1;

  constructor(worker: Worker, onRecovered: OpenOptions['onRecovered']) {
    this.#worker = worker;
    this.#onRecovered = onRecovered;
    this.opened = new Promise((resolve, reject) => { this.#settleOpened = { resolve, reject }; });
    this.#ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#fail('The thread of the console ended before its work did.');
        resolve();
      });
    });
    worker.on('error', (error) => this.#fail(error.message));
    worker.on('message', (message: FromThread) => this.#receive(message));
  }

  readonly call: CommandConsole['call'] = (name, input, { signal, onProgress, printed = false }) => {
    const id = this.#next;
    this.#next += 1;
    const stop = new SharedArrayBuffer(4);
    const abort = (): void => void Atomics.store(new Int32Array(stop), 0, 1);
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    const answer = new Promise<Result<unknown>>((resolve) => {
      this.#pending.set(id, { resolve, onProgress });
      this.#send({ type: 'call', id, name, input, printed, stop });
    });
    return answer.finally(() => signal?.removeEventListener('abort', abort));
  };

  readonly close = async (): Promise<void> => {
    this.#send({ type: 'close' });
    await this.#ended;
  };

  #send(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromThread): void {
    switch (message.type) {
      case 'opened': return this.#settleOpened?.resolve(message.workspacePath);
      case 'refused': {
        const { code, message: text, remedy, details } = message.error;
        return this.#settleOpened?.reject(new ConsoleError(code, text, { remedy, details }));
      }
      case 'recovered': return this.#onRecovered?.(message.findings);
      case 'progress': return this.#pending.get(message.id)?.onProgress?.(message.progress);
      case 'result':
        this.#pending.get(message.id)?.resolve(message.result);
        this.#pending.delete(message.id);
        return;
      case 'closed': return;
    }
  }

  #fail(text: string): void {
    const error = new ConsoleError('INTERNAL', text, { remedy: 'Run "sterownia workspace check", then try again.' });
    this.#settleOpened?.reject(error);
    for (const { resolve } of this.#pending.values()) resolve(fail(error.toBody()));
    this.#pending.clear();
  }
}
