/** How the loops stand, for the foot line. Promise: a loop that is not in use is not named, and what is not known is not called fine. */
import { note, noteText, type Note, type Severity, type Snapshot } from '#contract';
import type { LoopLook } from '../core/tasks.ts';

type Loop = Snapshot['loops'][number];

const entry = (name: string, severity: Severity, told: Note | null, nextAt: string | null = null): Loop =>
  ({ name, severity, next_at: nextAt, ...(told === null ? { detail: null } : { detail: noteText(told), detail_notes: [told] }) });

const severityOf: Readonly<Record<LoopLook['automation']['state'], Severity>> = {
  on: 'ok', paused: 'attention', overridden: 'attention', killed: 'blocked', off: 'attention', unknown: 'unknown',
};

/** The earliest start of a job. */
function nextAt({ next }: LoopLook): string | null {
  const times = next.flatMap(({ at }) => (at === null ? [] : [at]));
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

function retraining(look: LoopLook): Loop {
  const { automation, running, next } = look;
  const severity = severityOf[automation.state];
  if (severity !== 'ok') return entry('retraining', severity, note('loop_held_up', { reason: automation.detail ?? automation.state }), nextAt(look));
  if (running.length > 0) return entry('retraining', 'ok', note('loop_training', { jobs: running.map(({ job }) => job).join(', ') }), nextAt(look));
  const held = next.filter(({ block }) => block !== null && block !== 'not_due');
  const [first] = held;
  if (first !== undefined) return entry('retraining', 'attention', note('loop_job_held_up', { job: first.job, reason: first.block ?? '' }), nextAt(look));
  return entry('retraining', 'ok', null, nextAt(look));
}

function guardrails({ guardrail }: LoopLook): Loop {
  if (guardrail.state === 'ok') return entry('guardrails', 'ok', null);
  if (guardrail.state === 'active') return entry('guardrails', 'blocked', note('guardrails_in_force', { names: guardrail.triggers.map(({ name }) => name).join(', ') }));
  const silent = guardrail.providers.find(({ state }) => state !== 'ok' && state !== 'off');
  return entry('guardrails', 'unknown', note('guardrails_unknown', { provider: silent?.name ?? '', state: silent?.state ?? '' }));
}

export function loopEntries(look: LoopLook | null, problem: string | null): Snapshot['loops'] {
  if (look === null) return [entry('retraining', 'unknown', note('loop_failed', { system: problem ?? '' }))];
  return [
    ...(look.next.length === 0 && (look.automation.state === 'on' || look.automation.state === 'off') ? [] : [retraining(look)]),
    ...(look.guardrail.state === 'off' ? [] : [guardrails(look)]),
  ];
}
