/** Every command that changes reports: how it is prepared on a sound disk and what is then run on a faulty one. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { restore } from '#engines/trash';
import { unwatched } from '#engines/storage';
import { locked } from '#engines/workspace';
import { actor, put, putReport, type Bench } from '../maintenance/support.ts';

export interface Command {
  readonly name: string;
  /** Run on a sound disk; gives what the command needs. */
  readonly prepare: (bench: Bench) => Promise<string>;
  readonly run: (bench: Bench, prepared: string) => Promise<unknown>;
  /** True where originals may be gone for good afterwards. */
  readonly destroys: boolean;
  /** Shares its steps with another command; not every call is tried unless all are asked for. */
  readonly sampled?: boolean;
}

/** Small enough to try every call, with what makes trees awkward: a nested report, an empty folder, a link. */
export function smallTree(bench: Bench): void {
  putReport(bench.root, 'daily/a', 40);
  symlinkSync('../../../../reports/exchanges', join(bench.base, 'daily/a/link'));
  mkdirSync(join(bench.base, 'daily/a/empty'));
  put(bench.root, 'var/reports/daily/b/summary.json', '{"report_date":"2026-10-01"}', 40);
  put(bench.root, 'var/reports/daily/b/new/summary.json', '{"report_date":"2026-11-19"}', 1);
  put(bench.root, 'reports/exchanges/signal_quality/binance.json', '{}', 40);
}

const until = '2026-11-01';

const removing = (name: string, operation: string, input: Record<string, unknown>, destroys = false): Command => ({
  name, destroys,
  prepare: async () => '',
  run: async (bench) => bench.apply(await bench.plan(operation, input)),
});

async function removed(bench: Bench): Promise<string> {
  const plan = await bench.plan('reports.purge', { until });
  await bench.apply(plan);
  return plan.id;
}

const archiving = (format: string): Command => ({ ...removing(`archive ${format}`, 'reports.archive', { format, until }), sampled: format !== 'zip' });

export const commands: readonly Command[] = [
  removing('delete', 'reports.delete', { path: 'daily/a' }),
  removing('delete --permanent', 'reports.delete', { path: 'daily/a', permanent: true }, true),
  removing('purge', 'reports.purge', { until }),
  removing('purge --permanent', 'reports.purge', { until, permanent: true }, true),
  archiving('directory'),
  archiving('zip'),
  archiving('tar'),
  archiving('tar.gz'),
  {
    name: 'archive --overwrite', destroys: false,
    prepare: async (bench) => {
      await bench.apply(await bench.plan('reports.archive', { format: 'zip', until }));
      return '';
    },
    run: async (bench) => bench.apply(await bench.plan('reports.archive', { format: 'zip', until, overwrite: true })),
  },
  {
    name: 'undo of a purge', destroys: false,
    prepare: removed,
    run: async (bench, id) => bench.undo({ id } as Parameters<Bench['undo']>[0]),
  },
  {
    name: 'undo of an overwriting archive', destroys: false,
    prepare: async (bench) => {
      await bench.apply(await bench.plan('reports.archive', { format: 'directory', until }));
      const plan = await bench.plan('reports.archive', { format: 'directory', until, overwrite: true });
      await bench.apply(plan);
      return plan.id;
    },
    run: async (bench, id) => bench.undo({ id } as Parameters<Bench['undo']>[0]),
  },
  {
    name: 'trash restore', destroys: false,
    prepare: removed,
    run: async (bench, id) => locked(bench.context, 'acts', { purpose: 'restore' }, () =>
      restore(bench.context, { id, paths: [], onConflict: 'ask', actor, workspaceId: 'ws-test' }, unwatched)),
  },
  {
    name: 'trash restore that replaces', destroys: false,
    prepare: async (bench) => {
      const id = await removed(bench);
      put(bench.root, 'var/reports/daily/a/ledger.csv', 'written meanwhile', 0);
      return id;
    },
    run: async (bench, id) => locked(bench.context, 'acts', { purpose: 'restore' }, () =>
      restore(bench.context, { id, paths: [join(bench.base, 'daily/a')], onConflict: 'replace', actor, workspaceId: 'ws-test' }, unwatched)),
  },
  {
    name: 'trash empty', destroys: true,
    prepare: removed,
    run: async (bench) => bench.apply(await bench.plan('trash.empty')),
  },
];
