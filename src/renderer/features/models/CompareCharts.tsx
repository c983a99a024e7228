/** Charts of a comparison: one metric over all reports of the model, and both versions in each window of their walk-forward validation. */
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useTheme } from '@mui/material/styles';
import { ChartsReferenceLine } from '@mui/x-charts/ChartsReferenceLine';
import { LineChart } from '@mui/x-charts/LineChart';
import { useMemo, useState, type ReactElement } from 'react';
import { downsample, type Point } from '../../format/downsample.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { Empty } from '../../ui/notices.tsx';
import { chartColours } from '../../ui/theme.ts';
import { toAxis } from '../reports/chartData.ts';
import { drawnValue, flatMetrics, metricText, metricUnit, walkForwardWindows } from './metrics.ts';
import { useBlockName, useMetricName } from './MetricTable.tsx';
import type { ModelHistory } from './place.ts';

interface Side {
  readonly version: string | null;
  readonly report: Readonly<Record<string, unknown>> | null;
}

/** At most three points in each. */
const slices = 120;
const margin = { left: 0, right: 24, top: 16, bottom: 0 } as const;

function useAxisText(metric: string): (value: number) => string {
  const format = useFormat();
  return (value) => metricText(format, metric, metricUnit(metric) === 'percent' ? value / 100 : value);
}

/** Versions by the instant at which they were judged. */
function OverTime({ history, metric }: { readonly history: ModelHistory; readonly metric: string }): ReactElement {
  const t = useText();
  const format = useFormat();
  const { palette } = useTheme();
  const text = useAxisText(metric);
  const reports = useMemo(() => history.reports.flatMap((report) => {
    const y = flatMetrics(report.metrics).get(metric);
    const x = Date.parse(report.evaluated_at ?? '');
    return y === undefined || !Number.isFinite(x) ? [] : [{ x, y: drawnValue(metric, y), version: report.version ?? '–' }];
  }).sort((a, b) => a.x - b.x), [history, metric]);
  const points: readonly Point[] = useMemo(() => downsample(reports, slices), [reports]);
  if (reports.length === 0) return <Empty title={t('models.charts.no_reports')} hint={t('models.charts.no_reports_hint')} />;
  const versionAt = new Map(reports.map((report) => [report.x, report.version]));
  const [first, last] = [reports[0]?.x ?? 0, reports.at(-1)?.x ?? 0];
  const changes = history.promotions.flatMap((one) => {
    const at = Date.parse(one.decided_at ?? '');
    return Number.isFinite(at) && at >= first && at <= last ? [{ at, version: one.version ?? '–' }] : [];
  }).slice(0, 12);
  return (
    <Box component="figure" sx={{ m: 0 }} aria-label={t('models.charts.over_time')}>
      <LineChart
        height={220} skipAnimation hideLegend colors={[...chartColours[palette.mode]]} margin={margin}
        xAxis={[{ data: points.map((point) => new Date(point.x)), scaleType: 'time', valueFormatter: (value: Date, context) => (context.location === 'tick' ? format.date(value.getTime()) : `${versionAt.get(value.getTime()) ?? ''} · ${format.instant(value.getTime())}`) }]}
        yAxis={[{ width: 72, valueFormatter: text }]}
        series={[{ data: points.map((point) => point.y), showMark: points.length <= 60, curve: 'linear', valueFormatter: (value) => (value === null ? null : text(value)) }]}
      >
        {changes.map((change) => <ChartsReferenceLine key={change.at} x={new Date(change.at)} label={change.version} labelAlign="start" lineStyle={{ strokeDasharray: '4 4', stroke: palette.text.secondary }} labelStyle={{ fontSize: 11, fill: palette.text.secondary }} />)}
      </LineChart>
      <Typography component="figcaption" variant="caption" color="text.secondary">
        {t('reports.charts.points', { count: reports.length, all: format.number(reports.length), drawn: format.number(points.length) })}
        {points.length < reports.length ? ` ${t('reports.charts.downsampled')}` : ''} {t('models.charts.lines')}
      </Typography>
    </Box>
  );
}

const windowMetrics = ['mae', 'directional_accuracy'] as const;

