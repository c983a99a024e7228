/** What the demo promises: equal for equal seeds, of every kind, and never in the way of real data. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBuffer } from 'yauzl';
import { consoleConfigSchema } from '#contract';
import { modelRows, openRegistry } from '#engines/models';
import { listJobs, retrainingStatus } from '#engines/retraining';
import { openJournal } from '#engines/journal';
import { evidenceIn, gate } from '#engines/signoffs';
import { nodeFileSystem, silentLog, type EngineContext, type FileSystem } from '#engines/storage';
import { createDemoWorkspace } from '../../src/demo/index.ts';
import { damages, isoWeek, planReports } from '../../src/demo/catalogue.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const day = 86_400_000;
let root: string;
let demo: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'sterownia-demo-'));
  demo = join(root, 'demo');
  await createDemoWorkspace(demo, { seed: 'one', now });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const filesOf = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();

/** Digest over names, times and content. */
function digestOf(directory: string): string {
  const hash = createHash('sha256');
  for (const file of filesOf(directory)) hash.update(`${relative(directory, file)}\0${lstatSync(file).mtimeMs}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

const openZip = (bytes: Buffer): Promise<number> => new Promise((resolve, reject) => {
  fromBuffer(bytes, (error, zip) => (error ? reject(error) : resolve(zip.entryCount)));
});

describe('making a demo', () => {
  const small = { seed: 'one', now, detail: 'light', count: 20 } as const;

  it('takes the demo of another start that was quicker, and leaves nothing of its own', async () => {
    const folder = mkdtempSync(join(root, 'race-'));
    const target = join(folder, 'demo');
    await createDemoWorkspace(join(root, 'quicker'), small);
    const fs: FileSystem = {
      ...nodeFileSystem,
      rename: (from, to) => {
        cpSync(join(root, 'quicker'), target, { recursive: true });
        nodeFileSystem.rename(from, to);
      },
    };
    expect(await createDemoWorkspace(target, { ...small, fs })).toMatchObject({ created: false, directory: target });
    expect(readdirSync(folder)).toEqual(['demo']);
  });

  it('refuses a link that leads nowhere, and what cannot be replaced, in words', async () => {
    const folder = mkdtempSync(join(root, 'taken-'));
    symlinkSync('nowhere', join(folder, 'link'));
    await expect(createDemoWorkspace(join(folder, 'link'), small)).rejects.toMatchObject({ code: 'CONFLICT' });
    const mount = join(folder, 'mount');
    mkdirSync(mount);
    const rmdir = (path: string): void => {
      if (path === mount) throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
      nodeFileSystem.rmdir(path);
    };
    await expect(createDemoWorkspace(mount, { ...small, fs: { ...nodeFileSystem, rmdir } })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(readdirSync(folder).sort()).toEqual(['link', 'mount']);
  });

  it('sweeps away what starts that were cut off have left, and nothing of those that run', async () => {
    const folder = mkdtempSync(join(root, 'swept-'));
    for (const name of ['demo.4194999.partial', `demo.${process.ppid}.partial`, 'demo.x.partial']) mkdirSync(join(folder, name, 'var'), { recursive: true });
    await createDemoWorkspace(join(folder, 'demo'), small);
    expect(readdirSync(folder).sort()).toEqual(['demo', `demo.${process.ppid}.partial`, 'demo.x.partial'].sort());
  });
});

describe('the demo workspace', () => {
  it('is equal, byte for byte and time for time, for an equal seed and instant', async () => {
    const again = join(root, 'again');
    const other = join(root, 'other');
    await createDemoWorkspace(again, { seed: 'one', now });
    await createDemoWorkspace(other, { seed: 'two', now });
    expect(digestOf(again)).toBe(digestOf(demo));
    expect(digestOf(other)).not.toBe(digestOf(demo));
  });

  it('holds 300 reports in eight categories, all dated within the last 90 days', () => {
    const plan = planReports('one', now, 300);
    expect([plan.length, new Set(plan.map(({ path }) => path)).size]).toEqual([300, 300]);
    expect(new Set(plan.map(({ category }) => category))).toEqual(new Set(['daily', 'weekly', 'smoke', 'audit', 'emergency', 'diagnostics', 'research', 'backtest']));
    expect(plan.filter(({ path }) => !existsSync(join(demo, 'var/reports', path)))).toEqual([]);
    const times = filesOf(join(demo, 'var/reports')).map((file) => lstatSync(file).mtimeMs);
    expect([Math.max(...times) <= now, Math.min(...times) > now - 91 * day]).toEqual([true, true]);
  });

  it('shows every kind of summary: valid, missing, and each kind of damage', () => {
    const states = new Set(planReports('one', now, 300).map(({ summary }) => summary));
    expect(states).toEqual(new Set(['valid', 'missing', ...damages]));
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    for (const report of planReports('one', now, 300)) {
      const file = join(demo, 'var/reports', report.path, 'summary.json');
      const parses = (): unknown => JSON.parse(strict.decode(readFileSync(file)));
      if (report.summary === 'missing') expect(existsSync(file)).toBe(false);
      else if (report.summary === 'valid') expect(parses()).toMatchObject({ category: report.category });
      else if (report.summary === 'array') expect(parses()).toBeInstanceOf(Array);
      // Deep nesting is valid JSON; it is the depth that readers have to survive.
      else if (report.summary !== 'too_deep') expect(parses, `${report.path}: ${report.summary}`).toThrow();
    }
  });

  it('holds the reports that the examples of the documentation name', () => {
    expect(['daily/2026-11-01', 'smoke/run_a'].map((path) => existsSync(join(demo, 'var/reports', path, 'summary.json')))).toEqual([true, true]);
  });

  it('has zips that open, folders of exports, and Polish names', async () => {
    const files = filesOf(join(demo, 'var/reports')).map((file) => relative(demo, file));
    const zips = files.filter((file) => file.endsWith('.zip'));
    expect(zips.length).toBeGreaterThan(10);
    for (const zip of zips) expect(await openZip(readFileSync(join(demo, zip)))).toBeGreaterThan(0);
    expect(files.filter((file) => file.includes('/exports/')).length).toBeGreaterThan(20);
    expect(files.some((file) => /[ąćęłńóśźż]/u.test(file))).toBe(true);
  });

  it('shows one account: neighbouring daily reports continue the same curve, and assets add up to the whole', () => {
    const read = (date: string) => JSON.parse(readFileSync(join(demo, 'var/reports/daily', date, 'summary.json'), 'utf8')) as {
      readonly equity_curve: readonly { readonly timestamp: string; readonly value: number }[];
      readonly asset_allocation: Readonly<Record<string, number>>;
    };
    const [before, after] = [read('2026-11-18'), read('2026-11-19')];
    const step = Math.abs((after.equity_curve[0]?.value ?? 0) / (before.equity_curve.at(-1)?.value ?? 1) - 1);
    expect(step).toBeLessThan(0.05);
    expect(Object.values(after.asset_allocation).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2);
  });

  it('has a policy that the console accepts as it stands, and the mark of a demo', () => {
    const policy: unknown = JSON.parse(readFileSync(join(demo, 'config/console.json'), 'utf8'));
    expect(consoleConfigSchema.parse(policy)).toMatchObject(policy as object);
    expect(JSON.parse(readFileSync(join(demo, 'var/console/demo.json'), 'utf8'))).toMatchObject({ schema: 'sterownia.demo/1', seed: 'one' });
  });

  it('has signal quality files on both sides of the usual 30 days, whose totals agree with their records', () => {
    const directory = join(demo, 'reports/exchanges/signal_quality');
    const ages = readdirSync(directory).map((name) => (now - lstatSync(join(directory, name)).mtimeMs) / day);
    expect([ages.some((age) => age < 30), ages.some((age) => age > 30)]).toEqual([true, true]);
    const binance = JSON.parse(readFileSync(join(directory, 'binance.json'), 'utf8')) as { total: number; failures: number; records: readonly { status: string }[] };
    expect([binance.total, binance.failures]).toEqual([binance.records.length, binance.records.filter(({ status }) => status === 'failed').length]);
  });

  it('has a decision loop with a past: a degraded champion, a pinned one, a model without, a failing job, and reports that wait to be signed', () => {
    const context: EngineContext = { root: demo, fs: nodeFileSystem, clock: { now: () => now }, ids: { next: () => 'id' }, log: silentLog };
    const config = consoleConfigSchema.parse(JSON.parse(readFileSync(join(demo, 'config/console.json'), 'utf8')));
    const rows = modelRows(openRegistry(context, join(demo, 'var/models/quality'))).map(({ model, health, version, pinned, challenger_count: challengers }) => [model, health, version, pinned, challengers > 0]);
    expect(rows).toEqual([
      ['decision_engine', 'ok', 'v5', false, true], ['execution_timing', 'ok', 't3', false, true], ['regime_classifier', 'no_champion', null, false, true], ['risk_model', 'degraded', 'r3', true, true],
    ]);
    expect(listJobs(context, config.retraining).jobs.map(({ name, last_result: last }) => [name, last])).toEqual([['btc-retrain', 'success'], ['eth-retrain', 'success'], ['sol-retrain', 'failure']]);
    const journal = openJournal(context, { workspaceId: 'demo', lock: (work) => work() });
    const found = gate(context, config, evidenceIn(journal));
    expect([found.open, found.unknown, found.alerts > (found.missing['risk'] ?? []).length, (found.missing['risk'] ?? []).length > 0]).toEqual([false, false, true, true]);
    expect(retrainingStatus(context, config.retraining)).toMatchObject({ document: 'ok', escalate: true });
  });

  it('keeps a journal that says of every champion since when it stood', () => {
    const lines = readFileSync(join(demo, 'audit/journal/000001.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { readonly at: string; readonly type: string });
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).toSorted());
    expect(lines.filter(({ type }) => type === 'model_change').length).toBeGreaterThanOrEqual(8);
    expect(existsSync(join(demo, 'var/console/locks'))).toBe(false);
  });

  it('makes any number of light reports', async () => {
    const light = join(root, 'light');
    const result = await createDemoWorkspace(light, { seed: 'one', now, count: 1234, detail: 'light' });
    expect(result.reports).toBe(1234);
    expect(filesOf(join(light, 'var/reports')).filter((file) => file.endsWith('trades.csv')).length).toBe(1234);
  });
});

describe('what is there already', () => {
  it('leaves an existing demo as it is', async () => {
    const before = digestOf(demo);
    expect(await createDemoWorkspace(demo, { seed: 'two', now })).toMatchObject({ created: false, files: 0 });
    expect(digestOf(demo)).toBe(before);
  });

  it('refuses a folder with anything else in it and changes nothing', async () => {
    const real = join(root, 'real');
    mkdirSync(real);
    writeFileSync(join(real, 'notes.txt'), 'mine');
    await expect(createDemoWorkspace(real, { seed: 'one', now })).rejects.toMatchObject({ code: 'CONFLICT', details: { path: real } });
    expect(readdirSync(real)).toEqual(['notes.txt']);
  });

  it('refuses a file of that name', async () => {
    const file = join(root, 'file');
    writeFileSync(file, 'mine');
    await expect(createDemoWorkspace(file, { seed: 'one', now })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('fills an empty folder', async () => {
    const empty = join(root, 'empty');
    mkdirSync(empty);
    expect(await createDemoWorkspace(empty, { seed: 'one', now, count: 20 })).toMatchObject({ created: true });
  });

  it('leaves nothing behind when the disk fills up', async () => {
    let writes = 0;
    const full: FileSystem = {
      ...nodeFileSystem,
      write: (...given) => {
        writes += 1;
        if (writes > 50) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        return nodeFileSystem.write(...given);
      },
    };
    const parent = join(root, 'full');
    mkdirSync(parent);
    await expect(createDemoWorkspace(join(parent, 'demo'), { seed: 'one', now, fs: full })).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readdirSync(parent)).toEqual([]);
  });
});

it('numbers weeks as ISO 8601 does, also around the turn of the year', () => {
  expect(['2026-11-20', '2027-01-01', '2024-12-30', '2026-01-04', '2026-01-05'].map(isoWeek)).toEqual(['2026-W47', '2026-W53', '2025-W01', '2026-W01', '2026-W02']);
});
