/** Overrides: honoured to the second, and a file that nobody can read counts. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { automationOf, overrideFolder, readOverrides } from '#engines/automode';
import { testWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { openBench, put, start, type Bench } from './support.ts';

const orchestrator = { schema: 'runtime.decision_orchestrator.override', schema_version: '1.0', timestamp: '2026-11-20T08:00:00Z', action: 'disable_decision_orchestrator', reason: 'INC-7' };

describe('overrides', () => {
  let workspace: TestWorkspace;
  let bench: Bench;
  const clock = { at: start };
  beforeEach(() => {
    workspace = testWorkspace();
    clock.at = start;
    bench = openBench({ root: workspace.root, clock });
  });
  afterEach(() => workspace.remove());
  const write = (name: string, content: unknown): void => put(workspace.root, `${overrideFolder}/${name}`, content);
  const state = (): string => automationOf(bench.parts).state;

  it('are in force until they expire, to the second', () => {
    write('decision_orchestrator_disable.json', { ...orchestrator, expires_at: '2026-11-20T09:30:00Z', requested_by: 'ops', ticket: 'T-1' });
    expect(readOverrides(bench.context)).toEqual([{
      file: 'var/runtime/overrides/decision_orchestrator_disable.json', component: 'decision_orchestrator', status: 'active', reason: 'INC-7',
      requested_by: 'ops', ticket: 'T-1', since: '2026-11-20T08:00:00Z', expires_at: '2026-11-20T09:30:00Z',
    }]);
    clock.at = start + 1_800_000 - 1;
    expect(state()).toBe('overridden');
    clock.at = start + 1_800_000;
    expect(state()).toBe('on');
    expect(readOverrides(bench.context)[0]?.status).toBe('expired');
  });

  it('are in force for ever without an end, and only as long as the file is there', () => {
    write('multi_strategy_disable.json', { schema: 'stage6.scheduler.override', action: 'disable_multi_strategy', reason: 'x' });
    clock.at += 10 * 365 * 86_400_000;
    expect(automationOf(bench.parts)).toMatchObject({ state: 'overridden', overrides: [{ component: 'multi_strategy', status: 'active', expires_at: null }] });
  });

  it('understand a byte order mark and offsets', () => {
    write('decision_orchestrator_disable.json', `\ufeff${JSON.stringify({ ...orchestrator, expires_at: '2026-11-20T11:30:00+02:00' })}`);
    expect(readOverrides(bench.context)[0]?.status).toBe('active');
    clock.at = start + 1_800_000;
    expect(readOverrides(bench.context)[0]?.status).toBe('expired');
  });

  it.each([
    ['no JSON', '{"schema"'], ['a list', []], ['an unknown schema', { schema: 'other', expires_at: '2020-01-01T00:00:00Z' }],
    ['no instant', { ...orchestrator, expires_at: 'soon' }], ['a number for an end', { ...orchestrator, expires_at: 5 }],
  ])('that cannot be understood are in force: %s', (_name, content) => {
    write('decision_orchestrator_disable.json', content);
    expect(readOverrides(bench.context)).toMatchObject([{ component: 'decision_orchestrator', status: 'unreadable' }]);
    expect(state()).toBe('overridden');
  });

  it('count as being in force where their folder is none: a file, or a link to nothing, in its place', () => {
    const folder = join(workspace.root, overrideFolder);
    put(workspace.root, overrideFolder, 'no folder');
    expect(readOverrides(bench.context)).toMatchObject([{ file: overrideFolder, status: 'unreadable' }]);
    expect(state()).toBe('overridden');
    rmSync(folder);
    expect(state()).toBe('on');
    symlinkSync('/nowhere/at/all', folder);
    expect(state()).toBe('overridden');
    rmSync(join(workspace.root, 'var'), { recursive: true });
    expect(state()).toBe('on');
    put(workspace.root, 'var/runtime', 'no folder');
    expect(state()).toBe('overridden');
  });

  it('count where a link leads nowhere or the name is a folder; other files do not', () => {
    mkdirSync(join(workspace.root, overrideFolder, 'decision_orchestrator_disable.json'), { recursive: true });
    symlinkSync('/nowhere/at/all', join(workspace.root, overrideFolder, 'multi_strategy_disable.json'));
    write('notes.txt', 'x');
    write('.decision_orchestrator_disable.json.tmp', 'x');
    expect(readOverrides(bench.context).map(({ component, status }) => [component, status])).toEqual([['decision_orchestrator', 'unreadable'], ['multi_strategy', 'unreadable']]);
  });
});
