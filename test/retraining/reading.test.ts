/** Whatever the file holds, it is read as far as it makes sense, and what does not is named. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { microsText, parseInstant, type Micros } from '#engines/decisions';
import { markFailure, noteObservations, pauseRetraining, readScheduleBytes, resumeRetraining, retrainingStatus, rulesOf, tickSchedule } from '#engines/retraining';
import type { FileSystem } from '#engines/storage';
import { quickDisk } from '../faults/support.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { actsOf, configOf, decisionsOf, fileOf, openBench, person, scheduleText, type BenchOptions } from './support.ts';

const now = parseInstant('2026-11-20T09:00:00Z') ?? 0n;
const rules = rulesOf(configOf());
const read = (content: unknown) => readScheduleBytes(Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)), now, rules);
const text = (at: Micros | null): string | null => (at === null ? null : microsText(at));

describe('reading the schedule', () => {
  it.each([
    ['2026-11-20T08:00:00+00:00', '2026-11-20T08:00:00+00:00'],
    ['2026-11-20T08:00:00Z', '2026-11-20T08:00:00+00:00'],
    ['2026-11-20 08:00:00', '2026-11-20T08:00:00+00:00'],
    ['2026-11-20', '2026-11-20T00:00:00+00:00'],
    ['2026-11-20T10:00:00.123456789+02:00', '2026-11-20T08:00:00.123456+00:00'],
    ['2026-11-20T02:30:00-05:30', '2026-11-20T08:00:00+00:00'],
    [1_763_625_600, '2025-11-20T08:00:00+00:00'],
    [1_763_625_600.25, '2025-11-20T08:00:00.250000+00:00'],
    ['yesterday', null], [true, null], [[], null], [1e300, null], ['9999-12-31T23:59:59-01:00', null], ['2026-02-30', null], ['', null],
  ])('takes %j as the instant %s', (given, expected) => {
    const { state, issues } = read({ version: 5, last_run: given });
    expect(text(state.lastRun)).toBe(expected);
    expect(issues.map(({ code, field }) => [code, field])).toEqual(expected === null ? [['field_invalid', 'last_run']] : []);
  });

  it.each([
    [900, 900], ['900', 900], ['900.5', 900.5], [0.25, 0.25], [0, null], [-1, null], [true, null], ['soon', null], [1e300, null], [{}, null], [1e-9, null], ['', null],
  ])('takes %j as an interval of %s seconds', (given, expected) => {
    const { state, issues } = read({ version: 5, last_run: null, interval: given });
    expect(Number(state.interval) / 1e6).toBe(expected ?? 1800);
    expect(issues.map(({ field }) => field)).toEqual(expected === null ? ['interval'] : []);
  });

  it.each([[2, 2], [2.9, 2], ['3', 3], [true, 1], [null, 0], [-1, null], ['2.9', null], [1e300, null], [[], null]])('takes %j as a streak of %s', (given, expected) => {
    const { state, issues } = read({ version: 5, last_run: null, failure_streak: given });
    expect(state.failureStreak).toBe(expected ?? 0);
    expect(issues.map(({ field }) => field)).toEqual(expected === null ? ['failure_streak'] : []);
  });

  it('reads the infinities and NaN of the bot as fields without sense, not as damage', () => {
    const { document, state, issues } = read('{"version": 5, "last_run": null, "interval": NaN, "failure_streak": Infinity, "last_failure": -Infinity, "paused_reason": "NaN, \\"Infinity\\""}');
    expect(document).toBe('ok');
    expect(state.pausedReason).toBe('NaN, "Infinity"');
    expect(issues.map(({ field }) => field).toSorted()).toEqual(['failure_streak', 'interval', 'last_failure']);
  });

  it('works last_run out only where its key is absent, marks it, and never puts it in the future', () => {
    expect(read({ version: 5, next_run: '2026-11-20T08:50:00Z', interval: 600 })).toMatchObject({ lastRunDerived: true, issues: [{ code: 'last_run_derived' }] });
    expect(text(read({ next_run: '2026-11-20T08:50:00Z', interval: 600 }).state.lastRun)).toBe('2026-11-20T08:40:00+00:00');
    expect(text(read({ next_run: '2027-11-20T08:50:00Z', interval: 600 }).state.lastRun)).toBe('2026-11-20T09:00:00+00:00');
    expect(read({ last_run: null, next_run: '2026-11-20T08:50:00Z', interval: 600 })).toMatchObject({ lastRunDerived: false, state: { lastRun: null } });
    expect(read({ interval: 600 })).toMatchObject({ lastRunDerived: false, state: { lastRun: null } });
  });

  it('works a missing cooldown out from the last failure, and cuts reasons by characters', () => {
    const { state } = read({ last_run: null, last_failure: '2026-11-20T08:00:00Z', failure_streak: 2, last_failure_reason: '😀'.repeat(2000), paused_reason: 'a\ud800b' });
    expect(text(state.cooldownUntil)).toBe('2026-11-20T09:00:00+00:00');
    expect([...(state.lastFailureReason ?? '')]).toHaveLength(1024);
    expect(state.pausedReason).toBe('a\ufffdb');
  });

  it.each([['an older', 3], ['no', undefined], ['an odd', 'x'], ['its own as text', '5'], ['a fraction of a newer', 5.9], ['null as', null]])('accepts %s version', (_, version) => {
    expect(read({ version, last_run: null }).document).toBe('ok');
  });

  it.each([6, '6', 1e300, '99999999999999999999', Number('1e999')])('knows version %s to be newer', (version) => {
    expect(read(`{"version": ${version === Infinity ? 'Infinity' : JSON.stringify(version)}}`).document).toBe('newer');
  });

  it.each(['', '[]', 'null', '123', '"x"', '{', '{"a":1', '\0\0\0', '['.repeat(200_000), `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`])('calls what is no object damaged: %.20s', (content) => {
    expect(read(content).document).toBe('corrupt');
  });

  it('calls bytes that are no UTF-8 damaged, and lets a byte order mark pass', () => {
    expect(readScheduleBytes(Buffer.from([0x7b, 0xff, 0x7d]), now, rules).document).toBe('corrupt');
    expect(read('\ufeff{"version": 5, "last_run": null}').document).toBe('ok');
  });

  it('never throws, for any JSON in any field, and what it makes of it can be written', () => {
    const keys = ['version', 'last_run', 'next_run', 'interval', 'updated_at', 'last_failure', 'failure_streak', 'last_failure_reason', 'cooldown_until', 'paused_until', 'paused_reason', 'more'];
    const value = fc.oneof(fc.jsonValue(), fc.date({ noInvalidDate: true }).map((date) => date.toISOString()), fc.double(), fc.bigInt().map(String), fc.constantFrom('0001-01-01', '9999-12-31T23:59:59.999999Z'));
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...keys), value), (fields) => {
      const { document, state } = read(fields);
      if (document === 'ok') expect(state.interval > 0n && state.failureStreak >= 0).toBe(true);
      else expect(document).toBe('newer');
    }), { numRuns: 2000 });
  });
});

describe('a schedule that cannot be used', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = testWorkspace();
    mkdirSync(dirname(fileOf(workspace.root)), { recursive: true });
  });
  afterEach(() => workspace.remove());

  const open = (options: Partial<BenchOptions> = {}) => openBench({ root: workspace.root, clock: { at: Number(now / 1000n) }, ...options });
  const put = (content: string): void => writeFileSync(fileOf(workspace.root), content);

  it('that is damaged makes nothing due, and is kept aside by the next act of a person', () => {
    put('{"version": 5, ');
    const { engine, context, config, journal } = open();
    expect(retrainingStatus(context, config)).toMatchObject({ document: 'corrupt', due: false, escalate: true, escalation_reasons: ['document'], schedule: null });
    expect(tickSchedule(engine, person).changed).toBe(false);
    expect(scheduleText(workspace.root)).toBe('{"version": 5, ');
    const change = pauseRetraining(engine, { actor: person, duration: '2h' });
    expect(change).toMatchObject({ changed: true, status: { document: 'ok', paused: true }, warnings: ['The schedule was damaged; it was kept aside and started anew.'] });
    const aside = readdirSync(dirname(fileOf(workspace.root))).filter((name) => name.includes('corrupt'));
    expect(aside).toEqual(['scheduler.json.corrupt-20261120T090000.000Z']);
    expect(readFileSync(`${dirname(fileOf(workspace.root))}/${aside[0] ?? ''}`, 'utf8')).toBe('{"version": 5, ');
    expect(actsOf(journal).at(-1)?.data).toMatchObject({ status: 'completed', kept_aside: expect.stringContaining('.corrupt-') });
  });

  it('that is newer is shown as such and refused by every act, byte for byte unchanged', () => {
    const content = '{"version": 6, "last_run": null}';
    put(content);
    const { engine, context, config, journal } = open();
    expect(retrainingStatus(context, config)).toMatchObject({ document: 'newer', due: false });
    for (const act of [() => pauseRetraining(engine, { actor: person, duration: '2h' }), () => resumeRetraining(engine, { actor: person }), () => tickSchedule(engine, person)]) {
      expect(act).toThrow(expect.objectContaining({ code: 'DOCUMENT_NEWER' }));
    }
    expect(scheduleText(workspace.root)).toBe(content);
    expect(actsOf(journal)).toEqual([]);
  });

  it('that is a folder is named and left alone', () => {
    mkdirSync(fileOf(workspace.root));
    const { engine, context, config } = open();
    expect(retrainingStatus(context, config)).toMatchObject({ document: 'unreadable', due: false });
    expect(() => resumeRetraining(engine, { actor: person })).toThrow(expect.objectContaining({ code: 'IO' }));
  });

  it('that may not be written tells so, and nothing is recorded as done', () => {
    put(JSON.stringify({ version: 5, last_run: null, interval: 60 }));
    const refusing: FileSystem = {
      ...quickDisk,
      open: (path, flags, mode) => {
        if (flags === 'wx' && path.startsWith(dirname(fileOf(workspace.root)))) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
        return quickDisk.open(path, flags, mode);
      },
    };
    const { engine, journal } = open({ fs: refusing });
    expect(() => pauseRetraining(engine, { actor: person, duration: '2h' })).toThrow(expect.objectContaining({ code: 'IO' }));
    expect(actsOf(journal).map(({ data }) => data['status'] ?? 'intent')).toEqual(['intent', 'reverted']);
  });

  it('that is much too large is not read at all', () => {
    put(`{"version": 5, "last_run": null, "more": "${'x'.repeat(1 << 20)}"}`);
    const { context, config } = open();
    expect(retrainingStatus(context, config)).toMatchObject({ document: 'unreadable', due: false });
  });

  it('without last_run is noted in the journal once, and the note names the value worked out', () => {
    put(JSON.stringify({ version: 5, next_run: '2026-11-20T08:50:00+00:00', interval: 600 }));
    const { engine, context, config, journal } = open();
    expect(retrainingStatus(context, config)).toMatchObject({ last_run_derived: true, schedule: { last_run: '2026-11-20T08:40:00+00:00' } });
    expect([noteObservations(engine, person), noteObservations(engine, person)]).toEqual([true, false]);
    const notes = journal.list({ type: ['retraining_observation'], limit: 10 }).entries;
    expect(notes.map(({ stage, data }) => [stage, data['last_run']])).toEqual([['note', '2026-11-20T08:40:00+00:00']]);
    markFailure(engine, { actor: person, run: { job: 'btc', at: now }, errorType: 'OSError', errorMessage: 'no space' });
    expect(JSON.parse(scheduleText(workspace.root) ?? '')).toMatchObject({ last_run: '2026-11-20T08:40:00+00:00' });
    expect(decisionsOf(workspace.root)).toHaveLength(1);
  });
});
