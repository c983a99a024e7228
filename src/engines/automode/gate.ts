/**
 * The guardrail gate of promotions.
 *
 * Promise: `off` only where guardrails are not set up, no kill switch is engaged and the share of guarded changes is below its
 * line; whatever cannot be read shuts the gate.
 */
import type { GuardrailReading } from '#contract';
import type { GuardrailState } from '#engines/models';
import { readAutomode, type DocumentReading } from './document.ts';
import { guardrailReading } from './guardrails.ts';
import { configOf, type ReadingParts } from './parts.ts';
import { freshGuardrailShares } from './shares.ts';

export interface InForce {
  readonly active: boolean | null;
  readonly kill_switch: boolean | null;
}

/** True where it is known to be on, by the guardrails or by a person; null where that cannot be told. */
function killSwitch(reading: GuardrailReading, document: DocumentReading): boolean | null {
  if (reading.kill_switch === true) return true;
  if (document.document === null) return null;
  return document.document.kill_switch === null ? reading.kill_switch : true;
}

/** What is in force at this moment: for entries in the decision journal. */
export function inForce(parts: ReadingParts): InForce {
  const document = readAutomode(parts);
  const reading = guardrailReading(parts, document);
  return { active: reading.active, kill_switch: killSwitch(reading, document) };
}

const named = (reading: GuardrailReading): string | null => {
  if (reading.triggers.length > 0) return `In force: ${reading.triggers.map(({ label, comparator, threshold, value }) => `${label} ${value === null ? '' : `${value} `}${comparator} ${threshold}`).join('; ')}.`;
  const silent = reading.providers.filter(({ state }) => state !== 'ok' && state !== 'off');
  return silent.length === 0 ? null : silent.map(({ name, path, state, detail }) => `${path ?? name} is ${state}${detail === null ? '' : `: ${detail}`}`).join(' ');
};

export function guardrailGate(parts: ReadingParts): GuardrailState {
  const policy = parts.policy();
  const config = configOf(policy);
  const document = readAutomode(parts);
  const reading = guardrailReading(parts, document);
  const kill = killSwitch(reading, document);
  const base = { active: reading.active, kill_switch: kill };
  if (config === null) return { ...base, state: 'unknown', share: null, limit: null, detail: policy.problems[0] ?? null };
  if (document.document === null) return { ...base, state: 'unknown', share: null, limit: null, detail: document.problem };
  // The share is counted from the decision journal alone: the bot marks what it does under its guardrails, whatever is set up here.
  const { share, limit, level } = freshGuardrailShares(parts.context, config.shares).model_change;
  const counted = { ...base, share: level === 'unknown' ? null : share, limit };
  if (reading.state === 'unknown' || level === 'unknown') return { ...counted, state: 'unknown', detail: named(reading) ?? 'The decision journal cannot be read.' };
  if (reading.state !== 'off') return { ...counted, state: level, detail: named(reading) };
  if (kill === true) return { ...counted, state: level, detail: 'The kill switch of AutoMode is engaged.' };
  return { ...counted, state: level === 'ok' ? 'off' : level, detail: 'No guardrails are set up in this workspace.' };
}
