/**
 * The past of a decision loop: models that were judged, promoted and pinned, jobs that trained or failed, reports that were
 * signed or wait. The console's own engines write all of it, at the instants at which it is said to have happened, so that
 * files, journals and "as of" agree as they do in a real workspace.
 */
import { join } from 'node:path';
import { consoleConfigSchema, type Actor } from '#contract';
import { inForce, observeGuardrails, runCycle, type AutomodeParts } from '#engines/automode';
import { appendDecision, ensureDecision } from '#engines/decisions';
import { openJournal } from '#engines/journal';
import { isObject, jsonOf, openRegistry, pinModel, recordReport, type ModelsParts } from '#engines/models';
import { markExecuted } from '#engines/retraining';
import { readFolder, sign } from '#engines/signoffs';
import { readFully, replaceFile, silentLog, unwatched, type EngineContext, type FileSystem } from '#engines/storage';
import { type TrainingEngine } from '#engines/training';
import { ensureWorkspaceId, locked, readPolicy } from '#engines/workspace';
import { feedCsv } from './feeds.ts';
import { hourMs } from './market.ts';
import { modelReport, modelReportPlans, type ModelReportPlan } from './modelReports.ts';
import { randomOf } from './random.ts';

const job = { kind: 'embedded', timeout_seconds: 900 } as const;

/** Members of the demo's `config/console.json`. The feed of `sol-retrain` does not exist: that job fails, and shows how that looks. */
export const decisionLoopPolicy = {
  retraining: {
    interval_seconds: 6 * 3600,
    jobs: [
      { ...job, name: 'btc-retrain', model: 'decision_engine', feed: 'btc_1h', symbol: 'BTC/USDT' },
      { ...job, name: 'eth-retrain', model: 'risk_model', feed: 'eth_1h', symbol: 'ETH/USDT', algorithm: 'logistic' },
      { ...job, name: 'sol-retrain', model: 'regime_classifier', feed: 'sol_1h', symbol: 'SOL/USDT' },
    ],
    feeds: ['btc', 'eth', 'sol'].map((name) => ({ name: `${name}_1h`, path: `data/feeds/${name}_1h.csv`, max_age_seconds: 3 * 86_400, min_rows: 500, timeframe_seconds: 3600 })),
  },
  automode: {
    auto_promote: true,
    guardrails: { signals: 'var/runtime/guardrail_signals.json', signals_max_age_seconds: 86_400, signal_quality: null },
  },
} as const;

/** What the bot would tell of the market: nothing that a guardrail minds. */
const signals = (now: number, effectiveRisk = 0.41) => ({
  timestamp: new Date(now).toISOString(),
  effective_risk: effectiveRisk,
  regime: {
    stress_index: 0.38, tail_risk_index: 0.31, shock_frequency: 0.22, stress_momentum: 0.35, regime_entropy: 0.57, confidence_fragility: 0.33, degradation_score: 0.28,
    volume_trend_volatility: 0.11, liquidity_gap: 0.24, stress_projection: 0.36, liquidity_trend: 0.41, volatility_trend: 0.012, drawdown_trend: 0.04,
    resilience_score: 0.62, stress_balance: 0.58, stability_projection: 0.66, confidence_resilience: 0.71,
  },
});

const person = (name: string): Actor => ({ name, os_user: name, host: 'demo', door: 'cli' });
const automation: Actor = { name: 'sterownia', os_user: 'sterownia', host: 'demo', door: 'loop' };

/** Everything appears at once by a rename in the end: nothing has to be durable before. */
const undurable = (fs: FileSystem): FileSystem => ({ ...fs, fsync: () => undefined });

interface Stage {
  readonly context: EngineContext;
  readonly models: ModelsParts;
  readonly training: TrainingEngine;
  readonly automode: AutomodeParts;
  readonly journal: ReturnType<typeof openJournal>;
  readonly gates: { guarded: boolean; unsigned: boolean };
  /** Goes to an instant; it never goes back, since journals do not. */
  at(instant: number): void;
}

