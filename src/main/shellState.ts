/** What the shell around the window needs of the console's state: language, theme, plans waiting, critical notifications. */
import { notificationSchema, snapshotSchema, type EventEnvelope, type Notification, type Preferences } from '#contract';
import type { Language } from './shellText.ts';

export interface ShellState {
  readonly language: Language | null;
  readonly theme: Preferences['theme'];
  readonly plansWaiting: number;
}

export const initialShellState: ShellState = { language: null, theme: 'system', plansWaiting: 0 };

const shellPartSchema = snapshotSchema.pick({ preferences: true, plans_waiting: true }).partial();

/** The state after a snapshot or after new values of some of its keys; values that do not fit are left as they were. */
export function nextShellState(state: ShellState, values: unknown): ShellState {
  const parsed = shellPartSchema.safeParse(values);
  if (!parsed.success) return state;
  const { preferences, plans_waiting: plansWaiting } = parsed.data;
  return {
    language: preferences === undefined ? state.language : preferences.language,
    theme: preferences?.theme ?? state.theme,
    plansWaiting: plansWaiting ?? state.plansWaiting,
  };
}

/** The notification of an event when it must be shown natively: critical, and nobody has seen it yet. */
export function nativeNotification(event: EventEnvelope): Notification | null {
  if (event.name !== 'notification.added') return null;
  const parsed = notificationSchema.safeParse(event.payload);
  return parsed.success && parsed.data.critical && !parsed.data.seen ? parsed.data : null;
}
