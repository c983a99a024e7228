/** What happened while nobody looked, grouped by what a person must do; critical ones stay until they are seen. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Drawer from '@mui/material/Drawer';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type { Notification } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { goToAddress } from '../../state/place.ts';
import { showToast, useSnapshot, useStore, useTransport } from '../../state/store.ts';
import { Empty } from '../../ui/notices.tsx';
import { SeverityIcon } from '../../ui/status.tsx';
import { Ago } from '../../ui/values.tsx';
import { notificationText } from './notificationText.ts';

function useMarkSeen(): (ids: readonly string[]) => Promise<void> {
  const t = useText();
  const transport = useTransport();
  return async (ids) => {
    const result = await transport.call('console.mark_seen', { id: [...ids] });
    if (!result.ok) {
      showToast('attention', t(`errors.${result.error.code}.title`));
      return;
    }
    const { model } = useStore.getState();
    if (model !== null) useStore.setState({ model: { ...model, snapshot: { ...model.snapshot, notifications: result.value.notifications } } });
  };
}

interface RowProps {
  readonly notification: Notification;
  readonly onOpen: (notification: Notification) => void;
  readonly onSeen: (id: string) => void;
}

function Row({ notification, onOpen, onSeen }: RowProps): ReactElement {
  const t = useText();
  const format = useFormat();
  return (
    <Box component="li" sx={{ display: 'flex', gap: 1.5, py: 1, borderBottom: 1, borderColor: 'divider' }}>
      <SeverityIcon severity={notification.severity} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="body2" sx={{ fontWeight: notification.seen ? 400 : 600 }}>
          {notificationText(t, format, notification)}{notification.count > 1 ? ` (× ${String(notification.count)})` : ''}
        </Typography>
        <Typography variant="caption" color="text.secondary">{t(`words.severity.${notification.severity}`)} · <Ago value={notification.at} /></Typography>
        <Box sx={{ display: 'flex', gap: 0.5, ml: -0.625 }}>
          {notification.address === null ? null : <Button onClick={() => onOpen(notification)}>{t('shell.notifications.go')}</Button>}
          {notification.seen ? null : <Button onClick={() => onSeen(notification.id)}>{t('shell.notifications.seen')}</Button>}
        </Box>
      </Box>
    </Box>
  );
}

export function Notifications({ onClose }: { readonly onClose: () => void }): ReactElement {
  const t = useText();
  const { notifications } = useSnapshot();
  const markSeen = useMarkSeen();
  const groups = [
    { key: 'critical', list: notifications.filter((one) => one.critical && !one.seen) },
    { key: 'new', list: notifications.filter((one) => !one.critical && !one.seen) },
    { key: 'earlier', list: notifications.filter((one) => one.seen) },
  ] as const;
  const open = (notification: Notification): void => {
    void markSeen([notification.id]);
    onClose();
    if (notification.address !== null) goToAddress(notification.address);
  };
  return (
    <Drawer anchor="right" open onClose={onClose} slotProps={{ paper: { sx: { width: 460, p: 2 }, role: 'dialog', 'aria-modal': true, 'aria-label': t('shell.notifications.title') } }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 1 }}>
        <Typography variant="h2" sx={{ flex: 1 }}>{t('shell.notifications.title')}</Typography>
        <Button disabled={notifications.every((one) => one.seen)} onClick={() => void markSeen([])}>{t('shell.notifications.all_seen')}</Button>
        <Button onClick={onClose} autoFocus>{t('shell.close')}</Button>
      </Box>
      {notifications.length === 0 ? <Empty title={t('shell.notifications.none')} hint={t('shell.notifications.none_hint')} /> : null}
      {groups.map(({ key, list }) => (list.length === 0 ? null : (
        <Box key={key} sx={{ mb: 2 }}>
          <Typography variant="h3" color="text.secondary">{t(`shell.notifications.group_${key}`)}</Typography>
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {list.map((one) => <Row key={one.id} notification={one} onOpen={open} onSeen={(id) => void markSeen([id])} />)}
          </Box>
        </Box>
      )))}
    </Drawer>
  );
}
