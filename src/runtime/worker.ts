/** Entry of a worker thread: one core on one workspace, driven by messages. */
import { parentPort, workerData } from 'node:worker_threads';
import { nodeFileSystem, systemClock, systemIds, type EngineContext, type Log } from '#engines/storage';
import { errorBody, openCore } from './core/openCore.ts';
import { readAheadThread } from './threads/readAhead.ts';
import { remoteKeys } from './threads/remoteKeys.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './threads/messages.ts';
import { sharedSignal } from './threads/signal.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread only.');

const send = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void => port.postMessage(message, transfer);
const logAt = (level: 'info' | 'warn' | 'error') => (message: string, details: Readonly<Record<string, unknown>> = {}): void =>
  send({ type: 'log', level, message, details });
const log: Log = { info: logAt('info'), warn: logAt('warn'), error: logAt('error') };

const setup = workerData as WorkerSetup;
const context: EngineContext = { root: setup.workspace, fs: nodeFileSystem, clock: systemClock, ids: systemIds(systemClock), log };

const questions = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>();
let nextQuestion = 1;
const keys = remoteKeys({
  ask: (question) => new Promise((resolve, reject) => {
    const id = nextQuestion;
    nextQuestion += 1;
    questions.set(id, { resolve, reject });
    send({ type: 'keyQuestion', id, question });
  }),
  sign: (request) => send({ type: 'sign', request }),
});

const core = openCore({
  context,
  keys: async () => keys,
  watched: setup.watched,
  ahead: readAheadThread(),
  emit: (name, payload) => send({ type: 'event', name, payload }),
});

const answer = (id: number, name: string, work: () => Promise<unknown>): Promise<void> =>
  guarded(id, name, async () => send({ type: 'value', id, value: await work() }));

const answerPrinted = (id: number, name: string, work: () => Promise<unknown>): Promise<void> =>
  guarded(id, name, async () => {
    const value = inBytes(await work() as Iterable<string>);
    send({ type: 'value', id, value }, value.map((piece) => piece.buffer));
  });

async function guarded(id: number, name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const body = errorBody(error);
    if (body.code === 'INTERNAL') log.error('operation failed', { name, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    send({ type: 'error', id, error: body });
  }
}

const encoder = new TextEncoder();

/** Memory of its own for each piece, which goes over to the front without being copied. */
const inBytes = (pieces: Iterable<string>): readonly Uint8Array<ArrayBuffer>[] => Array.from(pieces, (piece) => encoder.encode(piece));

function run(message: Extract<ToWorker, { type: 'run' }>): Promise<void> {
  const { id, name, input, actor, confined, printed } = message;
  const signal = sharedSignal(new Int32Array(message.cancel), (progress) => send({ type: 'progress', id, progress }));
  const work = (): Promise<unknown> => core.run(name, input, { actor, confined, signal, printed });
  return printed ? answerPrinted(id, name, work) : answer(id, name, work);
}

async function handle(message: ToWorker): Promise<void> {
  if (message.type === 'run') return run(message);
  if (message.type === 'keyAnswer') {
    const waiting = questions.get(message.id);
    questions.delete(message.id);
    if (message.error === null) waiting?.resolve(message.value);
    else waiting?.reject(new Error(message.error));
    return undefined;
  }
  if (message.type === 'recover') return answer(message.id, 'recover', () => core.recover(message.actor));
  if (message.type === 'task') return answer(message.id, message.name, () => core.task(message.name, message.actor));
  if (message.type === 'refresh') return core.refreshReports(message.paths);
  try {
    await core.close(message.actor);
  } catch (error) {
    log.error('no checkpoint at the end', { error: String(error) });
  }
  send({ type: 'closed' });
  port?.close();
  return undefined;
}

port.on('message', (message: ToWorker) => {
  handle(message).catch((error: unknown) => log.error('a worker message failed', { type: message.type, error: String(error) }));
});
