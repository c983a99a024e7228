/** Dashboards turned into what can be drawn; what cannot be drawn is counted, so that the chart can say so. */
import type { Dashboards } from '#contract';
import { downsample, type Point } from '../../format/downsample.ts';

export interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
  readonly all: number;
}

export interface Curves {
  readonly curves: readonly Curve[];
  readonly hiddenCurves: number;
  readonly unreadable: number;
}

/** Seconds or milliseconds since the epoch, or a date in text. */
export function toInstant(timestamp: string | number): number | null {
  const value = typeof timestamp === 'number' ? (Math.abs(timestamp) < 1e11 ? timestamp * 1000 : timestamp) : Date.parse(timestamp);
  return Number.isFinite(value) && Math.abs(value) <= 8.64e15 ? value : null;
}

/** As many curves as the palette can keep apart; those with the most points. */
export const mostCurves = 6;

export function toCurves(equity: Dashboards['equity_curve'], slices: number): Curves {
  const groups = new Map<string, Point[]>();
  let unreadable = 0;
  for (const { timestamp, value, category } of equity) {
    const x = toInstant(timestamp);
    if (x === null || !Number.isFinite(value)) {
      unreadable += 1;
      continue;
    }
    const group = groups.get(category);
    if (group === undefined) groups.set(category, [{ x, y: value }]);
    else group.push({ x, y: value });
  }
  const sorted = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const curves = sorted.slice(0, mostCurves).map(([name, points]): Curve => ({
    name, all: points.length, points: downsample([...points].sort((a, b) => a.x - b.x), slices),
  }));
  return { curves, hiddenCurves: Math.max(0, sorted.length - mostCurves), unreadable };
}

/** One common axis; a curve without a point at some instant has a gap there that is bridged, not a value. */
export function toAxis(curves: readonly Curve[]): { readonly xs: readonly number[]; readonly rows: readonly (readonly (number | null)[])[] } {
  const xs = [...new Set(curves.flatMap((curve) => curve.points.map((point) => point.x)))].sort((a, b) => a - b);
  const at = new Map(xs.map((x, index) => [x, index]));
  const rows = curves.map((curve) => {
    const row: (number | null)[] = xs.map(() => null);
    for (const point of curve.points) {
      const index = at.get(point.x);
      if (index !== undefined) row[index] = point.y;
    }
    return row;
  });
  return { xs, rows };
}

type Rgb = readonly [number, number, number];

const poles: Readonly<Record<'light' | 'dark', { readonly zero: Rgb; readonly up: Rgb; readonly down: Rgb }>> = {
  light: { zero: [238, 241, 244], up: [0, 90, 160], down: [176, 74, 0] },
  dark: { zero: [36, 44, 52], up: [86, 180, 233], down: [240, 150, 40] },
};

function luminance([r, g, b]: Rgb): number {
  const linear = (value: number): number => {
    const part = value / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Blue above zero, orange below, stronger with distance; the ink is the one that contrasts more. */
export function heatColour(value: number, largest: number, mode: 'light' | 'dark'): { readonly background: string; readonly ink: string } {
  const { zero, up, down } = poles[mode];
  const share = largest > 0 && Number.isFinite(value) ? Math.min(1, Math.abs(value) / largest) : 0;
  const pole = value >= 0 ? up : down;
  const mix = (index: 0 | 1 | 2): number => Math.round(zero[index] + (pole[index] - zero[index]) * share);
  const colour: Rgb = [mix(0), mix(1), mix(2)];
  const light = luminance(colour);
  const onBlack = (light + 0.05) / 0.05;
  const onWhite = 1.05 / (light + 0.05);
  return { background: `rgb(${colour.join(', ')})`, ink: onBlack >= onWhite ? '#000000' : '#ffffff' };
}
