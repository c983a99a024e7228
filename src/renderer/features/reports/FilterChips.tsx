/** The filters in force, each as a chip that can be taken away; dates with the instant that was really used. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import { memo, type ReactElement } from 'react';
import { shownName } from '../../format/names.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { isEmptyFilter, type Filter } from '../../state/address.ts';
import { fullAddress } from '../../state/place.ts';
import { CopyButton } from '../../ui/values.tsx';
import { changeFilter, clearFilter, type FilterChange } from './useReports.ts';

interface FilterChipsProps {
  readonly filter: Filter;
  /** The instants that the engine used, as far as they are known. */
  readonly since: string | null;
  readonly until: string | null;
}

export const FilterChips = memo(function FilterChips({ filter, since, until }: FilterChipsProps): ReactElement | null {
  const t = useText();
  const format = useFormat();
  if (isEmptyFilter(filter)) return null;
  const chip = (key: string, label: string, change: FilterChange, title?: string): ReactElement => (
    <Chip key={key} size="small" label={label} title={title} onDelete={() => changeFilter(change)} />
  );
  const used = (instant: string | null): string | undefined => (instant === null ? undefined : format.utc(instant));
  return (
    <Box role="group" aria-label={t('reports.filter.in_force')} sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, px: 2, alignItems: 'center', minHeight: 38 }}>
      {filter.query === undefined ? null : chip('query', `${t('reports.filter.query')}: ${filter.query}`, { query: undefined })}
      {filter.category.map((category) => chip(`category-${category}`, `${t('reports.filter.category')}: ${shownName(category)}`, { category: filter.category.filter((one) => one !== category) }))}
      {filter.since === undefined ? null : chip('since', `${t('reports.filter.since')}: ${filter.since}`, { since: undefined }, used(since))}
      {filter.until === undefined ? null : chip('until', `${t('reports.filter.until')}: ${filter.until}${filter.until.length === 10 ? ' 24:00 UTC' : ''}`, { until: undefined }, used(until))}
      {filter.summary_status === 'any' ? null : chip('summary', `${t('reports.filter.summary_status')}: ${t(`words.summary_status.${filter.summary_status}`)}`, { summary_status: 'any' })}
      {filter.has_exports === 'any' ? null : chip('exports', `${t('reports.filter.has_exports')}: ${t(`words.exports.${filter.has_exports}`)}`, { has_exports: 'any' })}
      <Button onClick={clearFilter}>{t('reports.filter.clear')}</Button>
      <CopyButton text={fullAddress({ page: 'reports', filter, report: null, pageIndex: 0 })} label={t('reports.filter.copy_address')} />
    </Box>
  );
});
