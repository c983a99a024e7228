/** The core: engines on one workspace in one thread. Hosts with windows run one in a worker; the CLI runs it in place. */
import type { Actor, CheckFinding, EventName, EventPayload, Note, OperationName, OperationOutput, OperationParsed } from '#contract';
import type { Journal } from '#engines/journal';
import type { DeviceKeys } from '#engines/keyring';
import type { PlansEngine } from '#engines/plans';
import type { EngineContext, WorkSignal } from '#engines/storage';
import type { ReportIndex } from '#engines/reports';
import type { CoreTask, CoreTasks } from './tasks.ts';

/** Operations of the `console` area belong to the front; all others are run by a core. */
export type FrontOperation = Extract<OperationName, `console.${string}`>;
export type CoreOperation = Exclude<OperationName, FrontOperation>;

export interface CoreCall {
  readonly actor: Actor;
  /** True for windows: paths stay inside the workspace and its archive roots. */
  readonly confined: boolean;
  readonly signal: WorkSignal;
  /** The caller takes the JSON text in pieces; see `CallOptions.printed`. */
  readonly printed: boolean;
}

export type Emit = <N extends EventName>(name: N, payload: EventPayload<N>) => void;

/** What handlers work with. Everything heavy is made on first use. */
export interface CoreParts {
  readonly context: EngineContext;
  readonly readOnly: Note | null;
  readonly emit: Emit;
  workspaceId(): string;
  journal(): Promise<Journal>;
  keys(): Promise<DeviceKeys>;
  plans(): Promise<PlansEngine>;
  /** The index of a reports folder, as fresh as the disk. */
  reports(baseDirectory: string): Promise<ReportIndex>;
}

/** A value that engines may keep: nobody up here changes it. */
export type Kept<T> = T extends readonly (infer U)[] ? readonly Kept<U>[] : T extends object ? { readonly [K in keyof T]: Kept<T[K]> } : T;

export type CoreHandler<N extends CoreOperation> =
  (parts: CoreParts, input: OperationParsed<N>, call: CoreCall) => Kept<OperationOutput<N>> | Promise<Kept<OperationOutput<N>>>;

export type CoreHandlers<Area extends string> = {
  readonly [N in Extract<CoreOperation, `${Area}.${string}`>]: CoreHandler<N>;
};

/** Handlers that can print their answer instead of building it. */
export type CorePrinters = {
  readonly [N in CoreOperation]?: (parts: CoreParts, input: OperationParsed<N>, call: CoreCall) => Promise<Iterable<string>>;
};

export interface Core {
  /** Throws a ConsoleError; `input` has been parsed. */
  run(name: CoreOperation, input: unknown, call: CoreCall): Promise<unknown>;
  /** Takes note of changes on disk; null means that anything may have changed. Tells `reports.changed` where it matters. */
  refreshReports(paths: readonly string[] | null): Promise<void>;
  /** Completes or reverts what a crash left, and says what became of it; empty when there was nothing. */
  recover(actor: Actor): Promise<readonly CheckFinding[]>;
  /** What a running console does by itself; see `tasks.ts`. */
  task<N extends CoreTask>(name: N, actor: Actor): Promise<CoreTasks[N]>;
  /** Signs a checkpoint when entries were added. */
  close(actor: Actor): Promise<void>;
}
