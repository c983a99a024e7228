/** Which workspace is open, which were open before, and the way to another one. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import type { ConsoleErrorBody } from '#contract';
import { useText } from '../../i18n/index.ts';
import { showToast, useSnapshot, useTransport } from '../../state/store.ts';
import { InfoDialog } from '../../ui/InfoDialog.tsx';
import { ErrorNotice } from '../../ui/notices.tsx';
import { Ago, Facts, Mono } from '../../ui/values.tsx';

function useOpenWorkspace(onDone: () => void): { readonly open: (path?: string) => void; readonly error: ConsoleErrorBody | null; readonly busy: boolean } {
  const t = useText();
  const transport = useTransport();
  const [error, setError] = useState<ConsoleErrorBody | null>(null);
  const [busy, setBusy] = useState(false);
  const open = async (path?: string): Promise<void> => {
    setBusy(true);
    const result = await transport.call('console.open_workspace', path === undefined ? {} : { path });
    setBusy(false);
    setError(result.ok ? null : result.error);
    if (!result.ok || result.value.workspace === null) return;
    showToast('ok', t('shell.workspace.opened', { name: result.value.workspace.name }));
    onDone();
  };
  return { open: (path) => void open(path), error, busy };
}

export function WorkspaceDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const t = useText();
  const { workspace, recent_workspaces, host_kind } = useSnapshot();
  const [path, setPath] = useState('');
  const { open, error, busy } = useOpenWorkspace(onClose);
  const others = recent_workspaces.filter((one) => one.path !== workspace.path);
  return (
    <InfoDialog title={t('shell.workspace.title')} onClose={onClose}>
      <Facts
        rows={[
          [t('shell.workspace.name'), workspace.name],
          [t('shell.workspace.path'), <Mono key="path">{workspace.path}</Mono>],
          [t('shell.workspace.id'), <Mono key="id">{workspace.id}</Mono>],
          [t('shell.workspace.host'), workspace.host],
        ]}
      />
      <Typography variant="h3" sx={{ mt: 2, mb: 1 }}>{t('shell.workspace.recent')}</Typography>
      {others.length === 0 ? <Typography variant="body2" color="text.secondary">{t('shell.workspace.no_recent')}</Typography> : null}
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {others.map((one) => (
          <Box component="li" key={one.path} sx={{ display: 'flex', alignItems: 'center', gap: 1, py: 0.5 }}>
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <Typography variant="body2">{one.name} {one.demo ? <Chip size="small" color="secondary" label={t('shell.demo')} /> : null}</Typography>
              <Typography variant="caption" color="text.secondary"><Mono>{one.path}</Mono> · <Ago value={one.opened_at} /></Typography>
            </Box>
            <Button disabled={busy} onClick={() => open(one.path)}>{t('shell.workspace.open_this', { name: one.name })}</Button>
          </Box>
        ))}
      </Box>
      <Box component="form" sx={{ display: 'flex', gap: 1, mt: 2 }} onSubmit={(event) => { event.preventDefault(); if (path.trim() !== '') open(path.trim()); }}>
        <TextField fullWidth label={t('shell.workspace.other')} value={path} onChange={(event) => setPath(event.target.value)} />
        <Button type="submit" variant="outlined" sx={{ flexShrink: 0 }} disabled={busy || path.trim() === ''}>{t('shell.workspace.open_path')}</Button>
      </Box>
      {host_kind === 'electron' ? <Button sx={{ mt: 1 }} disabled={busy} onClick={() => open()}>{t('shell.workspace.choose')}</Button> : null}
      {error === null ? null : <Box sx={{ mt: 2 }}><ErrorNotice error={error} /></Box>}
    </InfoDialog>
  );
}
