/** The verdict on one artifact as it lies on disk: every fault with the JSON path at which it stands. */
import Close from '@mui/icons-material/Close';
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type { OperationOutput } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { useText } from '../../i18n/index.ts';
import { useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { useIntoView } from '../../ui/intoView.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { Technical } from '../../ui/said.tsx';
import { CliLine, CopyButton, Mono } from '../../ui/values.tsx';
import { modelEvents } from './place.ts';

type Verdict = OperationOutput<'artifacts.validate'>;

function Faults({ verdict }: { readonly verdict: Verdict }): ReactElement {
  const t = useText();
  return (
    <Table aria-label={t('models.artifacts.faults', { count: verdict.errors.length })} sx={{ mt: 1 }}>
      <TableHead><TableRow><TableCell>{t('models.column.json_path')}</TableCell><TableCell>{t('models.column.rule')}</TableCell><TableCell>{t('plans.column.detail')}</TableCell></TableRow></TableHead>
      <TableBody>
        {verdict.errors.map((fault, index) => (
          <TableRow key={`${fault.path}-${fault.keyword}-${String(index)}`}>
            <TableCell sx={{ whiteSpace: 'nowrap' }}><Mono>{fault.path}</Mono> <CopyButton text={fault.path} label={t('plans.result.copy_path')} /></TableCell>
            <TableCell><Mono>{fault.keyword}</Mono></TableCell>
            <TableCell><Technical text={fault.message} /></TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Body({ verdict }: { readonly verdict: Verdict }): ReactElement {
  const t = useText();
  return (
    <>
      <AlertTitle>{verdict.valid ? t('models.artifacts.valid') : t('models.artifacts.faults', { count: verdict.errors.length })}</AlertTitle>
      <Typography variant="body2"><Mono>{verdict.path}</Mono></Typography>
      <Typography variant="caption" component="div">SHA-256 <Mono>{verdict.sha256}</Mono></Typography>
      {verdict.errors.length === 0 ? null : <Faults verdict={verdict} />}
      {verdict.warnings.length === 0 ? null : (
        <Box component="ul" aria-label={t('models.artifacts.warnings', { count: verdict.warnings.length })} sx={{ m: 0, mt: 1, pl: 2 }}>
          {verdict.warnings.map((warning) => <li key={`${warning.path}-${warning.message}`}><Mono>{warning.path}</Mono> <Technical text={warning.message} /></li>)}
        </Box>
      )}
    </>
  );
}

interface ArtifactVerdictProps {
  readonly model: string;
  /** Version, alias or file name. */
  readonly version: string;
  readonly onClose: () => void;
}

export function ArtifactVerdict({ model, version, onClose }: ArtifactVerdictProps): ReactElement {
  const t = useText();
  const { workspace } = useSnapshot();
  const query = useOperation('artifacts.validate', { model, ref: version }, modelEvents);
  const verdict = query.data;
  const section = useIntoView<HTMLElement>(!query.loading);
  return (
    <Box ref={section} component="section" aria-label={t('models.artifacts.verdict', { model, version })} sx={{ mt: 1.5 }} onKeyDown={(event) => { if (event.key === 'Escape') onClose(); }}>
      <Box sx={{ display: 'flex', alignItems: 'center' }}>
        <Typography variant="h2" sx={{ flex: 1 }}>{t('models.artifacts.verdict', { model, version })}</Typography>
        <IconButton size="small" aria-label={t('shell.close')} onClick={onClose}><Close fontSize="small" /></IconButton>
      </Box>
      {query.error === null ? null : <ErrorNotice error={query.error} onRetry={query.reload} />}
      {verdict === null ? (query.error === null ? <Skeleton variant="rounded" height={80} /> : null) : (
        <Alert severity={verdict.valid ? (verdict.warnings.length === 0 ? 'success' : 'warning') : 'error'} variant="outlined" role="status" sx={{ '& .MuiAlert-message': { flex: 1, minWidth: 0 } }}><Body verdict={verdict} /></Alert>
      )}
      <Box sx={{ mt: 1 }}><CliLine line={cliLine('artifacts.validate', { model, ref: version }, { workspace: workspace.path })} /></Box>
    </Box>
  );
}
