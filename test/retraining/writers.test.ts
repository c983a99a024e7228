/** Several programs on one schedule: none loses what another wrote. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeInterval, pauseRetraining, readSchedule, retrainingStatus, rulesOf } from '#engines/retraining';
import { nowMicros } from '#engines/decisions';
import type { FileSystem } from '#engines/storage';
import { quickDisk } from '../faults/support.ts';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { actsOf, configOf, fileOf, openBench, person, scheduleText } from './support.ts';

const start = Date.parse('2026-11-20T09:00:00Z');
const program = join(import.meta.dirname, '../fixtures/retraining/writer.ts');

const runWriter = (root: string, kind: string, times: number): Promise<number | null> => new Promise((done, failed) => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, root, kind, String(times)], { stdio: ['ignore', 'inherit', 'inherit'] });
  child.once('error', failed);
  child.once('exit', (code) => done(code));
});

const botSchedule = (changes: Readonly<Record<string, unknown>>): string => `${JSON.stringify({
  version: 5, last_run: '2026-11-20T08:00:00+00:00', next_run: '2026-11-20T08:30:00+00:00', interval: 1800, updated_at: '2026-11-20T08:00:00+00:00', last_failure: null,
  failure_streak: 0, last_failure_reason: null, cooldown_until: null, paused_until: null, paused_reason: null, ...changes,
}, null, 2)}\n`;

describe('programs that share the schedule', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = testWorkspace();
    mkdirSync(dirname(fileOf(workspace.root)), { recursive: true });
  });
  afterEach(() => workspace.remove());

  /** A disk on which the bot writes just when this process has read the schedule and is about to replace it. */
  function whileReplacing(bot: () => void, times = 1): FileSystem {
    let left = times;
    return {
      ...quickDisk,
      open: (path, flags, mode) => {
        if (flags === 'wx' && path.endsWith('.tmp') && path.includes('.scheduler-') && left > 0) {
          left -= 1;
          bot();
        }
        return quickDisk.open(path, flags, mode);
      },
    };
  }

  it('two consoles: every act stands on the one before it, none is lost', async () => {
    const codes = await Promise.all([runWriter(workspace.root, 'pause', 12), runWriter(workspace.root, 'interval', 12)]);
    expect(codes).toEqual([0, 0]);
    const { journal, context, config } = openBench({ root: workspace.root, clock: { at: Date.now() } });
    const entries = actsOf(journal);
    const completed = new Set(entries.filter(({ stage, data }) => stage === 'outcome' && data['status'] === 'completed').map(({ subject }) => subject));
    const intents = entries.filter(({ stage, subject }) => stage === 'intent' && completed.has(subject));
    expect(intents).toHaveLength(24);
    const befores = intents.map(({ data }) => data['before_revision']);
    const afters = intents.map(({ data }) => data['after_revision']);
    expect(befores).toEqual([null, ...afters.slice(0, -1)]);
    const { state } = readSchedule(context, nowMicros(context.clock), rulesOf(config));
    expect(state).toMatchObject({ pausedReason: 'pause 12', interval: 720_000_000n });
  });

  for (const way of ['by renaming', 'in place'] as const) {
    it(`a program without the lock that writes in between ${way}: its change stays, ours comes on top`, () => {
      writeFileSync(fileOf(workspace.root), botSchedule({}));
      const bot = (): void => {
        const place = way === 'in place' ? fileOf(workspace.root) : join(dirname(fileOf(workspace.root)), 'bot-part');
        writeFileSync(place, botSchedule({ failure_streak: 1, last_failure: '2026-11-20T08:59:00+00:00', cooldown_until: '2026-11-20T09:29:00+00:00' }));
        if (way !== 'in place') renameSync(place, fileOf(workspace.root));
      };
      const { engine, journal } = openBench({ root: workspace.root, clock: { at: start }, fs: whileReplacing(bot) });
      pauseRetraining(engine, { actor: person, duration: '2h' });
      expect(JSON.parse(scheduleText(workspace.root) ?? '')).toMatchObject({
        failure_streak: 1, last_failure: '2026-11-20T08:59:00+00:00', cooldown_until: '2026-11-20T09:29:00+00:00', paused_until: '2026-11-20T11:00:00+00:00',
      });
      expect(actsOf(journal).map(({ stage, data }) => [stage, data['status'] ?? null])).toEqual([
        ['intent', null], ['outcome', 'superseded'], ['intent', null], ['outcome', 'completed'],
      ]);
    });
  }

  it('a program that never stops writing: ours gives up without overwriting it', () => {
    writeFileSync(fileOf(workspace.root), botSchedule({}));
    let count = 0;
    const bot = (): void => {
      count += 1;
      writeFileSync(fileOf(workspace.root), botSchedule({ failure_streak: count }));
    };
    const { engine } = openBench({ root: workspace.root, clock: { at: start }, fs: whileReplacing(bot, 1000) });
    expect(() => pauseRetraining(engine, { actor: person, duration: '2h' })).toThrow(expect.objectContaining({ code: 'REVISION_CONFLICT' }));
    expect(JSON.parse(scheduleText(workspace.root) ?? '')).toMatchObject({ failure_streak: count, paused_until: null });
  });

  it('a program that makes the first schedule meanwhile is not overwritten', () => {
    const { engine } = openBench({ root: workspace.root, clock: { at: start }, fs: whileReplacing(() => writeFileSync(fileOf(workspace.root), botSchedule({ failure_streak: 3 }))) });
    pauseRetraining(engine, { actor: person, duration: '2h' });
    expect(JSON.parse(scheduleText(workspace.root) ?? '')).toMatchObject({ failure_streak: 3, paused_until: '2026-11-20T11:00:00+00:00' });
  });

  it('a change by another program is what the next question sees, and an old revision is refused', () => {
    writeFileSync(fileOf(workspace.root), botSchedule({}));
    const { engine, context } = openBench({ root: workspace.root, clock: { at: start } });
    const seen = retrainingStatus(context, configOf());
    expect(seen).toMatchObject({ due: true, paused: false });
    writeFileSync(fileOf(workspace.root), botSchedule({ paused_until: '2026-11-20T10:00:00+00:00', paused_reason: 'deploy' }));
    expect(retrainingStatus(context, configOf())).toMatchObject({ due: false, paused: true, schedule: { paused_reason: 'deploy' } });
    expect(() => changeInterval(engine, { actor: person, interval: '45m', revision: seen.revision ?? '' })).toThrow(expect.objectContaining({ code: 'REVISION_CONFLICT' }));
    expect(scheduleText(workspace.root)).toContain('deploy');
  });

  it('the bot reads what is written here: keys in order, floats, mode 0600', () => {
    const { engine } = openBench({ root: workspace.root, clock: { at: start } });
    pauseRetraining(engine, { actor: person, duration: '2h', reason: 'okno serwisowe "żółć" 😀' });
    expect(statSync(fileOf(workspace.root)).mode & 0o777).toBe(0o600);
    const told = execFileSync('python3', ['-c', `
import json, sys
from datetime import datetime, timezone
text = open(sys.argv[1], encoding="utf-8").read()
payload = json.loads(text)
print(json.dumps({
  "keys": list(payload), "interval": repr(payload["interval"]), "reason": payload["paused_reason"],
  "next_run": datetime.fromisoformat(payload["next_run"]).astimezone(timezone.utc).isoformat(),
  "same_bytes": json.dumps(payload, indent=2, ensure_ascii=False) + "\\n" == text,
}))`, fileOf(workspace.root)], { encoding: 'utf8' });
    expect(JSON.parse(told)).toEqual({
      keys: ['version', 'last_run', 'next_run', 'interval', 'updated_at', 'last_failure', 'failure_streak', 'last_failure_reason', 'cooldown_until', 'paused_until', 'paused_reason'],
      interval: '1800.0', reason: 'okno serwisowe "żółć" 😀', next_run: '2026-11-20T11:00:00+00:00', same_bytes: true,
    });
  });

  it('rights that somebody gave the file, and members of other programs, stay', () => {
    writeFileSync(fileOf(workspace.root), botSchedule({ revision: 7, owner: { team: 'ml' } }), { mode: 0o640 });
    const { engine } = openBench({ root: workspace.root, clock: { at: start } });
    changeInterval(engine, { actor: person, interval: '45m' });
    expect(statSync(fileOf(workspace.root)).mode & 0o777).toBe(0o640);
    const written: unknown = JSON.parse(readFileSync(fileOf(workspace.root), 'utf8'));
    expect(Object.keys(written as object).slice(-2)).toEqual(['revision', 'owner']);
    expect(written).toMatchObject({ interval: 2700, revision: 7, owner: { team: 'ml' } });
  });
});
