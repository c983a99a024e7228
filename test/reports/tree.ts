/** A real folder tree with fixed times for the tests of the reports engine. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { nativePath, nodeFileSystem, silentLog, systemIds, type EngineContext, type FileSystem } from '#engines/storage';
import { openReportIndex, type ReportIndex } from '#engines/reports';

export type When = string | bigint;

const nsOf = (when: When): bigint => (typeof when === 'bigint' ? when : BigInt(Date.parse(`${when}Z`)) * 1_000_000n);

export class Tree {
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'sterownia-reports-')));
  readonly base = path.join(this.root, 'var', 'reports');

  constructor() {
    fs.mkdirSync(this.base, { recursive: true });
  }

  at(relative: string): string {
    return path.join(this.base, relative);
  }

  put(relative: string, data: unknown, when: When = '2024-05-01T12:00:00'): this {
    const target = nativePath(this.at(relative));
    fs.mkdirSync(nativePath(path.dirname(this.at(relative))), { recursive: true });
    fs.writeFileSync(target, typeof data === 'string' || Buffer.isBuffer(data) ? data : JSON.stringify(data));
    nodeFileSystem.setTimes(this.at(relative), nsOf(when));
    return this;
  }

  folder(relative: string, when: When = '2024-01-01T00:00:00'): this {
    fs.mkdirSync(this.at(relative), { recursive: true });
    nodeFileSystem.setTimes(this.at(relative), nsOf(when));
    return this;
  }

  link(relative: string, target: string): this {
    fs.mkdirSync(path.dirname(this.at(relative)), { recursive: true });
    fs.symlinkSync(target, this.at(relative));
    return this;
  }

  context(overrides: Partial<EngineContext> = {}): EngineContext {
    const clock = { now: () => Date.now() };
    return { root: this.root, fs: nodeFileSystem, clock, ids: systemIds(clock), log: silentLog, ...overrides };
  }

  index(overrides: Partial<EngineContext> = {}): ReportIndex {
    const index = openReportIndex(this.context(overrides), 'var/reports');
    index.refresh();
    return index;
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

/** A tree that goes away with the test. */
export function makeTree(): Tree {
  const tree = new Tree();
  onTestFinished(() => tree.remove());
  return tree;
}

export const names = (index: ReportIndex): string[] => index.reports.map((report) => report.relativePath);

export function reportOf(index: ReportIndex, name: string) {
  const report = index.find(name);
  if (report === null) throw new Error(`no report ${name} among ${names(index).join(', ')}`);
  return report;
}

/** The real file system, with the paths of every call of one kind written down. */
export function watching(calls: { open: string[]; readdir: string[] }): FileSystem {
  return {
    ...nodeFileSystem,
    open: (name, flags, mode) => {
      calls.open.push(name);
      return nodeFileSystem.open(name, flags, mode);
    },
    readdir: (name) => {
      calls.readdir.push(name);
      return nodeFileSystem.readdir(name);
    },
  };
}

/** The ordinary tree: several categories, archives beside folders, exports in sub-folders, loose files. */
export function ordinary(tree: Tree): Tree {
  return tree
    .put('audit/2024-01-01/summary.json', { report_date: '2024-01-01', trades: 15 }, '2024-01-01T12:00:00')
    .put('audit/2024-01-01/result.csv', 'timestamp,profit\n', '2024-01-01T11:30:00')
    .put('daily/2024-04-01/summary.json', { report_date: '2024-04-01' }, '2024-04-01T08:00:00')
    .put('daily/2024-04-01/paper_binance.zip', 'z'.repeat(300), '2024-04-01T09:00:00')
    .put('daily/2024-04-01/ledger.csv', 'a,b\n1,2\n', '2024-04-01T10:00:00')
    .put('daily/2024-05-02/summary.json', { report_date: '2024-05-02', status: 'ok' }, '2024-05-02T00:00:00')
    .put('daily/2024-05-02/ledger.csv', 'id,value\n1,2\n', '2024-05-02T00:00:00')
    .put('daily/2024-05-03/summary.json', { report_date: '2024-05-03' }, '2024-05-03T10:00:00')
    .put('daily/2024-05-03/exports/a.csv', 'id\n1\n', '2024-05-03T10:05:00')
    .put('daily/2024-05-03/exports/b.json', '{}', '2024-05-03T10:06:00')
    .put('daily/2024-05-04/summary.json', { report_date: '2024-05-04' }, '2024-05-04T10:00:00')
    .put('daily/2024-05-04/.hidden', 'secret', '2024-05-04T10:02:00')
    .put('daily/2024-05-04/sub/deep/notes.txt', 'note', '2024-05-04T10:03:00')
    .put('smoke/run_a/README.txt', 'smoke', '2024-03-10T06:00:00')
    .put('smoke/run_a/summary.json', { environment: 'binance_paper' }, '2024-03-10T06:02:00')
    .put('smoke/run_a.zip', 'z'.repeat(500), '2024-03-10T06:05:00')
    .put('smoke/run_c/README.txt', 'smoke', '2024-03-12T06:00:00')
    .put('diagnostics/2024-03-10/trace.log', 'line\n', '2024-03-11T00:00:00')
    .put('diagnostics/2024-03-10/metrics.jsonl', '{}\n', '2024-03-10T00:00:00')
    .put('standalone.json', '{}', '2024-01-05T00:00:00')
    .folder('void/nested/deeper');
}
