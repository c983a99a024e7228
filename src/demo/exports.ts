/** The files beside a summary: tables, a page, logs, and archives that really open. */
import { buffer } from 'node:stream/consumers';
import { ZipArchive } from 'archiver';
import type { PlannedReport } from './catalogue.ts';
import { hourMs } from './market.ts';
import type { Random } from './random.ts';

export interface DemoFile {
  /** Path below the folder of the report, with `/`. */
  readonly path: string;
  readonly bytes: Buffer;
}

const symbols = ['BTC/PLN', 'ETH/PLN', 'SOL/USDT', 'ADA/USDT', 'LINK/USDT'] as const;

function trades(report: PlannedReport, random: Random): Buffer {
  const rows = Array.from({ length: random.between(8, 90) }, (_unused, index) => [
    new Date(report.at - index * hourMs / 6).toISOString(), random.pick(symbols), random.pick(['buy', 'sell']),
    (random.next() * 2).toFixed(5), (100 + random.next() * 900).toFixed(2), (random.next() * 4).toFixed(2),
  ].join(','));
  return Buffer.from(`timestamp,symbol,side,quantity,price,slippage_bps\n${rows.join('\n')}\n`);
}

function positions(random: Random): Buffer {
  const rows = symbols.map((symbol) => `${symbol},${(random.next() * 3).toFixed(5)},${(random.normal() * 120).toFixed(2)}`);
  return Buffer.from(`symbol,quantity,unrealised_pln\n${rows.join('\n')}\n`);
}

function page(report: PlannedReport): Buffer {
  return Buffer.from(`<!doctype html><html lang="pl"><meta charset="utf-8"><title>${report.title}</title><h1>${report.title}</h1><p>Dane pokazowe.</p></html>\n`);
}

function log(report: PlannedReport, random: Random): Buffer {
  const levels = ['INFO', 'INFO', 'INFO', 'WARN', 'DEBUG'] as const;
  const lines = Array.from({ length: random.between(300, 4000) }, (_unused, index) =>
    `${new Date(report.at - (4000 - index) * 250).toISOString()} ${random.pick(levels)} ${random.pick(symbols)} opóźnienie=${random.between(8, 420)}ms`);
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** A zip with UTC times, so that equal content gives equal bytes in every time zone. */
export async function zipOf(files: readonly DemoFile[], at: number): Promise<Buffer> {
  const archive = new ZipArchive({ zlib: { level: 6 } });
  const whole = buffer(archive);
  for (const file of files) archive.append(file.bytes, { name: file.path, date: new Date(at), mode: 0o644 });
  await Promise.all([whole, archive.finalize()]);
  return whole;
}

export async function exportFiles(report: PlannedReport, random: Random): Promise<readonly DemoFile[]> {
  const files: DemoFile[] = [{ path: 'trades.csv', bytes: trades(report, random) }];
  if (random.chance(0.6)) files.push({ path: 'positions.csv', bytes: positions(random) });
  if (random.chance(0.4)) files.push({ path: 'raport.html', bytes: page(report) });
  if (random.chance(0.25)) files.push({ path: 'zestawienie_płynności.csv', bytes: positions(random) });
  if (report.category === 'diagnostics') files.push({ path: 'trace.log', bytes: log(report, random) });
  if (report.zip) files.push({ path: `${report.path.split('/').at(-1) ?? 'report'}.zip`, bytes: await zipOf(files, report.at) });
  if (report.exportsFolder) {
    files.push({ path: 'exports/fills.csv', bytes: trades(report, random) }, { path: 'exports/ekspozycja.csv', bytes: positions(random) });
  }
  // Some reports are a summary alone.
  return report.summary !== 'missing' && random.chance(0.06) ? [] : files;
}
