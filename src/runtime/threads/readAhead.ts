/**
 * The walk's side of the helper thread that reads folders ahead. The walk is synchronous: it looks for results without
 * an event loop, and sleeps on shared memory for the one batch at which both meet.
 */
import { availableParallelism } from 'node:os';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { FolderReader, FoldersRead, ReadAhead } from '#engines/reports';
import { programBeside } from './programs.ts';
import { batchState, type AheadSetup, type Offer } from './readAheadState.ts';

/** A million folders; those beyond are read by the walk alone. */
const mostBatches = 16_384;
/** A helper that is stuck in a call to the system for so long (a dead network share) is not waited for. */
const patienceMs = 10_000;

function start(entry: URL, base: string): FolderReader {
  const shared = new SharedArrayBuffer(mostBatches * Int32Array.BYTES_PER_ELEMENT);
  const states = new Int32Array(shared);
  const { port1: mine, port2: port } = new MessageChannel();
  const setup: AheadSetup = { base, port, shared };
  const worker = new Worker(entry, { workerData: setup, transferList: [port], execArgv: ['--disable-warning=ExperimentalWarning'], resourceLimits: { maxYoungGenerationSizeMb: 4 } });
  // Without a helper the walk reads every folder itself.
  worker.on('error', () => undefined);
  worker.unref();
  return {
    offer: (batch, paths) => mine.postMessage({ batch, paths } satisfies Offer),
    claim: (batch) => Atomics.compareExchange(states, batch, batchState.offered, batchState.walked) === batchState.offered,
    next: () => (receiveMessageOnPort(mine)?.message as FoldersRead | undefined) ?? null,
    waitFor: (batch) => void Atomics.wait(states, batch, batchState.helped, patienceMs),
    close: () => {
      mine.close();
      void worker.terminate();
    },
  };
}

/** Null where a second thread would only get in the way of the first, or where its program is missing. */
export function readAheadThread(): ReadAhead | null {
  const entry = availableParallelism() > 1 ? programBeside('readAhead') : null;
  return entry === null ? null : { mostBatches, start: (base) => start(entry, base) };
}
