/** Verification on request: every hash and signature again, with the entry named where something is wrong. */
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useRef, useState, type ReactElement } from 'react';
import type { CallOptions, ConsoleErrorBody, Progress, Result, Verification } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { mayDo } from '../../state/rights.ts';
import { useSnapshot, useTransport } from '../../state/store.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { Technical } from '../../ui/said.tsx';
import { WorkBar } from '../../ui/WorkBar.tsx';
import { CliLine, Instant, Mono } from '../../ui/values.tsx';

interface Work {
  readonly busy: boolean;
  readonly progress: Progress | null;
  readonly error: ConsoleErrorBody | null;
  readonly found: Verification | null;
}

function Found({ found }: { readonly found: Verification }): ReactElement {
  const t = useText();
  return (
    <Alert severity={found.status === 'broken' ? 'error' : 'success'} variant="outlined" role="status">
      <AlertTitle>{t('journal.found', { status: t(`words.verification.${found.status}`), count: found.entries })}</AlertTitle>
      <Typography variant="body2">
        {t('journal.checkpoints', { count: found.checkpoints })}{found.unsigned_tail > 0 ? ` · ${t('journal.unsigned', { count: found.unsigned_tail })}` : ''} · <Instant value={found.verified_at} />
      </Typography>
      {found.head === null ? null : <Typography variant="caption" component="div">{t('journal.head')}: <Mono>{found.head}</Mono></Typography>}
      <Box component="ul" sx={{ m: 0, pl: 2 }}>
        {found.findings.map((finding) => (
          <li key={`${finding.kind}-${String(finding.segment)}-${String(finding.line)}-${String(finding.seq)}`}>
            {t(`words.finding.${finding.kind}`)}{finding.seq === null ? '' : ` · ${t('journal.entry', { seq: finding.seq })}`}{finding.segment === null ? '' : <> · <Mono>{finding.segment}{finding.line === null ? '' : `:${String(finding.line)}`}</Mono></>}
            <Technical text={finding.message} />
          </li>
        ))}
      </Box>
    </Alert>
  );
}

/** After an older backup was put back, a person may accept the journal as it is; the journal says who and why. */
function Accept({ onAccept }: { readonly onAccept: (reason: string) => void }): ReactElement {
  const t = useText();
  const [reason, setReason] = useState('');
  const trimmed = reason.trim();
  return (
    <Box role="group" aria-label={t('journal.accept')} sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
      <TextField label={t('journal.accept_reason')} helperText={t('journal.accept_hint')} value={reason} sx={{ width: 420 }} onChange={(event) => setReason(event.target.value)} slotProps={{ htmlInput: { maxLength: 1024 } }} />
      <Button variant="outlined" color="warning" disabled={trimmed.length < 10} onClick={() => onAccept(trimmed)}>{t('journal.accept')}</Button>
    </Box>
  );
}

export function Verify(): ReactElement {
  const t = useText();
  const format = useFormat();
  const transport = useTransport();
  const { workspace, role } = useSnapshot();
  const [work, setWork] = useState<Work>({ busy: false, progress: null, error: null, found: null });
  const controller = useRef<AbortController | null>(null);
  const run = async (call: (options: CallOptions) => Promise<Result<Verification>>): Promise<void> => {
    const own = new AbortController();
    controller.current = own;
    setWork({ busy: true, progress: null, error: null, found: null });
    const result = await call({ signal: own.signal, onProgress: (progress) => setWork((old) => ({ ...old, progress })) });
    setWork({ busy: false, progress: null, error: result.ok ? null : result.error, found: result.ok ? result.value : null });
  };
  const verify = (): Promise<void> => run((options) => transport.call('journal.verify', {}, options));
  const { progress } = work;
  return (
    <Box sx={{ px: 2, display: 'flex', flexDirection: 'column', gap: 1 }}>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
        {work.busy ? <Button variant="outlined" onClick={() => controller.current?.abort()}>{t('plans.progress.stop')}</Button> : <Button variant="contained" onClick={() => void verify()}>{t('journal.verify')}</Button>}
        {work.busy ? <Typography variant="body2" role="status">{t('journal.verifying')}{progress === null ? '' : ` · ${format.number(progress.done)}${progress.total === null ? '' : ` / ${format.number(progress.total)}`}`}</Typography> : null}
        <Box sx={{ flex: 1, minWidth: 0, display: 'flex', justifyContent: 'flex-end' }}><CliLine line={cliLine('journal.verify', {}, { workspace: workspace.path })} /></Box>
      </Box>
      {work.busy ? <WorkBar label={t('journal.verifying')} progress={work.progress} /> : null}
      {work.error === null ? null : <ErrorNotice error={work.error} />}
      {work.found === null ? null : <Found found={work.found} />}
      {work.found?.status === 'broken' && !work.busy && workspace.read_only === null && mayDo(role, 'journal.accept')
        ? <Accept onAccept={(reason) => void run((options) => transport.call('journal.accept', { reason }, options))} /> : null}
    </Box>
  );
}
