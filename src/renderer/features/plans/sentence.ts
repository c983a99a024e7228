/**
 * The one sentence that says what a plan will do, built from the plan and from nothing else: which act, on how much,
 * chosen by which filters, and where it goes.
 */
import type { PlanView } from '#contract';
import type { Format } from '../../format/index.ts';
import type { Text, TextKey } from '../../i18n/index.ts';

const known = ['reports.delete', 'reports.purge', 'reports.archive', 'trash.empty', 'models.promote', 'models.rollback', 'artifacts.activate', 'artifacts.rollback'] as const;
export type KnownOperation = (typeof known)[number];

export const knownOperation = (operation: string): KnownOperation | null => known.find((one) => one === operation) ?? null;

export type SentencePlan = Pick<PlanView, 'operation' | 'input' | 'facts' | 'totals' | 'permanent' | 'trash_until' | 'target_count' | 'protected_count'>;

/** The key of dictionaries for an operation: dots separate levels there. */
type OperationKey<O extends string = KnownOperation> = O extends `${infer Area}.${infer Verb}` ? `${Area}_${Verb}` : never;
export const operationKey = (operation: KnownOperation): OperationKey => operation.replace('.', '_') as OperationKey;

export function actName(operation: string, t: Text): string {
  const name = knownOperation(operation);
  return name === null ? operation : t(`plans.act.${operationKey(name)}`);
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);

/** A bare date as the last day means its whole length, so it is written with its end. */
export function untilText(until: string): string {
  return /^\d{4}-\d{2}-\d{2}$/u.test(until) ? `${until} 24:00 UTC` : until;
}
export function sinceText(since: string): string {
  return /^\d{4}-\d{2}-\d{2}$/u.test(since) ? `${since} 00:00 UTC` : since;
}

/** The filters of the plan in words; empty when everything was let through. */
export function filterWords(input: Readonly<Record<string, unknown>>, t: Text, format: Format): string[] {
  const words: string[] = [];
  const categories = listOf(input['category']);
  const since = textOf(input['since']);
  const until = textOf(input['until']);
  const query = textOf(input['query']);
  const status = input['summary_status'];
  const exports = input['has_exports'];
  if (categories.length > 0) words.push(t('plans.filter.category', { count: categories.length, list: format.list(categories) }));
  if (since !== null) words.push(t('plans.filter.since', { at: sinceText(since) }));
  if (until !== null) words.push(t('plans.filter.until', { at: untilText(until) }));
  if (status === 'valid' || status === 'missing' || status === 'invalid') words.push(t(`plans.filter.summary_${status}`));
  if (exports === 'yes' || exports === 'no') words.push(t(`plans.filter.exports_${exports}`));
  if (query !== null) words.push(t('plans.filter.query', { query }));
  if (typeof input['limit'] === 'number') words.push(t('plans.filter.limit', { count: input['limit'] }));
  if (typeof input['offset'] === 'number' && input['offset'] > 0) words.push(t('plans.filter.offset', { count: input['offset'] }));
  return words;
}

/** How many targets of a purge are signal quality files: those beyond its reports. */
export function signalQualityCount(plan: Pick<SentencePlan, 'facts' | 'target_count'>): number {
  const reports = plan.facts['planned_count'];
  return typeof reports === 'number' ? Math.max(0, plan.target_count - reports) : 0;
}

/**
 * The word that the window asks for before it applies the plan: the plan's own, or, for a purge, the name of the act.
 * Only the plan's own word is sent along.
 */
export function wordToType(plan: Pick<PlanView, 'operation' | 'confirmation'>): string | null {
  return plan.confirmation ?? (plan.operation === 'reports.purge' ? 'purge' : null);
}

/** The input as a person would write it: folders that are the workspace's own defaults are left out. */
export function shortInput(input: Readonly<Record<string, unknown>>, workspace: string): Record<string, unknown> {
  const defaults: Readonly<Record<string, string>> = { base_dir: 'model' in input ? 'var/models/quality' : 'var/reports', audit_dir: 'audit/champion_promotions', signal_quality_dir: 'reports/exchanges/signal_quality' };
  return Object.fromEntries(Object.entries(input).filter(([field, value]) => {
    const fallback = defaults[field];
    return fallback === undefined || String(value).replaceAll('\\', '/') !== `${workspace.replaceAll('\\', '/')}/${fallback}`;
  }));
}

function size(plan: SentencePlan, t: Text, format: Format): string {
  const { files, bytes } = plan.totals;
  return `${t('plans.count.files', { count: files, shown: format.number(files) })}, ${format.bytes(bytes)}`;
}

