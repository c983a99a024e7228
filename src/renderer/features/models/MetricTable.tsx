/** One version against another, metric by metric in their blocks, each difference with a word for whom it is better. */
import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { Fragment, type ReactElement } from 'react';
import type { OperationOutput } from '#contract';
import { wordOf } from '../../i18n/facts.ts';
import { hasText, useFormat, useText } from '../../i18n/index.ts';
import { StatusChip } from '../../ui/status.tsx';
import { Mono } from '../../ui/values.tsx';
import { deltaText, inBlocks, metricLeaf, metricText, plainText } from './metrics.ts';

type Comparison = OperationOutput<'models.compare'>;
export type MetricRow = Comparison['metrics'][number];
export type ParameterRow = Comparison['parameters'][number];

const betterSeverity = { candidate: 'ok', champion: 'attention', equal: 'neutral' } as const;

export function useMetricName(): (metric: string) => string {
  const t = useText();
  return (metric) => {
    const leaf = metricLeaf(metric);
    const own = metric.split('.').at(-1) ?? metric;
    const key = `models.metric.${leaf}`;
    const prefix = own === leaf ? '' : `${wordOf(t, ['models.block'], own.slice(0, own.length - leaf.length - 1))} · `;
    return hasText(key) ? `${prefix}${t(key)}` : own;
  };
}

export function useBlockName(): (block: string | null) => string {
  const t = useText();
  return (block) => {
    const key = `models.block.${block ?? 'none'}`;
    return hasText(key) ? t(key) : block ?? '';
  };
}

interface SidesProps {
  readonly champion: string | null;
  readonly candidate: string | null;
}

export function MetricTable({ rows, champion, candidate }: SidesProps & { readonly rows: readonly MetricRow[] }): ReactElement {
  const t = useText();
  const format = useFormat();
  const name = useMetricName();
  const blockName = useBlockName();
  const value = (row: MetricRow, side: 'champion' | 'candidate'): string => {
    const number = row[side];
    return number === null ? '–' : metricText(format, row.metric, number);
  };
  return (
    <Table aria-label={t('models.compare.metrics')} sx={{ '& td, & th': { py: 0.25, px: 1 }, '& td[class*=alignRight]': { whiteSpace: 'nowrap' } }}>
      <TableHead>
        <TableRow>
          <TableCell>{t('models.column.metric')}</TableCell>
          <TableCell align="right">{champion === null ? t('plans.no_champion') : t('models.compare.champion_is', { version: champion })}</TableCell>
          <TableCell align="right">{t('models.compare.candidate_is', { version: candidate ?? '–' })}</TableCell>
          <TableCell align="right">{t('models.column.delta')}</TableCell>
          <TableCell>{t('models.column.better')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {inBlocks(rows).map(([block, list]) => (
          <Fragment key={block ?? ''}>
            <TableRow><TableCell component="th" scope="rowgroup" colSpan={5} sx={{ fontWeight: 600, bgcolor: 'action.hover' }}>{blockName(block)}</TableCell></TableRow>
            {list.map((row) => (
              <TableRow key={row.metric} hover>
                <TableCell title={row.metric}>{name(row.metric)}</TableCell>
                <TableCell align="right" sx={{ fontVariantNumeric: 'tabular-nums' }}>{value(row, 'champion')}</TableCell>
                <TableCell align="right" sx={{ fontVariantNumeric: 'tabular-nums' }}>{value(row, 'candidate')}</TableCell>
                <TableCell align="right" sx={{ fontVariantNumeric: 'tabular-nums' }}>{row.delta === null ? '–' : deltaText(format, row.metric, row.delta, t('models.points'))}</TableCell>
                <TableCell>{row.better === null ? '–' : <StatusChip severity={betterSeverity[row.better]} label={t(`models.better.${row.better}`)} />}</TableCell>
              </TableRow>
            ))}
          </Fragment>
        ))}
      </TableBody>
    </Table>
  );
}

export function ParameterTable({ rows, champion, candidate, changedOnly }: SidesProps & { readonly rows: readonly ParameterRow[]; readonly changedOnly: boolean }): ReactElement {
  const t = useText();
  const shown = changedOnly ? rows.filter((row) => row.changed) : rows;
  if (shown.length === 0) return <Box sx={{ color: 'text.secondary', py: 0.5 }}>{t(rows.length === 0 ? 'models.compare.no_parameters' : 'models.compare.same_parameters')}</Box>;
  return (
    <Table aria-label={t('models.compare.parameters')} sx={{ '& td, & th': { py: 0.25 } }}>
      <TableHead>
        <TableRow>
          <TableCell>{t('models.column.parameter')}</TableCell>
          <TableCell>{champion === null ? t('plans.no_champion') : t('models.compare.champion_is', { version: champion })}</TableCell>
          <TableCell>{t('models.compare.candidate_is', { version: candidate ?? '–' })}</TableCell>
          <TableCell>{t('models.column.change')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {shown.map((row) => (
          <TableRow key={row.name} hover>
            <TableCell><Mono>{row.name}</Mono></TableCell>
            <TableCell><Mono>{plainText(row.champion)}</Mono></TableCell>
            <TableCell><Mono>{plainText(row.candidate)}</Mono></TableCell>
            <TableCell>{row.changed ? <StatusChip severity="attention" label={t('models.compare.changed')} /> : t('models.compare.unchanged')}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
