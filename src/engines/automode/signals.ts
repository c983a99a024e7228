/**
 * The signals that the bot keeps for guardrails: one JSON object with `timestamp`, `effective_risk` and `regime`.
 *
 * Promise: a file that is missing, too old, ahead of the clock, or without a number that a rule asks for says nothing, and
 * nothing is concluded from it.
 */
import { isConsoleError, type GuardrailRule } from '#contract';
import type { Micros } from '#engines/decisions';
import { asConsoleError, isMissing, readFully, resolveInside, systemCode, type EngineContext } from '#engines/storage';
import { ageSeconds, zoned } from './instants.ts';
import { isLooseObject, looseInstant, looseNumber, looseObject } from './looseJson.ts';
import { activeRules, type Guardrails } from './rules.ts';

export interface ProviderReading {
  readonly state: 'ok' | 'stale' | 'missing' | 'unreadable' | 'off';
  readonly observed_at: string | null;
  readonly age_seconds: number | null;
  readonly detail: string | null;
}

export const nothingFrom = (state: 'missing' | 'unreadable' | 'off', detail: string | null): ProviderReading => ({ state, observed_at: null, age_seconds: null, detail });

/** Whether an observation is recent enough; one from the future is as little worth as an old one. */
export function freshness(observed: Micros, now: Micros, maxAge: number): ProviderReading {
  const age = ageSeconds(observed, now);
  const base = { observed_at: zoned(observed), age_seconds: age };
  if (age > maxAge) return { ...base, state: 'stale', detail: `It is ${Math.floor(age)} s old, at most ${maxAge} s are allowed.` };
  if (-age > maxAge) return { ...base, state: 'stale', detail: `It lies ${Math.floor(-age)} s ahead of this clock.` };
  return { ...base, state: 'ok', detail: null };
}

export interface SignalsReading extends ProviderReading {
  /** Only of rules whose value is there. */
  readonly values: ReadonlyMap<GuardrailRule, number>;
}

const none: ReadonlyMap<GuardrailRule, number> = new Map();
const largest = 4 * 1_048_576;

export type FileRead = { readonly bytes: Buffer; readonly mtimeMs: number } | ProviderReading;

/** The bytes of a file of the workspace, or why there are none. */
export function readProvided(context: EngineContext, path: string, field: string): FileRead {
  try {
    const place = resolveInside(context.fs, context.root, path, field);
    const { kind, size, mtimeNs } = context.fs.stat(place);
    if (kind !== 'file') return nothingFrom('unreadable', 'It is no file.');
    if (size > largest) return nothingFrom('unreadable', `It has ${size} bytes.`);
    return { bytes: readFully(context.fs, place), mtimeMs: Number(mtimeNs / 1_000_000n) };
  } catch (error) {
    if (isMissing(error)) return nothingFrom('missing', 'There is no such file.');
    if (!isConsoleError(error) && systemCode(error) === null) throw error;
    return nothingFrom('unreadable', asConsoleError(error, 'read', path).message);
  }
}

function valuesIn(config: Guardrails, content: Readonly<Record<string, unknown>>): { readonly values: ReadonlyMap<GuardrailRule, number>; readonly lacking: readonly string[] } {
  const { regime = null } = content;
  const values = new Map<GuardrailRule, number>();
  const lacking: string[] = [];
  if (regime !== null && !isLooseObject(regime)) return { values, lacking: ['regime'] };
  for (const rule of activeRules(config)) {
    const inRegime = rule !== 'effective_risk';
    // Without a summary of the regime the bot looks at the risk alone.
    if (inRegime && regime === null) continue;
    const value = looseNumber(inRegime ? regime?.[rule] : content[rule]);
    if (value === null) lacking.push(inRegime ? `regime.${rule}` : rule);
    else values.set(rule, value);
  }
  return { values, lacking };
}

export function readSignals(context: EngineContext, config: Guardrails, now: Micros): SignalsReading {
  if (config.signals === null || activeRules(config).length === 0) return { ...nothingFrom('off', null), values: none };
  const read = readProvided(context, config.signals, 'automode.guardrails.signals');
  if (!('bytes' in read)) return { ...read, values: none };
  const content = looseObject(read.bytes);
  if (content === null) return { ...nothingFrom('unreadable', 'It is no JSON object.'), values: none };
  const observed = looseInstant(content['timestamp']);
  if (observed === null) return { ...nothingFrom('unreadable', 'Its "timestamp" is no instant.'), values: none };
  const fresh = freshness(observed, now, config.signals_max_age_seconds);
  if (fresh.state !== 'ok') return { ...fresh, values: none };
  const { values, lacking } = valuesIn(config, content);
  if (lacking.length > 0) {
    const shown = lacking.slice(0, 5).join(', ');
    // What is there counts: a guardrail that is known to be in force is not undone by a number that is missing beside it.
    return { ...fresh, state: 'unreadable', detail: `No number in ${shown}${lacking.length > 5 ? ` and ${lacking.length - 5} more` : ''}.`, values };
  }
  return { ...fresh, values };
}
