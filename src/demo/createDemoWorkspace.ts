/**
 * Makes a demo workspace: equal bytes and times for an equal seed and instant, whole or not at all, and never over
 * anything that is not a demo itself.
 */
import { basename, dirname, join, resolve } from 'node:path';
import { ConsoleError } from '#contract';
import { makeDirectories, nodeFileSystem, systemCode, writeFully, type FileSystem } from '#engines/storage';
import { planReports, type PlannedReport } from './catalogue.ts';
import { decisionLoopFiles, decisionLoopPolicy, playDecisionLoop } from './decisionLoop.ts';
import { exportFiles, type DemoFile } from './exports.ts';
import { createMarket, type Market } from './market.ts';
import { randomOf } from './random.ts';
import { signalQualityFiles } from './signalQuality.ts';
import { summaryBytes } from './summary.ts';

export interface DemoOptions {
  readonly seed: string;
  /** The youngest report is a little older than this; milliseconds since the epoch. */
  readonly now: number;
  /** Number of reports; default 300. */
  readonly count?: number;
  /** `light`: a summary and one small table per report, for large numbers of them, and no models; default `full`. */
  readonly detail?: 'full' | 'light';
  readonly fs?: FileSystem;
}

export interface DemoResult {
  /** False if a demo was there already; it is left as it is. */
  readonly created: boolean;
  readonly directory: string;
  readonly reports: number;
  readonly files: number;
}

const marker = join('var', 'console', 'demo.json');
const defaultCount = 300;

/** What a careful operator would write: audits are protected, and the trash is emptied by two persons. */
const policy = {
  schema: 'sterownia.console/1',
  approval: { 'reports.delete': 'off', 'reports.purge': 'off', 'reports.archive': 'off', 'trash.empty': 'required' },
  unapproved_minutes: 10,
  approved_hours: 24,
  protected_paths: ['var/reports/audit/**'],
  trash_retention_days: 30,
  archive_roots: ['audit/daily_archives', 'audit/smoke_archives', 'audit/emergency_archives'],
  ...decisionLoopPolicy,
};

type Existing = 'absent' | 'empty' | 'demo' | 'other';

function isThere(fs: FileSystem, path: string): boolean {
  try {
    fs.lstat(path);
    return true;
  } catch {
    return false;
  }
}

function look(fs: FileSystem, directory: string): Existing {
  try {
    if (fs.readdir(directory).length === 0) return 'empty';
  } catch (error) {
    // A link that leads nowhere is there, although its folder is not.
    return systemCode(error) === 'ENOENT' && !isThere(fs, directory) ? 'absent' : 'other';
  }
  return isThere(fs, join(directory, marker)) ? 'demo' : 'other';
}

/** Writes files below a folder, each with its own time. */
class Tree {
  readonly #fs: FileSystem;
  readonly #root: string;
  readonly #folders = new Set<string>();
  files = 0;

  constructor(fs: FileSystem, root: string) {
    this.#fs = fs;
    this.#root = root;
  }

