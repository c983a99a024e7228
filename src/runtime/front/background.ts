/**
 * What a running console does beside answering: it recovers the decision loop, runs it, follows the decision journal, tells
 * Prometheus and people. Hosts without windows have none of it.
 */
import { basename, dirname } from 'node:path';
import type { Actor, AutomodeAlert, EventName, EventPayload, Note, OperationOutput, OperationParsed, Snapshot } from '#contract';
import type { DecisionEntry } from '#engines/decisions';
import type { EngineContext } from '#engines/storage';
import { readPolicy } from '#engines/workspace';
import type { LoopLook } from '../core/tasks.ts';
import type { CoreOperation } from '../core/types.ts';
import type { Backend } from '../threads/pool.ts';
import { productVersion } from '../versions.ts';
import type { EventHub } from './eventHub.ts';
import { followJournal, type JournalFollower } from './journalFollower.ts';
import { knownSeries } from './knownSeries.ts';
import { startLoop, type BackgroundLoop } from './loop.ts';
import { loopEntries } from './loopEntries.ts';
import { noticeOf, watchAlerts } from './loopNotices.ts';
import type { Metrics } from './metrics.ts';
import { missedNews } from './missedNews.ts';
import { openMetricsPort, type MetricsPort } from './metricsPort.ts';
import type { Notice, Notifications } from './notifications.ts';
import type { WatchedPlace } from './watcher.ts';

export interface BackgroundParts {
  readonly context: EngineContext;
  readonly hub: EventHub;
  readonly backend: Backend;
  readonly metrics: Metrics;
  /** Text for `/metrics`, with everything that has happened until now. */
  readonly text: () => Promise<{ readonly contentType: string; readonly body: string }>;
  readonly actor: Actor;
  readonly readOnly: Note | null;
  readonly notifications: () => Notifications;
  readonly raise: (notice: Notice) => void;
  readonly loopsChanged: () => void;
  readonly needsChanged: (needs: Snapshot['needs']) => void;
  readonly everyMs?: number | undefined;
  /** Overrules the port of the configuration; undefined leaves it. */
  readonly metricsPort?: number | null | undefined;
}

export interface Background {
  readonly loops: Snapshot['loops'];
  readonly needs: Snapshot['needs'];
  start(): void;
  changedOnDisk(place: WatchedPlace['name'], paths: readonly string[] | null): void;
  noticed(name: EventName, payload: unknown): void;
  /** Brings what is counted up to this moment. */
  beforeMetrics(): Promise<void>;
  stop(): Promise<void>;
}

/** Between two looks at everything that may need a person, while nothing is told. */
const statusEveryMs = 60_000;
const statusPauseMs = 2_000;
const startAfterMs = 1_000;
const wakePauseMs = 1_000;
/** The engine tells of a change and writes its entry within this time. */
const ownForMs = 5_000;
const ownChangesKept = 50;

/** Runs at most once per pause: the first time soon, then not before the pause is over. Never lost. */
function paced(work: () => void, soonMs: number, pauseMs: number): { soon(): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null;
  let last = Number.NEGATIVE_INFINITY;
  return {
    soon: () => {
      timer ??= setTimeout(() => {
        timer = null;
        last = performance.now();
        work();
      }, Math.max(soonMs, last + pauseMs - performance.now())).unref();
    },
    stop: () => {
      if (timer) clearTimeout(timer);
    },
  };
}

export const noNeeds: Snapshot['needs'] = { models: 0, automode: 0 };

const ofModels: ReadonlySet<AutomodeAlert['code']> = new Set(['champion_degraded', 'champion_unreadable', 'no_champion', 'promotion_waits']);

/** Models count one by one, everything else by the alert. */
function needsOf(alerts: readonly AutomodeAlert[]): Snapshot['needs'] {
  const models = alerts.filter(({ code }) => ofModels.has(code)).reduce((sum, { params }) => sum + (typeof params['count'] === 'number' ? params['count'] : 1), 0);
  return { models, automode: alerts.filter(({ code }) => !ofModels.has(code)).length };
}

