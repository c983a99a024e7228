/** The snapshot of automatic mode for one model: to look at, to copy, or as a file for the audit folder. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import { cliLine } from '../../format/cliLine.ts';
import { useText } from '../../i18n/index.ts';
import { showToast, useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { InfoDialog } from '../../ui/InfoDialog.tsx';
import { ErrorNotice } from '../../ui/notices.tsx';
import { monospace } from '../../ui/theme.ts';
import { CliLine, CopyButton } from '../../ui/values.tsx';
import { fileStamp, saveJson } from './jsonFile.ts';
import { gateEvents } from './place.ts';

export function SnapshotDialog({ model, onClose }: { readonly model: string; readonly onClose: () => void }): ReactElement {
  const t = useText();
  const { workspace } = useSnapshot();
  const [preview, setPreview] = useState(true);
  const input = { model, dry_run: preview };
  const shot = useOperation('models.snapshot', input, gateEvents);
  const recommended = shot.data?.recommended_promotion;
  const save = (): void => {
    if (shot.data === null) return;
    const name = `snapshot_${model}_${fileStamp(Date.now())}.json`;
    saveJson(name, shot.data);
    showToast('ok', t('plans.export.saved', { name }));
  };
  return (
    <InfoDialog
      title={t('models.snapshot.title', { model })} onClose={onClose}
      actions={<><CopyButton text={shot.data === null ? '' : JSON.stringify(shot.data, null, 2)} label={t('models.snapshot.copy')} /><Button disabled={shot.data === null} onClick={save}>{t('models.snapshot.save')}</Button></>}
    >
      <FormControlLabel control={<Checkbox checked={preview} onChange={(_event, next) => setPreview(next)} />} label={t('models.snapshot.preview')} />
      {shot.error === null ? null : <ErrorNotice error={shot.error} onRetry={shot.reload} />}
      {shot.data === null && shot.error === null ? <Skeleton variant="rounded" height={240} /> : null}
      {recommended === undefined ? null : (
        <Typography sx={{ my: 1 }}>
          {recommended === null ? t('models.snapshot.none') : t(recommended.blocked_by.length === 0 ? 'models.snapshot.recommended' : 'models.snapshot.blocked', { version: recommended.version ?? '–', by: recommended.blocked_by.map((one) => t(`models.blocker.${one as 'guardrail_share'}`)).join(', ') })}
        </Typography>
      )}
      {shot.data === null ? null : (
        <Box component="pre" tabIndex={0} aria-label={t('models.snapshot.title', { model })} sx={{ m: 0, maxHeight: 320, overflow: 'auto', fontFamily: monospace, fontSize: '0.75rem', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {JSON.stringify(shot.data, null, 2)}
        </Box>
      )}
      <Box sx={{ mt: 1 }}><CliLine line={cliLine('models.snapshot', input, { workspace: workspace.path })} /></Box>
    </InfoDialog>
  );
}
