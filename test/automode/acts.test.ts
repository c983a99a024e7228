/** Pause, resume, kill, release: what they write, when they end, and what a damaged document means. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { automationOf, automodeFile, guardrailGate, killAutomode, pauseAutomode, releaseAutomode, resumeAutomode, stateEntryType } from '#engines/automode';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { entriesOf, openBench, person, put, putPolicy, start, type Bench } from './support.ts';

const because = 'Exchange maintenance tonight';

describe('the state of automation', () => {
  let workspace: TestWorkspace;
  let bench: Bench;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
    bench = openBench({ root: workspace.root, clock });
  });
  afterEach(() => workspace.remove());
  const state = (): string => automationOf(bench.parts).state;

  it('is on in a fresh workspace, and asking writes nothing', () => {
    expect(state()).toBe('on');
    expect(readdirSync(workspace.root)).toEqual([]);
  });

  it('is paused until the end of the pause, to the millisecond, and then on without anybody writing', () => {
    const done = pauseAutomode(bench.parts, { actor: person, duration: '2h', reason: because });
    expect(done).toMatchObject({ changed: true, automation: { state: 'paused', pause: { until: '2026-11-20T11:00:00Z', reason: because, by: 'Anna' } } });
    const bytes = readFileSync(join(workspace.root, automodeFile), 'utf8');
    clock.at = start + 7_200_000 - 1;
    expect(state()).toBe('paused');
    clock.at = start + 7_200_000;
    expect(automationOf(bench.parts)).toMatchObject({ state: 'on', pause: null, detail: null });
    expect(readFileSync(join(workspace.root, automodeFile), 'utf8')).toBe(bytes);
    expect(resumeAutomode(bench.parts, { actor: person })).toMatchObject({ changed: false, warnings: ['Nothing was paused.'] });
  });

  it('takes an end with any offset, and lasts without one until somebody resumes', () => {
    expect(pauseAutomode(bench.parts, { actor: person, until: '2026-11-20T13:00:00+02:00', reason: because }).automation.pause?.until).toBe('2026-11-20T11:00:00Z');
    expect(pauseAutomode(bench.parts, { actor: person, reason: because }).automation.pause?.until).toBeNull();
    clock.at += 400 * 86_400_000;
    expect(state()).toBe('paused');
    expect(resumeAutomode(bench.parts, { actor: person })).toMatchObject({ changed: true, automation: { state: 'on' } });
  });

  it.each([
    [{ duration: '2h', until: '2026-11-20T13:00Z' }, 'duration'], [{ until: '2026-11-20T09:00:00Z' }, 'until'], [{ until: 'tomorrow' }, 'until'], [{ duration: '0h' }, 'duration'],
  ])('refuses %j and writes nothing', (asked, field) => {
    expect(() => pauseAutomode(bench.parts, { actor: person, reason: because, ...asked })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', details: expect.objectContaining({ field }) }));
    expect(existsSync(join(workspace.root, automodeFile))).toBe(false);
    expect(entriesOf(bench.journal, stateEntryType)).toEqual([]);
  });

  it('is killed until it is released, whatever else is set', () => {
    pauseAutomode(bench.parts, { actor: person, duration: '1h', reason: because });
    expect(killAutomode(bench.parts, { actor: person, reason: 'Champion trades against itself' }).automation).toMatchObject({ state: 'killed', kill_switch: { by: 'Anna' }, pause: { by: 'Anna' } });
    const again = killAutomode(bench.parts, { actor: { ...person, name: 'Bob' }, reason: 'Me too, for the same cause' });
    expect(again).toMatchObject({ changed: false, automation: { kill_switch: { by: 'Anna' } } });
    expect(again.warnings).toHaveLength(1);
    expect(releaseAutomode(bench.parts, { actor: person, reason: 'Signals were repaired' })).toMatchObject({ changed: true, automation: { state: 'paused', kill_switch: null } });
    expect(releaseAutomode(bench.parts, { actor: person, reason: 'Signals were repaired' }).changed).toBe(false);
  });

  it('writes intent and outcome, the outcome with the whole state, and tells windows once per act', () => {
    pauseAutomode(bench.parts, { actor: person, duration: '1h', reason: because });
    killAutomode(bench.parts, { actor: person, reason: because });
    const entries = entriesOf(bench.journal, stateEntryType);
    expect(entries.map(({ stage, operation, data }) => [stage, operation, data['act'], data['status']])).toEqual([
      ['intent', 'automode.pause', 'pause', undefined], ['outcome', 'automode.pause', 'pause', 'completed'],
      ['intent', 'automode.kill', 'kill', undefined], ['outcome', 'automode.kill', 'kill', 'completed'],
    ]);
    expect(entries.at(-1)?.data['after']).toEqual(JSON.parse(readFileSync(join(workspace.root, automodeFile), 'utf8')));
    expect(bench.told()).toBe(2);
  });

  it('is unknown with a damaged document; a person sets it right, and a kill switch that the journal knows of stays', () => {
    killAutomode(bench.parts, { actor: person, reason: because });
    put(workspace.root, automodeFile, '{"schema": "sterownia.automode/1", "pause"');
    expect(automationOf(bench.parts)).toMatchObject({ state: 'unknown', pause: null, kill_switch: null });
    const done = pauseAutomode(bench.parts, { actor: person, duration: '1h', reason: because });
    expect(done).toMatchObject({ changed: true, automation: { state: 'killed', pause: { by: 'Anna' }, kill_switch: { reason: because } } });
    expect(readdirSync(join(workspace.root, 'var/console')).filter((name) => name.startsWith('automode.json.corrupt-'))).toHaveLength(1);
  });

  it('without its document is what the journal knows last: a kill switch does not end because somebody took the file away', () => {
    pauseAutomode(bench.parts, { actor: person, reason: because });
    killAutomode(bench.parts, { actor: person, reason: because });
    rmSync(join(workspace.root, 'var/console'), { recursive: true });
    expect(automationOf(bench.parts)).toMatchObject({ state: 'killed', kill_switch: { by: 'Anna', reason: because }, pause: { by: 'Anna' } });
    expect(guardrailGate(bench.parts)).toMatchObject({ kill_switch: true });
    expect(existsSync(join(workspace.root, automodeFile))).toBe(false);
    const fresh = openBench({ root: workspace.root, clock });
    expect(automationOf(fresh.parts).state).toBe('killed');
    expect(killAutomode(fresh.parts, { actor: person, reason: because })).toMatchObject({ changed: false });
    expect(releaseAutomode(fresh.parts, { actor: person, reason: 'Signals were repaired' })).toMatchObject({ changed: true, automation: { state: 'paused' } });
    // What this process had read of the journal grows with it.
    rmSync(join(workspace.root, automodeFile));
    expect(automationOf(bench.parts)).toMatchObject({ state: 'paused', kill_switch: null });
  });

  it('is unknown where neither document nor journal can be read', () => {
    killAutomode(bench.parts, { actor: person, reason: because });
    rmSync(join(workspace.root, 'var/console'), { recursive: true });
    rmSync(join(workspace.root, 'audit/journal'), { recursive: true });
    put(workspace.root, 'audit/journal/000001.jsonl/x', 'a folder in the place of a segment');
    expect(automationOf(openBench({ root: workspace.root, clock }).parts).state).toBe('unknown');
  });

  it('is unknown with the document of a newer version, which no act touches', () => {
    put(workspace.root, automodeFile, { schema: 'sterownia.automode/2', anything: true });
    expect(state()).toBe('unknown');
    const bytes = readFileSync(join(workspace.root, automodeFile), 'utf8');
    expect(() => killAutomode(bench.parts, { actor: person, reason: because })).toThrow(expect.objectContaining({ code: 'DOCUMENT_NEWER' }));
    expect(readFileSync(join(workspace.root, automodeFile), 'utf8')).toBe(bytes);
  });

  it('is off where the policy says so, and unknown where the policy cannot be read', () => {
    putPolicy(workspace.root, { automode: { enabled: false } });
    expect(state()).toBe('off');
    put(workspace.root, 'config/console.json', '{"automode": {"enabled": "perhaps"}}');
    expect(state()).toBe('unknown');
  });
});
