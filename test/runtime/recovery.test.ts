/** Work that a crash left is completed or reverted by the first change, which tells it, or by the check, which reports it. */
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckFinding, OperationOutput } from '#contract';
import { openConsole, type Console } from '#runtime';
import { tellRecovered } from '../../src/cli/recovered.ts';
import { CollectingSink } from '../cli/support.ts';
import { underFault } from '../faults/support.ts';
import { filesIn, newRoot, openBench, putReport, removeRoot } from '../maintenance/support.ts';
import { actorNamed } from '../support/workspace.ts';

let root: string;
let console_: Console;
let told: CheckFinding[][];

beforeEach(async () => {
  root = newRoot();
  told = [];
  putReport(root, 'daily/a');
  putReport(root, 'daily/b');
  const bench = openBench({ root });
  const plan = await bench.plan('reports.delete', { path: 'daily/a' });
  const isRemoval = { at: 1, kind: 'crash', late: true, counts: (call: { name: string; path: string }) => call.name === 'rename' && call.path.includes('daily/a') } as const;
  expect((await underFault(root, isRemoval, (crashing) => crashing.apply(plan), { clock: bench.clock })).fired).toBe(true);
  expect(fs.existsSync(join(root, 'var/reports/daily/a'))).toBe(false);
  console_ = await openConsole({
    workspace: root, host: 'cli', threads: false, actor: actorNamed('anna'), configDirectory: join(root, '.person'),
    onRecovered: (findings) => void told.push([...findings]),
  });
});
afterEach(async () => {
  await console_.close();
  removeRoot(root);
});

const call = async (name: string, input: unknown): Promise<unknown> => {
  const result = await console_.call(name, input, { door: 'cli' });
  return result.ok ? result.value : result.error;
};

describe('a workspace in which a removal was cut off', () => {
  it('is repaired by the check, which says so and only then is clean', async () => {
    const first = await call('workspace.check', {}) as OperationOutput<'workspace.check'>;
    expect(first).toMatchObject({ status: 'repaired', read_only: false });
    expect(first.findings).toMatchObject([{ severity: 'repaired' }]);
    expect(filesIn(join(root, 'var/reports'))).toHaveLength(6);
    expect(told).toEqual([]);
    expect(await call('workspace.check', {})).toMatchObject({ status: 'clean', findings: [] });
  });

  it('is repaired by the first change, which tells it once', async () => {
    expect(await call('reports.list', {})).toMatchObject({ pagination: { total_count: 1 } });
    expect(told).toEqual([]);
    await call('reports.delete', { path: 'daily/b' });
    await call('reports.delete', { path: 'daily/b' });
    expect(told).toMatchObject([[{ severity: 'repaired' }]]);
    expect(filesIn(join(root, 'var/reports'))).toHaveLength(6);
  });
});

describe('what the command line tells of it', () => {
  const found = (message: string): CheckFinding => ({ kind: 'interrupted_plan', severity: 'repaired', path: null, plan_id: null, message });
  const findings = ['One.', 'Two.', 'Three.', 'Four.', 'Five.'].map(found);

  it('is one line', () => {
    const err = new CollectingSink();
    tellRecovered(err, false)(findings.slice(0, 1));
    tellRecovered(err, false)(findings);
    expect(err.text).toBe('One.\nOne. Two. Three. And 2 more; "sterownia journal list" has them.\n');
  });

  it('is one object for programs', () => {
    const err = new CollectingSink();
    tellRecovered(err, true)(findings.slice(0, 2));
    expect(JSON.parse(err.text)).toEqual({ recovered: ['One.', 'Two.'] });
  });
});
