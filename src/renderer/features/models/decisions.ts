/** Entries of the journal that tell of decisions, each with the sentence that a person reads in a timeline. */
import type { JournalEntry, Severity } from '#contract';
import type { Format } from '../../format/index.ts';
import { hasText, type Text } from '../../i18n/index.ts';
import { cycleDecision, guardrailDecision, stateDecision } from './automodeDecisions.ts';

export const decisionGroups = {
  models: ['model_change', 'model_change_superseded', 'model_observed', 'model_challenger', 'model_activation', 'artifact_publish'],
  pins: ['model_pinned', 'model_unpinned'],
  training: ['retraining_schedule', 'retraining_run'],
  sign_offs: ['sign_off'],
  automode: ['automode_state', 'automode_guardrail', 'automode_cycle'],
} as const;
export type DecisionGroup = keyof typeof decisionGroups;
export const decisionGroupNames = Object.keys(decisionGroups) as readonly DecisionGroup[];

export const typesOf = (groups: readonly DecisionGroup[]): string[] => groups.flatMap((group) => [...decisionGroups[group]]);

const subjectOf = ({ type, subject, seq }: JournalEntry): string => `${type} ${subject ?? String(seq)}`;

/**
 * An intent is of interest only where nothing tells what came of it, and of a cycle, which notes each of its steps, the
 * last word. `entries` are newest first, as the journal lists them.
 */
export function settledOnly(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const settled = new Set(entries.filter((entry) => entry.stage !== 'intent').map(subjectOf));
  const told = new Set<string>();
  return entries.filter((entry) => {
    const subject = subjectOf(entry);
    if (entry.stage === 'intent') return !settled.has(subject);
    if (entry.type !== 'automode_cycle') return true;
    const again = told.has(subject);
    told.add(subject);
    return !again;
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const word = (t: Text, set: string, value: string | null): string => {
  const key = `models.${set}.${value ?? ''}`;
  return value === null ? '–' : hasText(key) ? t(key) : value;
};

export interface Decision {
  readonly text: string;
  readonly reason: string | null;
  readonly severity: Severity | 'neutral';
}

function modelDecision(t: Text, { type, data }: JournalEntry): Decision {
  const model = text(data['model_name']) ?? text(data['model']) ?? '–';
  const version = text(data['version']) ?? '–';
  const before = text(data['previous_version']) ?? text(data['previous']) ?? t('plans.no_champion');
  const reason = text(data['reason']);
  const mode = word(t, 'mode', text(data['mode']));
  switch (type) {
    case 'model_change': return { text: t('models.decision.change', { model, before, version, mode }), reason, severity: data['forced'] === true ? 'attention' : 'ok' };
    case 'model_change_superseded': return { text: t('models.decision.superseded', { model, version }), reason, severity: 'blocked' };
    case 'model_observed': return { text: t('models.decision.observed', { model, version }), reason, severity: 'attention' };
    case 'model_challenger': return { text: t('models.decision.challenger', { model, version }), reason, severity: 'neutral' };
    case 'model_activation': return { text: t('models.decision.activation', { model, before: text(data['previous']) ?? '–', version }), reason, severity: 'ok' };
    default: return { text: t('models.decision.publish', { model, version }), reason, severity: 'neutral' };
  }
}

function pinDecision(t: Text, format: Format, { type, data }: JournalEntry): Decision {
  const model = text(data['model_name']) ?? '–';
  const pin = isObject(data['pin']) ? data['pin'] : {};
  const until = text(pin['until']);
  const words = { model, version: text(pin['version']) ?? '–', until: until === null ? t('models.pin.open_end') : t('models.decision.until', { at: format.instant(until) }) };
  return { text: t(type === 'model_pinned' ? 'models.decision.pinned' : 'models.decision.unpinned', words), reason: text(data['reason']), severity: 'neutral' };
}

function trainingDecision(t: Text, { type, data, stage }: JournalEntry): Decision {
  const job = text(data['job']) ?? '–';
  if (type === 'retraining_run') {
    const status = stage === 'intent' ? 'interrupted' : text(data['status']);
    return { text: t('models.decision.run', { job, status: word(t, 'run_status', status) }), reason: text(data['error']), severity: status === 'success' ? 'ok' : status === 'failed' || status === 'interrupted' ? 'blocked' : 'attention' };
  }
  const act = text(data['act']);
  const after = isObject(data['after']) ? data['after'] : {};
  return {
    text: t('models.decision.schedule', { act: word(t, 'schedule_word', act) }), reason: text(data['reason']) ?? (act === 'pause' ? text(after['paused_reason']) : act === 'training_failed' ? text(after['last_failure_reason']) : null),
    severity: act === 'training_failed' ? 'blocked' : 'neutral',
  };
}

function signOffDecision(t: Text, { data }: JournalEntry): Decision {
  const status = text(data['status']);
  return {
    text: t('models.decision.sign_off', { role: word(t, 'sign_role', text(data['role'])), status: word(t, 'sign_status', status), report: text(data['report']) ?? '–' }),
    reason: text(data['notes']), severity: status === 'approved' ? 'ok' : status === 'rejected' ? 'blocked' : 'attention',
  };
}

export function decisionOf(t: Text, format: Format, entry: JournalEntry): Decision {
  const { models, pins, training } = decisionGroups;
  const within = (types: readonly string[]): boolean => types.includes(entry.type);
  if (within(models)) return modelDecision(t, entry);
  if (within(pins)) return pinDecision(t, format, entry);
  if (within(training)) return trainingDecision(t, entry);
  if (entry.type === 'automode_state') return stateDecision(t, format, entry);
  if (entry.type === 'automode_guardrail') return guardrailDecision(t, format, entry);
  return entry.type === 'automode_cycle' ? cycleDecision(t, entry) : signOffDecision(t, entry);
}
