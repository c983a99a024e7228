/** A point in time to be chosen, in the zone of this computer and with its UTC reading beside it. */
import TextField from '@mui/material/TextField';
import { useState, type ReactElement } from 'react';
import { utcText } from '../../format/index.ts';
import { useText } from '../../i18n/index.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-20T10:30` in the zone of this computer; empty where the value is no instant. */
export function localInput(value: string | number | null): string {
  const date = value === null ? null : new Date(value);
  if (date === null || Number.isNaN(date.getTime())) return '';
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The instant in UTC to the second, or null for a field that is empty or half filled. */
export function instantOfInput(text: string): string | null {
  const at = new Date(text).getTime();
  return text === '' || Number.isNaN(at) ? null : `${new Date(at).toISOString().slice(0, 19)}Z`;
}

export const zoneName = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

interface InstantFieldProps {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly hint: string;
  readonly disabled?: boolean;
  readonly width?: number;
  readonly autoFocus?: boolean;
}

export function InstantField({ label, value, onChange, hint, disabled = false, width = 260, autoFocus = false }: InstantFieldProps): ReactElement {
  const t = useText();
  const [text, setText] = useState(() => localInput(value));
  const [shown, setShown] = useState(value);
  // Another value from outside, for example from the address, replaces what is in the field.
  if (shown !== value) {
    setShown(value);
    if (instantOfInput(text) !== value) setText(localInput(value));
  }
  return (
    <TextField
      type="datetime-local" label={`${label} (${zoneName()})`} value={text} disabled={disabled} sx={{ width }} autoFocus={autoFocus}
      helperText={value === null ? hint : t('models.utc_is', { at: utcText(value) })}
      onChange={(event) => { setText(event.target.value); const next = instantOfInput(event.target.value); if (next !== value) { setShown(next); onChange(next); } }}
      onKeyDown={(event) => { if (event.key === 'Enter') event.preventDefault(); }}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { max: '9999-12-31T23:59' } }}
    />
  );
}
