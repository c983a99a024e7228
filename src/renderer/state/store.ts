/** The one store of the window: connection, model, and the few things that only the window knows. */
import { create } from 'zustand';
import type { ConsoleErrorBody, ConsoleTransport, EventEnvelope, OperationInput, OperationName, Severity, Snapshot } from '#contract';
import { applyEvents, keepEqualParts, startModel, type Model } from './model.ts';
import { withUnsaved } from './unsaved.ts';

/** The dialog itself asks for the reason, and makes no preview before there is one. */
type Unreasoned<N extends OperationName> = Omit<OperationInput<N>, 'reason'> & { readonly reason?: string };

/** What the plan dialog was opened for: a new plan, or one that exists. */
export type PlanRequest =
  | { readonly operation: 'reports.delete'; readonly input: OperationInput<'reports.delete'> }
  | { readonly operation: 'reports.purge'; readonly input: OperationInput<'reports.purge'> }
  | { readonly operation: 'reports.archive'; readonly input: OperationInput<'reports.archive'> }
  | { readonly operation: 'trash.empty'; readonly input: OperationInput<'trash.empty'> }
  | { readonly operation: 'models.promote'; readonly input: Unreasoned<'models.promote'> }
  | { readonly operation: 'models.rollback'; readonly input: Unreasoned<'models.rollback'> }
  | { readonly operation: 'artifacts.activate'; readonly input: Unreasoned<'artifacts.activate'> }
  | { readonly operation: 'artifacts.rollback'; readonly input: Unreasoned<'artifacts.rollback'> }
  | { readonly operation: null; readonly id: string };

export interface Toast {
  readonly n: number;
  readonly severity: Severity;
  readonly text: string;
}

export type Overlay = 'palette' | 'about' | 'shortcuts' | 'notifications' | 'workspace' | null;

interface WindowState {
  readonly transport: ConsoleTransport | null;
  readonly model: Model | null;
  /** Why there is no snapshot, when there is none. */
  readonly failure: ConsoleErrorBody | null;
  readonly lost: boolean;
  readonly lostSince: number | null;
  /** Rises whenever everything must be read again. */
  readonly epoch: number;
  readonly overlay: Overlay;
  readonly plan: PlanRequest | null;
  readonly toast: Toast | null;
}

export const useStore = create<WindowState>()(() => ({
  transport: null, model: null, failure: null, lost: false, lostSince: null, epoch: 0, overlay: null, plan: null, toast: null,
}));

export const setOverlay = (overlay: Overlay): void => useStore.setState({ overlay });
export const openPlan = (plan: PlanRequest): void => useStore.setState({ plan, overlay: null });
export const closePlan = (): void => useStore.setState({ plan: null });

let toastNumber = 0;
export function showToast(severity: Severity, text: string): void {
  toastNumber += 1;
  useStore.setState({ toast: { n: toastNumber, severity, text } });
}
export const hideToast = (): void => useStore.setState({ toast: null });

/** The model with the person's own latest preferences in it. */
function withOwn(model: Model): Model {
  const snapshot = withUnsaved(model.snapshot);
  return snapshot === model.snapshot ? model : { ...model, snapshot };
}

/** Keeps the store equal to the runtime until the window closes. */
export function keepInStep(transport: ConsoleTransport): void {
  let held: EventEnvelope[] = [];
  let fetching = false;
  useStore.setState({ transport });

  const take = (snapshot: Snapshot, changedMeanwhile: boolean): void => {
    const before = useStore.getState();
    const step = applyEvents(startModel(keepEqualParts(before.model?.snapshot, snapshot), before.model?.ticks), held);
    held = [];
    useStore.setState({ model: withOwn(step.model), failure: null, epoch: before.epoch + (changedMeanwhile ? 1 : 0) });
    if (step.refetch) void fetchSnapshot();
  };
  const fetchSnapshot = async (): Promise<void> => {
    if (fetching) return;
    fetching = true;
    const again = useStore.getState().model !== null;
    const result = await transport.call('console.snapshot', {});
    fetching = false;
    if (result.ok) take(result.value, again);
    else if (result.error.code !== 'HOST_GONE') useStore.setState({ failure: result.error });
  };

  transport.subscribe((event) => {
    const { model } = useStore.getState();
    if (fetching || model === null) {
      held.push(event);
      return;
    }
    const step = applyEvents(model, [event]);
    if (step.model !== model) useStore.setState({ model: withOwn(step.model) });
    if (step.refetch) void fetchSnapshot();
  });
  transport.onConnection((lost) => {
    useStore.setState({ lost, lostSince: lost ? Date.now() : null });
    held = [];
    if (!lost) void fetchSnapshot();
  });
  void fetchSnapshot();
}

const tooEarly = 'The window was drawn before its snapshot arrived.';

/** One part of the snapshot: what shows it is drawn again only when this part changes. */
export function useFromSnapshot<T>(select: (snapshot: Snapshot) => T): T {
  return useStore((state) => {
    if (state.model === null) throw new Error(tooEarly);
    return select(state.model.snapshot);
  });
}

/** The whole snapshot; only parts of the window that are shown once there is one may ask for it. */
export const useSnapshot = (): Snapshot => useFromSnapshot((snapshot) => snapshot);

export function useTransport(): ConsoleTransport {
  const transport = useStore((state) => state.transport);
  if (transport === null) throw new Error('The window was drawn before it was connected.');
  return transport;
}
