/**
 * Dates and instants to be chosen: ISO in both languages, whatever the system prefers, so that nobody takes a month for a
 * day. The pickers themselves come once the page has been drawn, or as soon as somebody wants one; until then a field of
 * the same size shows the value.
 */
import CalendarToday from '@mui/icons-material/CalendarTodayOutlined';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { lazy, memo, startTransition, Suspense, useEffect, useRef, useState, type ReactElement } from 'react';
import { utcText } from '../format/index.ts';
import { dayOf, instantOfInput, localInput, zoneName } from '../format/instants.ts';
import { useText } from '../i18n/index.ts';

const load = () => import('./datePicker.tsx');
const Picker = lazy(() => load().then((module) => ({ default: module.Picker })));

/** Between two tries to load it, where the connection was lost just then. */
const againAfter = 3000;

/** What field and stand-in have in common. */
export interface PickerProps {
  readonly label: string;
  /** `2026-11-20`, or `2026-11-20T10:30` with a time of day; empty where there is none. */
  readonly value: string;
  readonly withTime: boolean;
  /** Called with a whole value or with none; what is half filled is none. */
  readonly onChange: (value: string) => void;
  readonly width: number | string;
  readonly hint?: string | undefined;
  readonly required?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

/** The letters of an empty field. */
const useLetters = (withTime: boolean): string => {
  const t = useText();
  return `${t('shell.date.year_letters')}-MM-DD${withTime ? ` ${t('shell.date.hours_letters')}:mm` : ''}`;
};

/** Nothing moves when the picker takes its place. */
const standInStyle = { '& .MuiInputBase-root': { pr: '6px' }, '& .MuiInputBase-input': { pl: '12px' } } as const;

function StandIn({ label, value, withTime, width, hint, required, disabled, onWanted }: PickerProps & { readonly onWanted?: () => void }): ReactElement {
  return (
    <TextField
      label={label} value={value.replace('T', ' ')} placeholder={useLetters(withTime)} helperText={hint} required={required === true} disabled={disabled === true} sx={{ width, ...standInStyle }} onFocus={onWanted} onPointerEnter={onWanted}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { readOnly: true }, input: { endAdornment: <InputAdornment position="end"><CalendarToday fontSize="small" sx={{ m: '3px', mr: 0 }} /></InputAdornment> } }}
    />
  );
}

/** Time enough for the page to show what it is about. */
const afterPage = 250;

/** True once the page has been drawn, and nothing else waits for the processor. */
function useRest(): boolean {
  const [rested, setRested] = useState(false);
  useEffect(() => {
    const rest = (): void => startTransition(() => setRested(true));
    const timer = setTimeout(() => (typeof requestIdleCallback === 'function' ? requestIdleCallback(rest, { timeout: 2000 }) : rest()), afterPage);
    return () => clearTimeout(timer);
  }, []);
  return rested;
}

/** True once it was asked for and is there. A host that cannot give it now costs the field its calendar, not the page its content. */
function useLoaded(asked: boolean): boolean {
  const [there, setThere] = useState(false);
  useEffect(() => {
    if (!asked || there) return undefined;
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const attempt = async (): Promise<void> => {
      try {
        await load();
        if (!gone) startTransition(() => setThere(true));
      } catch {
        if (!gone) timer = setTimeout(() => void attempt(), againAfter);
      }
    };
    void attempt();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [asked, there]);
  return there;
}

function LazyPicker(props: PickerProps): ReactElement {
  const rested = useRest();
  const [wanted, setWanted] = useState(false);
  const there = useLoaded(rested || wanted);
  // Whoever was in the stand-in already goes on in the field that takes its place.
  const box = useRef<HTMLDivElement>(null);
  const [entered, setEntered] = useState(false);
  const want = (): void => {
    setEntered(box.current?.contains(document.activeElement) === true);
    startTransition(() => setWanted(true));
  };
  return (
    <div ref={box} style={{ display: 'contents' }}>
      <Suspense fallback={<StandIn {...props} />}>{there ? <Picker {...props} autoFocus={entered} /> : <StandIn {...props} onWanted={want} />}</Suspense>
    </div>
  );
}

interface DateFieldProps {
  readonly label: string;
  /** A date or an instant, of which the day is shown; empty or undefined where there is none. */
  readonly value: string | undefined;
  /** A date, or empty where the field was emptied. */
  readonly onChange: (value: string) => void;
  readonly width?: number | string;
  readonly required?: boolean;
}

/** An instant with a time of day, set from an address or a filter set, stays as it is until another date replaces it. */
export const DateField = memo(function DateField({ label, value, onChange, width = 176, required }: DateFieldProps): ReactElement {
  return <LazyPicker label={label} value={dayOf(value)} withTime={false} onChange={onChange} width={width} required={required} />;
});

interface InstantFieldProps {
  readonly label: string;
  /** An instant in UTC. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly hint: string;
  readonly disabled?: boolean;
  readonly width?: number;
}

/** A point in time in the zone of this computer, with its UTC reading beside it. */
export function InstantField({ label, value, onChange, hint, disabled, width = 260 }: InstantFieldProps): ReactElement {
  const t = useText();
  return (
    <LazyPicker
      label={`${label} (${zoneName()})`} value={localInput(value)} withTime disabled={disabled} width={width} hint={value === null ? hint : t('models.utc_is', { at: utcText(value) })}
      onChange={(text) => onChange(instantOfInput(text))}
    />
  );
}