function Windows({ sides }: { readonly sides: readonly Side[] }): ReactElement {
  const t = useText();
  const format = useFormat();
  const name = useMetricName();
  const { palette } = useTheme();
  const [metric, setMetric] = useState<(typeof windowMetrics)[number]>('mae');
  const text = useAxisText(metric);
  const curves = useMemo(() => sides.flatMap(({ version, report }) => {
    const points = walkForwardWindows(report).flatMap((window) => (window[metric] === null ? [] : [{ x: window.at, y: drawnValue(metric, window[metric]) }]));
    return points.length === 0 ? [] : [{ name: version ?? '–', all: points.length, points: downsample(points, slices) }];
  }), [sides, metric]);
  const { xs, rows } = useMemo(() => toAxis(curves), [curves]);
  const choice = (
    <TextField select label={t('models.column.metric')} value={metric} sx={{ minWidth: 170 }} onChange={(event) => setMetric(windowMetrics.find((one) => one === event.target.value) ?? 'mae')}>
      {windowMetrics.map((one) => <MenuItem key={one} value={one}>{name(one)}</MenuItem>)}
    </TextField>
  );
  const all = curves.reduce((sum, curve) => sum + curve.all, 0);
  const drawn = curves.reduce((sum, curve) => sum + curve.points.length, 0);
  return (
    <>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, mt: 2, mb: 1 }}><Typography variant="h2" sx={{ flex: 1 }}>{t('models.charts.windows')}</Typography>{choice}</Box>
      {curves.length === 0 ? <Empty title={t('models.charts.no_windows')} hint={t('models.charts.no_windows_hint')} /> : (
        <Box component="figure" sx={{ m: 0 }} aria-label={t('models.charts.windows')}>
          <LineChart
            height={220} skipAnimation colors={[...chartColours[palette.mode]]} margin={margin}
            xAxis={[{ data: xs.map((x) => new Date(x)), scaleType: 'time', valueFormatter: (value: Date) => format.date(value.getTime()) }]}
            yAxis={[{ width: 72, valueFormatter: text }]}
            series={curves.map((curve, index) => ({ label: curve.name, data: [...(rows[index] ?? [])], connectNulls: true, showMark: true, curve: 'linear' as const, valueFormatter: (value: number | null) => (value === null ? null : text(value)) }))}
          />
          <Typography component="figcaption" variant="caption" color="text.secondary">
            {t('models.charts.window_count', { count: all })}{drawn < all ? ` ${t('reports.charts.downsampled')}` : ''}
          </Typography>
        </Box>
      )}
    </>
  );
}

export function CompareCharts({ history, champion, candidate }: { readonly history: ModelHistory | null; readonly champion: Side; readonly candidate: Side }): ReactElement {
  const t = useText();
  const name = useMetricName();
  const blockName = useBlockName();
  const metrics = useMemo(() => [...new Set((history?.reports ?? []).flatMap((report) => [...flatMetrics(report.metrics).keys()]))].sort(), [history]);
  const [chosen, setChosen] = useState<string | null>(null);
  const metric = chosen !== null && metrics.includes(chosen) ? chosen : metrics.find((one) => one === 'summary.directional_accuracy') ?? metrics[0] ?? null;
  const sides = useMemo(() => (champion.version === candidate.version ? [candidate] : [champion, candidate]), [champion, candidate]);
  return (
    <>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, mb: 1 }}>
        <Typography variant="h2" sx={{ flex: 1 }}>{t('models.charts.over_time')}</Typography>
        {metric === null ? null : (
          <TextField select label={t('models.column.metric')} value={metric} sx={{ minWidth: 220 }} onChange={(event) => setChosen(event.target.value)}>
            {metrics.map((one) => <MenuItem key={one} value={one}>{one.includes('.') ? `${blockName(one.slice(0, one.lastIndexOf('.')))} · ` : ''}{name(one)}</MenuItem>)}
          </TextField>
        )}
      </Box>
      {history === null || metric === null ? <Empty title={t('models.charts.no_reports')} hint={t('models.charts.no_reports_hint')} /> : <OverTime history={history} metric={metric} />}
      <Windows sides={sides} />
    </>
  );
}
