/** Notifications of a workspace: equal ones are folded and counted, critical ones stay until they are seen. */
import * as z from 'zod';
import { isConsoleError, notificationSchema, type Notification } from '#contract';
import { isoNow, openDocument, type EngineContext } from '#engines/storage';
import { locked, placeOf } from '#engines/workspace';

export interface Notice {
  readonly kind: string;
  readonly severity: Notification['severity'];
  readonly critical: boolean;
  readonly params: Notification['params'];
  readonly address: string | null;
}

export interface Notifications {
  all(): readonly Notification[];
  raise(notice: Notice): Notification;
  markSeen(ids: readonly string[]): readonly Notification[];
}

const kept = 200;
const documentSchema = z.object({ schema: z.literal('sterownia.notifications/1'), notifications: z.array(notificationSchema) });

const same = (a: Notice, b: Notification): boolean =>
  !b.seen && a.kind === b.kind && a.address === b.address && JSON.stringify(a.params) === JSON.stringify(b.params);

/** With `writable` false they live as long as the console: a read-only workspace is not written to. */
export function openNotifications(context: EngineContext, writable: boolean): Notifications {
  const document = openDocument(context, {
    path: placeOf(context, 'notifications'),
    schema: documentSchema,
    kind: 'sterownia.notifications/1',
    lock: (work) => locked(context, 'documents', { purpose: 'write notifications' }, work),
  });
  let current: readonly Notification[] = [];
  try {
    current = document.read()?.notifications ?? [];
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    context.log.warn('notifications not readable', { error: error.message });
  }

  const change = (next: (now: readonly Notification[]) => readonly Notification[]): void => {
    current = next(current).slice(0, kept);
    if (!writable) return;
    try {
      document.update(() => ({ schema: 'sterownia.notifications/1', notifications: [...current] }));
    } catch (error) {
      context.log.warn('notifications not stored', { error: String(error) });
    }
  };

  return {
    all: () => current,
    raise: (notice) => {
      const known = current.find((candidate) => same(notice, candidate));
      const raised: Notification = {
        id: known?.id ?? context.ids.next(), at: isoNow(context.clock), kind: notice.kind, severity: notice.severity, critical: notice.critical,
        params: { ...notice.params }, address: notice.address, count: (known?.count ?? 0) + 1, seen: false,
      };
      change((now) => [raised, ...now.filter((candidate) => candidate !== known)]);
      return raised;
    },
    markSeen: (ids) => {
      change((now) => now.map((each) => (ids.length === 0 || ids.includes(each.id) ? { ...each, seen: true } : each)));
      return current;
    },
  };
}
