/** The schedule of retraining: when the next training is due, what holds it up, whom to call, and the acts on it. */
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import type { RetrainingStatus, Severity } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { mayDo } from '../../state/rights.ts';
import { useSnapshot } from '../../state/store.ts';
import { useNow, useOperation } from '../../state/useOperation.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { Technical } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { CliLine, Facts, Instant, Mono } from '../../ui/values.tsx';
import { scheduleActs, ScheduleDialog, type ScheduleAct } from './ScheduleDialogs.tsx';

type State = 'broken' | 'missing' | 'paused' | 'cooldown' | 'overdue' | 'due' | 'waiting';

const stateSeverity = {
  broken: 'unknown', missing: 'attention', paused: 'attention', cooldown: 'blocked', overdue: 'attention', due: 'attention', waiting: 'ok',
} as const satisfies Record<State, Severity>;

function stateOf(status: RetrainingStatus): State {
  if (status.document === 'missing') return 'missing';
  if (status.document !== 'ok') return 'broken';
  if (status.paused) return 'paused';
  if (status.cooldown_active) return 'cooldown';
  return status.is_overdue ? 'overdue' : status.due ? 'due' : 'waiting';
}

/** Counts down by itself between two readings. */
function Countdown({ at }: { readonly at: string }): ReactElement {
  const t = useText();
  const format = useFormat();
  const now = useNow(1000);
  const left = Date.parse(at) - now;
  return <><Instant value={at} /> · {left > 0 ? t('models.schedule.in', { time: format.duration(left) }) : t('models.schedule.since', { time: format.duration(-left) })}</>;
}

const issueSeverity = { info: 'info', warning: 'warning', problem: 'error' } as const;

/** Issues that say what a reason for calling somebody says already: one box holds both. */
const sameMatter: Readonly<Record<RetrainingStatus['escalation_reasons'][number], readonly string[]>> = {
  failure_streak: ['failure_streak'], cooldown: ['scheduler_cooldown'], document: ['schedule_corrupt', 'schedule_newer', 'schedule_unreadable'],
};

/** What goes without saying where there is no schedule yet. */
const withoutSchedule: readonly string[] = ['never_run', 'scheduler_overdue'];

function Escalation({ status }: { readonly status: RetrainingStatus }): ReactElement {
  const t = useText();
  return (
    <Alert severity="error" variant="outlined">
      <AlertTitle>{t('models.schedule.escalate')}</AlertTitle>
      {status.escalation_reasons.map((reason) => {
        const issues = status.issues.filter(({ code }) => sameMatter[reason].includes(code));
        // What is wrong with the document its issue says best.
        const said = reason === 'document' && issues.length > 0 ? issues.map(({ code }) => t(`models.issue.${code}`)).join(' ') : t(`models.escalation.${reason}`);
        return <Box key={reason}>{said}{issues.map((issue) => <Technical key={issue.code} text={issue.message} />)}</Box>;
      })}
    </Alert>
  );
}

function Issues({ status }: { readonly status: RetrainingStatus }): ReactElement | null {
  const t = useText();
  if (status.issues.length === 0 && !status.escalate) return null;
  const told = [...(status.escalate ? status.escalation_reasons.flatMap((reason) => sameMatter[reason]) : []), ...(status.document === 'missing' ? withoutSchedule : [])];
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', gap: 1, mb: 1.5 }}>
      {status.escalate ? <Escalation status={status} /> : null}
      {status.issues.filter(({ code }) => !told.includes(code)).map((issue) => (
        <Alert key={`${issue.code}-${issue.field ?? ''}`} severity={issueSeverity[issue.severity]} variant="outlined" sx={{ py: 0 }}>
          {t(`models.issue.${issue.code}`)}
          <Technical text={issue.message} />
        </Alert>
      ))}
    </Box>
  );
}

function ScheduleFacts({ status }: { readonly status: RetrainingStatus }): ReactElement | null {
  const t = useText();
  const format = useFormat();
  const { schedule, sla } = status;
  if (schedule === null) return null;
  const instant = (value: string | null): ReactElement | string => (value === null ? '–' : <Instant value={value} />);
  const span = (seconds: number): string => format.duration(seconds * 1000);
  return (
    <Facts
      rows={[
        [t('models.schedule.next'), <Countdown key="n" at={schedule.next_run} />],
        [t('models.schedule.last'), <span key="l">{instant(schedule.last_run)}{status.last_run_derived ? ` · ${t('models.schedule.derived')}` : ''}</span>],
        [t('models.schedule.interval'), span(schedule.interval)],
        [t('models.schedule.sla'), sla === null ? '–' : <span key="s"><StatusChip severity={sla.met ? 'ok' : 'blocked'} label={t(sla.met ? 'models.schedule.sla_met' : 'models.schedule.sla_missed')} /> {t('models.schedule.sla_limit', { limit: span(sla.limit_seconds), age: sla.age_seconds === null ? '–' : span(sla.age_seconds) })}</span>],
        [t('models.schedule.failures'), t('models.schedule.streak', { count: schedule.failure_streak })],
        ...(schedule.last_failure === null ? [] : [[t('models.schedule.last_failure'), <span key="f">{instant(schedule.last_failure)}{schedule.last_failure_reason === null ? null : <Typography variant="caption" component="div" color="text.secondary">{schedule.last_failure_reason}</Typography>}</span>] as const]),
        ...(schedule.cooldown_until === null ? [] : [[t('models.schedule.cooldown'), <Countdown key="c" at={schedule.cooldown_until} />] as const]),
        ...(schedule.paused_until === null ? [] : [[t('models.schedule.paused'), <span key="p"><Countdown at={schedule.paused_until} />{schedule.paused_reason === null ? '' : ` · ${schedule.paused_reason}`}</span>] as const]),
      ]}
    />
  );
}

export function ScheduleCard(): ReactElement {
  const t = useText();
  const { workspace, role } = useSnapshot();
  const [act, setAct] = useState<ScheduleAct | null>(null);
  const query = useOperation('retraining.status', {}, ['retraining.changed']);
  const status = query.data;
  const may = workspace.read_only === null && mayDo(role, 'retraining.pause');
  const shown = scheduleActs.filter((one) => (one === 'resume' ? status?.paused === true : one !== 'pause' || status?.paused !== true));
  return (
    <Box component="section" aria-label={t('models.schedule.title')} sx={{ border: 1, borderColor: 'divider', borderRadius: 1, bgcolor: 'background.paper', p: 2 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 1, flexWrap: 'wrap' }}>
        <Typography variant="h2">{t('models.schedule.title')}</Typography>
        {status === null ? null : <StatusChip severity={stateSeverity[stateOf(status)]} label={t(`models.schedule_state.${stateOf(status)}`)} />}
        <Box sx={{ flex: 1 }} />
        {status === null ? null : <Mono>{status.path}</Mono>}
      </Box>
      {query.error === null ? null : <ErrorNotice error={query.error} onRetry={query.reload} />}
      {status === null ? (query.error === null ? <Skeleton variant="rounded" height={160} /> : null) : <><Issues status={status} /><ScheduleFacts status={status} /></>}
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', mt: 1.5 }}>
        {shown.map((one) => <Button key={one} variant="outlined" disabled={!may || status === null} onClick={() => setAct(one)}>{t(`models.schedule_act.${one}.open`)}</Button>)}
      </Box>
      <Box sx={{ mt: 1 }}><CliLine line={cliLine('retraining.status', {}, { workspace: workspace.path })} /></Box>
      {act === null || status === null ? null : <ScheduleDialog act={act} status={status} onClose={() => setAct(null)} />}
    </Box>
  );
}
