/** Opens a workspace for a host: the front half of the runtime, which owns events, snapshot, notifications and preferences. */
import { realpathSync, statSync } from 'node:fs';
import { ConsoleError, operationEntry, type Actor, type EventName, type EventPayload, type OperationName, type Result, type Verification } from '#contract';
import type { DeviceKeys } from '#engines/keyring';
import { nodeFileSystem, silentLog, systemClock, systemIds, type EngineContext, type WorkSignal } from '#engines/storage';
import { readPolicy, roleOf, workspaceInfo } from '#engines/workspace';
import { once, openCore, readOnlyReason } from '../core/openCore.ts';
import type { CoreOperation } from '../core/types.ts';
import { canBePrinted, PrintedAnswer } from '../printed.ts';
import { readAheadThread } from '../threads/readAhead.ts';
import { cancelled } from '../threads/signal.ts';
import type { Backend } from '../threads/pool.ts';
import { defaultConfigDirectory, osActor } from '../platform.ts';
import type { CallOptions, Console, OpenOptions } from '../types.ts';
import { createConsoleOperations, type ConsoleOperations } from './consoleOperations.ts';
import { dispatch, type Standing } from './dispatch.ts';
import { createEventHub } from './eventHub.ts';
import type { Metrics } from './metrics.ts';

/** Until there are licences, everybody has the basic set: an entry that names a capability stays shut. */
const basicSet: ReadonlySet<string> = new Set();

function realWorkspace(path: string): string {
  let found = 'There is no folder';
  try {
    const real = realpathSync.native(path);
    if (statSync(real).isDirectory()) return real;
    found = 'This is no folder:';
  } catch {
    // Said below, in words that help.
  }
  throw new ConsoleError('NOT_FOUND', `${found} ${path}. No workspace was opened.`, { remedy: 'Give an existing folder with --workspace.', details: { field: 'workspace', path } });
}

/** The core in this very thread, for hosts without windows: nothing is copied, nothing is started. */
async function inPlace(context: EngineContext, keys: () => Promise<DeviceKeys>, emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void): Promise<Backend> {
  // A file system of a test has to see every call itself.
  const ahead = context.fs === nodeFileSystem ? readAheadThread() : null;
  const core = openCore({ context, keys, emit, watched: false, ahead });
  return {
    run: (request) => {
      const { signal } = request;
      const work: WorkSignal = {
        get cancelled() {
          return signal?.aborted ?? false;
        },
        check: () => {
          if (signal?.aborted) throw cancelled();
        },
        progress: request.onProgress,
      };
      return core.run(request.name, request.input, { actor: request.actor, confined: request.confined, signal: work, printed: request.printed === true });
    },
    recover: (actor) => core.recover(actor),
    task: (name, actor) => core.task(name, actor),
    refresh: () => undefined,
    close: (actor) => core.close(actor),
  };
}

export async function openConsole(options: OpenOptions): Promise<Console> {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLog;
  const configDirectory = options.configDirectory ?? defaultConfigDirectory();
  const root = realWorkspace(options.workspace);
  const context: EngineContext = { root, fs: options.fs ?? nodeFileSystem, clock, ids: options.ids ?? systemIds(clock), log };
  const hub = createEventHub(log);
  const readOnly = readOnlyReason(root);
  const loopActor: Actor = { ...(options.actor ?? osActor('loop')), door: 'loop' };
  let operations: ConsoleOperations | null = null;

  const keys = once(async (): Promise<DeviceKeys> => {
    const { openDeviceKeys } = await import('#engines/keyring');
    return openDeviceKeys({
      serviceName: 'sterownia', fs: context.fs, clock, fallbackDirectory: configDirectory,
      loadKeytar: () => import('keytar'), environment: process.env,
    });
  });

  const onEvent = (name: EventName, payload: unknown): void => {
    hub.emit(name, payload as EventPayload<typeof name>);
    operations?.noticed(name, payload);
  };

  const backend = options.threads
    ? (await import('../threads/pool.ts')).openThreads({ setup: { workspace: root, watched: true }, log, keys, onEvent })
    : await inPlace(context, keys, onEvent);

  let metrics: Metrics | null = null;
  const loadMetrics = async (): Promise<Metrics> => (metrics ??= (await import('./metrics.ts')).createMetrics());
  if (options.threads) await loadMetrics();

  operations = createConsoleOperations({ options, context, configDirectory, hub, backend, readOnly, actor: loopActor, metrics: options.threads ? metrics : null });
  const front = operations;

  const standing = (door: CallOptions['door']): Standing => {
    const actor: Actor = { ...(options.actor ?? osActor(door)), door };
    return { actor, role: roleOf(readPolicy(context).config, actor.os_user), capabilities: basicSet, readOnly };
  };

  // Without windows nothing is done before somebody wants a change: queries never write. The check recovers by itself, and tells.
  let recovered = options.threads || readOnly !== null;
  const run = async (name: OperationName, input: unknown, call: CallOptions, actor: Actor): Promise<unknown> => {
    if (!recovered && name !== 'workspace.check' && operationEntry(name).kind !== 'query') {
      recovered = true;
      await front.recover();
    }
    if (front.handles(name)) return front.run(name, input, actor);
    const printed = call.printed === true && canBePrinted(name, call.door);
    const value = await backend.run({
      name: name as CoreOperation, input, actor, confined: call.door === 'window',
      onProgress: call.onProgress ?? (() => undefined), signal: call.signal ?? null,
      printed,
    });
    if (printed) return new PrintedAnswer(value as Iterable<string | Uint8Array>);
    if (name === 'journal.verify' || name === 'journal.accept') front.verified(value as Verification);
    return value;
  };

  const call = async (name: string, input: unknown, callOptions: CallOptions): Promise<Result<unknown>> => {
    const started = performance.now();
    const who = standing(callOptions.door);
    const result = await dispatch({
      name, input, standing: who,
      checkOutput: callOptions.door === 'window',
      run: (known, parsed) => run(known, parsed, callOptions, who.actor),
      onDefect: (operation, error) => log.error('operation failed', { operation, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    });
    metrics?.operation(result.ok || result.error.code !== 'UNKNOWN_OPERATION' ? name : 'unknown', result.ok ? 'ok' : result.error.code, (performance.now() - started) / 1000);
    return result;
  };

  if (options.threads && readOnly === null) await front.recover();
  if (options.threads) await front.start(workspaceInfo(context, readOnly));

  return {
    workspacePath: root,
    call,
    invoke: call as Console['invoke'],
    subscribe: hub.subscribe,
    metrics: async () => front.metricsText(await loadMetrics()),
    close: async () => {
      await front.stop();
      await backend.close(loopActor);
    },
  };
}
