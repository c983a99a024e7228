/**
 * What the window knows, as a pure function of a snapshot and the events after it.
 *
 * Events form one numbered sequence. An event that continues the sequence is taken in; one from before the snapshot is
 * ignored; a missing number means that something was not heard, and the snapshot must be fetched again.
 */
import { events, type EventEnvelope, type EventName, type Notification, type Snapshot } from '#contract';

export interface Model {
  readonly snapshot: Snapshot;
  readonly revision: number;
  /** How often each event came; lists read themselves again when theirs rises. */
  readonly ticks: Readonly<Partial<Record<EventName, number>>>;
}

export interface Step {
  readonly model: Model;
  readonly refetch: boolean;
}

export function startModel(snapshot: Snapshot, ticks: Model['ticks'] = {}): Model {
  return { snapshot, revision: snapshot.revision, ticks };
}

const isKnown = (name: string): name is EventName => Object.hasOwn(events, name);

/** Newest first; a repeated one replaces the one that it was folded into. */
function withNotification(list: readonly Notification[], added: Notification): Notification[] {
  return [added, ...list.filter((one) => one.id !== added.id)];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The new value, with every part that equals its old one being the old one: what shows only that part is not drawn again. */
export function keepEqualParts<T>(old: unknown, fresh: T): T;
export function keepEqualParts(old: unknown, fresh: unknown): unknown {
  if (Object.is(old, fresh)) return old;
  if (Array.isArray(old) && Array.isArray(fresh)) {
    const list = fresh.map((one: unknown, index) => keepEqualParts<unknown>(old[index], one));
    return list.length === old.length && list.every((one, index) => Object.is(one, old[index])) ? old : list;
  }
  if (!isObject(old) || !isObject(fresh)) return fresh;
  const entries = Object.entries(fresh).map(([key, value]) => [key, keepEqualParts<unknown>(old[key], value)] as const);
  const same = entries.length === Object.keys(old).length && entries.every(([key, value]) => Object.hasOwn(old, key) && Object.is(value, old[key]));
  return same ? old : Object.fromEntries(entries);
}

function takeIn(snapshot: Snapshot, name: EventName, payload: unknown): Snapshot | null {
  if (name === 'console.delta') {
    const delta = events['console.delta'].payload.safeParse(payload);
    if (!delta.success) return null;
    const present = Object.fromEntries(Object.entries(delta.data).filter(([, value]) => value !== undefined));
    return keepEqualParts(snapshot, { ...snapshot, ...present });
  }
  if (name === 'notification.added') {
    const added = events['notification.added'].payload.safeParse(payload);
    return added.success ? { ...snapshot, notifications: withNotification(snapshot.notifications, added.data) } : null;
  }
  if (name === 'reports.changed') {
    const changed = events['reports.changed'].payload.safeParse(payload);
    return changed.success ? { ...snapshot, reports_revision: changed.data.revision } : null;
  }
  return snapshot;
}

export function applyEvent(model: Model, event: EventEnvelope): Step {
  // Another workspace counts from its own beginning, so its number says nothing here.
  if (event.name === 'console.workspace_opened') return { model, refetch: true };
  if (event.revision <= model.revision) return { model, refetch: false };
  if (event.revision !== model.revision + 1) return { model, refetch: true };
  if (!isKnown(event.name)) return { model: { ...model, revision: event.revision }, refetch: false };
  const snapshot = takeIn(model.snapshot, event.name, event.payload);
  if (snapshot === null) return { model, refetch: true };
  const ticks = { ...model.ticks, [event.name]: (model.ticks[event.name] ?? 0) + 1 };
  return { model: { snapshot, revision: event.revision, ticks }, refetch: false };
}

/** Applies in order; stops at the first gap. */
export function applyEvents(model: Model, list: readonly EventEnvelope[]): Step {
  let step: Step = { model, refetch: false };
  for (const event of list) {
    step = applyEvent(step.model, event);
    if (step.refetch) return step;
  }
  return step;
}
