/** Text views of AutoMode: state, guardrails, shares, events, and what stood at an instant. */
import type { AutomodeAlert, Automation, AutomodeCycle, GuardrailReading, GuardrailShare, OperationOutput } from '#contract';
import { clean, formatInstant } from './format.ts';
import { cell } from './generic.ts';
import type { Pen } from './pen.ts';
import { renderPairs, renderTable } from './table.ts';

const percent = (share: number | null): string => (share === null ? '-' : `${Math.round(share * 1000) / 10} %`);
const hours = (seconds: number): string => (seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds} s`);
const text = (value: string | null): string => clean(value ?? '-');
const at = (value: string | null): string => (value === null ? '-' : formatInstant(value));
const truth = (value: boolean | null): string => (value === null ? 'unknown' : value ? 'yes' : 'no');
const titled = (pen: Pen, title: string, body: string): string => `${pen.paint('strong', title)}\n${body}`;

const tones = {
  on: 'good', ok: 'good', paused: 'warn', review: 'warn', overridden: 'bad', killed: 'bad', red: 'bad', active: 'bad', unknown: 'bad', off: 'faint',
} as const;
const word = (pen: Pen, state: keyof typeof tones): string => pen.paint(tones[state], state);

const automationLine = (automation: Automation, pen: Pen): string => `${word(pen, automation.state)}${automation.detail === null ? '' : ` – ${clean(automation.detail)}`}`;

function guardrailPart(reading: GuardrailReading, pen: Pen): string {
  const { exchange } = reading;
  const silent = reading.providers.filter(({ state }) => state !== 'ok' && state !== 'off');
  return [
    renderPairs([
      ['guardrails', word(pen, reading.state)],
      ...(reading.state === 'off' ? [] : [
        ['kill switch', truth(reading.kill_switch)] as const,
        ['exchanges', `${exchange.score === null ? 'no score' : `score ${exchange.score}`}${exchange.latched ? `, in force until ${exchange.release ?? '-'}` : ''}${exchange.leverage_cap === null ? '' : `, leverage at most ${exchange.leverage_cap}`}`] as const,
      ]),
      ...silent.map(({ name, state, path, detail }) => [name, `${state}: ${text(path)}${detail === null ? '' : ` – ${clean(detail)}`}`] as const),
    ]),
    ...(reading.triggers.length === 0 ? [] : [renderTable(
      [{ title: 'IN FORCE' }, { title: 'VALUE', right: true }, { title: 'LIMIT', right: true }],
      reading.triggers.map(({ label, value, comparator, threshold }) => [clean(label), value === null ? '-' : String(value), `${comparator} ${threshold}`]),
    )]),
  ].join('\n\n');
}

function sharesTable(shares: { readonly model_change: GuardrailShare; readonly retraining: GuardrailShare }, pen: Pen): string {
  const rows = [['model changes', shares.model_change], ['trainings', shares.retraining]] as const;
  return renderTable(
    [{ title: 'UNDER A GUARDRAIL' }, { title: 'SHARE', right: true }, { title: 'OF', right: true }, { title: 'WITHIN' }, { title: 'LIMIT', right: true }, { title: 'RED FROM', right: true }, { title: 'LEVEL' }, { title: 'UNMARKED', right: true }],
    rows.map(([name, share]) => [name, share.level === 'unknown' ? '-' : percent(share.share), `${share.n_guardrail}/${share.n}`, hours(share.window_seconds), percent(share.limit), percent(share.red), share.level, String(share.unmarked)]),
    (shown, row, column) => (column === 6 ? word(pen, rows[row]?.[1].level ?? 'unknown') : shown),
  );
}

const paramsText = (params: AutomodeAlert['params']): string => Object.entries(params).filter(([, value]) => value !== '').map(([name, value]) => `${name} ${value}`).join(', ');

const alertTable = (alerts: readonly AutomodeAlert[], pen: Pen): string => renderTable(
  [{ title: 'ALERT' }, { title: 'WHAT' }, { title: 'RUNBOOK' }, { title: 'COMMAND' }],
  alerts.map(({ code, params, runbook, command }) => [code, clean(paramsText(params)), clean(`${runbook.document}, ${runbook.section}`), text(command)]),
  (shown, row, column) => (column === 0 ? pen.paint(alerts[row]?.severity === 'attention' ? 'warn' : 'bad', shown) : shown),
);

const promotionText = ({ promotion }: AutomodeCycle): string => {
  if (promotion === null) return '-';
  if (promotion.status === 'skipped') return `skipped: ${promotion.skip_reason ?? '-'}`;
  return promotion.decisions.map(({ model, decision, version, blocked_by: blocked }) => `${model} ${decision}${decision === 'champion' ? ` ${version ?? ''}` : ''}${blocked.length > 0 ? ` (${blocked.join(', ')})` : ''}`).join('; ');
};

const cycleTable = (cycles: readonly AutomodeCycle[], pen: Pen): string => renderTable(
  [{ title: 'CYCLE' }, { title: 'STARTED' }, { title: 'JOB' }, { title: 'STATUS' }, { title: 'VERSION' }, { title: 'PROMOTION' }, { title: 'ALERTS' }, { title: 'BY' }],
  cycles.map((cycle) => [
    cycle.id, formatInstant(cycle.started_at), clean(cycle.job), cycle.status, text(cycle.training?.version ?? null), clean(promotionText(cycle)), cycle.alerts.join(', ') || '-', clean(cycle.started_by),
  ]),
  (shown, _row, column) => (column === 3 ? pen.status(shown) : shown),
);

export function automodeStatusView(value: OperationOutput<'automode.status'>, pen: Pen): string {
  return [
    renderPairs([['automation', automationLine(value.automation, pen)], ['now', formatInstant(value.now)]]),
    guardrailPart(value.guardrail, pen),
    sharesTable(value.shares, pen),
    ...(value.running.length === 0 ? [] : [renderTable(
      [{ title: 'RUNNING' }, { title: 'SINCE' }, { title: 'BY' }], value.running.map(({ job, since, by }) => [clean(job), formatInstant(since), clean(by)]),
    )]),
    ...(value.next.length === 0 ? [] : [renderTable(
      [{ title: 'NEXT' }, { title: 'AT' }, { title: 'HELD UP BY' }], value.next.map(({ job, at: when, block }) => [clean(job), at(when), text(block)]),
    )]),
    ...(value.last_cycle === null ? [] : [titled(pen, 'Last cycle', cycleTable([value.last_cycle], pen))]),
    value.alerts.length === 0 ? 'Nothing needs a person.' : alertTable(value.alerts, pen),
  ].join('\n\n');
}

export function automodeChangeView(value: OperationOutput<'automode.pause'>, pen: Pen): string {
  return [`${value.changed ? 'Changed' : 'Nothing was changed'}. Automation: ${automationLine(value.automation, pen)}`, ...value.warnings.map((warning) => pen.paint('warn', clean(warning)))].join('\n');
}

export function automodeCycleView({ cycle, run }: OperationOutput<'automode.cycle'>, pen: Pen): string {
  const { evaluation } = cycle;
  return renderPairs([
    ['cycle', cycle.id], ['job', clean(cycle.job)], ['status', pen.status(cycle.status)],
    ['training', `${run.status}${run.reason === null ? '' : `: ${clean(run.reason)}`}`],
    ...(run.version === null ? [] : [['version', clean(run.version)] as const]),
    ...(evaluation === null ? [] : [['evaluation', clean(evaluation.reason)] as const, ['report', clean(evaluation.report)] as const]),
    ['promotion', clean(promotionText(cycle))],
    ...(cycle.alerts.length === 0 ? [] : [['alerts', cycle.alerts.join(', ')] as const]),
    ...cycle.errors.map((error) => ['error', clean(error)] as const),
    ...(run.log === null ? [] : [['log', clean(run.log)] as const]),
  ]);
}

export function automodeSharesView(value: OperationOutput<'automode.shares'>, pen: Pen): string {
  return [
    sharesTable(value, pen),
    renderTable(
      [{ title: 'UNTIL' }, { title: 'MODEL CHANGES', right: true }, { title: 'OF', right: true }, { title: 'TRAININGS', right: true }, { title: 'OF', right: true }],
      value.points.map((point) => [formatInstant(point.at), percent(point.model_change), String(point.model_changes), percent(point.retraining), String(point.retrainings)]),
    ),
  ].join('\n\n');
}

export function automodeEventsView(value: OperationOutput<'automode.events'>, pen: Pen): string {
  const guarded = (active: boolean | null, kill: boolean | null): string => (kill === true ? 'kill switch' : truth(active));
  const none = (title: string): string => `No ${title}.`;
  return [
    value.model_events.length === 0 ? none('changes of models') : renderTable(
      [{ title: 'MODEL CHANGED' }, { title: 'MODEL' }, { title: 'FROM' }, { title: 'TO' }, { title: 'HOW' }, { title: 'BY' }, { title: 'GUARDRAIL' }, { title: 'REASON' }],
      value.model_events.map((event) => [at(event.at), clean(event.model), text(event.previous_version), text(event.version), text(event.mode), text(event.by), guarded(event.guardrail_active, event.kill_switch), text(event.reason)]),
    ),
    value.retraining_events.length === 0 ? none('trainings') : renderTable(
      [{ title: 'TRAINED' }, { title: 'JOB' }, { title: 'RESULT' }, { title: 'GUARDRAIL' }, { title: 'REASON' }],
      value.retraining_events.map((event) => [at(event.at), clean(event.job), event.status, guarded(event.guardrail_active, event.kill_switch), text(event.reason)]),
      (shown, row, column) => (column === 2 ? pen.paint(value.retraining_events[row]?.status === 'failure' ? 'bad' : 'good', shown) : shown),
    ),
    value.cycles.length === 0 ? none('cycles') : cycleTable(value.cycles, pen),
    ...(value.bad_lines === 0 ? [] : [`${value.bad_lines} lines of the decision journal cannot be read.`]),
  ].join('\n\n');
}

export function automodeAsOfView(value: OperationOutput<'automode.as_of'>, pen: Pen): string {
  const proofOf = (found: { readonly proof: readonly { readonly seq: number }[] }): string => found.proof.map(({ seq }) => String(seq)).join(', ') || '-';
  const { automation, schedule } = value;
  const state = automation.state;
  const automationText = state === null ? 'unknown' : state.kill_switch !== null ? `killed by ${state.kill_switch.by}: ${state.kill_switch.reason}`
    : state.pause !== null ? `paused by ${state.pause.by}${state.pause.until === null ? '' : ` until ${state.pause.until}`}` : 'neither paused nor killed';
  const plan = schedule.state;
  const scheduleText = plan === null ? 'unknown' : `next run ${cell('', plan['next_run'])}, every ${cell('', plan['interval'])} s, ${cell('', plan['failure_streak'])} failures in a row`;
  const rows = [['automation', automationText, automation], ['schedule', scheduleText, schedule]] as const;
  return [
    renderPairs([['as of', formatInstant(value.at)]]),
    renderTable(
      [{ title: 'WHAT' }, { title: 'STATE' }, { title: 'SINCE' }, { title: 'UNTIL' }, { title: 'JOURNAL', right: true }],
      rows.map(([name, shown, found]) => [name, clean(shown), at(found.since), at(found.until), proofOf(found)]),
    ),
    ...(value.models.length === 0 ? [] : [renderTable(
      [{ title: 'MODEL' }, { title: 'CHAMPION' }, { title: 'SINCE' }, { title: 'UNTIL' }, { title: 'PINNED BY' }, { title: 'JOURNAL', right: true }],
      value.models.map(({ model_name: name, champion, pin }) => [clean(name), text(champion.state?.version ?? null), at(champion.since), at(champion.until), text(pin.state?.pinned_by ?? null), proofOf(champion)]),
    )]),
    ...(value.sign_offs.length === 0 ? [] : [renderTable(
      [{ title: 'REPORT' }, { title: 'ROLE' }, { title: 'STATUS' }, { title: 'SIGNED BY' }, { title: 'SINCE' }, { title: 'JOURNAL', right: true }],
      value.sign_offs.map((found) => [clean(found.report), clean(found.role), text(found.state?.status ?? null), text(found.state?.signed_by ?? null), at(found.since), proofOf(found)]),
      (shown, _row, column) => (column === 2 ? pen.status(shown) : shown),
    )]),
    ...(value.overrides.length === 0 ? [] : [renderTable(
      [{ title: 'OVERRIDE' }, { title: 'SWITCHED OFF' }, { title: 'REASON' }, { title: 'SINCE' }, { title: 'UNTIL' }, { title: 'JOURNAL', right: true }],
      value.overrides.map((found) => [clean(found.file), text(found.state?.component ?? null), text(found.state?.reason ?? null), at(found.since), at(found.until), proofOf(found)]),
    )]),
    ...(value.proof_holds ? [] : [pen.paint('bad', `Changed since they were written, and no proof: entries ${brokenIn(value)}. Run "sterownia journal verify".`)]),
    'The numbers are entries of the journal; "sterownia journal show" prints them.',
  ].join('\n\n');
}

function brokenIn({ schedule, automation, models, overrides, sign_offs: signOffs }: OperationOutput<'automode.as_of'>): string {
  const found = [schedule, automation, ...models.flatMap(({ champion, pin }) => [champion, pin]), ...overrides, ...signOffs];
  return [...new Set(found.flatMap(({ proof }) => proof).filter(({ holds }) => !holds).map(({ seq }) => seq))].join(', ');
}
