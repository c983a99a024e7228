/**
 * One page's conversation with the console: calls with their progress, cancellation and results.
 *
 * A page that goes away takes its queries with it. A command or an apply goes on to its end, because half an
 * operation helps nobody; its result is in the plan and in the journal.
 */
import {
  ConsoleError, fail, isOperationName, operationEntry, requestSchema, type EventEnvelope, type Message, type Progress, type Request,
  type Result,
} from '#contract';
import { PrintedAnswer, type CallOptions } from '#runtime';
import type { Log } from '#engines/storage';
import { paceProgress } from './pace.ts';

/** More than a page ever has under way; beyond it something runs wild. */
export const maximumCalls = 200;

export interface ConnectionOptions {
  readonly call: (name: string, input: unknown, options: CallOptions) => Promise<Result<unknown>>;
  readonly send: (message: Message) => void;
  /**
   * Sends the message of a good result whose value is JSON text already, put together from these pieces. Hosts whose
   * messages are text have it; without it, large answers come as values like all others.
   */
  readonly sendPrinted?: (pieces: readonly (string | Uint8Array)[]) => void;
  readonly log: Log;
  /** Something arrived that no page of ours sends; it was dropped. A host may end the connection. */
  readonly onBreach?: (what: string) => void;
}

export interface Connection {
  /** Takes anything that arrived; what is no request is dropped and logged. */
  receive(raw: unknown): void;
  deliver(event: EventEnvelope): void;
  /** Number of long calls under way that change something. */
  actsUnderWay(): number;
  close(): void;
  /** Stops long acts at their next safe place; resolves when nothing that changes something is under way. */
  end(): Promise<void>;
}

/** query (making a plan is one, too: it only reads): may be dropped. short: over in a moment, always let to its end. act: long, and worth asking about. */
type CallKind = 'query' | 'short' | 'act';

interface RunningCall {
  readonly abort: AbortController;
  readonly kind: CallKind;
  readonly ended: Promise<void>;
}

function kindOf(name: string): CallKind {
  if (!isOperationName(name)) return 'query';
  const { kind, long } = operationEntry(name);
  if (kind !== 'command') return 'query';
  return long ? 'act' : 'short';
}

function busy(): Result<never> {
  return fail(new ConsoleError('BUSY', `More than ${maximumCalls} calls of this window are under way; nothing was done.`, {
    remedy: 'Wait until some of them have ended.', details: { limit: maximumCalls },
  }).toBody());
}

export function openConnection(options: ConnectionOptions): Connection {
  const { log } = options;
  const running = new Map<number, RunningCall>();
  let closed = false;
  const send = (message: Message): void => {
    if (!closed) options.send(message);
  };

  const sendPrinted = (id: number, answer: PrintedAnswer): void => {
    if (!closed) options.sendPrinted?.([`{"type":"result","id":${id},"result":{"ok":true,"value":`, ...answer, '}}']);
  };

  const breach = (what: string): void => {
    log.warn('dropped what a page sent', { what });
    options.onBreach?.(what);
  };

  const start = async ({ id, operation, input }: Extract<Request, { type: 'call' }>): Promise<void> => {
    if (running.has(id)) {
      breach('a request with the number of a running one');
      return;
    }
    if (running.size >= maximumCalls) {
      send({ type: 'result', id, result: busy() });
      return;
    }
    const abort = new AbortController();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    running.set(id, { abort, kind: kindOf(operation), ended });
    const paced = paceProgress((progress: Progress) => send({ type: 'progress', id, progress }));
    try {
      const result = await options.call(operation, input, { door: 'window', signal: abort.signal, onProgress: paced.update, printed: options.sendPrinted !== undefined });
      paced.stop();
      if (result.ok && result.value instanceof PrintedAnswer) sendPrinted(id, result.value);
      else send({ type: 'result', id, result });
    } catch (error) {
      paced.stop();
      // The console promises never to reject; a defect there must still not leave the page waiting.
      log.error('a call failed outside its envelope', { operation, error: String(error) });
      send({ type: 'result', id, result: fail(new ConsoleError('INTERNAL', 'The console failed while answering.').toBody()) });
    } finally {
      running.delete(id);
      end();
    }
  };

  return {
    receive: (raw) => {
      if (closed) return;
      const parsed = requestSchema.safeParse(raw);
      if (!parsed.success) {
        breach(`no request: ${parsed.error.issues[0]?.message ?? 'unknown'}`);
      } else if (parsed.data.type === 'cancel') {
        running.get(parsed.data.id)?.abort.abort();
      } else {
        void start(parsed.data);
      }
    },
    deliver: (event) => send({ type: 'event', event }),
    actsUnderWay: () => [...running.values()].filter((call) => call.kind === 'act').length,
    close: () => {
      closed = true;
      for (const call of running.values()) if (call.kind === 'query') call.abort.abort();
    },
    end: async () => {
      const changing = [...running.values()].filter((call) => call.kind !== 'query');
      for (const call of changing) if (call.kind === 'act') call.abort.abort();
      await Promise.all(changing.map((call) => call.ended));
    },
  };
}
