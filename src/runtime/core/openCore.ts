/** Builds the engines of one workspace, each on first use, and runs operations on them. */
import { accessSync, constants } from 'node:fs';
import { ConsoleError, isConsoleError, note, type Actor, type ConsoleErrorBody, type Note } from '#contract';
import type { Journal } from '#engines/journal';
import type { DeviceKeys } from '#engines/keyring';
import type { PlansEngine } from '#engines/plans';
import type { ReadAhead, ReportIndex } from '#engines/reports';
import type { EngineContext, WorkSignal } from '#engines/storage';
import { ensureWorkspaceId, locked, lockedAsync, placeOf, readPolicy, workspaceId } from '#engines/workspace';
import type { Core, CoreCall, CoreOperation, CoreParts, CorePrinters, Emit } from './types.ts';

export interface CoreOptions {
  readonly context: EngineContext;
  /** The device key; owned by the thread that may hold the native keyring library. */
  readonly keys: () => Promise<DeviceKeys>;
  readonly emit: Emit;
  /** True where a watcher tells about changes: then an index is only read again after it did. */
  readonly watched: boolean;
  /** A helper for the first walk over a large tree of reports; null to read it alone. */
  readonly ahead: ReadAhead | null;
}

/** Made once, also when asked for twice at the same time. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}

export function readOnlyReason(root: string): Note | null {
  try {
    accessSync(root, constants.W_OK);
    return null;
  } catch {
    return note('folder_not_writable', { path: root });
  }
}

const areas = {
  workspace: () => import('./workspaceHandlers.ts').then((area) => area.workspaceHandlers),
  reports: () => import('./reportHandlers.ts').then((area) => area.reportHandlers),
  plans: () => import('./planHandlers.ts').then((area) => area.planHandlers),
  trash: () => import('./trashHandlers.ts').then((area) => area.trashHandlers),
  artifacts: () => import('./artifactHandlers.ts').then((area) => area.artifactHandlers),
  signoffs: () => import('./signOffHandlers.ts').then((area) => area.signOffHandlers),
  automode: () => import('./automodeHandlers.ts').then((area) => area.automodeHandlers),
  models: () => import('./modelHandlers.ts').then((area) => area.modelHandlers),
  retraining: () => import('./retrainingHandlers.ts').then((area) => area.retrainingHandlers),
  journal: () => import('./journalHandlers.ts').then((area) => area.journalHandlers),
} as const;

async function handlerOf(name: CoreOperation): Promise<(parts: CoreParts, input: unknown, call: CoreCall) => unknown> {
  const area = name.slice(0, name.indexOf('.')) as keyof typeof areas;
  const handlers: Readonly<Record<string, unknown>> = await areas[area]();
  return handlers[name] as (parts: CoreParts, input: unknown, call: CoreCall) => unknown;
}

/** Null for operations that answer with a value only. */
async function printerOf(name: CoreOperation): Promise<((parts: CoreParts, input: unknown, call: CoreCall) => Promise<Iterable<string>>) | null> {
  const printers: CorePrinters = name.startsWith('models.') ? (await import('./modelHandlers.ts')).modelPrinters : (await import('./reportHandlers.ts')).reportPrinters;
  return (printers[name] ?? null) as ((parts: CoreParts, input: unknown, call: CoreCall) => Promise<Iterable<string>>) | null;
}

