/**
 * One decision as the flat map of texts that the decision journal holds.
 *
 * Promise: the five fields of every entry and the system fields mean the same in each entry; nothing in the metadata can
 * take their place. What would is kept under a `meta_` name.
 */
import { compareText } from '#engines/reports';
import { microsText, type Micros } from './instants.ts';
import { canonicalText, decimalText, floatText } from './numberText.ts';

export const systemFields = [
  'symbol', 'side', 'quantity', 'price', 'status', 'schedule', 'strategy', 'schedule_run_id', 'strategy_instance_id', 'signal_id',
  'primary_exchange', 'secondary_exchange', 'base_asset', 'quote_asset', 'instrument_type', 'data_feed', 'risk_budget_bucket', 'confidence',
  'latency_ms', 'telemetry_namespace',
] as const;
export type SystemField = (typeof systemFields)[number];

const alwaysFields = ['event', 'timestamp', 'environment', 'portfolio', 'risk_profile'] as const;
const reserved: ReadonlySet<string> = new Set<string>([...alwaysFields, ...systemFields]);

export interface DecisionEvent {
  readonly event: string;
  readonly at: Micros;
  readonly environment: string;
  readonly portfolio: string;
  readonly risk_profile: string;
  /** Left out of the entry where empty. */
  readonly fields?: Readonly<Partial<Record<SystemField, string | number | boolean | null>>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export type DecisionEntry = Readonly<Record<string, string>>;

function systemText(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'number' ? decimalText(value) : String(value);
}

function metadataText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) && !Object.is(value, -0) ? BigInt(value).toString() : floatText(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return canonicalText(value);
}

/** Members of the metadata that are undefined are left out. */
export function decisionEntry(event: DecisionEvent): DecisionEntry {
  const entry = new Map<string, string>([
    ['event', event.event], ['timestamp', microsText(event.at)], ['environment', event.environment],
    ['portfolio', event.portfolio], ['risk_profile', event.risk_profile],
  ]);
  for (const name of systemFields) {
    const text = systemText(event.fields?.[name]);
    if (text !== '') entry.set(name, text);
  }
  for (const [key, value] of Object.entries(event.metadata ?? {})) {
    if (value === undefined) continue;
    let name = key;
    while (reserved.has(name) || entry.has(name)) name = `meta_${name}`;
    entry.set(name, metadataText(value));
  }
  return Object.fromEntries([...entry].map(([key, value]) => [key.toWellFormed(), value.toWellFormed()]));
}

const firstFields: readonly string[] = [...alwaysFields, ...systemFields];

/** Fields of every entry first, then system fields, then all others by name. */
export function inOrder(entry: DecisionEntry): DecisionEntry {
  const first = firstFields.flatMap((name) => (entry[name] === undefined ? [] : [[name, entry[name]] as const]));
  const others = Object.entries(entry).filter(([name]) => !reserved.has(name)).toSorted(([a], [b]) => compareText(a, b));
  return Object.fromEntries([...first, ...others]);
}