function openStage(fs: FileSystem, root: string, seed: string, workspaceId: string): Stage {
  let now = 0;
  const random = randomOf(`${seed}/ids`);
  const letters = '0123456789abcdefghjkmnpqrstvwxyz';
  // Time stands still within an act: how often an engine looks at the clock is no business of the demo's bytes.
  const clock = { now: () => now };
  const stamp = (): string => new Date(now).toISOString().replaceAll(/[-:]/gu, '').replace('T', '-').slice(0, 15);
  const ids = { next: () => `${stamp()}-${Array.from({ length: 8 }, () => letters[random.between(0, 31)] ?? '0').join('')}` };
  const context: EngineContext = { root, fs: undurable(fs), clock, ids, log: silentLog };
  const journal = openJournal(context, { workspaceId, lock: (work) => locked(context, 'journal', { purpose: 'append to the journal' }, work) });
  const gates = { guarded: false, unsigned: false };
  const models: ModelsParts = {
    context,
    gates: {
      guardrail: () => ({ state: 'ok', active: false, kill_switch: false, share: 0, limit: 0.3, detail: null }),
      signOffs: () => (gates.unsigned ? { state: 'missing', missing: [{ role: 'risk', report: null }], detail: null } : { state: 'complete', missing: [], detail: null }),
    },
    journal: { record: (entry) => void journal.append(entry), recorded: (subject) => journal.entriesOf(subject).length > 0 },
    // The champion was changed by the bot while its guardrail was in force; the console's own gate would have been shut.
    writeDecision: (entry) => void ensureDecision(context, gates.guarded ? { ...entry, guardrail_active: 'true' } : entry),
  };
  const config = consoleConfigSchema.parse(decisionLoopPolicy).retraining;
  const training: TrainingEngine = {
    context, config: () => config, record: (record) => journal.append(record), entries: (types, limit) => [...journal.list({ type: types, limit }).entries],
    changed: () => undefined, environment: {},
    guardrail: () => inForce({ context, journal, policy: () => readPolicy(context) }),
  };
  const automode: AutomodeParts = {
    context, models, training, journal, policy: () => readPolicy(context), registry: () => openRegistry(context, join(root, 'var/models/quality')),
    record: (record) => journal.append(record), changed: () => undefined,
  };
  return {
    context, models, training, automode, journal, gates,
    at: (instant) => {
      now = Math.max(now, instant);
    },
  };
}

type Act = { readonly hoursAgo: number; readonly run: (stage: Stage) => unknown };

function judged(seed: string, now: number, plan: ModelReportPlan): Act {
  const previous = modelReportPlans.filter(({ model, hoursAgo }) => model === plan.model && hoursAgo > plan.hoursAgo).at(-1) ?? null;
  return {
    hoursAgo: plan.hoursAgo,
    run: ({ models, gates }) => {
      const report = jsonOf(modelReport(seed, now, plan, previous));
      if (!isObject(report)) throw new TypeError('a quality report is an object');
      gates.guarded = plan.guarded === true;
      gates.unsigned = plan.unsigned === true;
      recordReport(models, { model: plan.model, report, actor: automation });
      Object.assign(gates, { guarded: false, unsigned: false });
    },
  };
}

const signalsFile = 'var/runtime/guardrail_signals.json';
const signalBytes = (now: number, effectiveRisk?: number): Buffer => Buffer.from(`${JSON.stringify(signals(now, effectiveRisk), null, 2)}\n`);

/** A cycle of the loop, under the risk that the bot tells of at that moment. */
const cycle = (name: string, hoursAgo: number, effectiveRisk?: number): Act => ({
  hoursAgo,
  run: ({ automode, context }) => {
    replaceFile(context.fs, join(context.root, signalsFile), signalBytes(context.clock.now(), effectiveRisk));
    observeGuardrails(automode, automation);
    return runCycle(automode, name, { actor: automation, force: true }, unwatched);
  },
});

/** All reports that wait are signed by two persons; the ones of later trainings go on waiting. */
function signAll({ context, journal }: Stage): void {
  const config = consoleConfigSchema.parse({});
  for (const kind of ['data_quality', 'drift'] as const) {
    for (const report of readFolder(context, kind).reports.filter(({ judgement }) => judgement.needsSignature)) {
      for (const [role, name] of [['risk', 'helena'], ['compliance', 'marek']] as const) {
        sign(context, { report: report.report, role, status: 'approved', notes: 'Zgodne z limitami / within limits' }, { actor: person(name), config, journal });
      }
    }
  }
}

