/** The share of model changes and of trainings under a guardrail, with their bases and windows, now and over time. */
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useTheme } from '@mui/material/styles';
import { ChartsReferenceLine } from '@mui/x-charts/ChartsReferenceLine';
import { LineChart } from '@mui/x-charts/LineChart';
import type { ReactElement } from 'react';
import type { AutomodeStatus, GuardrailShare } from '#contract';
import type { Format } from '../../format/index.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { useOperation } from '../../state/useOperation.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { chartColours } from '../../ui/theme.ts';
import { Card } from './Card.tsx';
import { levelSeverity } from './words.ts';

const kinds = ['model_change', 'retraining'] as const;

function Share({ kind, share }: { readonly kind: (typeof kinds)[number]; readonly share: GuardrailShare }): ReactElement {
  const t = useText();
  const format = useFormat();
  return (
    <Box sx={{ minWidth: 0 }}>
      <Typography variant="h3">{t(`automode.share.${kind}`)}</Typography>
      <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 1, flexWrap: 'wrap' }}>
        <Typography component="span" sx={{ fontSize: '1.6rem', fontVariantNumeric: 'tabular-nums' }}>{format.percent(share.share)}</Typography>
        <StatusChip severity={levelSeverity[share.level]} label={t(`automode.level.${share.level}`)} />
      </Box>
      <Typography variant="body2" color="text.secondary">
        {t('automode.share_base', { guarded: share.n_guardrail, count: share.n, window: format.duration(share.window_seconds * 1000) })}
        {' · '}{t('automode.share_limit', { limit: format.percent(share.limit, 0), red: format.percent(share.red, 0) })}
      </Typography>
      {share.unmarked === 0 ? null : <Typography variant="caption" color="text.secondary">{t('automode.unmarked', { count: share.unmarked })}</Typography>}
    </Box>
  );
}

/** The time alone, and where a day begins its date: the zone is named once, below the axis. */
const tickText = (format: Format, at: Date): string => (at.getHours() === 0 && at.getMinutes() === 0 ? format.day(at.getTime()) : format.time(at.getTime()));

function Course(): ReactElement {
  const t = useText();
  const format = useFormat();
  const { palette } = useTheme();
  const answer = useOperation('automode.shares', { hours: 24, points: 97 }, ['automode.changed', 'models.changed', 'retraining.changed']);
  if (answer.error !== null) return <ErrorNotice error={answer.error} onRetry={answer.reload} />;
  if (answer.data === null) return <Skeleton variant="rounded" height={264} />;
  const { points, model_change: change, retraining } = answer.data;
  const percent = (value: number | null): number | null => (value === null ? null : value * 100);
  const colours = chartColours[palette.mode];
  return (
    <Box component="figure" sx={{ m: 0 }} aria-label={t('automode.course')}>
      <LineChart
        height={220} skipAnimation colors={[...colours]} margin={{ left: 10, right: 20, top: 10, bottom: 0 }}
        xAxis={[{ data: points.map(({ at }) => new Date(at)), scaleType: 'time', label: t('automode.course_zone', { zone: format.zone(points.at(-1)?.at ?? 0) }), height: 44, valueFormatter: (value: Date, { location }) => (location === 'tick' ? tickText(format, value) : format.instant(value.getTime())) }]}
        yAxis={[{ min: 0, max: 100, width: 48, valueFormatter: (value: number) => format.percent(value / 100, 0) }]}
        series={[
          { label: t('automode.share.model_change'), data: points.map((point) => (point.model_changes === 0 ? null : percent(point.model_change))), showMark: false, curve: 'stepAfter' as const, valueFormatter: (value, { dataIndex }) => (value === null ? null : `${format.percent(value / 100)} (${t('automode.of_changes', { count: points[dataIndex]?.model_changes ?? 0 })})`) },
          { label: t('automode.share.retraining'), data: points.map((point) => (point.retrainings === 0 ? null : percent(point.retraining))), showMark: false, curve: 'stepAfter' as const, valueFormatter: (value, { dataIndex }) => (value === null ? null : `${format.percent(value / 100)} (${t('automode.of_trainings', { count: points[dataIndex]?.retrainings ?? 0 })})`) },
        ]}
      >
        <ChartsReferenceLine y={change.limit * 100} lineStyle={{ strokeDasharray: '6 4', stroke: colours[0] ?? 'currentColor' }} />
        <ChartsReferenceLine y={retraining.limit * 100} lineStyle={{ strokeDasharray: '2 4', stroke: colours[1] ?? 'currentColor' }} />
      </LineChart>
      <Typography component="figcaption" variant="caption" color="text.secondary">{t('automode.course_hint')}</Typography>
    </Box>
  );
}

export function Shares({ shares }: { readonly shares: AutomodeStatus['shares'] }): ReactElement {
  const t = useText();
  return (
    <Card title={t('automode.shares')}>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2 }}>{kinds.map((kind) => <Share key={kind} kind={kind} share={shares[kind]} />)}</Box>
      <Course />
    </Card>
  );
}
