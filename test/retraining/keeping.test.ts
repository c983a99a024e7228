/** What the console leaves as it found it when it writes the schedule, and what it says about its version. */
import { lstatSync, readFileSync, symlinkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pauseRetraining, readScheduleBytes, retrainingStatus, rulesOf } from '#engines/retraining';
import { parseInstant } from '#engines/decisions';
import { resultStatus } from '../../src/cli/status.ts';
import { quickDisk } from '../faults/support.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { configOf, fileOf, openBench, person, scheduleText } from './support.ts';

const clock = { at: Date.parse('2026-11-20T09:00:00Z') };

describe('writing the schedule', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = testWorkspace();
  });
  afterEach(() => workspace.remove());

  const put = (text: string): void => void workspace.put('audit/ai_decision/scheduler.json', text);
  const pause = (fs = quickDisk): void => void pauseRetraining(openBench({ root: workspace.root, clock, fs }).engine, { actor: person, duration: '2h' });

  it('keeps members of other programs to the last digit', () => {
    put('{"version": 5, "big": 12345678901234567890, "whole": 1.0, "deep": {"b": [1, 2.0], "a": NaN}}');
    pause();
    const text = scheduleText(workspace.root) ?? '';
    for (const kept of ['  "big": 12345678901234567890,\n', '  "whole": 1.0,\n', '  "deep": {\n    "b": [\n      1,\n      2.0\n    ],\n    "a": NaN\n  }\n']) expect(text).toContain(kept);
    expect(retrainingStatus(workspace.context, configOf()).document).toBe('ok');
  });

  it('leaves a link a link and writes what it leads to', () => {
    workspace.put('elsewhere/schedule.json', '{"version": 5}');
    mkdirSync(join(workspace.root, 'audit/ai_decision'), { recursive: true });
    symlinkSync(join(workspace.root, 'elsewhere/schedule.json'), fileOf(workspace.root));
    pause();
    expect(lstatSync(fileOf(workspace.root)).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(workspace.root, 'elsewhere/schedule.json'), 'utf8')).toContain('"paused_until": "2026-11-20T11:00:00+00:00"');
  });

  it('gives the new file the owner of the old one, and goes on where it may not', () => {
    put('{"version": 5}');
    const asked: string[] = [];
    const keepOwner = (from: string): void => {
      asked.push(from);
      throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
    };
    pause({ ...quickDisk, keepOwner });
    expect(asked).toEqual([fileOf(workspace.root)]);
    expect(scheduleText(workspace.root)).toContain('"paused_until": "2026');
  });

  it('is refused by status 8 where nobody can rely on the file', () => {
    const exit = (): number => resultStatus('retraining.status', retrainingStatus(workspace.context, configOf()));
    expect(exit()).toBe(0);
    for (const [text, status] of [['{"version": 5}', 0], ['{', 8], ['{"version": 6}', 8]] as const) {
      put(text);
      expect(exit(), text).toBe(status);
    }
  });
});

describe('the version of the schedule', () => {
  const read = (version: string) => readScheduleBytes(Buffer.from(`{${version === '' ? '' : `"version": ${version}`}}`), parseInstant('2026-11-20T09:00:00Z') ?? 0n, rulesOf(configOf()));

  it.each([
    ['5', 5, undefined], ['4', 4, 'old_version'], ['', null, 'old_version'], ['"5"', 5, 'field_invalid'], ['"five"', null, 'field_invalid'], ['null', null, 'field_invalid'], ['true', null, 'field_invalid'],
  ])('%s is told as %s, with the issue %s', (text, version, code) => {
    const reading = read(text);
    expect([reading.document, reading.version, reading.issues.find(({ field }) => field === 'version')?.code]).toEqual(['ok', version, code]);
  });

  it.each(['6', '"6"', '"6.0"', '[6]', '{"major": 5}', '1e999'])('%s is of a newer or an unknown one and is left alone', (text) => {
    expect(read(text)).toMatchObject({ document: 'newer', version: null });
  });
});
