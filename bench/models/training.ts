/** A window's questions while 100,000 rows are trained in the same console. */
import { runMeasuring } from '../lib/children.ts';
import { atMost, lineOf, quantile } from '../lib/measure.ts';
import { feedRows, onCopy, trainingJob } from '../lib/models.ts';
import type { Benchmark, Line } from '../lib/types.ts';

interface Gaps {
  readonly front: readonly number[];
  readonly query: readonly number[];
  readonly timer: readonly number[];
}

interface Measured {
  readonly idle: Gaps;
  readonly training: Gaps;
  readonly rows: number;
  readonly seconds: number;
  readonly progress: number;
}

const shares: readonly (readonly [string, number])[] = [['p50', 0.5], ['p99', 0.99], ['max', 1]];

export const training: Benchmark = {
  name: 'training',
  promise: 'A training of 100,000 rows never keeps a window waiting for more than 50 ms.',
  run: async ({ root, cache }) => {
    const told = await onCopy(cache, (workspace) => runMeasuring<Measured>('trainingGaps.ts', [workspace, trainingJob], { cwd: root }));
    const ms = (seconds: readonly number[]): number[] => seconds.map((each) => each * 1000);
    const kinds: readonly (readonly [string, keyof Gaps, string])[] = [
      ['answer of the host', 'front', 'console.notifications every 5 ms'], ['answer of the thread of queries', 'query', 'retraining.jobs every 5 ms'], ['lateness of a timer', 'timer', 'a timer of 5 ms in the host'],
    ];
    const during = `while retraining.run trains ${feedRows.toLocaleString('en')} rows (${told.rows} usable, ${told.seconds.toFixed(1)} s, ${told.progress} reports of progress) in its thread; against the same without a training`;
    return kinds.flatMap(([name, kind, asked]) => shares.map(([label, share]): Line => lineOf({
      name: `training: ${name}, ${label}`, ran: `${asked}, ${during}`, unit: 'ms', samples: { ours: ms(told.training[kind]), other: ms(told.idle[kind]) }, other: 'without training',
      bound: share === 1 && kind === 'front' ? atMost('ours', 50) : null, by: (values) => quantile(values, share),
    })));
  },
};
