/** Which reports a demo holds: their folders, ages, and what is the matter with their summaries. */
import { dayMs, hourMs } from './market.ts';
import { randomOf, type Random } from './random.ts';

export const damages = ['truncated', 'array', 'not_utf8', 'nan', 'byte_order_mark', 'empty', 'too_deep', 'text'] as const;
export type Damage = (typeof damages)[number];
export type SummaryState = 'valid' | 'missing' | Damage;

export interface PlannedReport {
  readonly category: string;
  /** Folder below the reports, with `/`. */
  readonly path: string;
  /** When the report was written, in milliseconds since the epoch. */
  readonly at: number;
  readonly title: string;
  readonly summary: SummaryState;
  readonly zip: boolean;
  readonly exportsFolder: boolean;
}

interface Category {
  readonly name: string;
  /** Share of all reports. */
  readonly share: number;
  readonly folder: (date: string, index: number, random: Random) => string;
  readonly title: (date: string, index: number, random: Random) => string;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** ISO 8601 week of a UTC day, for example `2026-W46`. */
export function isoWeek(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const start = Date.UTC(day.getUTCFullYear(), 0, 1);
  return `${day.getUTCFullYear()}-W${two(Math.ceil(((day.getTime() - start) / dayMs + 1) / 7))}`;
}

const incidents = ['awaria-łącza', 'incident-rate-limit', 'utrata-zleceń', 'incident-clock-drift', 'przerwa-giełdy'] as const;
const topics = ['źródła-płynności', 'momentum', 'mean-reversion', 'opóźnienia-zleceń', 'funding-carry', 'spread-żółty-alarm'] as const;
const audits = ['kontrola-zgodności', 'przegląd-uprawnień', 'uzgodnienie-sald', 'key-rotation'] as const;
const probes = ['latency', 'opóźnienia', 'memory', 'order-flow', 'websocket'] as const;
const smokeNames = ['run_a', 'run_b', 'run_c'] as const;

const categories: readonly Category[] = [
  { name: 'daily', share: 0.29, folder: (date) => date, title: (date) => `Raport dzienny ${date}` },
  { name: 'smoke', share: 0.2, folder: (date, index, random) => smokeNames[index] ?? `run_${date.replaceAll('-', '')}_${two(random.between(0, 23))}${two(random.between(0, 59))}`, title: (_date, index) => `Test dymny ${index + 1}` },
  { name: 'research', share: 0.14, folder: (_date, index, random) => `${random.pick(topics)}-${two(index + 1)}`, title: (_date, index) => `Hipoteza badawcza ${index + 1}` },
  { name: 'diagnostics', share: 0.12, folder: (date, _index, random) => `${random.pick(probes)}_${date}`, title: (date) => `Diagnostyka ${date}` },
  { name: 'backtest', share: 0.11, folder: (date, index, random) => `${random.pick(['grid', 'trend', 'siatka'])}_${date}_v${index + 1}`, title: (_date, index) => `Backtest ${index + 1}` },
  { name: 'audit', share: 0.06, folder: (date, _index, random) => `${random.pick(audits)}-${date}`, title: (date) => `Audyt ${date}` },
  { name: 'weekly', share: 0.045, folder: (date) => isoWeek(date), title: (date) => `Raport tygodniowy ${isoWeek(date)}` },
  { name: 'emergency', share: 0.035, folder: (date, _index, random) => `${random.pick(incidents)}-${date}`, title: (date) => `Raport awaryjny, incident ${date}` },
];

function summaryState(category: string, index: number, random: Random): SummaryState {
  // The first ones carry the examples of the documentation, so they are whole.
  if (index < 3) return 'valid';
  if (category === 'daily' || category === 'weekly') return random.chance(0.95) ? 'valid' : 'missing';
  // Every fourth research report is damaged, each in its own way, so that no kind is left to chance.
  const damage = category === 'research' && index % 4 === 3 ? damages[(index - 3) / 4] : undefined;
  if (damage !== undefined) return damage;
  if (random.chance(0.1)) return random.pick(damages);
  return random.chance(0.18) ? 'missing' : 'valid';
}

function ageOf(category: Category, index: number, count: number, spanDays: number, random: Random): number {
  if (category.name === 'daily') return (index % spanDays) * dayMs + 2 * hourMs;
  if (category.name === 'weekly') return ((index * 7) % spanDays) * dayMs + 5 * hourMs;
  return ((index + random.next() * 0.8) / count) * (spanDays - 1) * dayMs + hourMs;
}

/** Numbers per category that add up to `count` exactly. */
function quotas(count: number): readonly number[] {
  const numbers = categories.map(({ share }) => Math.floor(share * count));
  const rest = count - numbers.reduce((sum, number) => sum + number, 0);
  return numbers.map((number, index) => (index === 0 ? number + rest : number));
}

export function planReports(seed: string, now: number, count: number, spanDays = 90): readonly PlannedReport[] {
  const taken = new Set<string>();
  return quotas(count).flatMap((number, at) => {
    const category = categories[at];
    return category === undefined ? [] : Array.from({ length: number }, (_unused, index) => planReport(category, index, number));
  });

  function planReport(category: Category, index: number, number: number): PlannedReport {
    const random = randomOf(`${seed}/${category.name}/${index}`);
    const at = now - Math.round(ageOf(category, index, number, spanDays, random));
    const date = new Date(at).toISOString().slice(0, 10);
    const wanted = `${category.name}/${category.folder(date, index, random)}`;
    const path = taken.has(wanted) ? `${wanted}_${index + 1}` : wanted;
    taken.add(path);
    return {
      category: category.name,
      path,
      at,
      title: category.title(date, index, random),
      summary: summaryState(category.name, index, random),
      zip: random.chance(0.12),
      exportsFolder: random.chance(0.15),
    };
  }
}
