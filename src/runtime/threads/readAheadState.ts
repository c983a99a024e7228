/** What the walk and its helper thread share: the state of each batch in memory of both, so that only one reads it. */
import type { MessagePort } from 'node:worker_threads';

export const batchState = { offered: 0, walked: 1, helped: 2, read: 3, failed: 4 } as const;

export interface AheadSetup {
  readonly base: string;
  readonly port: MessagePort;
  /** One Int32 per batch, see {@link batchState}. */
  readonly shared: SharedArrayBuffer;
}

export interface Offer {
  readonly batch: number;
  readonly paths: readonly string[];
}
