/** What can still be decided about a change of champion or active version: why, whether it is pinned, whether a gate is overruled. */
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import TextField from '@mui/material/TextField';
import { useState, type ReactElement } from 'react';
import { useText } from '../../i18n/index.ts';
import { InstantField } from '../../ui/dateFields.tsx';
import { reasonLength, reasonOf } from './rules.ts';

interface ModelOptionsProps {
  readonly withPin: boolean;
  readonly input: Readonly<Record<string, unknown>>;
  readonly disabled: boolean;
  readonly onChange: (change: Readonly<Record<string, unknown>>) => void;
}

/** Takes effect when it is left or Enter is pressed: the preview of another reason is another preview. */
function ReasonField({ value, disabled, onCommit }: { readonly value: string; readonly disabled: boolean; readonly onCommit: (value: string) => void }): ReactElement {
  const t = useText();
  const [text, setText] = useState(value);
  const length = text.trim().length;
  const commit = (): void => {
    if (text.trim() !== value) onCommit(text.trim());
  };
  return (
    <TextField
      label={t('models.reason')} value={text} required disabled={disabled} multiline maxRows={3} sx={{ flex: 1, minWidth: 360 }}
      helperText={length < reasonLength ? t('shell.reason.short', { count: reasonLength - length }) : text.trim() === value ? t('models.reason_ok') : t('models.reason_commit')}
      onChange={(event) => setText(event.target.value)} onBlur={commit}
      onKeyDown={(event) => { if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); commit(); } }}
      slotProps={{ htmlInput: { maxLength: 1024 } }}
    />
  );
}

export function ModelOptions({ withPin, input, disabled, onChange }: ModelOptionsProps): ReactElement {
  const t = useText();
  const pinned = input['pin'] !== false;
  const until = typeof input['pin_until'] === 'string' ? input['pin_until'] : null;
  return (
    <Box role="group" aria-label={t('plans.option.title')} sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', alignItems: 'flex-start', pt: 0.5 }}>
      <ReasonField value={reasonOf(input)} disabled={disabled} onCommit={(reason) => onChange({ reason })} />
      {withPin ? (
        <>
          <FormControlLabel disabled={disabled} title={t('models.pin.hint')} control={<Checkbox checked={pinned} onChange={(_event, pin) => onChange(pin ? { pin } : { pin, pin_until: undefined })} />} label={t('models.pin.with')} />
          {pinned ? <InstantField label={t('models.pin.until')} hint={t('models.pin.until_hint')} value={until} disabled={disabled} onChange={(pin_until) => onChange({ pin_until: pin_until ?? undefined })} /> : null}
          <FormControlLabel disabled={disabled} control={<Checkbox checked={input['force'] === true} onChange={(_event, force) => onChange({ force })} />} label={t('models.force')} />
        </>
      ) : null}
    </Box>
  );
}
