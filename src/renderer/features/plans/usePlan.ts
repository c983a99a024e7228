/**
 * The life of one plan in the dialog: previewing, ready, being applied, done, being undone. At each moment at most one
 * call is open, and only a fresh plan of the present options can be applied.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import * as z from 'zod';
import { operationEntry, type ConsoleErrorBody, type ConsoleTransport, type Drift, type OperationName, type PlanView, type Progress, type Result } from '#contract';
import { useStore, useTransport, type PlanRequest } from '../../state/store.ts';
import { waitsForReason } from './rules.ts';
import { knownOperation } from './sentence.ts';

export type Phase = 'planning' | 'ready' | 'applying' | 'undoing' | 'saving';

export interface PlanLife {
  readonly phase: Phase;
  readonly plan: PlanView | null;
  readonly error: ConsoleErrorBody | null;
  readonly progress: Progress | null;
  /** When the running work began, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly drift: readonly Drift[];
  readonly driftCount: number;
  /** The options of the plan as they were asked for; null until they are known. */
  readonly input: Readonly<Record<string, unknown>> | null;
}

export interface PlanActs {
  readonly planAgain: (change?: Readonly<Record<string, unknown>>) => void;
  readonly apply: (confirmation: string | null) => void;
  readonly undo: () => void;
  readonly stop: () => void;
  readonly request: (note: string) => void;
  readonly approve: (note: string) => void;
  readonly reject: (reason: string) => void;
}

type Call = (signal: AbortSignal, onProgress: (progress: Progress) => void) => Promise<Result<PlanView>>;

const start: PlanLife = { phase: 'planning', plan: null, error: null, progress: null, startedAt: Date.now(), drift: [], driftCount: 0, input: null };

/** Stored inputs hold null where nothing was given, and what the engine added to them; the operation wants neither. */
function givenOnly(name: OperationName, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { input } = operationEntry(name);
  const shape = input instanceof z.ZodObject ? input.shape : given;
  return Object.fromEntries(Object.entries(given).filter(([field, value]) => value !== null && value !== undefined && Object.hasOwn(shape, field)));
}

function makePlan(transport: ConsoleTransport, operation: string, input: Readonly<Record<string, unknown>>): Call {
  return (signal, onProgress) => {
    const name = knownOperation(operation);
    if (name === null) return Promise.resolve({ ok: false, error: { code: 'UNKNOWN_OPERATION', message: operation, remedy: '', details: {} } });
    // The host checks the input against the operation's schema; what is wrong comes back with the field's name.
    return transport.call(name, givenOnly(name, input) as never, { signal, onProgress });
  };
}

const driftOf = (error: ConsoleErrorBody): readonly Drift[] => {
  const list = error.details['drift'];
  return Array.isArray(list) ? (list as readonly Drift[]) : [];
};

