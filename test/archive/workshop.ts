/** A report to archive, and the tools of others to open the archives with. */
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { ArchiveFormat, SourceItem } from '#engines/archive';
import { nodeFileSystem, silentLog, type EngineContext, type FileSystem } from '#engines/storage';

export const formats = ['directory', 'zip', 'tar', 'tar.gz'] as const satisfies readonly ArchiveFormat[];
export const fileFormats = ['zip', 'tar', 'tar.gz'] as const satisfies readonly ArchiveFormat[];
export const extension: Readonly<Record<ArchiveFormat, string>> = { directory: '', zip: '.zip', tar: '.tar', 'tar.gz': '.tar.gz' };

export const token = '20261120-094155-k3v9q1ab';

export function contextWith(fs: FileSystem, root: string): EngineContext {
  return { root, fs, clock: { now: () => Date.UTC(2026, 10, 20, 9, 41, 55) }, ids: { next: () => token }, log: silentLog };
}

export interface Workshop {
  /** Folder of the test; the report is `source/run_a`. */
  readonly root: string;
  readonly report: string;
  readonly destination: (format: ArchiveFormat) => string;
  readonly context: EngineContext;
}

/** A fresh folder for each test. */
export function workshop(): Workshop {
  const state = { root: '' };
  beforeEach(() => { state.root = mkdtempSync(join(tmpdir(), 'archive-')); });
  afterEach(() => {
    execFileSync('chmod', ['-R', 'u+rwX', state.root]);
    rmSync(state.root, { recursive: true });
  });
  return {
    get root() { return state.root; },
    get report() { return join(state.root, 'source', 'run_a'); },
    destination: (format) => join(state.root, 'archives', 'smoke', `run_a${extension[format]}`),
    get context() { return contextWith(nodeFileSystem, state.root); },
  };
}

export const ns = (iso: string, nanos = 0n): bigint => BigInt(Date.parse(iso)) * 1_000_000n + nanos;

export function put(path: string, content: string | Buffer, time = ns('2026-03-29T01:30:00Z', 123_456_789n), mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  nodeFileSystem.chmod(path, mode);
  nodeFileSystem.setTimes(path, time);
}

/** Bytes that do not compress, the same on every run. */
export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 0x2545_f491;
  for (let at = 0; at < length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state & 255;
  }
  return bytes;
}

/** Everything that makes archives hard, in one report. */
export function makeReport(report: string): void {
  put(join(report, 'summary.json'), '{"report_date": "2026-03-29"}\n');
  put(join(report, 'empty.txt'), '');
  put(join(report, 'zażółć gęślą jaźń.csv'), 'dzień;zysk\n1;2\n', ns('2020-02-29T12:00:00Z'), 0o640);
  put(join(report, 'exports', 'trades.csv'), 'a,b\n'.repeat(100_000));
  put(join(report, 'exports', 'large.bin'), noise((2 << 20) + 17));
  put(join(report, 'script.sh'), '#!/bin/sh\n', ns('2026-03-29T01:30:02Z'), 0o755);
  mkdirSync(join(report, 'pusty folder'));
  symlinkSync('exports/trades.csv', join(report, 'latest.csv'));
  symlinkSync('../nowhere/gdzieś', join(report, 'dangling'));
  symlinkSync('exports', join(report, 'to folder'));
  nodeFileSystem.setTimes(join(report, 'exports'), ns('2026-01-02T03:04:05Z'));
}

/** The items of a report as a caller collects them. */
export function itemsOf(report: string, name = 'run_a', fs: FileSystem = nodeFileSystem): SourceItem[] {
  const stat = fs.lstat(report);
  if (stat.kind === 'other') throw new Error(`unexpected kind of ${report}`);
  const item: SourceItem = { path: report, name, kind: stat.kind, size: stat.size, mtimeNs: stat.mtimeNs, mode: stat.mode, ino: stat.ino, dev: stat.dev };
  if (stat.kind !== 'directory') return [item];
  return [item, ...fs.readdir(report).flatMap((entry) => itemsOf(join(report, entry.name), `${name}/${entry.name}`, fs))];
}

/** Every path below a folder with its kind, content or target, mode, and time in whole seconds. */
export function picture(root: string, detail: { readonly modes: boolean; readonly times: boolean }): Record<string, string> {
  const out: Record<string, string> = {};
  const visit = (path: string, name: string): void => {
    const stat = lstatSync(path);
    const extra = [
      detail.modes && !stat.isSymbolicLink() ? (stat.mode & 0o7777).toString(8) : '',
      detail.times && stat.isFile() ? String(Math.floor(stat.mtimeMs / 1000)) : '',
    ].join(' ');
    if (stat.isSymbolicLink()) out[name] = `link ${readlinkSync(path)} ${extra}`;
    else if (stat.isDirectory()) {
      out[name] = `directory ${extra}`;
      for (const child of readdirSync(path)) visit(join(path, child), `${name}/${child}`);
    } else out[name] = `file ${readFileSync(path).toString('base64')} ${extra}`;
  };
  visit(root, '.');
  return out;
}

const utf8 = { env: { ...process.env, LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8', TZ: 'UTC' }, stdio: 'pipe' } as const;

/** Unpacks with the programs that operators have; gives the folder of the report. */
export function unpack(archive: string, format: ArchiveFormat, into: string): string {
  if (format === 'directory') return archive;
  mkdirSync(into, { recursive: true });
  if (format === 'zip') execFileSync('unzip', ['-q', archive, '-d', into], utf8);
  else execFileSync('tar', ['-xpf', archive, '-C', into], utf8);
  return join(into, 'run_a');
}

export const run = (command: string, ...args: readonly string[]): string => execFileSync(command, args, { ...utf8, encoding: 'utf8' });

export const has = (command: string): boolean => {
  try {
    execFileSync('which', [command], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
};
