/** Repetition and statistics. Both sides take turns, so that a busy moment of the machine meets both. */
import type { Bound, Figure, Line, Unit } from './types.ts';

export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export interface Samples {
  readonly ours: number[];
  readonly other: number[];
}

/** Ours and the other side in turns; who begins changes with each run. */
export async function inTurns(runs: number, ours: () => Promise<number>, other: () => Promise<number>): Promise<Samples> {
  const samples: Samples = { ours: [], other: [] };
  for (let run = 0; run < runs; run += 1) {
    const order = run % 2 === 0 ? ['ours', 'other'] as const : ['other', 'ours'] as const;
    for (const side of order) samples[side].push(await (side === 'ours' ? ours() : other()));
  }
  return samples;
}

interface LineFacts {
  readonly name: string;
  readonly ran: string;
  readonly unit: Unit;
  readonly samples: { readonly ours: readonly number[]; readonly other: readonly number[] };
  /** Name of the raw limit or peer; null where there is none. */
  readonly other: string | null;
  readonly ratioIs?: Line['ratioIs'];
  readonly bound: Bound | null;
  /** How the samples become one figure; default the median. */
  readonly by?: (values: readonly number[]) => number;
}

export function lineOf({ name, ran, unit, samples, other, ratioIs = 'ours / other', bound, by = median }: LineFacts): Line {
  const ours: Figure = { value: by(samples.ours), unit };
  const otherFigure = other === null ? null : { value: by(samples.other), unit, name: other };
  const ratio = otherFigure === null ? null : ratioIs === 'ours / other' ? ours.value / otherFigure.value : otherFigure.value / ours.value;
  return { name, ran, ours, other: otherFigure, ratio, ratioIs, bound, samples };
}

export const atMost = (on: Bound['on'], value: number): Bound => ({ on, is: 'at most', value });
export const atLeast = (on: Bound['on'], value: number): Bound => ({ on, is: 'at least', value });
