/** The acts on the schedule. Each holds the revision that was looked at, so that another program's change is never overwritten unseen. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState, type ReactElement } from 'react';
import type { OperationInput, OperationName, RetrainingChange, RetrainingStatus } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { showToast } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { ActDialog } from '../../ui/ActDialog.tsx';
import { reasonLength } from '../plans/rules.ts';
import { InstantField } from '../../ui/dateFields.tsx';
import { ReasonField } from '../../ui/ReasonField.tsx';

export const scheduleActs = ['pause', 'resume', 'interval', 'reset_failures', 'mark_executed'] as const;
export type ScheduleAct = (typeof scheduleActs)[number];

interface FormProps {
  readonly status: RetrainingStatus;
  readonly onClose: () => void;
}

type Changing = Extract<OperationName, `retraining.${ScheduleAct}`>;

interface FrameProps<N extends Changing> {
  readonly act: ScheduleAct;
  readonly operation: N;
  readonly input: OperationInput<N> | null;
  readonly draft: OperationInput<N>;
  readonly revision: string | null;
  readonly onClose: () => void;
  readonly children?: ReactElement | readonly ReactElement[];
}

/** What was looked at when the dialog opened is what may be changed. */
function Frame<N extends Changing>({ act, operation, input, draft, revision, onClose, children }: FrameProps<N>): ReactElement {
  const t = useText();
  const [held] = useState(revision);
  const bound = held === null ? {} : { revision: held };
  const told = (change: RetrainingChange): void => {
    const [warning] = change.warnings;
    if (!change.changed) showToast('attention', t('models.schedule.unchanged'));
    else if (warning === undefined) showToast('ok', t(`models.schedule_act.${act}.done`));
    else showToast('attention', warning);
  };
  return (
    <ActDialog<N>
      operation={operation} input={input === null ? null : { ...input, ...bound }} draft={draft as Readonly<Record<string, unknown>>}
      title={t(`models.schedule_act.${act}.title`)} text={t(`models.schedule_act.${act}.text`)} button={t(`models.schedule_act.${act}.button`)} onClose={onClose}
      onDone={(output) => told(output as RetrainingChange)}
    >
      {children}
    </ActDialog>
  );
}

const durationForm = /^(?:\d+(?:\.\d+)?\s*[smhdw]\s*)+$/iu;

function DurationField({ label, value, onChange }: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void }): ReactElement {
  const t = useText();
  const wrong = value !== '' && !durationForm.test(value.trim());
  return <TextField label={label} value={value} error={wrong} sx={{ width: 260 }} helperText={t(wrong ? 'models.schedule.duration_wrong' : 'models.schedule.duration_hint')} onChange={(event) => onChange(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter') event.preventDefault(); }} />;
}

function Pause({ status, onClose }: FormProps): ReactElement {
  const t = useText();
  const [duration, setDuration] = useState('2h');
  const [until, setUntil] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const trimmed = reason.trim();
  const end = until === null ? { duration: duration.trim() } : { until };
  const draft = { ...end, ...(trimmed === '' ? {} : { reason: trimmed }) };
  const complete = until !== null || durationForm.test(duration.trim());
  return (
    <Frame act="pause" operation="retraining.pause" input={complete ? draft : null} draft={draft} revision={status.revision} onClose={onClose}>
      <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', pt: 0.5 }}>
        <DurationField label={t('models.schedule.duration')} value={until === null ? duration : ''} onChange={(value) => { setUntil(null); setDuration(value); }} />
        <InstantField label={t('models.schedule.until')} hint={t('models.schedule.until_hint')} value={until} onChange={setUntil} />
      </Box>
      <ReasonField value={reason} onChange={setReason} least={0} />
    </Frame>
  );
}

function Interval({ status, onClose }: FormProps): ReactElement {
  const t = useText();
  const format = useFormat();
  const [interval, setInterval] = useState('');
  const draft = { interval: interval.trim() };
  return (
    <Frame act="interval" operation="retraining.interval" input={durationForm.test(draft.interval) ? draft : null} draft={draft} revision={status.revision} onClose={onClose}>
      <Box>{t('models.schedule.interval_now', { interval: status.interval_seconds === null ? '–' : format.duration(status.interval_seconds * 1000) })}</Box>
      <DurationField label={t('models.schedule.interval')} value={interval} onChange={setInterval} />
    </Frame>
  );
}

function ResetFailures({ status, onClose }: FormProps): ReactElement {
  const t = useText();
  const [reason, setReason] = useState('');
  const draft = { reason: reason.trim() };
  return (
    <Frame act="reset_failures" operation="retraining.reset_failures" input={draft.reason.length >= reasonLength ? draft : null} draft={draft} revision={status.revision} onClose={onClose}>
      <Box>{t('models.schedule.streak', { count: status.schedule?.failure_streak ?? 0 })}</Box>
      <ReasonField value={reason} onChange={setReason} least={reasonLength} label={t('models.schedule.cause')} />
    </Frame>
  );
}

function MarkExecuted({ status, onClose }: FormProps): ReactElement {
  const t = useText();
  const jobs = useOperation('retraining.jobs', {});
  const [job, setJob] = useState('');
  const [reason, setReason] = useState('');
  const draft = { ...(job === '' ? {} : { job }), ...(reason.trim() === '' ? {} : { reason: reason.trim() }) };
  return (
    <Frame act="mark_executed" operation="retraining.mark_executed" input={draft} draft={draft} revision={status.revision} onClose={onClose}>
      <Alert severity="warning" variant="outlined">{t('models.schedule.mark_warning')}</Alert>
      <TextField select label={t('models.column.job')} value={job} sx={{ width: 260 }} onChange={(event) => setJob(event.target.value)} slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}>
        <MenuItem value="">{t('models.schedule.no_job')}</MenuItem>
        {(jobs.data?.jobs ?? []).map((one) => <MenuItem key={one.name} value={one.name}>{one.name}</MenuItem>)}
      </TextField>
      <ReasonField value={reason} onChange={setReason} least={0} />
    </Frame>
  );
}

const Resume = ({ status, onClose }: FormProps): ReactElement => <Frame act="resume" operation="retraining.resume" input={{}} draft={{}} revision={status.revision} onClose={onClose} />;

const forms: Readonly<Record<ScheduleAct, (props: FormProps) => ReactElement>> = { pause: Pause, resume: Resume, interval: Interval, reset_failures: ResetFailures, mark_executed: MarkExecuted };

export function ScheduleDialog({ act, ...props }: FormProps & { readonly act: ScheduleAct }): ReactElement {
  const Form = forms[act];
  return <Form {...props} />;
}
