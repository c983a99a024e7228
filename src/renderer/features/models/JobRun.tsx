/** One training that this window has started: how far it is, a way to stop it, and in the end what it made. */
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type { TrainingRun } from '#contract';
import { hasText, useFormat, useText } from '../../i18n/index.ts';
import { useNow } from '../../state/useOperation.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { Technical } from '../../ui/said.tsx';
import { CopyButton, Facts, Mono } from '../../ui/values.tsx';
import { WorkBar } from '../../ui/WorkBar.tsx';
import { headMetric, metricText } from './metrics.ts';
import { useMetricName } from './MetricTable.tsx';
import { stopRun, type JobRun } from './runs.ts';

const runSeverity = { success: 'success', failed: 'error', blocked: 'warning', running: 'warning', cancelled: 'warning' } as const;

function Finished({ run, onLog }: { readonly run: TrainingRun; readonly onLog: () => void }): ReactElement {
  const t = useText();
  const format = useFormat();
  const name = useMetricName();
  const code = `models.run_reason.${run.reason_code ?? ''}`;
  const metrics = (['directional_accuracy', 'mae', 'rmse', 'expected_pnl'] as const).flatMap((metric) => {
    const value = headMetric(run.metrics, metric);
    return value === null ? [] : [[name(metric), metricText(format, metric, value)] as const];
  });
  const forward = run.walk_forward;
  return (
    <Alert severity={runSeverity[run.status]} variant="outlined" role="status" action={<Button color="inherit" onClick={onLog}>{t('models.jobs.log')}</Button>}>
      <AlertTitle>{t(`models.run.${run.status}`, { job: run.job })}</AlertTitle>
      {hasText(code) ? <Typography variant="body2">{t(code)}</Typography> : null}
      {run.reason === null ? null : <Technical text={run.reason} />}
      <Facts
        rows={[
          ...(run.model === null || run.version === null ? [] : [[t('models.jobs.version'), `${run.model} · ${run.version}`] as const]),
          ...(run.duration_seconds === null ? [] : [[t('models.jobs.took'), format.duration(run.duration_seconds * 1000)] as const]),
          ...(run.dataset_rows === null ? [] : [[t('models.column.rows'), format.number(run.dataset_rows)] as const]),
          ...metrics,
          ...(forward === null ? [] : [[t('models.charts.windows'), `${t('models.charts.window_count', { count: forward.windows.length })} ${name('mae')} ${metricText(format, 'mae', forward.average_mae)}`] as const]),
          ...(run.drift === null ? [] : [[t('models.jobs.drift'), run.drift.triggered ? t('models.jobs.drift_found', { features: run.drift.triggered_features.join(', ') }) : t('models.jobs.drift_none')] as const]),
          ...(run.data_quality === null ? [] : [[t('models.jobs.quality'), t('models.jobs.issues', { count: run.data_quality.issues })] as const]),
        ]}
      />
      {run.reports.length === 0 && run.artifact === null ? null : (
        <Box component="ul" sx={{ m: 0, mt: 1, pl: 2 }}>
          {[...(run.artifact === null ? [] : [run.artifact.path]), ...run.reports].map((path) => <li key={path}><Mono>{path}</Mono> <CopyButton text={path} label={t('plans.result.copy_path')} /></li>)}
        </Box>
      )}
      {run.warnings.map((warning) => <Technical key={warning} text={warning} />)}
    </Alert>
  );
}

function Working({ run }: { readonly run: JobRun }): ReactElement {
  const t = useText();
  const format = useFormat();
  const now = useNow(1000);
  const { progress } = run;
  const key = `models.phase.${progress?.phase ?? 'start'}`;
  return (
    <Box role="region" aria-label={t('models.run.working', { job: run.job })} sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 1.5, bgcolor: 'background.paper' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, mb: 1 }}>
        <Typography variant="body2" role="status" sx={{ flex: 1 }}>
          {t('models.run.working', { job: run.job })} · {hasText(key) ? t(key) : progress?.phase}
          {progress === null ? '' : ` · ${format.number(progress.done)}${progress.total === null ? '' : ` / ${format.number(progress.total)}`}`}
        </Typography>
        <Typography variant="body2" color="text.secondary">{format.duration(now - run.startedAt)}</Typography>
        <Button color="inherit" variant="outlined" title={t('models.run.stop_hint')} disabled={run.controller.signal.aborted} onClick={() => stopRun(run.job)}>{t('plans.progress.stop')}</Button>
      </Box>
      <WorkBar label={t('models.run.working', { job: run.job })} progress={progress} />
      <Typography variant="caption" color="text.secondary">{t('models.run.stop_hint')}</Typography>
    </Box>
  );
}

export function JobRunView({ run, onLog }: { readonly run: JobRun; readonly onLog: () => void }): ReactElement {
  return (
    <Box sx={{ mt: 1.5 }}>
      {run.busy ? <Working run={run} /> : null}
      {run.error === null ? null : <ErrorNotice error={run.error} />}
      {run.result === null ? null : <Finished run={run.result} onLog={onLog} />}
    </Box>
  );
}
