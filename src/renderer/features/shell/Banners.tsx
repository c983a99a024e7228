/** What concerns the whole window and must not be overlooked: a lost connection, a read-only workspace, critical news. */
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import type { ReactElement } from 'react';
import { useText } from '../../i18n/index.ts';
import { setOverlay, useSnapshot, useStore } from '../../state/store.ts';
import { Said } from '../../ui/said.tsx';
import { Ago } from '../../ui/values.tsx';

export function Banners(): ReactElement {
  const t = useText();
  const { workspace, notifications } = useSnapshot();
  const lost = useStore((state) => state.lost);
  const lostSince = useStore((state) => state.lostSince);
  const critical = notifications.filter((one) => one.critical && !one.seen).length;
  return (
    <>
      {lost ? (
        <Alert severity="error" variant="filled" square sx={{ py: 0 }} action={<Button color="inherit" onClick={() => window.location.reload()}>{t('shell.lost.reload')}</Button>}>
          {t('shell.lost.text')} {lostSince === null ? null : <Ago value={lostSince} />}
        </Alert>
      ) : null}
      {workspace.read_only === null ? null : <Alert severity="warning" square variant="outlined" sx={{ py: 0, bgcolor: 'background.paper' }}>{t('shell.read_only')} <Said text={workspace.read_only} notes={workspace.read_only_notes} /></Alert>}
      {critical === 0 ? null : (
        <Alert severity="error" square variant="outlined" sx={{ py: 0, bgcolor: 'background.paper' }} action={<Button color="inherit" onClick={() => setOverlay('notifications')}>{t('shell.notifications.show')}</Button>}>
          {t('shell.notifications.critical', { count: critical })}
        </Alert>
      )}
    </>
  );
}
