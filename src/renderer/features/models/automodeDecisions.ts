/** What AutoMode did and what was done to it, as sentences of the timeline: switches, guardrails, cycles. */
import { automodeCycleSchema, guardrailTriggerSchema, providerSchema, type AutomodeCycle, type GuardrailTrigger, type JournalEntry } from '#contract';
import type { Format } from '../../format/index.ts';
import { sign, wordOf } from '../../i18n/facts.ts';
import { hasText, type Text } from '../../i18n/index.ts';
import { cycleOutcome, cycleSeverity } from '../automode/words.ts';
import type { Decision } from './decisions.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const inside = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

/** An act that a crash cut off and that never reached the file. */
const reverted = ({ data }: JournalEntry): boolean => data['status'] === 'reverted';

const stateSeverity = { pause: 'attention', resume: 'ok', kill: 'blocked', release: 'ok' } as const;
const isStateAct = (act: string | null): act is keyof typeof stateSeverity => act !== null && Object.hasOwn(stateSeverity, act);

export function stateDecision(t: Text, format: Format, entry: JournalEntry): Decision {
  const { data } = entry;
  const act = text(data['act']);
  if (!isStateAct(act)) return { text: t('words.entry_type.automode_state'), reason: text(data['reason']), severity: 'neutral' };
  // After a crash only the state itself is there.
  const pause = inside(data['after'], 'pause');
  const until = text(data['until']) ?? text(inside(pause, 'until'));
  const reason = text(data['reason']) ?? (act === 'pause' ? text(inside(pause, 'reason')) : act === 'kill' ? text(inside(inside(data['after'], 'kill_switch'), 'reason')) : null);
  const sentence = t(`models.decision.automode_${act}`, { until: until === null ? t('automode.no_end') : t('models.decision.until', { at: format.instant(until) }) });
  if (reverted(entry)) return { text: t('models.decision.reverted', { what: sentence }), reason, severity: 'attention' };
  return { text: sentence, reason, severity: stateSeverity[act] };
}

const guardrailSeverity = { ok: 'ok', active: 'blocked', unknown: 'unknown', off: 'neutral' } as const;
const isReading = (state: string | null): state is keyof typeof guardrailSeverity => state !== null && Object.hasOwn(guardrailSeverity, state);

const ruleName = (t: Text, name: string, label: string): string => (hasText(`automode.rule.${name}`) ? t(`automode.rule.${name}` as 'automode.rule.stress_index') : label);

function triggerText(t: Text, format: Format, { name, label, value, comparator, threshold, unit }: GuardrailTrigger): string {
  const measured = (number: number): string => `${format.number(number, 4)}${unit === null ? '' : ` ${unit}`}`;
  return `${ruleName(t, name, label)}: ${value === null ? '–' : measured(value)} (${t('automode.column.threshold').toLowerCase()} ${sign(comparator)} ${measured(threshold)})`;
}

/** Unknown is told with what is silent; what begins and ends, by name; without either, how the guardrails stand now. */
export function guardrailDecision(t: Text, format: Format, entry: JournalEntry): Decision {
  const { data } = entry;
  const state = text(data['state']) ?? text(inside(inside(data['after'], 'latches'), 'state'));
  if (!isReading(state)) return { text: t('words.entry_type.automode_guardrail'), reason: null, severity: 'neutral' };
  const started = list(data['started']).flatMap((one) => guardrailTriggerSchema.safeParse(one).data ?? []);
  const ended = list(data['ended']).flatMap((name) => (typeof name === 'string' ? [ruleName(t, name, name)] : []));
  const silent = list(data['providers']).flatMap((one) => providerSchema.safeParse(one).data ?? []).filter((one) => one.state !== 'ok' && one.state !== 'off')
    .map((one) => `${t(`automode.provider.${one.name}`)} (${wordOf(t, ['automode.provider_state'], one.state)})`);
  const parts = [
    ...(started.length > 0 ? [t('models.decision.guardrail_started', { names: started.map((one) => ruleName(t, one.name, one.label)).join(', ') })] : []),
    ...(ended.length > 0 ? [t('models.decision.guardrail_ended', { names: ended.join(', ') })] : []),
    ...(state === 'unknown' ? [t('models.decision.guardrail_unknown', { providers: silent.length === 0 ? '–' : silent.join(', ') })] : []),
  ];
  const sentence = state === 'unknown' || parts.length > 0 ? parts.join(' ') : t(`models.decision.guardrail_${state}`);
  if (reverted(entry)) return { text: t('models.decision.reverted', { what: sentence }), reason: null, severity: 'attention' };
  return { text: sentence, reason: started.length === 0 ? null : started.map((one) => triggerText(t, format, one)).join('; '), severity: guardrailSeverity[state] };
}

/** How far a cycle is that has no outcome in the list. */
const stepOf = ({ training, evaluation }: AutomodeCycle): 'training' | 'evaluation' | 'promotion' => (evaluation !== null ? 'promotion' : training !== null ? 'evaluation' : 'training');

export function cycleDecision(t: Text, { data }: JournalEntry): Decision {
  const { data: cycle } = automodeCycleSchema.safeParse(data['cycle']);
  if (cycle === undefined) return { text: t('words.entry_type.automode_cycle'), reason: text(data['reason']), severity: 'neutral' };
  const { job, status } = cycle;
  if (status === 'running') return { text: t('models.decision.cycle_running', { job, step: t(`models.decision.step_${stepOf(cycle)}`) }), reason: text(data['reason']), severity: 'neutral' };
  return { text: t('models.decision.cycle', { job, status: cycleOutcome(t, cycle) }), reason: cycle.training?.reason ?? cycle.evaluation?.reason ?? null, severity: cycleSeverity[status] };
}
