/** The invented account behind all reports of a demo: one path of equity that every report shows its own part of. */
import { randomOf } from './random.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
const days = 100;

export interface EquityPoint {
  readonly timestamp: string;
  readonly value: number;
}

export interface Market {
  /** Points from `from` to `to`, both included, one per `stepMs`. */
  equity(from: number, to: number, stepMs: number): readonly EquityPoint[];
  /** Shares of the account by asset, adding up to 1. */
  allocation(at: number): Readonly<Record<string, number>>;
}

const assets = ['BTC', 'ETH', 'SOL', 'XRP', 'ADA', 'DOT', 'LINK', 'PLN'] as const;
const weights = [0.32, 0.22, 0.1, 0.08, 0.06, 0.05, 0.05, 0.12];

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

export function createMarket(seed: string, now: number): Market {
  const random = randomOf(`${seed}/equity`);
  const first = Math.floor(now / hourMs) * hourMs - days * dayMs;
  const path: number[] = [100_000];
  let volatility = 0.0016;
  for (let hour = 1; hour <= days * 24; hour += 1) {
    volatility = Math.max(0.0007, Math.min(0.004, volatility * (1 + random.normal() * 0.03)));
    path.push((path[hour - 1] ?? 100_000) * (1 + 0.00006 + random.normal() * volatility));
  }
  const valueAt = (at: number): number => path[Math.max(0, Math.min(path.length - 1, Math.round((at - first) / hourMs)))] ?? 100_000;
  return {
    equity: (from, to, stepMs) => {
      const points: EquityPoint[] = [];
      for (let at = Math.floor(from / hourMs) * hourMs; at <= to; at += stepMs) {
        points.push({ timestamp: new Date(at).toISOString(), value: rounded(valueAt(at), 2) });
      }
      return points;
    },
    allocation: (at) => {
      const tilt = randomOf(`${seed}/allocation/${Math.floor(at / dayMs)}`);
      const raw = weights.map((weight) => weight * Math.max(0.2, 1 + tilt.normal() * 0.25));
      const sum = raw.reduce((total, weight) => total + weight, 0);
      return Object.fromEntries(assets.map((asset, index) => [asset, rounded((raw[index] ?? 0) / sum, 4)]));
    },
  };
}