function whereTo(plan: SentencePlan, operation: KnownOperation, t: Text, format: Format): string {
  if (operation === 'trash.empty') return t('plans.where.gone');
  if (operation === 'reports.archive') {
    const destination = textOf(plan.facts['destination']) ?? textOf(plan.input['destination']) ?? t('plans.where.default_destination');
    const kind = textOf(plan.input['format']) ?? 'directory';
    return t(plan.input['overwrite'] === true ? 'plans.where.archive_overwrite' : 'plans.where.archive', { destination, format: t(`words.archive_format.${kind}` as TextKey) });
  }
  if (plan.permanent) return t('plans.where.permanent', { bytes: format.bytes(plan.totals.reclaimed_bytes) });
  return plan.trash_until === null ? t('plans.where.trash') : t('plans.where.trash_until', { date: plan.trash_until.slice(0, 10) });
}

type ModelAct = Extract<KnownOperation, `models.${string}` | `artifacts.${string}`>;
export const isModelAct = (operation: KnownOperation): operation is ModelAct => operation.startsWith('models.') || operation.startsWith('artifacts.');

/** A change of champion or active version: which model, which version in place of which. */
function modelFacts(plan: SentencePlan, t: Text): { readonly model: string; readonly version: string; readonly champion: string } {
  const named = (key: string): string | null => textOf(plan.facts[key]) ?? textOf(plan.input[key]);
  return { model: named('model') ?? '', version: named('version') ?? named('ref') ?? '', champion: named('previous_version') ?? t('plans.no_champion') };
}

export function planSentence(plan: SentencePlan, t: Text, format: Format): string {
  const operation = knownOperation(plan.operation);
  if (operation === null) return plan.operation;
  if (isModelAct(operation)) return t(`plans.sentence.${operationKey(operation)}`, modelFacts(plan, t));
  const count = plan.totals.targets;
  const shielded = plan.protected_count === 0 ? '' : ` ${t('plans.sentence.protected', { count: plan.protected_count, shown: format.number(plan.protected_count) })}`;
  if (count === 0) return `${t('plans.sentence.empty')}${shielded}`;
  const signal = operation === 'reports.purge' ? signalQualityCount(plan) : 0;
  const words = operation === 'reports.purge' || operation === 'reports.archive' ? filterWords(plan.input, t, format) : [];
  const days = plan.input['signal_quality_retention_days'];
  const main = signal > 0 && signal === count ? t('plans.sentence.only_signal_quality', { count: signal, shown: format.number(signal), size: size(plan, t, format), days: t('settings.days', { count: typeof days === 'number' ? days : 30 }) }) : t(`plans.sentence.${operationKey(operation)}`, {
    count: count - signal, shown: format.number(count - signal), size: size(plan, t, format), also: signalWords(plan, signal, t, format), path: textOf(plan.input['path']) ?? '',
  });
  const chosen = operation === 'reports.delete' || operation === 'trash.empty' ? '' : words.length === 0 ? ` ${t('plans.filter.none')}` : ` ${t('plans.filter.chosen', { words: words.join('; ') })}`;
  return `${main}.${chosen} ${whereTo(plan, operation, t, format)}${shielded}`;
}

function signalWords(plan: SentencePlan, count: number, t: Text, format: Format): string {
  if (count === 0) return '';
  const days = plan.input['signal_quality_retention_days'];
  return ` ${t('plans.sentence.signal_quality', { count, shown: format.number(count), days: t('settings.days', { count: typeof days === 'number' ? days : 30 }) })}`;
}

const modelButtons = { 'models.promote': 'promote', 'models.rollback': 'rollback', 'artifacts.activate': 'activate', 'artifacts.rollback': 'rollback' } as const;

/** What the button says: the act and the object, never "OK". */
export function buttonText(plan: SentencePlan, t: Text, format: Format): string {
  const operation = knownOperation(plan.operation);
  if (operation === null) return plan.operation;
  if (isModelAct(operation)) return t(`plans.button.${modelButtons[operation]}`, modelFacts(plan, t));
  const signal = operation === 'reports.purge' ? signalQualityCount(plan) : 0;
  const count = plan.totals.targets - signal;
  if (operation === 'reports.delete') return t(plan.permanent ? 'plans.button.delete_permanent' : 'plans.button.delete', { path: textOf(plan.input['path']) ?? '' });
  if (operation === 'reports.purge' && count === 0 && signal > 0) return t('plans.button.purge_signal', { count: signal, shown: format.number(signal) });
  const key = operation === 'reports.purge' ? (plan.permanent ? 'plans.button.purge_permanent' : 'plans.button.purge') : operation === 'reports.archive' ? 'plans.button.archive' : 'plans.button.empty';
  return t(key, { count, shown: format.number(count) });
}
