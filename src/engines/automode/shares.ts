/**
 * Which part of all model changes, and of all trainings, happened while a guardrail was in force.
 *
 * Promise: counted, not estimated: entries of the decision journal later than the start of the window and not later than its
 * end, each once. What lies ahead of the clock does not count. A journal that cannot be read gives no share but "unknown".
 */
import { isConsoleError, type AutomodeConfig, type GuardrailShare } from '#contract';
import { addMicros, guardrailMark, nowMicros, openDecisionScan, secondsMicros, type DecisionEntry, type DecisionScan, type Micros } from '#engines/decisions';
import type { EngineContext } from '#engines/storage';
import { zoned } from './instants.ts';

export const shareEvents = { model_change: ['model_change'], retraining: ['ai_retraining', 'ai_retraining_failed'] } as const;
export type ShareName = keyof typeof shareEvents;
type ShareConfig = AutomodeConfig['shares'][ShareName];

interface Mark {
  readonly at: Micros;
  readonly guarded: boolean;
  readonly unmarked: boolean;
}

interface Kept {
  readonly share: ShareName;
  readonly mark: ReturnType<typeof guardrailMark>;
}

const keep = (entry: DecisionEntry): Kept => ({ share: entry['event'] === 'model_change' ? 'model_change' : 'retraining', mark: guardrailMark(entry) });

const openScan = (context: EngineContext): DecisionScan<Kept> => openDecisionScan(context, { events: Object.values(shareEvents).flat(), keep });

/** One per workspace and thread: the journal of a day is read once, and then only what is added to it. */
type Scans = WeakMap<EngineContext, DecisionScan<Kept>>;
const [scans, scansOfLines]: readonly [Scans, Scans] = [new WeakMap(), new WeakMap()];

function keptIn(all: Scans, context: EngineContext): DecisionScan<Kept> {
  const known = all.get(context) ?? openScan(context);
  all.set(context, known);
  return known;
}

interface Marks {
  readonly marks: Readonly<Record<ShareName, readonly Mark[]>>;
  readonly badLines: number;
  readonly problem: string | null;
}

/** Oldest first. */
function marksBetween(scan: DecisionScan<Kept>, from: Micros, until: Micros): Marks {
  const marks: Record<ShareName, Mark[]> = { model_change: [], retraining: [] };
  try {
    const { found, badLines } = scan.between(from, until);
    for (const { at, value: { share, mark } } of found) {
      marks[share].push({ at, guarded: mark === 'guardrail' || mark === 'kill_switch', unmarked: mark === 'unmarked' });
    }
    for (const list of Object.values(marks)) list.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    return { marks, badLines, problem: null };
  } catch (error) {
    if (!isConsoleError(error)) throw error;
    return { marks: { model_change: [], retraining: [] }, badLines: 0, problem: error.message };
  }
}

const levelOf = (share: number, { limit, red }: ShareConfig): GuardrailShare['level'] => (share >= red ? 'red' : share > limit ? 'review' : 'ok');

function shareOf({ marks, badLines, problem }: Marks, name: ShareName, config: ShareConfig, now: Micros): GuardrailShare {
  const from = addMicros(now, -secondsMicros(config.window_seconds));
  const counted = marks[name].filter(({ at }) => at > from && at <= now);
  const guarded = counted.filter((mark) => mark.guarded).length;
  const share = counted.length === 0 ? 0 : guarded / counted.length;
  return {
    n: counted.length, n_guardrail: guarded, share, window_seconds: config.window_seconds, from: zoned(from), until: zoned(now), limit: config.limit, red: config.red,
    level: problem === null ? levelOf(share, config) : 'unknown', unmarked: counted.filter((mark) => mark.unmarked).length, bad_lines: badLines,
  };
}

type Shares = AutomodeConfig['shares'];
const longestWindow = (config: Shares): Micros => secondsMicros(Math.max(config.model_change.window_seconds, config.retraining.window_seconds));

export interface BothShares {
  readonly model_change: GuardrailShare;
  readonly retraining: GuardrailShare;
}

/** For what decides: the whole journal of the window is read afresh. */
export const freshGuardrailShares = (context: EngineContext, config: Shares): BothShares => sharesBy(openScan(context), context, config);

/** For what is looked at often. */
export const guardrailShares = (context: EngineContext, config: Shares): BothShares => sharesBy(keptIn(scans, context), context, config);

function sharesBy(scan: DecisionScan<Kept>, context: EngineContext, config: Shares): BothShares {
  const now = nowMicros(context.clock);
  const marks = marksBetween(scan, addMicros(now, -longestWindow(config)), now);
  return { model_change: shareOf(marks, 'model_change', config.model_change, now), retraining: shareOf(marks, 'retraining', config.retraining, now) };
}

export interface SharePoint {
  readonly at: string;
  /** 0 where nothing happened in the window; null where the journal cannot be read. */
  readonly model_change: number | null;
  readonly model_changes: number;
  readonly retraining: number | null;
  readonly retrainings: number;
}

/** Counts over a window that moves on; asked for instants in rising order. */
class Sliding {
  readonly #marks: readonly Mark[];
  readonly #window: Micros;
  #entered = 0;
  #left = 0;
  #guarded = 0;

  constructor(marks: readonly Mark[], windowSeconds: number) {
    this.#marks = marks;
    this.#window = secondsMicros(windowSeconds);
  }

  at(instant: Micros): { readonly n: number; readonly share: number } {
    const from = addMicros(instant, -this.#window);
    for (let mark = this.#marks[this.#entered]; mark !== undefined && mark.at <= instant; mark = this.#marks[this.#entered]) {
      if (mark.guarded) this.#guarded += 1;
      this.#entered += 1;
    }
    for (let mark = this.#marks[this.#left]; this.#left < this.#entered && mark !== undefined && mark.at <= from; mark = this.#marks[this.#left]) {
      if (mark.guarded) this.#guarded -= 1;
      this.#left += 1;
    }
    const n = this.#entered - this.#left;
    return { n, share: n === 0 ? 0 : this.#guarded / n };
  }
}

export interface ShareLines extends BothShares {
  readonly points: readonly SharePoint[];
}

/** Evenly spread over the last `hours`, the last one now. */
export function guardrailShareLines(context: EngineContext, config: Shares, { hours, points }: { readonly hours: number; readonly points: number }): ShareLines {
  const now = nowMicros(context.clock);
  const span = secondsMicros(hours * 3600);
  const marks = marksBetween(keptIn(scansOfLines, context), addMicros(now, -(span + longestWindow(config))), now);
  const changes = new Sliding(marks.marks.model_change, config.model_change.window_seconds);
  const trainings = new Sliding(marks.marks.retraining, config.retraining.window_seconds);
  const known = marks.problem === null;
  const lines = Array.from({ length: points }, (_, place): SharePoint => {
    const at = now - (span * BigInt(points - 1 - place)) / BigInt(points - 1);
    const [change, training] = [changes.at(at), trainings.at(at)];
    return { at: zoned(at), model_change: known ? change.share : null, model_changes: change.n, retraining: known ? training.share : null, retrainings: training.n };
  });
  return { model_change: shareOf(marks, 'model_change', config.model_change, now), retraining: shareOf(marks, 'retraining', config.retraining, now), points: lines };
}
