/** The promises of the reports area, in the order in which they are printed. */
import type { Benchmark } from '../lib/types.ts';
import { archive } from './archive.ts';
import { firstContent } from './firstContent.ts';
import { help } from './help.ts';
import { keystroke } from './keystroke.ts';
import { limitMemory } from './limitMemory.ts';
import { overviewCold } from './overviewCold.ts';
import { overviewConsole } from './overviewConsole.ts';
import { purge } from './purge.ts';
import { zips } from './zips.ts';

export const reportBenchmarks: readonly Benchmark[] = [overviewCold, overviewConsole, zips, limitMemory, purge, archive, help, keystroke, firstContent];
