/**
 * The threads of a console with windows: one that answers queries and keeps the index warm, and one for each long act,
 * so that a long archive never holds up a list.
 */
import { Worker } from 'node:worker_threads';
import { ConsoleError, operationEntry, type Actor, type CheckFinding, type EventName, type Progress } from '#contract';
import type { DeviceKeys } from '#engines/keyring';
import type { Log } from '#engines/storage';
import type { CoreTask, CoreTasks } from '../core/tasks.ts';
import type { CoreOperation } from '../core/types.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';
import { programBeside } from './programs.ts';
import { answerQuestion, answerSign, type KeyQuestion, type SignRequest } from './remoteKeys.ts';

export interface RunRequest {
  readonly name: CoreOperation;
  readonly input: unknown;
  readonly actor: Actor;
  readonly confined: boolean;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal | null;
  /** The answer is wanted as pieces of JSON text: strings from a core in the caller's own thread, else UTF-8. */
  readonly printed?: boolean;
  /** For an act in a thread of its own: how long after a request to stop the thread is ended as it is. Without it, never. */
  readonly patienceMs?: number;
}

export interface Backend {
  run(request: RunRequest): Promise<unknown>;
  refresh(paths: readonly string[] | null): void;
  /** Completes or reverts what a crash left, and says what became of it; empty when there was nothing. */
  recover(actor: Actor): Promise<readonly CheckFinding[]>;
  /** What a running console does by itself; see `core/tasks.ts`. */
  task<N extends CoreTask>(name: N, actor: Actor): Promise<CoreTasks[N]>;
  close(actor: Actor): Promise<void>;
}

interface Pending {
  readonly stop: () => void;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (progress: Progress) => void;
}

function workerEntry(): URL {
  const found = programBeside('worker');
  if (found) return found;
  throw new ConsoleError('INTERNAL', 'The worker of the console is missing from this installation.', { remedy: 'Run "npm run build", or install again.' });
}

interface ThreadOptions {
  readonly setup: WorkerSetup;
  readonly log: Log;
  readonly keys: () => Promise<DeviceKeys>;
  readonly onEvent: (name: EventName, payload: unknown) => void;
}

/** An index or archive of many files is long-lived: a large space for young objects would only be filled, never emptied sooner. */
const youngLimits = { maxYoungGenerationSizeMb: 24 } as const;

