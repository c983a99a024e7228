/** What needs a person. Promise: each alert names the section of the runbook that says what to do, and the command to begin with. */
import type { Automation, AutomodeAlert, FeedStatus, GuardrailReading, RetrainingStatus } from '#contract';
import type { GateReading, ModelRow } from '#engines/models';
import { approvalFor, type Policy } from '#engines/workspace';
import { isInForce } from './overrides.ts';
import type { BothShares } from './shares.ts';

export interface AlertFacts {
  readonly policy: Policy;
  readonly automation: Automation;
  readonly guardrail: GuardrailReading;
  readonly shares: BothShares;
  readonly schedule: RetrainingStatus;
  readonly signOffs: GateReading['sign_offs'];
  readonly models: readonly ModelRow[];
  readonly feeds: readonly FeedStatus[];
}

type Params = AutomodeAlert['params'];
type Severity = AutomodeAlert['severity'];

const loop = 'ai_decision_loop.md';
const reports = 'report_maintenance.md';
const incidents = 'strategy_incident_playbook.md';

const delays = { document: loop, section: 'Procedura reakcji na opóźnienia' };
const schedulePage = { document: loop, section: 'Weryfikacja harmonogramu retreningu' };
const signing = { document: loop, section: 'Walidacja artefaktów i podpisów compliance' };
const correlation = { document: reports, section: '9.3' };
const degraded = { document: reports, section: '9.2' };
const promotion = { document: reports, section: '6.4' };
const quality = { document: reports, section: '8' };
const incident = { document: incidents, section: 'DecisionOrchestrator' };

const alert = (code: AutomodeAlert['code'], severity: Severity, runbook: AutomodeAlert['runbook'], command: string | null, params: Params = {}): AutomodeAlert =>
  ({ code, severity, params, runbook, command });

function automationAlerts({ policy, automation }: AlertFacts): readonly AutomodeAlert[] {
  const kill = automation.kill_switch;
  const { pause } = automation;
  return [
    ...(policy.problems.length === 0 ? [] : [alert('policy_problem', policy.damaged ? 'unknown' : 'attention', schedulePage, null, { problem: policy.problems[0] ?? '', path: policy.path })]),
    ...(automation.state === 'unknown' && !policy.damaged ? [alert('policy_problem', 'unknown', delays, null, { problem: automation.detail ?? '', path: 'var/console/automode.json' })] : []),
    ...(kill === null ? [] : [alert('kill_switch', 'blocked', incident, 'automode release --reason TEXT', { by: kill.by, at: kill.at, reason: kill.reason })]),
    ...automation.overrides.filter(isInForce).map((override) => (override.status === 'unreadable'
      ? alert('override_unreadable', 'unknown', incident, null, { file: override.file, reason: override.reason ?? '' })
      : alert('override_active', 'blocked', incident, null, { file: override.file, component: override.component, reason: override.reason ?? '', until: override.expires_at ?? '' }))),
    ...(pause === null ? [] : [alert('paused', 'attention', delays, 'automode resume', { by: pause.by, until: pause.until ?? '', reason: pause.reason ?? '' })]),
  ];
}

function guardrailAlerts({ guardrail, shares }: AlertFacts): readonly AutomodeAlert[] {
  const [first] = guardrail.triggers;
  const silent = guardrail.providers.find(({ state }) => state !== 'ok' && state !== 'off');
  const share = (code: 'model_change_share' | 'retraining_share', { share: found, limit, red, level, n, n_guardrail: n_guarded }: BothShares['model_change'], command: string): readonly AutomodeAlert[] => {
    return level === 'ok' ? [] : [alert(code, level === 'unknown' ? 'unknown' : level === 'red' ? 'blocked' : 'attention', correlation, command, { share: found, limit, red, level, count: n, guarded: n_guarded })];
  };
  return [
    ...(first === undefined ? [] : [alert('guardrail_active', 'blocked', quality, 'automode status', {
      name: first.name, label: first.label, comparator: first.comparator, threshold: first.threshold, ...(first.value === null ? {} : { value: first.value }), count: guardrail.triggers.length,
    })]),
    ...(silent === undefined ? [] : [alert('guardrail_unknown', 'unknown', quality, 'automode status', { provider: silent.name, state: silent.state, path: silent.path ?? '', detail: silent.detail ?? '' })]),
    ...share('model_change_share', shares.model_change, 'automode pause --reason TEXT'),
    ...share('retraining_share', shares.retraining, 'automode events'),
  ];
}