export function usePlan(request: PlanRequest): { readonly life: PlanLife; readonly acts: PlanActs } {
  const transport = useTransport();
  const [life, setLife] = useState<PlanLife>(() => (
    request.operation === null ? { ...start, startedAt: Date.now() } : { ...start, phase: waitsForReason(request.operation, request.input) ? 'ready' : 'planning', startedAt: Date.now(), input: request.input }
  ));
  const controller = useRef<AbortController | null>(null);
  const input = useRef<Readonly<Record<string, unknown>>>(request.operation === null ? {} : request.input);
  const operation = useRef<string | null>(request.operation);
  const isLoaded = request.operation === null;
  const running = useRef<Phase>('planning');

  const run = useCallback(async (phase: Phase, call: Call): Promise<void> => {
    controller.current?.abort();
    const own = new AbortController();
    controller.current = own;
    running.current = phase;
    setLife((old) => ({ ...old, phase, error: null, progress: null, startedAt: Date.now(), input: isLoaded && old.input === null ? null : input.current }));
    const result = await call(own.signal, (progress) => {
      if (controller.current === own) setLife((old) => ({ ...old, progress }));
    });
    if (controller.current !== own) return;
    controller.current = null;
    if (result.ok) {
      operation.current = result.value.operation;
      if (isLoaded) input.current = result.value.input;
      setLife({ ...start, phase: 'ready', plan: result.value, input: input.current });
      return;
    }
    const { error } = result;
    const drift = error.code === 'PLAN_STALE' ? driftOf(error) : [];
    setLife((old) => ({ ...old, phase: 'ready', error, progress: null, drift, driftCount: drift.length, ...(phase === 'planning' ? { plan: null } : {}) }));
  }, [isLoaded]);

  const refresh = useCallback(async (id: string): Promise<void> => {
    const result = await transport.call('plans.show', { id });
    if (result.ok && controller.current === null) setLife((old) => (old.plan?.id === id ? { ...old, plan: result.value } : old));
  }, [transport]);

  useEffect(() => {
    if (request.operation === null) void run('planning', (signal) => transport.call('plans.show', { id: request.id }, { signal }));
    else if (!waitsForReason(request.operation, request.input)) void run('planning', makePlan(transport, request.operation, request.input));
    return () => {
      // Leaving stops a preview; work that has begun goes on, and its outcome is told by a notification.
      if (running.current === 'planning') controller.current?.abort();
    };
  }, [request, run, transport]);

  useFollow(life, setLife, refresh, transport, isLoaded);

  const withId = (phase: Phase, make: (id: string) => Call): void => {
    const id = life.plan?.id;
    if (id === undefined) return;
    void run(phase, make(id)).then(() => refresh(id));
  };
  const acts: PlanActs = {
    planAgain: (change = {}) => {
      if (operation.current === null) return;
      input.current = { ...input.current, ...change };
      if (waitsForReason(operation.current, input.current)) {
        controller.current?.abort();
        controller.current = null;
        setLife({ ...start, phase: 'ready', input: input.current });
        return;
      }
      void run('planning', makePlan(transport, operation.current, input.current));
    },
    apply: (confirmation) => withId('applying', (id) => (signal, onProgress) => transport.call('plans.apply', { id, ...(confirmation === null ? {} : { confirmation }) }, { signal, onProgress })),
    undo: () => withId('undoing', (id) => (signal, onProgress) => transport.call('plans.undo', { id }, { signal, onProgress })),
    stop: () => controller.current?.abort(),
    request: (note) => withId('saving', (id) => () => transport.call('plans.request', { id, ...(note === '' ? {} : { note }) })),
    approve: (note) => withId('saving', (id) => () => transport.call('plans.approve', { id, ...(life.plan === null ? {} : { digest: life.plan.digest }), ...(note === '' ? {} : { note }) })),
    reject: (reason) => withId('saving', (id) => () => transport.call('plans.reject', { id, reason })),
  };
  return { life, acts };
}

/** After any of these the disk may differ from the plan. */
const driftEvents = ['reports.changed', 'trash.changed', 'models.changed', 'signoffs.changed'] as const;

/** Watches the disk and the plan's state while the dialog is open: drift is shown before anybody presses the button. */
function useFollow(
  life: PlanLife,
  setLife: (change: (old: PlanLife) => PlanLife) => void,
  refresh: (id: string) => Promise<void>,
  transport: ConsoleTransport,
  isLoaded: boolean,
): void {
  const changes = useStore(({ model }) => driftEvents.reduce((sum, event) => sum + (model?.ticks[event] ?? 0), 0));
  const planChanges = useStore((state) => state.model?.ticks['plans.changed'] ?? 0);
  const id = life.plan?.id ?? null;
  const open = life.phase === 'ready' && (life.plan?.status === 'pending' || life.plan?.status === 'approved');
  const isOpen = useRef(open);
  useEffect(() => {
    isOpen.current = open;
  }, [open]);

  // A plan that was just made is fresh; one that was loaded may be old.
  const seenChanges = useRef(isLoaded ? -1 : changes);
  useEffect(() => {
    if (id === null || !open || seenChanges.current === changes) return undefined;
    const check = async (): Promise<void> => {
      seenChanges.current = changes;
      const result = await transport.call('plans.check', { id });
      if (result.ok && isOpen.current) setLife((old) => (old.plan?.id === id ? { ...old, drift: result.value.drift, driftCount: result.value.drift_count } : old));
    };
    const timer = setTimeout(() => void check(), 300);
    return () => clearTimeout(timer);
  }, [id, open, changes, transport, setLife]);

  const seenPlans = useRef(planChanges);
  useEffect(() => {
    if (id === null || !open || seenPlans.current === planChanges) return;
    seenPlans.current = planChanges;
    void refresh(id);
  }, [id, open, planChanges, refresh]);
}
