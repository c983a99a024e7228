/** What can still be decided about the act. Each change throws the preview away and makes a new one. */
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState, type ReactElement } from 'react';
import { archiveFormats } from '#contract';
import { useText } from '../../i18n/index.ts';
import { ModelOptions } from './ModelOptions.tsx';
import { isModelAct, type KnownOperation } from './sentence.ts';

interface PlanOptionsProps {
  readonly operation: KnownOperation;
  readonly input: Readonly<Record<string, unknown>>;
  readonly disabled: boolean;
  readonly onChange: (change: Readonly<Record<string, unknown>>) => void;
}

interface CommittedFieldProps {
  readonly label: string;
  readonly value: string;
  readonly hint: string;
  readonly type: 'text' | 'number';
  readonly width: number;
  readonly disabled: boolean;
  readonly onCommit: (value: string) => void;
}

/** Takes effect when it is left or Enter is pressed, not with every letter: each change costs a new preview. */
function CommittedField({ label, value, hint, type, width, disabled, onCommit }: CommittedFieldProps): ReactElement {
  const [text, setText] = useState(value);
  const commit = (): void => {
    if (text !== value) onCommit(text);
  };
  return (
    <TextField
      label={label} value={text} type={type} helperText={hint} disabled={disabled} sx={{ width }} onChange={(event) => setText(event.target.value)} onBlur={commit}
      onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); commit(); } }}
    />
  );
}

function Archive({ input, disabled, onChange }: Omit<PlanOptionsProps, 'operation'>): ReactElement {
  const t = useText();
  const destination = typeof input['destination'] === 'string' ? input['destination'] : '';
  return (
    <>
      <TextField select label={t('plans.option.format')} value={input['format'] ?? 'directory'} disabled={disabled} sx={{ width: 140 }} onChange={(event) => onChange({ format: event.target.value })}>
        {archiveFormats.map((one) => <MenuItem key={one} value={one}>{t(`words.archive_format.${one}`)}</MenuItem>)}
      </TextField>
      <CommittedField key={destination} type="text" width={380} label={t('plans.option.destination')} hint={t('plans.option.destination_hint')} value={destination} disabled={disabled} onCommit={(value) => onChange({ destination: value.trim() === '' ? undefined : value.trim() })} />
      <FormControlLabel disabled={disabled} control={<Checkbox checked={input['overwrite'] === true} onChange={(_event, overwrite) => onChange({ overwrite })} />} label={t('plans.option.overwrite')} />
    </>
  );
}

export function PlanOptions({ operation, input, disabled, onChange }: PlanOptionsProps): ReactElement | null {
  const t = useText();
  if (operation === 'trash.empty') return null;
  if (isModelAct(operation)) return <ModelOptions withPin={operation.startsWith('models.')} input={input} disabled={disabled} onChange={onChange} />;
  const days = typeof input['signal_quality_retention_days'] === 'number' ? input['signal_quality_retention_days'] : 30;
  const setDays = (value: string): void => {
    const number = Number(value);
    if (value.trim() !== '' && Number.isInteger(number)) onChange({ signal_quality_retention_days: number });
  };
  return (
    <Box role="group" aria-label={t('plans.option.title')} sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', alignItems: 'flex-start', pt: 0.5 }}>
      {operation === 'reports.archive' ? <Archive input={input} disabled={disabled} onChange={onChange} /> : null}
      {operation === 'reports.purge' ? (
        <CommittedField key={days} type="number" width={300} label={t('plans.option.retention')} hint={t('plans.option.retention_hint')} value={String(days)} disabled={disabled} onCommit={setDays} />
      ) : null}
      {operation === 'reports.archive' ? null : (
        <FormControlLabel disabled={disabled} control={<Checkbox checked={input['permanent'] === true} onChange={(_event, permanent) => onChange({ permanent })} />} label={t('plans.option.permanent')} />
      )}
    </Box>
  );
}
