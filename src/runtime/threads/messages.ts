/** Messages between the front and a worker thread. The cancel flag is shared memory: a busy worker reads no messages. */
import type { Actor, ConsoleErrorBody, EventName, Progress } from '#contract';
import type { CoreTask } from '../core/tasks.ts';
import type { CoreOperation } from '../core/types.ts';
import type { KeyQuestion, SignRequest } from './remoteKeys.ts';

export interface WorkerSetup {
  readonly workspace: string;
  readonly watched: boolean;
}

export type ToWorker =
  | { readonly type: 'run'; readonly id: number; readonly name: CoreOperation; readonly input: unknown; readonly actor: Actor; readonly confined: boolean; readonly printed: boolean; readonly cancel: SharedArrayBuffer }
  | { readonly type: 'recover'; readonly id: number; readonly actor: Actor }
  | { readonly type: 'task'; readonly id: number; readonly name: CoreTask; readonly actor: Actor }
  | { readonly type: 'refresh'; readonly paths: readonly string[] | null }
  | { readonly type: 'keyAnswer'; readonly id: number; readonly value: unknown; readonly error: string | null }
  | { readonly type: 'close'; readonly actor: Actor };

export type FromWorker =
  | { readonly type: 'value'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: ConsoleErrorBody }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'event'; readonly name: EventName; readonly payload: unknown }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string; readonly details: Readonly<Record<string, unknown>> }
  | { readonly type: 'keyQuestion'; readonly id: number; readonly question: KeyQuestion }
  | { readonly type: 'sign'; readonly request: SignRequest }
  | { readonly type: 'closed' };
