/** Metrics of models as people read them: which unit a name has, how it is written, and in which order blocks stand. */
import { noBreak, type Format } from '../../format/index.ts';

const basisPoints: ReadonlySet<string> = new Set(['mae', 'rmse', 'expected_pnl', 'average_mae']);
const shares: ReadonlySet<string> = new Set(['directional_accuracy', 'average_directional_accuracy']);

/** `summary.test_mae` → `mae`: prefixes of the data split do not matter for the unit. */
export const metricLeaf = (metric: string): string => (metric.split('.').at(-1) ?? metric).replace(/^(?:train_|validation_|test_)/u, '');

/** `summary.mae` → `summary`; a metric outside of any block has none. */
export const metricBlock = (metric: string): string | null => (metric.includes('.') ? metric.slice(0, metric.lastIndexOf('.')) : null);

export type MetricUnit = 'percent' | 'bps' | 'none';

/** Targets are returns in basis points, and accuracy is a share of all predictions; other names are numbers of the bot's own. */
export function metricUnit(metric: string): MetricUnit {
  const leaf = metricLeaf(metric);
  return shares.has(leaf) ? 'percent' : basisPoints.has(leaf) ? 'bps' : 'none';
}

/** What is drawn on an axis: percents instead of shares. */
export const drawnValue = (metric: string, value: number): number => (metricUnit(metric) === 'percent' ? value * 100 : value);

/** Basis points in the words of the language. */
const points = (format: Format): string => (format.language === 'pl' ? 'pb' : 'bp');

const digitsFor = (value: number): number => (Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 4);

export function metricText(format: Format, metric: string, value: number): string {
  const unit = metricUnit(metric);
  if (unit === 'percent') return format.percent(value, 2);
  const text = format.number(value, digitsFor(value));
  return unit === 'bps' ? `${text}${noBreak}${points(format)}` : text;
}

/** A difference has a sign, and of shares it is in percentage points. */
export function deltaText(format: Format, metric: string, delta: number, percentagePoints: string): string {
  const unit = metricUnit(metric);
  const sign = delta > 0 ? '+' : delta < 0 ? '−' : '±';
  const size = Math.abs(delta);
  if (unit === 'percent') return `${sign}${format.number(size * 100, 2)}${noBreak}${percentagePoints}`;
  const text = `${sign}${format.number(size, digitsFor(size))}`;
  return unit === 'bps' ? `${text}${noBreak}${points(format)}` : text;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Blocks flattened with dots, as the comparison has them. Numbers only; the rest is nothing that can be measured. */
export function flatMetrics(metrics: unknown, prefix = ''): ReadonlyMap<string, number> {
  if (!isObject(metrics)) return new Map();
  return new Map(Object.entries(metrics).flatMap(([name, value]) => {
    if (typeof value === 'number' && Number.isFinite(value)) return [[`${prefix}${name}`, value] as const];
    return isObject(value) ? [...flatMetrics(value, `${prefix}${name}.`)] : [];
  }));
}

/** The three that decide about a promotion, from the summary where there is one. */
export function headMetric(metrics: unknown, name: string): number | null {
  const flat = flatMetrics(metrics);
  return flat.get(`summary.${name}`) ?? flat.get(name) ?? flat.get(`validation.${name}`) ?? null;
}

const blockOrder = ['summary', 'validation', 'test', 'train', 'walk_forward'];
const rank = (block: string | null): number => (block === null ? -1 : blockOrder.includes(block) ? blockOrder.indexOf(block) : blockOrder.length);

/** What decides stands first: the summary, then what the model had not seen, then what it was trained on. */
export function inBlocks<T extends { readonly metric: string }>(rows: readonly T[]): readonly (readonly [string | null, readonly T[]])[] {
  const blocks = Map.groupBy(rows, ({ metric }) => metricBlock(metric));
  return [...blocks].sort(([a], [b]) => rank(a) - rank(b));
}

export interface WalkForwardWindow {
  readonly at: number;
  readonly end: number | null;
  readonly mae: number | null;
  readonly directional_accuracy: number | null;
}

const instantOf = (value: unknown): number | null => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(at) ? at : null;
};
const numberOf = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** Windows of a walk-forward validation, wherever the report keeps them; sorted by the begin of their test. */
export function walkForwardWindows(report: unknown): readonly WalkForwardWindow[] {
  if (!isObject(report)) return [];
  const validation = isObject(report['validation']) ? report['validation'] : {};
  const places = [validation['walk_forward'], report['walk_forward'], validation['windows']];
  const list = places.map((place) => (isObject(place) ? place['windows'] : place)).find((place) => Array.isArray(place)) ?? [];
  return (list as readonly unknown[]).filter(isObject).flatMap((one) => {
    const at = instantOf(one['test_start']);
    return at === null ? [] : [{ at, end: instantOf(one['test_end']), mae: numberOf(one['mae']), directional_accuracy: numberOf(one['directional_accuracy']) }];
  }).sort((a, b) => a.at - b.at);
}

/** Any value of a parameter as text: JSON, without the quotes of plain text. */
export const plainText = (value: unknown): string => (value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value));
