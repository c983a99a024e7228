/** What a host holds: an open console on one workspace, and the way to call operations on it. */
import type { Actor, CheckFinding, EventEnvelope, OperationName, OperationInput, OperationOutput, Progress, Result } from '#contract';
import type { Clock, FileSystem, Ids, Log } from '#engines/storage';

export type HostKind = 'electron' | 'headless' | 'cli';

/** What only some hosts can do; an absent member means that this host cannot. */
export interface HostAbilities {
  /** Shows a folder in the file manager; false when there is no desktop. */
  readonly openFolder?: (path: string) => Promise<boolean>;
  /** Lets the person choose a folder; null when they changed their mind. */
  readonly chooseFolder?: () => Promise<string | null>;
  /** Opens another workspace in the place of this one; absent where a console serves one workspace only. */
  readonly switchWorkspace?: (path: string) => Promise<void>;
}

export interface OpenOptions {
  /** Folder of the workspace; must exist. Missing sub-folders are made when they are first written to. */
  readonly workspace: string;
  readonly host: HostKind;
  /** Who works here; default: the account of the operating system. */
  readonly actor?: Actor;
  /** True in hosts with windows: engines run in worker threads, folders are watched, loops run. */
  readonly threads: boolean;
  readonly abilities?: HostAbilities;
  /** Folder of the person's own documents (preferences, recent workspaces, key file); default per operating system. */
  readonly configDirectory?: string;
  /** Pause between two looks of the background loop, in milliseconds; default 5000. */
  readonly loopEveryMs?: number;
  /** Port for `/metrics` in the place of the configured one; null: none. */
  readonly metricsPort?: number | null;
  /** Told what became of work that a crash had left, once it was completed or reverted. */
  readonly onRecovered?: (findings: readonly CheckFinding[]) => void;
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly log?: Log;
  readonly fs?: FileSystem;
}

export interface CallOptions {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  /**
   * Windows may name only folders inside the workspace and its archive roots; the command line, which runs with the
   * person's own rights, may name any folder.
   */
  readonly door: 'window' | 'cli';
  /**
   * Asks for the JSON text of an answer piece by piece (`PrintedAnswer`) instead of its value: of `reports.overview` because
   * it is large, at the command line also of those that echo files of models, whose numbers keep their digits in text. All
   * others answer with the value as always.
   */
  readonly printed?: boolean;
}

export interface Console {
  readonly workspacePath: string;
  /** Never throws and never rejects: every failure is an envelope. `input` is unchecked; it may come from anywhere. */
  call(name: string, input: unknown, options: CallOptions): Promise<Result<unknown>>;
  /** The same with the types of the table, for hosts and tests. */
  invoke<N extends OperationName>(name: N, input: OperationInput<N>, options: CallOptions): Promise<Result<OperationOutput<N>>>;
  subscribe(listener: (event: EventEnvelope) => void): () => void;
  /** Prometheus text of all metrics, and its content type. */
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>;
  /** Stops loops and watchers, signs a checkpoint, ends the threads. */
  close(): Promise<void>;
}
