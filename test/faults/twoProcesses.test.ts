/** Two processes on one workspace: each change is done by one of them, and nothing is lost in between. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBench, putReport, removeRoot, type Bench } from '../maintenance/support.ts';
import { buildProgram, type Program } from './program.ts';
import { check, contentsBelow, expectNothingLost } from './support.ts';

let program: Program;
beforeAll(async () => { program = await buildProgram(); });
afterAll(() => program.remove());

function busyBench(): Bench {
  const bench = openBench({ clock: { at: Date.now() } });
  for (let n = 0; n < 30; n += 1) putReport(bench.root, `daily/r${n}`, 3);
  return bench;
}

const codeOf = (text: string): string | null => /"code":"([A-Z_]+)"/u.exec(text)?.[1] ?? null;

/** What a process that came second may say. */
const late = ['BUSY', 'PLAN_STALE', 'PLAN_STATE', 'CONFLICT', 'NOT_FOUND', null];

async function expectOrder(bench: Bench, originals: ReadonlyMap<string, string>): Promise<void> {
  expectNothingLost(bench, originals);
  const report = await check(bench, true, program.keys);
  expect(report.findings).toEqual([]);
}

it('two purges of the same reports: one does it, the other finds them gone or is told to wait', async () => {
  for (let round = 0; round < 3; round += 1) {
    const bench = busyBench();
    const originals = contentsBelow(bench.base);
    const ended = await Promise.all([program.run(bench.root, ['reports', 'purge']), program.run(bench.root, ['reports', 'purge'])]);
    expect(ended.some(({ code }) => code === 0)).toBe(true);
    for (const { code, stdout, stderr } of ended) if (code !== 0) expect(late).toContain(codeOf(stdout + stderr));
    expect([...contentsBelow(bench.base).keys()]).toEqual([]);
    await expectOrder(bench, originals);
    removeRoot(bench.root);
  }
});

it('the same plan applied by two: exactly one applies it', async () => {
  const bench = busyBench();
  const originals = contentsBelow(bench.base);
  const plan = await bench.plan('reports.purge', {});
  const ended = await Promise.all([program.run(bench.root, ['plans', 'apply', plan.id]), program.run(bench.root, ['plans', 'apply', plan.id])]);
  expect(ended.filter(({ code }) => code === 0)).toHaveLength(1);
  expect(late.slice(0, 3)).toContain(ended.filter(({ code }) => code !== 0).map(({ stdout, stderr }) => codeOf(stdout + stderr))[0]);
  await expectOrder(bench, originals);
  removeRoot(bench.root);
});

it('a purge and a restore at once: every file is in place or in the trash', async () => {
  for (let round = 0; round < 3; round += 1) {
    const bench = busyBench();
    const originals = contentsBelow(bench.base);
    const plan = await bench.plan('reports.delete', { path: 'daily/r1' });
    await bench.apply(plan);
    const ended = await Promise.all([program.run(bench.root, ['trash', 'restore', plan.id]), program.run(bench.root, ['reports', 'purge'])]);
    for (const { code, stdout, stderr } of ended) if (code !== 0) expect(late).toContain(codeOf(stdout + stderr));
    await expectOrder(bench, originals);
    removeRoot(bench.root);
  }
});