function scheduleAlerts({ schedule, feeds }: AlertFacts): readonly AutomodeAlert[] {
  const streak = schedule.schedule?.failure_streak ?? 0;
  const bad = feeds.filter(({ status }) => status !== 'ok');
  const [first] = bad;
  return [
    ...(schedule.escalation_reasons.includes('document') ? [alert('schedule_document', 'unknown', schedulePage, 'retraining status', { state: schedule.document, path: schedule.path })] : []),
    ...(schedule.escalation_reasons.includes('failure_streak') ? [alert('failure_streak', 'attention', delays, 'retraining reset-failures --reason TEXT', { count: streak, reason: schedule.schedule?.last_failure_reason ?? '' })] : []),
    ...(schedule.escalation_reasons.includes('cooldown') ? [alert('cooldown', 'blocked', delays, 'retraining reset-failures --reason TEXT', { until: schedule.schedule?.cooldown_until ?? '' })] : []),
    ...(first === undefined ? [] : [alert('feed_problem', 'attention', delays, 'retraining feeds', { count: bad.length, name: first.name, state: first.status, problem: first.problem ?? '' })]),
  ];
}

const namesOf = (models: readonly ModelRow[]): Params => ({ count: models.length, models: models.slice(0, 5).map(({ model }) => model).join(', '), model: models[0]?.model ?? '' });

/** Better challengers that automation leaves to a person, because the policy asks for a second one. */
function waiting({ policy, models }: AlertFacts): readonly AutomodeAlert[] {
  if (policy.damaged || !policy.config.automode.auto_promote || approvalFor(policy.config, 'models.promote') === 'off') return [];
  const better = models.filter(({ health, pinned, best_challenger: best }) => (health === 'ok' || health === 'degraded') && !pinned && best?.better === true && best.version !== null);
  const [first] = better;
  if (first === undefined) return [];
  const version = first.best_challenger?.version ?? '';
  return [alert('promotion_waits', 'attention', promotion, `models promote ${first.model} ${version} --reason TEXT`, { ...namesOf(better), version })];
}

function modelAlerts(facts: AlertFacts): readonly AutomodeAlert[] {
  const { signOffs, models } = facts;
  const of = (health: ModelRow['health']): readonly ModelRow[] => models.filter((row) => row.health === health);
  const [bad, unreadable, without] = [of('degraded'), of('unreadable'), of('no_champion')];
  return [
    ...(signOffs.state === 'missing' ? [alert('sign_offs_missing', 'blocked', signing, 'signoffs pending', {
      count: signOffs.missing.length, roles: [...new Set(signOffs.missing.map(({ role }) => role))].join(', '),
    })] : []),
    ...(signOffs.state === 'unknown' ? [alert('sign_offs_unknown', 'unknown', signing, 'signoffs check', { detail: signOffs.detail ?? '' })] : []),
    ...(bad.length === 0 ? [] : [alert('champion_degraded', 'attention', degraded, `models history ${bad[0]?.model ?? ''}`.trim(), namesOf(bad))]),
    ...(unreadable.length === 0 ? [] : [alert('champion_unreadable', 'unknown', degraded, 'models list', namesOf(unreadable))]),
    ...(without.length === 0 ? [] : [alert('no_champion', 'attention', promotion, 'models list', namesOf(without))]),
    ...waiting(facts),
  ];
}

const order: readonly Severity[] = ['blocked', 'unknown', 'attention'];

/** What stops something first. */
export function alertsFor(facts: AlertFacts): AutomodeAlert[] {
  const all = [...automationAlerts(facts), ...guardrailAlerts(facts), ...scheduleAlerts(facts), ...modelAlerts(facts)];
  return order.flatMap((severity) => all.filter((each) => each.severity === severity));
}
