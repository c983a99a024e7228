/** A report with its whole content, and the signature under exactly what is shown. */
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import Skeleton from '@mui/material/Skeleton';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import { settableSignOffStatuses, type OperationInput, type OperationOutput } from '#contract';
import { useText } from '../../i18n/index.ts';
import { useOperation } from '../../state/useOperation.ts';
import { ActDialog } from '../../ui/ActDialog.tsx';
import { DateField } from '../../ui/dateFields.tsx';
import { InfoDialog } from '../../ui/InfoDialog.tsx';
import { ErrorNotice } from '../../ui/notices.tsx';
import { monospace } from '../../ui/theme.ts';
import { Mono } from '../../ui/values.tsx';
import { roleText } from './words.ts';

type Shown = OperationOutput<'signoffs.show'>;
type Status = (typeof settableSignOffStatuses)[number];

function Content({ shown }: { readonly shown: Shown }): ReactElement {
  const t = useText();
  return (
    <Box>
      <Typography variant="body2"><Mono>{shown.report.report}</Mono></Typography>
      {shown.content === null ? <Typography variant="body2" color="error">{t('automode.finding.unreadable')}: {shown.report.detail}</Typography> : (
        <Box component="pre" tabIndex={0} role="region" aria-label={t('automode.content')} sx={{ fontFamily: monospace, fontSize: '0.75rem', maxHeight: 260, overflow: 'auto', bgcolor: 'action.hover', p: 1, m: 0, mt: 1, borderRadius: 1 }}>{shown.content}</Box>
      )}
      {shown.cut ? <Typography variant="caption" color="text.secondary">{t('automode.content_cut')}</Typography> : null}
    </Box>
  );
}

function Signing({ shown, onClose }: { readonly shown: Shown; readonly onClose: () => void }): ReactElement {
  const t = useText();
  const { report } = shown;
  const firstOpen = report.roles.find((one) => !one.completed)?.role ?? report.roles[0]?.role ?? '';
  const [role, setRole] = useState(firstOpen);
  const [status, setStatus] = useState<Status>('approved');
  const [notes, setNotes] = useState('');
  const [expires, setExpires] = useState('');
  const needsNotes = status === 'rejected' || status === 'waived';
  const enough = !needsNotes || [...notes.trim()].length >= 10;
  const draft: OperationInput<'signoffs.sign'> = {
    report: report.report, role, status, ...(notes.trim() === '' ? {} : { notes: notes.trim() }), ...(status === 'waived' && expires !== '' ? { expires_at: expires } : {}),
    ...(report.content_hash === null ? {} : { expected_hash: report.content_hash }),
  };
  const ready = role !== '' && enough && (status !== 'waived' || expires !== '');
  return (
    <ActDialog operation="signoffs.sign" input={ready ? draft : null} draft={draft} title={t('automode.sign_title')} text={t('automode.text.sign')} button={t('automode.sign', { role: roleText(t, role) })} onClose={onClose}>
      <Content shown={shown} />
      <TextField select label={t('automode.as_role')} value={role} onChange={(event) => setRole(event.target.value)}>
        {report.roles.map((one) => <MenuItem key={one.role} value={one.role}>{roleText(t, one.role)}</MenuItem>)}
      </TextField>
      <TextField select label={t('automode.decision')} value={status} onChange={(event) => setStatus(settableSignOffStatuses.find((one) => one === event.target.value) ?? 'approved')}>
        {settableSignOffStatuses.map((one) => <MenuItem key={one} value={one}>{t(`automode.sign_status.${one}`)}</MenuItem>)}
      </TextField>
      <TextField label={t('automode.notes')} value={notes} required={needsNotes} multiline minRows={2} helperText={needsNotes ? t('automode.notes_needed') : ''} onChange={(event) => setNotes(event.target.value)} slotProps={{ htmlInput: { maxLength: 4096 } }} />
      {status === 'waived' ? <DateField required label={t('automode.waiver_end')} value={expires} onChange={setExpires} width="100%" /> : null}
    </ActDialog>
  );
}

export function SignDialog({ report, mayAct, onClose }: { readonly report: string; readonly mayAct: boolean; readonly onClose: () => void }): ReactElement {
  const t = useText();
  // What was opened stays what is signed: a report that changes meanwhile is refused by its hash, not silently exchanged.
  const answer = useOperation('signoffs.show', { report });
  if (answer.data !== null && mayAct && answer.data.report.needs_signature && answer.data.content !== null) return <Signing shown={answer.data} onClose={onClose} />;
  return (
    <InfoDialog title={t('automode.report_title')} onClose={onClose}>
      {answer.error === null ? null : <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {answer.data === null && answer.error === null ? <Skeleton variant="rounded" height={200} /> : null}
      {answer.data === null ? null : <Content shown={answer.data} />}
    </InfoDialog>
  );
}
