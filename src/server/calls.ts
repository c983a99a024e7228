/**
 * The calls of one connection: each gets exactly one result, progress comes at a pace that a person can read, and a
 * stop reaches the work. When the connection goes, reading work stops and changing work goes on to its end: half an
 * operation helps nobody, and its outcome is in the journal.
 */
import { ConsoleError, fail, isOperationName, operationEntry, type Message, type Progress, type Request, type Result } from '#contract';
import type { Log } from '#engines/storage';
import type { Console } from '#runtime';

/** More than a window ever has under way; beyond it something runs wild. */
export const maximumCalls = 200;
const progressPause = 100;

export interface Calls {
  /** False if the request breaks the protocol and the connection should end. */
  take(request: Request): boolean;
  /** The connection is gone. */
  end(): void;
}

interface Running {
  readonly abort: AbortController;
  readonly changes: boolean;
}

export interface CallsOptions {
  readonly console: Pick<Console, 'call'>;
  readonly send: (message: Message) => void;
  readonly log: Log;
}

const changes = (name: string): boolean => isOperationName(name) && operationEntry(name).kind === 'command';

export function createCalls({ console, send, log }: CallsOptions): Calls {
  const running = new Map<number, Running>();
  let ended = false;
  const answer = (id: number, result: Result<unknown>): void => {
    if (!ended) send({ type: 'result', id, result });
  };

  const start = async ({ id, operation, input }: Extract<Request, { type: 'call' }>): Promise<void> => {
    const abort = new AbortController();
    running.set(id, { abort, changes: changes(operation) });
    const paced = paceProgress((progress) => {
      if (!ended) send({ type: 'progress', id, progress });
    });
    let result: Result<unknown>;
    try {
      result = await console.call(operation, input, { door: 'window', signal: abort.signal, onProgress: paced.update });
    } catch (error) {
      // The console promises never to reject; a defect there must still not leave the window waiting.
      log.error('a call failed outside its envelope', { operation, error: String(error) });
      result = fail(new ConsoleError('INTERNAL', 'The console failed while answering.', { remedy: 'Look at the present state before trying again.' }).toBody());
    }
    paced.stop();
    running.delete(id);
    answer(id, result);
  };

  return {
    take: (request) => {
      if (request.type === 'cancel') {
        running.get(request.id)?.abort.abort();
        return true;
      }
      if (running.has(request.id)) return false;
      if (running.size >= maximumCalls) answer(request.id, fail(tooMany().toBody()));
      else void start(request);
      return true;
    },
    end: () => {
      ended = true;
      for (const call of running.values()) if (!call.changes) call.abort.abort();
    },
  };
}

const tooMany = (): ConsoleError => new ConsoleError('BUSY', `${maximumCalls} calls of this window are under way; nothing was done.`, {
  remedy: 'Wait until some of them have ended.', details: { limit: maximumCalls },
});

interface Paced {
  readonly update: (progress: Progress) => void;
  readonly stop: () => void;
}

/** Sends the first update at once and then the newest one every {@link progressPause} milliseconds. */
export function paceProgress(send: (progress: Progress) => void): Paced {
  let held: Progress | null = null;
  let timer: NodeJS.Timeout | null = null;
  const release = (): void => {
    timer = null;
    if (held === null) return;
    const progress = held;
    held = null;
    send(progress);
    timer = setTimeout(release, progressPause);
  };
  return {
    update: (progress) => {
      held = progress;
      if (timer === null) release();
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (held !== null) send(held);
      held = null;
    },
  };
}
