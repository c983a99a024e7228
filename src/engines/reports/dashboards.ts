/** Promise: equity curve and asset heat map over any selection, from series that were extracted once per summary. */
import type { Dashboards } from '#contract';
import type { ReportIndex } from './reportIndex.ts';
import type { EquityPoint } from './series.ts';
import { compareText, orderKey } from './textOrder.ts';
import { instantText } from './timeText.ts';
import type { Report } from './types.ts';

/** More points than this are thinned out evenly; the last one always stays. */
const maxPoints = 600;

interface PlacedPoint {
  readonly report: Report;
  readonly point: EquityPoint;
}

interface Curve {
  readonly revision: number;
  readonly points: readonly PlacedPoint[];
}

/** All points of all reports in order, per revision: a filter then only picks from them. */
const curves = new WeakMap<ReportIndex, Curve>();

const rank = (point: EquityPoint): number => (point.at !== null ? 0 : typeof point.other === 'string' ? 1 : 2);

/** Known times first, then other texts, then bare positions: a position is no date and must not mix with dates. */
function sortedPoints(reports: readonly Report[]): readonly PlacedPoint[] {
  const placed = reports.flatMap((report) => {
    const points = report.summary?.points ?? [];
    if (points.length === 0) return [];
    const source = orderKey(report.relativePath);
    return points.map((point) => ({ report, point, source, rank: rank(point), at: point.at ?? 0 }));
  });
  return placed.sort((a, b) => a.rank - b.rank || a.at - b.at || (a.source < b.source ? -1 : a.source > b.source ? 1 : 0));
}

function curveOf(index: ReportIndex): readonly PlacedPoint[] {
  const known = curves.get(index);
  if (known?.revision === index.revision) return known.points;
  const points = sortedPoints(index.reports);
  curves.set(index, { revision: index.revision, points });
  return points;
}

function thinned<T>(list: readonly T[]): readonly T[] {
  const step = Math.ceil(list.length / maxPoints);
  if (step <= 1) return list;
  const kept = list.filter((_, at) => at % step === 0);
  const last = list.at(-1);
  return last === undefined ? kept : [...kept.slice(0, -1), last];
}

function timestampOf(point: EquityPoint): string | number {
  if (point.at === null) return point.other ?? 0;
  const seconds = Math.floor(point.at / 1_000_000);
  return instantText({ seconds, micros: point.at - seconds * 1_000_000 });
}

interface Cell {
  label: string;
  value: number;
  readonly sources: { readonly source: string; readonly category: string; readonly value: number }[];
}

function heatmap(reports: readonly Report[]): Dashboards['asset_heatmap'] {
  const cells = new Map<string, Cell>();
  for (const report of reports) {
    for (const { asset, label, value } of report.summary?.weights ?? []) {
      const cell = cells.get(asset) ?? { label: asset, value: 0, sources: [] };
      cells.set(asset, cell);
      if (label !== null && cell.label === asset) cell.label = label;
      const sum = cell.value + value;
      if (!Number.isFinite(sum)) continue;
      cell.value = sum;
      cell.sources.push({ source: report.relativePath, category: report.category, value });
    }
  }
  return [...cells]
    .map(([asset, cell]) => ({ asset, label: cell.label, value: cell.value, sources: cell.sources }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || compareText(a.asset, b.asset));
}

/** `selected` in any order; the result follows time, source and base order only. */
export function dashboardsOf(index: ReportIndex, selected: readonly Report[]): Dashboards {
  const chosen = new Set(selected);
  const all = chosen.size === index.reports.length;
  const points = curveOf(index).filter(({ report }) => all || chosen.has(report));
  const equity_curve = thinned(points).map(({ report, point }) => ({
    timestamp: timestampOf(point), value: point.value, source: report.relativePath, category: report.category,
    label: point.label ?? report.relativePath,
  }));
  const inBaseOrder = all ? index.reports : index.reports.filter((report) => chosen.has(report));
  return { equity_curve, asset_heatmap: heatmap(inBaseOrder) };
}