  write(path: string, bytes: Uint8Array, at: number): void {
    const target = join(this.#root, ...path.split('/'));
    const folder = dirname(target);
    if (!this.#folders.has(folder)) {
      makeDirectories(this.#fs, folder);
      this.#folders.add(folder);
    }
    const fd = this.#fs.open(target, 'wx');
    try {
      writeFully(this.#fs, fd, bytes);
    } finally {
      this.#fs.close(fd);
    }
    this.#fs.setTimes(target, BigInt(at) * 1_000_000n);
    this.files += 1;
  }

  json(path: string, value: unknown, at: number): void {
    this.write(path, Buffer.from(`${JSON.stringify(value, null, 2)}\n`), at);
  }
}

const tinyTable: DemoFile = { path: 'trades.csv', bytes: Buffer.from(`timestamp,symbol,side,quantity\n${'2026-01-01T00:00:00Z,BTC/PLN,buy,0.01000\n'.repeat(4)}`) };

async function writeReport(tree: Tree, report: PlannedReport, market: Market, options: DemoOptions): Promise<void> {
  const random = randomOf(`${options.seed}/${report.path}`);
  const folder = `var/reports/${report.path}`;
  const summary = summaryBytes(report, market, random);
  if (summary !== null) tree.write(`${folder}/summary.json`, summary, report.at);
  const files = options.detail === 'light' ? [tinyTable] : await exportFiles(report, random);
  files.forEach((file, index) => tree.write(`${folder}/${file.path}`, file.bytes, report.at - 60_000 * (files.length - index)));
}

async function fill(tree: Tree, reports: readonly PlannedReport[], options: DemoOptions): Promise<void> {
  const { seed, now } = options;
  const market = createMarket(seed, now);
  for (const report of reports) await writeReport(tree, report, market, options);
  for (const { name, at, bytes } of signalQualityFiles(seed, now)) tree.write(`reports/exchanges/signal_quality/${name}`, bytes, at);
  tree.json('config/console.json', policy, now);
  if (options.detail !== 'light') for (const { path, bytes } of decisionLoopFiles(seed, now)) tree.write(path, bytes, now);
  tree.json('var/console/demo.json', { schema: 'sterownia.demo/1', seed, created_at: new Date(now).toISOString(), reports: reports.length }, now);
}

/** What the engines wrote: their locks go, and all files get one time, since the engines cannot know the one that is meant. */
function settle(fs: FileSystem, half: string, now: number): number {
  removeTree(fs, join(half, 'var', 'console', 'locks'));
  let files = 0;
  const visit = (path: string): void => {
    for (const entry of fs.readdir(path)) {
      const child = join(path, entry.name);
      if (entry.kind === 'directory') visit(child);
      else {
        fs.setTimes(child, BigInt(now) * 1_000_000n);
        files += 1;
      }
    }
  };
  for (const folder of ['audit', 'logs', 'models', 'var/console', 'var/models', 'var/runtime']) visit(join(half, folder));
  return files;
}

/** Links are removed themselves; only the console's own half-made folder is ever passed in. */
function removeTree(fs: FileSystem, path: string): void {
  for (const entry of fs.readdir(path)) {
    const child = join(path, entry.name);
    if (entry.kind === 'directory') removeTree(fs, child);
    else fs.unlink(child);
  }
  fs.rmdir(path);
}

/** The half-made demo of a process, beside the place that it is meant for. */
const halfOf = (target: string, process: number | string): string => `${target}.${process}.partial`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** What starts that were cut off have left. */
function sweep(fs: FileSystem, target: string): void {
  const parent = dirname(target);
  const [before, after] = halfOf(basename(target), '|').split('|') as [string, string];
  for (const { name } of fs.readdir(parent)) {
    const pid = name.startsWith(before) && name.endsWith(after) ? Number(name.slice(before.length, -after.length)) : Number.NaN;
    if (Number.isSafeInteger(pid) && pid > 0 && !isAlive(pid)) removeTree(fs, join(parent, name));
  }
}

const taken = (target: string, cause?: unknown): ConsoleError => new ConsoleError('CONFLICT', `${target} is there already and is no demo workspace; nothing was changed.`, {
  remedy: 'Name an empty folder, or open this one with --workspace.', details: { path: target }, cause,
});

/** Puts the finished demo into its place; false where another start was quicker, whose demo is as good. */
function putInPlace(fs: FileSystem, half: string, target: string): boolean {
  try {
    // A rename replaces an empty folder on Linux and macOS; Windows wants it gone first.
    if (look(fs, target) === 'empty') fs.rmdir(target);
    fs.rename(half, target);
    return true;
  } catch (error) {
    if (look(fs, target) === 'demo') return false;
    throw taken(target, error);
  }
}

export async function createDemoWorkspace(directory: string, options: DemoOptions): Promise<DemoResult> {
  const fs = options.fs ?? nodeFileSystem;
  const target = resolve(directory);
  const reports = planReports(options.seed, options.now, options.count ?? defaultCount);
  const existing = look(fs, target);
  if (existing === 'demo') return { created: false, directory: target, reports: reports.length, files: 0 };
  if (existing === 'other') throw taken(target);
  makeDirectories(fs, dirname(target));
  sweep(fs, target);
  const half = halfOf(target, process.pid);
  fs.mkdir(half);
  try {
    const tree = new Tree(fs, half);
    await fill(tree, reports, options);
    if (options.detail !== 'light') {
      await playDecisionLoop(fs, half, options);
      tree.files += settle(fs, half, options.now);
    }
    const created = putInPlace(fs, half, target);
    if (!created) removeTree(fs, half);
    return { created, directory: target, reports: reports.length, files: created ? tree.files : 0 };
  } catch (error) {
    removeTree(fs, half);
    throw error;
  }
}
