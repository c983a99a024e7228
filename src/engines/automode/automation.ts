/**
 * Whether the decision loop runs by itself.
 *
 * Promise: a pure reading of policy, state document, overrides and clock. A pause that has ended is gone; what cannot be read
 * makes the state unknown, and then nothing is started.
 */
import type { Automation, AutomodeOverride } from '#contract';
import { nowMicros, parseInstant, type Micros } from '#engines/decisions';
import type { Policy } from '#engines/workspace';
import { readAutomode, type AutomodeDocument, type DocumentReading, type Pause } from './document.ts';
import { isInForce, readOverrides } from './overrides.ts';
import { configOf, type ReadingParts } from './parts.ts';

/** The pause as it counts at that instant. An end that cannot be read is none: it lasts until somebody resumes. */
export function pauseAt(document: AutomodeDocument, now: Micros): Pause | null {
  const { pause } = document;
  const end = pause === null || pause.until === null ? null : parseInstant(pause.until);
  return end !== null && end <= now ? null : pause;
}

export interface AutomationFacts {
  readonly policy: Policy;
  readonly reading: DocumentReading;
  readonly overrides: readonly AutomodeOverride[];
  readonly now: Micros;
}

function stateOf({ policy, reading, overrides }: AutomationFacts, pause: Pause | null): Pick<Automation, 'state' | 'detail'> {
  const config = configOf(policy);
  if (config === null) return { state: 'unknown', detail: `The policy cannot be read: ${policy.problems[0] ?? policy.path}` };
  if (reading.document === null) return { state: 'unknown', detail: reading.problem };
  const kill = reading.document.kill_switch;
  if (kill !== null) return { state: 'killed', detail: `The kill switch was engaged by ${kill.by}: ${kill.reason}` };
  if (!config.enabled) return { state: 'off', detail: 'AutoMode is switched off in config/console.json.' };
  const held = overrides.filter(isInForce);
  const [first] = held;
  if (first !== undefined) {
    const why = first.status === 'unreadable' ? `${first.file} cannot be read` : `${first.component} is switched off by ${first.file}`;
    return { state: 'overridden', detail: `${why}${first.reason === null ? '' : `: ${first.reason}`}${held.length > 1 ? ` (and ${held.length - 1} more)` : ''}` };
  }
  if (pause === null) return { state: 'on', detail: null };
  return { state: 'paused', detail: `Paused by ${pause.by}${pause.until === null ? '' : ` until ${pause.until}`}${pause.reason === null ? '' : `: ${pause.reason}`}` };
}

export function automationAt(facts: AutomationFacts): Automation {
  const { document } = facts.reading;
  const pause = document === null ? null : pauseAt(document, facts.now);
  return { ...stateOf(facts, pause), pause, kill_switch: document?.kill_switch ?? null, overrides: [...facts.overrides] };
}

export const automationOf = (parts: ReadingParts, reading: DocumentReading = readAutomode(parts)): Automation =>
  automationAt({ policy: parts.policy(), reading, overrides: readOverrides(parts.context), now: nowMicros(parts.context.clock) });
