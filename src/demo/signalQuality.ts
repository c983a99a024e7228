/** Signal quality of the exchanges, in the form that the bot writes: one file per exchange, some of them old. */
import { dayMs } from './market.ts';
import { randomOf, type Random } from './random.ts';

export interface SignalQualityFile {
  readonly name: string;
  readonly at: number;
  readonly bytes: Buffer;
}

const exchanges: readonly (readonly [name: string, ageDays: number])[] = [
  ['binance', 0], ['kraken', 0.1], ['zonda', 1], ['okx', 9], ['bitstamp', 34], ['coinbase', 51], ['kucoin', 76],
];

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

function execution(random: Random, at: number): Readonly<Record<string, unknown>> {
  const requested = rounded(0.05 + random.next() * 2, 5);
  const price = rounded(100 + random.next() * 900, 2);
  const status = random.chance(0.9) ? 'filled' : random.pick(['partial', 'failed']);
  const filled = status === 'filled' ? requested : status === 'partial' ? rounded(requested * random.next(), 5) : 0;
  const slippage = rounded(Math.abs(random.normal()) * 2, 3);
  return {
    timestamp: new Date(at).toISOString(),
    backend: random.chance(0.8) ? 'native' : 'ccxt',
    symbol: random.pick(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']),
    side: random.pick(['buy', 'sell']),
    order_type: random.pick(['market', 'limit']),
    requested_quantity: requested,
    filled_quantity: filled,
    requested_price: price,
    executed_price: status === 'failed' ? null : rounded(price * (1 + slippage / 10_000), 4),
    slippage_bps: slippage,
    latency: rounded(0.02 + random.next() * 0.4, 4),
    status,
    ...(status === 'failed' ? { error: 'order rejected: insufficient liquidity' } : {}),
  };
}

function file(seed: string, name: string, at: number): SignalQualityFile {
  const random = randomOf(`${seed}/signal_quality/${name}`);
  const records = Array.from({ length: 40 }, (_unused, index) => execution(random, at - (39 - index) * 90_000));
  const failures = records.filter((record) => record['status'] === 'failed').length;
  const sum = (key: string): number => records.reduce((total, record) => total + Number(record[key]), 0);
  const content = {
    exchange: name,
    total: records.length,
    failures,
    fill_ratio: rounded(sum('filled_quantity') / sum('requested_quantity'), 4),
    slippage_bps: rounded(sum('slippage_bps') / records.length, 3),
    records,
    watchdog: { recent: records.length, alerts: failures > 3 ? ['failure_rate'] : [], last_status: records.at(-1)?.['status'] ?? 'filled' },
  };
  return { name: `${name}.json`, at, bytes: Buffer.from(`${JSON.stringify(content, null, 2)}\n`) };
}

export const signalQualityFiles = (seed: string, now: number): readonly SignalQualityFile[] =>
  exchanges.map(([name, age]) => file(seed, name, now - Math.round(age * dayMs) - 60_000));