export function createBackground(parts: BackgroundParts): Background {
  const { context, hub, backend, metrics, actor } = parts;
  const writable = parts.readOnly === null;
  const alerts = watchAlerts(() => parts.notifications().all());
  const news = missedNews({ context, backend, actor, raise: parts.raise });
  const own: { readonly key: string; readonly at: number }[] = [];
  let follower: JournalFollower | null = null;
  let loop: BackgroundLoop | null = null;
  let port: MetricsPort | null = null;
  let entries: Snapshot['loops'] = [];
  let summary = '';
  let needs: Snapshot['needs'] = noNeeds;
  let statusTimer: NodeJS.Timeout | null = null;
  let startTimer: NodeJS.Timeout | null = null;
  let stopped = false;

  const ask = <N extends CoreOperation>(name: N, input: OperationParsed<N>): Promise<OperationOutput<N>> =>
    backend.run({ name, input, actor, confined: true, onProgress: () => undefined, signal: null }) as Promise<OperationOutput<N>>;
  const warn = (what: string) => (error: unknown): void => {
    if (!stopped) context.log.warn(what, { error: error instanceof Error ? error.message : String(error) });
  };
  const emit = <N extends EventName>(name: N, payload: EventPayload<N>): void => hub.emit(name, payload);
  const jobs = () => readPolicy(context).config.retraining.jobs;
  const modelOf = (job: string): string | null => jobs().find(({ name }) => name === job)?.model ?? null;

  const tellAlerts = async (): Promise<void> => {
    const { alerts: present } = await ask('automode.status', {});
    if (stopped) return;
    for (const notice of alerts.news(present)) parts.raise(notice);
    const next = needsOf(present);
    if (next.models === needs.models && next.automode === needs.automode) return;
    needs = next;
    parts.needsChanged(needs);
  };
  const status = paced(() => void tellAlerts().catch(warn('the state of AutoMode could not be read')), 200, statusPauseMs);
  const wake = paced(() => loop?.wake(), 20, wakePauseMs);
  const observe = async (): Promise<void> => {
    const { failed } = await backend.task('observations', actor);
    for (const { part, message } of failed) context.log.warn('what other programs did could not be noted', { part, message });
  };
  const observations = paced(() => void observe().catch(warn('what other programs did could not be noted')), 500, statusPauseMs);

  const seed = (): void => {
    try {
      for (const known of knownSeries(context, readPolicy(context).config)) metrics.journal.know(known);
    } catch (error) {
      warn('not every series of the metrics could begin')(error);
    }
  };

  const seedFromJournal = async (): Promise<void> => {
    for (const known of await backend.task('series', actor)) metrics.journal.know(known);
  };

  const changeKey = (model: string, version: string): string => JSON.stringify([model, version]);

  /** A promotion of this console was told by the engine already; one of another program is told here. */
  const toldHere = (model: string, version: string): boolean => {
    const key = changeKey(model, version);
    const at = own.findIndex((each) => each.key === key && performance.now() - each.at < ownForMs);
    if (at >= 0) own.splice(at, 1);
    return at >= 0;
  };

  const onEntry = (entry: DecisionEntry): void => {
    const notice = noticeOf(entry);
    if (notice !== null) parts.raise(notice);
    if (entry['event'] === 'model_change') {
      if (writable) news.told(entry);
      const [model, version] = [entry['model_name'] ?? entry['strategy'] ?? '', entry['model_version'] ?? ''];
      if (!toldHere(model, version)) emit('models.changed', { model, version, mode: entry['promotion_mode'] ?? 'unknown', reason: entry['reason'] ?? '' });
    } else if (entry['event'] === 'decision_guardrail') {
      emit('automode.changed', {});
    } else emit('retraining.changed', {});
    status.soon();
  };

  const onLook = (look: LoopLook | null, problem: string | null): void => {
    const next = loopEntries(look, problem);
    const said = JSON.stringify([look?.automation, look?.guardrail.state, look?.guardrail.triggers.map(({ name }) => name), look?.running]);
    if (said !== summary) {
      if (summary !== '') emit('automode.changed', {});
      summary = said;
      status.soon();
    }
    if (JSON.stringify(next) === JSON.stringify(entries)) return;
    entries = next;
    parts.loopsChanged();
  };

  const usePort = (): void => port?.use(parts.metricsPort === undefined ? readPolicy(context).config.metrics.port : parts.metricsPort);

  const settle = async (): Promise<void> => {
    const { failed, ended } = await backend.task('settle', actor);
    for (const { part, message } of failed) context.log.error('a part of the decision loop could not be brought into order', { part, message });
    if (ended.length > 0) context.log.info('the decision loop was brought into order', { parts: ended });
    if (failed.length > 0) parts.raise({ kind: 'loop_not_settled', severity: 'blocked', critical: true, params: { parts: failed.map(({ part }) => part).join(', '), reason: failed[0]?.message ?? '' }, address: '#/journal' });
  };

  const runLoop = async (): Promise<void> => {
    await settle().catch(warn('the decision loop could not be brought into order'));
    if (stopped) return;
    news.tell().catch(warn('changes of models since the last start could not be told'));
    loop = startLoop({
      backend, actor, log: context.log, onLook, everyMs: parts.everyMs ?? 5_000,
      timeoutOf: (job) => jobs().find(({ name }) => name === job)?.timeout_seconds ?? 3_600,
    });
    status.soon();
  };

  const reactions: Readonly<Partial<Record<WatchedPlace['name'], (paths: readonly string[] | null) => void>>> = {
    decisions: () => follower?.look(),
    quality: () => {
      emit('models.touched', {});
      if (writable) observations.soon();
      seed();
      status.soon();
    },
    models: () => emit('models.touched', {}),
    aiDecision: (paths) => {
      const schedule = paths === null || paths.some((path) => basename(path) === 'scheduler.json');
      if (schedule) {
        emit('retraining.changed', {});
        wake.soon();
      }
      if (paths === null || paths.some((path) => basename(path) !== 'scheduler.json')) {
        emit('signoffs.changed', {});
        if (writable) observations.soon();
      }
      status.soon();
    },
    console: (paths) => {
      if (paths === null || paths.some((path) => basename(path) === 'automode.json')) {
        emit('automode.changed', {});
        loop?.wake();
        status.soon();
      }
      if (paths?.some((path) => basename(dirname(path)) === 'training' && path.endsWith('.json')) === true) {
        emit('retraining.changed', {});
        wake.soon();
      }
    },
    runtime: (paths) => {
      if (paths === null || paths.some((path) => basename(dirname(path)) === 'overrides')) {
        emit('automode.changed', {});
        status.soon();
      }
      wake.soon();
    },
    signalQuality: () => wake.soon(),
    config: () => {
      usePort();
      seed();
      wake.soon();
      status.soon();
    },
  };

  return {
    get loops() {
      return entries;
    },
    get needs() {
      return needs;
    },
    start: () => {
      follower = followJournal({ context, metrics: metrics.journal, modelOf, onEntry });
      seed();
      port = openMetricsPort({
        text: parts.text, version: productVersion(), log: context.log,
        onBusy: (busy) => parts.raise({ kind: 'metrics_port_busy', severity: 'attention', critical: false, params: { port: busy }, address: '#/settings' }),
      });
      usePort();
      statusTimer = setInterval(() => status.soon(), statusEveryMs).unref();
      // The first screen of the window goes before: all of this is the work of the thread that answers its queries.
      startTimer = setTimeout(() => {
        seedFromJournal().catch(warn('the decision journal of the last month could not be read'));
        if (writable) void runLoop();
        else status.soon();
      }, Math.min(startAfterMs, parts.everyMs ?? startAfterMs)).unref();
    },
    changedOnDisk: (place, paths) => reactions[place]?.(paths),
    noticed: (name, payload) => {
      if (name === 'models.changed') {
        const { model, version } = payload as EventPayload<'models.changed'>;
        own.push({ key: changeKey(model, version), at: performance.now() });
        own.splice(0, Math.max(0, own.length - ownChangesKept));
        follower?.look();
      } else if (name === 'automode.changed') loop?.wake();
      else if (name === 'retraining.changed') wake.soon();
      if (name === 'models.changed' || name === 'automode.changed' || name === 'retraining.changed' || name === 'signoffs.changed') status.soon();
    },
    beforeMetrics: async () => {
      follower?.look();
      try {
        const found = await ask('automode.shares', { hours: 1, points: 2 });
        metrics.journal.shares({ model_change: found.model_change.share, retraining: found.retraining.share });
      } catch (error) {
        metrics.journal.shares(null);
        warn('the shares under a guardrail could not be counted')(error);
      }
    },
    stop: async () => {
      stopped = true;
      if (startTimer) clearTimeout(startTimer);
      if (statusTimer) clearInterval(statusTimer);
      for (const timer of [status, wake, observations]) timer.stop();
      await Promise.all([loop?.stop(), port?.close()]);
      follower?.stop();
    },
  };
}
