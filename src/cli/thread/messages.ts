/** What passes between the main thread and the thread that holds the console. */
import type { CheckFinding, ConsoleErrorBody, Progress, Result } from '#contract';

export interface ThreadSetup {
  readonly workspace: string;
}

export type ToThread =
  /** `stop` is shared memory, because a thread in the middle of synchronous work reads no messages. */
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly input: unknown; readonly printed: boolean; readonly stop: SharedArrayBuffer }
  | { readonly type: 'close' };

export type FromThread =
  | { readonly type: 'opened'; readonly workspacePath: string }
  | { readonly type: 'refused'; readonly error: ConsoleErrorBody }
  | { readonly type: 'recovered'; readonly findings: readonly CheckFinding[] }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  /** A printed answer comes as the list of its pieces. */
  | { readonly type: 'result'; readonly id: number; readonly result: Result<unknown> }
  | { readonly type: 'closed' };
