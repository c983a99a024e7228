/** Equity curve and asset heat map over every matching report, with what had to be left out said beside them. */
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useTheme } from '@mui/material/styles';
import { LineChart } from '@mui/x-charts/LineChart';
import { useMemo, type ReactElement } from 'react';
import type { Dashboards } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import type { Filter } from '../../state/address.ts';
import { useLasting, useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { chartColours } from '../../ui/theme.ts';
import { heatColour, toAxis, toCurves } from './chartData.ts';

const slices = 120;

function Equity({ equity }: { readonly equity: Dashboards['equity_curve'] }): ReactElement {
  const t = useText();
  const format = useFormat();
  const { palette } = useTheme();
  const { curves, hiddenCurves, unreadable } = useMemo(() => toCurves(equity, slices), [equity]);
  const { xs, rows } = useMemo(() => toAxis(curves), [curves]);
  if (curves.length === 0) return <Empty title={t('reports.charts.no_equity')} hint={t('reports.charts.no_equity_hint')} />;
  const drawn = curves.reduce((sum, curve) => sum + curve.points.length, 0);
  const all = curves.reduce((sum, curve) => sum + curve.all, 0);
  return (
    <Box component="figure" sx={{ m: 0 }} aria-label={t('reports.charts.equity')}>
      <LineChart
        height={300} skipAnimation colors={[...chartColours[palette.mode]]} margin={{ left: 10, right: 20, top: 10, bottom: 0 }}
        xAxis={[{ data: xs.map((x) => new Date(x)), scaleType: 'time', valueFormatter: (value: Date) => format.date(value.getTime()) }]}
        yAxis={[{ width: 70, valueFormatter: (value: number) => format.number(value, 2) }]}
        series={curves.map((curve, index) => ({
          label: curve.name, data: [...(rows[index] ?? [])], connectNulls: true, showMark: curve.points.length < 3, curve: 'linear' as const,
          valueFormatter: (value: number | null) => (value === null ? null : format.number(value, 2)),
        }))}
      />
      <Typography component="figcaption" variant="caption" color="text.secondary">
        {t('reports.charts.points', { count: all, all: format.number(all), drawn: format.number(drawn) })}
        {drawn < all ? ` ${t('reports.charts.downsampled')}` : ''}
        {hiddenCurves > 0 ? ` ${t('reports.charts.hidden', { count: hiddenCurves })}` : ''}
        {unreadable > 0 ? ` ${t('reports.charts.unreadable', { count: unreadable })}` : ''}
      </Typography>
    </Box>
  );
}

const mostTiles = 60;

function HeatMap({ assets }: { readonly assets: Dashboards['asset_heatmap'] }): ReactElement {
  const t = useText();
  const format = useFormat();
  const { palette } = useTheme();
  if (assets.length === 0) return <Empty title={t('reports.charts.no_assets')} hint={t('reports.charts.no_assets_hint')} />;
  const largest = assets.reduce((most, one) => Math.max(most, Math.abs(one.value)), 0);
  const shown = [...assets].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, mostTiles);
  return (
    <>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>{t('reports.charts.assets_hint')}</Typography>
      <Box component="ul" aria-label={t('reports.charts.assets')} sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(120px, 1fr))', gap: 0.5 }}>
        {shown.map((one) => {
          const { background, ink } = heatColour(one.value, largest, palette.mode);
          return (
            <Box component="li" key={one.asset} title={one.sources.slice(0, 12).map((from) => `${from.source}: ${format.number(from.value, 4)}`).join('\n')} sx={{ p: 1, borderRadius: 1, bgcolor: background, color: ink }}>
              <Typography variant="body2" noWrap sx={{ fontWeight: 600 }}>{one.label}</Typography>
              <Typography variant="body2" sx={{ fontVariantNumeric: 'tabular-nums' }}>{format.number(one.value, 4)}</Typography>
              <Typography variant="caption">{t('reports.charts.sum_of', { count: one.sources.length })}</Typography>
            </Box>
          );
        })}
      </Box>
      {assets.length > mostTiles ? <Typography variant="caption" color="text.secondary">{t('reports.charts.more_assets', { count: assets.length - mostTiles })}</Typography> : null}
    </>
  );
}

export function Charts({ filter }: { readonly filter: Filter }): ReactElement {
  const t = useText();
  const dashboards = useOperation('reports.dashboards', filter, ['reports.changed']);
  const greyed = useLasting(dashboards.loading && dashboards.data !== null);
  if (dashboards.error !== null) return <ErrorNotice error={dashboards.error} onRetry={dashboards.reload} />;
  if (dashboards.data === null) return <Skeleton variant="rounded" height={420} />;
  return (
    <Box sx={{ opacity: greyed ? 0.55 : 1 }}>
      <Typography variant="h2" sx={{ my: 1 }}>{t('reports.charts.equity')}</Typography>
      <Equity equity={dashboards.data.equity_curve} />
      <Typography variant="h2" sx={{ mt: 3, mb: 1 }}>{t('reports.charts.assets')}</Typography>
      <HeatMap assets={dashboards.data.asset_heatmap} />
    </Box>
  );
}
