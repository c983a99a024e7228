/** Entry of the helper thread that reads folders ahead of the first walk over a large tree; see `threads/readAhead.ts`. */
import { workerData } from 'node:worker_threads';
import { readFolders } from '#engines/reports';
import { nodeFileSystem } from '#engines/storage';
import { batchState, type AheadSetup, type Offer } from './threads/readAheadState.ts';

const { base, port, shared } = workerData as AheadSetup;
const states = new Int32Array(shared);

port.on('message', ({ batch, paths }: Offer) => {
  if (Atomics.compareExchange(states, batch, batchState.offered, batchState.helped) !== batchState.offered) return;
  try {
    port.postMessage(readFolders(nodeFileSystem, base, batch, paths));
    Atomics.store(states, batch, batchState.read);
  } catch {
    Atomics.store(states, batch, batchState.failed);
  }
  Atomics.notify(states, batch);
});
