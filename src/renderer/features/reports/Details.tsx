/** One report: what its summary says, what is wrong with it, its files, and how to get at it elsewhere. */
import Close from '@mui/icons-material/Close';
import FolderOpen from '@mui/icons-material/FolderOpenOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import type { OperationOutput } from '#contract';
import { shownName } from '../../format/names.ts';
import { cliLine } from '../../format/cliLine.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { emptyFilter } from '../../state/address.ts';
import { fullAddress } from '../../state/place.ts';
import { openPlan, showToast, useSnapshot, useTransport } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Technical } from '../../ui/said.tsx';
import { ErrorNotice } from '../../ui/notices.tsx';
import { SummaryChip } from '../../ui/status.tsx';
import { Bytes, CliLine, CopyButton, Facts, Instant, Mono } from '../../ui/values.tsx';
import { mayDo } from '../../state/rights.ts';
import { drawerWidth } from './columns.ts';
import { summaryFacts } from './summaryFacts.ts';

type Report = OperationOutput<'reports.show'>;

function FolderButton({ report }: { readonly report: string }): ReactElement {
  const t = useText();
  const transport = useTransport();
  const open = async (): Promise<void> => {
    const result = await transport.call('console.open_folder', { relative_path: report });
    if (!result.ok) showToast('attention', t(`errors.${result.error.code}.title`));
    else if (!result.value.opened) showToast('ok', t('reports.details.folder_is', { path: result.value.path }));
  };
  return <Button startIcon={<FolderOpen />} onClick={() => void open()}>{t('reports.details.open_folder')}</Button>;
}

function Files({ report }: { readonly report: Report }): ReactElement {
  const t = useText();
  return (
    <Table aria-label={t('reports.details.files', { count: report.files.length })} sx={{ tableLayout: 'fixed' }}>
      <TableHead>
        <TableRow>
          <TableCell>{t('reports.column.path')}</TableCell>
          <TableCell sx={{ width: 90 }}>{t('reports.column.role')}</TableCell>
          <TableCell align="right" sx={{ width: 90 }}>{t('reports.column.size')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {report.files.map((file) => (
          <TableRow key={file.path}>
            <TableCell title={file.modified_at}><Mono>{file.path}</Mono></TableCell>
            <TableCell>{t(`words.file_role.${file.role}`)}</TableCell>
            <TableCell align="right"><Bytes value={file.size} /></TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Body({ report }: { readonly report: Report }): ReactElement {
  const t = useText();
  const format = useFormat();
  const facts = report.summary === null ? [] : summaryFacts(report.summary, format);
  return (
    <>
      <Facts
        rows={[
          [t('reports.column.category'), shownName(report.category)],
          [t('reports.column.summary'), <SummaryChip key="s" status={report.summary_status} />],
          [t('reports.column.updated_at'), <Instant key="u" value={report.updated_at} />],
          [t('reports.column.created_at'), <Instant key="c" value={report.created_at} />],
          [t('reports.column.size'), <Bytes key="b" value={report.total_size} />],
          [t('reports.details.directory'), <Mono key="d">{report.directory}</Mono>],
        ]}
      />
      {report.problems.map((problem) => (
        <Alert key={`${problem.code}-${problem.path}`} severity="error" variant="outlined" sx={{ mt: 1.5 }}>
          {t(`words.problem.${problem.code}`)}: <Mono>{problem.path}</Mono>
          <Technical text={problem.message} />
        </Alert>
      ))}
      <Typography variant="h3" component="h3" sx={{ mt: 2, mb: 0.5 }}>{t('reports.details.summary')}</Typography>
      {facts.length === 0
        ? <Typography variant="body2" color="text.secondary">{t(report.summary_status === 'missing' ? 'reports.details.no_summary' : 'reports.details.empty_summary')}</Typography>
        : <Facts rows={facts.map(({ name, value }) => [name, value] as const)} />}
      <Typography variant="h3" component="h3" sx={{ mt: 2, mb: 0.5 }}>{t('reports.details.files', { count: report.files.length })}</Typography>
      <Files report={report} />
    </>
  );
}

export function Details({ report, onClose }: { readonly report: string; readonly onClose: () => void }): ReactElement {
  const t = useText();
  const { workspace, role } = useSnapshot();
  const show = useOperation('reports.show', { relative_path: report }, ['reports.changed']);
  const [closing, setClosing] = useState(false);
  const close = (): void => {
    setClosing(true);
    onClose();
  };
  const canDelete = workspace.read_only === null && mayDo(role, 'reports.delete');
  return (
    <Box
      component="aside" aria-label={t('reports.details.title', { report })} aria-hidden={closing}
      onKeyDown={(event) => { if (event.key === 'Escape') close(); }}
      sx={{ width: drawerWidth, flexShrink: 0, borderLeft: 1, borderColor: 'divider', bgcolor: 'background.paper', display: 'flex', flexDirection: 'column', minHeight: 0 }}
    >
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1, p: 2, pb: 1 }}>
        <Typography variant="h2" sx={{ flex: 1, overflowWrap: 'anywhere' }}>{shownName(show.data?.display_name ?? report)}</Typography>
        <CopyButton text={fullAddress({ page: 'reports', filter: emptyFilter, report, pageIndex: 0 })} label={t('reports.details.copy_address')} />
        <IconButton size="small" aria-label={t('shell.close')} onClick={close}><Close fontSize="small" /></IconButton>
      </Box>
      <Box sx={{ flex: 1, overflow: 'auto', px: 2, pb: 2 }} tabIndex={0} role="region" aria-label={t('reports.details.title', { report })}>
        {show.error === null ? null : <ErrorNotice error={show.error} onRetry={show.reload} />}
        {show.data === null ? (show.error === null ? <Skeleton variant="rounded" height={320} /> : null) : <Body report={show.data} />}
      </Box>
      <Box sx={{ borderTop: 1, borderColor: 'divider', p: 1.5, display: 'flex', flexDirection: 'column', gap: 1 }}>
        <Box sx={{ display: 'flex', gap: 1 }}>
          <FolderButton report={report} />
          <Button color="error" disabled={!canDelete} onClick={() => openPlan({ operation: 'reports.delete', input: { path: report } })}>{t('reports.act.delete')}</Button>
        </Box>
        <CliLine line={cliLine('reports.show', { relative_path: report }, { workspace: workspace.path })} />
      </Box>
    </Box>
  );
}
