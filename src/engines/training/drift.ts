/** Promise: distributions are compared by PSI over bins of equal share in the baseline and by the two-sample KS distance, on all rows. */

export interface Distance {
  readonly psi: number;
  readonly ks: number;
}

const epsilon = 1e-6;

/** First index whose value lies above `limit`; `sorted` ascends. */
function above(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Population stability index of sorted samples. A bin that nobody is in counts as `epsilon`. */
export function psiOf(baseline: Float64Array, production: Float64Array, bins: number): number {
  const limits = Array.from({ length: bins - 1 }, (_, at) => baseline[Math.max(0, Math.ceil(((at + 1) * baseline.length) / bins) - 1)] ?? 0);
  const distinct = [...new Set(limits)];
  const shares = (sorted: Float64Array): readonly number[] => {
    const ends = [...distinct.map((limit) => above(sorted, limit)), sorted.length];
    return ends.map((end, at) => Math.max((end - (ends[at - 1] ?? 0)) / sorted.length, epsilon));
  };
  const expected = shares(baseline);
  return shares(production).reduce((sum, share, at) => sum + (share - (expected[at] ?? epsilon)) * Math.log(share / (expected[at] ?? epsilon)), 0);
}

/** Largest distance of the two distribution functions of sorted samples. */
export function ksOf(baseline: Float64Array, production: Float64Array): number {
  let [left, right, largest] = [0, 0, 0];
  while (left < baseline.length && right < production.length) {
    const here = Math.min(baseline[left] ?? 0, production[right] ?? 0);
    while (left < baseline.length && (baseline[left] ?? 0) <= here) left += 1;
    while (right < production.length && (production[right] ?? 0) <= here) right += 1;
    largest = Math.max(largest, Math.abs(left / baseline.length - right / production.length));
  }
  return largest;
}

export function distanceOf(baseline: Float64Array, production: Float64Array, bins: number): Distance {
  const [sortedBaseline, sortedProduction] = [baseline.toSorted(), production.toSorted()];
  return { psi: psiOf(sortedBaseline, sortedProduction, bins), ks: ksOf(sortedBaseline, sortedProduction) };
}

export function deviationOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
