/**
 * Guardrails watched over time: which came into force, which ended.
 *
 * Promise: each time that a guardrail comes into force is in the decision journal once, with the journal's proof; while
 * nothing changes, nothing is written. To be called every few seconds by whoever runs the loop.
 */
import { isConsoleError, type Actor, type GuardrailReading, type GuardrailTrigger } from '#contract';
import { decisionEntry, nowMicros, type DecisionEntry, type Micros } from '#engines/decisions';
import { readAutomode, type AutomodeDocument, type Latches } from './document.ts';
import { performAct } from './engine.ts';
import { exchangeTrigger, guardrailReading } from './guardrails.ts';
import { zoned } from './instants.ts';
import { guardrailEntryType, type AutomodeParts } from './parts.ts';

export interface Observed {
  readonly reading: GuardrailReading;
  /** Newly in force. */
  readonly started: readonly GuardrailTrigger[];
  /** Names of those that are no longer in force. */
  readonly ended: readonly string[];
}

/** Of several of one name the first. */
const distinct = (triggers: readonly GuardrailTrigger[]): readonly GuardrailTrigger[] =>
  triggers.filter((trigger, at) => triggers.findIndex(({ name }) => name === trigger.name) === at);

interface Transition {
  readonly next: Latches;
  readonly started: readonly GuardrailTrigger[];
  readonly ended: readonly string[];
  readonly changed: boolean;
}

/** What is unknown neither starts nor ends anything, but that it became unknown is a change of its own. */
export function transitionOf(before: Latches, reading: GuardrailReading, now: Micros): Transition {
  const at = zoned(now);
  const triggers = distinct(reading.triggers);
  const since = new Map(before.triggers.map(({ name, since: from }) => [name, from]));
  const started = triggers.filter(({ name }) => !since.has(name));
  const unknownProviders = new Set(reading.providers.filter(({ state }) => state !== 'ok' && state !== 'off').map(({ name }) => name));
  const kept = before.triggers.filter(({ name }) => !triggers.some((trigger) => trigger.name === name)
    && unknownProviders.has(name === exchangeTrigger ? 'signal_quality' : 'signals') && reading.state !== 'off');
  const ended = before.triggers.filter(({ name }) => !triggers.some((trigger) => trigger.name === name) && !kept.some((each) => each.name === name)).map(({ name }) => name);
  const exchange = triggers.find(({ name }) => name === exchangeTrigger);
  const next: Latches = {
    state: reading.state, since: reading.state === before.state ? before.since : at,
    exchange: exchange === undefined ? null : { since: before.exchange?.since ?? at, score: before.exchange?.score ?? exchange.value },
    triggers: [...triggers.map(({ name }) => ({ name, since: since.get(name) ?? at })), ...kept],
  };
  const changed = reading.state !== before.state || started.length > 0 || ended.length > 0 || (next.exchange === null) !== (before.exchange === null);
  return { next, started, ended, changed };
}

const nothing = (reading: GuardrailReading): Observed => ({ reading, started: [], ended: [] });

function decisionOf(trigger: GuardrailTrigger, reading: GuardrailReading, now: Micros, subject: string): DecisionEntry {
  const exchange = trigger.name === exchangeTrigger;
  return decisionEntry({
    event: 'decision_guardrail', at: now, environment: 'ai-monitoring', portfolio: 'automode', risk_profile: 'ai-monitoring',
    fields: { status: 'guardrail', strategy: 'capital_preservation' },
    metadata: {
      guardrail: trigger.name, label: trigger.label, comparator: trigger.comparator, threshold: trigger.threshold,
      ...(trigger.unit === null ? {} : { unit: trigger.unit }), ...(trigger.value === null ? {} : { value: trigger.value }),
      kill_switch: exchange && reading.kill_switch === true,
      ...(exchange && reading.exchange.leverage_cap !== null ? { leverage_cap: reading.exchange.leverage_cap } : {}), record_id: subject,
    },
  });
}

export function observeGuardrails(parts: AutomodeParts, actor: Actor): Observed {
  const { context } = parts;
  const first = readAutomode(parts);
  const reading = guardrailReading(parts, first);
  // The state document is set right by a person's act; until then the reading counts as unknown anyway.
  if (first.document === null || !transitionOf(first.document.latches, reading, nowMicros(context.clock)).changed) return nothing(reading);
  let seen: Observed = nothing(reading);
  try {
    performAct(parts, {
      actor, type: guardrailEntryType, operation: null, act: 'observe',
      work: (ground) => {
        const now = nowMicros(context.clock);
        const current = guardrailReading(parts, ground.reading);
        const transition = transitionOf(ground.document.latches, current, now);
        seen = { reading: current, started: transition.started, ended: transition.ended };
        if (!transition.changed) return { next: null };
        const next: AutomodeDocument = { ...ground.document, latches: transition.next };
        return {
          next,
          data: { state: current.state, previous_state: ground.document.latches.state, started: transition.started, ended: transition.ended, providers: current.providers, exchange_score: current.exchange.score },
          decisions: (subject) => transition.started.map((trigger) => decisionOf(trigger, current, now, subject)),
        };
      },
    });
  } catch (error) {
    // Another console writes the same transition at this moment.
    if (isConsoleError(error) && error.code === 'BUSY') return nothing(reading);
    throw error;
  }
  return seen;
}
