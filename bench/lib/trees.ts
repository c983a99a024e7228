/**
 * Trees of reports that benchmarks run on. Equal on every machine; made once and kept, under a name that says what is
 * in it. A tree appears under its name only when it is whole.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Raise when the content of trees changes, so that kept ones are made again. */
const version = 2;

/** A small generator with a long enough period; the same numbers everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Tree {
  /** A workspace. */
  readonly workspace: string;
  /** Its folder of reports. */
  readonly reports: string;
}

export function kept(cache: string, name: string, make: (reports: string) => void): Tree {
  const workspace = join(cache, `${name}-v${version}`);
  if (!existsSync(workspace)) {
    const fresh = `${workspace}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(join(fresh, 'var', 'reports'), { recursive: true });
    make(join(fresh, 'var', 'reports'));
    renameSync(fresh, workspace);
  }
  return { workspace, reports: join(workspace, 'var', 'reports') };
}

const strategies = ['trend', 'grid', 'carry', 'reversal', 'breakout'] as const;
const zip = Buffer.concat([Buffer.from('PK\u0005\u0006', 'latin1'), Buffer.alloc(18)]);

function summary(n: number, random: () => number): string {
  return JSON.stringify({
    run: n, strategy: strategies[n % strategies.length], pnl: Number((random() * 200 - 80).toFixed(2)), sharpe: Number((random() * 3).toFixed(3)),
    trades: Math.floor(random() * 400), note: 'benchmark',
  });
}

/** `count` folders in 40 categories, each with a summary and a table of 200 bytes, every tenth with an archive. */
export function scaleTree(cache: string, count: number): Tree {
  return kept(cache, `scale-${count}`, (reports) => {
    const random = randomOf(count);
    const table = `timestamp,equity\n${'2026-01-01T00:00:00Z,10000.00\n'.repeat(8)}`.slice(0, 200);
    for (let category = 0; category < 40; category += 1) mkdirSync(join(reports, `category_${String(category).padStart(2, '0')}`));
    for (let n = 0; n < count; n += 1) {
      const folder = join(reports, `category_${String(n % 40).padStart(2, '0')}`, `report_${String(n).padStart(5, '0')}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'summary.json'), summary(n, random));
      writeFileSync(join(folder, 'table.csv'), table);
      if (n % 10 === 0) writeFileSync(join(folder, 'bundle.zip'), zip);
    }
  });
}

/** `count` archives in one folder, which is what daily smoke tests leave. */
export function zipTree(cache: string, count: number): Tree {
  return kept(cache, `zips-${count}`, (reports) => {
    const folder = join(reports, 'smoke_archives');
    mkdirSync(folder);
    for (let n = 0; n < count; n += 1) writeFileSync(join(folder, `smoke_${String(n).padStart(5, '0')}.zip`), zip);
  });
}

/** Rows of a price table: digits that vary like real ones, so that packing takes the time it takes on real tables. */
export function priceTable(bytes: number, random: () => number): Buffer {
  const rows: string[] = ['timestamp,open,high,low,close,volume\n'];
  let price = 20_000 + random() * 40_000;
  let length = rows[0]?.length ?? 0;
  for (let at = 1_767_225_600; length < bytes; at += 60) {
    const open = price;
    price += (random() - 0.5) * 60;
    const row = `${at},${open.toFixed(2)},${(Math.max(open, price) + random() * 20).toFixed(2)},${(Math.min(open, price) - random() * 20).toFixed(2)},${price.toFixed(2)},${(random() * 12).toFixed(6)}\n`;
    rows.push(row);
    length += row.length;
  }
  return Buffer.from(rows.join('')).subarray(0, bytes);
}

/** 40 reports of about 5 MB each: a summary, a table of 4.8 MB and 40 small ones. */
export function archiveTree(cache: string): Tree {
  return kept(cache, 'archive-200mb', (reports) => {
    const random = randomOf(200);
    for (let n = 0; n < 40; n += 1) {
      const folder = join(reports, 'daily', `report_${String(n).padStart(2, '0')}`);
      mkdirSync(join(folder, 'exports'), { recursive: true });
      writeFileSync(join(folder, 'summary.json'), summary(n, random));
      writeFileSync(join(folder, 'exports', 'prices.csv'), priceTable(4_800_000, random));
      for (let part = 0; part < 40; part += 1) writeFileSync(join(folder, 'exports', `part_${String(part).padStart(2, '0')}.csv`), priceTable(3000 + Math.floor(random() * 4000), random));
    }
  });
}

/** Two reports with one file of 1 GiB each. */
export function hugeTree(cache: string): Tree {
  return kept(cache, 'archive-2gib', (reports) => {
    const random = randomOf(2048);
    const block = priceTable(16 * 1024 * 1024, random);
    for (let n = 0; n < 2; n += 1) {
      const folder = join(reports, 'daily', `report_${n}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'summary.json'), summary(n, random));
      const table = join(folder, 'ticks.csv');
      for (let part = 0; part < 64; part += 1) writeFileSync(table, block, { flag: 'a' });
    }
  });
}
