/** Text views of models: champions now and then, comparisons, histories, and what two registries differ in. */
import type { OperationOutput } from '#contract';
import { clean, formatInstant } from './format.ts';
import { cell } from './generic.ts';
import type { Pen } from './pen.ts';
import { counted } from './counted.ts';
import { renderPairs, renderTable } from './table.ts';

type Champions = OperationOutput<'models.champion'>;
type Then = Extract<Champions['models'][number], { readonly proof: unknown }>;
type Now = Exclude<Champions['models'][number], Then>;
type MetricRow = OperationOutput<'models.compare'>['metrics'][number];
type Gates = OperationOutput<'models.compare'>['gates'];

const text = (value: unknown): string => (value === null || value === undefined ? '-' : cell('', value));
const at = (value: unknown): string => (typeof value === 'string' ? formatInstant(value) : text(value));

/** Six digits tell two models apart; the answer of `--json` has all of them. */
export const figure = (value: number | null): string => (value === null ? '-' : String(Number(value.toPrecision(6))));
const signed = (value: number | null): string => (value === null ? '-' : `${value > 0 ? '+' : ''}${figure(value)}`);
export const percent = (share: number | null): string => (share === null ? 'unknown' : `${Math.round(share * 1000) / 10} %`);

/** `null` where nobody said which way is good. */
export const metricTable = (rows: readonly MetricRow[], champion: string, candidate: string, pen: Pen): string => (rows.length === 0 ? 'There are no metrics to compare.' : renderTable(
  [{ title: 'METRIC' }, { title: champion, right: true }, { title: candidate, right: true }, { title: 'CHANGE', right: true }, { title: '' }],
  rows.map((row) => [clean(row.metric), figure(row.champion), figure(row.candidate), signed(row.delta), row.better === 'candidate' ? 'better' : row.better === 'champion' ? 'worse' : row.better ?? '']),
  (shown, row, column) => (column === 4 ? pen.paint(rows[row]?.better === 'champion' ? 'bad' : 'good', shown) : shown),
));

const guardrailText = ({ guardrail }: Gates): string => {
  const share = guardrail.share === null ? [] : [`${percent(guardrail.share)} of the last changes under a guardrail, at most ${percent(guardrail.limit)}`];
  const force = [...(guardrail.active === true ? ['in force now'] : []), ...(guardrail.kill_switch === true ? ['kill switch engaged'] : [])];
  return [guardrail.state, ...force, ...share, ...(guardrail.detail === null ? [] : [clean(guardrail.detail)])].join('; ');
};

const signOffText = ({ sign_offs: { state, missing, detail } }: Gates): string => {
  const roles = [...new Set(missing.map(({ role }) => role))];
  return [state, ...(roles.length === 0 ? [] : [roles.map(clean).join(', ')]), ...(detail === null ? [] : [clean(detail)])].join('; ');
};

export const gatePairs = (gates: Gates, pen: Pen): readonly (readonly [string, string])[] => [
  ['guardrails', pen.paint(gates.blocked_by.some((name) => !name.startsWith('sign_offs')) ? 'bad' : 'good', guardrailText(gates))],
  ['sign-offs', pen.paint(gates.blocked_by.some((name) => name.startsWith('sign_offs')) ? 'bad' : 'good', signOffText(gates))],
];

const isThen = (model: Champions['models'][number]): model is Then => 'proof' in model;

function championsThen(value: Champions, models: readonly Then[], pen: Pen): string {
  const broken = models.flatMap(({ proof, pin_proof: pins }) => [...proof, ...pins]).filter(({ holds }) => !holds).map(({ seq }) => seq);
  return [
    renderPairs([['as of', at(value.as_of)], ['registry', clean(value.base_directory)]]),
    ...(models.length === 0 ? [] : [renderTable(
      [{ title: 'MODEL' }, { title: 'CHAMPION' }, { title: 'SINCE' }, { title: 'UNTIL' }, { title: 'HOW' }, { title: 'REASON' }, { title: 'PINNED BY' }, { title: 'JOURNAL', right: true }],
      models.map((model) => [
        clean(model.model_name), text(model.version), at(model.since), at(model.until), model.mode ?? model.basis ?? '-', text(model.champion_metadata.reason), text(model.pin?.pinned_by ?? null),
        model.proof.map(({ seq }) => String(seq)).join(', '),
      ]),
    )]),
    ...((value.unknown_models?.length ?? 0) === 0 ? [] : [`The journal says nothing about: ${(value.unknown_models ?? []).map(clean).join(', ')}`]),
    ...(broken.length === 0 ? [] : [pen.paint('bad', `Changed since they were written, and no proof: entries ${[...new Set(broken)].join(', ')}. Run "sterownia journal verify".`)]),
    'The numbers are entries of the journal; "sterownia journal show" prints them.',
  ].join('\n\n');
}

const reportOf = (model: Now, key: string): string => text(model.champion[key]);

