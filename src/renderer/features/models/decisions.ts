/** Entries of the journal that tell of decisions, each with the sentence that a person reads in a timeline. */
import type { JournalEntry, Severity } from '#contract';
import { hasText, type Text } from '../../i18n/index.ts';

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

/** An intent is of interest only where nothing tells what came of it. */
export function settledOnly(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const settled = new Set(entries.filter((entry) => entry.stage !== 'intent').map((entry) => `${entry.type} ${entry.subject ?? ''}`));
  return entries.filter((entry) => entry.stage !== 'intent' || !settled.has(`${entry.type} ${entry.subject ?? ''}`));
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

function pinDecision(t: Text, { type, data }: JournalEntry): Decision {
  const model = text(data['model_name']) ?? '–';
  const pin = isObject(data['pin']) ? data['pin'] : {};
  const until = text(pin['until']);
  const words = { model, version: text(pin['version']) ?? '–', until: until === null ? t('models.pin.open_end') : until.slice(0, 16).replace('T', ' ') };
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

/** Entries of AutoMode name what happened in different members; what is not known is told by its type alone. */
function otherDecision(t: Text, { type, data }: JournalEntry): Decision {
  const cycle = isObject(data['cycle']) ? data['cycle'] : {};
  const parts = [data['act'], data['state'], data['job'], cycle['job'], cycle['status'], data['name'], data['status']].map(text).filter((part) => part !== null);
  const key = `words.entry_type.${type}`;
  return { text: [hasText(key) ? t(key) : type, ...new Set(parts)].join(' · '), reason: text(data['reason']) ?? text(cycle['reason']), severity: 'neutral' };
}

export function decisionOf(t: Text, entry: JournalEntry): Decision {
  const { models, pins, training, sign_offs } = decisionGroups;
  const within = (types: readonly string[]): boolean => types.includes(entry.type);
  if (within(models)) return modelDecision(t, entry);
  if (within(pins)) return pinDecision(t, entry);
  if (within(training)) return trainingDecision(t, entry);
  return within(sign_offs) ? signOffDecision(t, entry) : otherDecision(t, entry);
}
