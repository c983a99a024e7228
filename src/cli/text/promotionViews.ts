/** A plan of a promotion or a rollback as text: who replaces whom, what gets better and worse, what stands against it, what is written. */
import type { OperationOutput, PlanView } from '#contract';
import { clean, formatInstant } from './format.ts';
import { figure, gatePairs, metricTable } from './modelViews.ts';
import type { Pen } from './pen.ts';
import { renderPairs } from './table.ts';

type Comparison = OperationOutput<'models.compare'>;

export const isPromotion = ({ operation, facts }: Pick<PlanView, 'operation' | 'facts'>): boolean =>
  (operation === 'models.promote' || operation === 'models.rollback') && Array.isArray(facts['comparison']);

/** The facts are those that the engine of models put into the plan; its digest proves that nobody changed them since. */
interface Facts {
  readonly model: string;
  readonly version: string;
  readonly previous_version: string | null;
  readonly reason: string;
  readonly candidate_status: string | null;
  readonly champion_status: string | null;
  readonly comparison: Comparison['metrics'];
  readonly parameters: Comparison['parameters'];
  readonly score_delta: Comparison['score_delta'];
  readonly gates: Comparison['gates'];
  readonly blocked_by: readonly string[];
  readonly forced: boolean;
  readonly warnings: readonly string[];
  readonly after: { readonly challengers: readonly (string | null)[]; readonly retired: readonly { readonly version: string | null; readonly why: string }[] };
  readonly pin: { readonly after: { readonly until: string | null } | null };
  readonly writes: readonly string[];
}

const sentences: Readonly<Record<string, string>> = {
  candidate_degraded: 'This version is degraded by its own quality report.',
  champion_unreadable: 'The present champion cannot be read, so nothing can be compared with it. Its file is kept aside.',
  no_champion: 'The model has no champion, so there is nothing to compare with.',
  pin_unreadable: 'The present pin cannot be read. It is kept aside.',
  metrics_worse: 'Some metrics are worse than those of the champion.',
};

const shown = (version: string | null, status: string | null): string => `${clean(version ?? 'none')}${status === null ? '' : ` (${clean(status)})`}`;

function pinText({ pin: { after } }: Facts): string {
  if (after === null) return 'none; automation may replace it';
  return after.until === null ? 'until somebody ends it' : `until ${formatInstant(after.until)}`;
}

function changesText({ after }: Facts): readonly (readonly [string, string])[] {
  const names = (versions: readonly (string | null)[]): string => versions.map((version) => clean(version ?? '?')).join(', ');
  return [
    ['challengers then', after.challengers.length === 0 ? 'none' : names(after.challengers)],
    ...(after.retired.length === 0 ? [] : [['leave for the history', names(after.retired.map(({ version }) => version))] as const]),
  ];
}

function scoreText({ score_delta: delta }: Facts): string {
  const parts = Object.entries(delta).flatMap(([name, value]) => (value === null ? [] : [`${name} ${value > 0 ? '+' : ''}${figure(value)}`]));
  return parts.length === 0 ? 'not comparable' : parts.join(', ');
}

const list = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [[title, ...lines.map((line) => `  ${line}`)].join('\n')]);

/** The whole of a plan, apart from what it still needs and what became of it. */
export function promotionParts(plan: PlanView, pen: Pen): readonly string[] {
  const facts = plan.facts as unknown as Facts;
  const changed = facts.parameters.filter((parameter) => parameter.changed);
  return [
    renderPairs([
      ['plan', plan.id], ['operation', plan.operation], ['status', pen.status(plan.status)], ['model', clean(facts.model)],
      ['champion now', shown(facts.previous_version, facts.champion_status)], ['champion then', shown(facts.version, facts.candidate_status)], ['reason', clean(facts.reason)],
      ['pin', pinText(facts)], ...changesText(facts),
      ...(plan.outcome === null ? [['valid until', formatInstant(plan.valid_until)] as const] : []),
      ['undo', facts.previous_version === null ? 'impossible: there was no champion before' : `promotes ${clean(facts.previous_version)} back`],
      ['author', clean(plan.author.name)], ['digest', plan.digest],
    ]),
    ...list(pen.paint('warn', 'Warnings'), facts.warnings.map((code) => pen.paint(code === 'candidate_degraded' ? 'bad' : 'warn', sentences[code] ?? clean(code)))),
    metricTable(facts.comparison, 'NOW', 'THEN', pen),
    ...list('Parameters that change', changed.map(({ name, champion, candidate }) => clean(`${name}: ${JSON.stringify(champion)} → ${JSON.stringify(candidate)}`))),
    renderPairs([['score', scoreText(facts)], ...gatePairs(facts.gates, pen), ...(facts.forced ? [['overridden', pen.paint('bad', facts.blocked_by.join(', '))] as const] : [])]),
    ...(plan.outcome === null ? list('Would write', facts.writes.map(clean)) : []),
  ];
}
