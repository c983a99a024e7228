/**
 * What the guardrails say at this moment.
 *
 * Promise: a pure reading of policy, signals, signal quality, latches and clock. A guardrail that is known to be in force is so
 * whatever else is unknown; without one, anything unknown makes the whole unknown. Triggers stand in the order in which the bot
 * looks at them, so the first one is the one for which it holds.
 */
import type { AutomodeConfig, GuardrailReading, GuardrailTrigger } from '#contract';
import { nowMicros, type Micros } from '#engines/decisions';
import type { EngineContext } from '#engines/storage';
import { readAutomode, type DocumentReading } from './document.ts';
import { readExchanges, type ExchangesReading } from './exchanges.ts';
import { zoned } from './instants.ts';
import { configOf, type ReadingParts } from './parts.ts';
import { activeRules, triggerOf, type Guardrails } from './rules.ts';
import { nothingFrom, readSignals, type ProviderReading, type SignalsReading } from './signals.ts';

export const exchangeTrigger = 'exchange_degradation';

type Provider = GuardrailReading['providers'][number];

/** Half the threshold, at most 0.5, as the bot has it. */
export const releaseOf = ({ threshold, release }: Guardrails['exchange']): number | null => (threshold === null ? null : release ?? Math.min(0.5, threshold / 2));

export interface GuardrailFacts {
  readonly config: Guardrails;
  readonly signals: SignalsReading;
  readonly exchanges: ExchangesReading;
  /** Whether the degradation of exchanges was in force before; null where that cannot be read. */
  readonly latched: boolean | null;
  readonly now: Micros;
}

interface Degradation {
  readonly active: boolean;
  readonly kill: boolean;
  readonly latched: boolean;
  readonly trigger: GuardrailTrigger | null;
}

function degradationOf({ config: { exchange }, exchanges: { score, state }, latched }: GuardrailFacts): Degradation {
  const { threshold, kill_switch: killAt } = exchange;
  const release = releaseOf(exchange);
  const kill = killAt !== null && score !== null && score >= killAt;
  // It ends where the score is known to have fallen; that nobody knows the score any more does not end it.
  const held = latched === true && threshold !== null && state !== 'off' && (score === null || state !== 'ok' || score > (release ?? 0));
  const reached = threshold !== null && score !== null && score >= threshold;
  const active = reached || held || kill;
  const atRelease = held && !reached && !kill;
  return {
    active, kill, latched: held && !reached,
    trigger: !active ? null : {
      name: exchangeTrigger, label: 'Exchange degradation', comparator: atRelease ? '>' : '>=',
      threshold: (atRelease ? release : reached ? threshold : killAt) ?? 0, unit: null, value: score,
    },
  };
}

const isSilent = ({ state }: ProviderReading): boolean => state !== 'ok' && state !== 'off';

const providerOf = (name: Provider['name'], path: string | null, maxAge: number | null, { state, observed_at, age_seconds, detail }: ProviderReading): Provider =>
  ({ name, state, path, observed_at, age_seconds, max_age_seconds: maxAge, detail });

export function judgeGuardrails(facts: GuardrailFacts): GuardrailReading {
  const { config, signals, exchanges, latched, now } = facts;
  const degradation = degradationOf(facts);
  const rules = activeRules(config).flatMap((rule) => {
    const value = signals.values.get(rule);
    const trigger = value === undefined ? null : triggerOf(config, rule, value);
    return trigger === null ? [] : [trigger];
  });
  const triggers = [...(degradation.trigger === null ? [] : [degradation.trigger]), ...rules];
  const unknownExchange = isSilent(exchanges) || (latched === null && exchanges.state !== 'off');
  const unknown = isSilent(signals) || unknownExchange;
  const active = triggers.length > 0 ? true : unknown ? null : false;
  return {
    state: active === true ? 'active' : active === null ? 'unknown' : 'ok', active,
    kill_switch: degradation.kill ? true : isSilent(exchanges) ? null : false,
    triggers,
    exchange: {
      score: exchanges.score, threshold: config.exchange.threshold, release: releaseOf(config.exchange), kill_switch: config.exchange.kill_switch,
      latched: degradation.latched, leverage_cap: degradation.kill ? 0 : degradation.active ? config.exchange.max_leverage : null, exchanges: [...exchanges.exchanges],
    },
    providers: [
      providerOf('signals', config.signals, config.signals === null ? null : config.signals_max_age_seconds, signals),
      providerOf('signal_quality', config.signal_quality, config.signal_quality === null ? null : config.signal_quality_max_age_seconds, exchanges),
    ],
    evaluated_at: zoned(now),
  };
}

const noExchange: GuardrailReading['exchange'] = { score: null, threshold: null, release: null, kill_switch: null, latched: false, leverage_cap: null, exchanges: [] };

/** For a workspace that uses no guardrails. */
const off = (now: Micros): GuardrailReading => ({
  state: 'off', active: false, kill_switch: false, triggers: [], exchange: noExchange, evaluated_at: zoned(now),
  providers: [providerOf('signals', null, null, nothingFrom('off', null)), providerOf('signal_quality', null, null, nothingFrom('off', null))],
});

/** Without a policy nobody can say what would have to be looked at. */
function unreadablePolicy(now: Micros, problem: string): GuardrailReading {
  const reading = nothingFrom('unreadable', problem);
  return {
    state: 'unknown', active: null, kill_switch: null, triggers: [], exchange: noExchange, evaluated_at: zoned(now),
    providers: [providerOf('signals', null, null, reading), providerOf('signal_quality', null, null, reading)],
  };
}

export function readingFor(context: EngineContext, config: AutomodeConfig | null, document: DocumentReading, problem = ''): GuardrailReading {
  const now = nowMicros(context.clock);
  if (config === null) return unreadablePolicy(now, problem);
  const { guardrails } = config;
  if (guardrails === undefined) return off(now);
  return judgeGuardrails({
    config: guardrails, signals: readSignals(context, guardrails, now), exchanges: readExchanges(context, guardrails, now),
    latched: document.document === null ? null : document.document.latches.exchange !== null, now,
  });
}

export function guardrailReading(parts: ReadingParts, document: DocumentReading = readAutomode(parts)): GuardrailReading {
  const read = parts.policy();
  return readingFor(parts.context, configOf(read), document, read.problems[0]);
}
