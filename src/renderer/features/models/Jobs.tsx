/** The configured training jobs: how their last run ended, a way to run one now, and its log as it is written. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useState, type KeyboardEvent, type ReactElement } from 'react';
import type { RetrainingJobView } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { useText } from '../../i18n/index.ts';
import { mayDo } from '../../state/rights.ts';
import { useSnapshot, useTransport } from '../../state/store.ts';
import { useNow, useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { Technical } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { CliLine, Instant, Mono } from '../../ui/values.tsx';
import { JobRunView } from './JobRun.tsx';
import { JobLog } from './JobLog.tsx';
import { useAgainOnPolicy } from './place.ts';
import { ReasonField } from '../../ui/ReasonField.tsx';
import { startRun, useRuns } from './runs.ts';

function Result({ job, running }: { readonly job: RetrainingJobView; readonly running: boolean }): ReactElement {
  const t = useText();
  const now = useNow(60_000);
  if (running) return <StatusChip severity="attention" label={t('models.jobs.running')} />;
  const at = job.last_result === 'failure' ? job.last_failure : job.last_success;
  if (job.last_result === null) return <StatusChip severity="neutral" label={t('models.jobs.never')} />;
  return (
    <>
      <StatusChip severity={job.last_result === 'success' ? 'ok' : 'blocked'} label={t(`models.jobs.${job.last_result}`)} />
      {at === null ? null : <Typography variant="caption" component="div"><Instant value={at} /></Typography>}
      {job.failure_streak > 1 ? <Typography variant="caption" component="div">{t('models.schedule.streak', { count: job.failure_streak })}</Typography> : null}
      {job.cooldown_until === null || Date.parse(job.cooldown_until) <= now ? null : <Typography variant="caption" component="div">{t('models.jobs.cools')} <Instant value={job.cooldown_until} /></Typography>}
      {job.last_result === 'failure' && job.last_error !== null ? <Technical text={job.last_error} /> : null}
    </>
  );
}

const noEnter = (event: KeyboardEvent): void => {
  if (event.key === 'Enter') event.preventDefault();
};

/** Leaves at once: progress and log are shown in the page, where other things can be done meanwhile. */
function RunDialog({ job, onClose }: { readonly job: string; readonly onClose: () => void }): ReactElement {
  const t = useText();
  const transport = useTransport();
  const { workspace } = useSnapshot();
  const [force, setForce] = useState(false);
  const [reason, setReason] = useState('');
  const trimmed = reason.trim();
  const input = { job, force, ...(trimmed === '' ? {} : { reason: trimmed }) };
  const start = (): void => {
    void startRun(transport, { job, force, reason: trimmed });
    onClose();
  };
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="run-title">
      <DialogTitle id="run-title">{t('models.jobs.run_title', { job })}</DialogTitle>
      <DialogContent dividers sx={{ display: 'flex', flexDirection: 'column', gap: 2 }}>
        <Typography variant="body2">{t('models.jobs.run_text')}</Typography>
        <ReasonField value={reason} onChange={setReason} least={0} />
        <FormControlLabel control={<Checkbox checked={force} onChange={(_event, next) => setForce(next)} />} label={t('models.jobs.force')} />
        <CliLine line={cliLine('retraining.run', input, { workspace: workspace.path })} />
      </DialogContent>
      <DialogActions>
        <Button variant="outlined" autoFocus onClick={onClose}>{t('plans.button.leave')}</Button>
        <Button variant="contained" onKeyDown={noEnter} title={t('plans.button.hint')} onClick={start}>{t('models.jobs.run_this', { job })}</Button>
      </DialogActions>
    </Dialog>
  );
}

export function Jobs(): ReactElement {
  const t = useText();
  const { workspace, role } = useSnapshot();
  const query = useOperation('retraining.jobs', {}, ['retraining.changed']);
  useAgainOnPolicy(query.reload);
  const runs = useRuns();
  const [asked, setAsked] = useState<string | null>(null);
  const [logOf, setLogOf] = useState<string | null>(null);
  const jobs = query.data?.jobs ?? [];
  const faults = query.data?.faults ?? [];
  const may = workspace.read_only === null && mayDo(role, 'retraining.run');
  return (
    <Box component="section" aria-label={t('models.jobs.title')}>
      <Typography variant="h2" sx={{ mt: 3, mb: 1 }}>{t('models.jobs.title')}</Typography>
      {query.error === null ? null : <ErrorNotice error={query.error} onRetry={query.reload} />}
      {query.data === null && query.error === null ? <Skeleton variant="rounded" height={100} /> : null}
      {(query.data?.bad_lines ?? 0) > 0 ? <Alert severity="warning" variant="outlined" sx={{ mb: 1 }}>{t('models.jobs.bad_lines', { count: query.data?.bad_lines ?? 0 })}</Alert> : null}
      {faults.length === 0 ? null : (
        <Alert severity="error" variant="outlined" sx={{ mb: 1 }}>
          {t('models.jobs.faulty', { count: faults.length })}
          {faults.map(({ field, problem }) => <Box key={field}><Mono>{field}</Mono><Technical text={problem} /></Box>)}
        </Alert>
      )}
      {query.data !== null && jobs.length === 0 ? <Empty title={t('models.jobs.none')} hint={t('models.jobs.none_hint')} /> : null}
      {jobs.length === 0 ? null : (
        <Table aria-label={t('models.jobs.title')} sx={{ bgcolor: 'background.paper' }}>
          <TableHead>
            <TableRow>
              <TableCell>{t('models.column.job')}</TableCell><TableCell>{t('models.column.model')}</TableCell><TableCell>{t('models.column.source')}</TableCell>
              <TableCell>{t('models.column.last_run')}</TableCell><TableCell>{t('models.column.acts')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {jobs.map((job) => {
              const running = runs[job.name]?.busy === true;
              return (
                <TableRow key={job.name} hover>
                  <TableCell>{job.name}<Typography variant="caption" component="div" color="text.secondary">{t(`models.job_kind.${job.kind}`)}</Typography></TableCell>
                  <TableCell>{job.model ?? '–'}</TableCell>
                  <TableCell sx={{ maxWidth: 240 }}>{job.feed ?? (job.argv === null ? '–' : <Mono>{job.argv.join(' ')}</Mono>)}</TableCell>
                  <TableCell sx={{ maxWidth: 300 }}><Result job={job} running={running} /></TableCell>
                  <TableCell sx={{ whiteSpace: 'nowrap' }}>
                    <Button disabled={!may || running} aria-label={t('models.jobs.run_this', { job: job.name })} onClick={() => setAsked(job.name)}>{t('models.jobs.run')}</Button>
                    <Button aria-label={t('models.jobs.log_of', { job: job.name })} aria-expanded={logOf === job.name} onClick={() => setLogOf(logOf === job.name ? null : job.name)}>{t('models.jobs.log')}</Button>
                  </TableCell>
                </TableRow>
              );
            })}
          </TableBody>
        </Table>
      )}
      {Object.values(runs).map((run) => <JobRunView key={run.job} run={run} onLog={() => setLogOf(run.job)} />)}
      {logOf === null ? null : <JobLog key={logOf} job={logOf} onClose={() => setLogOf(null)} />}
      <Box sx={{ mt: 1 }}><CliLine line={cliLine('retraining.jobs', {}, { workspace: workspace.path })} /></Box>
      {asked === null ? null : <RunDialog job={asked} onClose={() => { setAsked(null); if (useRuns.getState()[asked]?.busy === true) setLogOf(asked); }} />}
    </Box>
  );
}
