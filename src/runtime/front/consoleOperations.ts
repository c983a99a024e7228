/** The `console` area, and the state that windows start from: one snapshot with a revision, then deltas. */
import { realpathSync } from 'node:fs';
import {
  ConsoleError, noteText,
  type Actor, type EventName, type KeyStatus, type Note, type OperationName, type OperationOutput, type OperationParsed, type Preferences, type Snapshot, type Verification, type WorkspaceInfo,
} from '#contract';
import { planIdOfFile } from './planFiles.ts';
import type { EngineContext } from '#engines/storage';
import { isWorkspace, readPolicy, roleOf, workspaceInfo } from '#engines/workspace';
import type { CoreOperation, FrontOperation } from '../core/types.ts';
import type { Backend } from '../threads/pool.ts';
import type { OpenOptions } from '../types.ts';
import { versions } from '../versions.ts';
import type { EventHub } from './eventHub.ts';
import { createBackground, noNeeds, type Background } from './background.ts';
import type { Metrics } from './metrics.ts';
import { portOf } from './metricsPort.ts';
import { openNotifications, type Notice, type Notifications } from './notifications.ts';
import { openPersonal } from './personal.ts';
import { watchWorkspace, type Watcher, type WatchedPlace } from './watcher.ts';

export interface ConsoleParts {
  readonly options: OpenOptions;
  readonly context: EngineContext;
  readonly configDirectory: string;
  readonly hub: EventHub;
  readonly backend: Backend;
  readonly readOnly: Note | null;
  readonly actor: Actor;
  /** Null in hosts without windows: they count nothing and run nothing. */
  readonly metrics: Metrics | null;
}

export interface ConsoleOperations {
  handles(name: OperationName): name is FrontOperation;
  run(name: FrontOperation, input: unknown, actor: Actor): Promise<unknown>;
  /** An engine told something; the snapshot and notifications follow. */
  noticed(name: EventName, payload: unknown): void;
  /** A window asked for a verification: the foot line shows what came out. */
  verified(found: Verification): void;
  /** What a crash left is completed or reverted; whoever works here is told. */
  recover(): Promise<void>;
  /** Text of all metrics of a running console, up to this moment. */
  metricsText(metrics: Metrics): ReturnType<Metrics['text']>;
  start(workspace: WorkspaceInfo): Promise<void>;
  stop(): Promise<void>;
}

const toldByJournal: ReadonlySet<string> = new Set<OperationName>(['models.promote', 'models.rollback']);

type Counted = Pick<Snapshot, 'plans_waiting' | 'trash'>;