export function openCore(options: CoreOptions): Core {
  const { context } = options;
  const indexes = new Map<string, ReportIndex>();
  const dirty = new Set<ReportIndex>();
  let appended = false;

  const { keys } = options;

  const journal = once(async (): Promise<Journal> => {
    const { openJournal } = await import('#engines/journal');
    return openJournal(context, {
      workspaceId: workspaceId(context),
      lock: (work) => locked(context, 'journal', { purpose: 'append to the journal' }, work),
    });
  });

  const plans = once(async (): Promise<PlansEngine> => {
    const [{ planProviders }, record] = await Promise.all([import('./providers.ts'), journal()]);
    // A plan is made from what the disk holds now, not from what a watcher has told so far.
    const index = (_context: EngineContext, base: string, signal: WorkSignal): ReportIndex => {
      const known = indexOf(base);
      dirty.delete(known);
      known.refresh(signal);
      return known;
    };
    const engine: PlansEngine = {
      context,
      get providers() {
        return providers;
      },
      workspaceId: () => ensureWorkspaceId(context),
      config: () => readPolicy(context).config,
      record: (entry) => {
        ensureWorkspaceId(context);
        const written = record.append(entry);
        appended = true;
        options.emit('journal.appended', { last_seq: written.seq });
        return written;
      },
      recordAll: (entries) => {
        ensureWorkspaceId(context);
        const written = record.appendMany(entries).at(-1);
        appended = true;
        if (written !== undefined) options.emit('journal.appended', { last_seq: written.seq });
      },
      recorded: (query) => record.list(query),
      changed: (id, status) => {
        options.emit('plans.changed', { id, status });
        if (status !== 'pending') options.emit('trash.changed', {});
      },
    };
    const providers = planProviders({ context, journal: record, record: (entry) => engine.record(entry), emit: options.emit, index });
    return engine;
  });

  let openIndexNow: ((base: string) => ReportIndex) | null = null;
  const reportsRoom = once(async () => {
    const room = await import('#engines/reports');
    openIndexNow = (base) => room.openReportIndex(context, base, options.ahead);
    return room;
  });

  /** The texts that a search looks through are made while nobody waits for them. */
  let warming: NodeJS.Timeout | null = null;
  const warmSoon = (index: ReportIndex): void => {
    warming ??= setTimeout(() => {
      warming = null;
      void reportsRoom().then((room) => room.warmSearch(index));
    }, 400).unref();
  };

  const indexOf = (base: string): ReportIndex => {
    if (openIndexNow === null) throw new ConsoleError('INTERNAL', 'The reports engine is not loaded yet.');
    const known = indexes.get(base);
    if (known) return known;
    const index = openIndexNow(base);
    indexes.set(base, index);
    dirty.add(index);
    return index;
  };

  const freshIndexNow = (base: string): ReportIndex => {
    const index = indexOf(base);
    const watchedHere = options.watched && base === placeOf(context, 'reports');
    if (!watchedHere || dirty.has(index)) {
      dirty.delete(index);
      index.refresh();
      if (watchedHere) warmSoon(index);
    }
    return index;
  };

  const parts: CoreParts = {
    context,
    readOnly: readOnlyReason(context.root),
    emit: options.emit,
    workspaceId: () => workspaceId(context),
    journal,
    keys,
    plans: async () => {
      await reportsRoom();
      return plans();
    },
    reports: async (base) => {
      await reportsRoom();
      return freshIndexNow(base);
    },
  };

  return {
    run: async (name, input, call) => {
      const printer = call.printed ? await printerOf(name) : null;
      if (printer !== null) return printer(parts, input, call);
      const handler = await handlerOf(name);
      return handler(parts, input, call);
    },
    refreshReports: async (paths) => {
      await reportsRoom();
      const index = indexes.get(placeOf(context, 'reports'));
      if (!index) return;
      const result = paths === null ? index.refresh() : index.refreshPaths(paths);
      warmSoon(index);
      if (result.changed) options.emit('reports.changed', { revision: result.revision, paths: [...result.paths] });
    },
    recover: async (actor) => {
      if (parts.readOnly !== null) return [];
      const { interruptedPlans, recoverPlans } = await import('#engines/plans');
      const engine = await parts.plans();
      if (interruptedPlans(engine).length === 0) return [];
      try {
        const findings = await lockedAsync(context, 'acts', { purpose: 'recover', waitMs: 0 }, () => recoverPlans(engine, actor));
        for (const { severity, plan_id: id, message } of findings) context.log[severity === 'problem' ? 'error' : 'warn'](message, { plan: id });
        return findings;
      } catch (error) {
        // Somebody holds the lock: those plans are being applied, not left behind.
        if (isConsoleError(error) && error.code === 'BUSY') return [];
        throw error;
      }
    },
    task: async (name, actor) => (await import('./tasks.ts')).runTask(parts, name, actor),
    close: async (actor: Actor) => {
      if (!appended) return;
      appended = false;
      try {
        await (await journal()).checkpoint(await keys(), actor);
      } catch (error) {
        // The act itself is done and recorded; a journal that contradicts its pin is what "journal verify" reports.
        context.log.error('no checkpoint was signed', { error: error instanceof Error ? error.message : String(error) });
      }
    },
  };
}

/** A refusal of the operating system that no engine has put into words is the disk's or the rights' matter, no defect. */
function systemBody(error: unknown): ConsoleErrorBody | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error) || typeof error.code !== 'string') return null;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : null;
  const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  return {
    code: full ? 'NO_SPACE' : 'IO',
    message: `The operating system refused to ${String(error.syscall)} ${path ?? 'a file'} (${error.code}).`,
    remedy: full ? 'Free space on this volume, then try again.' : 'Check the disk, and the owner and the rights of this path; then run "sterownia workspace check".',
    details: { path, system: error.code },
  };
}

/** For messages between threads: errors of the contract keep their body, those of the system are told as such, all others become INTERNAL. */
export function errorBody(error: unknown): ConsoleErrorBody {
  if (isConsoleError(error)) return { code: error.code, message: error.message, remedy: error.remedy, details: error.details };
  const system = systemBody(error);
  if (system !== null) return system;
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message: `A defect of the console: ${message}`, remedy: 'Report it with the log file.', details: {} };
}
