/** What a figure is worth depends on where it was measured. */
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpus: number;
  readonly cpu: string;
  readonly memory_gb: number;
  readonly system: string;
  readonly node: string;
  /** Load of the last minute before the first measurement; well above 0 means that others were working here. */
  readonly load: number;
}

export const thisMachine = (): Machine => ({
  cpus: availableParallelism(),
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  memory_gb: Math.round(totalmem() / 1e9),
  system: `${process.platform} ${process.arch} ${release()}`,
  node: process.version,
  load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
});
