/** Verification on request: manifests, artifacts, checksums and signatures of bundles, each finding with its path. */
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Typography from '@mui/material/Typography';
import { useRef, useState, type ReactElement, type ReactNode } from 'react';
import type { ConsoleErrorBody, OperationOutput, Progress } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { useText } from '../../i18n/index.ts';
import { useSnapshot, useTransport } from '../../state/store.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { Technical } from '../../ui/said.tsx';
import { SeverityIcon } from '../../ui/status.tsx';
import { CliLine, Instant, Mono } from '../../ui/values.tsx';
import { WorkBar } from '../../ui/WorkBar.tsx';

type Found = OperationOutput<'artifacts.verify'>;
interface Work {
  readonly busy: boolean;
  readonly progress: Progress | null;
  readonly error: ConsoleErrorBody | null;
  readonly found: Found | null;
}

function Findings({ found }: { readonly found: Found }): ReactElement {
  const t = useText();
  const count = found.findings.filter((one) => one.severity === 'problem').length;
  return (
    <Alert severity={found.status === 'verified' ? 'success' : 'error'} variant="outlined" role="status" sx={{ mt: 1 }}>
      <AlertTitle>{found.status === 'verified' ? t('models.artifacts.verified') : t('models.artifacts.problems', { count })}</AlertTitle>
      <Typography variant="body2">{t('models.artifacts.looked_at', { count: found.versions })} · {t('models.artifacts.bundles', { count: found.bundles })} · <Instant value={found.verified_at} /></Typography>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {found.findings.map((one) => (
          <Box component="li" key={`${one.kind}-${one.path}-${one.message}`} sx={{ display: 'flex', gap: 1, py: 0.25 }}>
            <SeverityIcon severity={one.severity === 'problem' ? 'blocked' : 'attention'} />
            <div>
              {t(`models.finding.${one.kind}`)} {[one.model, one.version].filter((part) => part !== null && part !== '').map((part) => ` · ${part}`).join('')} · <Mono>{one.path}</Mono>
              <Technical text={one.message} />
            </div>
          </Box>
        ))}
      </Box>
    </Alert>
  );
}

export function VerifyArtifacts({ children }: { readonly children: ReactNode }): ReactElement {
  const t = useText();
  const transport = useTransport();
  const { workspace } = useSnapshot();
  const [signed, setSigned] = useState(false);
  const [work, setWork] = useState<Work>({ busy: false, progress: null, error: null, found: null });
  const controller = useRef<AbortController | null>(null);
  const input = { require_signature: signed };
  const verify = async (): Promise<void> => {
    const own = new AbortController();
    controller.current = own;
    setWork({ busy: true, progress: null, error: null, found: null });
    const answer = await transport.call('artifacts.verify', input, { signal: own.signal, onProgress: (progress) => setWork((old) => ({ ...old, progress })) });
    setWork({ busy: false, progress: null, error: answer.ok ? null : answer.error, found: answer.ok ? answer.value : null });
  };
  return (
    <Box>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        {work.busy ? <Button variant="outlined" onClick={() => controller.current?.abort()}>{t('plans.progress.stop')}</Button> : <Button variant="contained" onClick={() => void verify()}>{t('models.artifacts.verify')}</Button>}
        {children}
        <FormControlLabel disabled={work.busy} control={<Checkbox checked={signed} onChange={(_event, next) => setSigned(next)} />} label={t('models.artifacts.require_signature')} />
        <Box sx={{ flex: 1, minWidth: 0, display: 'flex', justifyContent: 'flex-end' }}><CliLine line={cliLine('artifacts.verify', input, { workspace: workspace.path })} /></Box>
      </Box>
      {work.busy ? <WorkBar label={t('models.artifacts.verify')} progress={work.progress} /> : null}
      {work.error === null ? null : <ErrorNotice error={work.error} />}
      {work.found === null ? null : <Findings found={work.found} />}
    </Box>
  );
}
