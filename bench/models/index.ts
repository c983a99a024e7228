/** The promises of the models area, in the order in which they are printed. */
import type { Benchmark } from '../lib/types.ts';
import { queries } from './queries.ts';
import { training } from './training.ts';
import { verification } from './verification.ts';

export const modelBenchmarks: readonly Benchmark[] = [queries, verification, training];
