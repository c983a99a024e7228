/** What stands in `summary.json`: plausible figures, or one of the kinds of damage that operators meet. */
import type { Damage, PlannedReport } from './catalogue.ts';
import { dayMs, hourMs, type Market } from './market.ts';
import type { Random } from './random.ts';

const strategies = ['trend-follow-v3', 'grid-btc', 'mean-revert-eth', 'carry-basket', 'siatka-złota'] as const;
const authors = ['Zofia Żmijewska', 'Łukasz Gęś', 'Anna Nowak', 'Wojciech Świątek'] as const;
const notes = [
  'Bez uwag.', 'Poślizg powyżej progu na ADA; obserwować.', 'Wstrzymano handel na 12 minut z powodu przerwy giełdy.', 'Wyniki zgodne z oczekiwaniem.',
] as const;

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

function metrics(random: Random): Readonly<Record<string, number>> {
  const trades = random.between(12, 240);
  return {
    pnl_pct: rounded(random.normal() * 0.9 + 0.1, 3),
    sharpe: rounded(1.1 + random.normal() * 0.6, 2),
    max_drawdown_pct: rounded(Math.abs(random.normal()) * 2.4 + 0.3, 2),
    win_rate: rounded(Math.min(0.75, Math.max(0.35, 0.54 + random.normal() * 0.05)), 3),
    trades,
    turnover: rounded(trades * (400 + random.next() * 900), 2),
    slippage_bps: rounded(Math.abs(random.normal()) * 1.8 + 0.4, 2),
  };
}

/** Only reports about the account itself show its curve; a chart of runs on invented data would mix two truths. */
function series(report: PlannedReport, market: Market): Readonly<Record<string, unknown>> {
  if (report.category === 'daily') {
    return { equity_curve: market.equity(report.at - dayMs + hourMs, report.at, 4 * hourMs), asset_allocation: market.allocation(report.at) };
  }
  if (report.category === 'weekly') {
    return { equity_curve: market.equity(report.at - 7 * dayMs, report.at, dayMs), asset_allocation: market.allocation(report.at) };
  }
  return {};
}

export function summaryText(report: PlannedReport, market: Market, random: Random): string {
  return `${JSON.stringify({
    // Lists show this date in place of the folder; elsewhere the folder says more.
    ...(report.category === 'daily' ? { report_date: new Date(report.at).toISOString().slice(0, 10) } : {}),
    generated_at: new Date(report.at).toISOString(),
    title: report.title,
    category: report.category,
    strategy: random.pick(strategies),
    author: random.pick(authors),
    metrics: metrics(random),
    ...series(report, market),
    notes: random.pick(notes),
  }, null, 2)}\n`;
}

const damaged: Readonly<Record<Damage, (valid: string) => Buffer>> = {
  truncated: (valid) => Buffer.from(valid.slice(0, Math.floor(valid.length * 0.6))),
  array: () => Buffer.from('["wynik", 1, 2, 3]\n'),
  not_utf8: () => Buffer.concat([Buffer.from('{"title": "Raport '), Buffer.from([0xb3, 0xb1, 0xbf]), Buffer.from('"}\n')]),
  nan: () => Buffer.from('{"title": "Raport", "metrics": {"sharpe": NaN, "pnl_pct": -Infinity}}\n'),
  byte_order_mark: (valid) => Buffer.from(`\ufeff${valid}`),
  empty: () => Buffer.alloc(0),
  too_deep: () => Buffer.from(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}\n`),
  text: () => Buffer.from('raport w przygotowaniu\n'),
};

/** The bytes of the file, or null where the report has none. */
export function summaryBytes(report: PlannedReport, market: Market, random: Random): Buffer | null {
  if (report.summary === 'missing') return null;
  const valid = summaryText(report, market, random);
  return report.summary === 'valid' ? Buffer.from(valid) : damaged[report.summary](valid);
}