function championsNow(value: Champions, models: readonly Now[], pen: Pen): string {
  const challengers = models.flatMap((model) => model.challengers.map(({ report, metadata }) => ({ model: model.model_name, report, metadata })));
  return [
    renderPairs([['registry', clean(value.base_directory)]]),
    models.length === 0 ? 'No champions.' : renderTable(
      [{ title: 'MODEL' }, { title: 'CHAMPION' }, { title: 'STATUS' }, { title: 'SINCE' }, { title: 'REASON' }],
      models.map((model) => [clean(model.model_name), reportOf(model, 'version'), reportOf(model, 'status'), at(model.champion_metadata.decided_at), text(model.champion_metadata.reason)]),
      (shown, _row, column) => (column === 2 && shown === 'degraded' ? pen.paint('bad', shown) : shown),
    ),
    ...(challengers.length === 0 ? [] : [renderTable(
      [{ title: 'MODEL' }, { title: 'CHALLENGER' }, { title: 'STATUS' }, { title: 'SINCE' }, { title: 'REASON' }],
      challengers.map(({ model, report, metadata }) => [clean(model), text(report['version']), text(report['status']), at(metadata.decided_at), text(metadata.reason)]),
    )]),
    ...((value.missing_models?.length ?? 0) === 0 ? [] : [pen.paint('warn', `Without a champion: ${(value.missing_models ?? []).map(clean).join(', ')}`)]),
  ].join('\n\n');
}

export function championView(value: Champions, pen: Pen): string {
  if (value.as_of !== undefined) return championsThen(value, value.models.filter(isThen), pen);
  return championsNow(value, value.models.filter((model): model is Now => !isThen(model)), pen);
}

export function modelListView(value: OperationOutput<'models.list'>, pen: Pen): string {
  if (value.models.length === 0) return 'No models.';
  const problems = value.models.flatMap(({ model, problems: found }) => found.map((problem) => pen.paint('bad', `${clean(model)}: ${clean(problem)}`)));
  return [
    renderTable(
      [{ title: 'MODEL' }, { title: 'HEALTH' }, { title: 'CHAMPION' }, { title: 'SINCE' }, { title: 'CHALLENGERS', right: true }, { title: 'BEST' }, { title: 'TRADES' }, { title: 'PINNED BY' }],
      value.models.map((row) => [
        clean(row.model), row.health, text(row.version), at(row.decided_at), String(row.challenger_count),
        row.best_challenger === null ? '-' : `${text(row.best_challenger.version)}${row.best_challenger.better ? ' (better)' : ''}`, text(row.runtime.version), row.pinned ? text(row.pin?.pinned_by ?? 'unknown') : '-',
      ]),
      (shown, _row, column) => (column === 1 ? pen.paint(shown === 'ok' ? 'good' : 'bad', shown) : shown),
    ),
    ...problems,
  ].join('\n\n');
}

export function compareView(value: OperationOutput<'models.compare'>, pen: Pen): string {
  const changed = value.parameters.filter((parameter) => parameter.changed);
  return [
    renderPairs([['model', clean(value.model)], ['champion', text(value.champion_version)], ['candidate', `${text(value.candidate_version)}${value.candidate_degraded ? ` ${pen.paint('bad', '(degraded)')}` : ''}`]]),
    metricTable(value.metrics, 'CHAMPION', 'CANDIDATE', pen),
    ...(changed.length === 0 ? [] : [renderTable([{ title: 'PARAMETER' }, { title: 'CHAMPION' }, { title: 'CANDIDATE' }], changed.map(({ name, champion, candidate }) => [clean(name), text(champion), text(candidate)]))]),
    renderPairs(gatePairs(value.gates, pen)),
  ].join('\n\n');
}

export function historyView(value: OperationOutput<'models.history'>): string {
  const { promotions, earlier_champions: earlier, retired } = value;
  return [
    renderPairs([['model', clean(value.model)]]),
    promotions.length === 0 ? 'No promotions.' : renderTable(
      [{ title: 'PROMOTED' }, { title: 'FROM' }, { title: 'TO' }, { title: 'HOW' }, { title: 'BY' }, { title: 'REASON' }, { title: 'RECORD' }],
      promotions.map((one) => [at(one.decided_at), text(one.previous_version), text(one.version), `${text(one.mode)}${one.forced ? ', forced' : ''}`, text(one.operator), text(one.reason), clean(one.path)]),
    ),
    ...(earlier.length === 0 ? [] : [renderTable([{ title: 'ROLLBACK TO' }, { title: 'WAS CHAMPION UNTIL' }, { title: 'REASON' }], earlier.map((one) => [clean(one.version), at(one.at), text(one.reason)]))]),
    ...(retired.length === 0 ? [] : [renderTable([{ title: 'RETIRED' }, { title: 'AT' }, { title: 'WHY' }], retired.map((one) => [text(one.version), at(one.retired_at), text(one.why)]))]),
  ].join('\n\n');
}

const kinds = { worse: 'got worse', metric_missing: 'is no longer there', champion_missing: 'the champion is no longer there', degraded: 'the champion became degraded' } as const;

export function diffView(value: OperationOutput<'models.diff'>, pen: Pen): string {
  const { regressions, missing } = value;
  return [
    renderPairs([
      ['report', clean(value.path)], ['regressions', pen.paint(regressions.length === 0 ? 'good' : 'bad', regressions.length === 0 ? 'none' : counted(regressions.length, 'regression'))],
      ...(missing.lhs.length === 0 ? [] : [['without a champion left', missing.lhs.map(clean).join(', ')] as const]),
      ...(missing.rhs.length === 0 ? [] : [['without a champion right', missing.rhs.map(clean).join(', ')] as const]),
    ]),
    ...(regressions.length === 0 ? [] : [renderTable(
      [{ title: 'MODEL' }, { title: 'WHAT' }, { title: 'METRIC' }, { title: 'FROM', right: true }, { title: 'TO', right: true }],
      regressions.map((one) => [clean(one.model), kinds[one.kind], text(one.metric), figure(one.from), figure(one.to)]),
    )]),
  ].join('\n\n');
}
