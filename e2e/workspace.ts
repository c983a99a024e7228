/** Small workspaces for the specs: real folders with reports of known names, sizes and dates. */
import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeFolder } from './files.ts';

export interface ReportOptions {
  /** Text of `summary.json`; null leaves it out. Default: a valid one. */
  readonly summary?: string | null;
  readonly exports?: readonly string[];
  readonly updatedAt?: string;
}

export interface TestWorkspace {
  readonly path: string;
  /** Writes a report below `var/reports` and returns its folder. */
  report(relativePath: string, options?: ReportOptions): string;
  write(relativePath: string, content: string): string;
  remove(): void;
}

function writeAt(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const summaryOf = (name: string): string => JSON.stringify({
  title: name, strategy: 'trend_v2', equity_curve: [{ timestamp: '2026-10-01T00:00:00Z', value: 1000 }, { timestamp: '2026-10-02T00:00:00Z', value: 1012.5 }],
}, null, 2);

export function makeWorkspace(name = 'desk'): TestWorkspace {
  const parent = mkdtempSync(join(tmpdir(), 'sterownia-e2e-'));
  const path = join(parent, name);
  mkdirSync(path);
  return {
    path,
    report: (relativePath, options = {}) => {
      const folder = join(path, 'var', 'reports', relativePath);
      const files: string[] = [];
      const { summary = summaryOf(relativePath) } = options;
      if (summary !== null) files.push(writeAt(join(folder, 'summary.json'), summary));
      for (const each of options.exports ?? ['trades.csv']) files.push(writeAt(join(folder, each), `id,price\n1,${relativePath.length}\n`));
      const instant = new Date(options.updatedAt ?? '2026-10-05T08:00:00Z');
      for (const file of files) utimesSync(file, instant, instant);
      return folder;
    },
    write: (relativePath, content) => writeAt(join(path, relativePath), content),
    remove: () => removeFolder(parent),
  };
}

/** Two categories, one damaged and one missing summary: 8 reports in all. */
export function fillWorkspace(workspace: TestWorkspace): void {
  for (const day of ['2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04']) workspace.report(`daily/${day}`, { updatedAt: `${day}T18:00:00Z` });
  workspace.report('smoke/run_a', { updatedAt: '2026-09-01T10:00:00Z' });
  workspace.report('smoke/run_b', { updatedAt: '2026-09-02T10:00:00Z' });
  workspace.report('smoke/run_c', { updatedAt: '2026-09-03T10:00:00Z', summary: '{ "title": broken' });
  workspace.report('smoke/run_d', { updatedAt: '2026-09-04T10:00:00Z', summary: null });
}