/** One worker; started on first use, started again after it died. */
class Thread {
  readonly #options: ThreadOptions;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #closed: (() => void) | null = null;
  #next = 1;
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  run(request: RunRequest): Promise<unknown> {
    const id = this.#next;
    this.#next += 1;
    const cancel = new SharedArrayBuffer(4);
    const stop = (): void => void Atomics.store(new Int32Array(cancel), 0, 1);
    if (request.signal?.aborted) stop();
    request.signal?.addEventListener('abort', stop, { once: true });
    const { name, input, actor, confined, onProgress, printed = false } = request;
    const running = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress, stop });
      this.post({ type: 'run', id, name, input, actor, confined, printed, cancel });
    }).finally(() => {
      request.signal?.removeEventListener('abort', stop);
      this.#running.delete(running);
    });
    this.#running.add(running);
    return running;
  }

  recover(actor: Actor): Promise<readonly CheckFinding[]> {
    return this.#ask((id) => ({ type: 'recover', id, actor })) as Promise<readonly CheckFinding[]>;
  }

  task<N extends CoreTask>(name: N, actor: Actor): Promise<CoreTasks[N]> {
    return this.#ask((id) => ({ type: 'task', id, name, actor })) as Promise<CoreTasks[N]>;
  }

  /** Ends it as it is, for work that heeds no request to stop; whoever waits is told so. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }

  #ask(message: (id: number) => ToWorker): Promise<unknown> {
    const id = this.#next;
    this.#next += 1;
    const asked = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress: () => undefined, stop: () => undefined });
      this.post(message(id));
    }).finally(() => this.#running.delete(asked));
    this.#running.add(asked);
    return asked;
  }

  post(message: ToWorker): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
  }

  /** Asks work under way to stop and waits for it, lets the core sign its checkpoint, then ends the thread. */
  async close(actor: Actor): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    for (const { stop } of this.#pending.values()) stop();
    await Promise.allSettled(this.#running);
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      worker.once('exit', () => resolve());
      worker.postMessage({ type: 'close', actor } satisfies ToWorker);
    });
    this.#worker = null;
    await worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(workerEntry(), { workerData: this.#options.setup, execArgv: ['--disable-warning=ExperimentalWarning'], resourceLimits: youngLimits });
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('error', (error) => this.#fail(`The worker failed: ${error.message}`, error));
    worker.on('exit', (code) => {
      if (this.#worker === worker) this.#worker = null;
      if (this.#pending.size > 0) this.#fail(`The worker ended with code ${code}.`, null);
    });
    return worker;
  }

  #receive(message: FromWorker): void {
    if (message.type === 'event') return this.#options.onEvent(message.name, message.payload);
    if (message.type === 'log') return this.#options.log[message.level](message.message, message.details);
    if (message.type === 'closed') return this.#closed?.();
    if (message.type === 'keyQuestion') return void this.#answer(message.id, message.question);
    if (message.type === 'sign') return void this.#sign(message.request);
    const pending = this.#pending.get(message.id);
    if (message.type === 'progress') return pending?.onProgress(message.progress);
    this.#pending.delete(message.id);
    if (message.type === 'value') return pending?.resolve(message.value);
    const { code, message: text, remedy, details } = message.error;
    return pending?.reject(new ConsoleError(code, text, { remedy, details }));
  }

  async #answer(id: number, question: KeyQuestion): Promise<void> {
    try {
      this.post({ type: 'keyAnswer', id, value: await answerQuestion(await this.#options.keys(), question), error: null });
    } catch (error) {
      this.post({ type: 'keyAnswer', id, value: null, error: error instanceof Error ? error.message : String(error) });
    }
  }

  async #sign(request: SignRequest): Promise<void> {
    try {
      await answerSign(await this.#options.keys(), request);
    } catch (error) {
      this.#options.log.error('the device key could not sign', { error: String(error) });
    }
  }

  #fail(message: string, cause: unknown): void {
    this.#options.log.error(message, { cause: String(cause) });
    for (const { reject } of this.#pending.values()) reject(new ConsoleError('INTERNAL', message, { remedy: 'Try again; report it with the log file when it returns.', cause }));
    this.#pending.clear();
  }
}

/** Plans are drafted beside the warm index; what changes the disk or reads it whole gets a thread of its own. */
const deservesThread = (name: CoreOperation): boolean => {
  const entry = operationEntry(name);
  return entry.long && entry.kind !== 'plan';
};

function endImpatiently(job: Thread, { signal, patienceMs }: RunRequest): () => void {
  if (signal === null || patienceMs === undefined) return () => undefined;
  let timer: NodeJS.Timeout | null = null;
  const wait = (): void => {
    timer ??= setTimeout(() => void job.kill(), patienceMs).unref();
  };
  if (signal.aborted) wait();
  signal.addEventListener('abort', wait, { once: true });
  return () => {
    if (timer) clearTimeout(timer);
    signal.removeEventListener('abort', wait);
  };
}

export function openThreads(options: ThreadOptions): Backend {
  const main = new Thread(options);
  // What the console does by itself would keep questions of windows waiting.
  const background = new Thread(options);
  const jobs = new Set<Thread>();
  return {
    run: async (request) => {
      if (!deservesThread(request.name)) return main.run(request);
      const job = new Thread(options);
      jobs.add(job);
      const forget = endImpatiently(job, request);
      try {
        return await job.run(request);
      } finally {
        forget();
        // The checkpoint may wait for the keyring; the result does not.
        job.close(request.actor).catch((error: unknown) => options.log.error('a job thread did not end well', { error: String(error) })).finally(() => jobs.delete(job));
      }
    },
    refresh: (paths) => main.post({ type: 'refresh', paths }),
    recover: (actor) => main.recover(actor),
    task: (name, actor) => background.task(name, actor),
    close: async (actor) => {
      await Promise.all([...jobs].map((job) => job.close(actor)));
      await background.close(actor);
      await main.close(actor);
    },
  };
}
