/** Every filter of the runbook, each taking effect as soon as it is set. */
import CheckBox from '@mui/icons-material/CheckBox';
import CheckBoxOutlineBlank from '@mui/icons-material/CheckBoxOutlineBlank';
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { memo, useDeferredValue, useMemo, type ReactElement } from 'react';
import { exportChoices, summaryStatuses, type ReportCategory } from '#contract';
import { shownName } from '../../format/names.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import type { Filter } from '../../state/address.ts';
import { DateField } from '../../ui/dateFields.tsx';
import { filterFieldId } from '../../ui/ids.ts';
import { FilterSets } from './FilterSets.tsx';
import { changeFilter } from './useReports.ts';

const changeSince = (since: string): void => changeFilter({ since: since === '' ? undefined : since });
const changeUntil = (until: string): void => changeFilter({ until: until === '' ? undefined : until });

const QueryField = memo(function QueryField({ value }: { readonly value: string }): ReactElement {
  const t = useText();
  return (
    <TextField
      id={filterFieldId} type="search" label={t('reports.filter.query')} value={value} sx={{ width: 174 }}
      onChange={(event) => changeFilter({ query: event.target.value === '' ? undefined : event.target.value })}
      slotProps={{ htmlInput: { maxLength: 1024, 'aria-keyshortcuts': '/', autoComplete: 'off', spellCheck: false } }}
    />
  );
});

interface FilterBarProps {
  readonly filter: Filter;
  readonly categories: readonly ReportCategory[];
}

interface CategoryFieldProps {
  readonly chosen: string;
  readonly categories: readonly ReportCategory[];
}

/** `chosen` is the list as JSON, so that an equal choice is an equal property. */
const CategoryField = memo(function CategoryField({ chosen, categories }: CategoryFieldProps): ReactElement {
  const t = useText();
  const format = useFormat();
  const value = useMemo(() => JSON.parse(chosen) as string[], [chosen]);
  const counts = new Map(categories.map((one) => [one.id, one.count]));
  const options = [...new Set([...categories.map((one) => one.id), ...value])];
  return (
    <Autocomplete
      multiple disableCloseOnSelect limitTags={1} size="small" options={options} value={value} sx={{ width: 174, '& .MuiAutocomplete-inputRoot': { flexWrap: 'nowrap' }, ...(value.length === 0 ? {} : { '& .MuiAutocomplete-input.MuiInputBase-input': { minWidth: 12, px: '2px' } }) }}
      onChange={(_event, category) => changeFilter({ category })} openText={t('reports.filter.open')} closeText={t('shell.close')} clearText={t('reports.filter.clear_choice')}
      noOptionsText={t('reports.filter.no_category')}
      renderInput={(params) => <TextField {...params} label={t('reports.filter.category')} />}
      renderOption={({ key, ...props }, option, { selected }) => (
        <li key={key} {...props}>
          {selected ? <CheckBox fontSize="small" color="primary" aria-hidden /> : <CheckBoxOutlineBlank fontSize="small" aria-hidden />}
          <Box component="span" sx={{ flex: 1, ml: 1 }}>{shownName(option)}</Box>
          <Box component="span" sx={{ color: 'text.secondary' }}>{format.number(counts.get(option) ?? 0)}</Box>
        </li>
      )}
      renderValue={(shown) => <Box component="span" sx={{ pl: 0.5, maxWidth: 120, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{shown.map(shownName).join(', ')}</Box>}
    />
  );
});

const SinceField = memo(function SinceField({ value }: { readonly value: string | undefined }): ReactElement {
  const t = useText();
  return <DateField label={t('reports.filter.since')} value={value} onChange={changeSince} />;
});

const UntilField = memo(function UntilField({ value }: { readonly value: string | undefined }): ReactElement {
  const t = useText();
  return <DateField label={t('reports.filter.until')} value={value} onChange={changeUntil} />;
});

const SummaryField = memo(function SummaryField({ value }: { readonly value: Filter['summary_status'] }): ReactElement {
  const t = useText();
  return (
    <TextField select label={t('reports.filter.summary_status')} value={value} sx={{ width: 134 }} onChange={(event) => changeFilter({ summary_status: summaryStatuses.find((one) => one === event.target.value) ?? 'any' })}>
      {summaryStatuses.map((one) => <MenuItem key={one} value={one}>{t(`words.summary_status.${one}`)}</MenuItem>)}
    </TextField>
  );
});

const ExportsField = memo(function ExportsField({ value }: { readonly value: Filter['has_exports'] }): ReactElement {
  const t = useText();
  return (
    <TextField select label={t('reports.filter.has_exports')} value={value} sx={{ width: 120 }} onChange={(event) => changeFilter({ has_exports: exportChoices.find((one) => one === event.target.value) ?? 'any' })}>
      {exportChoices.map((one) => <MenuItem key={one} value={one}>{t(`words.exports.${one}`)}</MenuItem>)}
    </TextField>
  );
});

/** The counts in the list of categories may come a moment after the rows. */
function LaterCategoryField({ chosen, categories }: CategoryFieldProps): ReactElement {
  return <CategoryField chosen={chosen} categories={useDeferredValue(categories)} />;
}

export function FilterBar({ filter, categories }: FilterBarProps): ReactElement {
  const t = useText();
  return (
    <Box role="search" aria-label={t('reports.filter.title')} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, px: 2, py: 0.5, alignItems: 'center' }}>
      <QueryField value={filter.query ?? ''} />
      <LaterCategoryField chosen={JSON.stringify(filter.category)} categories={categories} />
      <SinceField value={filter.since} />
      <UntilField value={filter.until} />
      <SummaryField value={filter.summary_status} />
      <ExportsField value={filter.has_exports} />
      <FilterSets />
    </Box>
  );
}
