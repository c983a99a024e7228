/** Killed at any moment, the real command line leaves nothing lost, and the next start puts things in order. */
import fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBench, removeRoot, type Bench } from '../maintenance/support.ts';
import { smallTree } from './commands.ts';
import { buildProgram, endOf, type Program } from './program.ts';
import { check, contentsBelow, expectNothingLost, quickDisk } from './support.ts';

const kills = Number(process.env['STEROWNIA_KILLS'] ?? 200);
/** Two at a time: one waits for its process while the other looks at its disk. */
const lanes = 2;

interface Scene {
  readonly prepare?: (bench: Bench) => Promise<string>;
  readonly line: (prepared: string) => readonly string[];
  readonly destroys?: boolean;
}

const purged = async (bench: Bench): Promise<string> => {
  const plan = await bench.plan('reports.purge', {});
  await bench.apply(plan);
  return plan.id;
};

const scenes: readonly Scene[] = [
  { line: () => ['reports', 'purge'] },
  { line: () => ['reports', 'delete', 'daily/a'] },
  { line: () => ['reports', 'archive', '--format', 'zip'] },
  { line: () => ['reports', 'archive', '--format', 'directory'] },
  {
    prepare: async (bench) => {
      await bench.apply(await bench.plan('reports.archive', { format: 'tar' }));
      return '';
    },
    line: () => ['reports', 'archive', '--format', 'tar', '--overwrite'],
  },
  { prepare: purged, line: (id) => ['plans', 'undo', id] },
  { prepare: purged, line: (id) => ['trash', 'restore', id] },
  { line: () => ['reports', 'purge', '--permanent', '--confirmation', 'permanent'], destroys: true },
  { prepare: purged, line: () => ['trash', 'empty', '--confirmation', 'empty'], destroys: true },
];

let program: Program;
beforeAll(async () => { program = await buildProgram(); });
afterAll(() => program.remove());

/** Until the work holds its lock, or the process is over. */
async function untilWorking(root: string, ended: () => boolean): Promise<void> {
  const owner = join(root, 'var/console/locks/acts.lock.owner.json');
  for (let tries = 0; tries < 5_000 && !ended() && !fs.existsSync(owner); tries += 1) await wait(1);
}

/** What the check found where the process was alive when it was killed, else null. */
async function strike(scene: Scene, round: number): Promise<string | null> {
  const bench = openBench({ fs: quickDisk, clock: { at: Date.now() } });
  smallTree(bench);
  const originals = contentsBelow(bench.base);
  const prepared = await scene.prepare?.(bench) ?? '';
  const child = program.start(bench.root, scene.line(prepared));
  const end = endOf(child);
  // Most strike while the lock is held, some anywhere from the start on.
  if (round % 8 === 0) await wait(Math.random() * 400);
  else await untilWorking(bench.root, () => child.exitCode !== null);
  await wait(Math.random() * 25);
  child.kill('SIGKILL');
  const { signal } = await end;
  const later = openBench({ root: bench.root, fs: quickDisk, clock: { at: Date.now() } });
  if (round % 10 === 0) {
    const healed = await program.run(bench.root, ['workspace', 'check']);
    expect(healed.stdout, healed.stderr).toMatch(/"status":"(?:clean|repaired)"/u);
  }
  const report = await check(later, true, program.keys);
  expect(report.findings.filter((finding) => finding.severity === 'problem'), scene.line(prepared).join(' ')).toEqual([]);
  if (scene.destroys !== true) expectNothingLost(later, originals);
  expect((await check(later, true, program.keys)).status).toBe('clean');
  removeRoot(bench.root);
  return signal === 'SIGKILL' ? report.status : null;
}

it(`after ${kills} kills at random moments nothing is lost and every check ends clean`, { timeout: Math.max(600_000, kills * 15_000) }, async () => {
  let struck = 0;
  let midway = 0;
  let round = 0;
  const lane = async (): Promise<void> => {
    while (struck < kills && round < kills * 3) {
      round += 1;
      const scene = scenes[round % scenes.length];
      const found = scene === undefined ? null : await strike(scene, round);
      if (found !== null) struck += 1;
      if (found === 'repaired') midway += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  expect(struck).toBeGreaterThanOrEqual(kills);
  // Kills that all came before or after the act would prove nothing.
  expect(midway).toBeGreaterThanOrEqual(Math.floor(kills / 20));
});