/** The bot judged the champion of the risk model again, and wrote what it found where it always writes it. */
function degrade({ context }: Stage, now: number): void {
  const path = join(context.root, 'var/models/quality/risk_model/champion.json');
  const document = JSON.parse(readFully(context.fs, path).toString('utf8')) as { report: Record<string, unknown> };
  const report = {
    ...document.report, status: 'degraded', evaluated_at: `${new Date(now - 5 * hourMs).toISOString().slice(0, 19)}+00:00`,
    metrics: { summary: { directional_accuracy: 0.502, mae: 17.9, rmse: 23.8, expected_pnl: -0.31 } },
    delta: { directional_accuracy: -0.072, mae: 4.3, rmse: 5.4, expected_pnl: -2.53 },
  };
  replaceFile(context.fs, path, Buffer.from(`${JSON.stringify({ ...document, report }, null, 2)}\n`));
}

const guardrail = (hoursAgo: number, name: string, value: string): Act => ({
  hoursAgo,
  run: ({ context }) => appendDecision(context, {
    event: 'decision_guardrail', at: BigInt(Math.floor(context.clock.now())) * 1000n, environment: 'paper', portfolio: 'core', risk_profile: 'balanced',
    fields: { status: 'blocked', strategy: 'capital_preservation' }, metadata: { guardrail: name, threshold: '0.75', value },
  }),
});

function acts(seed: string, now: number): readonly Act[] {
  return [
    ...modelReportPlans.map((plan) => judged(seed, now, plan)),
    { hoursAgo: 17 * 24, run: ({ models }: Stage) => pinModel(models, { model: 'risk_model', reason: 'Obserwacja po zmianie limitów / watched after new limits', until: new Date(now + 14 * 24 * hourMs).toISOString(), actor: person('helena') }) },
    { hoursAgo: 20, run: ({ training }: Stage) => markExecuted(training, { actor: person('marek'), job: 'btc-retrain', reason: 'trained by the pipeline of the bot' }) },
    cycle('btc-retrain', 14), cycle('eth-retrain', 13.9), cycle('sol-retrain', 13.8),
    { hoursAgo: 12, run: signAll },
    guardrail(11.5, 'effective_risk', '0.81'), guardrail(0.7, 'effective_risk', '0.77'),
    { hoursAgo: 5, run: (stage: Stage) => degrade(stage, now) },
    cycle('btc-retrain', 1.9), cycle('eth-retrain', 1.8, 0.79), cycle('sol-retrain', 1.7),
  ].toSorted((a, b) => b.hoursAgo - a.hoursAgo);
}

export interface DecisionLoopFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Files that other programs keep, for the caller to write. */
export const decisionLoopFiles = (seed: string, now: number): readonly DecisionLoopFile[] => [
  { path: 'data/feeds/btc_1h.csv', bytes: feedCsv(seed, 'BTC/USDT', now, 64_000) },
  { path: 'data/feeds/eth_1h.csv', bytes: feedCsv(seed, 'ETH/USDT', now, 3_100) },
  { path: signalsFile, bytes: signalBytes(now) },
];

/** Lets the past happen in `root`, which holds the files of {@link decisionLoopFiles} and the policy already. */
export async function playDecisionLoop(fs: FileSystem, root: string, options: { readonly seed: string; readonly now: number }): Promise<void> {
  const random = randomOf(`${options.seed}/workspace`);
  const id = `ws-${Array.from({ length: 16 }, () => random.between(0, 15).toString(16)).join('')}`;
  const stage = openStage(fs, root, options.seed, id);
  stage.at(options.now - 60 * 24 * hourMs);
  replaceFile(stage.context.fs, join(root, 'var/console/workspace.json'), Buffer.from(`${JSON.stringify({ schema: 'sterownia.workspace/1', id, created_at: new Date(options.now - 60 * 24 * hourMs).toISOString() }, null, 2)}\n`));
  ensureWorkspaceId(stage.context);
  for (const act of acts(options.seed, options.now)) {
    stage.at(options.now - act.hoursAgo * hourMs);
    await act.run(stage);
  }
  replaceFile(stage.context.fs, join(root, signalsFile), signalBytes(options.now));
}
