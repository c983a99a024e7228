/** What each category holds under the present filters. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import type { ReactElement } from 'react';
import type { ReportCategory } from '#contract';
import { shownName } from '../../format/names.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { Empty } from '../../ui/notices.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { Bytes, Instant } from '../../ui/values.tsx';

interface CategoryTotalsProps {
  readonly categories: readonly ReportCategory[] | null;
  readonly onChoose: (category: string) => void;
}

export function CategoryTotals({ categories, onChoose }: CategoryTotalsProps): ReactElement {
  const t = useText();
  const format = useFormat();
  if (categories === null) return <Skeleton variant="rounded" height={220} />;
  if (categories.length === 0) return <Empty title={t('reports.empty.filtered')} hint={t('reports.empty.filtered_hint')} />;
  return (
    <Table aria-label={t('reports.view.categories')} sx={{ bgcolor: 'background.paper', '& td, & th': { px: 1 } }}>
      <TableHead>
        <TableRow>
          <TableCell>{t('reports.column.category')}</TableCell>
          <TableCell align="right">{t('reports.column.count')}</TableCell>
          <TableCell align="right">{t('reports.column.size')}</TableCell>
          <TableCell align="right">{t('reports.column.exports')}</TableCell>
          <TableCell>{t('reports.column.summaries')}</TableCell>
          <TableCell>{t('reports.column.earliest')}</TableCell>
          <TableCell>{t('reports.column.latest')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {categories.map((one) => (
          <TableRow key={one.id} hover>
            <TableCell><Button onClick={() => onChoose(one.id)} sx={{ p: 0, minWidth: 0 }}>{shownName(one.label)}</Button></TableCell>
            <TableCell align="right">{format.number(one.count)}</TableCell>
            <TableCell align="right"><Bytes value={one.total_size} /></TableCell>
            <TableCell align="right">{format.number(one.export_count)}</TableCell>
            <TableCell>
              <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5 }}>
                {one.invalid_summary_count > 0 ? <StatusChip severity="blocked" label={t('reports.totals.invalid', { count: one.invalid_summary_count })} /> : null}
                {one.missing_summary_count > 0 ? <StatusChip severity="attention" label={t('reports.totals.missing', { count: one.missing_summary_count })} /> : null}
                {one.invalid_summary_count + one.missing_summary_count === 0 ? <StatusChip severity="ok" label={t('words.severity.ok')} /> : null}
              </Box>
            </TableCell>
            <TableCell>{one.earliest_updated_at === null ? '–' : <Instant value={one.earliest_updated_at} />}</TableCell>
            <TableCell>{one.latest_updated_at === null ? '–' : <Instant value={one.latest_updated_at} />}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
