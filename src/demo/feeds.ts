/** Hourly prices to train on: an invented market that becomes rougher towards its end, so that drift is there to be found. */
import { hourMs } from './market.ts';
import { randomOf } from './random.ts';

const rows = 1_400;
/** From this share of the rows on prices move more. */
const rougherFrom = 0.85;

/** CSV with `timestamp,open,high,low,close,volume`; the last row opened an hour before `until`. Prices in USDT. */
export function feedCsv(seed: string, symbol: string, until: number, price: number): Buffer {
  const random = randomOf(`${seed}/feed/${symbol}`);
  const last = Math.floor(until / hourMs) * hourMs - hourMs;
  const lines = ['timestamp,open,high,low,close,volume'];
  let open = price;
  let drift = 0;
  for (let row = 0; row < rows; row += 1) {
    const volatility = row > rows * rougherFrom ? 0.011 : 0.004;
    // A little memory, so that there is something to learn.
    drift = drift * 0.6 + random.normal() * volatility;
    const close = open * (1 + drift);
    const high = Math.max(open, close) * (1 + Math.abs(random.normal()) * volatility * 0.4);
    const low = Math.min(open, close) * (1 - Math.abs(random.normal()) * volatility * 0.4);
    const volume = 40 + Math.abs(random.normal()) * 25 + Math.abs(drift) * 4_000;
    lines.push([new Date(last - (rows - 1 - row) * hourMs).toISOString(), ...[open, high, low, close].map((value) => value.toFixed(2)), volume.toFixed(4)].join(','));
    open = close;
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}
