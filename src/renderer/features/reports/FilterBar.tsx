/** Every filter of the runbook, each taking effect as soon as it is set. */
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useEffect, useState, type ReactElement } from 'react';
import { exportChoices, summaryStatuses, type ReportCategory } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import type { Filter } from '../../state/address.ts';
import { filterFieldId } from '../../ui/ids.ts';
import { FilterSets } from './FilterSets.tsx';

/** A change of a filter; undefined takes the filter away. */
export type FilterChange = { readonly [K in keyof Filter]?: Filter[K] | undefined };

interface FilterBarProps {
  readonly filter: Filter;
  readonly categories: readonly ReportCategory[];
  readonly onChange: (change: FilterChange) => void;
}

/** The field keeps its own text, so that a slow answer never takes back a letter that was typed meanwhile. */
function QueryField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }): ReactElement {
  const t = useText();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <TextField
      id={filterFieldId} type="search" label={t('reports.filter.query')} value={text} sx={{ width: 190 }}
      onChange={(event) => { setText(event.target.value); onChange(event.target.value); }}
      slotProps={{ htmlInput: { maxLength: 1024, 'aria-keyshortcuts': '/', autoComplete: 'off', spellCheck: false } }}
    />
  );
}

function CategoryField({ filter, categories, onChange }: FilterBarProps): ReactElement {
  const t = useText();
  const format = useFormat();
  const counts = new Map(categories.map((one) => [one.id, one.count]));
  const options = [...new Set([...categories.map((one) => one.id), ...filter.category])];
  return (
    <Autocomplete
      multiple disableCloseOnSelect limitTags={1} size="small" options={options} value={[...filter.category]} sx={{ width: 190 }}
      onChange={(_event, value) => onChange({ category: value })}
      renderInput={(params) => <TextField {...params} label={t('reports.filter.category')} />}
      renderOption={({ key, ...props }, option, { selected }) => (
        <li key={key} {...props}>
          <Checkbox size="small" checked={selected} tabIndex={-1} slotProps={{ input: { 'aria-hidden': true } }} />
          <Box component="span" sx={{ flex: 1 }}>{option}</Box>
          <Box component="span" sx={{ color: 'text.secondary' }}>{format.number(counts.get(option) ?? 0)}</Box>
        </li>
      )}
      renderValue={(value) => <Box component="span" sx={{ pl: 0.5, maxWidth: 120, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{value.join(', ')}</Box>}
    />
  );
}

/** An instant with a time of day, set from an address or a filter set, stays as it is until a date replaces it. */
function DateField({ label, value, onChange }: { readonly label: string; readonly value: string | undefined; readonly onChange: (value: string | undefined) => void }): ReactElement {
  return (
    <TextField
      type="date" label={label} value={value?.slice(0, 10) ?? ''} sx={{ width: 158 }}
      onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { max: '9999-12-31' } }}
    />
  );
}

export function FilterBar({ filter, categories, onChange }: FilterBarProps): ReactElement {
  const t = useText();
  return (
    <Box role="search" aria-label={t('reports.filter.title')} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, px: 2, py: 0.5, alignItems: 'center' }}>
      <QueryField value={filter.query ?? ''} onChange={(query) => onChange({ query: query === '' ? undefined : query })} />
      <CategoryField filter={filter} categories={categories} onChange={onChange} />
      <DateField label={t('reports.filter.since')} value={filter.since} onChange={(since) => onChange({ since })} />
      <DateField label={t('reports.filter.until')} value={filter.until} onChange={(until) => onChange({ until })} />
      <TextField select label={t('reports.filter.summary_status')} value={filter.summary_status} sx={{ width: 134 }} onChange={(event) => onChange({ summary_status: summaryStatuses.find((one) => one === event.target.value) ?? 'any' })}>
        {summaryStatuses.map((one) => <MenuItem key={one} value={one}>{t(`words.summary_status.${one}`)}</MenuItem>)}
      </TextField>
      <TextField select label={t('reports.filter.has_exports')} value={filter.has_exports} sx={{ width: 120 }} onChange={(event) => onChange({ has_exports: exportChoices.find((one) => one === event.target.value) ?? 'any' })}>
        {exportChoices.map((one) => <MenuItem key={one} value={one}>{t(`words.exports.${one}`)}</MenuItem>)}
      </TextField>
      <FilterSets filter={filter} onChoose={onChange} />
    </Box>
  );
}
