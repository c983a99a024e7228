/**
 * Fewer points that tell the same story: each slice of time keeps its lowest, highest and last point, so that no
 * spike and no final value disappears. Nothing is averaged and no point is invented.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Points must be sorted by `x`. Returns at most `3 × slices` of the points given, in their order. */
export function downsample(points: readonly Point[], slices: number): readonly Point[] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || slices < 1 || points.length <= slices * 3) return points;
  const width = (last.x - first.x) / slices;
  if (width <= 0) return points.length > 3 ? extremes(points) : points;
  const kept: Point[] = [];
  let slice: Point[] = [];
  let index = 0;
  for (const point of points) {
    const at = Math.min(slices - 1, Math.floor((point.x - first.x) / width));
    if (at !== index) {
      kept.push(...extremes(slice));
      slice = [];
      index = at;
    }
    slice.push(point);
  }
  kept.push(...extremes(slice));
  return kept;
}

function extremes(slice: readonly Point[]): Point[] {
  let low = 0;
  let high = 0;
  for (const [at, point] of slice.entries()) {
    if (point.y < (slice[low]?.y ?? Infinity)) low = at;
    if (point.y > (slice[high]?.y ?? -Infinity)) high = at;
  }
  return [...new Set([low, high, slice.length - 1])].sort((a, b) => a - b).flatMap((at) => slice[at] ?? []);
}
