/** What a person can do to AutoMode: hold it up, let it go on, stop it at once, carry out one cycle. */
import FormControlLabel from '@mui/material/FormControlLabel';
import Checkbox from '@mui/material/Checkbox';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import type { OperationInput, OperationOutput } from '#contract';
import { wordOf } from '../../i18n/facts.ts';
import { useText } from '../../i18n/index.ts';
import type { AutomodeAct } from '../../state/address.ts';
import { ActDialog } from '../../ui/ActDialog.tsx';
import { ReasonField } from '../../ui/ReasonField.tsx';
import { Technical } from '../../ui/said.tsx';
import { Mono } from '../../ui/values.tsx';
import { cycleOutcome } from './words.ts';

const shortest = 10;
const long = (text: string): boolean => [...text.trim()].length >= shortest;
const durations = ['30m', '1h', '2h', '8h', '1d', ''] as const;

function PauseDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const t = useText();
  const [duration, setDuration] = useState<string>('2h');
  const [reason, setReason] = useState('');
  const draft: OperationInput<'automode.pause'> = { ...(duration === '' ? {} : { duration }), reason: reason.trim() };
  return (
    <ActDialog
      operation="automode.pause" input={long(reason) ? draft : null} draft={draft} onClose={onClose}
      title={t('automode.act.pause')} text={t('automode.text.pause')} button={t('automode.act.pause')}
    >
      <TextField select label={t('automode.duration')} value={duration} onChange={(event) => setDuration(event.target.value)}>
        {durations.map((one) => <MenuItem key={one} value={one}>{one === '' ? t('automode.no_end') : t(`automode.durations.${one}`)}</MenuItem>)}
      </TextField>
      <ReasonField least={shortest} value={reason} onChange={setReason} />
    </ActDialog>
  );
}

function SwitchDialog({ act, onClose }: { readonly act: 'kill' | 'release'; readonly onClose: () => void }): ReactElement {
  const t = useText();
  const [reason, setReason] = useState('');
  const draft = { reason: reason.trim() };
  return (
    <ActDialog
      operation={`automode.${act}`} input={long(reason) ? draft : null} draft={draft} onClose={onClose} dangerous={act === 'kill'}
      title={t(`automode.act.${act}`)} text={t(`automode.text.${act}`)} button={t(`automode.act.${act}`)}
    >
      <ReasonField least={shortest} value={reason} onChange={setReason} />
    </ActDialog>
  );
}

function CycleResult({ output: { cycle, run } }: { readonly output: OperationOutput<'automode.cycle'> }): ReactElement {
  const t = useText();
  return (
    <>
      <Typography variant="body2">{cycleOutcome(t, cycle)}</Typography>
      {(cycle.training?.reason ?? null) === null ? null : <Technical text={cycle.training?.reason ?? ''} />}
      {run.log === null ? null : <Typography variant="body2">{t('automode.log')}: <Mono>{run.log}</Mono></Typography>}
      {cycle.alerts.length === 0 ? null : <Typography variant="body2">{t('automode.cycle_alerts')}: {cycle.alerts.map((code) => wordOf(t, ['automode.cycle_alert'], code)).join(', ')}</Typography>}
      {cycle.errors.map((text) => <Technical key={text} text={text} />)}
    </>
  );
}

const cycleResult = (output: OperationOutput<'automode.cycle'>): ReactElement => <CycleResult output={output} />;

function CycleDialog({ jobs, onClose }: { readonly jobs: readonly string[]; readonly onClose: () => void }): ReactElement {
  const t = useText();
  const [job, setJob] = useState(jobs[0] ?? '');
  const [force, setForce] = useState(false);
  const [reason, setReason] = useState('');
  const draft: OperationInput<'automode.cycle'> = { job, force, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) };
  return (
    <ActDialog
      operation="automode.cycle" input={job === '' ? null : draft} draft={draft} onClose={onClose} long
      title={t('automode.act.cycle')} text={t('automode.text.cycle')} button={t('automode.run_cycle', { job })}
      result={cycleResult}
    >
      <TextField select label={t('automode.job')} value={job} onChange={(event) => setJob(event.target.value)}>
        {jobs.map((one) => <MenuItem key={one} value={one}>{one}</MenuItem>)}
      </TextField>
      <ReasonField least={0} value={reason} onChange={setReason} />
      <FormControlLabel control={<Checkbox size="small" checked={force} onChange={(event) => setForce(event.target.checked)} />} label={t('automode.force')} />
    </ActDialog>
  );
}

interface ActProps {
  readonly act: AutomodeAct;
  readonly jobs: readonly string[];
  readonly onClose: () => void;
}

export function Act({ act, jobs, onClose }: ActProps): ReactElement {
  const t = useText();
  if (act === 'pause') return <PauseDialog onClose={onClose} />;
  if (act === 'cycle') return <CycleDialog jobs={jobs} onClose={onClose} />;
  if (act === 'resume') {
    return <ActDialog operation="automode.resume" input={{}} draft={{}} onClose={onClose} title={t('automode.act.resume')} text={t('automode.text.resume')} button={t('automode.act.resume')} />;
  }
  return <SwitchDialog act={act} onClose={onClose} />;
}
