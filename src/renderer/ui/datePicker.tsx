/** The field with its calendar, loaded after the page: by keyboard `20260401` or `2026-4-1`, by pointer from the calendar. */
import CalendarToday from '@mui/icons-material/CalendarTodayOutlined';
import { AdapterDayjs } from '@mui/x-date-pickers/AdapterDayjs';
import { DesktopDatePicker } from '@mui/x-date-pickers/DesktopDatePicker';
import { DesktopDateTimePicker } from '@mui/x-date-pickers/DesktopDateTimePicker';
import { LocalizationProvider } from '@mui/x-date-pickers/LocalizationProvider';
import { plPL, type PickersLocaleText } from '@mui/x-date-pickers/locales';
import type { FieldSelectedSections } from '@mui/x-date-pickers/models';
import dayjs, { type Dayjs } from 'dayjs';
// Weeks begin on Monday in both.
import 'dayjs/locale/en-gb';
import 'dayjs/locale/pl';
import { useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useFormat, useText } from '../i18n/index.ts';
import type { PickerProps } from './dateFields.tsx';
import { allowPlainText } from './plainMarkup.ts';

allowPlainText();

const locales = { en: 'en-gb', pl: 'pl' } as const;
/** What is beyond them is a slip of the finger, and no value. */
const limits = { minDate: dayjs('1970-01-01'), maxDate: dayjs('2099-12-31T23:59') } as const;

const dayOfText = (text: string): Dayjs | null => (text === '' ? null : dayjs(text));

function textOf(day: Dayjs | null, withTime: boolean): string {
  if (day === null || !day.isValid() || day.isBefore(limits.minDate) || day.isAfter(limits.maxDate)) return '';
  return day.format(withTime ? 'YYYY-MM-DDTHH:mm' : 'YYYY-MM-DD');
}

/** Holds what is half filled, which is no value for anybody else; another value from outside takes its place. */
function useDay({ value, withTime, onChange }: PickerProps): readonly [Dayjs | null, (day: Dayjs | null) => void] {
  const [day, setDay] = useState(() => dayOfText(value));
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    if (textOf(day, withTime) !== value) setDay(dayOfText(value));
  }
  const change = (next: Dayjs | null): void => {
    setDay(next);
    const text = textOf(next, withTime);
    if (text !== textOf(day, withTime)) onChange(text);
  };
  return [day, change];
}

const separators = '-./: T';

interface Sections {
  readonly selectedSections: FieldSelectedSections;
  readonly onSelectedSectionsChange: (next: FieldSelectedSections) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** A separator ends the part that was typed, as in `2026-4-1`; after a part that is full the field has gone on by itself. */
function useSeparators(last: number): Sections {
  const [section, setSection] = useState<FieldSelectedSections>(null);
  const begun = useRef(false);
  return {
    selectedSections: section,
    onSelectedSectionsChange: (next) => {
      begun.current = false;
      setSection(next);
    },
    onKeyDown: (event) => {
      // Not for the buttons of the field. A blank would count as a zero.
      if (!(event.target instanceof HTMLElement) || !event.target.isContentEditable) return;
      if (event.key === 'Enter' || separators.includes(event.key)) event.preventDefault();
      if (/^\d$/u.test(event.key)) begun.current = true;
      else if (separators.includes(event.key) && begun.current && typeof section === 'number' && section < last) {
        begun.current = false;
        setSection(section + 1);
      }
    },
  };
}

/** The library's Polish, as far as it has one; what a person meets at every step in our own words. */
const polish = plPL.components.MuiLocalizationProvider.defaultProps.localeText as Partial<PickersLocaleText>;

function useTexts(label: string): Partial<PickersLocaleText> {
  const t = useText();
  const { language } = useFormat();
  return useMemo(() => ({
    ...(language === 'pl' ? polish : {}),
    // Several fields of a page have a calendar each: its button names the field.
    openDatePickerDialogue: (date: string | null) => (date === null ? t('shell.date.open', { label }) : t('shell.date.open_at', { label, date })),
    year: t('shell.date.year'), month: t('shell.date.month'), day: t('shell.date.day'), hours: t('shell.date.hours'), minutes: t('shell.date.minutes'), empty: t('shell.date.empty'),
    fieldYearPlaceholder: () => t('shell.date.year_letters'), fieldMonthPlaceholder: () => 'MM', fieldDayPlaceholder: () => 'DD',
    fieldHoursPlaceholder: () => t('shell.date.hours_letters'), fieldMinutesPlaceholder: () => 'mm',
    selectViewText: (view: string) => (view === 'hours' ? t('shell.date.hours') : t('shell.date.minutes')),
    fieldClearLabel: t('shell.date.clear', { label }), cancelButtonLabel: t('shell.date.cancel'), okButtonLabel: t('shell.date.done'),
  }), [t, language, label]);
}

const OpenIcon = (): ReactElement => <CalendarToday fontSize="small" />;
const smallButton = { size: 'small', sx: { p: '3px' } } as const;
/** The letters that say what goes where are there to be read. */
const fieldStyle = { '& .MuiPickersInputBase-root': { pl: '12px', pr: '6px' }, '& .MuiPickersInputBase-sectionsContainer': { opacity: 1 } } as const;

export function Picker(props: PickerProps & { readonly autoFocus: boolean }): ReactElement {
  const { label, withTime, width, hint, required, disabled, autoFocus } = props;
  const { language } = useFormat();
  const localeText = useTexts(label);
  const [day, setDay] = useDay(props);
  const { onKeyDown, ...sections } = useSeparators(withTime ? 4 : 2);
  const common = {
    label, value: day, onChange: setDay, disabled: disabled === true, autoFocus, sx: { width, ...fieldStyle, ...(day === null ? { '& .MuiPickersInputBase-sectionContent, & .MuiPickersInputBase-sectionSeparator': { color: 'text.secondary' } } : {}) }, slots: { openPickerIcon: OpenIcon }, dayOfWeekFormatter: (date: Dayjs) => date.format('dd'), ...limits, ...sections,
    slotProps: {
      textField: { size: 'small' as const, required: required === true, helperText: hint, onKeyDown, slotProps: { inputLabel: { shrink: true } } },
      field: { clearable: required !== true }, clearButton: smallButton, openPickerButton: smallButton, actionBar: { actions: ['cancel' as const, 'accept' as const] },
    },
  };
  return (
    <LocalizationProvider dateAdapter={AdapterDayjs} adapterLocale={locales[language]} localeText={localeText}>
      {withTime ? <DesktopDateTimePicker {...common} format="YYYY-MM-DD HH:mm" ampm={false} timeSteps={{ minutes: 5 }} /> : <DesktopDatePicker {...common} format="YYYY-MM-DD" />}
    </LocalizationProvider>
  );
}
