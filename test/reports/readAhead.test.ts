/** A walk that is helped gives what a walk alone gives, whatever the helper does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReportIndex, overviewJson, readFolders, type FolderReader, type ReadAhead, type ReportIndex } from '#engines/reports';
import { nodeFileSystem } from '#engines/storage';
import { readAheadThread } from '../../src/runtime/threads/readAhead.ts';
import { Tree } from './tree.ts';

/** Enough folders for a helper to be called, among them everything that is not plain. */
function oddTree(): Tree {
  const tree = new Tree();
  for (let n = 0; n < 1700; n += 1) {
    const folder = `${n % 2 === 0 ? 'daily' : 'smoke'}/run_${String(n).padStart(4, '0')}`;
    tree.put(`${folder}/summary.json`, n % 7 === 0 ? { report_date: `day ${n}`, equity_curve: [{ timestamp: '2024-01-01', value: n }] } : { n, note: 'zażółć' });
    tree.put(`${folder}/ledger.csv`, 'a,b\n');
    if (n % 100 === 3) tree.put(`${folder}/exports/deep/more.csv`, 'x');
    if (n % 100 === 5) tree.link(`${folder}/link.csv`, tree.at(`${folder}/ledger.csv`));
    if (n % 100 === 7) tree.folder(`${folder}/odd.zip`);
    if (n % 100 === 9) tree.put(`${folder}/summary.json`, '{"broken": ');
    if (n % 100 === 11) tree.put(`${folder}/summary.json`, { long: 'x'.repeat(70_000) });
    if (n % 100 === 13) tree.put(`${folder}/\uf7e9.csv`, 'name that is no UTF-8');
    if (n % 100 === 17) tree.put(`${folder}/Ω.csv`, 'w').put(`${folder}/\u{1f600}.csv`, 'w');
  }
  for (let n = 0; n < 70; n += 1) tree.put(`daily/nested/a/b/run_${n}/summary.json`, { n });
  return tree;
}

/** A helper in this thread: `reads` says of each batch whether the helper was quicker than the walk. */
function helperOf(reads: (batch: number) => boolean, failing = false): ReadAhead & { readonly seen: Set<number> } {
  const seen = new Set<number>();
  return {
    seen,
    mostBatches: 1000,
    start: (base): FolderReader => {
      const ready: ReturnType<typeof readFolders>[] = [];
      return {
        offer: (batch, paths) => {
          if (!reads(batch)) return;
          seen.add(batch);
          if (!failing) ready.push(asMessage(readFolders(nodeFileSystem, base, batch, paths)));
        },
        claim: (batch) => !seen.has(batch),
        next: () => ready.shift() ?? null,
        waitFor: () => undefined,
        close: () => ready.splice(0),
      };
    },
  };
}

/** What a message between threads makes of a value. */
const asMessage = structuredClone;

const printed = (index: ReportIndex): string => [...overviewJson(index, {}, 'var/reports')].join('');

function walked(tree: Tree, ahead: ReadAhead | null): ReportIndex {
  const index = openReportIndex(tree.context(), 'var/reports', ahead);
  index.refresh();
  return index;
}

describe('a helped walk', () => {
  let tree: Tree;
  beforeAll(() => {
    tree = oddTree();
  }, 60_000);
  afterAll(() => tree.remove());

  test.each([
    ['reads every batch', () => true],
    ['reads every third batch', (batch: number) => batch % 3 === 0],
    ['reads none', () => false],
  ])('a helper that %s changes nothing in the answer', (_name, reads) => {
    const alone = walked(tree, null);
    const helper = helperOf(reads);
    const helped = walked(tree, helper);
    expect(helper.seen.size > 0).toBe(reads(0));
    expect(printed(helped) === printed(alone)).toBe(true);
    expect(filesOf(helped)).toEqual(filesOf(alone));
    expect(helped.refresh().changed, 'a second look finds nothing new').toBe(walkedAgain(alone));
  });

  test('a helper that claims and never answers is given up', () => {
    const helper = helperOf(() => true, true);
    expect(printed(walked(tree, helper)) === printed(walked(tree, null))).toBe(true);
    expect(helper.seen.size).toBeGreaterThan(0);
  });

  test('a change after the walk is seen by the next look', () => {
    const helped = walked(tree, helperOf(() => true));
    helped.refresh();
    tree.put('smoke/run_0001/summary.json', { n: 'changed' });
    expect(helped.refresh().paths).toEqual(['smoke/run_0001']);
  });

  test('the thread of the runtime is such a helper', () => {
    const ahead = readAheadThread();
    expect(ahead).not.toBeNull();
    expect(printed(walked(tree, ahead)) === printed(walked(tree, null))).toBe(true);
  });
});

test('a file from after 2262, whose time 64 bits cannot hold, is left to the walk', () => {
  const tree = new Tree();
  tree.put('daily/near/ledger.csv', 'a').put('daily/far/ledger.csv', 'a');
  const fs = { ...nodeFileSystem, lstat: (path: string) => {
    const stat = nodeFileSystem.lstat(path);
    return path.includes('/far/') ? { ...stat, mtimeNs: 10_000_000_000_000_000_000n } : stat;
  } };
  expect(readFolders(fs, tree.at('daily'), 0, ['near', 'far']).counts).toEqual([1, -1]);
  tree.remove();
});

const filesOf = (index: ReportIndex) => index.reports.flatMap(({ files }) => files.map(({ path, size, mtimeNs, ino, dev, mode, kind, role }) => ({ path, size, mtimeNs, ino, dev, mode, kind, role })));
const walkedAgain = (index: ReportIndex): boolean => index.refresh().changed;
