/** Native notifications, only for what needs a person, each once; a click leads to what it is about. */
import type { NotificationConstructorOptions } from 'electron';
import type { Notification } from '#contract';
import { noticeText, type ShellText } from './shellText.ts';

export interface NativeNotice {
  show(): void;
  close(): void;
  on(event: 'click' | 'close', listener: () => void): unknown;
}

export interface NativeNotificationsOptions {
  readonly create: (options: NotificationConstructorOptions) => NativeNotice;
  readonly isSupported: () => boolean;
  readonly text: () => ShellText;
  readonly open: (address: string | null) => void;
}

export interface NativeNotifications {
  show(notification: Notification): void;
}

/** Notices kept for their clicks; an unreferenced one may be collected before it is clicked. */
const keptAtMost = 50;

export function openNativeNotifications(options: NativeNotificationsOptions): NativeNotifications {
  const shown = new Map<string, NativeNotice>();
  return {
    show: (notification) => {
      if (!options.isSupported() || shown.has(notification.id)) return;
      const text = options.text();
      const notice = options.create({
        title: text.notificationTitle,
        body: `${noticeText(text, notification.kind, notification.params)}\n${text.notificationBody}`.slice(0, 500),
        timeoutType: 'never',
      });
      notice.on('click', () => options.open(notification.address));
      shown.set(notification.id, notice);
      for (const [id] of shown) if (shown.size > keptAtMost) shown.delete(id);
      notice.show();
    },
  };
}
