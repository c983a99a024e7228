/**
 * How far the quality of the exchanges' signals has fallen, from the reports that the bot keeps for each of them.
 *
 * Promise: the score of an exchange is the worst of its rolling, last and highest score, at most 1; an exchange that nobody
 * observes any more, or whose report cannot be read, makes the whole unknown instead of sound.
 */
import { join } from 'node:path';
import { isConsoleError, type GuardrailReading } from '#contract';
import type { Micros } from '#engines/decisions';
import { asConsoleError, isMissing, resolveInside, systemCode, type EngineContext } from '#engines/storage';
import { isLooseObject, looseInstant, looseNumber, looseObject, type LooseObject } from './looseJson.ts';
import type { Guardrails } from './rules.ts';
import { freshness, nothingFrom, readProvided, type ProviderReading } from './signals.ts';

export type ExchangeReading = GuardrailReading['exchange']['exchanges'][number];

export interface ExchangesReading extends ProviderReading {
  readonly exchanges: readonly ExchangeReading[];
  /** The worst of all that are known; null where none is. */
  readonly score: number | null;
}

const field = 'automode.guardrails.signal_quality';

type Judged = ExchangeReading & { readonly age_seconds: number | null; readonly detail: string | null };

const unknown = (exchange: string, state: 'missing' | 'unreadable', detail: string | null): Judged =>
  ({ exchange, score: null, rolling_score: null, last_score: null, max_score: null, observed_at: null, state, age_seconds: null, detail });

/** The newest instant that the report names outside of its score: an empty score has none of its own. */
function otherInstant(content: LooseObject): Micros | null {
  const { watchdog, records } = content;
  const recent = isLooseObject(watchdog) && Array.isArray(watchdog['recent']) ? watchdog['recent'] : [];
  const named = [content['updated_at'], ...[...recent, ...(Array.isArray(records) ? records : [])].map((each: unknown) => (isLooseObject(each) ? each['timestamp'] : null))];
  return named.reduce<Micros | null>((newest, value) => {
    const at = looseInstant(value);
    return at !== null && (newest === null || at > newest) ? at : newest;
  }, null);
}

function judge(exchange: string, content: LooseObject, mtimeMs: number, now: Micros, maxAge: number): Judged {
  const { degradation } = content;
  if (!isLooseObject(degradation)) return unknown(exchange, 'unreadable', 'It says nothing about degradation.');
  const scores = ['rolling_score', 'last_score', 'max_score'].map((name) => ({ given: degradation[name] ?? null, number: looseNumber(degradation[name]) }));
  const known = scores.flatMap(({ number }) => (number === null ? [] : [number]));
  if (known.length === 0 || scores.some(({ given, number }) => given !== null && number === null)) return unknown(exchange, 'unreadable', 'Its scores are no numbers.');
  const [rolling, last, max] = scores.map(({ number }) => number);
  const observed = looseInstant(degradation['last_observed_at']) ?? otherInstant(content) ?? BigInt(Math.floor(mtimeMs)) * 1000n;
  const fresh = freshness(observed, now, maxAge);
  return {
    exchange, score: Math.min(1, Math.max(0, ...known)), rolling_score: rolling ?? null, last_score: last ?? null, max_score: max ?? null,
    observed_at: fresh.observed_at, state: fresh.state === 'ok' ? 'ok' : 'stale', age_seconds: fresh.age_seconds, detail: fresh.detail,
  };
}

function namesIn(context: EngineContext, folder: string): readonly string[] {
  return context.fs.readdir(folder).map(({ name }) => name).filter((name) => name.endsWith('.json') && !name.startsWith('.')).map((name) => name.slice(0, -5)).toSorted();
}

const worst = ['unreadable', 'missing', 'stale', 'ok'] as const;

export function readExchanges(context: EngineContext, config: Guardrails, now: Micros): ExchangesReading {
  const { signal_quality: place, exchange: rule } = config;
  const nothing = (reading: ProviderReading): ExchangesReading => ({ ...reading, exchanges: [], score: null });
  if (place === null || (rule.threshold === null && rule.kill_switch === null)) return nothing(nothingFrom('off', null));
  let names: readonly string[];
  try {
    names = config.exchanges.length > 0 ? config.exchanges : namesIn(context, resolveInside(context.fs, context.root, place, field));
  } catch (error) {
    if (isMissing(error)) return nothing(nothingFrom('missing', 'There is no such folder.'));
    if (!isConsoleError(error) && systemCode(error) === null) throw error;
    return nothing(nothingFrom('unreadable', asConsoleError(error, 'read', place).message));
  }
  if (names.length === 0) return nothing(nothingFrom('missing', 'It holds no report of an exchange.'));
  const judged = names.map((name): Judged => {
    const read = readProvided(context, join(place, `${name}.json`), field);
    if (!('bytes' in read)) return unknown(name, read.state === 'missing' ? 'missing' : 'unreadable', read.detail);
    const content = looseObject(read.bytes);
    return content === null ? unknown(name, 'unreadable', 'It is no JSON object.') : judge(name, content, read.mtimeMs, now, config.signal_quality_max_age_seconds);
  });
  const state = worst.find((each) => judged.some((one) => one.state === each)) ?? 'ok';
  const first = judged.find((one) => one.state === state);
  const oldest = judged.reduce<Judged | null>((found, one) => (one.age_seconds !== null && (found === null || one.age_seconds > (found.age_seconds ?? 0)) ? one : found), null);
  const counted = judged.flatMap((one) => (one.state === 'ok' && one.score !== null ? [one.score] : []));
  return {
    state, observed_at: oldest?.observed_at ?? null, age_seconds: oldest?.age_seconds ?? null,
    detail: state === 'ok' ? null : `${first?.exchange ?? ''}: ${first?.detail ?? ''}`,
    exchanges: judged.map(({ age_seconds: _age, detail: _detail, ...reading }) => reading),
    score: counted.length === 0 ? null : Math.max(...counted),
  };
}
