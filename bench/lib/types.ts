/** What a benchmark is: a promise with a bound, measured beside the raw limit or a peer in the same run. */

export type Unit = 's' | 'ms' | 'MB' | 'x';

export interface Figure {
  readonly value: number;
  readonly unit: Unit;
}

/** What the promise says, and on which number. */
export interface Bound {
  readonly on: 'ours' | 'ratio';
  readonly is: 'at most' | 'at least';
  readonly value: number;
}

export interface Line {
  readonly name: string;
  /** In one sentence: what was run for ours, and what for the other side. */
  readonly ran: string;
  readonly ours: Figure;
  /** The raw limit or the peer; null where there is nothing to compare with. */
  readonly other: (Figure & { readonly name: string }) | null;
  /** Ours against the other one; which way round is said in `ratioIs`. */
  readonly ratio: number | null;
  readonly ratioIs: 'ours / other' | 'other / ours';
  /** Null for lines that inform and promise nothing. */
  readonly bound: Bound | null;
  /** Every single measurement, in the order of the runs. */
  readonly samples: { readonly ours: readonly number[]; readonly other: readonly number[] };
}

export interface Surroundings {
  /** The checkout. */
  readonly root: string;
  /** Git-ignored; trees are kept here between runs. */
  readonly cache: string;
  /** Repetitions of each measurement. */
  readonly runs: number;
  /** Also the sizes that take minutes. */
  readonly large: boolean;
  readonly say: (text: string) => void;
}

export interface Benchmark {
  readonly name: string;
  readonly promise: string;
  readonly run: (around: Surroundings) => Promise<readonly Line[]>;
}

export type Verdict = 'met' | 'missed' | 'informs';

export function verdictOf({ ours, ratio, bound }: Line): Verdict {
  if (bound === null) return 'informs';
  const measured = bound.on === 'ours' ? ours.value : ratio;
  if (measured === null || !Number.isFinite(measured)) return 'missed';
  return (bound.is === 'at most' ? measured <= bound.value : measured >= bound.value) ? 'met' : 'missed';
}
