/** The check of the workspace: completes or reverts what a crash left, then proves that nothing was lost. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { useRef, useState, type ReactElement } from 'react';
import type { ConsoleErrorBody, OperationOutput, Progress } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { useSnapshot, useTransport } from '../../state/store.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { Technical } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { CliLine, Mono } from '../../ui/values.tsx';
import { mayDo } from '../../state/rights.ts';

type Outcome = OperationOutput<'workspace.check'>;
const severity = { clean: 'success', repaired: 'warning', problems: 'error' } as const;
const findingSeverity = { repaired: 'ok', warning: 'attention', problem: 'blocked' } as const;

function Result({ outcome }: { readonly outcome: Outcome }): ReactElement {
  const t = useText();
  const format = useFormat();
  return (
    <Alert severity={severity[outcome.status]} variant="outlined" role="status">
      <Typography variant="body2">{t(`words.check_status.${outcome.status}`)} · {t('plans.count.files', { count: outcome.files_checked, shown: format.number(outcome.files_checked) })} · {t('settings.check_plans', { count: outcome.plans })}</Typography>
      {outcome.findings.map((one) => (
        <Box key={`${one.kind}-${one.path ?? ''}-${one.message}`} sx={{ mt: 1 }}>
          <StatusChip severity={findingSeverity[one.severity]} label={t(`words.check_severity.${one.severity}`)} /> {t(`words.check_finding.${one.kind}`)} {one.path === null ? null : <Mono>{one.path}</Mono>}
          <Technical text={one.message} />
        </Box>
      ))}
    </Alert>
  );
}

export function Check(): ReactElement {
  const t = useText();
  const format = useFormat();
  const transport = useTransport();
  const { workspace, role } = useSnapshot();
  const [digests, setDigests] = useState(false);
  const [work, setWork] = useState<{ readonly busy: boolean; readonly progress: Progress | null; readonly error: ConsoleErrorBody | null; readonly outcome: Outcome | null }>({ busy: false, progress: null, error: null, outcome: null });
  const controller = useRef<AbortController | null>(null);
  const check = async (): Promise<void> => {
    const own = new AbortController();
    controller.current = own;
    setWork({ busy: true, progress: null, error: null, outcome: null });
    const result = await transport.call('workspace.check', { digests }, { signal: own.signal, onProgress: (progress) => setWork((old) => ({ ...old, progress })) });
    setWork({ busy: false, progress: null, error: result.ok ? null : result.error, outcome: result.ok ? result.value : null });
  };
  return (
    <>
      <Typography variant="body2" color="text.secondary">{t('settings.check_hint')}</Typography>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
        {work.busy
          ? <Button variant="outlined" onClick={() => controller.current?.abort()}>{t('plans.progress.stop')}</Button>
          : <Button variant="outlined" disabled={workspace.read_only !== null || !mayDo(role, 'workspace.check')} onClick={() => void check()}>{t('settings.check_run')}</Button>}
        <FormControlLabel disabled={work.busy} control={<Checkbox checked={digests} onChange={(_event, on) => setDigests(on)} />} label={t('settings.check_digests')} />
        {work.progress === null ? null : <Typography variant="body2" role="status">{format.number(work.progress.done)}{work.progress.total === null ? '' : ` / ${format.number(work.progress.total)}`}</Typography>}
      </Box>
      {work.busy ? <LinearProgress aria-label={t('settings.check')} /> : null}
      {work.error === null ? null : <ErrorNotice error={work.error} />}
      {work.outcome === null ? null : <Result outcome={work.outcome} />}
      <CliLine line={cliLine('workspace.check', { digests }, { workspace: workspace.path })} />
    </>
  );
}
