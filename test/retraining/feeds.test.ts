/** Feeds are judged by their newest complete row; jobs by what the decision journal last said. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendDecision, parseInstant } from '#engines/decisions';
import { checkFeeds, listJobs, retrainingStatus } from '#engines/retraining';
import { readFeedTime } from '../../src/engines/retraining/feedRows.ts';
import { feedStatusSchema, retrainingConfigSchema, retrainingJobViewSchema } from '#contract';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { configOf } from './support.ts';

const heading = 'timestamp,open,high,low,close,volume';
const at = (text: string) => parseInstant(text) ?? 0n;

describe('feeds', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = testWorkspace();
  });
  afterEach(() => workspace.remove());

  const check = (text: string | null, more: Readonly<Record<string, unknown>> = {}) => {
    if (text !== null) workspace.put('data/btc.csv', text);
    const config = retrainingConfigSchema.parse({ feeds: [{ name: 'btc', path: 'data/btc.csv', max_age_seconds: 7200, min_rows: 2, ...more }] });
    const { feeds, status } = checkFeeds(workspace.context, config);
    const feed = feedStatusSchema.parse(feeds[0]);
    expect(status).toBe(feed.status === 'ok' ? 'ok' : 'problems');
    return feed;
  };

  it('are ok when the newest row is recent and there are enough rows, in whatever order they stand', () => {
    expect(check(`${heading}\n2026-11-20T08:30:00Z,1,2,0.5,1.5,10\n2026-11-20T07:30:00Z,1,2,0.5,1.5,10\n`)).toMatchObject({
      status: 'ok', rows: 2, age_seconds: 1800, first_timestamp: '2026-11-20T07:30:00+00:00', last_timestamp: '2026-11-20T08:30:00+00:00', problem: '1 rows out of order', out_of_order_rows: 1,
    });
  });

  it('know a byte order mark, quotes, other column orders, line ends of Windows and a last line without end', () => {
    expect(check(`\ufeff"Date","Volume","Open","High","Low","Close"\r\n2026-11-20 08:00,10,1,2,0.5,1.5\r\n"2026-11-20 08:30",10,1,2,0.5,1.5`)).toMatchObject({ status: 'ok', rows: 2 });
  });

  it('count incomplete rows and rows that the time frame misses, and do not take them for data', () => {
    expect(check(`${heading}\n2026-11-20T05:30:00Z,1,2,0.5,1.5,10\n2026-11-20T07:30:00Z,1,2,0.5,1.5,10\n2026-11-20T08:30:00Z,1,,0.5,1.5,10\nsoon,1,2,3,4,5\n`, { timeframe_seconds: 3600 })).toMatchObject({
      status: 'incomplete', rows: 4, incomplete_rows: 2, missing_rows: 1, missing_ratio: 0.6, last_timestamp: '2026-11-20T07:30:00+00:00',
      problem: '2 incomplete rows, 1 rows are missing in between, together 60.0 % of the rows',
    });
  });

  const minutes = (lost: number, rows = 300): string => `${heading}\n${Array.from({ length: rows }, (_, at) =>
    `${new Date(Date.parse('2026-11-20T03:00:00Z') + at * 60_000).toISOString()},1,2,0.5,${at > 0 && at <= lost ? '' : '1.5'},10`).join('\n')}\n`;

  it('are a problem where one row in twenty is lost, and a row that is there but unreadable is not missing besides', () => {
    expect(check(minutes(60), { timeframe_seconds: 60 })).toMatchObject({ status: 'incomplete', incomplete_rows: 60, missing_rows: 0, missing_ratio: 0.2 });
    expect(check(minutes(3), { timeframe_seconds: 60 })).toMatchObject({ status: 'ok', problem: '3 incomplete rows, together 1.0 % of the rows' });
    expect(check(minutes(2), { timeframe_seconds: 60 })).toMatchObject({ status: 'ok', problem: '2 incomplete rows' });
  });

  it('say how many rows come twice or out of order', () => {
    const row = (time: string): string => `2026-11-20T${time}Z,1,2,0.5,1.5,10\n`;
    expect(check(`${heading}\n${row('08:00:00')}${row('08:10:00')}${row('08:10:00')}${row('08:05:00')}`)).toMatchObject({ status: 'ok', duplicate_rows: 1, out_of_order_rows: 1 });
  });

  it('are stale when the newest row is too old, or ahead of the clock', () => {
    expect(check(`${heading}\n2026-11-20T05:00:00Z,1,2,0.5,1.5,10\n2026-11-20T06:59:59Z,1,2,0.5,1.5,10\n`)).toMatchObject({ status: 'stale', age_seconds: 7201 });
    expect(check(`${heading}\n2026-11-20T05:00:00Z,1,2,0.5,1.5,10\n2027-11-20T07:00:00Z,1,2,0.5,1.5,10\n`)).toMatchObject({ status: 'stale', problem: expect.stringContaining('ahead') });
  });

  it.each([
    ['there is no such file', null, {}], ['the file is empty', '', {}], ['the heading lacks a time, open', 'a,high,low,close,volume\n', {}],
    ['no row has a time', `${heading}\n`, {}], ['1 complete rows, at least 2', `${heading}\n2026-11-20T08:30:00Z,1,2,0.5,1.5,10\n`, {}],
    ['a line is longer', `${heading}\n${'9'.repeat(400_000)}`, {}], ['lies outside', null, { path: '../btc.csv' }], ['it is no file', `${heading}\n`, { path: 'data' }],
  ])('are missing when %s', (problem, text, more) => {
    expect(check(text, more)).toMatchObject({ status: 'missing', problem: expect.stringContaining(problem) });
  });

  it.each([
    ['1763625600', '2025-11-20T08:00:00+00:00'], ['1763625600.5', '2025-11-20T08:00:00.500000+00:00'], ['1763625600000', '2025-11-20T08:00:00+00:00'],
    ['1763625600000001', '2025-11-20T08:00:00.000001+00:00'], ['1763625600000001999', '2025-11-20T08:00:00.000001+00:00'], ['12', null],
  ])('reads the time %s as %s', (given, expected) => {
    expect(readFeedTime(given)).toBe(expected === null ? null : at(expected));
  });

  it('are read whole however large the file', () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => `${1_763_625_600 + n * 60},1.25,2.5,0.125,1.5,10`);
    expect(check(`${heading}\n${rows.join('\n')}\n`, { timeframe_seconds: 60, max_age_seconds: 1e9 })).toMatchObject({ rows: 60_000, incomplete_rows: 0, missing_rows: 0 });
  });
});

describe('jobs', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = testWorkspace();
  });
  afterEach(() => workspace.remove());

  const config = configOf({ jobs: [
    { name: 'btc-retrain', kind: 'command', argv: ['python3', 'train.py'] }, { name: 'eth', kind: 'embedded', feed: 'eth', model: 'eth_model' }, { name: 'btc', kind: 'embedded', feed: 'btc' },
  ] });
  const say = (event: string, when: string, schedule: string, metadata: Readonly<Record<string, unknown>> = {}): void => {
    appendDecision(workspace.context, { event, at: at(when), environment: 'ai-training', portfolio: schedule, risk_profile: 'ai-research', fields: { schedule }, metadata });
  };

  const untold = { failure_streak: 0, cooldown_until: null, next_run: null };
  it('are listed with their last success, failure and log, bad lines counted and passed over', () => {
    say('ai_retraining_failed', '2026-11-18T08:00:00Z', 'eth', { error_type: 'OSError', error_message: 'old' });
    say('ai_retraining', '2026-11-19T08:00:00Z', 'eth');
    say('ai_retraining', '2026-11-19T09:00:00Z', 'btc-retrain');
    say('ai_retraining_failed', '2026-11-20T08:00:00.000001Z', 'btc-retrain', { error_type: 'OSError', error_message: 'no space' });
    say('ai_retraining', '2026-11-20T08:00:00Z', 'btc-retrain');
    workspace.put('logs/decision_journal/decisions-20261117.jsonl', '{"event": "ai_retr\n\n[1]\n');
    workspace.put('logs/ai_training/btc-retrain-20261119.log', '');
    workspace.put('logs/ai_training/btc-retrain-20261120.log', '');
    workspace.put('logs/ai_training/btc-20261118.log', '');
    const { jobs, bad_lines } = listJobs(workspace.context, config);
    expect(bad_lines).toBe(2);
    expect(jobs.map((job) => retrainingJobViewSchema.parse(job))).toEqual([
      {
        name: 'btc-retrain', kind: 'command', model: null, feed: null, argv: ['python3', 'train.py'], last_success: '2026-11-20T08:00:00+00:00', last_failure: '2026-11-20T08:00:00.000001+00:00',
        last_result: 'failure', last_error: 'OSError: no space', last_log: 'logs/ai_training/btc-retrain-20261120.log', ...untold,
      },
      { name: 'eth', kind: 'embedded', model: 'eth_model', feed: 'eth', argv: null, last_success: '2026-11-19T08:00:00+00:00', last_failure: '2026-11-18T08:00:00+00:00', last_result: 'success', last_error: null, last_log: null, ...untold },
      { name: 'btc', kind: 'embedded', model: null, feed: 'btc', argv: null, last_success: null, last_failure: null, last_result: null, last_error: null, last_log: 'logs/ai_training/btc-20261118.log', ...untold },
    ]);
  });

  it.each(['../x', 'a/b', '', 'a..b', '.hidden', 'x'.repeat(101)])('cannot be called "%s"', (name) => {
    const found = retrainingConfigSchema.parse({ jobs: [{ name, kind: 'embedded', feed: 'btc' }] });
    expect([found.jobs, found.faults.map(({ field }) => field)]).toEqual([[], ['retraining.jobs.0.name']]);
  });

  it('cannot share a name, also not by case', () => {
    const jobs = ['BTC', 'btc'].map((name) => ({ name, kind: 'embedded', feed: 'btc' }));
    const found = retrainingConfigSchema.parse({ jobs });
    expect([found.jobs.map(({ name }) => name), found.faults]).toEqual([['BTC'], [{ list: 'jobs', name: 'btc', field: 'retraining.jobs.1.name', problem: 'another one before it has the same name' }]]);
  });

  it('that are set up wrong are named and do not take the others away, and neither do feeds', () => {
    const found = configOf({
      jobs: [
        { name: 'slow', kind: 'embedded', feed: 'btc', timeout_seconds: -1 }, { name: 'odd', kind: 'magic' }, 7, { name: 'good', kind: 'embedded', feed: 'btc' },
      ] as never,
      feeds: [{ name: 'btc', path: 'btc.csv' }, { name: 'eth' }] as never,
    });
    expect(found.jobs.map(({ name }) => name)).toEqual(['good']);
    expect(found.feeds.map(({ name }) => name)).toEqual(['btc']);
    expect(found.faults.map(({ list, name, field }) => [list, name, field])).toEqual([
      ['jobs', 'slow', 'retraining.jobs.0.timeout_seconds'], ['jobs', 'odd', 'retraining.jobs.1.kind'], ['jobs', null, 'retraining.jobs.2'], ['feeds', 'eth', 'retraining.feeds.1.path'],
    ]);
    expect(retrainingConfigSchema.parse(found)).toEqual(found);
    expect(listJobs(workspace.context, found).faults).toHaveLength(3);
    expect(checkFeeds(workspace.context, found)).toMatchObject({ status: 'problems', faults: [{ name: 'eth' }] });
    expect(retrainingStatus(workspace.context, found).issues.filter(({ code }) => code === 'config_invalid')).toHaveLength(4);
  });
});
