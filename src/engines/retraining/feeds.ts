/** Promise: a feed is `ok` only if its newest complete row is recent enough, there are as many rows as asked for, and few of them are missing. */
import { isConsoleError, type FeedStatus, type RetrainingFault, type RetrainingConfig, type RetrainingFeedConfig } from '#contract';
import { microsText, nowMicros, secondsMicros, secondsOf, type Micros } from '#engines/decisions';
import { asConsoleError, isMissing, resolveInside, systemCode, type EngineContext } from '#engines/storage';
import { readFeedRows, type FeedFacts } from './feedRows.ts';

export interface FeedsChecked {
  readonly status: 'ok' | 'problems';
  readonly checked_at: string;
  readonly feeds: FeedStatus[];
  readonly faults: RetrainingFault[];
}

/** As the trainer's report on completeness has them. */
const warningRatio = 0.01;
const criticalRatio = 0.05;

export function checkFeeds(context: EngineContext, config: RetrainingConfig): FeedsChecked {
  const now = nowMicros(context.clock);
  const feeds = config.feeds.map((feed) => feedStatus(context, feed, config, now));
  const faults = config.faults.filter(({ list }) => list === 'feeds');
  return { status: faults.length === 0 && feeds.every(({ status }) => status === 'ok') ? 'ok' : 'problems', checked_at: microsText(now), feeds, faults };
}

const nothing = (problem: string): FeedFacts => ({
  rows: 0, incomplete: 0, timed: 0, firstTimed: null, lastTimed: null, duplicates: 0, outOfOrder: 0, first: null, last: null, problem,
});

function factsOf(context: EngineContext, feed: RetrainingFeedConfig): FeedFacts {
  const { fs, root } = context;
  try {
    const path = resolveInside(fs, root, feed.path, 'retraining.feeds.path');
    return fs.stat(path).kind === 'file' ? readFeedRows(fs, path) : nothing('it is no file');
  } catch (error) {
    if (isMissing(error)) return nothing('there is no such file');
    if (error instanceof RangeError) return nothing(error.message);
    if (!isConsoleError(error) && systemCode(error) === null) throw error;
    return nothing(asConsoleError(error, 'read', feed.path).message);
  }
}

/** Rows that the time frame asks for from first to last, less those that are there; one that is there but incomplete is not missing besides. */
function gaps({ timed, firstTimed, lastTimed }: FeedFacts, timeframe: number | undefined): number | null {
  if (timeframe === undefined) return null;
  if (firstTimed === null || lastTimed === null) return 0;
  const wanted = Number((lastTimed - firstTimed) / secondsMicros(timeframe)) + 1;
  return Math.max(0, wanted - timed);
}

function lostRatio(facts: FeedFacts, timeframe: number | undefined): number {
  const missing = gaps(facts, timeframe) ?? 0;
  return (facts.incomplete + missing) / Math.max(1, facts.rows + missing);
}

export function feedStatus(context: EngineContext, feed: RetrainingFeedConfig, config: RetrainingConfig, now: Micros): FeedStatus {
  const facts = factsOf(context, feed);
  const { status, problem } = judge(facts, feed, config, now);
  return {
    name: feed.name, path: feed.path, status,
    age_seconds: facts.last === null ? null : secondsOf(now - facts.last),
    rows: facts.rows,
    last_timestamp: facts.last === null ? null : microsText(facts.last),
    first_timestamp: facts.first === null ? null : microsText(facts.first),
    max_age_seconds: feed.max_age_seconds, min_rows: feed.min_rows,
    incomplete_rows: facts.incomplete, missing_rows: gaps(facts, feed.timeframe_seconds), missing_ratio: lostRatio(facts, feed.timeframe_seconds),
    duplicate_rows: facts.duplicates, out_of_order_rows: facts.outOfOrder, problem,
  };
}

function judge(facts: FeedFacts, feed: RetrainingFeedConfig, config: RetrainingConfig, now: Micros): Pick<FeedStatus, 'status' | 'problem'> {
  const complete = facts.rows - facts.incomplete;
  if (facts.problem !== null) return { status: 'missing', problem: facts.problem };
  if (facts.last === null) return { status: 'missing', problem: 'no row has a time, prices and a volume' };
  if (complete < feed.min_rows) return { status: 'missing', problem: `${complete} complete rows, at least ${feed.min_rows} are needed` };
  if (facts.last > now + secondsMicros(config.clock_tolerance_seconds)) return { status: 'stale', problem: `the newest row (${microsText(facts.last)}) lies ahead of this clock` };
  if (now - facts.last > secondsMicros(feed.max_age_seconds)) return { status: 'stale', problem: `the newest row is ${Math.floor(secondsOf(now - facts.last))} s old, at most ${feed.max_age_seconds} s are allowed` };
  const missing = gaps(facts, feed.timeframe_seconds) ?? 0;
  const ratio = lostRatio(facts, feed.timeframe_seconds);
  const share = ratio < warningRatio ? [] : [`together ${(ratio * 100).toFixed(1)} % of the rows`];
  const notes = [
    ...(facts.incomplete > 0 ? [`${facts.incomplete} incomplete rows`] : []), ...(missing > 0 ? [`${missing} rows are missing in between`] : []), ...share,
    ...(facts.duplicates > 0 ? [`${facts.duplicates} rows at the instant of the row before`] : []), ...(facts.outOfOrder > 0 ? [`${facts.outOfOrder} rows out of order`] : []),
  ];
  return { status: ratio >= criticalRatio ? 'incomplete' : 'ok', problem: notes.length === 0 ? null : notes.join(', ') };
}
