/** Why somebody does something: says how many characters are still missing, and never sends anything on Enter. */
import TextField from '@mui/material/TextField';
import type { ReactElement } from 'react';
import { useText } from '../i18n/index.ts';

interface ReasonFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** 0: a reason may be left out. */
  readonly least: number;
  readonly label?: string;
}

export function ReasonField({ value, onChange, least, label }: ReasonFieldProps): ReactElement {
  const t = useText();
  const left = least - value.trim().length;
  return (
    <TextField
      label={label ?? t('shell.reason.label')} value={value} required={least > 0} fullWidth multiline maxRows={4} onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => { if (event.key === 'Enter') event.preventDefault(); }}
      helperText={least === 0 ? t('shell.reason.optional') : left > 0 ? t('shell.reason.short', { count: left }) : t('shell.reason.enough')} slotProps={{ htmlInput: { maxLength: 1024 } }}
    />
  );
}
