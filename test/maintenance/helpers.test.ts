/** Removal with helpers that look ahead: what they see counts, what they missed is looked at, and nothing slips through. */
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isConsoleError } from '#contract';
import { nodeFileSystem, type FileStat, type FileSystem } from '#engines/storage';
import { day, filesIn, newRoot, now, openBench, put, putReport, removeRoot } from './support.ts';

/** Helpers that are done at once, or have done only every other place. */
function withHelpers(inner: FileSystem, does: (place: number) => boolean): FileSystem {
  return {
    ...inner,
    survey: (paths, _from, reach) => {
      const seen: (FileStat | null)[] = [];
      const extend = (count: number): void => {
        for (let place = seen.length; place < count; place += 1) {
          const path = paths[place] ?? '';
          seen.push(does(place) && fs.existsSync(path) ? inner.lstat(path) : null);
        }
      };
      extend(reach);
      return { reach: extend, ready: (place) => place < seen.length && does(place), seen: (place) => seen[place] ?? null };
    },
  };
}

/** Puts a file into each folder of a report right before it goes to the trash. */
const slippingIn = (inner: FileSystem): FileSystem => ({
  ...inner,
  rename: (from, to) => {
    if (to.includes('/content/') && fs.lstatSync(from).isDirectory()) fs.writeFileSync(join(from, 'fresh.txt'), 'fresh');
    inner.rename(from, to);
  },
});

const reports = Array.from({ length: 70 }, (_, n) => `daily/run_${String(n).padStart(2, '0')}`);
const disks: readonly (readonly [string, () => FileSystem])[] = [
  ['nobody', () => ({ ...nodeFileSystem, survey: () => null })],
  ['helpers that see all', () => withHelpers(nodeFileSystem, () => true)],
  ['helpers that miss every other place', () => withHelpers(nodeFileSystem, (place) => place % 2 === 0)],
];

describe.each(disks)('a purge with %s looking ahead', (_name, disk) => {
  let root: string;
  beforeEach(() => {
    root = newRoot();
    for (const report of reports) {
      putReport(root, report, 40);
      const old = (now - 40 * day) / 1000;
      for (const folder of ['exports', '.']) fs.utimesSync(join(root, 'var/reports', report, folder), old, old);
    }
  });
  afterEach(() => removeRoot(root));

  it('puts back what slipped in, and takes the rest', async () => {
    const bench = openBench({ root, fs: slippingIn(disk()) });
    const { state, results } = await bench.apply(await bench.plan('reports.purge'));
    expect(state.outcome).toMatchObject({ status: 'completed', done: 70, files: 210 });
    expect(filesIn(bench.base)).toEqual(reports.map((report) => `${report}/fresh.txt`));
    expect(results.every((result) => result.error?.includes('fresh.txt'))).toBe(true);
  });

  it('refuses a plan whose way leads over a link by now, and touches nothing where it leads', async () => {
    const bench = openBench({ root, fs: disk() });
    const plan = await bench.plan('reports.purge');
    const outside = `${root}-outside`;
    fs.renameSync(join(bench.base, 'daily'), outside);
    fs.symlinkSync(outside, join(bench.base, 'daily'));
    try {
      await expect(bench.apply(plan)).rejects.toMatchObject({ code: 'PLAN_STALE', details: { drift: [{ path: join(bench.base, 'daily'), change: 'changed' }] } });
      expect(filesIn(outside)).toHaveLength(210);
    } finally {
      fs.rmSync(outside, { recursive: true });
    }
  });

  it.each([
    ['size', (path: string) => fs.appendFileSync(path, 'x')],
    ['time', (path: string) => fs.utimesSync(path, 1, 1)],
    ['place on the disk', (path: string) => {
      const { atimeMs, mtimeMs } = fs.statSync(path);
      fs.copyFileSync(path, `${path}.other`);
      fs.rmSync(path);
      fs.renameSync(`${path}.other`, path);
      fs.utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
    }],
    ['kind', (path: string) => {
      fs.rmSync(path);
      fs.symlinkSync('summary.json', path);
    }],
  ])('refuses a plan of which one file has another %s', async (_field, change) => {
    const bench = openBench({ root, fs: disk() });
    const plan = await bench.plan('reports.purge');
    const path = join(bench.base, reports[7] ?? '', 'ledger.csv');
    change(path);
    await expect(bench.apply(plan)).rejects.toMatchObject({ code: 'PLAN_STALE', details: { drift: [{ path, change: 'changed' }] } });
  });

  it('refuses a plan by each difference, and changes nothing', async () => {
    const bench = openBench({ root, fs: disk() });
    const plan = await bench.plan('reports.purge');
    put(root, `var/reports/${reports[3] ?? ''}/ledger.csv`, 'another length', 40);
    fs.rmSync(join(bench.base, reports[44] ?? '', 'summary.json'));
    put(root, `var/reports/${reports[68] ?? ''}/exports/late.svg`, 'late', 40);
    const before = filesIn(bench.base);
    const error: unknown = await bench.apply(plan).catch((thrown: unknown) => thrown);
    const drift = isConsoleError(error) ? error.details['drift'] as readonly { readonly path: string; readonly change: string }[] : [];
    expect(drift.map(({ path, change }) => `${path.slice(bench.base.length + 1)} ${change}`).sort()).toEqual([
      `${reports[3] ?? ''}/ledger.csv changed`, `${reports[44] ?? ''}/summary.json gone`, `${reports[68] ?? ''}/exports/late.svg appeared`,
    ]);
    expect(filesIn(bench.base)).toEqual(before);
    expect(fs.existsSync(join(root, 'var/trash'))).toBe(false);
  });
});