export function createConsoleOperations(parts: ConsoleParts): ConsoleOperations {
  const { context, hub, backend, options } = parts;
  const personal = openPersonal(context, parts.configDirectory);
  let notifications: Notifications | null = null;
  const notes = (): Notifications => (notifications ??= openNotifications(context, parts.readOnly === null));
  let watcher: Watcher | null = null;
  let polling: Note | null = null;
  let verification: Snapshot['verification'] = null;
  let counted: Counted = { plans_waiting: 0, trash: { entries: 0, bytes: 0 } };
  let reportsRevision = 0;
  let recount: NodeJS.Timeout | null = null;
  let firstVerification: NodeJS.Timeout | null = null;

  const ask = <N extends CoreOperation>(name: N, input: OperationParsed<N>): Promise<OperationOutput<N>> =>
    backend.run({ name, input, actor: parts.actor, confined: true, onProgress: () => undefined, signal: null }) as Promise<OperationOutput<N>>;

  /** Where the key is, without making one: the keyring may take its time, so windows learn it by a delta. */
  let key: KeyStatus = { storage: 'none', key_id: null, warning: null };

  const raise = (notice: Notice): void => {
    const raised = notes().raise(notice);
    hub.emit('notification.added', raised);
    hub.emit('console.delta', { notifications: [...notes().all()] });
  };

  const count = async (): Promise<void> => {
    const [waiting, trash] = await Promise.all([
      ask('plans.list', { limit: 1000, offset: 0, status: ['pending'] }),
      ask('trash.list', { limit: 1, offset: 0 }),
    ]);
    const next: Counted = {
      plans_waiting: waiting.plans.filter((plan) => plan.requested !== null || plan.needs.some((need) => need.kind === 'approval')).length,
      trash: { entries: trash.totals.entries, bytes: trash.totals.bytes },
    };
    parts.metrics?.plansWaiting(next.plans_waiting);
    if (JSON.stringify(next) === JSON.stringify(counted)) return;
    counted = next;
    hub.emit('console.delta', next);
  };

  const countSoon = (): void => {
    recount ??= setTimeout(() => {
      recount = null;
      count().catch((error: unknown) => context.log.warn('counting failed', { error: String(error) }));
    }, 100).unref();
  };

  const loops = (): Snapshot['loops'] => [
    { name: 'watcher', severity: polling === null ? 'ok' : 'attention', next_at: null, ...(polling === null ? { detail: null } : { detail: noteText(polling), detail_notes: [polling] }) },
    ...(background?.loops ?? []),
  ];

  const metricsText = async (metrics: Metrics): ReturnType<Metrics['text']> => {
    await background?.beforeMetrics();
    return metrics.text();
  };

  const { metrics: counters } = parts;
  const background: Background | null = counters === null ? null : createBackground({
    context, hub, backend, metrics: counters, text: () => metricsText(counters), actor: parts.actor, readOnly: parts.readOnly, notifications: notes, raise,
    loopsChanged: () => hub.emit('console.delta', { loops: loops() }), needsChanged: (needs) => hub.emit('console.delta', { needs }), everyMs: options.loopEveryMs, metricsPort: options.metricsPort === undefined ? portOf(process.env) : options.metricsPort,
  });

  const snapshot = async (actor: Actor): Promise<Snapshot> => {
    const policy = readPolicy(context);
    if (!options.threads) await count();
    return {
      revision: hub.revision,
      workspace: workspaceInfo(context, parts.readOnly),
      actor,
      role: roleOf(policy.config, actor.os_user),
      host_kind: options.host,
      versions: versions(),
      preferences: personal.preferences(),
      policy: policy.config,
      policy_problems: [...policy.problems],
      policy_problem_notes: [...policy.notes],
      key,
      verification,
      notifications: [...notes().all()],
      ...counted,
      reports_revision: reportsRevision,
      loops: loops(),
      needs: background?.needs ?? noNeeds,
      recent_workspaces: personal.recent(),
    };
  };

  const openFolder = async ({ relative_path }: OperationParsed<'console.open_folder'>): Promise<OperationOutput<'console.open_folder'>> => {
    const { directory } = await ask('reports.show', { relative_path });
    return { path: directory, opened: (await options.abilities?.openFolder?.(directory)) ?? false };
  };

  const openWorkspace = async ({ path }: OperationParsed<'console.open_workspace'>, actor: Actor): Promise<OperationOutput<'console.open_workspace'>> => {
    const chosen = path ?? (await chooseFolder());
    if (chosen === null) return { workspace: null };
    const other = { ...context, root: realFolder(chosen) };
    // What a person picks in the system's own dialog or types in a terminal is meant; a page may only name workspaces.
    if (path !== undefined && actor.door === 'window' && !isWorkspace(other) && !personal.recent().some((known) => known.path === other.root)) throw noWorkspace(path);
    const workspace = workspaceInfo(other);
    personal.remember(workspace);
    if (options.abilities?.switchWorkspace) await options.abilities.switchWorkspace(other.root);
    else hub.emit('console.delta', { recent_workspaces: personal.recent() });
    return { workspace };
  };

  const chooseFolder = (): Promise<string | null> => {
    if (options.abilities?.chooseFolder) return options.abilities.chooseFolder();
    throw new ConsoleError('NOT_SUPPORTED_HERE', 'This console has no desktop to choose a folder on.', { remedy: 'Give the path of the folder.', details: { field: 'path' } });
  };

  const handlers: { readonly [N in FrontOperation]: (input: OperationParsed<N>, actor: Actor) => Promise<OperationOutput<N>> } = {
    'console.snapshot': (_input, actor) => snapshot(actor),
    'console.save_preferences': async (change) => {
      const preferences = personal.savePreferences(definedOnly(change));
      hub.emit('console.delta', { preferences });
      return preferences;
    },
    'console.notifications': async () => ({ notifications: [...notes().all()] }),
    'console.mark_seen': async ({ id }) => {
      const all = [...notes().markSeen(id)];
      hub.emit('console.delta', { notifications: all });
      return { notifications: all };
    },
    'console.open_workspace': openWorkspace,
    'console.open_folder': openFolder,
  };

  const planNotice = async (id: string): Promise<void> => {
    const plan = await ask('plans.show', { id });
    const address = `#/approvals/${id}`;
    const params = { operation: plan.operation, targets: plan.totals.targets, author: plan.author.name };
    if (plan.status === 'pending' && plan.requested !== null) raise({ kind: 'plan_waiting', severity: 'attention', critical: false, params, address });
    if (plan.outcome === null) return;
    const bad = plan.status === 'partial' || plan.status === 'failed';
    if (bad || plan.status === 'reverted') raise({ kind: `plan_${plan.status}`, severity: bad ? 'blocked' : 'attention', critical: bad, params, address });
    // A change of champion is told with its reason when the decision journal brings it; that must stay the last word.
    else if (plan.status === 'applied' && !toldByJournal.has(plan.operation)) raise({ kind: 'plan_applied', severity: 'ok', critical: false, params: { ...params, bytes: plan.outcome.bytes }, address });
  };

  /** Another process made or changed plans; without names the newest may be new. */
  const plansOnDisk = async (paths: readonly string[] | null): Promise<void> => {
    const named = paths === null
      ? (await ask('plans.list', { limit: 20, offset: 0, status: [] })).plans.map((plan) => plan.id)
      : paths.map(planIdOfFile).filter((id) => id !== null);
    for (const id of new Set(named)) {
      const plan = await ask('plans.show', { id });
      hub.emit('plans.changed', { id, status: plan.status });
    }
  };

  const changedOnDisk = (place: WatchedPlace['name'], paths: readonly string[] | null): void => {
    background?.changedOnDisk(place, paths);
    if (place === 'reports') backend.refresh(paths);
    else if (place === 'journal') hub.emit('journal.appended', { last_seq: 0 });
    else if (place === 'config') {
      const policy = readPolicy(context);
      hub.emit('console.delta', { policy: policy.config, policy_problems: [...policy.problems], policy_problem_notes: [...policy.notes] });
    } else if (place === 'trash' || place === 'plans') {
      countSoon();
      if (place === 'trash') hub.emit('trash.changed', {});
      if (place === 'plans') plansOnDisk(paths).catch((error: unknown) => context.log.warn('a plan on disk is not readable', { error: String(error) }));
    }
  };

  return {
    handles: (name): name is FrontOperation => Object.hasOwn(handlers, name),
    run: (name, input, actor) => (handlers[name] as (input: unknown, actor: Actor) => Promise<unknown>)(input, actor),
    noticed: (name, payload) => {
      if (!options.threads) return;
      background?.noticed(name, payload);
      if (name === 'reports.changed') {
        reportsRevision = (payload as { readonly revision: number }).revision;
        hub.emit('console.delta', { reports_revision: reportsRevision });
      }
      if (name === 'trash.changed') countSoon();
      if (name !== 'plans.changed') return;
      countSoon();
      planNotice((payload as { readonly id: string }).id).catch((error: unknown) => context.log.warn('no notification for a plan', { error: String(error) }));
    },
    verified,
    recover: async () => {
      const findings = await backend.recover(parts.actor);
      if (findings.length === 0) return;
      options.onRecovered?.(findings);
      raise({ kind: 'workspace_recovered', severity: 'attention', critical: true, params: {}, address: '#/journal' });
    },
    start: async (workspace) => {
      personal.remember(workspace);
      watcher = watchWorkspace({
        root: context.root,
        log: context.log,
        onChange: changedOnDisk,
        onState: (state) => {
          polling = state;
          hub.emit('console.delta', { loops: loops() });
        },
      });
      background?.start();
      await count();
      verifySoon();
    },
    metricsText,
    stop: async () => {
      await background?.stop();
      if (recount) clearTimeout(recount);
      if (firstVerification) clearTimeout(firstVerification);
      await watcher?.close();
    },
  };

  function verified(found: Verification): void {
    verification = { status: found.status, entries: found.entries, verified_at: found.verified_at };
    key = found.key;
    hub.emit('console.delta', { verification, key });
    if (found.status === 'broken') raise({ kind: 'journal_broken', severity: 'blocked', critical: true, params: { findings: found.findings.length }, address: '#/journal' });
  }

  async function verifyNow(): Promise<void> {
    verified(await ask('journal.verify', {}));
  }

  function verifySoon(): void {
    firstVerification = setTimeout(() => {
      verifyNow().catch((error: unknown) => context.log.warn('the journal could not be verified', { error: String(error) }));
    }, 1_500).unref();
  }
}

const noWorkspace = (path: string): ConsoleError => new ConsoleError('INPUT_INVALID', `The folder ${path} holds neither reports nor anything else of a workspace. Nothing was changed.`, {
  remedy: 'Name the folder that holds var, audit and config; or open a new one once with "sterownia serve --workspace DIR" or the desktop\'s own dialog.', details: { field: 'path', path },
});

function realFolder(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    throw new ConsoleError('NOT_FOUND', `There is no folder ${path}. Nothing was changed.`, { remedy: 'Give an existing folder.', details: { field: 'path', path } });
  }
}

/** Leaves out members that were not given, so that they do not overwrite what is stored. */
function definedOnly(change: OperationParsed<'console.save_preferences'>): Partial<Preferences> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
